// Goal: a hundred thousand generated rows, pushed by a mapping through the real server, become
// exactly the weapons that the rules of other systems' benchmarks make of them: an equal serial of
// six characters or more with an equal make, and a row that names another; and these with a serial
// one edit away on guns that look alike.
#include "tests/bench/observations.h"

#include <iostream>

#include "gtest/gtest.h"
#include "tests/support/test_server.h"

namespace serieslink::bench {
namespace {

void ExpectWeapons(ObservationRules rules, std::int64_t components, std::int64_t shared) {
  if (!ObservationsProgram().has_value()) {
    std::cout << "not run: observations_test on ../shared/bench/gen_obs.cpp, which is not in this "
                 "repository\n";
    return;
  }
  const TestServer server(RuleSetOf(rules));
  const auto loaded = LoadObservations(100'000, server.As("mers"));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->rows, 100'000);
  EXPECT_EQ(loaded->components, components);
  EXPECT_EQ(loaded->shared_components, shared);
  EXPECT_FALSE(server.has_failed());
}

TEST(ObservationsTest, EqualNumbersAndReferencesMakeTheExpectedWeapons) {
  ExpectWeapons(ObservationRules::kEqual, 80'644, 7'395);
}

TEST(ObservationsTest, NumbersOneEditApartMakeTheExpectedWeapons) {
  ExpectWeapons(ObservationRules::kOneEdit, 78'983, 7'701);
}

}  // namespace
}  // namespace serieslink::bench
