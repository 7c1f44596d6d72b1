// serieslinkd: the server.
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "services/server/config.h"
#include "services/server/server.h"

namespace {

// Set when the server asked to be stopped because it can no longer work.
std::atomic<bool> failed = false;

int Serve(const std::string& config_path, bool only_check) {
  const auto config = serieslink::server::ReadConfig(config_path);
  if (!config.ok()) {
    std::cerr << "serieslinkd: " << config.status().message() << "\n";
    return 2;
  }
  if (only_check) {
    std::cout << "the configuration is good\n";
    return 0;
  }
  // Signals are waited for here, so no other thread may take them: set before any thread is made.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  auto server = serieslink::server::Server::Start(*config, [] {
    failed.store(true);
    kill(getpid(), SIGTERM);
  });
  if (!server.ok()) {
    std::cerr << "serieslinkd: " << server.status().message() << "\n";
    return 3;
  }
  std::cout << "serving on " << (*server)->address() << std::endl;
  int signal = 0;
  sigwait(&stop_signals, &signal);
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
  CLI::App app(
      "serieslinkd, the Serieslink server: takes in agencies' records and keeps linked "
      "series of weapons live");
  app.footer(
      "Example:\n  serieslinkd --config /etc/serieslink/server.textproto\n\n"
      "SIGTERM and SIGINT drain and stop it. Exit codes: 0 stopped when asked, 1 stopped after a "
      "failure, 2 bad configuration, 3 could not start.");
  std::string config_path;
  bool only_check = false;
  app.add_option("--config", config_path, "configuration file, protobuf text format")->required();
  app.add_flag("--check", only_check, "only check the configuration");
  app.set_version_flag("--version", "serieslinkd " SERIESLINK_VERSION);
  CLI11_PARSE(app, argc, argv);
  return Serve(config_path, only_check);
}
