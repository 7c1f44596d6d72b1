// Generated observations through the whole server by gRPC, with the rules of other systems'
// benchmarks, and the weapons that come out.
#include <cinttypes>
#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "services/linkage/core/rules.h"
#include "tests/bench/figures.h"
#include "tests/bench/observations.h"
#include "tests/support/test_server.h"

namespace serieslink::bench {
namespace {

int Run(int argc, char** argv) {
  CLI::App app("Generated observations through the whole server, by equal serial and make.");
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
  const TestServer server(linkage::RuleSet::BenchmarkXT());
  const auto loaded = LoadObservations(records, server.As("mers"));
  if (!loaded.ok()) Die(std::string(loaded.status().message()));
  const double rows = static_cast<double>(loaded->rows);
  const double acknowledged_per_s = rows / loaded->acknowledged_seconds;
  const double derived_per_s = rows / loaded->derived_seconds;
  std::printf("%" PRId64 " rows: %" PRId64 " weapons, %" PRId64
              " of them of two or more exhibits; %.0f rows/s acknowledged, %.0f rows/s derived\n",
              loaded->rows, loaded->components, loaded->shared_components, acknowledged_per_s,
              derived_per_s);
  const auto expected = ExpectedObservations(records);
  if (expected.has_value() && (loaded->components != expected->components ||
                               loaded->shared_components != expected->shared_components)) {
    std::fprintf(stderr, "bench_obs: expected %" PRId64 " weapons, %" PRId64 " of two or more\n",
                 expected->components, expected->shared_components);
    return 1;
  }
  Figures figures;
  figures.Add("acknowledged_records_per_s", acknowledged_per_s);
  figures.Add("derived_records_per_s", derived_per_s);
  figures.Add("weapons_count", static_cast<double>(loaded->components));
  figures.Add("shared_weapons_count", static_cast<double>(loaded->shared_components));
  figures.WriteJson(json);
  return 0;
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) { return serieslink::bench::Run(argc, argv); }
