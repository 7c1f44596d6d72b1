#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "tests/support/agency_client.h"

// Generated observations of guns, on which other systems' benchmarks run too: what links them is
// only an equal serial with an equal make, and rows that name another row. Their generator lies
// beside the source tree and is no part of it.
namespace serieslink::bench {

// The generator's program; none where its source was not there when this was built.
std::optional<std::string> ObservationsProgram();

// What a server made of them.
struct Observations {
  std::int64_t rows = 0;
  std::int64_t components = 0;         // weapons, those of one exhibit included
  std::int64_t shared_components = 0;  // weapons of two or more exhibits
  double acknowledged_seconds = 0;     // until the last row was acknowledged
  double derived_seconds = 0;          // until its weapons could be read as well
};

// What the rules make of the generator's first world, for the sizes at which it was worked out
// otherwise. None for other sizes.
std::optional<Observations> ExpectedObservations(std::int64_t rows);

// Generates `rows` rows, maps them by tests/e2e/mappings/observations.toml and pushes them through
// `client` to an empty server, whose rules must be RuleSet::BenchmarkX(). Reads the result back.
// Errors: INTERNAL (the generator or the mapping; a row that cannot be read or is rejected), and
// UNAVAILABLE (a call fails).
absl::StatusOr<Observations> LoadObservations(std::int64_t rows, const AgencyClient& client);

}  // namespace serieslink::bench
