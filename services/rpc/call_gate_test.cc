#include "services/rpc/call_gate.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/rpc/error.h"

namespace serieslink::rpc {
namespace {

TEST(CallGateTest, AnAgencyHoldsSoManyCallsAndNoOtherPaysForIt) {
  CallGate gate("serieslink.test", 2, [] { return absl::UnixEpoch(); });
  std::optional<CallGate::Pass> first = gate.Admit({"mps", "feed"});
  std::optional<CallGate::Pass> second = gate.Admit({"mps", "desk"});
  ASSERT_TRUE(first->status().ok());
  EXPECT_EQ(second->caller(), (Identity{"mps", "desk"}));
  const auto third = gate.Admit({"mps", "feed"}).status();
  ASSERT_FALSE(third.ok()) << "principals of one agency share its places";
  EXPECT_EQ(third.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(third), type::v1::ERROR_REASON_OVERLOADED);
  EXPECT_TRUE(gate.Admit({"kent", "feed"}).status().ok());

  // A place is given back once, wherever its pass has been moved.
  std::optional<CallGate::Pass> moved(*std::move(second));
  second.reset();
  EXPECT_FALSE(gate.Admit({"mps", "feed"}).status().ok());
  moved.reset();
  second.emplace(gate.Admit({"mps", "feed"}));
  EXPECT_FALSE(gate.Admit({"mps", "feed"}).status().ok());
  first.reset();
  second.reset();
  std::vector<CallGate::Pass> again;
  again.push_back(gate.Admit({"mps", "feed"}));
  again.push_back(gate.Admit({"mps", "feed"}));
  EXPECT_FALSE(gate.Admit({"mps", "feed"}).status().ok());
}

int Arrivals(CallGate& gate, const std::string& agency) {
  int count = 0;
  while (gate.Arrive(agency)) ++count;
  return count;
}

TEST(CallGateTest, CallsThatNoThreadHasTakenYetAreBounded) {
  absl::Time now = absl::UnixEpoch();
  CallGate gate("serieslink.test", 64, [&] { return now; });
  const int bound = Arrivals(gate, "mps");
  EXPECT_GE(bound, 64);
  EXPECT_LT(bound, 128);
  EXPECT_TRUE(gate.Arrive("kent"));

  // One that a thread takes is no longer waiting, and counts all the same.
  std::optional<CallGate::Pass> taken = gate.Admit({"mps", "feed"});
  EXPECT_FALSE(gate.Arrive("mps"));
  taken.reset();
  EXPECT_EQ(Arrivals(gate, "mps"), 1);

  // One that is refused counts until it has been told.
  std::vector<CallGate::Pass> passes;
  for (int i = 0; i < bound; ++i) passes.push_back(gate.Admit({"mps", "feed"}));
  EXPECT_TRUE(passes.front().status().ok());
  EXPECT_FALSE(passes.back().status().ok());
  EXPECT_FALSE(gate.Arrive("mps"));
  passes.clear();
  EXPECT_EQ(Arrivals(gate, "mps"), bound);

  // Calls for which no thread can be made do not shut their agency out for good.
  now += absl::Minutes(2);
  EXPECT_EQ(Arrivals(gate, "mps"), bound);
}

}  // namespace
}  // namespace serieslink::rpc
