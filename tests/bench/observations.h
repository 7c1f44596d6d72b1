#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/cli/mapping.h"
#include "services/linkage/core/rules.h"
#include "tests/bench/partition.h"
#include "tests/support/agency_client.h"

// Generated observations of guns, on which other systems' benchmarks run too: what links them is
// rule X of services/linkage/core/rules.h, or rules X and T, and rows that name another row. Their
// generator lies beside the source tree and is no part of it.
namespace serieslink::bench {

// By which rules a server links them. They confirm what a server that serves anybody never does.
enum class ObservationRules {
  kEqual,    // Rule X, and rows that name another.
  kOneEdit,  // Rules X and T, and rows that name another.
};

// What such a server is started with.
linkage::RuleSet RuleSetOf(ObservationRules rules);

// The generator's program; none where its source was not there when this was built.
std::optional<std::string> ObservationsProgram();

// Writes the first `rows` rows of the generator's first world to `path`. Errors: INTERNAL (there is
// no generator, or it fails).
absl::Status WriteObservations(std::int64_t rows, const std::string& path);

// How their columns become records. Errors: INTERNAL (tests/e2e/mappings/observations.toml is not
// there).
absl::StatusOr<cli::Mapping> ObservationsMapping();

// What was pushed.
struct PushedObservations {
  std::int64_t rows = 0;
  std::int64_t revision = 0;        // of the last of them
  double acknowledged_seconds = 0;  // until the last row was acknowledged
  double derived_seconds = 0;       // until its weapons could be read as well
  absl::flat_hash_map<std::string, std::uint32_t> row_of;  // by "RC-..." id
};

// Maps the rows of `csv` and pushes them through `client` to an empty server, whose rules must be
// one of RuleSetOf(), in batches of 256. Returns when they are linked. Errors: INTERNAL (the
// mapping; a row that cannot be read or is rejected), and UNAVAILABLE (a call fails).
absl::StatusOr<PushedObservations> PushObservations(const std::string& csv,
                                                    const AgencyClient& client);

// Which rows the server takes for one weapon. Errors: INTERNAL (an answer that cannot be), and
// UNAVAILABLE (a call fails).
absl::StatusOr<Partition> ReadObservations(const PushedObservations& pushed,
                                           const AgencyClient& client);

// What a server made of them.
struct Observations {
  std::int64_t rows = 0;
  std::int64_t components = 0;         // weapons, those of one exhibit included
  std::int64_t shared_components = 0;  // weapons of two or more exhibits
  double acknowledged_seconds = 0;     // as above
  double derived_seconds = 0;
};

// What the rules make of the generator's first world, for the sizes at which it was worked out
// otherwise. None for other sizes.
std::optional<Observations> ExpectedObservations(ObservationRules rules, std::int64_t rows);

// All of the above. Errors: theirs.
absl::StatusOr<Observations> LoadObservations(std::int64_t rows, const AgencyClient& client);

}  // namespace serieslink::bench
