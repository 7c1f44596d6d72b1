// How much of a synthetic world's truth the serving rules find, at three levels of dirt.
#include <cinttypes>
#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "tests/bench/figures.h"
#include "tests/bench/linkage_quality.h"

namespace serieslink::bench {
namespace {

void Add(const std::string& what, const std::string& level, const PartitionScore& score,
         Figures* figures) {
  const std::string stem = absl::StrCat(what, "_", level, "_");
  figures->Add(stem + "pair_precision_ratio", score.PairPrecision());
  figures->Add(stem + "pair_recall_ratio", score.PairRecall());
  figures->Add(stem + "cluster_precision_ratio", score.ClusterPrecision());
  figures->Add(stem + "cluster_recall_ratio", score.ClusterRecall());
  figures->Add(stem + "true_clusters_count", static_cast<double>(score.true_clusters));
  figures->Add(stem + "found_clusters_count", static_cast<double>(score.found_clusters));
  std::printf("%-8s %-8s %9" PRIu64 " %9" PRIu64 " %11.4f %8.4f %11.4f %8.4f\n", what.c_str(),
              level.c_str(), score.true_clusters, score.found_clusters, score.PairPrecision(),
              score.PairRecall(), score.ClusterPrecision(), score.ClusterRecall());
}

int Run(int argc, char** argv) {
  CLI::App app("How much of a synthetic world's truth the serving rules find.");
  std::uint64_t records = 20'000;
  std::uint64_t seed = 1;
  std::string json;
  app.add_option("--records", records, "Records at each level of dirt")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--seed", seed, "Which world")->capture_default_str();
  app.add_option("--json", json, "Write the figures to this file, as one flat object");
  CLI11_PARSE(app, argc, argv);

  std::printf("%-8s %-8s %9s %9s %20s %20s\n", "", "", "", "", "-- by pair --", "-- by cluster --");
  std::printf("%-8s %-8s %9s %9s %11s %8s %11s %8s\n", "what", "dirt", "true", "found", "precision",
              "recall", "precision", "recall");
  Figures figures;
  for (const synth::DirtLevel level : synth::kDirtLevels) {
    const auto quality = MeasureLinkageQuality(level, records, seed);
    if (!quality.ok()) Die(std::string(quality.status().message()));
    const std::string name = synth::DirtLevelName(level);
    Add("weapons", name, quality->weapons, &figures);
    Add("events", name, quality->events, &figures);
    figures.Add(absl::StrCat("derived_", name, "_records_per_s"),
                static_cast<double>(quality->records) / quality->seconds);
  }
  figures.WriteJson(json);
  return 0;
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) { return serieslink::bench::Run(argc, argv); }
