#include "services/linkage/core/resolve.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Exhibits 1 to n; exhibit i has public id i, and arrived in that order.
std::vector<ExhibitFacts> Exhibits(uint64_t n) {
  std::vector<ExhibitFacts> exhibits(n);
  for (uint64_t i = 0; i < n; ++i) {
    exhibits[i].public_id = i + 1;
    exhibits[i].record_number = i + 1;
    exhibits[i].exhibit_number = (i + 1) << 16;
    exhibits[i].kind = ExhibitKind::kGun;
  }
  return exhibits;
}

Statement Say(uint64_t a, uint64_t b, Channel channel, Basis basis, Verdict verdict) {
  Statement s;
  s.SetPair(a, b);
  s.channel = channel;
  s.basis = basis;
  s.verdict = verdict;
  s.stage = basis == Basis::kExaminer ? Stage::kMicroscope : Stage::kUnspecified;
  s.name =
      a * 100000 + b * 100 + static_cast<uint64_t>(channel) * 10 + static_cast<uint64_t>(verdict);
  return s;
}
Statement Case(uint64_t a, uint64_t b, Verdict verdict = Verdict::kConfirmed) {
  return Say(a, b, Channel::kCase, Basis::kExaminer, verdict);
}
Statement Bullet(uint64_t a, uint64_t b, Verdict verdict = Verdict::kConfirmed) {
  return Say(a, b, Channel::kBullet, Basis::kExaminer, verdict);
}
Statement Rule(uint64_t a, uint64_t b) {
  return Say(a, b, Channel::kSerial, Basis::kRule, Verdict::kConfirmed);
}

// Public ids of each weapon's members.
std::vector<std::set<uint64_t>> Partition(const std::vector<ExhibitFacts>& exhibits,
                                          const Resolution& r) {
  std::vector<std::set<uint64_t>> out;
  for (const Weapon& w : r.weapons) {
    std::set<uint64_t>& ids = out.emplace_back();
    for (const uint32_t m : w.members) ids.insert(exhibits[m].public_id);
  }
  return out;
}

using Ids = std::set<uint64_t>;

TEST(ResolveTest, NothingIsNothing) {
  const Resolution r = Resolve({}, {});
  EXPECT_THAT(r.weapons, IsEmpty());
  EXPECT_THAT(r.standing, IsEmpty());
}

TEST(ResolveTest, ConfirmedFindingsJoinLeadsDoNot) {
  const auto exhibits = Exhibits(4);
  Statement lead = Rule(3, 4);
  lead.verdict = Verdict::kLead;
  const Resolution r = Resolve(exhibits, {Rule(1, 2), Case(2, 3), lead});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1, 2, 3}, Ids{4}));
  EXPECT_EQ(r.weapons[0].floor, Basis::kRule);
  EXPECT_THAT(r.weapons[0].confirmed, SizeIs(2));
  EXPECT_THAT(r.weapons[0].joining, SizeIs(2));
  EXPECT_EQ(r.weapons[1].floor, Basis::kUnspecified);
}

TEST(ResolveTest, TheFloorIsTheWeakestBasisThatIsNeeded) {
  const auto exhibits = Exhibits(3);
  const Resolution r = Resolve(exhibits, {Rule(1, 2), Rule(2, 3), Case(1, 2), Case(2, 3)});
  EXPECT_EQ(r.weapons[0].floor, Basis::kExaminer);
  EXPECT_THAT(r.weapons[0].confirmed, SizeIs(4));
  EXPECT_THAT(r.weapons[0].joining, SizeIs(2));
}

