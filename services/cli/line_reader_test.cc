#include "services/cli/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <ext/stdio_sync_filebuf.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace serieslink::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> LinesOf(const std::string& text, bool return_ends_line) {
  std::istringstream in(text);
  LineReader reader(in, return_ends_line);
  std::vector<std::string> lines;
  for (Line line; reader.Next(line);) {
    lines.push_back(line.has_end ? line.text : line.text + "(cut)");
  }
  EXPECT_FALSE(reader.failed());
  EXPECT_EQ(in.tellg(), static_cast<std::streamoff>(text.size())) << "for the progress";
  return lines;
}

TEST(LineReaderTest, KeepsLineEnds) {
  EXPECT_THAT(LinesOf("a\nb\r\n\nc", false), ElementsAre("a\n", "b\r\n", "\n", "c(cut)"));
  EXPECT_THAT(LinesOf("a\rb\r\n\r", true), ElementsAre("a\r", "b\r\n", "\r"));
  EXPECT_THAT(LinesOf("a\rb\n", false), ElementsAre("a\rb\n"));
  EXPECT_THAT(LinesOf("", true), IsEmpty());
}

TEST(LineReaderTest, ALineOfAPipeIsThereAsSoonAsItIsWritten) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  // Open for both, so that neither end waits for the other, and the pipe never ends.
  std::fstream out(path, std::ios::in | std::ios::out | std::ios::binary);
  std::ifstream in(path, std::ios::binary);
  out << "a\n" << std::flush;
  LineReader reader(in, false);
  Line line;
  ASSERT_TRUE(reader.Next(line));
  EXPECT_EQ(line.text, "a\n");
}

TEST(LineReaderTest, AStreamThatDoesNotKnowWhatIsThereIsReadAllTheSame) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  // As standard input is while it is in step with C's.
  std::FILE* const file = fdopen(ends[0], "rb");
  __gnu_cxx::stdio_sync_filebuf<char> buffer(file);
  std::istream in(&buffer);
  LineReader reader(in, true);
  Line line;
  for (const std::string text : {"a\n", "b\r\n", "\n", "longer\n"}) {
    // The pipe stays open: the line is there as soon as it is written.
    ASSERT_EQ(write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ASSERT_TRUE(reader.Next(line));
    EXPECT_EQ(line.text, text);
  }
  ASSERT_EQ(write(ends[1], "cut", 3), 3);
  close(ends[1]);
  ASSERT_TRUE(reader.Next(line));
  EXPECT_EQ(line.text, "cut");
  EXPECT_FALSE(line.has_end);
  EXPECT_FALSE(reader.Next(line));
  EXPECT_FALSE(reader.failed());
  std::fclose(file);
}

TEST(LineReaderTest, ALineEndMayLieWhereTheBufferEnds) {
  for (const std::size_t length : {65534u, 65535u, 65536u, 65537u}) {
    const std::string start(length, 'x');
    EXPECT_THAT(LinesOf(start + "\r\ny\n", true), ElementsAre(start + "\r\n", "y\n"));
  }
}

TEST(LineReaderTest, ALineThatIsTooLongIsReadToItsEnd) {
  std::istringstream in(std::string(kLineBytesMax + 70'000, 'x') + "\ny\n");
  LineReader reader(in, true);
  Line line;
  ASSERT_TRUE(reader.Next(line));
  EXPECT_TRUE(line.is_too_long);
  EXPECT_EQ(line.text, "");
  ASSERT_TRUE(reader.Next(line));
  EXPECT_FALSE(line.is_too_long);
  EXPECT_EQ(line.text, "y\n");
  EXPECT_FALSE(reader.Next(line));
}

}  // namespace
}  // namespace serieslink::cli
