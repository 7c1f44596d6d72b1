#include "tests/bench/peers.h"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "tests/support/child_process.h"

namespace serieslink::bench {
namespace {

bool Exists(const std::string& path) { return std::filesystem::exists(path); }

// A program's standard output.
absl::StatusOr<std::string> OutputOf(const std::string& shell_command,
                                     const std::vector<std::string>& environment = {}) {
  SL_ASSIGN_OR_RETURN(const std::unique_ptr<ChildProcess> child,
                      ChildProcess::Start({"/bin/bash", "-c", shell_command}, environment));
  std::string output;
  for (auto line = child->ReadLine(); line.ok(); line = child->ReadLine()) {
    absl::StrAppend(&output, *line, "\n");
  }
  if (child->Wait() != 0) {
    return absl::InternalError(absl::StrCat("a peer's program failed; it said:\n", output));
  }
  return output;
}

bool HasCommand(const std::string& name) {
  return OutputOf(absl::StrCat("command -v ", name, " || ls $(pg_config --bindir)/", name,
                               " 2>/dev/null"))
      .ok();
}

// The number before `unit`, e.g. "5.2" of "(5.2 us/rec)".
absl::StatusOr<double> NumberBefore(const std::string& text, const std::string& unit) {
  const std::size_t end = text.find(unit);
  if (end == std::string::npos) return absl::InternalError("a peer does not say " + unit);
  const std::size_t begin = text.find_last_not_of("0123456789.", end - 1);
  return std::strtod(text.substr(begin + 1, end - begin - 1).c_str(), nullptr);
}

absl::StatusOr<double> NumberAfter(const std::string& text, const std::string& name) {
  const std::size_t at = text.rfind(name);
  if (at == std::string::npos) return absl::InternalError("a peer does not say " + name);
  return std::strtod(text.c_str() + at + name.size(), nullptr);
}

// A peer in Node, which then answers ten queries that nobody asks about: its program says "N rec/s
// cpu C s (U us/rec)" in a line "NAME N=...".
absl::StatusOr<PeerResult> RunInNode(const PeerInput& input, const std::string& name,
                                     const std::string& module) {
  const std::string program = absl::StrCat(input.programs, "/", name, "_peer.mjs");
  if (!Exists(program)) return absl::UnavailableError(program + " is not there");
  if (!HasCommand("node")) return absl::UnavailableError("node is not installed");
  if (!Exists(absl::StrCat(input.node_modules, "/node_modules/", module))) {
    return absl::UnavailableError(
        absl::StrCat("the npm package ", module, " is not in ", input.node_modules));
  }
  const std::string dump = absl::StrCat(input.scratch, "/", name, ".txt");
  SL_ASSIGN_OR_RETURN(
      const std::string output,
      OutputOf(absl::StrCat("cd '", input.node_modules, "' && exec node '", program, "' '",
                            input.csv, "' '", input.scratch, "/", name, ".db' 10 '", dump, "'")));
  const std::size_t at = output.find(name + " N=");
  if (at == std::string::npos) return absl::InternalError("a peer says no result");
  const std::string line = output.substr(at, output.find('\n', at) - at);
  PeerResult result;
  SL_ASSIGN_OR_RETURN(result.records_per_s, NumberBefore(line, " rec/s"));
  SL_ASSIGN_OR_RETURN(result.cpu_us_per_record, NumberBefore(line, " us/rec"));
  SL_ASSIGN_OR_RETURN(result.partition, ReadPartition(dump, input.rows));
  return result;
}

}  // namespace

absl::StatusOr<PeerResult> RunDuckDb(const PeerInput& input) {
  return RunInNode(input, "duckdb", "@duckdb/node-api");
}

absl::StatusOr<PeerResult> RunKuzu(const PeerInput& input) {
  return RunInNode(input, "kuzu", "kuzu");
}

absl::StatusOr<PeerResult> RunPostgreSql(const PeerInput& input) {
  const std::string program = input.programs + "/pg_peer.cpp";
  if (!Exists(program)) return absl::UnavailableError(program + " is not there");
  for (const char* command : {"g++", "pg_config", "psql", "initdb", "openssl"}) {
    if (!HasCommand(command)) {
      return absl::UnavailableError(absl::StrCat(command, " is not installed"));
    }
  }
  const std::string folder = input.scratch + "/postgresql";
  const std::string binary = folder + "/pg_peer";
  const std::string dump = folder + "/partition.txt";
  SL_RETURN_IF_ERROR(
      OutputOf(absl::StrCat("mkdir '", folder, "' '", folder, "/certificates' && cd '", folder,
                            "/certificates' && '", input.programs,
                            "/limits/make_certs.sh' 2>&1 && cd .. && g++ -O2 -std=c++17 '", program,
                            "' -I\"$(pg_config --includedir)\" -lpq -o '", binary, "' 2>&1"))
          .status());
  SL_ASSIGN_OR_RETURN(const std::string output,
                      OutputOf(absl::StrCat("'", input.programs, "/run_pg.sh' '", binary, "' '",
                                            input.csv, "' '", folder, "/cluster' set:256 1"),
                               {"DUMP=" + dump, absl::StrCat("PGTLS=", folder, "/certificates")}));
  PeerResult result;
  SL_ASSIGN_OR_RETURN(result.records_per_s, NumberBefore(output, " rec/s"));
  SL_ASSIGN_OR_RETURN(const double cpu_ms, NumberAfter(output, "server_cpu="));
  result.cpu_us_per_record = cpu_ms * 1e3 / static_cast<double>(input.rows);
  SL_ASSIGN_OR_RETURN(result.partition, ReadPartition(dump, input.rows));
  return result;
}

}  // namespace serieslink::bench
