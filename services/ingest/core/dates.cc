#include "services/ingest/core/dates.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/time/civil_time.h"

namespace serieslink::ingest {
namespace {

using type::v1::DateInterval;
using type::v1::DatePrecision;
using type::v1::ErrorReason;

struct London {
  absl::TimeZone zone;
  bool loaded = false;
};

const London& LoadedLondon() {
  static const London london = [] {
    London result;
    result.loaded = absl::LoadTimeZone("Europe/London", &result.zone);
    return result;
  }();
  return london;
}

const absl::TimeZone& LondonZone() {
  const London& london = LoadedLondon();
  if (!london.loaded) {
    std::fputs("serieslink: no time-zone data for Europe/London; dates cannot be read\n", stderr);
    std::abort();
  }
  return london.zone;
}

// Seconds since 1970, from the first that is possible to the first that is not.
struct Span {
  std::int64_t begin_s = 0;
  std::int64_t end_s = 0;
  // Of the unit that is written, without what "about" adds on either side.
  std::int64_t written_begin_s = 0;
  std::int64_t written_end_s = 0;
  DatePrecision precision = type::v1::DATE_PRECISION_UNSPECIFIED;
};

// Takes `count` digits from the front of `text`.
bool TakeDigits(std::string_view* text, int count, int* value) {
  if (text->size() < static_cast<std::size_t>(count)) return false;
  int result = 0;
  for (int i = 0; i < count; ++i) {
    const char c = (*text)[i];
    if (c < '0' || c > '9') return false;
    result = result * 10 + (c - '0');
  }
  text->remove_prefix(count);
  *value = result;
  return true;
}

bool TakeChar(std::string_view* text, char wanted) {
  if (text->empty() || text->front() != wanted) return false;
  text->remove_prefix(1);
  return true;
}

std::int64_t UtcSeconds(absl::CivilSecond civil) { return civil - absl::CivilSecond(1970); }

std::int64_t LondonMidnight(absl::CivilDay day) {
  return absl::ToUnixSeconds(absl::FromCivil(day, LondonZone()));
}

// Sets the bounds of a calendar year, month or day.
template <typename Civil>
void SetDays(Civil unit, int widening, Span* span) {
  span->written_begin_s = LondonMidnight(absl::CivilDay(unit));
  span->written_end_s = LondonMidnight(absl::CivilDay(unit + 1));
  span->begin_s =
      widening == 0 ? span->written_begin_s : LondonMidnight(absl::CivilDay(unit - widening));
  span->end_s =
      widening == 0 ? span->written_end_s : LondonMidnight(absl::CivilDay(unit + 1 + widening));
}

// Takes "Z" or "+01:00" from the front.
bool TakeZone(std::string_view* text, int* offset_s) {
  *offset_s = 0;
  if (TakeChar(text, 'Z')) return true;
  const bool west = !text->empty() && text->front() == '-';
  if (!west && (text->empty() || text->front() != '+')) return false;
  text->remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!TakeDigits(text, 2, &hours) || !TakeChar(text, ':') || !TakeDigits(text, 2, &minutes)) {
    return false;
  }
  // The easternmost zone is +14:00.
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return false;
  *offset_s = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
  return true;
}

// The rest of a date after "T".
bool ParseTime(std::string_view text, absl::CivilDay day, int widening, Span* span) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!TakeDigits(&text, 2, &hour) || hour > 23) return false;
  if (!TakeChar(&text, ':') || !TakeDigits(&text, 2, &minute) || minute > 59) return false;
  std::int64_t unit_s = 60;
  span->precision = type::v1::DATE_PRECISION_MINUTE;
  if (TakeChar(&text, ':')) {
    if (!TakeDigits(&text, 2, &second) || second > 59) return false;
    if (TakeChar(&text, '.')) {
      std::size_t digits = 0;
      while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
      if (digits == 0 || digits > 9) return false;
      text.remove_prefix(digits);
    }
    unit_s = 1;
    span->precision = type::v1::DATE_PRECISION_SECOND;
  }
  const absl::CivilSecond civil(day.year(), day.month(), day.day(), hour, minute, second);
  std::int64_t first_s = 0;
  std::int64_t last_s = 0;
  if (text.empty()) {
    const absl::TimeZone::TimeInfo info = LondonZone().At(civil);
    first_s = absl::ToUnixSeconds(std::min(info.pre, info.post));
    last_s = absl::ToUnixSeconds(std::max(info.pre, info.post));
  } else {
    int offset_s = 0;
    if (!TakeZone(&text, &offset_s) || !text.empty()) return false;
    first_s = last_s = UtcSeconds(civil) - offset_s;
  }
  span->written_begin_s = first_s;
  span->written_end_s = last_s + unit_s;
  span->begin_s = span->written_begin_s - widening * unit_s;
  span->end_s = span->written_end_s + widening * unit_s;
  return true;
}

