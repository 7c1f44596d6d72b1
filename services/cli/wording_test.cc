#include "services/cli/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/util/time_util.h"

namespace serieslink::cli {
namespace {

absl::Time At(const char* text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

type::v1::DateInterval Between(const char* earliest, const char* latest) {
  type::v1::DateInterval interval;
  if (earliest != nullptr) *interval.mutable_earliest() = TimestampOf(At(earliest));
  if (latest != nullptr) *interval.mutable_latest() = TimestampOf(At(latest));
  return interval;
}

TEST(WordingTest, ReadsDaysInLondonAndTimes) {
  EXPECT_EQ(ParseTimeArgument("2017-01-18").value(), At("2017-01-18T00:00:00Z"));
  EXPECT_EQ(ParseTimeArgument("2017-07-18").value(), At("2017-07-17T23:00:00Z"));
  EXPECT_EQ(ParseTimeArgument("2017-07-18T01:00:00+01:00").value(), At("2017-07-18T00:00:00Z"));
  for (const char* text : {"", "2017", "18/03/2017", "2017-02-30", "2017-03-18T02:15"}) {
    EXPECT_FALSE(ParseTimeArgument(text).ok()) << text;
  }
}

TEST(WordingTest, ReadsStatesOfKnowledge) {
  const absl::Time now = At("2017-06-30T22:30:00Z");
  EXPECT_EQ(ParseAsAt("17", now).value().revision(), 17);
  EXPECT_FALSE(ParseAsAt("0", now).ok());
  EXPECT_FALSE(ParseAsAt("yesterday", now).ok());
  const auto time_of = [&](const char* text) {
    return google::protobuf::util::TimeUtil::ToString(ParseAsAt(text, now).value().time());
  };
  // A day is its end, in London.
  EXPECT_EQ(time_of("2016-12-31"), "2016-12-31T23:59:59.999999Z");
  EXPECT_EQ(time_of("2017-06-29"), "2017-06-29T22:59:59.999999Z");
  EXPECT_EQ(time_of("2017-03-18T02:15:00Z"), "2017-03-18T02:15:00Z");
  // Today is what is known now; in London it is the 30th still.
  EXPECT_FALSE(ParseAsAt("2017-06-30", now).value().has_time());
  EXPECT_FALSE(ParseAsAt("2017-06-30", now).value().has_revision());
  EXPECT_TRUE(ParseAsAt("2017-07-01", now).value().has_time()) << "is for the server to refuse";
}

TEST(WordingTest, PutsEnumsInWords) {
  series::v1::Series series;
  EXPECT_EQ(EnumWords(series, "status"), "");
  series.set_status(series::v1::SERIES_STATUS_USED_AFTER_RECOVERY);
  EXPECT_EQ(EnumWords(series, "status"), "used after recovery");
  record::v1::Firearm gun;
  gun.add_apparent_types(record::v1::FIREARM_TYPE_PISTOL);
  gun.add_apparent_types(record::v1::FIREARM_TYPE_3D_PRINTED);
  EXPECT_EQ(EnumWords(gun, "apparent_types"), "pistol, 3d printed");
}

TEST(WordingTest, WritesDates) {
  EXPECT_EQ(SpanText(Between("2017-07-17T23:00:00Z", "2017-07-18T22:59:59Z")), "2017-07-18");
  EXPECT_EQ(SpanText(Between("2017-01-02T00:00:00Z", "2018-01-03T00:00:00Z")),
            "2017-01-02/2018-01-03");
  EXPECT_EQ(SpanText(Between(nullptr, "2018-01-03T00:00:00Z")), "../2018-01-03");
  EXPECT_EQ(SpanText(Between("2018-01-03T00:00:00Z", nullptr)), "2018-01-03/..");
  EXPECT_EQ(SpanText(type::v1::DateInterval()), "unknown");
  type::v1::DateInterval written = Between("2017-03-01T00:00:00Z", "2017-03-31T00:00:00Z");
  written.set_text("2017-03~");
  EXPECT_EQ(DateText(written), "2017-03~");
  EXPECT_EQ(TimestampText(TimestampOf(At("2017-07-18T10:15:30Z"))), "2017-07-18 11:15");
  EXPECT_EQ(TimestampText(google::protobuf::Timestamp()), "");
}

TEST(WordingTest, DescribesExhibits) {
  record::v1::Exhibit exhibit;
  record::v1::Firearm& gun = *exhibit.mutable_firearm();
  gun.set_make("Taurus");
  gun.set_calibre(".38");
  gun.add_apparent_types(record::v1::FIREARM_TYPE_PISTOL);
  gun.add_confirmed_types(record::v1::FIREARM_TYPE_REVOLVER);
  EXPECT_EQ(DescriptionText(exhibit), "Taurus, .38, revolver");
  gun.add_serials()->set_text("AB1");
  auto& barrel = *gun.add_serials();
  barrel.set_text("C?");
  barrel.set_part(record::v1::SERIAL_PART_BARREL);
  barrel.set_legibility(record::v1::SERIAL_LEGIBILITY_PARTIAL);
  EXPECT_EQ(SerialsText(exhibit), "AB1, C? (barrel, partial)");
}

TEST(WordingTest, WritesJsonStringsThatAreAlwaysUtf8) {
  EXPECT_EQ(JsonString("a\"b\\\n\x7Fé€😀"), "\"a\\\"b\\\\\\u000a\\u007fé€😀\"");
  EXPECT_EQ(JsonString("\xC3"), "\"\\ufffd\"");
  EXPECT_EQ(JsonString("\xED\xA0\x80"), "\"\\ufffd\\ufffd\\ufffd\"") << "a surrogate";
  EXPECT_EQ(JsonString("\xC0\x80x"), "\"\\ufffd\\ufffdx\"") << "an overlong NUL";
}

TEST(WordingTest, AView) {
  const absl::Time now = absl::FromUnixSeconds(1'498'900'000);
  EXPECT_EQ(ViewOf("", 0, now).value().ByteSizeLong(), 0u);
  EXPECT_EQ(ViewOf("", 7, now).value().min_revision(), 7);
  EXPECT_EQ(ViewOf("3", 7, now).value().revision(), 3);
  const absl::Status wrong = ViewOf("soon", 7, now).status();
  EXPECT_THAT(std::string(wrong.message()), testing::StartsWith("--as-at: "));
}

TEST(WordingTest, ATimeOfAFilterIsSetOrItsFlagIsNamed) {
  using series::v1::SeriesFilter;
  SeriesFilter filter;
  EXPECT_TRUE(SetTime("--from", "", &SeriesFilter::mutable_occurred_from, filter).ok());
  EXPECT_FALSE(filter.has_occurred_from());
  EXPECT_TRUE(SetTime("--from", "2017-03-18", &SeriesFilter::mutable_occurred_from, filter).ok());
  EXPECT_EQ(filter.occurred_from().seconds(), 1'489'795'200);
  EXPECT_FALSE(filter.has_occurred_before());
  const absl::Status wrong =
      SetTime("--before", "soon", &SeriesFilter::mutable_occurred_before, filter);
  EXPECT_THAT(std::string(wrong.message()), testing::StartsWith("--before: "));
  EXPECT_FALSE(filter.has_occurred_before());
}

TEST(WordingTest, SaysWhatAnAreaIsToWhoFoundNothingInOne) {
  EXPECT_EQ(NothingInAreaNote(""), "");
  EXPECT_EQ(NothingInAreaNote("unknown"), "") << "asks for what has no area";
  EXPECT_NE(NothingInAreaNote("lambeth").find("E09000022"), std::string::npos);
}

TEST(WordingTest, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Grouped(-123456), "-123,456");
}

}  // namespace
}  // namespace serieslink::cli
