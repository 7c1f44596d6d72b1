#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"

// What is measured with a blind sample, and the weeks that samples are named by. Pure.
namespace serieslink::leads {

// A share of a sample with its 95% interval.
struct Share {
  double share = 0;
  double lower = 0;
  double upper = 0;
};

// `hits` of `of`, with the score interval of Wilson (Probable inference, the law of succession, and
// statistical inference, J. Am. Stat. Assoc. 22, 1927), which holds for small samples and for
// shares near 1. Nothing for `of` = 0.
std::optional<Share> WilsonShare(int hits, int of);

// The Monday of an ISO 8601 week, "2026-W48". Nothing where `week` is none.
std::optional<absl::CivilDay> MondayOf(std::string_view week);
// The ISO 8601 week of a day.
std::string WeekOf(absl::CivilDay day);

}  // namespace serieslink::leads
