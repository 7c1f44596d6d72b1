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

TEST(ConfirmationPolicyTest, SaysWhatOnePersonCanState) {
  ConfirmationPolicy policy;
  Statement pushed;
  pushed.basis = Basis::kAnalyst;
  pushed.verdict = Verdict::kConfirmed;
  pushed.author_agency = 3;
  pushed.author_person = 4;
  Statement alone = pushed;
  policy.Judge("nabis", alone);
  EXPECT_EQ(alone.alone, Alone::kDecides);
  EXPECT_EQ(alone.author_agency, 0u) << "who states it is kept only where it matters";
  policy.two_person_verdicts = {Verdict::kConfirmed};
  EXPECT_EQ(policy.AloneOf(Verdict::kEliminated), Alone::kDecides);
  alone = pushed;
  policy.Judge("nabis", alone);
  EXPECT_EQ(alone.alone, Alone::kDecidesNothing);
  EXPECT_EQ(alone.author_person, 4u);
  EXPECT_TRUE(alone.trusted);
  policy.two_person_verdicts.insert(Verdict::kWithdrawn);
  EXPECT_EQ(policy.AloneOf(Verdict::kEliminated), Alone::kReplacesNothing);
  EXPECT_EQ(policy.AloneOf(Verdict::kWithdrawn), Alone::kDecidesNothing);
  // What the service of leads wrote, and what examiners found, has no author to ask for.
  Statement written;
  written.basis = Basis::kAnalyst;
  written.verdict = Verdict::kConfirmed;
  policy.Judge("mps", written);
  EXPECT_EQ(written.alone, Alone::kDecides);
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
  policy.two_person_verdicts = {Verdict::kConfirmed};
  digests.insert(policy.Digest());
  policy.two_person_verdicts = {Verdict::kConfirmed, Verdict::kWithdrawn};
  digests.insert(policy.Digest());
  EXPECT_EQ(digests.size(), 10u);
  EXPECT_EQ(ConfirmationPolicy().Digest(), ConfirmationPolicy().Digest());
}

}  // namespace
}  // namespace serieslink::linkage
