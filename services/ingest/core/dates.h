#pragma once

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/type/v1/date_interval.pb.h"
#include "serieslink/type/v1/error_reason.pb.h"

namespace serieslink::ingest {

// Says whether the time zone that feed dates are read in (Europe/London) can be had. A server calls
// it at start-up and does not go on without: read in another zone, the same log would mean other
// instants. Errors: FAILED_PRECONDITION (the system has no time-zone database: Debian package
// tzdata).
absl::Status CheckTimeZoneData();

// How far an agency's clock may be ahead of this service's before a date counts as in the future.
inline constexpr absl::Duration kClockTolerance = absl::Minutes(5);

// Years before it are taken for a slip of the pen: no feed tells of anything so old.
inline constexpr int kEarliestYear = 1800;

// Reads a feed's date text (forms: serieslink/feed/v1/entries.proto) into `interval`, which must be
// empty. The interval is inclusive: it ends a nanosecond before the next unit begins. A local time
// that the clocks passed twice or skipped, covers both readings. A fraction of a second is read and
// dropped.
// "" and "../.." give an interval that is open on both sides, of precision UNKNOWN.
//
// Feeds tell of what has happened, so nothing may be stated that has not begun: neither the date,
// nor either end of an interval. The present day, month or year has begun, and an approximate date
// reaches no further than the unit of its own in which the message arrived ("2026~" in 2026 ends
// with 2026, as "2026" does). The moment of arrival itself bounds nothing: two equal dates must
// not differ by which of them came first.
//
// Returns nothing when the text was accepted, and otherwise, with `interval` unspecified unless
// said below:
//   DATE_MALFORMED  none of the accepted forms, or no day of the calendar;
//   DATE_ORDER      an interval that ends before it begins;
//   DATE_IN_FUTURE  the date, or an end of the interval, has not begun by `received_time` and the
//                   tolerance. `interval` is what of it can have happened, where anything can: a
//                   log may hold such a message, from before its kind was refused.
// Pure, given the time-zone database; thread-safe. Ends the process when CheckTimeZoneData fails.
std::optional<type::v1::ErrorReason> ParseDate(std::string_view text, absl::Time received_time,
                                               type::v1::DateInterval* interval);

// Whether `later` is over before `earlier` can have begun. An open end contradicts nothing.
bool IsBefore(const type::v1::DateInterval& later, const type::v1::DateInterval& earlier);

}  // namespace serieslink::ingest
