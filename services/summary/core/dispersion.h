#pragma once

#include <cstdint>
#include <vector>

namespace serieslink::summary {

// By how much counts of periods vary more than Poisson's distribution says, because what is counted
// comes in bursts: the variance over the mean, pooled over `series`, which have equal lengths, each
// around its own mean; at least 1. 1 where no series has two periods or anything was counted. A
// level that changes makes it larger, so what rests on it says too little rather than too much.
// Pure.
double DispersionOf(const std::vector<std::vector<std::int64_t>>& series);

}  // namespace serieslink::summary
