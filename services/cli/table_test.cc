#include "services/cli/table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

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

int WidestLineOf(const std::string& text) {
  std::istringstream lines(text);
  int widest = 0;
  for (std::string line; std::getline(lines, line);) {
    int width = 0;
    for (const char c : line) width += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    widest = std::max(widest, width);
  }
  return widest;
}

TEST(TableTest, WideCellsGoOnInTheNextLine) {
  std::ostringstream out;
  WriteTable(kTable, 35, out);
  EXPECT_EQ(out.str(),
            "series  incidents  area\n"
            "-----------------------------------\n"
            "SL-1    2          Haringey\n"
            "SL-22   10         Enfield, Barnet\n"
            "                   and further\n");
}

TEST(TableTest, WhatDoesNotFitBesideEachOtherStandsInBlocks) {
  const Table table = {{"weapon", "series", "verdict", "first..last", "note"},
                       {{"WP-7K2M-9QXD-4TFBG", "SL-7K2M-9QXD-4TFBG", "confirmed",
                         "2024-05-01/2024-06-30", "caf\xC3\xA9 and more words than fit"},
                        {"WP-7K2M-9QXD-4TFBG", "", "excluded", "2024", ""}}};
  std::ostringstream out;
  WriteTable(table, 35, out);
  EXPECT_EQ(out.str(),
            "weapon       WP-7K2M-9QXD-4TFBG\n"
            "series       SL-7K2M-9QXD-4TFBG\n"
            "verdict      confirmed\n"
            "first..last  2024-05-01/2024-06-30\n"
            "note         caf\xC3\xA9 and more words\n"
            "             than fit\n"
            "\n"
            "weapon       WP-7K2M-9QXD-4TFBG\n"
            "verdict      excluded\n"
            "first..last  2024\n");
  for (const int width : {40, 60, 80, 100, 120}) {
    std::ostringstream at_width;
    WriteTable(table, width, at_width);
    EXPECT_LE(WidestLineOf(at_width.str()), width) << at_width.str();
    for (const char* whole : {"SL-7K2M-9QXD-4TFBG", "confirmed", "2024-06-30"}) {
      EXPECT_NE(at_width.str().find(whole), std::string::npos) << width << whole;
    }
  }
}

TEST(TableTest, LinesEndAtBlanksAndBehindSlashes) {
  EXPECT_EQ(WrapText("2024-05-01/2024-06-30 or so", 12),
            (std::vector<std::string>{"2024-05-01/", "2024-06-30", "or so"}));
  EXPECT_EQ(WrapText("abcdefghij", 4), (std::vector<std::string>{"abcd", "efgh", "ij"}));
  EXPECT_EQ(WrapText("", 4), std::vector<std::string>{""});
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

TEST(TableTest, EveryCellComesBackWithoutItsApostrophe) {
  for (const std::string cell :
       {"=1", "'=1", "''=1", "'", "''", "'a", "-5", "'-5", "+x", "", "@"}) {
    std::ostringstream out;
    WriteCsv({{"c"}, {{cell}}}, out);
    const std::string written = out.str().substr(3, out.str().size() - 5);
    EXPECT_EQ(CellWithoutGuard(written), cell) << written;
  }
}

TEST(TableTest, KnowsItsFormats) {
  EXPECT_EQ(ParseFormat("csv").value(), Format::kCsv);
  EXPECT_FALSE(ParseFormat("xml").ok());
}

}  // namespace
}  // namespace serieslink::cli
