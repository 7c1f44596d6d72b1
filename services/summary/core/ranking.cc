#include "services/summary/core/ranking.h"

#include <algorithm>

#include "services/summary/core/tails.h"

namespace serieslink::summary {
namespace {

constexpr double kLevel = 0.05;

// The probability of so large a share of their sum for the first, were its rate no higher.
double ProbabilityOfAbove(std::int64_t count, std::int64_t other, double dispersion) {
  const double successes = static_cast<double>(count) / dispersion;
  if (successes <= 0) return 1;
  return IncompleteBeta(successes, static_cast<double>(other) / dispersion + 1, 0.5);
}

}  // namespace

std::vector<RankedArea> RankAreas(const std::vector<std::pair<std::string, std::int64_t>>& areas,
                                  double dispersion) {
  std::vector<RankedArea> ranked;
  const int all = static_cast<int>(areas.size());
  for (const auto& [key, count] : areas) ranked.push_back({key, count, 1, all});
  std::sort(ranked.begin(), ranked.end(), [](const RankedArea& a, const RankedArea& b) {
    return std::pair(-a.count, a.key) < std::pair(-b.count, b.key);
  });
  // "The first has no higher rate than the second", of each ordered pair. Of two areas the one with
  // the smaller count is never found above the other, so only the others need their probability.
  struct Pair {
    double probability;
    std::size_t above;
    std::size_t below;
  };
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    for (std::size_t j = i + 1; j < ranked.size(); ++j) {
      pairs.push_back({ProbabilityOfAbove(ranked[i].count, ranked[j].count, dispersion), i, j});
    }
  }
  std::sort(pairs.begin(), pairs.end(),
            [](const Pair& a, const Pair& b) { return a.probability < b.probability; });
  double remaining = static_cast<double>(all) * (all - 1);
  for (const Pair& pair : pairs) {
    if (pair.probability > kLevel / remaining) break;
    remaining -= 1;
    --ranked[pair.above].rank_high;
    ++ranked[pair.below].rank_low;
  }
  return ranked;
}

}  // namespace serieslink::summary
