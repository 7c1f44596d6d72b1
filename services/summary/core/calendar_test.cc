// Goal: periods are whole days in London, and dates that are intervals are placed honestly.
#include "services/summary/core/calendar.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace serieslink::summary {
namespace {

v1::Period MakePeriod(v1::PeriodKind kind, int year, int quarter = 0) {
  v1::Period period;
  period.set_kind(kind);
  period.set_year(year);
  period.set_quarter(quarter);
  return period;
}

absl::TimeZone London() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &zone));
  return zone;
}

std::string DaysOf(const v1::Period& period) {
  const Window window = WindowOf(period, London());
  return absl::FormatCivilTime(window.first_day) + ".." + absl::FormatCivilTime(window.end_day - 1);
}

std::vector<std::string> LabelsCompared(const v1::Period& period) {
  std::vector<std::string> labels;
  for (const v1::Period& one : ComparedPeriods(period)) labels.push_back(LabelOf(one));
  return labels;
}

TEST(CalendarTest, PeriodsHaveTheirDays) {
  v1::Period month = MakePeriod(v1::PERIOD_KIND_MONTH, 2024);
  month.set_month(2);
  EXPECT_EQ(DaysOf(month), "2024-02-01..2024-02-29");
  month.set_month(12);
  EXPECT_EQ(DaysOf(month), "2024-12-01..2024-12-31");
  EXPECT_EQ(DaysOf(MakePeriod(v1::PERIOD_KIND_QUARTER, 2026, 3)), "2026-07-01..2026-09-30");
  EXPECT_EQ(DaysOf(MakePeriod(v1::PERIOD_KIND_QUARTER, 2024, 1)), "2024-01-01..2024-03-31");
  EXPECT_EQ(DaysOf(MakePeriod(v1::PERIOD_KIND_FINANCIAL_QUARTER, 2026, 1)),
            "2026-04-01..2026-06-30");
  EXPECT_EQ(DaysOf(MakePeriod(v1::PERIOD_KIND_FINANCIAL_QUARTER, 2026, 4)),
            "2027-01-01..2027-03-31");
  EXPECT_EQ(DaysOf(MakePeriod(v1::PERIOD_KIND_ROLLING_YEAR, 2026, 3)), "2025-10-01..2026-09-30");
  EXPECT_EQ(DaysOf(MakePeriod(v1::PERIOD_KIND_ROLLING_YEAR, 2026, 4)), "2026-01-01..2026-12-31");
  EXPECT_EQ(DaysOf(MakePeriod(v1::PERIOD_KIND_YEAR, 2026)), "2026-01-01..2026-12-31");
}

TEST(CalendarTest, DaysBeginWithLondonsMidnight) {
  // British Summer Time: midnight in London is 23:00 UTC of the day before.
  const Window summer = WindowOf(MakePeriod(v1::PERIOD_KIND_QUARTER, 2026, 3), London());
  EXPECT_EQ(absl::FormatTime(absl::FromUnixSeconds(summer.from_s), absl::UTCTimeZone()),
            "2026-06-30T23:00:00+00:00");
  EXPECT_EQ(absl::FormatTime(absl::FromUnixSeconds(summer.before_s), absl::UTCTimeZone()),
            "2026-09-30T23:00:00+00:00");
  EXPECT_EQ(absl::FormatTime(absl::FromUnixSeconds(summer.year_before_end_s), absl::UTCTimeZone()),
            "2025-09-30T23:00:00+00:00");
  const Window winter = WindowOf(MakePeriod(v1::PERIOD_KIND_QUARTER, 2026, 1), London());
  EXPECT_EQ(absl::FormatTime(absl::FromUnixSeconds(winter.from_s), absl::UTCTimeZone()),
            "2026-01-01T00:00:00+00:00");
  EXPECT_EQ(absl::FormatTime(absl::FromUnixSeconds(winter.before_s), absl::UTCTimeZone()),
            "2026-03-31T23:00:00+00:00");
  EXPECT_EQ(winter.days(), 90);
}

