// Goal: what is counted for the public is what summaries count, and adds up as its structure says.
#include "services/summary/core/public_tally.h"

#include <gtest/gtest.h>

#include <string>

#include "services/summary/core/public_measures.h"

namespace serieslink::summary {
namespace {

constexpr std::int64_t kDay = 86400;

Window WindowOfDays(std::int64_t first, std::int64_t before) {
  Window window;
  window.first_day = absl::CivilDay(1970, 1, 1) + first;
  window.end_day = absl::CivilDay(1970, 1, 1) + before;
  window.from_s = first * kDay;
  window.before_s = before * kDay;
  window.year_before_end_s = (before - 365) * kDay;
  return window;
}

EventFacts ShotAt(std::int64_t day, const std::string& borough) {
  EventFacts event;
  event.kind = record::v1::EVENT_KIND_INCIDENT;
  event.occurred = {day * kDay, day * kDay + kDay - 1};
  event.discharged = Answer::kYes;
  event.uses = Bit(record::v1::FIREARM_USE_FIRED);
  event.police_force = "mps";
  event.borough = borough;
  return event;
}

std::int64_t CountOf(const PublicTally& tally, const char* measure, const PublicKey& key,
                     std::size_t window) {
  const PublicTally::Table& table = tally.tables()[PublicPlaceOf(measure)];
  const auto found = table.find(key);
  return found == table.end() ? 0 : found->second[window];
}

TEST(PublicMeasuresTest, EachIsAMeasureAndNamesOthersOfTheList) {
  for (const PublicMeasure& one : PublicMeasures()) {
    EXPECT_STREQ(MeasureOf(one).id, one.id);
    EXPECT_EQ(&PublicMeasures()[PublicPlaceOf(one.id)], &one);
    for (const char* const other : {one.same_as, one.kinds_of, one.within, one.kind_of}) {
      if (other == nullptr) continue;
      EXPECT_STREQ(PublicMeasures()[PublicPlaceOf(other)].id, other);
    }
    EXPECT_FALSE(MeasureOf(one).is_stock) << "the difference of two states tells of what came";
  }
}

TEST(PublicTallyTest, AreasLieInOneAnotherAndAddUp) {
  PublicTally tally({WindowOfDays(1000, 1090), WindowOfDays(1000, 1365)});
  tally.AddEvent(ShotAt(1001, "E09000014"), nullptr);
  tally.AddEvent(ShotAt(1002, "E09000014"), nullptr);
  tally.AddEvent(ShotAt(1003, ""), nullptr);
  tally.AddEvent(ShotAt(1200, "E09000022"), nullptr);
  EXPECT_EQ(CountOf(tally, "discharge.incidents", PublicKey(), 0), 3);
  EXPECT_EQ(CountOf(tally, "discharge.incidents", PublicKey(), 1), 4);
  PublicKey key{.part = v1::PUBLIC_PART_FORCE};
  key.force = "mps";
  EXPECT_EQ(CountOf(tally, "discharge.incidents", key, 1), 4);
  key.part = v1::PUBLIC_PART_BOROUGH;
  EXPECT_EQ(CountOf(tally, "discharge.incidents", key, 1), 1);  // the borough is not known
  key.borough = "E09000014";
  EXPECT_EQ(CountOf(tally, "discharge.incidents", key, 1), 2);
  key.part = v1::PUBLIC_PART_WARD;
  EXPECT_EQ(CountOf(tally, "discharge.incidents", key, 0), 2);  // without a ward
}

TEST(PublicTallyTest, WhatSeveralUnitsOwnCountsOnceForEach) {
  PublicTally tally({WindowOfDays(1000, 1090)});
  EventFacts shot = ShotAt(1001, "E09000014");
  shot.owning_units = {"North", "Trident"};
  tally.AddEvent(shot, nullptr);
  tally.AddEvent(ShotAt(1002, "E09000014"), nullptr);
  PublicKey unit{.part = v1::PUBLIC_PART_OWNING_UNIT};
  EXPECT_EQ(CountOf(tally, "discharge.incidents", unit, 0), 1);
  unit.unit = "North";
  EXPECT_EQ(CountOf(tally, "discharge.incidents", unit, 0), 1);
  unit.unit = "Trident";
  EXPECT_EQ(CountOf(tally, "discharge.incidents", unit, 0), 1);
}

TEST(PublicTallyTest, WhatIsNotCertainIsInNoTotal) {
  PublicTally tally({WindowOfDays(1000, 1090)});
  EventFacts straddling = ShotAt(999, "E09000014");
  straddling.occurred.latest_s = 1003 * kDay;
  tally.AddEvent(straddling, nullptr);
  EventFacts silent = ShotAt(1001, "E09000014");
  silent.discharged = Answer::kNotSaid;
  silent.uses = 0;
  tally.AddEvent(silent, nullptr);
  PublicKey not_certain{.part = v1::PUBLIC_PART_NOT_CERTAIN};
  EXPECT_EQ(CountOf(tally, "discharge.incidents", PublicKey(), 0), 0);
  EXPECT_EQ(CountOf(tally, "discharge.incidents", not_certain, 0), 2);
}

}  // namespace
}  // namespace serieslink::summary
