// Goal: intervals are exact, and nothing is read into what chance alone makes.
// Method: against the published table of Garwood's limits, and against sums of binomial terms.
#include "services/summary/core/comparison.h"

#include <gtest/gtest.h>

#include <cmath>

namespace serieslink::summary {
namespace {

v1::Count CountOf(std::int64_t counted, std::int64_t undetermined = 0) {
  v1::Count count;
  count.set_counted(counted);
  count.set_undetermined(undetermined);
  return count;
}

TEST(ComparisonTest, PoissonLimitsAreGarwoods) {
  // As tables of exact limits have them.
  const struct {
    std::int64_t count;
    double low;
    double high;
  } rows[] = {{0, 0, 3.6889},         {1, 0.0253, 5.5716},     {2, 0.2422, 7.2247},
              {5, 1.6235, 11.6683},   {10, 4.7954, 18.3904},   {20, 12.2165, 30.8884},
              {50, 37.1107, 65.9190}, {100, 81.3640, 121.6268}};
  for (const auto& row : rows) {
    const Range range = PoissonInterval(row.count);
    EXPECT_NEAR(range.low, row.low, 5e-4) << row.count;
    EXPECT_NEAR(range.high, row.high, 5e-4) << row.count;
  }
}

TEST(ComparisonTest, LargeCountsHaveLimitsOfTheNormalDistribution) {
  const Range range = PoissonInterval(1'000'000);
  EXPECT_NEAR(range.low, 1e6 - 1.96 * 1e3, 5);
  EXPECT_NEAR(range.high, 1e6 + 1.96 * 1e3, 5);
}

// The probability of `successes` or more among `trials`, as a plain sum.
double AtLeast(int successes, int trials, double p) {
  double sum = 0;
  for (int k = successes; k <= trials; ++k) {
    sum += std::exp(std::lgamma(trials + 1) - std::lgamma(k + 1) - std::lgamma(trials - k + 1) +
                    k * std::log(p) + (trials - k) * std::log1p(-p));
  }
  return sum;
}

TEST(ComparisonTest, RatioLimitsLeaveTwoAndAHalfPercentOnEachSide) {
  for (int count = 0; count <= 40; count += 3) {
    for (int earlier = 1; earlier <= 40; earlier += 4) {
      const RateChange change = CompareRates(count, 92, earlier, 90);
      const double scale = 90.0 / 92.0;
      ASSERT_TRUE(change.low.has_value() && change.high.has_value());
      const double high = *change.high / scale;
      EXPECT_NEAR(1 - AtLeast(count + 1, count + earlier, high / (1 + high)), 0.025, 1e-6)
          << count << " " << earlier;
      if (count == 0) {
        EXPECT_EQ(*change.low, 0);
        continue;
      }
      const double low = *change.low / scale;
      EXPECT_NEAR(AtLeast(count, count + earlier, low / (1 + low)), 0.025, 1e-6)
          << count << " " << earlier;
      EXPECT_LT(*change.low, *change.ratio);
      EXPECT_GT(*change.high, *change.ratio);
    }
  }
}

TEST(ComparisonTest, ALargeRatioOfSmallCountsIsNotOverRead) {
  const v1::Comparison comparison = CompareCounts(CountOf(6), 92, CountOf(2), 91, "2026Q2");
  EXPECT_EQ(comparison.change(), v1::CHANGE_WITHIN_CHANCE);
  EXPECT_EQ(
      comparison.words(),
      "6, against 2 in 2026Q2: within what chance alone can make (0.53 to 30.06 times the rate)");
}

TEST(ComparisonTest, AChangeBeyondChanceIsSaid) {
  EXPECT_EQ(CompareCounts(CountOf(60), 92, CountOf(30), 91, "2026Q2").change(), v1::CHANGE_HIGHER);
  EXPECT_EQ(CompareCounts(CountOf(30), 92, CountOf(60), 91, "2026Q2").change(), v1::CHANGE_LOWER);
  EXPECT_EQ(CompareCounts(CountOf(10), 92, CountOf(0), 91, "2026Q2").change(), v1::CHANGE_HIGHER);
}

TEST(ComparisonTest, NothingInEitherPeriodIsNoChange) {
  const v1::Comparison comparison = CompareCounts(CountOf(0), 92, CountOf(0), 91, "2026Q2");
  EXPECT_EQ(comparison.change(), v1::CHANGE_UNSPECIFIED);
  EXPECT_EQ(comparison.words(), "none, and none in 2026Q2");
  EXPECT_FALSE(comparison.has_ratio_low());
}

TEST(ComparisonTest, WhatIsNotDeterminedCanTakeAChangeAway) {
  EXPECT_EQ(CompareCounts(CountOf(30), 92, CountOf(60), 91, "2026Q2").change(), v1::CHANGE_LOWER);
  EXPECT_EQ(CompareCounts(CountOf(30, 40), 92, CountOf(60, 5), 91, "2026Q2").change(),
            v1::CHANGE_CANNOT_SAY);
  EXPECT_EQ(CompareCounts(CountOf(30, 4), 92, CountOf(60, 5), 91, "2026Q2").change(),
            v1::CHANGE_LOWER);
}

TEST(ComparisonTest, PeriodsOfOtherLengthAreComparedByTheDay) {
  // The same rate in a leap year's first quarter and the next.
  const RateChange change = CompareRates(900, 90, 920, 92);
  EXPECT_NEAR(*change.ratio, 1, 1e-9);
  EXPECT_EQ(change.change, v1::CHANGE_WITHIN_CHANCE);
}

}  // namespace
}  // namespace serieslink::summary
