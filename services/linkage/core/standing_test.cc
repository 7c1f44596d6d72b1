#include "services/linkage/core/standing.h"

#include <algorithm>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kDayS = 86400;

// A statement of the pair (1, 2).
Statement Make(Channel channel, Basis basis, Verdict verdict, uint64_t name) {
  Statement s;
  s.SetPair(2, 1);
  s.channel = channel;
  s.basis = basis;
  s.verdict = verdict;
  s.name = name;
  return s;
}

// An examination of one day.
Statement Examined(Verdict verdict, Stage stage, int64_t day, uint64_t name) {
  Statement s = Make(Channel::kCase, Basis::kExaminer, verdict, name);
  s.stage = stage;
  s.examined = {day * kDayS, (day + 1) * kDayS - 1};
  return s;
}

// What stands, in whatever order the statements come.
StandingFinding Stands(std::vector<Statement> statements) {
  std::sort(statements.begin(), statements.end(),
            [](const Statement& a, const Statement& b) { return a.name < b.name; });
  std::vector<StandingFinding> first = ResolveStanding(statements);
  EXPECT_THAT(first, SizeIs(1));
  while (std::next_permutation(
      statements.begin(), statements.end(),
      [](const Statement& a, const Statement& b) { return a.name < b.name; })) {
    const std::vector<StandingFinding> again = ResolveStanding(statements);
    EXPECT_THAT(again, SizeIs(1));
    EXPECT_EQ(again[0].statement.name, first[0].statement.name);
    EXPECT_EQ(again[0].verdict, first[0].verdict);
    EXPECT_EQ(again[0].conflicting, first[0].conflicting);
    EXPECT_EQ(again[0].disputed, first[0].disputed);
    EXPECT_EQ(again[0].against, first[0].against);
    EXPECT_EQ(again[0].awaits_second, first[0].awaits_second);
    EXPECT_EQ(again[0].proposed, first[0].proposed);
  }
  return first[0];
}

TEST(StandingTest, ALaterExaminationOfTheSameOrAHigherStageStands) {
  const StandingFinding later = Stands({Examined(Verdict::kConfirmed, Stage::kMicroscope, 10, 1),
                                        Examined(Verdict::kEliminated, Stage::kMicroscope, 20, 2)});
  EXPECT_EQ(later.statement.name, 2u);
  EXPECT_EQ(later.verdict, Verdict::kEliminated);
  EXPECT_FALSE(later.conflicting);

  const StandingFinding higher = Stands({Examined(Verdict::kEliminated, Stage::kMicroscope, 10, 1),
                                         Examined(Verdict::kConfirmed, Stage::kVerified, 20, 2)});
  EXPECT_EQ(higher.verdict, Verdict::kConfirmed);
}

TEST(StandingTest, ALowerStageNeverDisplacesAHigherOne) {
  const StandingFinding finding = Stands({Examined(Verdict::kConfirmed, Stage::kMicroscope, 10, 1),
                                          Examined(Verdict::kEliminated, Stage::kOnScreen, 20, 2)});
  EXPECT_EQ(finding.verdict, Verdict::kConfirmed);
  EXPECT_FALSE(finding.conflicting);
}

TEST(StandingTest, EqualDatesThatDisagreeStandAsEliminatedAndInConflict) {
  const StandingFinding same_stage =
      Stands({Examined(Verdict::kConfirmed, Stage::kMicroscope, 10, 1),
              Examined(Verdict::kEliminated, Stage::kMicroscope, 10, 2)});
  EXPECT_EQ(same_stage.verdict, Verdict::kEliminated);
  EXPECT_EQ(same_stage.statement.name, 2u);
  EXPECT_TRUE(same_stage.conflicting);
  EXPECT_THAT(same_stage.against, ElementsAre(1));

  const StandingFinding other_stage =
      Stands({Examined(Verdict::kConfirmed, Stage::kVerified, 10, 1),
              Examined(Verdict::kEliminated, Stage::kOnScreen, 10, 2)});
  EXPECT_EQ(other_stage.verdict, Verdict::kEliminated);
  EXPECT_TRUE(other_stage.conflicting);
  EXPECT_THAT(other_stage.against, ElementsAre(1));
}