TEST(ResolveTest, InTheirOrderEachJoinJoinsWhatWasApart) {
  const auto exhibits = Exhibits(5);
  Statement heavy = Rule(4, 5);
  heavy.weight_log2 = 12;
  Statement light = Rule(1, 2);
  light.weight_log2 = 3;
  Statement test_fire =
      Say(2, 3, Channel::kSourceReference, Basis::kSourceReference, Verdict::kConfirmed);
  test_fire.relation = Relation::kTestFireOf;
  const Resolution r = Resolve(exhibits, {light, heavy, Case(3, 4), test_fire, Rule(1, 3)});
  ASSERT_THAT(r.weapons, SizeIs(1));
  std::vector<uint32_t> joins = r.weapons[0].joining;
  SortInJoinOrder(r.standing, joins);
  std::vector<uint64_t> names;
  std::vector<uint64_t> cluster = {0, 1, 2, 3, 4, 5};  // of each exhibit
  for (const uint32_t f : joins) {
    const Statement& s = r.standing[f].statement;
    names.push_back(s.name);
    const uint64_t from = cluster[s.first];
    const uint64_t to = cluster[s.second];
    EXPECT_NE(from, to);
    std::replace(cluster.begin(), cluster.end(), from, to);
  }
  EXPECT_THAT(names, ElementsAre(test_fire.name, Case(3, 4).name, heavy.name, light.name));
}

TEST(ResolveTest, CasesAndBulletsOfOneSceneThatContradictReadAsAnExchangeOfParts) {
  // A gun with its test-fired cases and bullets (2, 3), and a scene's cases and bullets (4, 5),
  // which the laboratory infers to be of one gun.
  std::vector<ExhibitFacts> exhibits = Exhibits(5);
  exhibits[1].kind = ExhibitKind::kTestFireCases;
  exhibits[2].kind = ExhibitKind::kTestFireBullets;
  exhibits[3].kind = ExhibitKind::kCaseGroup;
  exhibits[4].kind = ExhibitKind::kBulletGroup;
  std::vector<Statement> statements;
  for (const uint64_t fired : {2, 3}) {
    statements.push_back(
        Say(1, fired, Channel::kSourceReference, Basis::kSourceReference, Verdict::kConfirmed));
    statements.back().relation = Relation::kTestFireOf;
  }
  statements.push_back(
      Say(4, 5, Channel::kSourceReference, Basis::kSourceReference, Verdict::kConfirmed));
  statements.back().relation = Relation::kOneInferredWeapon;
  statements.push_back(Case(2, 4, Verdict::kEliminated));
  const auto exchanges = [&] {
    std::vector<Ids> out;
    const Resolution r = Resolve(exhibits, statements);
    for (const Conflict& conflict : r.conflicts) {
      if (conflict.kind != ConflictKind::kChannelsContradict) continue;
      EXPECT_EQ(r.standing[conflict.finding].statement.name, Case(2, 4, Verdict::kEliminated).name);
      out.emplace_back(conflict.weapons.begin(), conflict.weapons.end());
    }
    return out;
  };
  // The scene is of another gun: nothing contradicts that.
  EXPECT_THAT(exchanges(), IsEmpty());
  statements.push_back(Bullet(3, 5));
  EXPECT_THAT(Partition(exhibits, Resolve(exhibits, statements)),
              ElementsAre(Ids{1, 2, 3, 5}, Ids{4}));
  EXPECT_THAT(exchanges(), ElementsAre(Ids{0, 1}));
}

TEST(ResolveTest, AnEliminationAcrossForbidsAJoinOnItsChannel) {
  const auto exhibits = Exhibits(3);
  const Resolution r =
      Resolve(exhibits, {Case(1, 2), Case(2, 3), Case(1, 3, Verdict::kEliminated)});
  // The two weigh the same, so the smaller pair joins.
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1, 2}, Ids{3}));
  ASSERT_THAT(r.conflicts, SizeIs(1));
  EXPECT_EQ(r.conflicts[0].kind, ConflictKind::kJoinRefused);
  EXPECT_EQ(r.standing[r.conflicts[0].finding].statement.name, Case(2, 3).name);
  ASSERT_TRUE(r.conflicts[0].forbidden_by.has_value());
  EXPECT_EQ(r.standing[*r.conflicts[0].forbidden_by].verdict, Verdict::kEliminated);
  EXPECT_THAT(r.conflicts[0].weapons, ElementsAre(0, 1));
}

