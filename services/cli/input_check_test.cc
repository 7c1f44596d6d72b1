#include "services/cli/input_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/cli/feed_reader.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class InputCheckTest : public testing::Test {
 protected:
  InputCheckTest() {
    std::string pattern = absl::StrCat(testing::TempDir(), "input_check.XXXXXX");
    folder_ = mkdtemp(pattern.data());
  }
  ~InputCheckTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(absl::StrCat(folder_, "/", name), std::ios::binary) << text;
    return absl::StrCat(folder_, "/", name);
  }

  static Mapping IdMapping() {
    return Mapping::Parse("feed = 'force'\n[[field]]\npath = 'record_id'\ncolumn = 'id'\n",
                          MessageOfFeed)
        .value();
  }

  static std::string Problems(const std::vector<std::string>& files,
                              const std::string& rejects_file = "") {
    const Mapping mapping = IdMapping();
    const absl::Status status = CheckInputFiles(files, rejects_file, &mapping);
    EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << status;
    return std::string(status.message());
  }

  std::string folder_;
};

TEST_F(InputCheckTest, TellsEverythingThatIsWrongWithAnyFileAtOnce) {
  const std::string good = Write("good.csv", "id,x\n1,2\n");
  const std::string renamed = Write("renamed.csv", "Id,x\n1,2\n");
  const std::string separated = Write("separated.csv", "id;x\n1;2\n");
  const std::string twice = Write("twice.csv", "id,id\n1,2\n");
  const std::string empty = Write("empty.csv", "");
  const std::string wide = Write("wide.csv", std::string("\xFF\xFEi\0d\0\n\0", 8));
  const std::string absent = absl::StrCat(folder_, "/absent.csv");
  const std::string text =
      Problems({good, renamed, separated, twice, empty, wide, absent, folder_});
  EXPECT_THAT(text, HasSubstr("7 files cannot be pushed, so nothing was sent"));
  EXPECT_THAT(text, Not(HasSubstr("good.csv")));
  for (const auto& [file, problem] : {std::pair{renamed, "did you mean 'Id'?"},
                                      {separated, "separator = \";\""},
                                      {twice, "several columns are called 'id'"},
                                      {empty, "the file is empty"},
                                      {wide, "UTF-16"},
                                      {absent, "there is no such file"},
                                      {folder_, "this is a folder"}}) {
    const std::size_t line = text.find(absl::StrCat("\n  ", file, ": "));
    ASSERT_NE(line, std::string::npos) << file;
    EXPECT_THAT(text.substr(line + 1, text.find('\n', line + 1) - line), HasSubstr(problem));
  }
}

TEST_F(InputCheckTest, GoodFilesPassAndWhatCanBeReadOnlyOnceIsNotRead) {
  const std::string pipe = absl::StrCat(folder_, "/pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(
      Problems({Write("good.csv", "id\n1\n"), Write("bom.csv", "\xEF\xBB\xBFid\r\n"), "-", pipe},
               absl::StrCat(folder_, "/rejects")),
      "");
}

TEST_F(InputCheckTest, TheRejectsFileIsNoInput) {
  const std::string file = Write("good.csv", "id\n1\n");
  EXPECT_THAT(Problems({file}, absl::StrCat(folder_, "/../",
                                            std::filesystem::path(folder_).filename().string(),
                                            "/good.csv")),
              HasSubstr("would be emptied"));
}

TEST_F(InputCheckTest, JsonLinesNeedNoHeaderAndCsvNeedsAMapping) {
  EXPECT_TRUE(CheckInputFiles({Write("a.jsonl", "{}\n"), Write("b.jsonl", "")}, "", nullptr).ok());
  const absl::Status status = CheckInputFiles(
      {Write("a.csv", "id\n1\n"), Write("c.jsonl", "\x1F\x8B\x08 compressed")}, "", nullptr);
  EXPECT_THAT(std::string(status.message()), HasSubstr("--mapping FILE"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("zcat"));
}

}  // namespace
}  // namespace serieslink::cli
