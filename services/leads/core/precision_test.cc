#include "services/leads/core/precision.h"

#include <gtest/gtest.h>

namespace serieslink::leads {
namespace {

TEST(PrecisionTest, TheIntervalIsWilsons) {
  EXPECT_FALSE(WilsonShare(0, 0).has_value());
  const Share all = *WilsonShare(20, 20);
  EXPECT_EQ(all.share, 1.0);
  EXPECT_NEAR(all.lower, 0.8389, 0.0001);
  EXPECT_NEAR(all.upper, 1.0, 1e-9);
  // Newcombe (Stat. Med. 17, 1998), table I: 81 of 263.
  const Share some = *WilsonShare(81, 263);
  EXPECT_NEAR(some.lower, 0.2553, 0.0001);
  EXPECT_NEAR(some.upper, 0.3662, 0.0001);
  EXPECT_NEAR(WilsonShare(0, 10)->lower, 0.0, 1e-9);
}

TEST(PrecisionTest, WeeksAreThoseOfIso8601) {
  EXPECT_EQ(WeekOf(absl::CivilDay(2026, 11, 26)), "2026-W48");
  EXPECT_EQ(WeekOf(absl::CivilDay(2021, 1, 3)), "2020-W53");
  EXPECT_EQ(WeekOf(absl::CivilDay(2024, 12, 30)), "2025-W01");
  EXPECT_EQ(WeekOf(absl::CivilDay(2018, 1, 1)), "2018-W01");
  EXPECT_EQ(*MondayOf("2026-W48"), absl::CivilDay(2026, 11, 23));
  EXPECT_EQ(*MondayOf("2020-W53"), absl::CivilDay(2020, 12, 28));
  for (absl::CivilDay day(2016, 12, 25); day < absl::CivilDay(2027, 1, 10); ++day) {
    const absl::CivilDay monday = *MondayOf(WeekOf(day));
    EXPECT_LE(monday, day);
    EXPECT_LT(day, monday + 7);
  }
}

TEST(PrecisionTest, WhatIsNoWeekIsNone) {
  for (const char* text : {"", "2026", "2026-W", "2026-W00", "2026-W54", "2021-W53", "2026-48",
                           "26-W48", "2026-W4x", "2026-W480", "1969-W01"}) {
    EXPECT_FALSE(MondayOf(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace serieslink::leads