TEST(ResolveTest, TheStrongerBasisJoinsFirst) {
  const auto exhibits = Exhibits(3);
  const Statement not_same =
      Say(1, 3, Channel::kDescription, Basis::kAnalyst, Verdict::kEliminated);
  const Resolution r = Resolve(exhibits, {Rule(1, 2), Case(2, 3), not_same});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1}, Ids{2, 3}));
}

TEST(ResolveTest, TheHeavierFindingJoinsFirst) {
  const auto exhibits = Exhibits(3);
  Statement heavy = Rule(2, 3);
  heavy.weight_log2 = 12;
  const Statement not_same =
      Say(1, 3, Channel::kSerial, Basis::kSourceReference, Verdict::kEliminated);
  const Resolution r = Resolve(exhibits, {Rule(1, 2), heavy, not_same});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1}, Ids{2, 3}));
}

TEST(ResolveTest, AnotherChannelsEliminationJoinsAndShowsAsContradiction) {
  const auto exhibits = Exhibits(2);
  const Resolution r = Resolve(exhibits, {Case(1, 2, Verdict::kEliminated), Bullet(1, 2)});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1, 2}));
  ASSERT_THAT(r.conflicts, SizeIs(1));
  EXPECT_EQ(r.conflicts[0].kind, ConflictKind::kChannelsContradict);
  EXPECT_EQ(r.standing[r.conflicts[0].finding].statement.channel, Channel::kCase);
  EXPECT_THAT(r.conflicts[0].weapons, ElementsAre(0));
}

TEST(ResolveTest, AnAnalystsEliminationForbidsEveryChannelButNotFromTheExaminersOwn) {
  const auto exhibits = Exhibits(2);
  const Statement described =
      Say(1, 2, Channel::kDescription, Basis::kAnalyst, Verdict::kEliminated);
  EXPECT_THAT(Resolve(exhibits, {Bullet(1, 2), described}).weapons, SizeIs(2));
  // On the bullet channel an analyst can only dispute.
  const Statement on_bullets = Say(1, 2, Channel::kBullet, Basis::kAnalyst, Verdict::kEliminated);
  const Resolution r = Resolve(exhibits, {Bullet(1, 2), on_bullets});
  EXPECT_THAT(r.weapons, SizeIs(1));
  ASSERT_THAT(r.conflicts, SizeIs(1));
  EXPECT_EQ(r.conflicts[0].kind, ConflictKind::kDisputed);
}

TEST(ResolveTest, GunsListedApartNeverBecomeOne) {
  auto exhibits = Exhibits(4);
  exhibits[0].apart_key = exhibits[3].apart_key = 77;
  const Resolution r = Resolve(exhibits, {Case(1, 2), Case(2, 3), Case(3, 4)});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1, 2, 3}, Ids{4}));
  ASSERT_THAT(r.conflicts, SizeIs(1));
  EXPECT_EQ(r.conflicts[0].kind, ConflictKind::kListedApart);
  EXPECT_EQ(r.conflicts[0].apart, (std::pair<uint32_t, uint32_t>(0, 3)));
}

TEST(ResolveTest, TestFiresStayWithTheirGun) {
  auto exhibits = Exhibits(5);  // 1, 2: guns apart; 3, 4: their test-fires; 5: a crime's cases.
  exhibits[0].apart_key = exhibits[1].apart_key = 9;
  const auto child = [](uint64_t test_fire, uint64_t gun) {
    Statement s = Say(test_fire, gun, Channel::kSourceReference, Basis::kSourceReference,
                      Verdict::kConfirmed);
    s.relation = Relation::kTestFireOf;
    return s;
  };
  const Resolution r = Resolve(exhibits, {child(3, 1), child(4, 2), Case(3, 5), Case(4, 5)});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1, 3, 5}, Ids{2, 4}));
  EXPECT_EQ(r.weapons[0].floor, Basis::kExaminer);
  EXPECT_EQ(r.weapons[1].floor, Basis::kUnspecified);
  EXPECT_THAT(r.conflicts, SizeIs(1));
}

