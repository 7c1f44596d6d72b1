#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/partition.h"

// Other systems that link the same observations by the same rules. Their programs are no part of
// this repository: they lie beside the source tree, and what they need is installed or not.
namespace serieslink::bench {

struct PeerResult {
  double records_per_s = 0;
  double cpu_us_per_record = 0;  // of the server, where it has one
  Partition partition;
};

// What a peer is given.
struct PeerInput {
  std::string programs;      // folder of the peers' programs
  std::string node_modules;  // folder in which `npm install @duckdb/node-api kuzu` was done
  std::string csv;           // the observations
  std::size_t rows = 0;
  std::string scratch;  // an empty folder that other users may enter
};

// DuckDB and Kuzu in a batch, in process; PostgreSQL with every 256 rows in a commit, over TLS.
// Errors: UNAVAILABLE, with what is missing, where the peer is not installed; INTERNAL where it
// fails.
absl::StatusOr<PeerResult> RunDuckDb(const PeerInput& input);
absl::StatusOr<PeerResult> RunKuzu(const PeerInput& input);
absl::StatusOr<PeerResult> RunPostgreSql(const PeerInput& input);

}  // namespace serieslink::bench
