// Goal: a hundred thousand generated rows, pushed by a mapping through the real server, become
// exactly the weapons that the three rules of other systems' benchmarks make of them: an equal
// serial of six characters or more with an equal make, a serial one edit away on guns that look
// alike, and a row that names another.
#include "tests/bench/observations.h"

#include <iostream>

#include "gtest/gtest.h"
#include "services/linkage/core/rules.h"
#include "tests/support/test_server.h"

namespace serieslink::bench {
namespace {

TEST(ObservationsTest, AHundredThousandRowsBecomeTheExpectedWeapons) {
  if (!ObservationsProgram().has_value()) {
    std::cout << "absent, so nothing was loaded: ../shared/bench/gen_obs.cpp beside the source\n";
    return;
  }
  const TestServer server(linkage::RuleSet::BenchmarkXT());
  const auto loaded = LoadObservations(100'000, server.As("mers"));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->rows, 100'000);
  EXPECT_EQ(loaded->components, 78'983);
  EXPECT_EQ(loaded->shared_components, 7'701);
  EXPECT_FALSE(server.has_failed());
}

}  // namespace
}  // namespace serieslink::bench
