#include "services/linkage/fit/mixture.h"

#include <cmath>
#include <random>

#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

// Pairs drawn from a mixture of which all shares are known.
OutcomeCounts Draw(const Mixture& truth, int pairs, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto share = [&] { return static_cast<double>(random() >> 11) * 0x1.0p-53; };
  OutcomeCounts counts;
  for (int i = 0; i < pairs; ++i) {
    const auto& side = share() < truth.match_share ? truth.m : truth.u;
    Outcomes outcomes;
    for (const std::vector<double>& shares : side) {
      if (share() < 0.1) {
        outcomes.push_back(kNotCompared);
        continue;
      }
      double at = share();
      std::int8_t outcome = 0;
      while (at >= shares[static_cast<std::size_t>(outcome)] &&
             static_cast<std::size_t>(outcome) + 1 < shares.size()) {
        at -= shares[static_cast<std::size_t>(outcome)];
        ++outcome;
      }
      outcomes.push_back(outcome);
    }
    counts[outcomes] += 1;
  }
  return counts;
}

Mixture Truth() {
  return {0.2,
          {{0.8, 0.15, 0.05}, {0.9, 0.1}, {0.7, 0.3}, {0.85, 0.15}},
          {{0.02, 0.08, 0.9}, {0.1, 0.9}, {0.05, 0.95}, {0.2, 0.8}}};
}

Mixture Start() {
  return {0.5,
          {{0.6, 0.3, 0.1}, {0.8, 0.2}, {0.8, 0.2}, {0.8, 0.2}},
          {{0.1, 0.2, 0.7}, {0.2, 0.8}, {0.2, 0.8}, {0.2, 0.8}}};
}

TEST(MixtureTest, TheSharesThatPairsWereDrawnFromAreFoundAgain) {
  const Mixture truth = Truth();
  const MixtureFit fit = FitMixture(Draw(truth, 200'000, 7), Start(), {});
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.mixture.match_share, truth.match_share, 0.01);
  for (std::size_t c = 0; c < truth.m.size(); ++c) {
    for (std::size_t o = 0; o < truth.m[c].size(); ++o) {
      EXPECT_NEAR(fit.mixture.m[c][o], truth.m[c][o], 0.02) << c << " " << o;
      EXPECT_NEAR(fit.mixture.u[c][o], truth.u[c][o], 0.02) << c << " " << o;
    }
  }
}

TEST(MixtureTest, TheLikelihoodNeverFalls) {
  const MixtureFit fit = FitMixture(Draw(Truth(), 20'000, 11), Start(), {});
  ASSERT_GT(fit.log_likelihoods.size(), 2u);
  for (std::size_t i = 1; i < fit.log_likelihoods.size(); ++i) {
    EXPECT_GE(fit.log_likelihoods[i], fit.log_likelihoods[i - 1] - 1e-6) << "round " << i;
  }
}

TEST(MixtureTest, WhatIsKnownIsKept) {
  MixtureOptions options;
  options.keeps_u = true;
  options.kept = {1};
  Mixture start = Start();
  start.u = Truth().u;
  const MixtureFit fit = FitMixture(Draw(Truth(), 50'000, 13), start, options);
  EXPECT_EQ(fit.mixture.u, start.u);
  EXPECT_EQ(fit.mixture.m[1], start.m[1]);
  EXPECT_NEAR(fit.mixture.m[0][0], 0.8, 0.03);
}

TEST(MixtureTest, AWeightIsTheSumOfLikelihoodRatios) {
  const Mixture truth = Truth();
  EXPECT_DOUBLE_EQ(WeightOf(truth, {0, kNotCompared, 1, kNotCompared}),
                   std::log2(0.8 / 0.02) + std::log2(0.3 / 0.95));
  EXPECT_GT(MatchProbability(truth, {0, 0, 0, 0}), 0.999);
  EXPECT_LT(MatchProbability(truth, {2, 1, 1, 1}), 0.001);
  EXPECT_DOUBLE_EQ(MatchProbability(truth, {-1, -1, -1, -1}), truth.match_share);
}

}  // namespace
}  // namespace serieslink::linkage
