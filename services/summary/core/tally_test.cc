// Goal: figures are the same in whatever order events come; every dimension has an unallocated row;
// what is uncertain stands beside what is counted and never in it.
#include "services/summary/core/tally.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace serieslink::summary {
namespace {

using namespace ::serieslink::record::v1;  // NOLINT(google-build-using-namespace): enumerators

std::vector<Window> TestWindows() {
  v1::Period period;
  period.set_kind(v1::PERIOD_KIND_QUARTER);
  period.set_year(2026);
  period.set_quarter(3);
  std::vector<Window> windows;
  for (const v1::Period& one : ComparedPeriods(period)) {
    windows.push_back(WindowOf(one, absl::UTCTimeZone()));
  }
  return windows;
}

EventFacts Shooting(std::int64_t begin_s, std::int64_t end_s, const std::string& borough,
                    const std::string& ward) {
  EventFacts event;
  event.kind = EVENT_KIND_INCIDENT;
  event.occurred = {begin_s, end_s};
  event.uses = Bit(FIREARM_USE_FIRED);
  event.borough = borough;
  event.ward = ward;
  event.agencies = {"kent", "mps"};
  return event;
}

v1::GetSummaryResponse SummaryOf(const std::vector<EventFacts>& events) {
  Tally tally(TestWindows(), {v1::DIMENSION_BOROUGH, v1::DIMENSION_WARD, v1::DIMENSION_AGENCY});
  for (const EventFacts& event : events) tally.AddEvent(event);
  v1::GetSummaryResponse response;
  tally.Fill(response);
  return response;
}

std::vector<EventFacts> SomeEvents() {
  const std::vector<Window> windows = TestWindows();
  const std::int64_t from = windows[0].from_s;
  return {Shooting(from, from, "E09000014", "E05000276@2018"),
          Shooting(from + 5, from + 9, "E09000014", ""),
          Shooting(from + 5, from + 5, "", ""),
          Shooting(from - 1, from, "E09000022", "E05000276@2022"),
          Shooting(Moments::kOpenEarliest, Moments::kOpenLatest, "", ""),
          Shooting(windows[1].from_s, windows[1].from_s, "E09000014", ""),
          Shooting(windows[2].before_s - 1, windows[2].before_s - 1, "E07000223", "")};
}

TEST(TallyTest, RowsAreThoseOfTheAnswer) {
  Tally tally(TestWindows(), {v1::DIMENSION_BOROUGH, v1::DIMENSION_AGENCY});
  for (const EventFacts& event : SomeEvents()) tally.AddEvent(event);
  v1::GetSummaryResponse response;
  tally.Fill(response);
  std::size_t rows = 0;
  for (const v1::MeasureFigures& figures : response.measures()) {
    for (const v1::DimensionFigures& one : figures.dimensions()) {
      rows += static_cast<std::size_t>(one.rows_size());
    }
  }
  EXPECT_EQ(tally.rows(), rows);
}

TEST(TallyTest, WhatIsUncertainStandsBesideTheCount) {
  const v1::GetSummaryResponse summary = SummaryOf(SomeEvents());
  const v1::MeasureFigures& gun_crime = summary.measures(0);
  ASSERT_EQ(gun_crime.measure_id(), "gun_crime.incidents");
  EXPECT_EQ(gun_crime.measure_version(), 1);
  ASSERT_EQ(gun_crime.total().counts_size(), 3);
  EXPECT_EQ(gun_crime.total().counts(0).counted(), 3);
  EXPECT_EQ(gun_crime.total().counts(0).straddling(), 1);
  EXPECT_EQ(gun_crime.total().counts(0).undated(), 1);
  EXPECT_EQ(gun_crime.total().counts(1).counted(), 1);
  EXPECT_EQ(gun_crime.total().counts(1).straddling(), 1);
  EXPECT_EQ(gun_crime.total().counts(2).counted(), 1);
  EXPECT_EQ(gun_crime.total().comparisons_size(), 2);
}

TEST(TallyTest, RowsHaveNamesAndOneIsUnallocated) {
  const v1::GetSummaryResponse summary = SummaryOf(SomeEvents());
  const v1::MeasureFigures& gun_crime = summary.measures(0);
  ASSERT_EQ(gun_crime.dimensions_size(), 3);
  const v1::DimensionFigures& boroughs = gun_crime.dimensions(0);
  ASSERT_EQ(boroughs.rows_size(), 4);
  EXPECT_EQ(boroughs.rows(0).name(), "unallocated");
  EXPECT_EQ(boroughs.rows(0).figure().counts(0).counted(), 1);
  EXPECT_EQ(boroughs.rows(1).key(), "E07000223");
  EXPECT_EQ(boroughs.rows(1).name(), "E07000223");
  EXPECT_EQ(boroughs.rows(2).name(), "Haringey");
  EXPECT_EQ(boroughs.rows(2).figure().counts(0).counted(), 2);
  EXPECT_EQ(boroughs.rows(3).name(), "Lambeth");
  EXPECT_EQ(boroughs.rows(3).figure().counts(0).counted(), 0);
  EXPECT_EQ(boroughs.rows(3).figure().counts(0).straddling(), 1);
  std::int64_t sum = 0;
  for (const v1::Row& row : boroughs.rows()) sum += row.figure().counts(0).counted();
  EXPECT_EQ(sum, gun_crime.total().counts(0).counted());

  // A ward is one of its boundary year.
  const v1::DimensionFigures& wards = gun_crime.dimensions(1);
  ASSERT_EQ(wards.rows_size(), 3);
  EXPECT_EQ(wards.rows(1).key(), "E05000276");
  EXPECT_EQ(wards.rows(1).boundary_year(), 2018);
  EXPECT_EQ(wards.rows(2).boundary_year(), 2022);
  EXPECT_NE(NoteOf(v1::DIMENSION_WARD), "");

  // What two agencies tell of counts for each.
  const v1::DimensionFigures& agencies = gun_crime.dimensions(2);
  ASSERT_EQ(agencies.rows_size(), 3);
  EXPECT_EQ(agencies.rows(1).figure().counts(0).counted(), 3);
  EXPECT_EQ(agencies.rows(2).figure().counts(0).counted(), 3);
}

TEST(TallyTest, EveryMeasureHasItsRowsAlsoWhereNothingIsCounted) {
  const v1::GetSummaryResponse summary = SummaryOf({});
  ASSERT_EQ(static_cast<std::size_t>(summary.measures_size()),
            EventMeasures().size() + RepeatMeasures().size() + WeaponMeasures().size());
  for (const v1::MeasureFigures& figures : summary.measures()) {
    // Repeats are of places and persons, and have no rows.
    const bool has_rows = figures.measure_id().rfind("repeat.", 0) != 0;
    ASSERT_EQ(figures.dimensions_size(), has_rows ? 3 : 0);
    for (const v1::DimensionFigures& dimension : figures.dimensions()) {
      ASSERT_EQ(dimension.rows_size(), 1);
      EXPECT_EQ(dimension.rows(0).name(), "unallocated");
    }
  }
  EXPECT_EQ(static_cast<std::size_t>(summary.time_measures_size()), TimeMeasures().size());
}

TEST(TallyTest, RepeatsAreOfPlacesAndOfVictims) {
  std::vector<EventFacts> events = SomeEvents();
  for (EventFacts& event : events) {
    event.lsoa = "E01002050";
    event.persons = {{.token = "v-1", .category = PERSON_CATEGORY_VICTIM, .age_band = ""},
                     {.token = "v-1", .category = PERSON_CATEGORY_VICTIM, .age_band = ""},
                     {.token = "s-1", .category = PERSON_CATEGORY_SUSPECT, .age_band = ""}};
  }
  events[1].persons.clear();
  events[2].persons.clear();
  const v1::GetSummaryResponse summary = SummaryOf(events);
  const auto find = [&](const std::string& id) -> const v1::Figure& {
    return std::find_if(summary.measures().begin(), summary.measures().end(),
                        [&](const auto& one) { return one.measure_id() == id; })
        ->total();
  };
  // Three incidents for certain in the period; two that may be in the one before.
  EXPECT_EQ(find("repeat.locations").counts(0).counted(), 1);
  EXPECT_EQ(find("repeat.locations").counts(1).counted(), 0);
  EXPECT_EQ(find("repeat.locations").counts(1).undetermined(), 1);
  EXPECT_EQ(find("repeat.victims").counts(0).counted(), 0);
  EXPECT_EQ(find("repeat.victims").counts(0).undetermined(), 1);
}

TEST(TallyTest, TheOrderOfEventsChangesNothing) {
  std::vector<EventFacts> events = SomeEvents();
  const std::string forwards = SummaryOf(events).SerializeAsString();
  std::reverse(events.begin(), events.end());
  EXPECT_EQ(SummaryOf(events).SerializeAsString(), forwards);
}

TEST(TallyTest, QuantilesAreOfTheShortestAndOfTheLongestTimes) {
  const std::vector<Window> windows = TestWindows();
  Tally tally(windows, {});
  for (int days = 1; days <= 10; ++days) {
    EventFacts recovery;
    recovery.kind = EVENT_KIND_RECOVERY;
    recovery.occurred = {windows[0].from_s, windows[0].from_s + 86400 - 1};
    ExhibitFact gun;
    gun.kind = EXHIBIT_KIND_GUN;
    gun.has_examination = true;
    const std::int64_t received_s = windows[0].from_s + (days + 1) * std::int64_t{86400};
    gun.received = {received_s, received_s};
    WeaponFacts weapon;
    weapon.Add(gun, &recovery);
    tally.AddWeapon(weapon);
  }
  v1::GetSummaryResponse response;
  tally.Fill(response);
  const auto found = std::find_if(
      response.time_measures().begin(), response.time_measures().end(),
      [](const auto& one) { return one.measure_id() == "time.recovery_to_laboratory"; });
  ASSERT_NE(found, response.time_measures().end());
  const v1::TimeFigure& figure = found->figures(0);
  EXPECT_EQ(figure.counted(), 10);
  ASSERT_EQ(figure.quantiles_size(), 4);
  EXPECT_EQ(figure.quantiles(1).share(), 0.5);
  EXPECT_EQ(figure.quantiles(1).low_days(), 5);
  EXPECT_EQ(figure.quantiles(1).high_days(), 6);
  EXPECT_EQ(found->figures(1).counted(), 0);
  EXPECT_EQ(found->figures(1).quantiles_size(), 0);
}

}  // namespace
}  // namespace serieslink::summary
