#include "services/cli/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace serieslink::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Result {
  absl::Status status;
  std::vector<CsvRow> rows;
};

Result Read(const std::string& text, char separator = ',') {
  Result result;
  std::istringstream in(text);
  result.status = ReadCsv(in, separator, [&](CsvRow&& row) {
    result.rows.push_back(std::move(row));
    return absl::OkStatus();
  });
  return result;
}

TEST(CsvReaderTest, ReadsQuotedCells) {
  const Result result = Read("\xEF\xBB\xBFid,text\r\n1,\"a, \"\"b\"\"\nc\"\n\n2, d \n");
  ASSERT_TRUE(result.status.ok()) << result.status;
  ASSERT_EQ(result.rows.size(), 3u);
  EXPECT_THAT(result.rows[0].cells, ElementsAre("id", "text"));
  EXPECT_THAT(result.rows[1].cells, ElementsAre("1", "a, \"b\"\nc"));
  EXPECT_THAT(result.rows[2].cells, ElementsAre("2", " d "));
  EXPECT_EQ(result.rows[2].number, 3);
}

TEST(CsvReaderTest, ReadsALastRowWithoutLineEndAndOtherSeparators) {
  const Result result = Read("a;b\n1;", ';');
  ASSERT_TRUE(result.status.ok());
  ASSERT_EQ(result.rows.size(), 2u);
  EXPECT_THAT(result.rows[1].cells, ElementsAre("1", ""));
}

TEST(CsvReaderTest, NamesTheRowAtWhichAFileWasCut) {
  const Result result = Read("a,b\n1,2\n3,\"cut he");
  EXPECT_EQ(result.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(result.status.message()), HasSubstr("row 3"));
  EXPECT_EQ(result.rows.size(), 2u);
}

TEST(CsvReaderTest, NamesTheRowOfAStrayQuote) {
  const Result result = Read("a,b\n1,x\"y\n");
  EXPECT_EQ(result.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(result.status.message()), HasSubstr("row 2"));
}

TEST(CsvReaderTest, StopsWhenTheReaderOfRowsStops) {
  std::istringstream in("1\n2\n3\n");
  int rows = 0;
  const absl::Status status = ReadCsv(in, ',', [&](CsvRow&&) {
    return ++rows == 2 ? absl::CancelledError("enough") : absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(rows, 2);
}

}  // namespace
}  // namespace serieslink::cli
