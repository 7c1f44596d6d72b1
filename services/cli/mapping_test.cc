#include "services/cli/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serieslink/feed/v1/force.pb.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;

const google::protobuf::Message* ForceOnly(std::string_view feed) {
  return feed == "force" ? &feed::v1::ForceRecord::default_instance() : nullptr;
}

constexpr char kMapping[] = R"(
feed = "force"
separator = ";"
[[field]]
path = "system"
constant = "GUNS"
[[field]]
path = "record_id"
template = "{station}-{number}"
[[field]]
path = "occurred"
column = "date"
replace = [[" ", "T"]]
suffix = "Z"
[[field]]
path = "guns[0].serials[1].text"
column = "barrel"
ignore = ["-"]
[[field]]
path = "guns[0].apparent_types"
column = "type"
values = { "PISTOLA" = "PISTOL" }
[[field]]
path = "guns[0].barrel_length_mm"
column = "length"
)";

TEST(MappingTest, MakesAMessageOfARow) {
  auto mapping = Mapping::Parse(kMapping, ForceOnly);
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_EQ(mapping->separator(), ';');
  ASSERT_TRUE(
      mapping->BindHeader({"length", "type", "barrel", "date", "number", "station", "x"}).ok());
  feed::v1::ForceRecord record;
  ASSERT_TRUE(
      mapping->Apply({"110", "PISTOLA", "B77", "2017-01-04 00:09:44", "12", "056", "?"}, record)
          .ok());
  EXPECT_EQ(record.system(), "GUNS");
  EXPECT_EQ(record.record_id(), "056-12");
  EXPECT_EQ(record.occurred(), "2017-01-04T00:09:44Z");
  ASSERT_EQ(record.guns_size(), 1);
  ASSERT_EQ(record.guns(0).serials_size(), 2);
  EXPECT_EQ(record.guns(0).serials(1).text(), "B77");
  EXPECT_EQ(record.guns(0).apparent_types(0), "PISTOL");
  EXPECT_EQ(record.guns(0).barrel_length_mm(), 110);
}

TEST(MappingTest, AnEmptyOrIgnoredCellLeavesItsFieldAbsent) {
  auto mapping = Mapping::Parse(kMapping, ForceOnly);
  ASSERT_TRUE(mapping.ok());
  ASSERT_TRUE(mapping->BindHeader({"length", "type", "barrel", "date", "number", "station"}).ok());
  feed::v1::ForceRecord record;
  ASSERT_TRUE(mapping->Apply({"", "REVOLVER", "-", "", "12", "056"}, record).ok());
  EXPECT_EQ(record.occurred(), "");
  EXPECT_EQ(record.guns(0).serials_size(), 0);
  EXPECT_FALSE(record.guns(0).has_barrel_length_mm());
  EXPECT_EQ(record.guns(0).apparent_types(0), "REVOLVER");
}

TEST(MappingTest, NamesColumnsThatTheFileLacks) {
  auto mapping = Mapping::Parse(kMapping, ForceOnly);
  ASSERT_TRUE(mapping.ok());
  const absl::Status status = mapping->BindHeader({"length", "kind"});
  EXPECT_THAT(std::string(status.message()), HasSubstr("barrel, date, number, station, type"));
}

TEST(MappingTest, RefusesRowsOfAnotherShapeAndCellsOfAnotherType) {
  auto mapping = Mapping::Parse(kMapping, ForceOnly);
  ASSERT_TRUE(mapping.ok());
  ASSERT_TRUE(mapping->BindHeader({"length", "type", "barrel", "date", "number", "station"}).ok());
  feed::v1::ForceRecord record;
  EXPECT_THAT(std::string(mapping->Apply({"1", "2"}, record).message()), HasSubstr("2 cells"));
  const absl::Status status = mapping->Apply({"long", "", "", "", "1", "2"}, record);
  EXPECT_THAT(std::string(status.message()), HasSubstr("guns[0].barrel_length_mm"));
  EXPECT_EQ(std::string(status.message()).find("long"), std::string::npos);
}

TEST(MappingTest, NamesEverythingThatIsWrongAtOnce) {
  const auto mapping = Mapping::Parse(R"(
feed = "force"
colour = 1
[[field]]
path = "guns.make"
column = "a"
[[field]]
path = "gun"
column = "a"
[[field]]
path = "record_id"
[[field]]
path = "place"
column = "a"
[[field]]
path = "guns[100].make"
column = "a"
)",
                                      ForceOnly);
  ASSERT_FALSE(mapping.ok());
  const std::string message(mapping.status().message());
  for (const char* complaint : {"no key 'colour'", "'guns' is a list", "no field 'gun'",
                                "exactly one of column", "'place' is a group", "[0] to [99]"}) {
    EXPECT_THAT(message, HasSubstr(complaint));
  }
}

TEST(MappingTest, NamesAnUnknownFeedAndTextThatIsNotToml) {
  EXPECT_THAT(std::string(Mapping::Parse("feed = 'farce'", ForceOnly).status().message()),
              HasSubstr("feed: name one of"));
  EXPECT_THAT(std::string(Mapping::Parse("feed = ", ForceOnly).status().message()),
              HasSubstr("not TOML"));
}

}  // namespace
}  // namespace serieslink::cli
