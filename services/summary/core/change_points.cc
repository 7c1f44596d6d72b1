#include "services/summary/core/change_points.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace serieslink::summary {
namespace {

constexpr std::size_t kSeasons = 4;
// Quarters on each side of a change at least: one alone is a burst.
constexpr std::size_t kSideMin = 2;
// So many permutations that reach the observed difference make a probability sure enough.
constexpr std::int64_t kReachedEnough = 40;

// Numbers that look random and follow from what they are seeded with: G. L. Steele, D. Lea, C. H.
// Flood, "Fast splittable pseudorandom number generators", 2014.
class Sequence {
 public:
  void Mix(std::uint64_t seed) { state_ = Next() ^ seed; }

  // A number below `bound`, each as often as any other.
  std::size_t Below(std::size_t bound) {
    const std::uint64_t limit = bound * (std::numeric_limits<std::uint64_t>::max() / bound);
    std::uint64_t drawn = Next();
    while (drawn >= limit) drawn = Next();
    return static_cast<std::size_t>(drawn % bound);
  }

 private:
  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  std::uint64_t state_ = 0;
};

// `counts` less the mean of their season.
std::vector<double> WithoutSeasons(const std::vector<std::int64_t>& counts) {
  std::vector<double> residuals(counts.size());
  for (std::size_t season = 0; season < kSeasons; ++season) {
    double sum = 0;
    double years = 0;
    for (std::size_t i = season; i < counts.size(); i += kSeasons) {
      sum += static_cast<double>(counts[i]);
      ++years;
    }
    for (std::size_t i = season; i < counts.size(); i += kSeasons) {
      residuals[i] = static_cast<double>(counts[i]) - sum / years;
    }
  }
  return residuals;
}

// The largest standardised difference between the means before and after a time, and that time. The
// variance is the same for all permutations and left out.
std::pair<double, std::size_t> LargestDifference(const std::vector<double>& residuals) {
  const double all = static_cast<double>(residuals.size());
  double sum = 0;
  std::pair<double, std::size_t> largest{-1, 0};
  for (std::size_t i = 1; i + kSideMin <= residuals.size(); ++i) {
    sum += residuals[i - 1];
    if (i < kSideMin) continue;
    const double before = static_cast<double>(i);
    // Residuals sum up to 0.
    const double difference = std::fabs(sum) / std::sqrt(before * (all - before) / all);
    if (difference > largest.first + 1e-9) largest = {difference, i};
  }
  return largest;
}

// The difference that exchanged residuals must reach to say as much as `observed` does. The means
// of seasons have taken degrees of freedom from what is left, but nothing from sums of whole years,
// so that exchanged sums are smaller than those observed even where nothing changed. Therefore what
// is compared is the ratio of what the difference explains to what it leaves, each for its degrees
// of freedom: those of seasons are gone from what was observed. Sums that are not of whole
// years vary less than is supposed, which errs on the careful side.
double ToBeReached(double observed, const std::vector<double>& residuals) {
  double all = 0;
  for (const double one : residuals) all += one * one;
  if (all < 1e-9) return observed;
  const double explained = std::min(1.0, observed * observed / all);
  const double quarters = static_cast<double>(residuals.size());
  const double of_observed = explained * (quarters - 1 - static_cast<double>(kSeasons));
  const double of_rest = (1 - explained) * (quarters - 2);
  return std::sqrt(all * of_observed / (of_observed + of_rest));
}

double MeanOf(const std::vector<std::int64_t>& counts, std::size_t from, std::size_t end) {
  double sum = 0;
  for (std::size_t i = from; i < end; ++i) sum += static_cast<double>(counts[i]);
  return sum / static_cast<double>(end - from);
}

}  // namespace

std::optional<ChangePoint> FindChangePoint(const std::vector<std::int64_t>& counts,
                                           std::int64_t permutations_max) {
  if (counts.size() < kQuartersMin) return std::nullopt;
  if (std::all_of(counts.begin(), counts.end(), [](std::int64_t one) { return one == 0; })) {
    return std::nullopt;
  }
  std::vector<double> residuals = WithoutSeasons(counts);
  const auto [observed, at] = LargestDifference(residuals);
  ChangePoint change{.first_after = at,
                     .mean_before = MeanOf(counts, 0, at),
                     .mean_after = MeanOf(counts, at, counts.size())};
  Sequence sequence;
  for (const std::int64_t one : counts) sequence.Mix(static_cast<std::uint64_t>(one));
  const double needed = ToBeReached(observed, residuals);
  std::int64_t reached = 0;
  std::int64_t drawn = 0;
  while (drawn < permutations_max && reached < kReachedEnough) {
    // Fisher and Yates.
    for (std::size_t i = residuals.size(); i > 1; --i) {
      std::swap(residuals[i - 1], residuals[sequence.Below(i)]);
    }
    ++drawn;
    if (LargestDifference(residuals).first >= needed - 1e-9) ++reached;
  }
  change.probability = reached >= kReachedEnough
                           ? static_cast<double>(reached) / static_cast<double>(drawn)
                           : static_cast<double>(reached + 1) / static_cast<double>(drawn + 1);
  return change;
}

std::vector<double> AdjustForDiscoveries(const std::vector<double>& probabilities) {
  const std::size_t tests = probabilities.size();
  std::vector<std::size_t> order(tests);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(probabilities[a], a) < std::pair(probabilities[b], b);
  });
  double harmonic = 0;
  for (std::size_t i = 1; i <= tests; ++i) harmonic += 1 / static_cast<double>(i);
  std::vector<double> adjusted(tests, 1.0);
  double least = 1;
  for (std::size_t rank = tests; rank > 0; --rank) {
    const std::size_t one = order[rank - 1];
    least = std::min(least, probabilities[one] * static_cast<double>(tests) * harmonic /
                                static_cast<double>(rank));
    adjusted[one] = least;
  }
  return adjusted;
}

std::int64_t PermutationsNeeded(std::size_t tests, double rate) {
  double harmonic = 0;
  for (std::size_t i = 1; i <= tests; ++i) harmonic += 1 / static_cast<double>(i);
  return static_cast<std::int64_t>(std::ceil(2 * static_cast<double>(tests) * harmonic / rate));
}

}  // namespace serieslink::summary