TEST(ResolveTest, ARefusedJoinCanBeMadeByAnotherChannel) {
  const auto exhibits = Exhibits(3);
  const Resolution r =
      Resolve(exhibits, {Case(1, 2), Case(2, 3), Case(1, 3, Verdict::kEliminated), Rule(2, 3)});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1, 2, 3}));
  ASSERT_THAT(r.conflicts, SizeIs(2));
  EXPECT_EQ(r.conflicts[0].kind, ConflictKind::kChannelsContradict);
  EXPECT_EQ(r.conflicts[1].kind, ConflictKind::kJoinRefused);
  EXPECT_THAT(r.conflicts[1].weapons, ElementsAre(0)) << "both ends are in one weapon by now";
}

TEST(ResolveTest, AGunThatWasOnlySightedAndAmmunitionConfirmNothing) {
  for (const ExhibitKind kind : {ExhibitKind::kSightedGun, ExhibitKind::kAmmunitionLot}) {
    std::vector<ExhibitFacts> exhibits = Exhibits(3);
    exhibits[1].kind = kind;
    Statement same =
        Say(1, 2, Channel::kSourceReference, Basis::kSourceReference, Verdict::kConfirmed);
    same.relation = Relation::kSameItem;
    const Resolution r = Resolve(exhibits, {same, Case(2, 3)});
    EXPECT_THAT(r.weapons, SizeIs(3));
    ASSERT_THAT(r.standing, SizeIs(2));
    EXPECT_EQ(r.standing[0].verdict, Verdict::kLead);
    EXPECT_EQ(r.standing[1].verdict, Verdict::kLead);
  }
}

TEST(ResolveTest, FindingsOnExhibitsThatAreGoneAreStale) {
  const auto exhibits = Exhibits(2);
  const Resolution r = Resolve(exhibits, {Case(1, 3), Case(3, 2)});
  EXPECT_THAT(r.weapons, SizeIs(2));
  EXPECT_THAT(r.stale, SizeIs(2));
}

TEST(ResolveTest, ExaminationsThatDisagreeAreShown) {
  const auto exhibits = Exhibits(2);
  const Resolution r = Resolve(exhibits, {Case(1, 2), Case(1, 2, Verdict::kEliminated)});
  EXPECT_THAT(r.weapons, SizeIs(2));
  ASSERT_THAT(r.conflicts, SizeIs(1));
  EXPECT_EQ(r.conflicts[0].kind, ConflictKind::kExaminationsDisagree);
  EXPECT_THAT(r.conflicts[0].weapons, ElementsAre(0, 1));
}

TEST(ResolveTest, NamesFollowArrivalAndNothingElseDoes) {
  auto exhibits = Exhibits(3);
  // The same exhibits, arrived the other way round.
  for (uint64_t i = 0; i < 3; ++i) exhibits[i].exhibit_number = (10 - i) << 16;
  const Resolution r =
      Resolve(exhibits, {Case(1, 2), Case(2, 3), Case(1, 3, Verdict::kEliminated)});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{3}, Ids{1, 2}));
  EXPECT_EQ(exhibits[r.NamingExhibit(1)].public_id, 2u);
}

TEST(ResolveTest, LongChainsOfEliminationsStayCheap) {
  // Two halves that may not meet, a finding between every pair of opposite members, and an
  // elimination for each: quadratic work in any careless structure.
  constexpr uint64_t kHalf = 20000;
  const auto exhibits = Exhibits(2 * kHalf);
  std::vector<Statement> statements;
  for (uint64_t i = 1; i < kHalf; ++i) {
    statements.push_back(Case(i, i + 1));
    statements.push_back(Case(kHalf + i, kHalf + i + 1));
  }
  for (uint64_t i = 1; i <= kHalf; ++i) {
    statements.push_back(Case(i, 2 * kHalf + 1 - i, Verdict::kEliminated));
    Statement weak = Rule(i, kHalf + i);
    weak.channel = Channel::kCase;
    weak.basis = Basis::kExaminer;
    weak.weight_log2 = -1;
    if (i != kHalf + 1 - i) statements.push_back(weak);
  }
  const Resolution r = Resolve(exhibits, statements);
  EXPECT_THAT(r.weapons, SizeIs(2));
  EXPECT_THAT(r.conflicts, SizeIs(kHalf));
}

