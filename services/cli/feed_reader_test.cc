#include "services/cli/feed_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "services/cli/line_reader.h"

namespace serieslink::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Collected {
  std::vector<InputRecord> records;
  std::vector<UnreadableLine> unreadable;
  std::string header;
  std::vector<std::string> notes;
  absl::Status status;

  RecordSink Sink(bool keep_text = false) {
    RecordSink sink;
    sink.on_record = [this](InputRecord&& record) {
      records.push_back(std::move(record));
      return absl::OkStatus();
    };
    sink.on_unreadable = [this](UnreadableLine&& line) { unreadable.push_back(std::move(line)); };
    sink.on_header = [this](const std::string& text, char) { header = text; };
    sink.on_note = [this](const std::string& note) { notes.push_back(note); };
    sink.keep_text = keep_text;
    return sink;
  }
};

Collected ReadLines(const std::string& text, bool keep_text = false) {
  Collected collected;
  std::istringstream in(text);
  collected.status = ReadJsonLines(in, "mps", collected.Sink(keep_text));
  return collected;
}

Mapping ForceMapping() {
  constexpr char kMapping[] = R"(
feed = "force"
[[field]]
path = "record_id"
column = "id"
[[field]]
path = "version"
column = "version"
)";
  return Mapping::Parse(kMapping, MessageOfFeed).value();
}

Collected ReadRows(const std::string& text, bool keep_text = false) {
  Collected collected;
  std::istringstream in(text);
  collected.status = ReadCsvRecords(in, ForceMapping(), collected.Sink(keep_text));
  return collected;
}

TEST(FeedReaderTest, KnowsTheFeeds) {
  for (const char* feed : {"mps", "nabis", "border_force", "licensing", "force"}) {
    EXPECT_NE(MessageOfFeed(feed), nullptr) << feed;
  }
  EXPECT_EQ(MessageOfFeed("farce"), nullptr);
}

TEST(FeedReaderTest, ReadsOneMessageALine) {
  const Collected collected = ReadLines(
      "\xEF\xBB\xBF{\"report_number\":\"1/17\",\"version\":\"3\"}\r\n\n{\"reportNumber\":\"2/"
      "17\"}");
  ASSERT_TRUE(collected.status.ok());
  ASSERT_EQ(collected.records.size(), 2u);
  EXPECT_EQ(collected.records[0].message.mps().report_number(), "1/17");
  EXPECT_EQ(collected.records[0].message.mps().version(), 3u);
  EXPECT_EQ(collected.records[1].message.mps().report_number(), "2/17");
  EXPECT_EQ(collected.records[1].line, 3);
}

TEST(FeedReaderTest, AnUnreadableLineIsNamedAndStopsNothing) {
  const Collected collected = ReadLines(
      "{\"report_number\":\"1/17\"\n"
      "{\"colour\":\"secret\"}\n"
      "{\"version\":\"secret\"}\n"
      "[]\n"
      "{\"report_number\":\"2/17\"}\n",
      true);
  ASSERT_TRUE(collected.status.ok());
  ASSERT_EQ(collected.records.size(), 1u);
  EXPECT_EQ(collected.records[0].line, 5);
  ASSERT_EQ(collected.unreadable.size(), 4u);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(collected.unreadable[i].line, i + 1);
    EXPECT_THAT(collected.unreadable[i].problem, HasSubstr("not a message of this feed"));
    EXPECT_THAT(collected.unreadable[i].problem, Not(HasSubstr("secret")));
  }
  EXPECT_THAT(collected.unreadable[1].problem, HasSubstr("colour"));
  EXPECT_THAT(collected.unreadable[2].problem, HasSubstr("version"));
  EXPECT_EQ(collected.unreadable[1].text, "{\"colour\":\"secret\"}");
}

TEST(FeedReaderTest, ALineOfJsonThatIsNoObjectIsToldWhatARecordIs) {
  const Collected collected = ReadLines("[1]\n\"text\"\n7\nnull\n[{\"version\":\"3\"}]\n");
  ASSERT_TRUE(collected.status.ok());
  EXPECT_THAT(collected.records, IsEmpty());
  ASSERT_EQ(collected.unreadable.size(), 5u);
  for (const UnreadableLine& line : collected.unreadable) {
    EXPECT_EQ(line.problem,
              "not a message of this feed: a record is a JSON object, in braces, on one line");
  }
}

TEST(FeedReaderTest, TooLongALineOrRecordStopsNothing) {
  const Collected collected =
      ReadLines("{\"crime_number\":\"" + std::string(kLineBytesMax, 'x') + "\"}\n" +
                "{\"crime_number\":\"" + std::string(kMessageBytesMax, 'x') + "\"}\n{}\n");
  ASSERT_TRUE(collected.status.ok());
  ASSERT_EQ(collected.unreadable.size(), 2u);
  EXPECT_THAT(collected.unreadable[0].problem, HasSubstr("longer than 16 MiB"));
  EXPECT_THAT(collected.unreadable[1].problem, HasSubstr("larger than 1 MiB"));
  ASSERT_EQ(collected.records.size(), 1u);
  EXPECT_EQ(collected.records[0].line, 3);
  EXPECT_TRUE(collected.records[0].message.has_mps());
}

