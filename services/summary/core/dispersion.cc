#include "services/summary/core/dispersion.h"

#include <algorithm>
#include <numeric>

namespace serieslink::summary {

double DispersionOf(const std::vector<std::vector<std::int64_t>>& series) {
  // A ratio of sums, and no mean of ratios: series with next to nothing in them would rule that.
  double variances = 0;
  double means = 0;
  for (const std::vector<std::int64_t>& one : series) {
    if (one.size() < 2) continue;
    const double count = static_cast<double>(one.size());
    const double mean =
        static_cast<double>(std::accumulate(one.begin(), one.end(), std::int64_t{0})) / count;
    double squares = 0;
    for (const std::int64_t value : one) {
      const double off = static_cast<double>(value) - mean;
      squares += off * off;
    }
    variances += squares / (count - 1);
    means += mean;
  }
  return means > 0 ? std::max(1.0, variances / means) : 1.0;
}

}  // namespace serieslink::summary
