#include "services/leads/core/lead_file.h"

#include <gtest/gtest.h>

namespace serieslink::leads {
namespace {

using feed::v1::AnalystLeadFile;

const Actor kAna = {"ana", "2024-06-01T12:00:00Z", "same damage to the slide"};
const Actor kBen = {"ben", "2024-06-02T12:00:00Z", "agreed"};
const Decision kConfirm = {"CONFIRMED", "SERIAL", 3, 5};
const Decision kDoubt = {"INCONCLUSIVE", "SERIAL", 3, 5};
const Decision kEliminate = {"ELIMINATED", "DESCRIPTION", 3, 5};

TEST(LeadFileTest, OnePersonDecidesWherePolicyAsksForOne) {
  AnalystLeadFile file;
  Replaced replaced;
  EXPECT_EQ(Decide(kConfirm, false, kAna, file, replaced), Refusal::kNone);
  EXPECT_FALSE(replaced.decision.has_value());
  EXPECT_EQ(file.version(), 1u);
  ASSERT_EQ(file.decisions_size(), 1);
  EXPECT_EQ(file.decisions(0).verdict(), "CONFIRMED");
  EXPECT_EQ(file.decisions(0).by().principal(), "ana");
  EXPECT_EQ(file.decisions(0).second_from_revision(), 5);
  EXPECT_EQ(file.proposals_size(), 0);
  EXPECT_EQ(Decide(kDoubt, false, kBen, file, replaced), Refusal::kNone);
  EXPECT_EQ(file.version(), 2u);
  ASSERT_EQ(file.decisions_size(), 1);
  EXPECT_EQ(file.decisions(0).verdict(), "INCONCLUSIVE");
  ASSERT_TRUE(replaced.decision.has_value());
  EXPECT_EQ(replaced.decision->by().principal(), "ana");
  EXPECT_EQ(Withdraw("SERIAL", false, kBen, file, replaced), Refusal::kNone);
  EXPECT_EQ(file.decisions_size(), 0);
  EXPECT_EQ(Withdraw("SERIAL", false, kBen, file, replaced), Refusal::kNothingToDo);
  EXPECT_EQ(file.version(), 3u);
}

TEST(LeadFileTest, WhatIsSaidByOneChannelLeavesTheOthers) {
  AnalystLeadFile file;
  Replaced replaced;
  Decide(kConfirm, false, kAna, file, replaced);
  Decide({"ELIMINATED", "CASE", 3, 5}, false, kBen, file, replaced);
  EXPECT_FALSE(replaced.decision.has_value());
  ASSERT_NE(DecisionOn(file, "SERIAL"), nullptr);
  EXPECT_EQ(DecisionOn(file, "SERIAL")->verdict(), "CONFIRMED");
  ASSERT_NE(DecisionOn(file, "CASE"), nullptr);
  EXPECT_EQ(DecisionOn(file, "CASE")->verdict(), "ELIMINATED");
  // Nor does it drop what a colleague proposes.
  Decide(kEliminate, true, kAna, file, replaced);
  Decide({"INCONCLUSIVE", "CASE", 3, 5}, false, kBen, file, replaced);
  ASSERT_NE(ProposalOn(file, "DESCRIPTION"), nullptr);
  EXPECT_FALSE(replaced.proposal.has_value());
  ASSERT_TRUE(replaced.decision.has_value());
  EXPECT_EQ(replaced.decision->channel(), "CASE");
  // By the same channel it does, and says so.
  Decide({"CONFIRMED", "DESCRIPTION", 3, 5}, false, kBen, file, replaced);
  EXPECT_EQ(ProposalOn(file, "DESCRIPTION"), nullptr);
  ASSERT_TRUE(replaced.proposal.has_value());
  EXPECT_EQ(replaced.proposal->by().principal(), "ana");
}

TEST(LeadFileTest, AChannelNeedBeNamedOnlyWhereThereAreSeveral) {
  AnalystLeadFile file;
  Replaced replaced;
  EXPECT_EQ(ChannelToActOn("", true, file).refusal, Refusal::kNothingToDo);
  Decide(kConfirm, false, kAna, file, replaced);
  EXPECT_EQ(ChannelToActOn("", true, file).channel, "SERIAL");
  EXPECT_EQ(ChannelToActOn("", false, file).refusal, Refusal::kNothingToDo);
  EXPECT_EQ(ChannelToActOn("CASE", true, file).refusal, Refusal::kNothingToDo);
  Decide(kEliminate, true, kAna, file, replaced);
  EXPECT_EQ(ChannelToActOn("", true, file).refusal, Refusal::kChannelNeeded);
  EXPECT_EQ(ChannelToActOn("", false, file).channel, "DESCRIPTION");
  EXPECT_EQ(ChannelToActOn("SERIAL", true, file).refusal, Refusal::kNone);
}

TEST(LeadFileTest, AFileOfAnOlderBuildIsReadAsOneWithAChannel) {
  AnalystLeadFile file;
  file.set_version(4);
  file.mutable_decision()->set_verdict("CONFIRMED");
  file.mutable_decision()->set_channel("SERIAL");
  file.mutable_proposal()->set_verdict("WITHDRAWN");
  file.mutable_proposal()->set_channel("SERIAL");
  file.mutable_proposal()->mutable_by()->set_principal("ana");
  MoveToChannels(file);
  EXPECT_FALSE(file.has_decision());
  EXPECT_FALSE(file.has_proposal());
  EXPECT_EQ(file.version(), 4u);
  ASSERT_NE(DecisionOn(file, "SERIAL"), nullptr);
  Replaced replaced;
  EXPECT_EQ(Second("SERIAL", kBen, file, replaced), Refusal::kNone);
  EXPECT_EQ(file.decisions_size(), 0);
  EXPECT_EQ(file.proposals_size(), 0);
}

TEST(LeadFileTest, NobodyDecidesAloneWherePolicyAsksForTwo) {
  AnalystLeadFile file;
  Replaced replaced;
  EXPECT_EQ(Decide(kConfirm, true, kAna, file, replaced), Refusal::kNone);
  EXPECT_EQ(file.decisions_size(), 0);
  const std::string before = file.SerializeAsString();
  EXPECT_EQ(Second("SERIAL", kAna, file, replaced), Refusal::kSecondPersonNeeded);
  EXPECT_EQ(file.SerializeAsString(), before);
  EXPECT_EQ(Second("SERIAL", kBen, file, replaced), Refusal::kNone);
  ASSERT_EQ(file.decisions_size(), 1);
  EXPECT_EQ(file.decisions(0).verdict(), "CONFIRMED");
  EXPECT_EQ(file.decisions(0).by().principal(), "ana");
  EXPECT_EQ(file.decisions(0).seconded().principal(), "ben");
  EXPECT_EQ(file.proposals_size(), 0);
  EXPECT_EQ(Second("SERIAL", kBen, file, replaced), Refusal::kNothingToDo);
}

TEST(LeadFileTest, WhatStandsGoesOnToStandUntilTheNextIsSeconded) {
  AnalystLeadFile file;
  Replaced replaced;
  Decide(kConfirm, false, kAna, file, replaced);
  EXPECT_EQ(Decide(kDoubt, true, kAna, file, replaced), Refusal::kNone);
  EXPECT_FALSE(replaced.decision.has_value());
  ASSERT_EQ(file.decisions_size(), 1);
  EXPECT_EQ(file.decisions(0).verdict(), "CONFIRMED");
  // A proposal is taken back by one person, for it decided nothing.
  EXPECT_EQ(Withdraw("SERIAL", true, kAna, file, replaced), Refusal::kNone);
  EXPECT_TRUE(replaced.proposal.has_value());
  ASSERT_EQ(file.decisions_size(), 1);
  EXPECT_EQ(file.proposals_size(), 0);
  EXPECT_EQ(Withdraw("SERIAL", true, kAna, file, replaced), Refusal::kNone);
  ASSERT_EQ(file.decisions_size(), 1);
  ASSERT_EQ(file.proposals_size(), 1);
  EXPECT_EQ(file.proposals(0).verdict(), "WITHDRAWN");
  EXPECT_EQ(Second("SERIAL", kAna, file, replaced), Refusal::kSecondPersonNeeded);
  EXPECT_EQ(Second("SERIAL", kBen, file, replaced), Refusal::kNone);
  EXPECT_TRUE(replaced.decision.has_value());
  EXPECT_EQ(file.decisions_size(), 0);
}

TEST(LeadFileTest, AReferralIsAcceptedOnceAndHasItsOutcome) {
  AnalystLeadFile mps;
  EXPECT_EQ(Refer("kent", "serious crime", kAna, mps), Refusal::kNone);
  EXPECT_EQ(Refer("mps", "trident", kAna, mps), Refusal::kNone);
  EXPECT_EQ(mps.referrals(1).number(), 2u);
  AnalystLeadFile kent;
  EXPECT_EQ(TellOutcome("mps", 1, "ARREST", kBen, kent), Refusal::kNothingToDo);
  EXPECT_EQ(Accept("mps", 1, kBen, kent), Refusal::kNone);
  EXPECT_EQ(Accept("mps", 1, kBen, kent), Refusal::kNothingToDo);
  EXPECT_EQ(TellOutcome("mps", 1, "ARREST", kBen, kent), Refusal::kNone);
  EXPECT_EQ(FindAnswer(kent, "mps", 1)->outcome_kind(), "ARREST");
  EXPECT_EQ(FindAnswer(kent, "mps", 2), nullptr);
}

TEST(LeadFileTest, AFileIsBounded) {
  AnalystLeadFile file;
  for (int i = 0; i < 64; ++i) ASSERT_EQ(Refer("mps", "trident", kAna, file), Refusal::kNone);
  EXPECT_EQ(Refer("mps", "trident", kAna, file), Refusal::kFull);
  EXPECT_EQ(file.version(), 64u);
}

TEST(LeadFileTest, ALeadExpiresAndIsReopened) {
  AnalystLeadFile file;
  EXPECT_EQ(Reopen(kAna, file), Refusal::kNothingToDo);
  EXPECT_EQ(Expire(kAna, file), Refusal::kNone);
  EXPECT_EQ(file.expiry().reason(), kAna.reason);
  EXPECT_EQ(Expire(kBen, file), Refusal::kNothingToDo);
  EXPECT_EQ(Reopen(kBen, file), Refusal::kNone);
  EXPECT_FALSE(file.has_expiry());
}

TEST(LeadFileTest, AJudgementOfTheSameWeekIsReplaced) {
  AnalystLeadFile file;
  EXPECT_EQ(Judge("2024-W22", "SAME", kAna, file), Refusal::kNone);
  EXPECT_EQ(Judge("2024-W23", "SAME", kAna, file), Refusal::kNone);
  EXPECT_EQ(Judge("2024-W22", "DIFFERENT", kBen, file), Refusal::kNone);
  ASSERT_EQ(file.judgements_size(), 2);
  EXPECT_EQ(file.judgements(0).verdict(), "DIFFERENT");
  EXPECT_EQ(file.decisions_size(), 0);
}

}  // namespace
}  // namespace serieslink::leads
