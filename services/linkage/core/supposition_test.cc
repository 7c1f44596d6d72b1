#include "services/linkage/core/supposition.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/linkage/core/resolve.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;

Statement Say(uint64_t a, uint64_t b, Channel channel, Basis basis, Verdict verdict,
              uint64_t name) {
  Statement s;
  s.SetPair(a, b);
  s.channel = channel;
  s.basis = basis;
  s.verdict = verdict;
  s.stage = basis == Basis::kExaminer ? Stage::kOnScreen : Stage::kUnspecified;
  s.name = name;
  return s;
}

std::size_t WeaponsOf(const std::vector<Statement>& statements) {
  std::vector<ExhibitFacts> exhibits(3);
  for (uint64_t i = 0; i < 3; ++i) {
    exhibits[i].public_id = i + 1;
    exhibits[i].exhibit_number = (i + 1) << 16;
  }
  return Resolve(exhibits, statements).weapons.size();
}

constexpr auto kConfirm = SuppositionKind::kLeadIsConfirmed;
constexpr auto kWithdraw = SuppositionKind::kFindingIsWithdrawn;

TEST(SuppositionTest, ALeadThatStandsCountsAsConfirmed) {
  for (const Statement& lead :
       {Say(1, 2, Channel::kCase, Basis::kExaminer, Verdict::kLead, 7),
        Say(1, 2, Channel::kSerial, Basis::kRule, Verdict::kLead, 7),
        Say(1, 2, Channel::kBullet, Basis::kAnalyst, Verdict::kConfirmed, 7)}) {
    std::vector<Statement> statements = {lead};
    EXPECT_EQ(WeaponsOf(statements), 3u);
    EXPECT_THAT(Suppose({{kConfirm, 2, 1, 0}}, statements), ElementsAre(1u));
    EXPECT_EQ(WeaponsOf(statements), 2u);
  }
}

TEST(SuppositionTest, WhatIsSupposedIsToldAsThat) {
  std::vector<Statement> statements = {
      Say(1, 2, Channel::kBullet, Basis::kAnalyst, Verdict::kConfirmed, 7),
      Say(2, 3, Channel::kSerial, Basis::kRule, Verdict::kConfirmed, 8)};
  Suppose({{kConfirm, 1, 2, 0}}, statements);
  EXPECT_EQ(BasisOf(statements[0]), Basis::kSupposed);
  EXPECT_EQ(BasisOf(statements[1]), Basis::kRule);
  std::vector<ExhibitFacts> exhibits(3);
  for (uint64_t i = 0; i < 3; ++i) {
    exhibits[i].public_id = i + 1;
    exhibits[i].exhibit_number = (i + 1) << 16;
  }
  const Resolution r = Resolve(exhibits, statements);
  ASSERT_EQ(r.weapons.size(), 1u);
  EXPECT_EQ(r.weapons[0].floor, Basis::kSupposed);
}

TEST(SuppositionTest, WhatWaitsForASecondPersonIsALeadThatCanBeSupposed) {
  Statement first = Say(1, 2, Channel::kDescription, Basis::kAnalyst, Verdict::kConfirmed, 7);
  first.alone = Alone::kDecidesNothing;
  first.author_agency = 5;
  first.author_person = 1;
  Statement second = first;
  second.name = 8;
  second.author_person = 2;
  std::vector<Statement> statements = {first};
  EXPECT_EQ(WeaponsOf(statements), 3u);
  EXPECT_THAT(Suppose({{kConfirm, 1, 2, 0}}, statements), ElementsAre(1u));
  EXPECT_EQ(WeaponsOf(statements), 2u);
  // Without one of two who agreed the other waits again.
  statements = {first, second};
  EXPECT_EQ(WeaponsOf(statements), 2u);
  EXPECT_THAT(Suppose({{kWithdraw, 1, 2, 7}}, statements), ElementsAre(1u));
  EXPECT_EQ(WeaponsOf(statements), 3u);
}

TEST(SuppositionTest, AFindingAboutAnExhibitUnderTwoIdsIsWithdrawnAndConfirmedWhole) {
  // 2 is the present record of 1, and 3 was compared with 1.
  Statement move =
      Say(1, 2, Channel::kSourceReference, Basis::kSourceReference, Verdict::kConfirmed, 8);
  std::vector<Statement> statements = {Say(1, 3, Channel::kSerial, Basis::kRule, Verdict::kLead, 7),
                                       Say(2, 3, Channel::kSerial, Basis::kRule, Verdict::kLead, 7),
                                       move};
  EXPECT_EQ(WeaponsOf(statements), 2u);
  EXPECT_THAT(Suppose({{kConfirm, 1, 3, 0}}, statements), ElementsAre(2u));
  EXPECT_EQ(WeaponsOf(statements), 1u);
  EXPECT_THAT(Suppose({{kWithdraw, 1, 3, 0}}, statements), ElementsAre(2u));
  EXPECT_EQ(WeaponsOf(statements), 2u);
}

TEST(SuppositionTest, WhatDoesNotStandAsALeadIsNotConfirmed) {
  std::vector<Statement> statements = {
      Say(1, 2, Channel::kCase, Basis::kExaminer, Verdict::kLead, 7),
      Say(1, 2, Channel::kCase, Basis::kExaminer, Verdict::kEliminated, 8)};
  statements[1].stage = Stage::kMicroscope;
  EXPECT_THAT(Suppose({{kConfirm, 1, 2, 0}, {kConfirm, 1, 3, 0}, {kConfirm, 1, 2, 99}}, statements),
              ElementsAre(0u, 0u, 0u));
  EXPECT_EQ(WeaponsOf(statements), 3u);
  // Without the elimination the lead stands.
  EXPECT_THAT(Suppose({{kWithdraw, 1, 2, 8}, {kConfirm, 1, 2, 7}}, statements),
              ElementsAre(1u, 1u));
  EXPECT_EQ(WeaponsOf(statements), 2u);
}

TEST(SuppositionTest, WhatIsWithdrawnWasNeverStated) {
  std::vector<Statement> statements = {
      Say(1, 2, Channel::kCase, Basis::kExaminer, Verdict::kConfirmed, 7),
      Say(1, 2, Channel::kSerial, Basis::kRule, Verdict::kConfirmed, 8),
      Say(2, 3, Channel::kSerial, Basis::kRule, Verdict::kConfirmed, 9)};
  std::vector<Statement> one = statements;
  EXPECT_THAT(Suppose({{kWithdraw, 1, 2, 7}}, one), ElementsAre(1u));
  EXPECT_EQ(WeaponsOf(one), 1u) << "the number holds them together";
  EXPECT_THAT(Suppose({{kWithdraw, 1, 2, 0}}, statements), ElementsAre(2u));
  EXPECT_EQ(WeaponsOf(statements), 2u);
}

}  // namespace
}  // namespace serieslink::linkage
