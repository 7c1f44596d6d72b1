// Generated observations through the whole server by gRPC, with the rules of other systems'
// benchmarks, without and with numbers one edit apart, and the weapons that come out.
#include <cinttypes>
#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "tests/bench/figures.h"
#include "tests/bench/observations.h"
#include "tests/support/test_server.h"

namespace serieslink::bench {
namespace {

// Loads a server with these rules; false when other weapons come out than are expected. `name` is
// of the rules, `prefix` that of their figures.
bool Measure(ObservationRules rules, const char* name, const char* prefix, std::int64_t records,
             Figures& figures) {
  const TestServer server(RuleSetOf(rules));
  const auto loaded = LoadObservations(records, server.As("mers"));
  if (!loaded.ok()) Die(std::string(loaded.status().message()));
  const double rows = static_cast<double>(loaded->rows);
  const double acknowledged_per_s = rows / loaded->acknowledged_seconds;
  const double derived_per_s = rows / loaded->derived_seconds;
  std::printf("%s, %" PRId64 " rows: %" PRId64 " weapons, %" PRId64
              " of them of two or more exhibits; %.0f rows/s acknowledged, %.0f rows/s derived\n",
              name, loaded->rows, loaded->components, loaded->shared_components, acknowledged_per_s,
              derived_per_s);
  std::fflush(stdout);
  figures.Add(absl::StrCat(prefix, "acknowledged_records_per_s"), acknowledged_per_s);
  figures.Add(absl::StrCat(prefix, "derived_records_per_s"), derived_per_s);
  figures.Add(absl::StrCat(prefix, "weapons_count"), static_cast<double>(loaded->components));
  figures.Add(absl::StrCat(prefix, "shared_weapons_count"),
              static_cast<double>(loaded->shared_components));
  const auto expected = ExpectedObservations(rules, records);
  if (!expected.has_value() || (loaded->components == expected->components &&
                                loaded->shared_components == expected->shared_components)) {
    return true;
  }
  std::fprintf(stderr, "bench_obs: %s: expected %" PRId64 " weapons, %" PRId64 " of two or more\n",
               name, expected->components, expected->shared_components);
  return false;
}

int Run(int argc, char** argv) {
  CLI::App app("Generated observations through the whole server, by other systems' rules.");
  std::int64_t records = 100'000;
  std::string json;
  app.add_option("--records", records, "Rows; 100000 and 1000000 are checked")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--json", json, "Write the figures to this file, as one flat object");
  CLI11_PARSE(app, argc, argv);

  if (!ObservationsProgram().has_value()) {
    Die("../shared/bench/gen_obs.cpp beside the source is absent");
  }
  Figures figures;
  const bool are_equal_right =
      Measure(ObservationRules::kEqual, "equal numbers", "equal_", records, figures);
  const bool are_one_edit_right =
      Measure(ObservationRules::kOneEdit, "and one edit apart", "", records, figures);
  figures.WriteJson(json);
  return are_equal_right && are_one_edit_right ? 0 : 1;
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) { return serieslink::bench::Run(argc, argv); }
