// Goal: what is new or rising is told, and noise is not: not a parcel of many guns, not a gun used
// again and again, not more records of everything, not a value that is rare anyway.
#include "services/summary/core/trait_tally.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "services/summary/core/gun_traits.h"

namespace serieslink::summary {
namespace {

using meeting::v1::TraitFinding;
using meeting::v1::TraitSearch;

constexpr std::int64_t kDayOfTraits_s = 86'400;

// A quarter, and guns of it and of the two years before.
class TraitCase {
 public:
  TraitCase() : quarter_(QuarterOfTraits(2026, 3)), tally_(quarter_, Before(8)) {}

  static Window QuarterOfTraits(int year, int quarter) {
    v1::Period period;
    period.set_kind(v1::PERIOD_KIND_QUARTER);
    period.set_year(year);
    period.set_quarter(quarter);
    return WindowOf(period, absl::UTCTimeZone());
  }
  // The begin of the quarter so many before.
  static std::int64_t Before(int quarters) {
    const int number = 2026 * 4 + 2 - quarters;
    return QuarterOfTraits(number / 4, number % 4 + 1).from_s;
  }

  // An occasion at `at_s`.
  const EventFacts* Occasion(std::int64_t at_s, int kind = record::v1::EVENT_KIND_RECOVERY) {
    auto event = std::make_unique<EventFacts>();
    event->kind = kind;
    event->occurred = {at_s, at_s};
    event->first_record = events_.size() + 1;
    events_.push_back(std::move(event));
    return events_.back().get();
  }
  // A gun of `make` that was at `events`.
  void Gun(const std::string& make, const std::vector<const EventFacts*>& events,
           bool is_police_issue = false) {
    ExhibitFact exhibit;
    exhibit.kind = record::v1::EXHIBIT_KIND_GUN;
    auto traits = std::make_shared<GunTraits>();
    traits->values.emplace_back(meeting::v1::GUN_TRAIT_MAKE, make);
    exhibit.traits = std::move(traits);
    WeaponFacts weapon;
    weapon.is_police_issue = is_police_issue;
    for (const EventFacts* event : events) weapon.Add(exhibit, event);
    tally_.AddWeapon(weapon, nullptr);
  }
  void Guns(const std::string& make, int count, std::int64_t from_s) {
    for (int i = 0; i < count; ++i) Gun(make, {Occasion(from_s + i * 3600)});
  }
  // 90 occasions in two years and 12 in the quarter, of two makes.
  void OrdinaryTimes() {
    for (int quarters = 1; quarters <= 8; ++quarters) {
      Guns("GLOCK", 6, Before(quarters) + kDayOfTraits_s);
      Guns("BERETTA", 5, Before(quarters) + 20 * kDayOfTraits_s);
    }
    Guns("GLOCK", 6, quarter_.from_s + kDayOfTraits_s);
    Guns("BERETTA", 5, quarter_.from_s + 20 * kDayOfTraits_s);
  }

  TraitSearch Search() const {
    TraitSearch search;
    tally_.Fill(search);
    return search;
  }
  // The finding about `make`; none: a default one.
  TraitFinding About(const std::string& make) const {
    const TraitSearch search = Search();
    for (const TraitFinding& one : search.findings()) {
      if (one.trait() == meeting::v1::GUN_TRAIT_MAKE && one.value() == make) return one;
    }
    return {};
  }

  const Window& quarter() const { return quarter_; }

