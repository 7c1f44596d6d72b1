#pragma once

#include <cstdint>
#include <string>

// Dates of a synthetic world as feeds write them: local time, without a zone.
namespace serieslink::synth {

// Minutes since 1970-01-01T00:00, local time.
using Minute = std::int64_t;
inline constexpr Minute kHour = 60;
inline constexpr Minute kDay = 24 * kHour;

// Midnight of a day of the calendar.
Minute MidnightOf(int year, int month, int day);

int YearOf(Minute at);

// "2017-03-18".
std::string DayText(Minute at);
// "2017-03-18T02:15".
std::string MinuteText(Minute at);
// "2017-03".
std::string MonthText(Minute at);

}  // namespace serieslink::synth
