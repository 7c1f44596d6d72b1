#include "services/linkage/fit/mark_fit.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/linkage/core/key_hash.h"

namespace serieslink::linkage {
namespace {

constexpr std::uint64_t kPairsOfMarksMin = 10;
constexpr std::size_t kBins = 10;
constexpr int kRoundsMax = 100;
constexpr double kRidge = 1e-4;  // Keeps the slope finite where the two kinds do not overlap.

bool IsHeldOut(const std::string& weapon) { return HashTexts({"held out", weapon}) % 10 < 3; }

struct Line {
  double intercept = 0;  // natural logarithm of odds
  double slope = 0;
};

// Newton's method on standardised scores, both kinds weighing alike, so that the result is a
// likelihood ratio and no odds.
Line Regress(const std::vector<ScoredPair>& pairs, std::uint64_t same, std::uint64_t different) {
  double mean = 0;
  for (const ScoredPair& pair : pairs) mean += pair.score;
  mean /= static_cast<double>(pairs.size());
  double variance = 0;
  for (const ScoredPair& pair : pairs) variance += (pair.score - mean) * (pair.score - mean);
  const double scale = std::max(std::sqrt(variance / static_cast<double>(pairs.size())), 1e-12);
  double a = 0;
  double b = 0;
  for (int round = 0; round < kRoundsMax; ++round) {
    double ga = 0;
    double gb = -kRidge * b;
    double haa = 0;
    double hab = 0;
    double hbb = kRidge;
    for (const ScoredPair& pair : pairs) {
      const double x = (pair.score - mean) / scale;
      const double weight = 0.5 / static_cast<double>(pair.is_one_weapon ? same : different);
      const double p = 1 / (1 + std::exp(-(a + b * x)));
      const double residual = weight * ((pair.is_one_weapon ? 1.0 : 0.0) - p);
      const double curvature = std::max(weight * p * (1 - p), 1e-15);
      ga += residual;
      gb += residual * x;
      haa += curvature;
      hab += curvature * x;
      hbb += curvature * x * x;
    }
    const double determinant = haa * hbb - hab * hab;
    const double da = (hbb * ga - hab * gb) / determinant;
    const double db = (haa * gb - hab * ga) / determinant;
    // A long step overshoots where the kinds hardly overlap.
    const double damp = 1 / std::max({1.0, std::abs(da) / 2, std::abs(db) / 2});
    a += damp * da;
    b += damp * db;
    if (std::abs(da) + std::abs(db) < 1e-9) break;
  }
  return {a - b * mean / scale, b / scale};
}

double CostOf(const std::vector<std::pair<double, bool>>& weights, std::uint64_t same,
              std::uint64_t different) {
  double of_same = 0;
  double of_different = 0;
  for (const auto& [weight, is_one] : weights) {
    if (is_one) {
      of_same += std::log2(1 + std::exp2(-weight));
    } else {
      of_different += std::log2(1 + std::exp2(weight));
    }
  }
  return (of_same / static_cast<double>(same) + of_different / static_cast<double>(different)) / 2;
}

// Pool adjacent violators: the shares, rising with the score, that fit best.
double LeastCost(std::vector<std::pair<double, bool>> scores, std::uint64_t same,
                 std::uint64_t different) {
  std::sort(scores.begin(), scores.end());
  struct Pool {
    double ones = 0;
    double all = 0;
    double score = 0;  // the last one
    std::uint64_t same = 0;
    std::uint64_t different = 0;
  };
  std::vector<Pool> pools;
  for (const auto& [score, is_one] : scores) {
    const double weight = 1.0 / static_cast<double>(is_one ? same : different);
    if (pools.empty() || pools.back().score != score) pools.push_back({0, 0, score, 0, 0});
    Pool& pool = pools.back();
    pool.ones += is_one ? weight : 0;
    pool.all += weight;
    (is_one ? pool.same : pool.different) += 1;
  }
  std::vector<Pool> merged;
  for (const Pool& pool : pools) {
    merged.push_back(pool);
    while (merged.size() > 1) {
      Pool& last = merged.back();
      Pool& before = merged[merged.size() - 2];
      if (before.ones * last.all < last.ones * before.all) break;
      before.ones += last.ones;
      before.all += last.all;
      before.same += last.same;
      before.different += last.different;
      merged.pop_back();
    }
  }
  double of_same = 0;
  double of_different = 0;
  for (const Pool& pool : merged) {
    const double share = pool.ones / pool.all;
    if (pool.same > 0) of_same += static_cast<double>(pool.same) * -std::log2(share);
    if (pool.different > 0)
      of_different += static_cast<double>(pool.different) * -std::log2(1 - share);
  }
  return (of_same / static_cast<double>(same) + of_different / static_cast<double>(different)) / 2;
}

ReliabilityBin BinOf(const std::vector<std::pair<double, bool>>& predicted, std::size_t from,
                     std::size_t to) {
  constexpr double kZ = 1.959964;
  ReliabilityBin bin;
  double ones = 0;
  for (std::size_t i = from; i < to; ++i) {
    bin.predicted += predicted[i].first;
    ones += predicted[i].second ? 1 : 0;
  }
  const auto n = static_cast<double>(to - from);
  bin.pairs = to - from;
  bin.predicted /= n;
  bin.observed = ones / n;
  const double middle = (bin.observed + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ / (1 + kZ * kZ / n) *
                      std::sqrt(bin.observed * (1 - bin.observed) / n + kZ * kZ / (4 * n * n));
  bin.low = std::clamp(middle - half, 0.0, bin.observed);
  bin.high = std::clamp(middle + half, bin.observed, 1.0);
  return bin;
}

// Bins of equal width in which there is anything.
std::vector<ReliabilityBin> BinsOf(std::vector<std::pair<double, bool>> predicted) {
  std::sort(predicted.begin(), predicted.end());
  std::vector<ReliabilityBin> bins;
  for (std::size_t from = 0; from < predicted.size();) {
    const auto place = [&](std::size_t i) {
      return std::min(kBins - 1, static_cast<std::size_t>(predicted[i].first * kBins));
    };
    std::size_t to = from;
    while (to < predicted.size() && place(to) == place(from)) ++to;
    bins.push_back(BinOf(predicted, from, to));
    from = to;
  }
  return bins;
}

}  // namespace

absl::StatusOr<MarkFit> FitMark(const std::string& mark, const std::vector<ScoredPair>& pairs,
                                const std::string& source) {
  MarkFit fit;
  std::vector<ScoredPair> training;
  std::vector<ScoredPair> held_out;
  for (const ScoredPair& pair : pairs) {
    const bool first = IsHeldOut(pair.first_weapon);
    if (first != IsHeldOut(pair.second_weapon)) continue;
    (first ? held_out : training).push_back(pair);
    if (first) {
      ++(pair.is_one_weapon ? fit.held_out_same : fit.held_out_different);
    } else {
      ++(pair.is_one_weapon ? fit.trained_same : fit.trained_different);
    }
  }
  if (std::min({fit.trained_same, fit.trained_different, fit.held_out_same,
                fit.held_out_different}) < kPairsOfMarksMin) {
    return absl::InvalidArgumentError(
        absl::StrCat("too few scores of ", mark,
                     ": training and testing each need ten pairs of one weapon and ten of two"));
  }
  const Line line = Regress(training, fit.trained_same, fit.trained_different);
  if (line.slope <= 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("scores of ", mark, " are no higher for one weapon than for two"));
  }
  v1::MarkCalibration& calibration = fit.calibration;
  calibration.set_mark(mark);
  calibration.set_intercept_log2(line.intercept / std::log(2.0));
  calibration.set_slope_log2(line.slope / std::log(2.0));
  // No pair of n was wrong: the rate is below about 1 / n (rule of succession).
  calibration.set_weight_max_log2(std::log2(static_cast<double>(fit.trained_different) + 1));
  calibration.set_weight_min_log2(-std::log2(static_cast<double>(fit.trained_same) + 1));
  calibration.set_source(absl::StrCat("logistic regression on ", fit.trained_same,
                                      " pairs of one weapon and ", fit.trained_different,
                                      " of two, ", source));
  const double prior = std::log2(static_cast<double>(fit.held_out_same) /
                                 static_cast<double>(fit.held_out_different));
  std::vector<std::pair<double, bool>> weights;
  std::vector<std::pair<double, bool>> scores;
  std::vector<std::pair<double, bool>> predicted;
  for (const ScoredPair& pair : held_out) {
    const double weight =
        std::clamp(calibration.intercept_log2() + calibration.slope_log2() * pair.score,
                   calibration.weight_min_log2(), calibration.weight_max_log2());
    weights.emplace_back(weight, pair.is_one_weapon);
    scores.emplace_back(pair.score, pair.is_one_weapon);
    predicted.emplace_back(1 / (1 + std::exp2(-weight - prior)), pair.is_one_weapon);
    fit.misleading_same += pair.is_one_weapon && weight < 0;
    fit.misleading_different += !pair.is_one_weapon && weight > 0;
  }
  fit.cost_bits = CostOf(weights, fit.held_out_same, fit.held_out_different);
  fit.cost_bits_least = LeastCost(std::move(scores), fit.held_out_same, fit.held_out_different);
  fit.bins = BinsOf(std::move(predicted));
  return fit;
}

}  // namespace serieslink::linkage
