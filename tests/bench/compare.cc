// The same observations through the server and through other systems that link by the same rules:
// whether they find the same weapons, and what each record costs. The server is in a process of its
// own, online and durable, behind gRPC with mutual TLS.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "services/cli/feed_reader.h"
#include "services/cli/mapping.h"
#include "services/server/server.h"
#include "tests/bench/byte_stream.h"
#include "tests/bench/figures.h"
#include "tests/bench/linkage_state.h"
#include "tests/bench/observations.h"
#include "tests/bench/peers.h"
#include "tests/bench/server_process.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::bench {
namespace {

struct Options {
  std::int64_t records = 100'000;
  std::string json;
  std::string serve;  // the path of a configuration: this process is the server
  std::string peers = SERIESLINK_PEERS;
  std::string node_modules = "build/peers";
  std::vector<std::string> chosen = {"duckdb", "postgresql", "kuzu"};
};

// Serves with the benchmarks' rules until it is told to end.
int Serve(const std::string& path) {
  config::v1::ServerConfig config;
  if (!google::protobuf::TextFormat::ParseFromString(ReadFile(path), &config)) {
    Die("the configuration cannot be read");
  }
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);  // before any thread begins
  auto server = server::Server::Start(
      config, [] { Die("the server failed"); }, RuleSetOf(ObservationRules::kOneEdit));
  if (!server.ok()) Die(std::string(server.status().message()));
  std::printf("serving on %s\n", (*server)->address().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ending, &signal);
  (*server)->Stop();
  return 0;
}

// Loads the server, and returns what it makes of the rows and its CPU for a record.
Partition RunServer(const std::string& csv, Figures& figures, double* cpu_us) {
  ServerProcess server({std::filesystem::read_symlink("/proc/self/exe").string(), "--serve"});
  server.Start();
  const AgencyClient client = server.As("mers");
  const double started_s = server.CpuSeconds();
  const double own_s = OwnCpuSeconds();
  const auto pushed = PushObservations(csv, client);
  if (!pushed.ok()) Die(std::string(pushed.status().message()));
  const auto rows = static_cast<double>(pushed->rows);
  *cpu_us = (server.CpuSeconds() - started_s) / rows * 1e6;
  figures.Add("records_per_s", rows / pushed->derived_seconds);
  figures.Add("acknowledged_records_per_s", rows / pushed->acknowledged_seconds);
  figures.Add("server_cpu_us_per_record", *cpu_us);
  figures.Add("client_cpu_us_per_record", (OwnCpuSeconds() - own_s) / rows * 1e6);
  figures.Add("peak_rss_bytes", server.PeakBytes());
  auto partition = ReadObservations(*pushed, client);
  if (!partition.ok()) Die(std::string(partition.status().message()));
  server.MustRun();
  server.Stop();
  figures.Add("weapons_count",
              static_cast<double>(
                  std::set<std::uint32_t>(partition->begin() + 1, partition->end()).size()));
  return *std::move(partition);
}

// What linkage alone takes for the same rows.
void MeasureState(const std::string& csv, std::int64_t rows, Figures& figures) {
  auto mapping = ObservationsMapping();
  if (!mapping.ok()) Die(std::string(mapping.status().message()));
  LinkageState state(RuleSetOf(ObservationRules::kOneEdit), static_cast<std::size_t>(rows));
  {
    cli::RecordSink sink;
    sink.on_record = [&](cli::InputRecord&& record) {
      return state.Add("mers", record.message.force().system(), record.message.force().record_id(),
                       record.message);
    };
    sink.on_unreadable = [](cli::UnreadableLine&&) { Die("a row cannot be read"); };
    std::ifstream file(csv);
    const absl::Status read = cli::ReadCsvRecords(file, *std::move(mapping), sink);
    if (!read.ok() || !state.Flush().ok()) Die("linkage alone failed");
  }
  figures.Add("linkage_cpu_us_per_record", state.CpuSeconds() / static_cast<double>(rows) * 1e6);
  figures.Add("linkage_state_bytes_per_record", state.HeapBytes() / static_cast<double>(rows));
}

void Run(const Options& options) {
  Figures figures;
  const TemporaryDirectory folder;
  // PostgreSQL's server runs as a user of its own.
  if (chmod(folder.path().c_str(), 0711) != 0) Die("the folder cannot be opened to others");
  const std::string csv = folder.path() + "/observations.csv";
  const absl::Status written = WriteObservations(options.records, csv);
  if (!written.ok()) Die(std::string(written.message()));
  figures.Add("records_count", static_cast<double>(options.records));
  MeasureState(csv, options.records, figures);
  double cpu_us = 0;
  const Partition partition = RunServer(csv, figures, &cpu_us);

  const PeerInput input{.programs = options.peers,
                        .node_modules = std::filesystem::absolute(options.node_modules).string(),
                        .csv = csv,
                        .rows = static_cast<std::size_t>(options.records),
                        .scratch = folder.path()};
  bool failed = false;
  using Runner = absl::StatusOr<PeerResult> (*)(const PeerInput&);
  for (const auto& [name, run] : {std::pair<const char*, Runner>("duckdb", RunDuckDb),
                                  {"postgresql", RunPostgreSql},
                                  {"kuzu", RunKuzu}}) {
    if (std::find(options.chosen.begin(), options.chosen.end(), name) == options.chosen.end()) {
      continue;
    }
    const auto result = run(input);
    if (!result.ok()) {
      failed |= result.status().code() != absl::StatusCode::kUnavailable;
      std::fprintf(stderr, "not compared with %s: %s\n", name,
                   std::string(result.status().message()).c_str());
      continue;
    }
    figures.Add(absl::StrCat(name, "_records_per_s"), result->records_per_s);
    figures.Add(absl::StrCat(name, "_cpu_us_per_record"), result->cpu_us_per_record);
    figures.Add(absl::StrCat("partition_equal_", name), result->partition == partition ? 1 : 0);
    figures.Add(absl::StrCat("ratio_cpu_", name), cpu_us / result->cpu_us_per_record);
  }
  figures.Print();
  figures.WriteJson(options.json);
  if (failed) Die("another system failed");
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) {
  CLI::App app("The same observations through the server and through other systems");
  serieslink::bench::Options options;
  app.add_option("--records", options.records, "How many [100000]")->check(CLI::PositiveNumber);
  app.add_option("--json", options.json, "Write the figures to this file");
  app.add_option("--peers", options.peers, "Folder of the other systems' programs");
  app.add_option("--node-modules", options.node_modules,
                 "Folder in which npm installed @duckdb/node-api and kuzu [build/peers]");
  app.add_option("--with", options.chosen, "Which of duckdb, postgresql and kuzu [all]")
      ->delimiter(',');
  app.add_option("--serve", options.serve,
                 "Be the server, configured by this file; the benchmark "
                 "starts itself so");
  CLI11_PARSE(app, argc, argv);
  if (!options.serve.empty()) return serieslink::bench::Serve(options.serve);
  serieslink::bench::Run(options);
  return 0;
}
