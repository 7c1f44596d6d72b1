#include "services/cli/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ios>
#include <istream>
#include <random>
#include <sstream>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/cli/line_reader.h"

namespace serieslink::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Result {
  absl::Status status;
  std::vector<CsvRow> rows;
  std::vector<SpoiledRow> spoiled;

  // The cells of all rows, joined, and in its place "!" and the number of what was spoiled.
  std::vector<std::string> outline;
};

Result Read(const std::string& text, char separator = ',') {
  Result result;
  std::istringstream in(text);
  CsvSink sink;
  sink.on_row = [&](CsvRow&& row) {
    std::string line;
    for (const std::string& cell : row.cells) absl::StrAppend(&line, line.empty() ? "" : "|", cell);
    result.outline.push_back(line);
    result.rows.push_back(std::move(row));
    return absl::OkStatus();
  };
  sink.on_spoiled = [&](SpoiledRow&& row) {
    result.outline.push_back(absl::StrCat("!", row.number));
    result.spoiled.push_back(std::move(row));
    return absl::OkStatus();
  };
  result.status = ReadCsv(in, separator, sink);
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
  EXPECT_TRUE(result.rows[2].has_line_end);
  EXPECT_THAT(result.spoiled, IsEmpty());
}

TEST(CsvReaderTest, ReadsALastRowWithoutLineEndAndOtherSeparators) {
  const Result result = Read("a;b\n1;", ';');
  ASSERT_TRUE(result.status.ok());
  ASSERT_EQ(result.rows.size(), 2u);
  EXPECT_THAT(result.rows[1].cells, ElementsAre("1", ""));
  EXPECT_FALSE(result.rows[1].has_line_end);
}

TEST(CsvReaderTest, KnowsTheLineEndsOfAllSystems) {
  EXPECT_THAT(Read("a,b\r1,2\r\r3,\"x\ry\"\r4,5").outline,
              ElementsAre("a|b", "1|2", "3|x\ry", "4|5"));
  EXPECT_THAT(Read("a,b\r\n1,\"x\r\n\r\ny\"\r\n3,4\r\n").outline,
              ElementsAre("a|b", "1|x\r\n\r\ny", "3|4"));
}

TEST(CsvReaderTest, AStrayQuoteSpoilsItsLineOnly) {
  const Result result = Read("a,b\n1,x\"y\n2,\"z\"z\n3,ok\n4,5\" barrel\n5,\"ok\"\n");
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.outline, ElementsAre("a|b", "!2", "!3", "3|ok", "!5", "5|ok"));
  EXPECT_THAT(result.spoiled[0].problem, HasSubstr("a quote stands within a cell"));
  EXPECT_EQ(result.spoiled[0].text, "1,x\"y");
}

TEST(CsvReaderTest, AQuoteThatIsNeverClosedSpoilsItsLineOnly) {
  // Nothing closes it.
  Result result = Read("a,b\n1,\"x\n2,y\n\n3,z\n");
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.outline, ElementsAre("a|b", "!2", "2|y", "3|z"));
  EXPECT_THAT(result.spoiled[0].problem, HasSubstr("nothing closes it"));
  EXPECT_EQ(result.spoiled[0].text, "1,\"x");
  // The opening quote of a later row seems to.
  result = Read("a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n");
  EXPECT_THAT(result.outline, ElementsAre("a|b", "!2", "2|y", "3|z", "4|w"));
  EXPECT_THAT(result.spoiled[0].problem, HasSubstr("runs on over the line end"));
  // An empty quoted cell looks like a doubled quote.
  result = Read("a,b,c\n1,\"x,\n2,\"\",y\n3,\"\",\"z\"\n");
  EXPECT_THAT(result.outline, ElementsAre("a|b|c", "!2", "2||y", "3||z"));
  // A stray quote closes it, which makes too many cells.
  result = Read("a,b,c\n1,\"x\n2,5\",z,y\n3,w,v\n");
  EXPECT_THAT(result.outline, ElementsAre("a|b|c", "!2", "!3", "3|w|v"));
  // Two in a row, and the last at the very end.
  result = Read("a,b\n1,\"x\n2,\"y\n3,z\n4,\"w");
  EXPECT_THAT(result.outline, ElementsAre("a|b", "!2", "!3", "3|z", "!5"));
}

