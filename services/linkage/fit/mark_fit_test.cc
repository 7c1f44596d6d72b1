#include "services/linkage/fit/mark_fit.h"

#include <cmath>
#include <random>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

using ::testing::HasSubstr;

// Scores that are normal with one spread for both kinds, so that the likelihood ratio is known:
// log LR = (2 s - 1) / (2 * 0.04) for means of 1 and 0 and a spread of 0.2.
std::vector<ScoredPair> Scores(int weapons, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(0, 0.2);
  std::vector<ScoredPair> pairs;
  for (int i = 0; i < weapons; ++i) {
    const std::string name = "W" + std::to_string(i);
    pairs.push_back({name, name, true, 1 + normal(random)});
    for (int j = 0; j < i; j += 7) {
      pairs.push_back({name, "W" + std::to_string(j), false, normal(random)});
    }
  }
  return pairs;
}

TEST(MarkFitTest, TheWeightIsTheLogOfTheLikelihoodRatio) {
  const auto fit = FitMark("test.score", Scores(600, 3), "made up");
  ASSERT_TRUE(fit.ok()) << fit.status();
  const double slope = 1 / 0.04 / std::log(2.0);
  EXPECT_NEAR(fit->calibration.slope_log2(), slope, 0.2 * slope);
  const double at_half = fit->calibration.intercept_log2() + 0.5 * fit->calibration.slope_log2();
  EXPECT_NEAR(at_half, 0, 1) << "where both kinds are equally likely";
  EXPECT_LT(fit->cost_bits, 0.2);
  EXPECT_LE(fit->cost_bits_least, fit->cost_bits + 1e-9);
  EXPECT_GT(fit->held_out_same, 100u);
  std::uint64_t binned = 0;
  for (const ReliabilityBin& bin : fit->bins) {
    binned += bin.pairs;
    EXPECT_LE(bin.low, bin.observed);
    EXPECT_GE(bin.high, bin.observed);
  }
  EXPECT_EQ(binned, fit->held_out_same + fit->held_out_different);
}

TEST(MarkFitTest, AWeightIsNoMoreThanItsPairsSupport) {
  std::vector<ScoredPair> pairs = Scores(200, 5);
  for (ScoredPair& pair : pairs) pair.score = pair.is_one_weapon ? 1 : 0;  // No overlap at all.
  const auto fit = FitMark("test.score", pairs, "made up");
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_TRUE(std::isfinite(fit->calibration.slope_log2()));
  EXPECT_DOUBLE_EQ(fit->calibration.weight_max_log2(),
                   std::log2(static_cast<double>(fit->trained_different) + 1));
  EXPECT_EQ(fit->misleading_same + fit->misleading_different, 0u);
}

TEST(MarkFitTest, TooFewScoresAndScoresThatTellTheWrongWayAreRefused) {
  EXPECT_THAT(FitMark("test.score", Scores(12, 3), "made up").status().message(),
              HasSubstr("too few"));
  std::vector<ScoredPair> pairs = Scores(300, 3);
  for (ScoredPair& pair : pairs) pair.score = -pair.score;
  EXPECT_THAT(FitMark("test.score", pairs, "made up").status().message(), HasSubstr("no higher"));
}

}  // namespace
}  // namespace serieslink::linkage