TEST(StandingTest, ALeadOfTheSameDayDisagreesWithNothing) {
  const StandingFinding finding =
      Stands({Examined(Verdict::kLead, Stage::kOnScreen, 10, 1),
              Examined(Verdict::kConfirmed, Stage::kMicroscope, 10, 2)});
  EXPECT_EQ(finding.verdict, Verdict::kConfirmed);
  EXPECT_FALSE(finding.conflicting);
}

TEST(StandingTest, AtOneStageAndDateDoubtStandsBesideAConfirmation) {
  const StandingFinding finding =
      Stands({Examined(Verdict::kConfirmed, Stage::kMicroscope, 10, 1),
              Examined(Verdict::kInconclusive, Stage::kMicroscope, 10, 2)});
  EXPECT_EQ(finding.verdict, Verdict::kInconclusive);
  EXPECT_TRUE(finding.conflicting);
}

TEST(StandingTest, DatesThatOverlapAreEqualAndAnUnknownDateOverlapsAll) {
  Statement month = Examined(Verdict::kEliminated, Stage::kMicroscope, 1, 1);
  month.examined.latest_s = 31 * kDayS;
  const Statement day = Examined(Verdict::kConfirmed, Stage::kMicroscope, 15, 2);
  EXPECT_TRUE(Stands({month, day}).conflicting);

  Statement undated = Examined(Verdict::kEliminated, Stage::kMicroscope, 1, 1);
  undated.examined = TimeInterval();
  const StandingFinding finding = Stands({undated, day});
  EXPECT_EQ(finding.verdict, Verdict::kEliminated);
  EXPECT_TRUE(finding.conflicting);
}

TEST(StandingTest, AConflictIsSettledByALaterExamination) {
  const StandingFinding finding = Stands({Examined(Verdict::kConfirmed, Stage::kMicroscope, 10, 1),
                                          Examined(Verdict::kEliminated, Stage::kMicroscope, 10, 2),
                                          Examined(Verdict::kConfirmed, Stage::kVerified, 11, 3)});
  EXPECT_EQ(finding.verdict, Verdict::kConfirmed);
  EXPECT_FALSE(finding.conflicting);
}

TEST(StandingTest, OnlyAnExaminerWithdrawsAnExamination) {
  EXPECT_EQ(Stands({Examined(Verdict::kConfirmed, Stage::kMicroscope, 10, 1),
                    Examined(Verdict::kWithdrawn, Stage::kMicroscope, 12, 2)})
                .verdict,
            Verdict::kWithdrawn);
  EXPECT_EQ(Stands({Examined(Verdict::kConfirmed, Stage::kMicroscope, 10, 1),
                    Make(Channel::kCase, Basis::kSourceReference, Verdict::kWithdrawn, 2)})
                .verdict,
            Verdict::kConfirmed);
}

TEST(StandingTest, AnAnalystDisputesAndSuspendsNothing) {
  const StandingFinding finding =
      Stands({Examined(Verdict::kConfirmed, Stage::kMicroscope, 10, 1),
              Make(Channel::kCase, Basis::kAnalyst, Verdict::kEliminated, 2)});
  EXPECT_EQ(finding.verdict, Verdict::kConfirmed);
  EXPECT_TRUE(finding.disputed);
  EXPECT_THAT(finding.against, ElementsAre(2));
}

TEST(StandingTest, WithoutAnExaminerMarksMakeLeadsAtMost) {
  for (const Basis basis : {Basis::kAnalyst, Basis::kSourceReference, Basis::kRule}) {
    EXPECT_EQ(Stands({Make(Channel::kBullet, basis, Verdict::kConfirmed, 1)}).verdict,
              Verdict::kLead);
    EXPECT_EQ(Stands({Make(Channel::kBullet, basis, Verdict::kEliminated, 1)}).verdict,
              Verdict::kInconclusive);
  }
  Statement untrusted = Examined(Verdict::kConfirmed, Stage::kVerified, 10, 1);
  untrusted.trusted = false;
  EXPECT_EQ(Stands({untrusted}).verdict, Verdict::kLead);
  EXPECT_EQ(Stands({untrusted, Examined(Verdict::kEliminated, Stage::kOnScreen, 1, 2)}).verdict,
            Verdict::kEliminated);
}

