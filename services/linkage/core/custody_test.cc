#include "services/linkage/core/custody.h"

#include <deque>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

constexpr int64_t kOpen = TimeInterval::kUnknownLatest;

CustodyFact Held(uint64_t holder, int64_t from_s, int64_t until_s) {
  return {.holder = holder, .from_s = from_s, .until_s = until_s, .until_latest_s = until_s};
}

// An account of an agency of its own, which names nobody but who held the gun.
CustodyAccount Account(std::vector<CustodyFact> held) {
  CustodyAccount account;
  account.held = std::move(held);
  for (const CustodyFact& fact : account.held) account.parties.push_back(fact.holder);
  account.teller = 100 + account.held.front().holder;
  return account;
}

bool AreDifferent(const CustodyFact& a, const CustodyFact& b) {
  const bool are = AreOfDifferentGuns(Account({a}), Account({b}));
  EXPECT_EQ(AreOfDifferentGuns(Account({b}), Account({a})), are);
  return are;
}

TEST(CustodyTest, HoldersAreOneWhateverTheCaseAndTheBlanks) {
  EXPECT_EQ(HolderKey("Kent Property Store 2"), HolderKey(" kent property-store 2"));
  EXPECT_NE(HolderKey("Kent Property Store 2"), HolderKey("Kent Property Store 3"));
}

TEST(CustodyTest, LaboratoriesAreKnownByAWord) {
  for (const char* name :
       {"NABIS", "nabis hub London", "Forensic Laboratory (Birmingham)", "lab"}) {
    EXPECT_TRUE(IsLaboratory(name)) << name;
  }
  for (const char* name : {"", "Kent store", "Labour Exchange", "Slab Lane", "Nabisco"}) {
    EXPECT_FALSE(IsLaboratory(name)) << name;
  }
}

TEST(CustodyTest, DifferentHoldersAtOneTimeHaveDifferentGuns) {
  EXPECT_TRUE(AreDifferent(Held(1, 10, 20), Held(2, 15, 30)));
  EXPECT_TRUE(AreDifferent(Held(1, 10, 20), Held(2, 12, 13)));
  EXPECT_FALSE(AreDifferent(Held(1, 10, 20), Held(1, 15, 30))) << "one gun, recorded twice";
  EXPECT_FALSE(AreDifferent(Held(1, 10, 20), Held(2, 20, 30))) << "handed over";
  EXPECT_FALSE(AreDifferent(Held(1, 10, 20), Held(2, 25, 30)));
}

TEST(CustodyTest, WhatNobodyEndedIsCertainAtItsBeginningOnly) {
  EXPECT_FALSE(AreDifferent(Held(1, 10, kOpen), Held(2, 15, kOpen))) << "passed on, may be";
  EXPECT_FALSE(AreDifferent(Held(1, 10, kOpen), Held(2, 15, 30)));
  EXPECT_TRUE(AreDifferent(Held(1, 20, kOpen), Held(2, 15, 30)));
  EXPECT_FALSE(AreDifferent(Held(1, 20, kOpen), Held(2, 20, kOpen)));
}

TEST(CustodyTest, ALaboratoryHoldsAGunForAForceThatListsItToo) {
  CustodyFact examined = Held(2, 12, 18);
  EXPECT_TRUE(AreDifferent(Held(1, 10, 20), examined));
  examined.is_laboratory = true;
  EXPECT_FALSE(AreDifferent(Held(1, 10, 20), examined));
}

TEST(CustodyTest, AnAccountThatNamesTheOthersHolderOrAgencyIsOfOneChainWithIt) {
  const CustodyAccount police = Account({Held(1, 10, 20)});
  const CustodyAccount border = Account({Held(2, 15, 30)});
  ASSERT_TRUE(AreOfDifferentGuns(police, border));
  CustodyAccount handed_over = police;
  handed_over.parties.push_back(2);  // released to them, by a date that is wrong
  EXPECT_FALSE(AreOfDifferentGuns(handed_over, border));
  EXPECT_FALSE(AreOfDifferentGuns(border, handed_over));
  handed_over.parties.back() = border.teller;  // to their agency
  EXPECT_FALSE(AreOfDifferentGuns(handed_over, border));
  EXPECT_FALSE(AreOfDifferentGuns(border, handed_over));
  // Both to a third: it may have got two guns.
  CustodyAccount other = border;
  handed_over.parties.back() = 3;
  other.parties.push_back(3);
  EXPECT_TRUE(AreOfDifferentGuns(handed_over, other));
}

TEST(CustodyTest, OneCrimeReferenceCanBeOneSeizureThatTwoAgenciesList) {
  CustodyAccount police = Account({Held(1, 10, 20)});
  CustodyAccount border = Account({Held(2, 15, 30)});
  police.references = {7, 8};
  border.references = {9};
  EXPECT_TRUE(AreOfDifferentGuns(police, border));
  border.references = {9, 8};
  EXPECT_FALSE(AreOfDifferentGuns(police, border));
}

TEST(CustodyTest, SetsOfAccountsContradictWhenSomePairDoes) {
  // Small numbers, so that times meet, touch and contain each other.
  std::mt19937_64 random(7);
  const auto below = [&](int n) { return static_cast<int64_t>(random() % n); };
  int contradict = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::deque<CustodyAccount> accounts[2];
    HeldTimes times[2];
    for (int side = 0; side < 2; ++side) {
      const int64_t count = below(4);
      for (int64_t i = 0; i < count; ++i) {
        std::vector<CustodyFact> held;
        const int64_t entries = 1 + below(2);
        for (int64_t n = 0; n < entries; ++n) {
          const int64_t from_s = below(12);
          const int64_t until_s = below(5) == 0 ? kOpen : from_s + below(4);
          held.push_back(Held(1 + static_cast<uint64_t>(below(3)), from_s, until_s));
          held.back().is_laboratory = below(5) == 0;
        }
        accounts[side].push_back(Account(std::move(held)));
        if (below(4) == 0) accounts[side].back().references.push_back(1);
        HeldTimes one;
        one.Add(accounts[side].back(), static_cast<uint32_t>(10 * side + i));
        times[side].Merge(one);
      }
    }
    std::optional<std::pair<uint32_t, uint32_t>> expected;
    for (uint32_t i = 0; i < accounts[0].size(); ++i) {
      for (uint32_t j = 0; j < accounts[1].size() && !expected.has_value(); ++j) {
        if (AreOfDifferentGuns(accounts[0][i], accounts[1][j])) expected = {i, 10 + j};
      }
    }
    ASSERT_EQ(times[0].ContradictingPair(times[1]), expected) << round;
    ASSERT_EQ(times[1].ContradictingPair(times[0]).has_value(), expected.has_value()) << round;
    contradict += expected.has_value() ? 1 : 0;
  }
  EXPECT_GT(contradict, 1000);
}

}  // namespace
}  // namespace serieslink::linkage
