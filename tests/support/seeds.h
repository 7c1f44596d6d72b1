#pragma once

#include <cstdint>
#include <functional>

namespace serieslink {

// Runs `test` with a few seeds, and names the seed in the message of every failure within.
// SERIESLINK_SEEDS=<n> runs n seeds instead of `count`; SERIESLINK_SEED=<s> starts at seed s
// instead of 1, so that SERIESLINK_SEED=<s> SERIESLINK_SEEDS=1 repeats one. Stops at the first seed
// that fails.
void ForEachSeed(int count, const std::function<void(std::uint64_t seed)>& test);

}  // namespace serieslink
