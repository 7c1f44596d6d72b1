#include "services/rpc/call_gate.h"

#include <optional>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/rpc/error.h"

namespace serieslink::rpc {
namespace {

TEST(CallGateTest, AnAgencyHoldsSoManyCallsAndNoOtherPaysForIt) {
  CallGate gate("serieslink.test", 2);
  std::optional<CallGate::Pass> first = *gate.Admit({"mps", "feed"});
  std::optional<CallGate::Pass> second = *gate.Admit({"mps", "desk"});
  EXPECT_EQ(second->caller(), (Identity{"mps", "desk"}));
  const auto third = gate.Admit({"mps", "feed"});
  ASSERT_FALSE(third.ok()) << "principals of one agency share its places";
  EXPECT_EQ(third.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(third.status()), type::v1::ERROR_REASON_OVERLOADED);
  EXPECT_TRUE(gate.Admit({"kent", "feed"}).ok());

  // A place is given back once, wherever its pass has been moved.
  std::optional<CallGate::Pass> moved(*std::move(second));
  second.reset();
  EXPECT_FALSE(gate.Admit({"mps", "feed"}).ok());
  moved.reset();
  second.emplace(*gate.Admit({"mps", "feed"}));
  EXPECT_FALSE(gate.Admit({"mps", "feed"}).ok());
  first.reset();
  second.reset();
  std::vector<CallGate::Pass> again;
  again.push_back(*gate.Admit({"mps", "feed"}));
  again.push_back(*gate.Admit({"mps", "feed"}));
  EXPECT_FALSE(gate.Admit({"mps", "feed"}).ok());
}

}  // namespace
}  // namespace serieslink::rpc
