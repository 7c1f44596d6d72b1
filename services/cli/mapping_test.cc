#include "services/cli/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serieslink/feed/v1/force.pb.h"
#include "serieslink/feed/v1/nabis.pb.h"

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
  for (const char* column : {"'barrel'", "'date'", "'number'", "'station'", "'type'"}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(column));
  }
}

TEST(MappingTest, SuggestsTheColumnThatWasMeantAndNeverRepeatsAnother) {
  auto mapping = Mapping::Parse(kMapping, ForceOnly);
  ASSERT_TRUE(mapping.ok());
  const std::string message(
      mapping->BindHeader({"Length", "type", "barrel", "date", "numbers", "AB12345"}).message());
  EXPECT_THAT(message, HasSubstr("no column 'length'; did you mean 'Length'?"));
  EXPECT_THAT(message, HasSubstr("no column 'number'; did you mean 'numbers'?"));
  EXPECT_THAT(message, HasSubstr("no column 'station'"));
  // A file without a header begins with a record.
  EXPECT_EQ(message.find("AB12345"), std::string::npos);
}

TEST(MappingTest, RefusesColumnsOfOneNameThatItReads) {
  auto mapping = Mapping::Parse(kMapping, ForceOnly);
  ASSERT_TRUE(mapping.ok());
  EXPECT_THAT(std::string(mapping
                              ->BindHeader({"length", "type", "barrel", "date", "number", "station",
                                            "date", "type", "type"})
                              .message()),
              testing::AllOf(HasSubstr("called 'date'"), HasSubstr("called 'type'")));
  EXPECT_TRUE(
      mapping
          ->BindHeader({"length", "type", "barrel", "date", "number", "station", "", "", "x", "x"})
          .ok())
      << "which are meant is no question where none is read";
}

TEST(MappingTest, RecognisesAnotherSeparatorAndAnotherEncoding) {
  auto mapping = Mapping::Parse(kMapping, ForceOnly);
  ASSERT_TRUE(mapping.ok());
  EXPECT_THAT(std::string(mapping->BindHeader({"length,type,barrel"}).message()),
              HasSubstr("separator = \",\""));
  EXPECT_THAT(std::string(mapping->BindHeader({"length\ttype\tbarrel"}).message()),
              HasSubstr("separator = \"\\t\""));
  EXPECT_THAT(std::string(mapping->BindHeader({"l\xE4nge", "type"}).message()),
              HasSubstr("not UTF-8"));
}

TEST(MappingTest, ACellThatIsNotUtf8IsNamedByColumnAndField) {
  auto mapping = Mapping::Parse(kMapping, ForceOnly);
  ASSERT_TRUE(mapping.ok());
  ASSERT_TRUE(
      mapping->BindHeader({"length", "type", "barrel", "date", "number", "station", "note"}).ok());
  feed::v1::ForceRecord record;
  const std::string message(
      mapping->Apply({"long", "", "B\xFF", "", "1\xE9", "056", ""}, record).message());
  EXPECT_THAT(message, HasSubstr("column 'barrel', for guns[0].serials[1].text, is not UTF-8"));
  EXPECT_THAT(message, HasSubstr("column 'number', for record_id, is not UTF-8"))
      << "of a template the column that is at fault";
  EXPECT_THAT(message, HasSubstr("column 'length', for guns[0].barrel_length_mm, must be"));
  EXPECT_TRUE(mapping->Apply({"", "", "", "", "1", "056", "\xFF"}, record).ok())
      << "what is not read does no harm";
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

TEST(MappingTest, SuggestsTheFieldThatWasMeant) {
  const auto mapping = Mapping::Parse(R"(
feed = "force"
[[field]]
path = "recordId"
column = "a"
[[field]]
path = "guns[0].serial[0].text"
column = "a"
[[field]]
path = "zebra"
column = "a"
)",
                                      ForceOnly);
  const std::string message(mapping.status().message());
  EXPECT_THAT(message, HasSubstr("no field 'recordId'; did you mean 'record_id'?"));
  EXPECT_THAT(message, HasSubstr("no field 'serial'; did you mean 'serials'?"));
  EXPECT_THAT(message, testing::EndsWith("no field 'zebra'")) << "nothing is near";
}

TEST(MappingTest, RefusesAFieldThatIsGivenTwice) {
  const auto mapping = Mapping::Parse(R"(
feed = "force"
[[field]]
path = "record_id"
column = "a"
[[field]]
path = "guns[0].apparent_types"
column = "a"
[[field]]
path = "guns[0].apparent_types[1]"
column = "b"
[[field]]
path = "record_id"
column = "b"
[[field]]
path = "guns[00].apparent_types[0]"
column = "b"
)",
                                      ForceOnly);
  const std::string message(mapping.status().message());
  EXPECT_THAT(message, HasSubstr("'record_id' was given before, in line 3"));
  EXPECT_THAT(message, HasSubstr("'guns[00].apparent_types[0]' was given before, in line 6"));
  EXPECT_EQ(message.find("apparent_types[1]"), std::string::npos);
}

const google::protobuf::Message* NabisOnly(std::string_view feed) {
  return feed == "nabis" ? &feed::v1::NabisEntry::default_instance() : nullptr;
}

TEST(MappingTest, OfFieldsOfWhichARecordHasOneARowFillsOne) {
  auto mapping = Mapping::Parse(R"(
feed = "nabis"
[[field]]
path = "entry_id"
column = "id"
[[field]]
path = "event.event_type"
column = "event"
[[field]]
path = "event.occurred"
column = "when"
[[field]]
path = "exhibit.exhibit_type"
column = "exhibit"
)",
                                NabisOnly);
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  ASSERT_TRUE(mapping->BindHeader({"id", "event", "when", "exhibit"}).ok());
  feed::v1::NabisEntry entry;
  EXPECT_TRUE(mapping->Apply({"1", "", "", "N1"}, entry).ok());
  EXPECT_TRUE(entry.has_exhibit());
  entry.Clear();
  EXPECT_TRUE(mapping->Apply({"1", "N1", "2024", ""}, entry).ok());
  EXPECT_TRUE(entry.has_event());
  const std::string problem(mapping->Apply({"1", "N1", "", "N2"}, entry).message());
  EXPECT_THAT(problem, HasSubstr("'exhibit', for exhibit.exhibit_type"));
  EXPECT_THAT(problem, HasSubstr("'event', for event.event_type"));
  EXPECT_THAT(problem, HasSubstr("cannot both be given"));

  const auto constants = Mapping::Parse(R"(
feed = "nabis"
[[field]]
path = "event.event_type"
constant = "1"
[[field]]
path = "exhibit.exhibit_type"
constant = "2"
)",
                                        NabisOnly);
  EXPECT_THAT(std::string(constants.status().message()),
              HasSubstr("'exhibit.exhibit_type' and path 'event.event_type'"));
}

TEST(MappingTest, NamesAnUnknownFeedAndTextThatIsNotToml) {
  EXPECT_THAT(std::string(Mapping::Parse("feed = 'farce'", ForceOnly).status().message()),
              HasSubstr("feed: name one of"));
  EXPECT_THAT(std::string(Mapping::Parse("feed = ", ForceOnly).status().message()),
              HasSubstr("not TOML"));
}

}  // namespace
}  // namespace serieslink::cli
