// How much of a synthetic world's truth the serving rules find, at three levels of dirt, and what
// the machinery beneath finds in data of others.
#include <cinttypes>
#include <cstdio>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "services/cli/model_input.h"
#include "services/linkage/fit/fit_report.h"
#include "services/linkage/fit/mark_fit.h"
#include "tests/bench/cleaned_serials.h"
#include "tests/bench/engine_check.h"
#include "tests/bench/figures.h"
#include "tests/bench/linkage_quality.h"
#include "tests/bench/shared_data.h"

namespace serieslink::bench {
namespace {

void Add(const std::string& what, const std::string& level, const PartitionScore& score,
         Figures* figures) {
  const std::string stem = absl::StrCat(what, "_", level, "_");
  figures->Add(stem + "pair_precision_ratio", score.PairPrecision());
  figures->Add(stem + "pair_recall_ratio", score.PairRecall());
  figures->Add(stem + "bcubed_precision_ratio", score.bcubed_precision);
  figures->Add(stem + "bcubed_recall_ratio", score.bcubed_recall);
  figures->Add(stem + "cluster_precision_ratio", score.ClusterPrecision());
  figures->Add(stem + "cluster_recall_ratio", score.ClusterRecall());
  figures->Add(stem + "true_clusters_count", static_cast<double>(score.true_clusters));
  figures->Add(stem + "found_clusters_count", static_cast<double>(score.found_clusters));
  std::printf("%-18s %-8s %9" PRIu64 " %9" PRIu64 " %9.4f %8.4f %9.4f %8.4f %9.4f %8.4f\n",
              what.c_str(), level.c_str(), score.true_clusters, score.found_clusters,
              score.PairPrecision(), score.PairRecall(), score.bcubed_precision,
              score.bcubed_recall, score.ClusterPrecision(), score.ClusterRecall());
}

void PrintClasses(const char* title, const std::map<std::string, std::uint64_t>& classes) {
  if (classes.empty()) return;
  std::printf("  %s\n", title);
  for (const auto& [name, pairs] : classes) {
    std::printf("    %7" PRIu64 "  %s\n", pairs, name.c_str());
  }
}

// The figures by which linkage is judged, of the middle level.
void AddJudged(const WeaponQuality& quality, Figures* figures) {
  figures->Add("confirmed_precision_ratio", quality.confirmed.PairPrecision());
  figures->Add("confirmed_recall_ratio", quality.told.PairRecall());
  figures->Add("lead_recall_ratio", quality.hinted.PairRecall());
  figures->Add("leads_per_true_ratio", quality.LeadsPerTrue());
  figures->Add("confirmed_recall_of_all_ratio", quality.confirmed.PairRecall());
  figures->Add("lead_recall_of_all_ratio", quality.with_leads.PairRecall());
}

// What the machinery finds on other data, beside what is published of it.
void AddEngineCheck(const std::string& name, const std::optional<EngineCheck>& check,
                    const char* published, Figures* figures) {
  if (!check.has_value()) {
    std::printf("%-18s not checked: ../shared/data and SERIESLINK_SHARED_DATA have no such data\n",
                name.c_str());
    return;
  }
  figures->Add(absl::StrCat(name, "_precision_ratio"), check->Precision());
  figures->Add(absl::StrCat(name, "_recall_ratio"), check->Recall());
  figures->Add(absl::StrCat(name, "_f1_ratio"), check->F1());
  std::printf("%-18s precision %.4f, recall %.4f, F1 %.4f; published: %s\n", name.c_str(),
              check->Precision(), check->Recall(), check->F1(), published);
}

// What scores of marks weigh, and how reliable that is on weapons that were not trained on.
void AddMark(const std::string& mark, const char* file, const char* column, Figures* figures) {
  const auto text = ReadSharedText(absl::StrCat("ballistic-scores-glock/", file));
  if (!text.has_value()) {
    std::printf("%s: not checked: ../shared/data and SERIESLINK_SHARED_DATA have no such data\n",
                mark.c_str());
    return;
  }
  std::istringstream in(*text);
  const auto pairs = cli::ReadScores(in, column);
  if (!pairs.ok()) Die(absl::StrCat(file, ": ", std::string(pairs.status().message())));
  auto fit = linkage::FitMark(absl::StrCat(mark, ".", column), *pairs, absl::StrCat("of ", file));
  if (!fit.ok()) Die(std::string(fit.status().message()));
  figures->Add(absl::StrCat("marks_", mark, "_cost_bits"), fit->cost_bits);
  figures->Add(absl::StrCat("marks_", mark, "_least_cost_bits"), fit->cost_bits_least);
  std::printf("%s", linkage::TextReport({nullptr, {*std::move(fit)}}).c_str());
}

// How far our canonical numbers and those of analysts who cleaned a register are the same.
void AddCleanedSerials(Figures* figures) {
  const std::vector<Row> rows = ReadSharedRows("br-saopaulo-seized-guns/guns_2019_2020.csv.gz");
  if (rows.empty()) {
    std::printf("not compared: ../shared/data and SERIESLINK_SHARED_DATA have no such data\n");
    return;
  }
  const CleanedSerials result = CompareCleanedSerials(rows);
  const auto share = [&](std::uint64_t count) {
    return static_cast<double>(count) / static_cast<double>(result.numbers);
  };
  figures->Add("saopaulo_serial_agreement_ratio", share(result.Agreeing()));
  std::printf("%" PRIu64 " guns, %" PRIu64 " with a number by either, %" PRIu64
              " with one of the analyst's. Of these %" PRIu64 " are equal and %" PRIu64
              " equal in canonical form: %.4f agree\n",
              result.rows, result.rows - result.both_none, result.numbers, result.equal,
              result.equal_in_form, share(result.Agreeing()));
  PrintClasses("agree, but are in doubt and so make at most a lead:", result.in_doubt);
  PrintClasses("disagree:", result.disagreements);
}

int Run(int argc, char** argv) {
  CLI::App app("How much of a synthetic world's truth the serving rules find.");
  std::uint64_t records = 100'000;
  std::uint64_t seed = 1;
  std::string json;
  app.add_option("--records", records, "Records at each level of dirt")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--seed", seed, "Which world")->capture_default_str();
  app.add_option("--json", json, "Write the figures to this file, as one flat object");
  CLI11_PARSE(app, argc, argv);

  std::printf("%-18s %-8s %9s %9s %18s %18s %18s\n", "", "", "", "", "-- by pair --",
              "-- B-cubed --", "-- by cluster --");
  std::printf("%-18s %-8s %9s %9s %9s %8s %9s %8s %9s %8s\n", "what", "dirt", "true", "found",
              "precision", "recall", "precision", "recall", "precision", "recall");
  Figures figures;
  for (const synth::DirtLevel level : synth::kDirtLevels) {
    const auto quality = MeasureLinkageQuality(level, records, seed);
    if (!quality.ok()) Die(std::string(quality.status().message()));
    const std::string name = synth::DirtLevelName(level);
    const WeaponQuality& weapons = quality->weapons;
    Add("weapons", name, weapons.confirmed, &figures);
    Add("weapons_with_leads", name, weapons.with_leads, &figures);
    Add("events", name, quality->events, &figures);
    figures.Add(absl::StrCat("leads_", name, "_count"), static_cast<double>(weapons.leads));
    figures.Add(absl::StrCat("leads_", name, "_per_true_ratio"), weapons.LeadsPerTrue());
    std::printf(
        "  of what is told %.4f is confirmed, of what is hinted at %.4f is confirmed or a "
        "lead; %" PRIu64 " leads, %" PRIu64 " true (%" PRIu64 ", %" PRIu64 " by rules)\n",
        weapons.told.PairRecall(), weapons.hinted.PairRecall(), weapons.leads, weapons.true_leads,
        weapons.rule_leads, weapons.true_rule_leads);
    PrintClasses("pairs of one gun that are not joined:", weapons.missed_pairs);
    PrintClasses("pairs of two guns that are joined:", weapons.false_pairs);
    if (level == synth::DirtLevel::kTypical) AddJudged(weapons, &figures);
    figures.Add(absl::StrCat("derived_", name, "_records_per_s"),
                static_cast<double>(quality->records) / quality->seconds);
  }
  std::printf("\nThe machinery alone, on other data:\n");
  AddEngineCheck("engine_febrl4", CheckFebrl(),
                 "4,960 of 5,000 pairs at a probability of 0.99 (Splink's demonstration on febrl4)",
                 &figures);
  AddEngineCheck("engine_products", CheckProducts(false),
                 "F1 0.719 (Magellan; S. Mudgal et al., SIGMOD 2018, test part)", &figures);
  AddEngineCheck("engine_products_dirty", CheckProducts(true), "F1 0.374 (Magellan; the same)",
                 &figures);
  std::printf("\nScores of marks, on weapons that were not trained on:\n");
  AddMark("aperture_shear", "aperture_shear.csv.gz", "ccf", &figures);
  AddMark("breech_face", "breech_face_impression.csv", "accf", &figures);
  AddMark("firing_pin", "firing_pin_impression.csv", "accf", &figures);
  std::printf("\nSerial numbers of São Paulo, ours and the analysts':\n");
  AddCleanedSerials(&figures);
  figures.WriteJson(json);
  return 0;
}

}  // namespace
}  // namespace serieslink::bench

int main(int argc, char** argv) { return serieslink::bench::Run(argc, argv); }
