#include "services/view/weapon_history.h"

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::view {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Known {
  std::vector<graph::ExhibitNumber> exhibits;
  std::uint32_t incidents = 0;
  bool is_police_issue = false;
};

class WeaponHistoryTest : public testing::Test {
 protected:
  // What was known of all weapons from the next revision on.
  void Then(std::initializer_list<Known> weapons) {
    WeaponsThen& then = states_.emplace_back();
    then.revision = states_.size();
    for (const Known& known : weapons) {
      WeaponsThen::Weapon& weapon = then.weapons[known.exhibits.front()];
      weapon.exhibits = known.exhibits;
      weapon.incident_count = known.incidents;
      weapon.is_series = known.incidents >= 2 && !known.is_police_issue;
      for (const auto exhibit : known.exhibits) {
        then.weapon_of[exhibit] = known.exhibits.front();
        weapon.event_records.push_back(exhibit * 10);
      }
    }
  }

  // "revision change exhibits/incidents others" of the weapon that `root` is in at last.
  std::vector<std::string> History(graph::ExhibitNumber root, bool begins_before = false) const {
    std::vector<std::string> told;
    for (const WeaponChange& change : ChangesOfWeapon(states_, root, begins_before)) {
      told.push_back(absl::StrCat(change.revision, " ",
                                  series::v1::Change_Name(change.change).substr(sizeof("CHANGE")),
                                  " ", change.exhibit_count, "/", change.incident_count));
      if (!change.other_weapons.empty()) {
        absl::StrAppend(&told.back(), " ", absl::StrJoin(change.other_weapons, ","));
      }
    }
    return told;
  }

  std::vector<WeaponsThen> states_;
};

TEST_F(WeaponHistoryTest, ASeriesFormsGrowsAndShrinks) {
  Then({{{1}, 1}});
  Then({{{1, 2}, 2}});
  Then({{{1, 2, 3}, 2}});
  Then({{{1, 2, 3}, 3}});
  Then({{{1, 2, 3}, 3}, {{7, 8}, 2}});
  Then({{{1, 2}, 2}});
  EXPECT_THAT(History(1), ElementsAre("2 FORMED 2/2", "3 GREW 3/2", "4 GREW 3/3", "6 SHRANK 2/2"));
  EXPECT_EQ(History(2), History(1));
}

TEST_F(WeaponHistoryTest, AWeaponFormsAndThenItsSeriesDoes) {
  Then({{{1, 2}, 1}});
  Then({{{1, 2, 3}, 1}});
  Then({{{1, 2, 3, 4}, 2}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 2/1", "2 GREW 3/1", "3 FORMED 4/2"));
}

TEST_F(WeaponHistoryTest, BelowTwoIncidentsItIsDissolvedWhateverTookThem) {
  Then({{{1, 2}, 2}});
  Then({{{1}, 1}});  // a record withdrawn
  Then({{{1, 2}, 2}});
  Then({{{1}, 1}, {{2}, 1}});  // no longer joined
  Then({{{1, 2}, 2}});
  Then({{{1, 2}, 1}});  // their incidents are one event
  Then({{{1, 2}, 2}});
  Then({});  // everything withdrawn
  Then({{{1, 2}, 2}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 2/2", "2 DISSOLVED 1/1", "3 FORMED 2/2",
                                      "4 DISSOLVED 1/1 2", "5 FORMED 2/2", "6 DISSOLVED 2/1",
                                      "7 FORMED 2/2", "8 DISSOLVED 0/0", "9 FORMED 2/2"));
}

TEST_F(WeaponHistoryTest, AWeaponThatWasNoSeriesIsDissolvedWhenNothingIsJoined) {
  Then({{{1, 2, 3}, 1}});
  Then({{{1, 2}, 1}, {{3}, 0}});
  Then({{{1}, 1}, {{2}, 0}, {{3}, 0}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 3/1", "2 SPLIT 2/1 3", "3 DISSOLVED 1/1 2"));
}

TEST_F(WeaponHistoryTest, SeriesMergeAndSplit) {
  Then({{{1, 2}, 2}, {{3, 4}, 2}, {{5}, 1}});
  Then({{{1, 2, 3, 4, 5}, 5}});
  Then({{{1, 2, 3}, 3}, {{4, 5}, 2}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 2/2", "2 MERGED 5/5 3", "3 SPLIT 3/3 4"));
  EXPECT_THAT(History(4), ElementsAre("1 FORMED 2/2", "2 MERGED 5/5 1", "3 SPLIT 2/2 1"));
}

TEST_F(WeaponHistoryTest, APartThatIsNoSeriesIsDissolvedWhileTheOtherSplits) {
  Then({{{1, 2, 3}, 3}});
  Then({{{1, 2}, 2}, {{3}, 1}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 3/3", "2 SPLIT 2/2 3"));
  EXPECT_THAT(History(3), ElementsAre("1 FORMED 3/3", "2 DISSOLVED 1/1 1"));
}

TEST_F(WeaponHistoryTest, WeaponsThatMakeASeriesTogetherFormIt) {
  Then({{{1, 2}, 1}, {{3, 4}, 1}});
  Then({{{1, 2, 3, 4}, 2}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 2/1", "2 FORMED 4/2 3"));
}

TEST_F(WeaponHistoryTest, ASeriesKeepsItsHistoryWhenAnEarlierExhibitGivesItItsName) {
  Then({{{1}, 0}});
  Then({{{1}, 0}, {{5, 6}, 2}});
  Then({{{1}, 0}, {{5, 6, 7}, 3}});
  Then({{{1, 5, 6, 7}, 3}});
  EXPECT_THAT(History(1), ElementsAre("2 FORMED 2/2", "3 GREW 3/3", "4 GREW 4/3"));
  EXPECT_EQ(History(6), History(1));
}

TEST_F(WeaponHistoryTest, AMergeIsFollowedIntoTheSeriesRatherThanTheName) {
  Then({{{1, 2}, 1}, {{5, 6}, 2}});
  Then({{{1, 2, 5, 6}, 3}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 2/2", "2 MERGED 4/3 1"));
}

TEST_F(WeaponHistoryTest, WhatWasIssuedToPoliceIsASeriesFromItsLossOn) {
  constexpr bool kIsPoliceIssue = true;
  Then({{{1, 2}, 2, kIsPoliceIssue}});
  Then({{{1, 2, 3}, 3, kIsPoliceIssue}});
  Then({{{1, 2, 3, 4}, 3}});  // a loss is told
  Then({{{1, 2, 3}, 3, kIsPoliceIssue}});
  Then({{{1, 2, 3}, 3}});  // a record says that it was not issued to them
  Then({{{1, 2, 3}, 3, kIsPoliceIssue}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 2/2", "2 GREW 3/3", "3 FORMED 4/3",
                                      "4 DISSOLVED 3/3", "5 FORMED 3/3", "6 DISSOLVED 3/3"));
}

TEST_F(WeaponHistoryTest, ASeriesThatTurnsOutToBePoliceIssueNamesWhatCameToIt) {
  Then({{{1, 2}, 2}, {{3, 4}, 2, true}});
  Then({{{1, 2, 3, 4}, 4, true}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 2/2", "2 DISSOLVED 4/4 3"));
  EXPECT_EQ(History(4), History(1)) << "the series is followed, and not the weapon";
}

TEST_F(WeaponHistoryTest, ARecordThatIsSentAgainTakesUpWhereItWas) {
  Then({{{1, 2, 3}, 3}});
  Then({{{2, 3}, 2}});
  Then({{{1, 2, 3}, 3}});
  EXPECT_THAT(History(1), ElementsAre("1 FORMED 3/3", "2 SHRANK 2/2", "3 GREW 3/3"));
}

TEST_F(WeaponHistoryTest, SingleExhibitsAreNotToldOf) {
  Then({{{1}, 0}});
  Then({{{1}, 1}});
  Then({});
  EXPECT_THAT(History(1), IsEmpty());
  EXPECT_THAT(ChangesOfWeapon({}, 1, false), IsEmpty());
}

TEST_F(WeaponHistoryTest, WhereTheBeginningIsCutOffItIsNotTold) {
  Then({{{1, 2}, 2}});
  Then({{{1, 2, 3}, 3}});
  EXPECT_THAT(History(1, true), ElementsAre("2 GREW 3/3"));
}

TEST_F(WeaponHistoryTest, AChangeSaysWhatItTouches) {
  Then({{{1, 2}, 2}, {{3, 4}, 2}, {{8, 9}, 2}});
  Then({{{1, 2, 3, 4}, 4}, {{8, 9}, 2}});
  Then({{{1, 2}, 2}, {{3, 4}, 2}, {{8, 9}, 3}});
  const auto changes = ChangesOfWeapon(states_, 1, true);
  ASSERT_EQ(changes.size(), 2u);
  for (const WeaponChange& change : changes) {
    EXPECT_EQ(std::set<graph::ExhibitNumber>(change.exhibits.begin(), change.exhibits.end()),
              (std::set<graph::ExhibitNumber>{1, 2, 3, 4}));
    EXPECT_EQ(
        std::set<graph::RecordNumber>(change.event_records.begin(), change.event_records.end()),
        (std::set<graph::RecordNumber>{10, 20, 30, 40}));
  }
}

}  // namespace
}  // namespace serieslink::view
