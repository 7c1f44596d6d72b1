#include "services/summary/core/calendar.h"

#include "absl/strings/str_format.h"

namespace serieslink::summary {
namespace {

constexpr int kYearMin = 1900;
constexpr int kYearMax = 2200;

absl::CivilMonth FirstMonthOf(const v1::Period& period) {
  const absl::CivilMonth january(period.year(), 1);
  const int quarter_month = 3 * (period.quarter() - 1);
  switch (period.kind()) {
    case v1::PERIOD_KIND_QUARTER:
      return january + quarter_month;
    case v1::PERIOD_KIND_FINANCIAL_QUARTER:
      return january + 3 + quarter_month;
    case v1::PERIOD_KIND_ROLLING_YEAR:
      return january + quarter_month + 3 - 12;
    case v1::PERIOD_KIND_MONTH:
      return january + (period.month() - 1);
    default:
      return january;
  }
}

bool IsQuarter(const v1::Period& period) {
  return period.kind() == v1::PERIOD_KIND_QUARTER ||
         period.kind() == v1::PERIOD_KIND_FINANCIAL_QUARTER;
}

int MonthsOf(const v1::Period& period) {
  if (period.kind() == v1::PERIOD_KIND_MONTH) return 1;
  return IsQuarter(period) ? 3 : 12;
}

v1::Period YearBefore(v1::Period period) {
  period.set_year(period.year() - 1);
  return period;
}

std::int64_t StartOf(absl::CivilDay day, const absl::TimeZone& zone) {
  return absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(day), zone));
}

}  // namespace

std::string FaultOf(const v1::Period& period) {
  const bool is_year = period.kind() == v1::PERIOD_KIND_YEAR;
  const bool is_month = period.kind() == v1::PERIOD_KIND_MONTH;
  if (!is_year && !is_month && !IsQuarter(period) &&
      period.kind() != v1::PERIOD_KIND_ROLLING_YEAR) {
    return "a period is a month, a quarter, a financial quarter, rolling twelve months or a year";
  }
  if (period.year() < kYearMin || period.year() > kYearMax) {
    return absl::StrFormat("the year of a period is %d to %d", kYearMin, kYearMax);
  }
  if (is_month) {
    if (period.quarter() != 0) return "a month has no quarter";
    return period.month() >= 1 && period.month() <= 12 ? "" : "a month is 1 to 12";
  }
  if (period.month() != 0) return "only a month has a month";
  if (is_year) return period.quarter() == 0 ? "" : "a year has no quarter";
  if (period.quarter() < 1 || period.quarter() > 4) return "a quarter is 1 to 4";
  return "";
}

Window WindowOf(const v1::Period& period, const absl::TimeZone& zone) {
  const absl::CivilMonth first = FirstMonthOf(period);
  const absl::CivilMonth end = first + MonthsOf(period);
  Window window;
  window.period = period;
  window.first_day = absl::CivilDay(first);
  window.end_day = absl::CivilDay(end);
  window.from_s = StartOf(window.first_day, zone);
  window.before_s = StartOf(window.end_day, zone);
  window.year_before_end_s = StartOf(absl::CivilDay(end - 12), zone);
  return window;
}

std::vector<v1::Period> ComparedPeriods(const v1::Period& period) {
  if (MonthsOf(period) == 12) return {period, YearBefore(period)};
  v1::Period before = period;
  if (period.kind() == v1::PERIOD_KIND_MONTH) {
    if (period.month() == 1) before = YearBefore(period);
    before.set_month(period.month() == 1 ? 12 : period.month() - 1);
  } else if (period.quarter() > 1) {
    before.set_quarter(period.quarter() - 1);
  } else {
    before = YearBefore(period);
    before.set_quarter(4);
  }
  return {period, before, YearBefore(period)};
}

std::string LabelOf(const v1::Period& period) {
  switch (period.kind()) {
    case v1::PERIOD_KIND_FINANCIAL_QUARTER:
      return absl::StrFormat("FY%d-%02dQ%d", period.year(), (period.year() + 1) % 100,
                             period.quarter());
    case v1::PERIOD_KIND_ROLLING_YEAR:
      return absl::StrFormat("12M%dQ%d", period.year(), period.quarter());
    case v1::PERIOD_KIND_YEAR:
      return absl::StrFormat("%d", period.year());
    case v1::PERIOD_KIND_MONTH:
      return absl::StrFormat("%d-%02d", period.year(), period.month());
    default:
      return absl::StrFormat("%dQ%d", period.year(), period.quarter());
  }
}

Placement PlaceIn(const Window& window, const Moments& when) {
  if (when.latest_s < window.from_s || when.earliest_s >= window.before_s) {
    return Placement::kOutside;
  }
  if (when.earliest_s >= window.from_s && when.latest_s < window.before_s) {
    return Placement::kInside;
  }
  return when.is_open() ? Placement::kUndated : Placement::kStraddling;
}

}  // namespace serieslink::summary