TEST(FeedReaderTest, StopsWhenTheSinkSaysSo) {
  RecordSink sink;
  int records = 0;
  sink.on_record = [&](InputRecord&&) {
    ++records;
    return absl::CancelledError();
  };
  std::istringstream in("{}\n{}\n");
  EXPECT_TRUE(absl::IsCancelled(ReadJsonLines(in, "mps", sink)));
  EXPECT_EQ(records, 1);
}

TEST(FeedReaderTest, ReadsRowsByTheMapping) {
  const Collected collected = ReadRows("id,version\nA,1\nB\nC,x\nD,2\n", true);
  ASSERT_TRUE(collected.status.ok()) << collected.status;
  ASSERT_EQ(collected.records.size(), 2u);
  EXPECT_EQ(collected.records[0].message.force().record_id(), "A");
  EXPECT_EQ(collected.records[0].text, "A,1");
  EXPECT_EQ(collected.records[1].line, 5);
  ASSERT_EQ(collected.unreadable.size(), 2u);
  EXPECT_EQ(collected.unreadable[0].line, 3);
  EXPECT_EQ(collected.unreadable[1].text, "C,x");
}

TEST(FeedReaderTest, ARowsTextHasNoColumnsOfARejectsFile) {
  const Collected collected =
      ReadRows("id,version,serieslink_line,serieslink_problems\n\"A,\"\"1\",1,12,no date\n", true);
  ASSERT_EQ(collected.records.size(), 1u);
  EXPECT_EQ(collected.records[0].text, "\"A,\"\"1\",1");
  EXPECT_EQ(collected.header, "id,version");
}

TEST(FeedReaderTest, AFileThatIsNotOfThisMappingIsRefused) {
  EXPECT_THAT(std::string(ReadRows("name,version\n1,2\n").status.message()),
              HasSubstr("column 'id'"));
  EXPECT_THAT(std::string(ReadRows("").status.message()), HasSubstr("empty"));
}

TEST(FeedReaderTest, ARowThatAQuoteSpoilsIsNamedAndStopsNothing) {
  const Collected collected = ReadRows("id,version\nA,1\nB\"b,2\nC,\"3\nD,4\n", true);
  ASSERT_TRUE(collected.status.ok()) << collected.status;
  ASSERT_EQ(collected.records.size(), 2u);
  EXPECT_EQ(collected.records[1].message.force().record_id(), "D");
  EXPECT_EQ(collected.records[1].line, 5);
  ASSERT_EQ(collected.unreadable.size(), 2u);
  EXPECT_EQ(collected.unreadable[0].line, 3);
  EXPECT_EQ(collected.unreadable[0].text, "B\"b,2");
  EXPECT_EQ(collected.unreadable[1].line, 4);
  EXPECT_THAT(collected.unreadable[1].problem, HasSubstr("nothing closes it"));
}

TEST(FeedReaderTest, ALastRowWithoutLineEndIsNotTakenSilently) {
  Collected collected;
  // All cells are there: only who knows the file knows whether the last one is whole.
  for (const char* text :
       {"id,version\nA,1\nB,2", "id,version\nA,1\nB", "id,version\nA,1\nB,\"2"}) {
    collected = ReadRows(text);
    ASSERT_TRUE(collected.status.ok()) << collected.status;
    EXPECT_EQ(collected.records.size(), 1u);
    ASSERT_EQ(collected.unreadable.size(), 1u) << text;
    EXPECT_EQ(collected.unreadable[0].line, 3);
    EXPECT_THAT(collected.unreadable[0].problem, HasSubstr("end"));
    EXPECT_THAT(collected.notes, IsEmpty());
  }
  EXPECT_THAT(ReadRows("id,version\nA,1\n").notes, IsEmpty());
}

TEST(FeedReaderTest, ALastRowWithoutLineEndIsTakenWhereItIsComplete) {
  const auto mapping = Mapping::Parse(
      "feed = \"force\"\n[[field]]\npath = \"record_id\"\ncolumn = \"id\"\n", MessageOfFeed);
  std::istringstream in("id\nA\nB");
  int taken = 0;
  RecordSink sink;
  sink.last_row_is_complete = true;
  sink.on_record = [&](InputRecord&&) {
    ++taken;
    return absl::OkStatus();
  };
  sink.on_unreadable = [](UnreadableLine&&) { FAIL(); };
  EXPECT_TRUE(ReadCsvRecords(in, *mapping, sink).ok());
  EXPECT_EQ(taken, 2);
}