std::shared_ptr<const CustodyAccount> AccountOfHeld(uint64_t holder, int64_t from_s,
                                                    int64_t until_s) {
  const CustodyFact fact = {
      .holder = holder, .from_s = from_s, .until_s = until_s, .until_latest_s = until_s};
  return std::make_shared<CustodyAccount>(CustodyAccount{
      .held = {fact}, .teller = 100 + holder, .parties = {holder}, .references = {}});
}

TEST(ResolveTest, GunsInCustodyAtOneTimeAreDifferentWhateverIsFound) {
  auto exhibits = Exhibits(4);
  exhibits[0].custody = AccountOfHeld(1, 10, 20);
  exhibits[1].custody = AccountOfHeld(2, 15, 30);
  // Not the two themselves, but what hangs on them.
  const Resolution r = Resolve(exhibits, {Case(1, 3), Case(2, 4), Case(3, 4), Rule(1, 2)});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1, 3}, Ids{2, 4}));
  ASSERT_THAT(r.conflicts, SizeIs(2));
  for (const Conflict& conflict : r.conflicts) {
    EXPECT_EQ(conflict.kind, ConflictKind::kInCustodyApart);
    EXPECT_EQ(conflict.apart, std::make_pair(0u, 1u));
    EXPECT_THAT(conflict.weapons, ElementsAre(0u, 1u));
  }
  exhibits[1].custody = AccountOfHeld(1, 15, 30);
  EXPECT_THAT(Partition(exhibits, Resolve(exhibits, {Rule(1, 2)})),
              ElementsAre(Ids{1, 2}, Ids{3}, Ids{4}))
      << "one holder can record one gun twice";
}

TEST(ResolveTest, OneItemUnderTwoReferencesIsOneThoughItsCustodyIsToldTwice) {
  auto exhibits = Exhibits(3);
  exhibits[0].custody = AccountOfHeld(1, 10, 20);
  exhibits[1].custody = AccountOfHeld(2, 15, 30);
  exhibits[2].custody = AccountOfHeld(3, 16, 17);
  Statement same =
      Say(1, 2, Channel::kSourceReference, Basis::kSourceReference, Verdict::kConfirmed);
  same.relation = Relation::kSameItem;
  const Resolution r = Resolve(exhibits, {same, Rule(2, 3)});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1, 2}, Ids{3}));
  EXPECT_THAT(r.conflicts, SizeIs(1));
}

TEST(ResolveTest, WhatALaboratoryInfersGivesWayToAnyElimination) {
  const auto exhibits = Exhibits(3);
  Statement inferred =
      Say(1, 2, Channel::kSourceReference, Basis::kSourceReference, Verdict::kConfirmed);
  EXPECT_THAT(Partition(exhibits, Resolve(exhibits, {inferred, Case(2, 3),
                                                     Bullet(1, 3, Verdict::kEliminated)})),
              ElementsAre(Ids{1, 2, 3}))
      << "any other reference rests on what an agency knows of its own items";
  inferred.relation = Relation::kOneInferredWeapon;
  const Resolution r =
      Resolve(exhibits, {inferred, Case(2, 3), Bullet(1, 3, Verdict::kEliminated)});
  EXPECT_THAT(Partition(exhibits, r), ElementsAre(Ids{1}, Ids{2, 3}));
  ASSERT_THAT(r.conflicts, SizeIs(2));
  EXPECT_EQ(r.conflicts[0].kind, ConflictKind::kJoinRefused);
  EXPECT_EQ(r.conflicts[1].kind, ConflictKind::kChannelsContradict);
}

}  // namespace
}  // namespace serieslink::linkage
