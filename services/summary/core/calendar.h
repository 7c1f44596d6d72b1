#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "serieslink/summary/v1/summary_service.pb.h"

// Periods of a summary: whole days in London. Pure; the time zone is an argument.
namespace serieslink::summary {

// A closed interval of seconds since 1970-01-01 UTC in which something happened; an end that is not
// known is the extreme of the type.
struct Moments {
  static constexpr std::int64_t kOpenEarliest = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kOpenLatest = std::numeric_limits<std::int64_t>::max();

  std::int64_t earliest_s = kOpenEarliest;
  std::int64_t latest_s = kOpenLatest;

  bool is_open() const { return earliest_s == kOpenEarliest || latest_s == kOpenLatest; }
  friend bool operator==(const Moments&, const Moments&) = default;
};

// A period as instants, [from_s, before_s), seconds since 1970 UTC.
struct Window {
  v1::Period period;
  absl::CivilDay first_day;
  absl::CivilDay end_day;  // the first day after it
  std::int64_t from_s = 0;
  std::int64_t before_s = 0;
  std::int64_t year_before_end_s = 0;  // twelve months before before_s

  std::int64_t days() const { return end_day - first_day; }
};

// What is wrong with `period`, in words; empty when it is one.
std::string FaultOf(const v1::Period& period);

// `period`, which is one, in the days of `zone`.
Window WindowOf(const v1::Period& period, const absl::TimeZone& zone);

// The period itself, the one of its kind that ends where it begins, and, where that is another, the
// same a year ago. Rolling twelve months are compared with the twelve months before them: those of
// a quarter earlier share nine months with them, and two counts that share events tell nothing of a
// change.
std::vector<v1::Period> ComparedPeriods(const v1::Period& period);

// "2026Q3", "FY2026-27Q2", "12M2026Q3", "2026", "2026-09".
std::string LabelOf(const v1::Period& period);

// How what happened at some moment of `when` lies to a period.
enum class Placement { kOutside, kInside, kStraddling, kUndated };
Placement PlaceIn(const Window& window, const Moments& when);

}  // namespace serieslink::summary