TEST(FeedReaderTest, AKeyThatIsGivenTwiceIsNamed) {
  const Collected collected =
      ReadLines("{\"report_number\":\"1\",\"reportNumber\":\"2\"}\n{\"report_number\":\"3\"}\n");
  EXPECT_EQ(collected.records.size(), 1u);
  ASSERT_EQ(collected.unreadable.size(), 1u);
  EXPECT_THAT(collected.unreadable[0].problem, HasSubstr("'report_number' is given twice"));
}

TEST(FeedReaderTest, ALastLineOfJsonThatIsCutSaysSo) {
  EXPECT_THAT(ReadLines("{}").unreadable, IsEmpty());
  const Collected collected = ReadLines("{\"report_number\"\n{\"report_number\":\"1");
  ASSERT_EQ(collected.unreadable.size(), 2u);
  EXPECT_THAT(collected.unreadable[0].problem, Not(HasSubstr("cut off")));
  EXPECT_THAT(collected.unreadable[1].problem, HasSubstr("may have been cut off"));
}

TEST(FeedReaderTest, AFileWithoutRecordsIsNoted) {
  EXPECT_THAT(ReadRows("id,version\n").notes, ElementsAre(HasSubstr("no records")));
  EXPECT_THAT(ReadLines("\n\n").notes, ElementsAre(HasSubstr("no records")));
  EXPECT_THAT(ReadLines("{}").notes, IsEmpty());
}

TEST(FeedReaderTest, ACellOrLineThatIsNotUtf8IsNamedAndStopsNothing) {
  Collected collected = ReadRows("id,version\nA,1\nB\xE9,2\nC,3\n", true);
  ASSERT_TRUE(collected.status.ok()) << collected.status;
  EXPECT_EQ(collected.records.size(), 2u);
  ASSERT_EQ(collected.unreadable.size(), 1u);
  EXPECT_EQ(collected.unreadable[0].line, 3);
  EXPECT_THAT(collected.unreadable[0].problem,
              HasSubstr("column 'id', for record_id, is not UTF-8"));

  testing::internal::CaptureStderr();
  collected = ReadLines("{\"report_number\":\"1\"}\n{\"report_number\":\"\xE9\"}\n{}\n");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "no library speaks for itself";
  EXPECT_EQ(collected.records.size(), 2u);
  ASSERT_EQ(collected.unreadable.size(), 1u);
  EXPECT_THAT(collected.unreadable[0].problem, HasSubstr("byte 19 of the line is not UTF-8"));
}

TEST(FeedReaderTest, WhatIsNoTextIsRefusedWithWhatToDo) {
  const auto check = [](const std::string& text) {
    std::istringstream lines(text);
    std::istringstream rows(text);
    const absl::Status json = CheckJsonLines(lines);
    EXPECT_FALSE(json.ok());
    EXPECT_EQ(json, CheckCsvHeader(rows, ForceMapping()));
    EXPECT_EQ(json, ReadRows(text).status);
    EXPECT_EQ(json, ReadLines(text).status);
    return std::string(json.message());
  };
  using namespace std::string_literals;
  EXPECT_THAT(check("\xFF\xFEi\0d\0,\0v\0\n\0"s), HasSubstr("iconv -f UTF-16"));
  EXPECT_THAT(check("\xFE\xFF\0i\0d\0,\0v\0\n"s), HasSubstr("UTF-16"));
  EXPECT_THAT(check("i\0d\0,\0v\0\n\0"s), HasSubstr("zero bytes"));
  EXPECT_THAT(check("\x1F\x8B\x08\0\0"s), HasSubstr("zcat"));
  EXPECT_THAT(check("PK\x03\x04\x14\0"s), HasSubstr("spreadsheet"));
}

TEST(FeedReaderTest, AHeaderIsCheckedWithoutReadingOn) {
  const auto check = [](const std::string& text) {
    std::istringstream in(text);
    return std::string(CheckCsvHeader(in, ForceMapping()).message());
  };
  EXPECT_EQ(check("id,version\n\"never closed"), "");
  EXPECT_EQ(check("version,id"), "");
  EXPECT_THAT(check("id;version\n1;2\n"), HasSubstr("separator = \";\""));
  EXPECT_THAT(check("id,id,version\n"), HasSubstr("several columns are called 'id'"));
  EXPECT_THAT(check("ID,version\n"), HasSubstr("did you mean 'ID'?"));
  EXPECT_THAT(check("i\"d,version\n"), HasSubstr("first row must name its columns"));
  EXPECT_THAT(check(""), HasSubstr("the file is empty"));
  EXPECT_THAT(check("\n\n"), HasSubstr("the file is empty"));
}

}  // namespace
}  // namespace serieslink::cli
