#include "services/linkage/core/lead_pair.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace serieslink::linkage {
namespace {

Statement Say(Channel channel, Verdict verdict, Basis basis, bool trusted = true) {
  static std::uint64_t name = 0;
  Statement statement;
  statement.SetPair(1, 2);
  statement.channel = channel;
  statement.verdict = verdict;
  statement.basis = basis;
  statement.trusted = trusted;
  statement.name = ++name;
  return statement;
}

TEST(PairTest, ALeadIsOneUntilAnAnalystDecides) {
  const Statement rule = Say(Channel::kSerial, Verdict::kLead, Basis::kRule);
  EXPECT_TRUE(StateOfPair({rule}).is_lead);
  for (const Verdict verdict :
       {Verdict::kConfirmed, Verdict::kEliminated, Verdict::kInconclusive}) {
    for (const Channel channel : {Channel::kSerial, Channel::kDescription}) {
      const PairState state = StateOfPair({rule, Say(channel, verdict, Basis::kAnalyst)});
      EXPECT_FALSE(state.is_lead);
      EXPECT_TRUE(state.is_decided);
    }
  }
}

TEST(PairTest, WhomPolicyDoesNotTrustDecidesNothing) {
  const Statement rule = Say(Channel::kSerial, Verdict::kLead, Basis::kRule);
  const Statement word =
      Say(Channel::kDescription, Verdict::kConfirmed, Basis::kAnalyst, /*trusted=*/false);
  EXPECT_TRUE(StateOfPair({rule, word}).is_lead);
  EXPECT_FALSE(StateOfPair({rule, word}).is_decided);
  EXPECT_TRUE(StateOfPair({word}).is_lead);
}

TEST(PairTest, AnExaminersLeadIsNotTheAnalystsToDecide) {
  Statement lead = Say(Channel::kCase, Verdict::kLead, Basis::kExaminer);
  lead.stage = Stage::kOnScreen;
  const PairState state =
      StateOfPair({lead, Say(Channel::kDescription, Verdict::kEliminated, Basis::kAnalyst)});
  EXPECT_TRUE(state.is_lead);
  EXPECT_TRUE(state.is_decided);
}

TEST(PairTest, AProposalDecidesNothingAndIsInTheQueue) {
  const Statement proposal = Say(Channel::kSerial, Verdict::kLead, Basis::kUnspecified);
  const Statement confirmed = Say(Channel::kSerial, Verdict::kConfirmed, Basis::kRule);
  const PairState state = StateOfPair({proposal, confirmed});
  EXPECT_TRUE(state.is_proposed);
  EXPECT_TRUE(state.is_candidate());
  EXPECT_FALSE(state.is_lead);
  EXPECT_FALSE(state.is_decided);
  // A file in which nothing is decided is as none.
  EXPECT_FALSE(StateOfPair({Say(Channel::kSerial, Verdict::kWithdrawn, Basis::kUnspecified)})
                   .is_candidate());
}

TEST(PairTest, TheBestFindingTellsTheChance) {
  Statement weak = Say(Channel::kSerial, Verdict::kLead, Basis::kRule);
  weak.weight_log2 = -10;
  EXPECT_NEAR(StateOfPair({weak}).chance_log2, -10, 0.01);
  Statement strong = Say(Channel::kDescription, Verdict::kLead, Basis::kRule);
  strong.weight_log2 = 8;
  EXPECT_NEAR(StateOfPair({weak, strong}).chance_log2, 0, 0.01);
}

TEST(PairTest, DisputesAndConflictsAreSeen) {
  Statement confirmed = Say(Channel::kCase, Verdict::kConfirmed, Basis::kExaminer);
  confirmed.stage = Stage::kMicroscope;
  Statement eliminated = Say(Channel::kCase, Verdict::kEliminated, Basis::kExaminer);
  eliminated.stage = Stage::kMicroscope;
  EXPECT_TRUE(StateOfPair({confirmed, eliminated}).is_conflicting);
  const Statement dispute = Say(Channel::kCase, Verdict::kEliminated, Basis::kAnalyst);
  EXPECT_TRUE(StateOfPair({confirmed, dispute}).is_disputed);
  EXPECT_FALSE(StateOfPair({confirmed, dispute}).is_lead);
}

TEST(PairTest, WhatConfirmsASightingIsALead) {
  ExhibitFacts gun;
  gun.kind = ExhibitKind::kGun;
  ExhibitFacts sighted;
  sighted.kind = ExhibitKind::kSightedGun;
  const Statement word =
      Say(Channel::kSourceReference, Verdict::kConfirmed, Basis::kSourceReference);
  EXPECT_FALSE(StateOfPair({word}, BoundsOf(gun, gun)).is_lead);
  EXPECT_TRUE(StateOfPair({word}, BoundsOf(gun, sighted)).is_lead);
  // What an analyst decides is decided, though it joins nothing.
  const Statement decision = Say(Channel::kDescription, Verdict::kConfirmed, Basis::kAnalyst);
  EXPECT_FALSE(StateOfPair({word, decision}, BoundsOf(gun, sighted)).is_lead);
}

TEST(PairTest, GunsThatAreDifferentAreALeadOnlyWhenAnExaminerSaysSo) {
  ExhibitFacts a;
  a.apart_key = 7;
  ExhibitFacts b = a;
  const Statement rule = Say(Channel::kSerial, Verdict::kLead, Basis::kRule);
  const Statement on_screen = Say(Channel::kCase, Verdict::kLead, Basis::kExaminer);
  EXPECT_FALSE(StateOfPair({rule}, BoundsOf(a, b)).is_lead);
  EXPECT_TRUE(StateOfPair({rule, on_screen}, BoundsOf(a, b)).is_lead);
  b.apart_key = 8;
  EXPECT_TRUE(StateOfPair({rule}, BoundsOf(a, b)).is_lead);
  CustodyAccount held;
  held.held.resize(1);
  held.held[0].holder = 1;
  held.held[0].from_s = 10;
  held.held[0].until_s = 20;
  a.custody = std::make_shared<const CustodyAccount>(held);
  held.held[0].holder = 2;
  held.held[0].from_s = 15;
  b.custody = std::make_shared<const CustodyAccount>(held);
  EXPECT_TRUE(BoundsOf(a, b).are_apart);
  EXPECT_FALSE(StateOfPair({rule}, BoundsOf(a, b)).is_lead);
}

TEST(PairTest, TheOrderOfTheStatementsDoesNotMatter) {
  std::vector<Statement> statements = {
      Say(Channel::kSerial, Verdict::kLead, Basis::kRule),
      Say(Channel::kDescription, Verdict::kConfirmed, Basis::kAnalyst, false),
      Say(Channel::kCase, Verdict::kLead, Basis::kExaminer)};
  const PairState expected = StateOfPair(statements);
  std::sort(statements.begin(), statements.end(),
            [](const Statement& a, const Statement& b) { return a.name < b.name; });
  do {
    const PairState state = StateOfPair(statements);
    EXPECT_EQ(state.is_lead, expected.is_lead);
    EXPECT_EQ(state.chance_log2, expected.chance_log2);
  } while (std::next_permutation(
      statements.begin(), statements.end(),
      [](const Statement& a, const Statement& b) { return a.name < b.name; }));
}

TEST(PairTest, WhatOneAnalystPushedWaitsWherePolicyAsksForTwo) {
  Statement one = Say(Channel::kDescription, Verdict::kConfirmed, Basis::kAnalyst);
  one.alone = Alone::kDecidesNothing;
  one.author_agency = 1;
  one.author_person = 1;
  const PairState waits = StateOfPair({one});
  EXPECT_TRUE(waits.is_lead);
  EXPECT_TRUE(waits.is_proposed);
  EXPECT_FALSE(waits.is_decided);
  Statement other = one;
  other.name = one.name + 1;
  other.author_person = 2;
  const PairState decided = StateOfPair({one, other});
  EXPECT_FALSE(decided.is_candidate());
  EXPECT_TRUE(decided.is_decided);
  // An elimination that waits is no lead by itself, and yet somebody is to look at it.
  one.verdict = Verdict::kEliminated;
  const PairState eliminated = StateOfPair({one});
  EXPECT_FALSE(eliminated.is_lead);
  EXPECT_TRUE(eliminated.is_proposed);
}

}  // namespace
}  // namespace serieslink::linkage
