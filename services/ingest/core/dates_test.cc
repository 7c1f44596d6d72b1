#include "services/ingest/core/dates.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/base/text.h"

namespace serieslink::ingest {
namespace {

using type::v1::DateInterval;
using type::v1::DatePrecision;
using type::v1::ErrorReason;

absl::Time At(std::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, AbslView(text), &time, &error)) << error;
  return time;
}

std::string Show(const google::protobuf::Timestamp& timestamp) {
  return absl::FormatTime(
      "%Y-%m-%dT%H:%M:%E*SZ",
      absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos()),
      absl::UTCTimeZone());
}

struct GoodDate {
  std::string_view text;
  std::string_view earliest;  // "" where open
  std::string_view latest;
  DatePrecision precision;
};

class GoodDates : public testing::TestWithParam<GoodDate> {};

TEST_P(GoodDates, CoverWhatTheTextCanMean) {
  const GoodDate& date = GetParam();
  DateInterval interval;
  ASSERT_EQ(ParseDate(date.text, At("2024-06-01T12:00:00Z"), &interval), std::nullopt);
  EXPECT_EQ(interval.has_earliest() ? Show(interval.earliest()) : "", date.earliest);
  EXPECT_EQ(interval.has_latest() ? Show(interval.latest()) : "", date.latest);
  EXPECT_EQ(interval.text(), date.text);
  EXPECT_EQ(interval.precision(), date.precision);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, GoodDates,
    testing::Values(
        GoodDate{"", "", "", type::v1::DATE_PRECISION_UNKNOWN},
        GoodDate{"2017", "2017-01-01T00:00:00Z", "2017-12-31T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_YEAR},
        // Summer begins within the month.
        GoodDate{"2017-03", "2017-03-01T00:00:00Z", "2017-03-31T22:59:59.999999999Z",
                 type::v1::DATE_PRECISION_MONTH},
        GoodDate{"2017-12", "2017-12-01T00:00:00Z", "2017-12-31T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_MONTH},
        GoodDate{"2017-03-18", "2017-03-18T00:00:00Z", "2017-03-18T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_DAY},
        GoodDate{"2017-07-18", "2017-07-17T23:00:00Z", "2017-07-18T22:59:59.999999999Z",
                 type::v1::DATE_PRECISION_DAY},
        GoodDate{"2016-02-29", "2016-02-29T00:00:00Z", "2016-02-29T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_DAY},
        GoodDate{"2017-07-18T02:15", "2017-07-18T01:15:00Z", "2017-07-18T01:15:59.999999999Z",
                 type::v1::DATE_PRECISION_MINUTE},
        GoodDate{"2017-07-18T02:15Z", "2017-07-18T02:15:00Z", "2017-07-18T02:15:59.999999999Z",
                 type::v1::DATE_PRECISION_MINUTE},
        GoodDate{"2017-03-18T02:15:30+01:00", "2017-03-18T01:15:30Z",
                 "2017-03-18T01:15:30.999999999Z", type::v1::DATE_PRECISION_SECOND},
        GoodDate{"2017-03-18T02:15:30.25-05:30", "2017-03-18T07:45:30Z",
                 "2017-03-18T07:45:30.999999999Z", type::v1::DATE_PRECISION_SECOND},
        // Passed twice, and skipped: both readings are covered.
        GoodDate{"2017-10-29T01:30", "2017-10-29T00:30:00Z", "2017-10-29T01:30:59.999999999Z",
                 type::v1::DATE_PRECISION_MINUTE},
        GoodDate{"2017-03-26T01:30", "2017-03-26T00:30:00Z", "2017-03-26T01:30:59.999999999Z",
                 type::v1::DATE_PRECISION_MINUTE},
        GoodDate{"2017~", "2016-01-01T00:00:00Z", "2018-12-31T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2017-01?", "2016-12-01T00:00:00Z", "2017-02-28T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2017-03-18%", "2017-03-17T00:00:00Z", "2017-03-19T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2017-03-18T02:15Z~", "2017-03-18T02:14:00Z", "2017-03-18T02:16:59.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2017-03-18T02:15:30Z~", "2017-03-18T02:15:29Z", "2017-03-18T02:15:31.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2017-03-17/2017-03-18", "2017-03-17T00:00:00Z", "2017-03-18T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_INTERVAL},
        GoodDate{"2017-03-18/2017-03", "2017-03-18T00:00:00Z", "2017-03-31T22:59:59.999999999Z",
                 type::v1::DATE_PRECISION_INTERVAL},
        GoodDate{"2017-03-17~/2017-03-18T02:15Z", "2017-03-16T00:00:00Z",
                 "2017-03-18T02:15:59.999999999Z", type::v1::DATE_PRECISION_INTERVAL},
        GoodDate{"../2017-03-18", "", "2017-03-18T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_INTERVAL},
        GoodDate{"2017-03-18/..", "2017-03-18T00:00:00Z", "", type::v1::DATE_PRECISION_INTERVAL},
        // Not known, and said so.
        GoodDate{"../..", "", "", type::v1::DATE_PRECISION_UNKNOWN},
        // Today is not over and is no future; nor is what an agency's fast clock says.
        GoodDate{"2024-06-01", "2024-05-31T23:00:00Z", "2024-06-01T22:59:59.999999999Z",
                 type::v1::DATE_PRECISION_DAY},
        GoodDate{"2024-06-01T12:05Z", "2024-06-01T12:05:00Z", "2024-06-01T12:05:59.999999999Z",
                 type::v1::DATE_PRECISION_MINUTE},
        // Nor is the year, or the end of an interval, that has begun.
        GoodDate{"2024", "2024-01-01T00:00:00Z", "2024-12-31T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_YEAR},
        GoodDate{"2024-05-31/2024-06", "2024-05-30T23:00:00Z", "2024-06-30T22:59:59.999999999Z",
                 type::v1::DATE_PRECISION_INTERVAL},
        GoodDate{"../2024", "", "2024-12-31T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_INTERVAL},
        // "About" does not reach into a unit that has not begun.
        GoodDate{"2024~", "2023-01-01T00:00:00Z", "2024-12-31T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2023~", "2022-01-01T00:00:00Z", "2024-12-31T23:59:59.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2024-06?", "2024-04-30T23:00:00Z", "2024-06-30T22:59:59.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2024-06-01%", "2024-05-30T23:00:00Z", "2024-06-01T22:59:59.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2024-06-01T12:05Z~", "2024-06-01T12:04:00Z", "2024-06-01T12:05:59.999999999Z",
                 type::v1::DATE_PRECISION_APPROXIMATE},
        GoodDate{"2024-05/2024-06~", "2024-04-30T23:00:00Z", "2024-06-30T22:59:59.999999999Z",
                 type::v1::DATE_PRECISION_INTERVAL}));

struct BadDate {
  std::string_view text;
  ErrorReason reason;
};

class BadDates : public testing::TestWithParam<BadDate> {};

TEST_P(BadDates, AreRefusedWithTheirReason) {
  DateInterval interval;
  EXPECT_EQ(ParseDate(GetParam().text, At("2024-06-01T12:00:00Z"), &interval), GetParam().reason)
      << GetParam().text;
}

std::vector<BadDate> AllBadDates() {
  std::vector<BadDate> dates;
  for (const std::string_view text : {" ",
                                      "17",
                                      "201",
                                      "20171",
                                      "1799",
                                      "0000",
                                      "2017-",
                                      "2017-3",
                                      "2017-00",
                                      "2017-13",
                                      "2017-03-",
                                      "2017-03-00",
                                      "2017-02-29",
                                      "2017-04-31",
                                      "2017-03-18 02:15",
                                      "2017-03-18T",
                                      "2017-03-18T2:15",
                                      "2017-03-18T24:00Z",
                                      "2017-03-18T02:60Z",
                                      "2017-03-18T02:15:60Z",
                                      "2017-03-18T02:15:30.Z",
                                      "2017-03-18T02:15:30.1234567890Z",
                                      "2017-03-18T02:15z",
                                      "2017-03-18T02:15+1:00",
                                      "2017-03-18T02:15+0100",
                                      "2017-03-18T02:15+14:01",
                                      "2017-03-18T02:15+01:60",
                                      "2017-03-18T02:15Zx",
                                      "2017~~",
                                      "~",
                                      "2017 ",
                                      " 2017",
                                      "18/03/2017",
                                      "/",
                                      "2017/",
                                      "/2017",
                                      "2016/2017/2018",
                                      "..",
                                      "...",
                                      "2017/...",
                                      "March 2017",
                                      "2017-W11",
                                      "201X",
                                      "-2017"}) {
    dates.push_back({text, type::v1::ERROR_REASON_DATE_MALFORMED});
  }
  for (const std::string_view text :
       {"2017-03-18/2017-03-17", "2018/2017", "2017-03-18T02:15Z/2017-03-18T02:14Z"}) {
    dates.push_back({text, type::v1::ERROR_REASON_DATE_ORDER});
  }
  for (const std::string_view text :
       {"2024-06-02", "2024-07", "2025", "9999", "9999~", "2024-06-01T12:06Z", "2024-06-02/..",
        "2025/2026",
        // Nothing that is stated may lie in the future, "about" or
        // not: an end there is a slip.
        "2024-01-01/2099-01-01", "../2099", "2024-05-31/2024-07-01", "2024/2025", "2025~",
        "2024-07?", "2024-06-02%", "2024-06-01T12:06Z~", "2024-05/2024-07~", "2024-06-02~/..",
        "../2025~"}) {
    dates.push_back({text, type::v1::ERROR_REASON_DATE_IN_FUTURE});
  }
  return dates;
}

INSTANTIATE_TEST_SUITE_P(Forms, BadDates, testing::ValuesIn(AllBadDates()));

TEST(DatesTest, TheZoneDatabaseIsThere) { EXPECT_TRUE(CheckTimeZoneData().ok()); }

// A log can hold such a message from before its kind was refused.
TEST(DatesTest, OfARefusedDateRemainsWhatCanHaveHappened) {
  DateInterval interval;
  EXPECT_EQ(ParseDate("2024/2099", At("2024-06-01T12:00:00Z"), &interval),
            type::v1::ERROR_REASON_DATE_IN_FUTURE);
  EXPECT_EQ(Show(interval.earliest()), "2024-01-01T00:00:00Z");
  EXPECT_EQ(Show(interval.latest()), "2024-06-01T12:05:00.999999999Z");
  EXPECT_EQ(interval.text(), "2024/2099");

  interval.Clear();
  ParseDate("../2099", At("2024-06-01T12:00:00Z"), &interval);
  EXPECT_FALSE(interval.has_earliest());
  EXPECT_EQ(Show(interval.latest()), "2024-06-01T12:05:00.999999999Z");

  interval.Clear();
  ParseDate("2025~", At("2024-06-01T12:00:00Z"), &interval);
  EXPECT_EQ(Show(interval.earliest()), "2024-01-01T00:00:00Z");
  EXPECT_EQ(Show(interval.latest()), "2024-06-01T12:05:00.999999999Z");

  interval.Clear();
  ParseDate("2025", At("2024-06-01T12:00:00Z"), &interval);
  EXPECT_FALSE(interval.has_earliest());
  EXPECT_FALSE(interval.has_latest());
}

// Which of two equal dates came first must not make one the later.
TEST(DatesTest, WithinOneUnitTheMomentOfArrivalBoundsNothing) {
  for (const std::string_view text : {"2024-06-01", "2024~", "2024-06-01%", "2024/2024-06"}) {
    DateInterval morning;
    DateInterval evening;
    EXPECT_EQ(ParseDate(text, At("2024-06-01T06:00:00Z"), &morning), std::nullopt);
    EXPECT_EQ(ParseDate(text, At("2024-06-01T20:00:00Z"), &evening), std::nullopt);
    EXPECT_EQ(morning.SerializeAsString(), evening.SerializeAsString()) << text;
  }
}

TEST(DatesTest, OnlyWhatIsSurelyBeforeIsBefore) {
  const auto parse = [](std::string_view text) {
    DateInterval interval;
    EXPECT_EQ(ParseDate(text, At("2024-06-01T12:00:00Z"), &interval), std::nullopt);
    return interval;
  };
  EXPECT_TRUE(IsBefore(parse("2017-03-17"), parse("2017-03-18")));
  EXPECT_FALSE(IsBefore(parse("2017-03-18"), parse("2017-03-18")));
  EXPECT_FALSE(IsBefore(parse("2017-03"), parse("2017-03-18")));
  EXPECT_FALSE(IsBefore(parse("2017/.."), parse("2020")));
  EXPECT_FALSE(IsBefore(parse("2017"), parse("../2020")));
  EXPECT_FALSE(IsBefore(parse(""), parse("2020")));
}

}  // namespace
}  // namespace serieslink::ingest