 private:
  const Window quarter_;
  TraitTally tally_;
  std::vector<std::unique_ptr<EventFacts>> events_;
};

TEST(TraitTallyTest, OrdinaryTimesHaveNothingToTell) {
  TraitCase traits;
  traits.OrdinaryTimes();
  const TraitSearch search = traits.Search();
  EXPECT_EQ(search.findings_size(), 0) << search.DebugString();
  EXPECT_EQ(search.tested(), 2);
  EXPECT_NE(search.words().find("none is new or rising"), std::string::npos);
}

TEST(TraitTallyTest, AMakeThatWasNeverSeenAndComesOftenIsNew) {
  TraitCase traits;
  traits.OrdinaryTimes();
  traits.Guns("RETAY", 6, traits.quarter().from_s + 40 * kDayOfTraits_s);
  const TraitFinding found = traits.About("RETAY");
  EXPECT_EQ(found.change(), meeting::v1::TRAIT_CHANGE_NEW);
  EXPECT_EQ(found.occasions(), 6);
  EXPECT_EQ(found.occasions_before(), 0);
  EXPECT_TRUE(found.has_adjusted_probability());
  EXPECT_LE(found.adjusted_probability(), 0.05);
  EXPECT_EQ(found.words(),
            "RETAY: on 6 of 17 occasions in 2026Q3, and on 0 of 88 in the 8 quarters before: never "
            "before, and more than chance would make");
}

TEST(TraitTallyTest, AMakeThatWasSeenBeforeIsRising) {
  TraitCase traits;
  traits.OrdinaryTimes();
  traits.Guns("RETAY", 1, TraitCase::Before(20));  // long before the baseline
  traits.Guns("RETAY", 6, traits.quarter().from_s + 40 * kDayOfTraits_s);
  EXPECT_EQ(traits.About("RETAY").change(), meeting::v1::TRAIT_CHANGE_RISING);
}

TEST(TraitTallyTest, WhatALossOrAnUndatedReportTellsOfBeforeIsNotNew) {
  TraitCase traits;
  traits.OrdinaryTimes();
  traits.Gun("RETAY", {traits.Occasion(TraitCase::Before(3), record::v1::EVENT_KIND_LOSS)});
  traits.Guns("RETAY", 6, traits.quarter().from_s + 40 * kDayOfTraits_s);
  const TraitFinding found = traits.About("RETAY");
  EXPECT_EQ(found.change(), meeting::v1::TRAIT_CHANGE_RISING);
  EXPECT_EQ(found.occasions_before(), 0) << "a loss is no occasion";
}

TEST(TraitTallyTest, OneOfAKindIsFirstSeenAndNoMore) {
  TraitCase traits;
  traits.OrdinaryTimes();
  traits.Guns("EKOL", 1, traits.quarter().from_s + 40 * kDayOfTraits_s);
  const TraitFinding found = traits.About("EKOL");
  EXPECT_EQ(found.change(), meeting::v1::TRAIT_CHANGE_FIRST_SEEN);
  EXPECT_FALSE(found.has_adjusted_probability());
}

TEST(TraitTallyTest, AParcelOfManyIsOneOccasion) {
  TraitCase traits;
  traits.OrdinaryTimes();
  const EventFacts* const parcel = traits.Occasion(traits.quarter().from_s + 40 * kDayOfTraits_s,
                                                   record::v1::EVENT_KIND_BORDER_SEIZURE);
  for (int i = 0; i < 40; ++i) traits.Gun("RETAY", {parcel});
  const TraitFinding found = traits.About("RETAY");
  EXPECT_EQ(found.occasions(), 1);
  EXPECT_EQ(found.change(), meeting::v1::TRAIT_CHANGE_FIRST_SEEN);
}

TEST(TraitTallyTest, AGunThatIsUsedAgainCountsAtItsFirstOccasion) {
  TraitCase traits;
  traits.OrdinaryTimes();
  std::vector<const EventFacts*> uses = {traits.Occasion(TraitCase::Before(2))};
  for (int i = 0; i < 9; ++i) {
    uses.push_back(traits.Occasion(traits.quarter().from_s + i * kDayOfTraits_s,
                                   record::v1::EVENT_KIND_INCIDENT));
  }
  traits.Gun("RETAY", uses);
  EXPECT_EQ(traits.About("RETAY").change(), meeting::v1::TRAIT_CHANGE_UNSPECIFIED);
}

TEST(TraitTallyTest, MoreRecordsOfEverythingAreNoRise) {
  TraitCase traits;
  traits.OrdinaryTimes();
  traits.Guns("GLOCK", 60, traits.quarter().from_s + 30 * kDayOfTraits_s);
  traits.Guns("BERETTA", 50, traits.quarter().from_s + 35 * kDayOfTraits_s);
  EXPECT_EQ(traits.Search().findings_size(), 0) << traits.Search().DebugString();
}

TEST(TraitTallyTest, WhatStraddlesOrComesLaterCountsForNothing) {
  TraitCase traits;
  traits.OrdinaryTimes();
  traits.Guns("RETAY", 9, traits.quarter().before_s);
  EXPECT_EQ(traits.About("RETAY").change(), meeting::v1::TRAIT_CHANGE_UNSPECIFIED);
}

TEST(TraitTallyTest, PoliceGunsAreLeftOut) {
  TraitCase traits;
  traits.OrdinaryTimes();
  for (int i = 0; i < 9; ++i) {
    traits.Gun("SIG", {traits.Occasion(traits.quarter().from_s + i)}, true);
  }
  EXPECT_EQ(traits.About("SIG").change(), meeting::v1::TRAIT_CHANGE_UNSPECIFIED);
}

TEST(TraitTallyTest, OfLittleNothingIsSaid) {
  TraitCase traits;
  traits.Guns("GLOCK", 19, TraitCase::Before(4));
  traits.Guns("RETAY", 9, traits.quarter().from_s);
  const TraitSearch search = traits.Search();
  EXPECT_EQ(search.findings_size(), 0);
  EXPECT_TRUE(search.coverage(0).is_too_few());
  EXPECT_NE(search.words().find("too little"), std::string::npos);
}

TEST(TraitTallyTest, FirstSeenValuesAreBounded) {
  TraitCase traits;
  traits.OrdinaryTimes();
  for (int i = 0; i < 25; ++i) {
    traits.Guns("MAKE " + std::to_string(i), 1, traits.quarter().from_s + i * 60);
  }
  const TraitSearch search = traits.Search();
  EXPECT_EQ(search.findings_size(), 20);
  EXPECT_EQ(search.coverage(0).first_seen_left_out(), 5);
}

}  // namespace
}  // namespace serieslink::summary
