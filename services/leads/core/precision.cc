#include "services/leads/core/precision.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "storage/base/text.h"

namespace serieslink::leads {
namespace {

// Two-sided 95% of the normal distribution.
constexpr double kZ = 1.959963984540054;

// A year's week 1 is the one with its 4 January.
absl::CivilDay FirstMonday(absl::civil_year_t year) {
  const absl::CivilDay fourth(year, 1, 4);
  return absl::PrevWeekday(fourth + 1, absl::Weekday::monday);
}

}  // namespace

std::optional<Share> WilsonShare(int hits, int of) {
  if (of <= 0) return std::nullopt;
  const double n = of;
  const double p = hits / n;
  const double z2 = kZ * kZ;
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return Share{p, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

std::optional<absl::CivilDay> MondayOf(std::string_view week) {
  int year = 0;
  int number = 0;
  if (week.size() != 8 || week.substr(4, 2) != "-W" ||
      !absl::SimpleAtoi(AbslView(week.substr(0, 4)), &year) ||
      !absl::SimpleAtoi(AbslView(week.substr(6, 2)), &number) || year < 1970 || number < 1) {
    return std::nullopt;
  }
  const absl::CivilDay monday = FirstMonday(year) + 7 * (number - 1);
  if (monday >= FirstMonday(year + 1)) return std::nullopt;
  return monday;
}

std::string WeekOf(absl::CivilDay day) {
  absl::civil_year_t year = day.year() + 1;
  while (day < FirstMonday(year)) --year;
  return absl::StrFormat("%04d-W%02d", year, (day - FirstMonday(year)) / 7 + 1);
}

}  // namespace serieslink::leads
