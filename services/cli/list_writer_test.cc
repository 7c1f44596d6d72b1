#include "services/cli/list_writer.h"

#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

std::string Written(Format format, int items, bool there_are_more) {
  std::ostringstream out;
  ListWriter writer("guns", {"id", "make"}, format, out);
  for (int i = 1; i <= items; ++i) {
    writer.Add("{\"id\":" + std::to_string(i) + "}", {std::to_string(i), "Glock"});
  }
  EXPECT_EQ(writer.count(), items);
  writer.Finish(7, there_are_more, 80);
  return out.str();
}

TEST(ListWriterTest, WritesRowsWithTheirCount) {
  EXPECT_EQ(Written(Format::kTable, 2, false),
            "id  make\n---------\n1   Glock\n2   Glock\n2 guns, as at revision 7\n");
  EXPECT_EQ(Written(Format::kTable, 1, true),
            "id  make\n---------\n1   Glock\n1 guns shown, as at revision 7\n");
}

TEST(ListWriterTest, WritesJsonThatIsWholeWithoutItemsToo) {
  EXPECT_EQ(Written(Format::kJson, 2, true),
            "{\"guns\":[\n{\"id\":1},\n{\"id\":2}\n],\"revision\":7,\"has_more\":true}\n");
  EXPECT_EQ(Written(Format::kJson, 0, false),
            "{\"guns\":[\n],\"revision\":7,\"has_more\":false}\n");
}

TEST(ListWriterTest, WritesCsvWithItsHeadings) {
  EXPECT_EQ(Written(Format::kCsv, 1, false), "id,make\r\n1,Glock\r\n");
  EXPECT_EQ(Written(Format::kCsv, 0, false), "id,make\r\n");
}

TEST(ListWriterTest, RowsOfCsvAreNotHeld) {
  std::ostringstream out;
  ListWriter writer("guns", {"id", "make"}, Format::kCsv, out);
  writer.Add("{}", {"1", "Glock"});
  EXPECT_EQ(out.str(), "id,make\r\n1,Glock\r\n");
}

}  // namespace
}  // namespace serieslink::cli
