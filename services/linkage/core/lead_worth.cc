#include "services/linkage/core/lead_worth.h"

#include <algorithm>
#include <cmath>

namespace serieslink::linkage {
namespace {

constexpr absl::string_view kChanceSource =
    "log2 of the chance that the finding is right: of a rule, from its weight; of an examiner's "
    "lead, that 1 to 2 in 100 are not confirmed (NIBIN); of an agency's word, assumed one half";
constexpr double kNothingToExamineLog2 = -2.0;
constexpr absl::string_view kToExamineSource =
    "assumed: of guns that were only seen or described, and of live ammunition, one lead in four "
    "can "
    "be settled";
constexpr absl::string_view kSeriousnessSource =
    "assumed: a death counts 64 times, a serious injury 16 times, an injury or shots 8 times, "
    "another incident twice as much as none";
constexpr absl::string_view kFreshnessSource =
    "assumed: a lead is worth half as much after each 30 days";
constexpr double kHalfLifeSeconds = 30.0 * 86'400;
// Steps of a rank. 2,531 seconds of age are one.
constexpr double kStepsPerBit = 1024;
// Above every step.
constexpr std::int64_t kRankBase = std::int64_t{1} << 40;

}  // namespace

bool CanBeExamined(ExhibitKind kind) {
  return kind != ExhibitKind::kSightedGun && kind != ExhibitKind::kDescribedGun &&
         kind != ExhibitKind::kAmmunitionLot;
}

std::vector<WorthTerm> WorthOf(const WorthFacts& facts, std::int64_t age_s) {
  const bool both = CanBeExamined(facts.kinds[0]) && CanBeExamined(facts.kinds[1]);
  return {
      {"solvability: finding", facts.chance_log2, kChanceSource},
      {"solvability: to examine", both ? 0.0 : kNothingToExamineLog2, kToExamineSource},
      {"seriousness", static_cast<double>(facts.seriousness_log2), kSeriousnessSource},
      {"freshness", -static_cast<double>(std::max<std::int64_t>(age_s, 0)) / kHalfLifeSeconds,
       kFreshnessSource},
  };
}

std::uint64_t RankOf(const WorthFacts& facts, std::int64_t known_us) {
  double worth_log2 = 0;
  for (const WorthTerm& term : WorthOf(facts, 0)) worth_log2 += term.weight_log2;
  // Whole seconds and whole steps, so that every machine comes to the same.
  const std::int64_t known_steps = known_us / 1'000'000 * 1024 / (30 * 86'400);
  return static_cast<std::uint64_t>(kRankBase - known_steps -
                                    std::llround(worth_log2 * kStepsPerBit));
}

std::uint64_t RankOfReexamination(std::int64_t since_us) {
  return ~static_cast<std::uint64_t>(since_us);
}

}  // namespace serieslink::linkage
