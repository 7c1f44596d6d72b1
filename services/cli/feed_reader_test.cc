#include "services/cli/feed_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Collected {
  std::vector<InputRecord> records;
  std::vector<UnreadableLine> unreadable;
  std::string header;
  absl::Status status;

  RecordSink Sink(bool keep_text = false) {
    RecordSink sink;
    sink.on_record = [this](InputRecord&& record) {
      records.push_back(std::move(record));
      return absl::OkStatus();
    };
    sink.on_unreadable = [this](UnreadableLine&& line) { unreadable.push_back(std::move(line)); };
    sink.on_header = [this](const std::string& text, char) { header = text; };
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

Collected ReadRows(const std::string& text, bool keep_text = false) {
  constexpr char kMapping[] = R"(
feed = "force"
[[field]]
path = "record_id"
column = "id"
[[field]]
path = "version"
column = "version"
)";
  Collected collected;
  std::istringstream in(text);
  collected.status = ReadCsvRecords(in, Mapping::Parse(kMapping, MessageOfFeed).value(),
                                    collected.Sink(keep_text));
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
              HasSubstr("column id"));
  EXPECT_THAT(std::string(ReadRows("").status.message()), HasSubstr("empty"));
}

TEST(FeedReaderTest, RowsBeforeTheCutOfAFileCount) {
  const Collected collected = ReadRows("id,version\nA,1\nB,\"2");
  EXPECT_EQ(collected.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(collected.records.size(), 1u);
}

}  // namespace
}  // namespace serieslink::cli