TEST(StandingTest, OnOtherChannelsAnalystThenReferenceThenRule) {
  const Statement rule = Make(Channel::kSerial, Basis::kRule, Verdict::kConfirmed, 1);
  const Statement reference =
      Make(Channel::kSerial, Basis::kSourceReference, Verdict::kEliminated, 2);
  const Statement analyst = Make(Channel::kSerial, Basis::kAnalyst, Verdict::kInconclusive, 3);
  EXPECT_EQ(Stands({rule}).verdict, Verdict::kConfirmed);
  EXPECT_EQ(Stands({rule, reference}).verdict, Verdict::kEliminated);
  EXPECT_EQ(Stands({rule, reference, analyst}).verdict, Verdict::kInconclusive);
}

TEST(StandingTest, WithinABasisTheLaterByItsOwnTimeThenByName) {
  Statement early = Make(Channel::kDescription, Basis::kAnalyst, Verdict::kEliminated, 9);
  early.stated_at_s = 100;
  Statement late = Make(Channel::kDescription, Basis::kAnalyst, Verdict::kConfirmed, 1);
  late.stated_at_s = 200;
  EXPECT_EQ(Stands({early, late}).verdict, Verdict::kConfirmed);
  late.stated_at_s = 100;
  EXPECT_EQ(Stands({early, late}).verdict, Verdict::kEliminated) << "the greater name";
}

// What `person` (0: not said) of an agency states, where policy does not let one alone state it.
Statement ByOne(Verdict verdict, uint32_t person, int64_t time_s, uint64_t name,
                linkage::Alone alone = linkage::Alone::kDecidesNothing) {
  Statement s = Make(Channel::kDescription, Basis::kAnalyst, verdict, name);
  s.stated_at_s = time_s;
  s.alone = alone;
  s.author_agency = 7;
  s.author_person = person;
  return s;
}

TEST(StandingTest, WhereTwoAreNeededOneAnalystDecidesNothing) {
  const StandingFinding alone = Stands({ByOne(Verdict::kConfirmed, 1, 10, 1)});
  EXPECT_EQ(alone.verdict, Verdict::kLead);
  EXPECT_TRUE(alone.awaits_second);
  EXPECT_THAT(alone.proposed, ElementsAre(Verdict::kConfirmed));
  const StandingFinding eliminated = Stands({ByOne(Verdict::kEliminated, 1, 10, 1)});
  EXPECT_EQ(eliminated.verdict, Verdict::kInconclusive);
  EXPECT_THAT(eliminated.proposed, ElementsAre(Verdict::kEliminated));

  // The same person again, somebody of another agency, somebody whom policy does not trust or the
  // agency does not name, and somebody who says something else.
  Statement elsewhere = ByOne(Verdict::kConfirmed, 2, 20, 2);
  elsewhere.author_agency = 8;
  Statement untrusted = ByOne(Verdict::kConfirmed, 2, 20, 2);
  untrusted.trusted = false;
  for (const Statement& other :
       {ByOne(Verdict::kConfirmed, 1, 20, 2), elsewhere, untrusted,
        ByOne(Verdict::kConfirmed, 0, 20, 2), ByOne(Verdict::kEliminated, 2, 5, 2)}) {
    const StandingFinding both = Stands({ByOne(Verdict::kConfirmed, 1, 10, 1), other});
    EXPECT_EQ(both.verdict, Verdict::kLead);
    EXPECT_TRUE(both.awaits_second);
    EXPECT_THAT(both.proposed, ElementsAre(Verdict::kConfirmed));
  }
  for (const Verdict verdict : {Verdict::kConfirmed, Verdict::kEliminated}) {
    const StandingFinding two = Stands({ByOne(verdict, 1, 10, 1), ByOne(verdict, 2, 20, 2)});
    EXPECT_EQ(two.verdict, verdict);
    EXPECT_EQ(two.statement.name, 2u) << "the one that made two of them";
    EXPECT_FALSE(two.awaits_second);
    EXPECT_THAT(two.proposed, IsEmpty());
  }
}