TEST(CalendarTest, PeriodsAreComparedWithWholeOthersThatShareNothingWithThem) {
  EXPECT_EQ(LabelsCompared(MakePeriod(v1::PERIOD_KIND_QUARTER, 2026, 3)),
            (std::vector<std::string>{"2026Q3", "2026Q2", "2025Q3"}));
  EXPECT_EQ(LabelsCompared(MakePeriod(v1::PERIOD_KIND_QUARTER, 2026, 1)),
            (std::vector<std::string>{"2026Q1", "2025Q4", "2025Q1"}));
  EXPECT_EQ(LabelsCompared(MakePeriod(v1::PERIOD_KIND_FINANCIAL_QUARTER, 1999, 1)),
            (std::vector<std::string>{"FY1999-00Q1", "FY1998-99Q4", "FY1998-99Q1"}));
  EXPECT_EQ(LabelsCompared(MakePeriod(v1::PERIOD_KIND_ROLLING_YEAR, 2026, 3)),
            (std::vector<std::string>{"12M2026Q3", "12M2025Q3"}));
  v1::Period month = MakePeriod(v1::PERIOD_KIND_MONTH, 2026);
  month.set_month(9);
  EXPECT_EQ(LabelsCompared(month), (std::vector<std::string>{"2026-09", "2026-08", "2025-09"}));
  month.set_month(1);
  EXPECT_EQ(LabelsCompared(month), (std::vector<std::string>{"2026-01", "2025-12", "2025-01"}));
  EXPECT_EQ(LabelsCompared(MakePeriod(v1::PERIOD_KIND_YEAR, 2026)),
            (std::vector<std::string>{"2026", "2025"}));
}

TEST(CalendarTest, WhatIsNoPeriodIsSaid) {
  EXPECT_EQ(FaultOf(MakePeriod(v1::PERIOD_KIND_QUARTER, 2026, 4)), "");
  EXPECT_NE(FaultOf(MakePeriod(v1::PERIOD_KIND_QUARTER, 2026, 5)), "");
  EXPECT_NE(FaultOf(MakePeriod(v1::PERIOD_KIND_QUARTER, 26, 1)), "");
  EXPECT_NE(FaultOf(MakePeriod(v1::PERIOD_KIND_YEAR, 2026, 1)), "");
  EXPECT_NE(FaultOf(v1::Period()), "");
  v1::Period month = MakePeriod(v1::PERIOD_KIND_MONTH, 2026);
  EXPECT_NE(FaultOf(month), "");
  month.set_month(13);
  EXPECT_NE(FaultOf(month), "");
  month.set_month(12);
  EXPECT_EQ(FaultOf(month), "");
  month.set_quarter(4);
  EXPECT_NE(FaultOf(month), "");
  v1::Period quarter = MakePeriod(v1::PERIOD_KIND_QUARTER, 2026, 4);
  quarter.set_month(12);
  EXPECT_NE(FaultOf(quarter), "");
}

TEST(CalendarTest, AnIntervalIsInsideOnlyWhereAllOfItIs) {
  const Window window = WindowOf(MakePeriod(v1::PERIOD_KIND_QUARTER, 2026, 3), London());
  EXPECT_EQ(PlaceIn(window, {window.from_s, window.before_s - 1}), Placement::kInside);
  EXPECT_EQ(PlaceIn(window, {window.from_s - 1, window.from_s - 1}), Placement::kOutside);
  EXPECT_EQ(PlaceIn(window, {window.before_s, window.before_s}), Placement::kOutside);
  EXPECT_EQ(PlaceIn(window, {window.from_s - 1, window.from_s}), Placement::kStraddling);
  EXPECT_EQ(PlaceIn(window, {window.before_s - 1, window.before_s}), Placement::kStraddling);
  EXPECT_EQ(PlaceIn(window, Moments{}), Placement::kUndated);
  EXPECT_EQ(PlaceIn(window, {Moments::kOpenEarliest, window.from_s}), Placement::kUndated);
  EXPECT_EQ(PlaceIn(window, {Moments::kOpenEarliest, window.from_s - 1}), Placement::kOutside);
}

}  // namespace
}  // namespace serieslink::summary
