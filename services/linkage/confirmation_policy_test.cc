#include "services/linkage/confirmation_policy.h"

#include <set>

#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

TEST(ConfirmationPolicyTest, UnlessSaidOtherwiseNabisExaminesAndEverybodyDecidesAndRefers) {
  const ConfirmationPolicy policy;
  EXPECT_TRUE(policy.Trusts(Basis::kExaminer, "nabis"));
  EXPECT_TRUE(policy.Trusts(Basis::kAnalyst, "nabis"));
  EXPECT_FALSE(policy.Trusts(Basis::kExaminer, "mers"));
  EXPECT_TRUE(policy.Trusts(Basis::kAnalyst, "mers"));
  EXPECT_TRUE(policy.Trusts(Basis::kSourceReference, "mers"));
  EXPECT_TRUE(policy.Trusts(Basis::kRule, ""));
}

TEST(ConfirmationPolicyTest, ThoseThatAreNamedCount) {
  ConfirmationPolicy policy;
  policy.examiner_agencies = {"rolab"};
  policy.reference_agencies = {"mps", "nabis"};
  policy.analyst_agencies = {"kent"};
  policy.rules_confirm = false;
  EXPECT_TRUE(policy.Trusts(Basis::kExaminer, "rolab"));
  EXPECT_TRUE(policy.Trusts(Basis::kAnalyst, "kent"));
  EXPECT_FALSE(policy.Trusts(Basis::kAnalyst, "nabis"));
  EXPECT_FALSE(policy.Trusts(Basis::kExaminer, "nabis"));
  EXPECT_TRUE(policy.Trusts(Basis::kSourceReference, "mps"));
  EXPECT_FALSE(policy.Trusts(Basis::kSourceReference, "mers"));
  EXPECT_FALSE(policy.Trusts(Basis::kRule, ""));
}

TEST(ConfirmationPolicyTest, EveryPartIsInTheDigest) {
  std::set<std::uint64_t> digests = {0, ConfirmationPolicy().Digest()};
  ConfirmationPolicy policy;
  policy.examiner_agencies = {"mps"};
  digests.insert(policy.Digest());
  policy.examiner_agencies = {};
  digests.insert(policy.Digest());
  policy.reference_agencies = {"mps"};
  digests.insert(policy.Digest());
  policy.reference_agencies = {"mps", "nabis"};
  digests.insert(policy.Digest());
  policy.analyst_agencies = {"mps"};
  digests.insert(policy.Digest());
  policy.rules_confirm = false;
  digests.insert(policy.Digest());
  EXPECT_EQ(digests.size(), 8u);
  EXPECT_EQ(ConfirmationPolicy().Digest(), ConfirmationPolicy().Digest());
}

}  // namespace
}  // namespace serieslink::linkage