TEST(StandingTest, ASecondPersonSaysWhatTheFirstStillSays) {
  // The first had come to think otherwise, or had taken it back.
  for (const Verdict meanwhile : {Verdict::kEliminated, Verdict::kInconclusive}) {
    EXPECT_TRUE(Stands({ByOne(Verdict::kConfirmed, 1, 10, 1), ByOne(meanwhile, 1, 15, 2),
                        ByOne(Verdict::kConfirmed, 2, 20, 3)})
                    .awaits_second);
  }
  const StandingFinding taken_back =
      Stands({ByOne(Verdict::kConfirmed, 1, 10, 1),
              ByOne(Verdict::kWithdrawn, 1, 15, 2, linkage::Alone::kDecides),
              ByOne(Verdict::kConfirmed, 2, 20, 3)});
  // Who took it back decided that alone, so that it stands until two say otherwise.
  EXPECT_EQ(taken_back.verdict, Verdict::kWithdrawn);
  EXPECT_FALSE(taken_back.awaits_second);
  EXPECT_THAT(taken_back.proposed, ElementsAre(Verdict::kConfirmed));
  // What two decided stays decided when one of them changes their mind, as far as two are needed.
  const StandingFinding doubted =
      Stands({ByOne(Verdict::kConfirmed, 1, 10, 1), ByOne(Verdict::kConfirmed, 2, 20, 2),
              ByOne(Verdict::kEliminated, 1, 30, 3)});
  EXPECT_EQ(doubted.verdict, Verdict::kConfirmed);
  EXPECT_THAT(doubted.proposed, ElementsAre(Verdict::kEliminated));
  // Of two words without a date the order is that of names, as ever.
  EXPECT_EQ(Stands({ByOne(Verdict::kConfirmed, 2, 0, 5), ByOne(Verdict::kConfirmed, 1, 0, 6)})
                .statement.name,
            6u);
}

TEST(StandingTest, WhatWaitsForASecondTakesNobodysPlace) {
  const Statement rule = Make(Channel::kDescription, Basis::kRule, Verdict::kConfirmed, 9);
  const Statement examiner = Make(Channel::kDescription, Basis::kExaminer, Verdict::kConfirmed, 9);
  Statement decided = Make(Channel::kDescription, Basis::kAnalyst, Verdict::kConfirmed, 9);
  decided.stated_at_s = 5;
  for (const Statement& other : {rule, examiner, decided}) {
    const StandingFinding both = Stands({other, ByOne(Verdict::kEliminated, 1, 10, 1)});
    EXPECT_EQ(both.statement.name, 9u);
    EXPECT_EQ(both.verdict, Verdict::kConfirmed);
    EXPECT_FALSE(both.awaits_second);
    EXPECT_THAT(both.proposed, ElementsAre(Verdict::kEliminated));
  }
  // An earlier word than that of two is none that waits, nor is one more who agrees.
  const StandingFinding over =
      Stands({ByOne(Verdict::kEliminated, 3, 5, 3), ByOne(Verdict::kConfirmed, 1, 10, 1),
              ByOne(Verdict::kConfirmed, 2, 20, 2), ByOne(Verdict::kConfirmed, 0, 30, 4)});
  EXPECT_EQ(over.verdict, Verdict::kConfirmed);
  EXPECT_EQ(over.statement.name, 2u);
  EXPECT_THAT(over.proposed, IsEmpty());
  // Whom policy does not trust takes no place of what waits, whenever it was said.
  Statement untrusted = ByOne(Verdict::kInconclusive, 3, 30, 3);
  untrusted.trusted = false;
  EXPECT_TRUE(Stands({untrusted, ByOne(Verdict::kConfirmed, 1, 10, 1)}).awaits_second);
}

