// Goal: statistics are those of the papers that they are taken from, and say no more than they may
// when what is counted comes in bursts.
// Method: published examples, values of SciPy 1.10.1, and simulations by seed.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "services/summary/core/change_points.h"
#include "services/summary/core/dispersion.h"
#include "services/summary/core/lag_triangle.h"
#include "services/summary/core/ranking.h"
#include "services/summary/core/survival.h"
#include "services/summary/core/tails.h"

namespace serieslink::summary {
namespace {

TEST(TailsTest, TheIncompleteBetaFunctionIsThatOfSciPy) {
  // scipy.special.betainc.
  EXPECT_NEAR(IncompleteBeta(1, 1, 0.3), 0.3, 1e-12);
  EXPECT_NEAR(IncompleteBeta(12, 4.5, 0.5), 0.026578988084357023, 1e-12);
  EXPECT_NEAR(IncompleteBeta(0.5, 30, 0.02), 0.7271017347653231, 1e-12);
  EXPECT_NEAR(IncompleteBeta(250, 200, 0.55), 0.4050243103326137, 1e-10);
  EXPECT_NEAR(IncompleteBeta(3.75, 1.25, 0.5), 0.10447461354194837, 1e-12);
  EXPECT_NEAR(IncompleteBeta(1e4, 1e4, 0.505), 0.9213529911182899, 1e-9);
}

// Counts of periods with `mean` each, in bursts of 1 and geometrically many more.
std::vector<std::int64_t> Bursts(std::mt19937_64& random, std::size_t periods, double mean,
                                 double burst_mean) {
  std::poisson_distribution<int> bursts(mean / burst_mean);
  std::geometric_distribution<int> more(1 / burst_mean);
  std::vector<std::int64_t> counts;
  for (std::size_t i = 0; i < periods; ++i) {
    std::int64_t count = 0;
    for (int left = bursts(random); left > 0; --left) count += 1 + more(random);
    counts.push_back(count);
  }
  return counts;
}

TEST(DispersionTest, BurstsAreFoundAndPoissonCountsAreNot) {
  std::mt19937_64 random(3);
  std::vector<std::vector<std::int64_t>> poisson;
  std::vector<std::vector<std::int64_t>> bursts;
  for (int i = 0; i < 200; ++i) {
    poisson.push_back(Bursts(random, 20, 6, 1));
    bursts.push_back(Bursts(random, 20, 6, 3));
  }
  EXPECT_NEAR(DispersionOf(poisson), 1, 0.05);
  // 1 + 2 (burst_mean - 1): a compound Poisson sum of geometric bursts.
  EXPECT_NEAR(DispersionOf(bursts), 5, 0.4);
  EXPECT_EQ(DispersionOf({}), 1);
  EXPECT_EQ(DispersionOf({{0, 0, 0}, {4}}), 1);
}

TEST(RankingTest, AnAreaIsBoundedByThoseThatItIsSurelyAboveAndBelow) {
  // scipy.stats.binom.sf, of each pair: A over B 6.4e-5, over C 1.2e-5, over D 9e-13; B over C
  // 0.42, over D 2.4e-4; C over D 9.8e-4. Holm, of twelve: 0.05/12, 11, 10, 9 and 8 are above the
  // five.
  const auto ranked = RankAreas({{"C", 10}, {"A", 40}, {"D", 0}, {"B", 12}}, 1);
  ASSERT_EQ(ranked.size(), 4U);
  EXPECT_EQ(ranked[0].key, "A");
  EXPECT_EQ(std::pair(ranked[0].rank_low, ranked[0].rank_high), std::pair(1, 1));
  EXPECT_EQ(ranked[1].key, "B");
  EXPECT_EQ(std::pair(ranked[1].rank_low, ranked[1].rank_high), std::pair(2, 3));
  EXPECT_EQ(std::pair(ranked[2].rank_low, ranked[2].rank_high), std::pair(2, 3));
  EXPECT_EQ(std::pair(ranked[3].rank_low, ranked[3].rank_high), std::pair(4, 4));
}

TEST(RankingTest, OfFewEventsNothingIsSaid) {
  for (const RankedArea& one : RankAreas({{"A", 3}, {"B", 1}, {"C", 0}}, 1)) {
    EXPECT_EQ(one.rank_low, 1);
    EXPECT_EQ(one.rank_high, 3);
  }
  // Forty against twelve in bursts of which each counts as eight is five against one and a half.
  EXPECT_EQ(RankAreas({{"A", 40}, {"B", 12}}, 8)[0].rank_high, 2);
  EXPECT_TRUE(RankAreas({}, 1).empty());
}

TEST(RankingTest, AllIntervalsTogetherHoldTheTrueRanks) {
  // True rates in two groups, bursts, dispersion as estimated: all 20 intervals at once.
  for (const double burst : {1.0, 3.0}) {
    std::mt19937_64 random(11);
    int missed = 0;
    constexpr int kTrials = 400;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::vector<std::vector<std::int64_t>> history;
      std::vector<std::pair<std::string, std::int64_t>> areas;
      for (int i = 0; i < 20; ++i) {
        history.push_back(Bursts(random, 20, i < 4 ? 24 : 6, burst));
        areas.emplace_back(std::string(1, static_cast<char>('a' + i)), history.back().back());
      }
      bool is_missed = false;
      for (const RankedArea& one : RankAreas(areas, DispersionOf(history))) {
        // The first four share ranks 1 to 4, the others 5 to 20.
        const bool is_first = one.key[0] < 'e';
        is_missed =
            is_missed || one.rank_low > (is_first ? 1 : 5) || one.rank_high < (is_first ? 4 : 20);
      }
      missed += is_missed;
    }
    EXPECT_LE(missed, kTrials * 0.05) << "bursts of " << burst;
  }
}

TEST(ChangePointsTest, AdjustedProbabilitiesAreThoseOfBenjaminiAndYekutieli) {
  // The fifteen of the paper of 1995, adjusted by the sum of 1/i: computed apart, in Python.
  const auto adjusted = AdjustForDiscoveries({0.041, 0.001, 0.008, 0.039, 0.042, 0.06, 0.074, 0.205,
                                              0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34});
  EXPECT_NEAR(adjusted[1], 0.0497734348984349, 1e-12);
  EXPECT_NEAR(adjusted[2], 0.1990937395937396, 1e-12);
  EXPECT_NEAR(adjusted[0], 0.41809685314685324, 1e-12);
  EXPECT_NEAR(adjusted[3], 0.41809685314685324, 1e-12);
  EXPECT_NEAR(adjusted[14], 1, 1e-12);
}

TEST(ChangePointsTest, AClearChangeIsFoundAtItsQuarter) {
  std::vector<std::int64_t> counts = {20, 22, 19, 21, 23, 20, 18, 22, 21, 20,
                                      9,  8,  11, 10, 9,  12, 10, 8,  11, 9};
  const auto change = FindChangePoint(counts, 100'000);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->first_after, 10U);
  EXPECT_NEAR(change->mean_before, 20.6, 1e-9);
  EXPECT_NEAR(change->mean_after, 9.7, 1e-9);
  EXPECT_LT(change->probability, 1e-3);
  EXPECT_EQ(FindChangePoint(counts, 100'000)->probability, change->probability);
}

TEST(ChangePointsTest, SeasonsAreNoChange) {
  std::vector<std::int64_t> counts;
  for (int year = 0; year < 5; ++year) counts.insert(counts.end(), {10 + year % 2, 30, 50, 20});
  EXPECT_GT(FindChangePoint(counts, 10'000)->probability, 0.2);
  EXPECT_FALSE(FindChangePoint({1, 2, 3}, 1000).has_value());
  EXPECT_FALSE(FindChangePoint(std::vector<std::int64_t>(20, 0), 1000).has_value());
}

// A summary of `series` series of 20 quarters, of which the first `changed` have a level that
// falls: how many are told, and how many of those falsely.
std::pair<int, int> Told(std::mt19937_64& random, std::size_t series, std::size_t changed,
                         double burst_mean) {
  std::vector<double> probabilities;
  for (std::size_t i = 0; i < series; ++i) {
    std::vector<std::int64_t> counts = Bursts(random, 20, i < 6 ? 60 : 8, burst_mean);
    if (i < changed) {
      const auto fallen = Bursts(random, 20, 15, burst_mean);
      std::copy(fallen.begin() + 11, fallen.end(), counts.begin() + 11);
    }
    probabilities.push_back(FindChangePoint(counts, PermutationsNeeded(series, 0.05))->probability);
  }
  const auto adjusted = AdjustForDiscoveries(probabilities);
  std::pair<int, int> told{0, 0};
  for (std::size_t i = 0; i < series; ++i) {
    if (adjusted[i] > 0.05) continue;
    ++told.first;
    told.second += i >= changed;
  }
  return told;
}

TEST(ChangePointsTest, FalseDiscoveriesStayFewUnderBursts) {
  // Forty summaries each. Without a change every discovery is false, and the rate is the share of
  // summaries that tell any.
  for (const double burst : {1.0, 3.0, 6.0}) {
    std::mt19937_64 random(17);
    int with_any = 0;
    double false_rate = 0;
    int found = 0;
    for (int i = 0; i < 40; ++i) {
      with_any += Told(random, 60, 0, burst).first > 0;
      const auto [told, wrong] = Told(random, 60, 3, burst);
      if (told > 0) false_rate += static_cast<double>(wrong) / told;
      found += told - wrong;
    }
    // 5 % are two of forty; more than five have a probability below 2 %.
    EXPECT_LE(with_any, 5) << "bursts of " << burst;
    EXPECT_LE(false_rate / 40, 0.1) << "bursts of " << burst;
    if (burst < 6) {
      EXPECT_GE(found, 60) << "half of what is there, bursts of " << burst;
    }
  }
}

TEST(ChangePointsTest, ProbabilitiesOfSeriesInBurstsAreNotTooSmall) {
  std::mt19937_64 random(29);
  int small = 0;
  constexpr int kSeries = 1000;
  for (int i = 0; i < kSeries; ++i) {
    small += FindChangePoint(Bursts(random, 20, 9, 5), 2000)->probability <= 0.05;
  }
  // 50 are expected at most; the standard deviation is 7.
  EXPECT_LE(small, 71);
}

TEST(SurvivalTest, TheLeukaemiaTrialIsAsPublished) {
  // E. J. Freireich and others, Blood 21 (1963): weeks of remission under 6-mercaptopurine. Shares
  // and their median are in every textbook; intervals are those of R's survfit with log-log.
  std::vector<Duration> weeks;
  for (const std::int64_t one : {6, 6, 6, 7, 10, 13, 16, 22, 23}) weeks.push_back({one, true});
  for (const std::int64_t one : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
    weeks.push_back({one, false});
  }
  const Survival survival(weeks);
  const std::vector<std::vector<double>> expected = {
      {6, 21, 3, 0.8571, 0.6197, 0.9516},  {7, 17, 1, 0.8067, 0.5631, 0.9228},
      {10, 15, 1, 0.7529, 0.5032, 0.8894}, {13, 12, 1, 0.6902, 0.4316, 0.8491},
      {16, 11, 1, 0.6275, 0.3675, 0.8049}, {22, 7, 1, 0.5378, 0.2678, 0.7468},
      {23, 6, 1, 0.4482, 0.1881, 0.6801}};
  ASSERT_EQ(survival.steps().size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Survival::Step& step = survival.steps()[i];
    EXPECT_EQ(step.length_s, static_cast<std::int64_t>(expected[i][0]));
    EXPECT_EQ(step.at_risk, static_cast<std::int64_t>(expected[i][1]));
    EXPECT_EQ(step.ended, static_cast<std::int64_t>(expected[i][2]));
    EXPECT_NEAR(step.share, expected[i][3], 5e-5);
    EXPECT_NEAR(step.low, expected[i][4], 5e-5);
    EXPECT_NEAR(step.high, expected[i][5], 5e-5);
  }
  const Survival::Quantile half = survival.Within(0.5);
  EXPECT_EQ(half.length_s, 23);
  EXPECT_EQ(half.low_s, 13);
  EXPECT_FALSE(half.high_s.has_value());
}

TEST(SurvivalTest, WithoutCensoringSharesAreCounts) {
  const Survival survival({{4, true}, {1, true}, {2, true}, {3, true}});
  EXPECT_NEAR(survival.steps()[1].share, 0.5, 1e-12);
  EXPECT_EQ(survival.Within(0.5).length_s, 2);
  EXPECT_EQ(survival.steps()[3].share, 0);
  EXPECT_TRUE(Survival({{5, false}}).steps().empty());
  EXPECT_FALSE(Survival({{5, false}}).Within(0.5).length_s.has_value());
}

TEST(LagTriangleTest, MacksExampleIsAsPublished) {
  // The triangle of G. C. Taylor and F. R. Ashe (1983), with the reserves and standard errors of
  // T. Mack's paper of 1993.
  const LagTriangle triangle = {
      {357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463},
      {352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085},
      {290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315},
      {310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268},
      {443160, 1136350, 2128333, 2897821, 3402672, 3873311},
      {396132, 1333217, 2180715, 2985752, 3691712},
      {440832, 1288463, 2419861, 3483130},
      {359480, 1421128, 2864498},
      {376686, 1363294},
      {344014}};
  const std::vector<double> reserves = {94634,   469511,  709638,  984889, 1419459,
                                        2177641, 3920301, 4278972, 4625811};
  const std::vector<double> errors = {75535,  121699, 133549, 261406, 411010,
                                      558317, 875328, 971258, 1363155};
  const auto finals = ExpectFinals(triangle, 1);
  const auto mack = MackErrors(triangle, 1);
  ASSERT_TRUE(finals.has_value() && mack.has_value());
  ASSERT_EQ(finals->size(), reserves.size());
  for (std::size_t i = 0; i < reserves.size(); ++i) {
    EXPECT_NEAR((*finals)[i].expected - static_cast<double>((*finals)[i].known), reserves[i], 1);
    EXPECT_NEAR((*mack)[i], errors[i], 1);
    EXPECT_LT((*finals)[i].low, (*finals)[i].expected);
    EXPECT_GT((*finals)[i].high, (*finals)[i].expected);
  }
}

TEST(LagTriangleTest, WithoutEnoughHistoryNothingIsExpected) {
  EXPECT_FALSE(ExpectFinals({{3, 4, 5}, {3, 4}, {2}}).has_value());
  EXPECT_FALSE(ExpectFinals({{0, 0}, {0, 0}, {0, 0}, {0}}).has_value());
  EXPECT_TRUE(ExpectFinals({})->empty());
}

TEST(LagTriangleTest, NothingKnownYetDoesNotMeanNothingToCome) {
  const auto finals = ExpectFinals({{2, 8}, {4, 9}, {2, 7}, {4, 8}, {0}});
  ASSERT_TRUE(finals.has_value());
  ASSERT_EQ(finals->size(), 1U);
  EXPECT_GT((*finals)[0].expected, 3);
  EXPECT_GT((*finals)[0].high, 8);
  EXPECT_EQ((*finals)[0].low, 0);
}

TEST(LagTriangleTest, IntervalsHoldWhatBecomesOfCounts) {
  // Quarters of 60 of which seven in ten are known at first, nine in ten a quarter later.
  std::mt19937_64 random(5);
  std::poisson_distribution<int> all(60);
  LagTriangle triangle;
  for (int row = 0; row < 400; ++row) {
    const int count = all(random);
    std::binomial_distribution<int> first(count, 0.7);
    const int known = first(random);
    std::binomial_distribution<int> second(count - known, 2.0 / 3);
    const int then = known + second(random);
    triangle.push_back({known, then, count});
  }
  triangle[398].resize(2);
  triangle[399].resize(1);
  const BackTest test = BackTestFinals(triangle);
  EXPECT_GT(test.predictions, 700);
  EXPECT_GE(test.held, test.predictions * 0.93);
  EXPECT_LE(test.held, test.predictions * 0.995);
}

}  // namespace
}  // namespace serieslink::summary
