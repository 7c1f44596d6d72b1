#pragma once

#include <cstdint>
#include <optional>
#include <vector>

// Whether the level of what is counted changed at some time, with control of how many of those that
// are told are false. Pure.
namespace serieslink::summary {

// The most likely change of the level of a series of counts.
struct ChangePoint {
  std::size_t first_after = 0;  // the first period of the new level
  double mean_before = 0;       // a period
  double mean_after = 0;
  // Of so large a difference by chance alone, were the level the same throughout.
  double probability = 1;
};

// Looks for a change of level in `counts`, of consecutive quarters of which the first is of any
// season. None where there are fewer than kQuartersMin, or nothing was counted. The probability is
// that of a permutation test of the largest difference between the means before and after, over all
// times with at least two quarters on each side. What is exchanged is what is left of quarters when
// the mean of their season is taken off (D. Freedman, D. Lane, 1983), so that seasons make no
// change; the degrees of freedom that this costs are allowed for. Nothing is supposed of how counts
// are distributed: bursts within a quarter make the probability no smaller. The number of
// permutations grows until it is sure enough (J. Besag, P. Clifford, Biometrika 78, 1991), up to
// `permutations_max`; the same counts always give the same.
inline constexpr std::size_t kQuartersMin = 12;
std::optional<ChangePoint> FindChangePoint(const std::vector<std::int64_t>& counts,
                                           std::int64_t permutations_max);

// Which of tests with these probabilities are discoveries, so that at most `rate` of those are
// expected to be false, however they depend on each other (Y. Benjamini, D. Yekutieli, Annals of
// Statistics 29, 2001): for each its adjusted probability, to be held against the rate.
std::vector<double> AdjustForDiscoveries(const std::vector<double>& probabilities);

// How many permutations one of `tests` needs, so that its smallest probability can be a discovery
// at `rate` when it is the only one.
std::int64_t PermutationsNeeded(std::size_t tests, double rate);

}  // namespace serieslink::summary
