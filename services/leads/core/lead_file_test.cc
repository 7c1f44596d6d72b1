#include "services/leads/core/lead_file.h"

#include <gtest/gtest.h>

namespace serieslink::leads {
namespace {

using feed::v1::AnalystLeadFile;

const Actor kAna = {"ana", "2024-06-01T12:00:00Z", "same damage to the slide"};
const Actor kBen = {"ben", "2024-06-02T12:00:00Z", "agreed"};
const Decision kConfirm = {"CONFIRMED", "SERIAL", 3, 5};
const Decision kEliminate = {"ELIMINATED", "DESCRIPTION", 3, 5};

TEST(LeadFileTest, OnePersonDecidesWherePolicyAsksForOne) {
  AnalystLeadFile file;
  EXPECT_EQ(Decide(kConfirm, false, kAna, file), Refusal::kNone);
  EXPECT_EQ(file.version(), 1u);
  EXPECT_EQ(file.decision().verdict(), "CONFIRMED");
  EXPECT_EQ(file.decision().by().principal(), "ana");
  EXPECT_EQ(file.decision().second_from_revision(), 5);
  EXPECT_FALSE(file.has_proposal());
  EXPECT_EQ(Decide(kEliminate, false, kBen, file), Refusal::kNone);
  EXPECT_EQ(file.version(), 2u);
  EXPECT_EQ(file.decision().verdict(), "ELIMINATED");
  EXPECT_EQ(Withdraw(false, kBen, file), Refusal::kNone);
  EXPECT_FALSE(file.has_decision());
  EXPECT_EQ(Withdraw(false, kBen, file), Refusal::kNothingToDo);
  EXPECT_EQ(file.version(), 3u);
}

TEST(LeadFileTest, NobodyDecidesAloneWherePolicyAsksForTwo) {
  AnalystLeadFile file;
  EXPECT_EQ(Decide(kConfirm, true, kAna, file), Refusal::kNone);
  EXPECT_FALSE(file.has_decision());
  const std::string before = file.SerializeAsString();
  EXPECT_EQ(Second(kAna, file), Refusal::kSecondPersonNeeded);
  EXPECT_EQ(file.SerializeAsString(), before);
  EXPECT_EQ(Second(kBen, file), Refusal::kNone);
  EXPECT_EQ(file.decision().verdict(), "CONFIRMED");
  EXPECT_EQ(file.decision().by().principal(), "ana");
  EXPECT_EQ(file.decision().seconded().principal(), "ben");
  EXPECT_FALSE(file.has_proposal());
  EXPECT_EQ(Second(kBen, file), Refusal::kNothingToDo);
}

TEST(LeadFileTest, WhatStandsGoesOnToStandUntilTheNextIsSeconded) {
  AnalystLeadFile file;
  Decide(kConfirm, false, kAna, file);
  EXPECT_EQ(Decide(kEliminate, true, kAna, file), Refusal::kNone);
  EXPECT_EQ(file.decision().verdict(), "CONFIRMED");
  // A proposal is taken back by one person, for it decided nothing.
  EXPECT_EQ(Withdraw(true, kAna, file), Refusal::kNone);
  EXPECT_EQ(file.decision().verdict(), "CONFIRMED");
  EXPECT_FALSE(file.has_proposal());
  EXPECT_EQ(Withdraw(true, kAna, file), Refusal::kNone);
  EXPECT_EQ(file.decision().verdict(), "CONFIRMED");
  EXPECT_EQ(file.proposal().verdict(), "WITHDRAWN");
  EXPECT_EQ(Second(kAna, file), Refusal::kSecondPersonNeeded);
  EXPECT_EQ(Second(kBen, file), Refusal::kNone);
  EXPECT_FALSE(file.has_decision());
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
  EXPECT_FALSE(file.has_decision());
}

}  // namespace
}  // namespace serieslink::leads