// One date without interval.
bool ParseSingle(std::string_view text, Span* span) {
  int widening = 0;
  if (!text.empty() && (text.back() == '~' || text.back() == '?' || text.back() == '%')) {
    widening = 1;
    text.remove_suffix(1);
  }
  int year = 0;
  if (!TakeDigits(&text, 4, &year) || year < kEarliestYear) return false;
  if (text.empty()) {
    SetDays(absl::CivilYear(year), widening, span);
    span->precision = type::v1::DATE_PRECISION_YEAR;
  } else {
    int month = 0;
    if (!TakeChar(&text, '-') || !TakeDigits(&text, 2, &month) || month < 1 || month > 12) {
      return false;
    }
    if (text.empty()) {
      SetDays(absl::CivilMonth(year, month), widening, span);
      span->precision = type::v1::DATE_PRECISION_MONTH;
    } else {
      int day = 0;
      if (!TakeChar(&text, '-') || !TakeDigits(&text, 2, &day)) return false;
      const absl::CivilDay civil(year, month, day);
      if (civil.year() != year || civil.month() != month || civil.day() != day) return false;
      if (text.empty()) {
        SetDays(civil, widening, span);
        span->precision = type::v1::DATE_PRECISION_DAY;
      } else if (!TakeChar(&text, 'T') || !ParseTime(text, civil, widening, span)) {
        return false;
      }
    }
  }
  if (widening != 0) span->precision = type::v1::DATE_PRECISION_APPROXIMATE;
  return true;
}

}  // namespace

absl::Status CheckTimeZoneData() {
  if (LoadedLondon().loaded) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "no time-zone data for Europe/London: install the system's tzdata package");
}

std::optional<ErrorReason> ParseDate(std::string_view text, absl::Time received_time,
                                     DateInterval* interval) {
  if (text.empty()) {
    interval->set_precision(type::v1::DATE_PRECISION_UNKNOWN);
    return std::nullopt;
  }
  Span first;
  Span last;
  bool open_begin = false;
  bool open_end = false;
  DatePrecision precision;
  if (const std::size_t slash = text.find('/'); slash == std::string_view::npos) {
    if (!ParseSingle(text, &first)) return type::v1::ERROR_REASON_DATE_MALFORMED;
    last = first;
    precision = first.precision;
  } else {
    const std::string_view begin = text.substr(0, slash);
    const std::string_view end = text.substr(slash + 1);
    open_begin = begin == "..";
    open_end = end == "..";
    if ((!open_begin && !ParseSingle(begin, &first)) || (!open_end && !ParseSingle(end, &last))) {
      return type::v1::ERROR_REASON_DATE_MALFORMED;
    }
    if (!open_begin && !open_end && last.end_s <= first.begin_s) {
      return type::v1::ERROR_REASON_DATE_ORDER;
    }
    precision = open_begin && open_end ? type::v1::DATE_PRECISION_UNKNOWN
                                       : type::v1::DATE_PRECISION_INTERVAL;
  }
  const std::int64_t now_s = absl::ToUnixSeconds(received_time + kClockTolerance);
  const bool is_in_future =
      (!open_begin && first.written_begin_s > now_s) || (!open_end && last.written_begin_s > now_s);
  if (is_in_future) {
    last.end_s = open_end ? now_s + 1 : std::min(last.end_s, now_s + 1);
    if (!open_begin && first.begin_s >= last.end_s) return type::v1::ERROR_REASON_DATE_IN_FUTURE;
    open_end = false;
  } else if (!open_end && last.written_end_s > now_s) {
    last.end_s = last.written_end_s;
  }
  if (!open_begin) interval->mutable_earliest()->set_seconds(first.begin_s);
  if (!open_end) {
    interval->mutable_latest()->set_seconds(last.end_s - 1);
    interval->mutable_latest()->set_nanos(999'999'999);
  }
  interval->set_text(text.data(), text.size());
  interval->set_precision(precision);
  if (is_in_future) return type::v1::ERROR_REASON_DATE_IN_FUTURE;
  return std::nullopt;
}

bool IsBefore(const DateInterval& later, const DateInterval& earlier) {
  if (!later.has_latest() || !earlier.has_earliest()) return false;
  const google::protobuf::Timestamp& end = later.latest();
  const google::protobuf::Timestamp& begin = earlier.earliest();
  return end.seconds() != begin.seconds() ? end.seconds() < begin.seconds()
                                          : end.nanos() < begin.nanos();
}

}  // namespace serieslink::ingest
