#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// Which areas have most, and how sure that is. Pure.
namespace serieslink::summary {

// An area with the ranks that it can have: 1 is the most at risk.
struct RankedArea {
  std::string key;
  std::int64_t count = 0;
  int rank_low = 1;   // the smallest number
  int rank_high = 1;  // the largest
};

// `areas` by falling count, then by key, with intervals of the ranks of their true rates that hold
// for all of them at once with 95 %: an area's rank is bounded by the areas that it is surely above
// and below (D. Mohamad, J. J. Goeman, E. W. van Zwet, "Simultaneous confidence intervals for
// ranks", 2019). Which of two is above is tested exactly, conditional on their sum, on both sides,
// and all of these tests are held together after Holm (Scandinavian Journal of Statistics 6, 1979).
// `dispersion`, 1 or more, is by how much counts vary more than Poisson's: tests go by counts
// divided by it. All areas have the same length of time. Takes the square of their number.
std::vector<RankedArea> RankAreas(const std::vector<std::pair<std::string, std::int64_t>>& areas,
                                  double dispersion);

}  // namespace serieslink::summary
