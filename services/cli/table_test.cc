#include "services/cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace serieslink::cli {
namespace {

const Table kTable = {{"series", "incidents", "area"},
                      {{"SL-1", "2", "Haringey"}, {"SL-22", "10", "Enfield, Barnet and further"}}};

TEST(TableTest, AlignsColumns) {
  std::ostringstream out;
  WriteTable(kTable, 200, out);
  EXPECT_EQ(out.str(),
            "series  incidents  area\n"
            "----------------------------------------------\n"
            "SL-1    2          Haringey\n"
            "SL-22   10         Enfield, Barnet and further\n");
}

TEST(TableTest, FitsTheTerminal) {
  std::ostringstream out;
  WriteTable(kTable, 30, out);
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) {
    std::size_t width = 0;
    for (const char c : line) width += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    EXPECT_LE(width, 30u) << line;
  }
  EXPECT_NE(out.str().find("Enfield, B…"), std::string::npos) << out.str();
}

TEST(TableTest, NamesAreNotCut) {
  std::ostringstream out;
  WriteTable({{"area", "series"}, {{"Enfield, Barnet and further", "SL-7K2M-9QXD-4TFBG"}}}, 30,
             out);
  EXPECT_NE(out.str().find("Enfield, …  SL-7K2M-9QXD-4TFBG\n"), std::string::npos) << out.str();
}

TEST(TableTest, ShowsNoControlCharacters) {
  std::ostringstream out;
  WriteTable({{"text"}, {{"\x1B[31mred\n"}}}, 80, out);
  EXPECT_EQ(out.str(), "text\n---------\n?[31mred?\n");
}

TEST(TableTest, WritesCsvThatASpreadsheetDoesNotRun) {
  std::ostringstream out;
  WriteCsv({{"a", "b"}, {{"x,\"y\"", "=cmd()"}, {"-0.12", "@x"}}}, out);
  EXPECT_EQ(out.str(), "a,b\r\n\"x,\"\"y\"\"\",'=cmd()\r\n-0.12,'@x\r\n");
}

TEST(TableTest, KnowsItsFormats) {
  EXPECT_EQ(ParseFormat("csv").value(), Format::kCsv);
  EXPECT_FALSE(ParseFormat("xml").ok());
}

}  // namespace
}  // namespace serieslink::cli