TEST(StandingTest, WhereTwoTakeBackOneReplacesNoDecision) {
  constexpr auto kKeeps = linkage::Alone::kReplacesNothing;
  EXPECT_EQ(Stands({ByOne(Verdict::kInconclusive, 1, 10, 1, kKeeps)}).verdict,
            Verdict::kInconclusive);
  const StandingFinding kept = Stands(
      {ByOne(Verdict::kInconclusive, 1, 10, 1, kKeeps), ByOne(Verdict::kLead, 2, 20, 2, kKeeps)});
  EXPECT_EQ(kept.verdict, Verdict::kInconclusive);
  EXPECT_THAT(kept.proposed, ElementsAre(Verdict::kLead));
  EXPECT_EQ(
      Stands({ByOne(Verdict::kInconclusive, 1, 10, 1, kKeeps),
              ByOne(Verdict::kLead, 2, 20, 2, kKeeps), ByOne(Verdict::kLead, 3, 15, 3, kKeeps)})
          .verdict,
      Verdict::kLead);
  // A lead is no decision, and what is withdrawn is none any more.
  EXPECT_EQ(Stands({ByOne(Verdict::kLead, 1, 10, 1, kKeeps),
                    ByOne(Verdict::kInconclusive, 2, 20, 2, kKeeps)})
                .verdict,
            Verdict::kInconclusive);
  EXPECT_EQ(
      Stands({ByOne(Verdict::kInconclusive, 1, 10, 1, kKeeps), ByOne(Verdict::kWithdrawn, 1, 20, 2),
              ByOne(Verdict::kWithdrawn, 2, 30, 3), ByOne(Verdict::kEliminated, 3, 40, 4, kKeeps)})
          .verdict,
      Verdict::kEliminated);
}

TEST(StandingTest, SaysWhoseWordsWait) {
  EXPECT_THAT(WaitingForSecond({}), IsEmpty());
  EXPECT_THAT(WaitingForSecond(
                  {ByOne(Verdict::kConfirmed, 2, 20, 2), ByOne(Verdict::kConfirmed, 1, 10, 1),
                   ByOne(Verdict::kEliminated, 3, 30, 3), ByOne(Verdict::kEliminated, 3, 30, 3),
                   Make(Channel::kDescription, Basis::kExaminer, Verdict::kConfirmed, 4)}),
              ElementsAre(1u, 3u))
      << "the first of two, and one whom nobody seconds";
}

TEST(StandingTest, AnUntrustedReferenceMakesALead) {
  Statement s = Make(Channel::kSourceReference, Basis::kSourceReference, Verdict::kConfirmed, 1);
  s.trusted = false;
  EXPECT_EQ(Stands({s}).verdict, Verdict::kLead);
  Statement analyst = Make(Channel::kSourceReference, Basis::kAnalyst, Verdict::kEliminated, 2);
  analyst.trusted = false;
  const Statement rule = Make(Channel::kSourceReference, Basis::kRule, Verdict::kConfirmed, 3);
  EXPECT_EQ(Stands({analyst, rule}).verdict, Verdict::kConfirmed);
}

TEST(StandingTest, OneFindingForEachPairAndChannel) {
  Statement other_pair = Make(Channel::kSerial, Basis::kRule, Verdict::kLead, 3);
  other_pair.SetPair(1, 7);
  const std::vector<StandingFinding> standing =
      ResolveStanding({other_pair, Make(Channel::kSerial, Basis::kRule, Verdict::kLead, 1),
                       Make(Channel::kCase, Basis::kRule, Verdict::kLead, 2)});
  ASSERT_THAT(standing, SizeIs(3));
  EXPECT_EQ(standing[0].statement.name, 2u);
  EXPECT_EQ(standing[1].statement.name, 1u);
  EXPECT_EQ(standing[2].statement.name, 3u);
}

TEST(StandingTest, WhatSaysNothingIsLeftOut) {
  Statement to_itself = Make(Channel::kSerial, Basis::kRule, Verdict::kConfirmed, 1);
  to_itself.SetPair(5, 5);
  EXPECT_THAT(
      ResolveStanding({to_itself, Make(Channel::kUnspecified, Basis::kRule, Verdict::kConfirmed, 2),
                       Make(Channel::kSerial, Basis::kUnspecified, Verdict::kConfirmed, 3),
                       Make(Channel::kSerial, Basis::kRule, Verdict::kUnspecified, 4)}),
      IsEmpty());
}

}  // namespace
}  // namespace serieslink::linkage
