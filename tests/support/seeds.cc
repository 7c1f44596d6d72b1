#include "tests/support/seeds.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace serieslink {
namespace {

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

}  // namespace

void ForEachSeed(int count, const std::function<void(std::uint64_t seed)>& test) {
  const std::uint64_t first = FromEnvironment("SERIESLINK_SEED", 1);
  const std::uint64_t end =
      first + FromEnvironment("SERIESLINK_SEEDS", static_cast<std::uint64_t>(count));
  for (std::uint64_t seed = first; seed < end; ++seed) {
    const testing::ScopedTrace trace(__FILE__, __LINE__, "SERIESLINK_SEED=" + std::to_string(seed));
    test(seed);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace serieslink
