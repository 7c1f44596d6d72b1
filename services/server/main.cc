// serieslinkd: the server.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/border/core/port_list.h"
#include "services/linkage/core/vocabulary.h"
#include "services/rpc/library_logs.h"
#include "services/server/allocation.h"
#include "services/server/config.h"
#include "services/server/fsck_command.h"
#include "services/server/idle_watch.h"
#include "services/server/server.h"

namespace {

// Set when the server asked to be stopped because it can no longer work.
std::atomic<bool> failed = false;

// Each connection holds a file, and gRPC listens no more once there is none left to accept one
// with: so as many as the system allows, not the few that a shell begins with.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Waits for one of `signals`. Meanwhile, whenever the server is idle, what a load has taken and
// linkage does not hold goes back to the system.
void AwaitSignal(const sigset_t& signals) {
  const timespec interval = absl::ToTimespec(serieslink::server::IdleWatch::kInterval);
  serieslink::server::IdleWatch watch;
  while (sigtimedwait(&signals, nullptr, &interval) < 0) {
    if (watch.IsIdle(serieslink::server::ProcessorTime())) {
      serieslink::server::GiveBackUnusedMemory();
    }
  }
}

int Serve(const std::string& config_path, bool only_check,
          std::optional<std::uint64_t> accepted_log_end) {
  const auto config = serieslink::server::ReadConfig(config_path);
  if (!config.ok()) {
    std::cerr << "serieslinkd: " << config.status().message() << "\n";
    return 2;
  }
  const auto vocabulary = serieslink::server::ReadVocabulary(*config);
  if (!vocabulary.ok()) {
    std::cerr << "serieslinkd: vocabulary_file: " << vocabulary.status().message() << "\n";
    return 2;
  }
  const auto ports = serieslink::server::ReadPorts(*config);
  if (!ports.ok()) {
    std::cerr << "serieslinkd: ports_file: " << ports.status().message() << "\n";
    return 2;
  }
  if (only_check) {
    const auto boundaries = serieslink::server::ReadBoundaries(*config);
    if (!boundaries.ok()) {
      std::cerr << "serieslinkd: " << boundaries.status().message() << "\n";
      return 2;
    }
    const auto summaries = serieslink::server::ReadPublicSummaryOptions(*config);
    if (!summaries.ok()) {
      std::cerr << "serieslinkd: " << summaries.status().message() << "\n";
      return 2;
    }
    std::cout << "the configuration is good\n";
    return 0;
  }
  // Before anything is read by another one.
  if (*vocabulary != nullptr) {
    const auto used = serieslink::linkage::UseVocabulary(*vocabulary);
    if (!used.ok()) {
      std::cerr << "serieslinkd: vocabulary_file: " << used.message() << "\n";
      return 3;
    }
  }
  if (*ports != nullptr) {
    const auto used = serieslink::border::UsePorts(*ports);
    if (!used.ok()) {
      std::cerr << "serieslinkd: ports_file: " << used.message() << "\n";
      return 3;
    }
  }
  RaiseFileLimit();
  // Signals are waited for here, so no other thread may take them: set before any thread is made.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  const auto on_failure = [] {
    failed.store(true);
    kill(getpid(), SIGTERM);
  };
  auto server = serieslink::server::Server::Start(
      *config, on_failure, serieslink::linkage::RuleSet::Serving(), absl::Now, accepted_log_end);
  if (!server.ok()) {
    std::cerr << "serieslinkd: " << server.status().message() << "\n";
    return 3;
  }
  std::cout << "serving on " << (*server)->address() << std::endl;
  AwaitSignal(stop_signals);
  (*server)->Stop();
  if (failed.load()) {
    std::cerr << "serieslinkd: stopped after a failure that its log tells of; a restart finds what "
                 "was written\n";
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  serieslink::rpc::RouteLibraryLogs();
  CLI::App app(
      "serieslinkd, the Serieslink server: takes in agencies' records and keeps linked "
      "series of weapons live");
  app.footer(
      "Example:\n  serieslinkd --config /etc/serieslink/server.textproto\n\n"
      "SIGTERM and SIGINT drain and stop it. Exit codes: 0 stopped when asked, 1 stopped after a "
      "failure, 2 bad configuration, 3 could not start.");
  std::string config_path;
  bool only_check = false;
  CLI::Option* const config_option =
      app.add_option("--config", config_path, "configuration file, protobuf text format");
  app.add_flag("--check", only_check, "only check the configuration");
  std::optional<std::uint64_t> accepted_log_end;
  app.add_option("--accept-loss-at", accepted_log_end,
                 "serve a store that has lost records which were acknowledged, if its log now ends "
                 "at this commit, as the error says; for when there is no backup to restore");
  app.set_version_flag("--version", "serieslinkd " SERIESLINK_VERSION);
  serieslink::server::FsckArguments fsck_arguments;
  CLI::App* const fsck = app.add_subcommand(
      "fsck",
      "check the store of a stopped server: whether what it holds fits together, and whether what "
      "is derived follows from the log. Changes nothing");
  fsck->add_option("--config", fsck_arguments.config_path,
                   "the server's configuration file, which names the store")
      ->required();
  fsck->add_option("--scratch", fsck_arguments.scratch_directory,
                   "folder for what is derived again, removed afterwards; as large as the store "
                   "without its log. Default: beside the store, with .fsck behind its name");
  std::string format = "text";
  fsck->add_option("--format", format, "of the findings on standard output")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  fsck->footer(
      "Example:\n  serieslinkd fsck --config /etc/serieslink/server.textproto --format json\n\n"
      "Findings name kinds of rows, numbers and public ids, never what an agency wrote. Progress "
      "goes to standard error.\n\n"
      "Exit codes: 0 nothing is wrong, 1 something is, 2 it could not be checked (the server runs, "
      "no such store, no space).");
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (*fsck) {
    fsck_arguments.as_json = format == "json";
    return serieslink::server::RunFsck(fsck_arguments, std::cout, std::cerr);
  }
  if (config_option->count() == 0) {
    std::cerr << "serieslinkd: --config is required; see --help\n";
    return 2;
  }
  return Serve(config_path, only_check, accepted_log_end);
}