TEST(CsvReaderTest, ACellOfSeveralLinesWithAStrayQuoteTakesNoNeighbour) {
  const Result result = Read("a,b\n1,\"he said \"stop\"\nand ran\"\n2,ok\n3,\"p\nq\"\n");
  ASSERT_TRUE(result.status.ok());
  EXPECT_THAT(result.outline, ElementsAre("a|b", "!2", "!3", "2|ok", "3|p\nq"));
}

TEST(CsvReaderTest, AHeaderCanBeSpoiledToo) {
  EXPECT_THAT(Read("a,\"b\n1,2\n").outline, ElementsAre("!1", "1|2"));
  EXPECT_THAT(Read("").outline, IsEmpty());
  EXPECT_THAT(Read("\xEF\xBB\xBF\r\n\n").outline, IsEmpty());
}

TEST(CsvReaderTest, ARowHasABound) {
  const std::string large(kLineBytesMax, 'x');
  // One line.
  Result result = Read(absl::StrCat("a,b\n1,", large, "\n2,ok\n"));
  EXPECT_THAT(result.outline, ElementsAre("a|b", "!2", "2|ok"));
  EXPECT_THAT(result.spoiled[0].problem, HasSubstr("longer than 16 MiB"));
  // A quote that is opened, and half of the bound behind it twice.
  const std::string half(kLineBytesMax / 2, 'x');
  result = Read(absl::StrCat("a\n\"\n", half, "\n", half, "\n1\n"));
  EXPECT_THAT(result.outline, ElementsAre("a", "!2", half, half, "1"));
  EXPECT_THAT(result.spoiled[0].problem, HasSubstr("within 16 MiB"));
}

// Whatever stands in a file: nothing is passed over in silence, and every byte is read once.
TEST(CsvReaderTest, EveryLineOfAnyFileIsHandedOnOrSpoiled) {
  std::minstd_rand random(20261126);
  for (int round = 0; round < 2000; ++round) {
    std::string text = "h,i\n";
    const int length = static_cast<int>(random() % 60);
    for (int i = 0; i < length; ++i) text += "ab,\"\"\n\n\r"[random() % 9];
    const Result result = Read(text);
    ASSERT_TRUE(result.status.ok());
    std::size_t letters = 0;
    const auto count = [&letters](const std::string& part) {
      for (const char c : part) letters += c == 'a' || c == 'b' || c == 'h' || c == 'i';
    };
    std::int64_t rows = 0;
    for (const CsvRow& row : result.rows) {
      for (const std::string& cell : row.cells) count(cell);
      ++rows;
    }
    for (const SpoiledRow& row : result.spoiled) {
      count(row.text);
      ++rows;
    }
    const std::size_t handed_on = std::exchange(letters, 0);
    count(text);
    EXPECT_EQ(handed_on, letters) << "round " << round << ": " << text;
    EXPECT_EQ(rows, static_cast<std::int64_t>(result.outline.size()));
  }
}

// A stream that the system gives up on, once what it has was read.
class Breaking : public std::streambuf {
 public:
  explicit Breaking(std::string text) : text_(std::move(text)) {}

 protected:
  int_type underflow() override {
    if (eback() != nullptr) throw std::ios_base::failure("broken");
    setg(text_.data(), text_.data(), text_.data() + text_.size());
    return traits_type::to_int_type(text_.front());
  }

 private:
  std::string text_;
};

TEST(CsvReaderTest, SaysFromWhereAFileCannotBeRead) {
  // A whole buffer and then nothing.
  std::string text = "a,b\n1,2\n3,";
  text.resize(1 << 16, 'x');
  Breaking broken(text);
  std::istream in(&broken);
  std::vector<std::string> outline;
  CsvSink sink;
  sink.on_row = [&](CsvRow&& row) {
    outline.push_back(row.cells[0]);
    return absl::OkStatus();
  };
  sink.on_spoiled = [&](SpoiledRow&& row) {
    outline.push_back(absl::StrCat("!", row.number));
    return absl::OkStatus();
  };
  const absl::Status status = ReadCsv(in, ',', sink);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("what follows row 3 was not read"));
  EXPECT_THAT(outline, ElementsAre("a", "1", "!3"));
}

TEST(CsvReaderTest, StopsWhenTheReaderOfRowsStops) {
  std::istringstream in("1\n2\n3\n");
  int rows = 0;
  CsvSink sink;
  sink.on_row = [&](CsvRow&&) {
    return ++rows == 2 ? absl::CancelledError("enough") : absl::OkStatus();
  };
  EXPECT_EQ(ReadCsv(in, ',', sink).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(rows, 2);
}

}  // namespace
}  // namespace serieslink::cli
