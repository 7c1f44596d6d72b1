#include "services/cli/rejects_file.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <sstream>

#include "services/cli/mapping.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::cli {
namespace {

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

const std::vector<RejectProblem> kProblem = {
    {.field = "force.occurred", .reason = "DATE_IN_FUTURE", .description = "lies \"after\" it"}};

TEST(RejectsFileTest, LinesOfJsonGoAsTheyWereWithTheirProblemsBeside) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/refused.jsonl";
  for (const bool appends : {false, true}) {
    const auto file = RejectsFile::Open(path, appends).value();
    file->Add("a.jsonl", 7, "{\"record_id\":\"1\"}", kProblem);
    file->Add("a.jsonl", 9, "{oops", {{.field = "", .reason = "", .description = "no JSON"}});
    ASSERT_TRUE(file->Close().ok());
  }
  const std::string once = "{\"record_id\":\"1\"}\n{oops\n";
  EXPECT_EQ(Read(path), once + once);
  std::istringstream problems(Read(path + ".problems"));
  std::string line;
  for (const int expected : {1, 2, 3, 4}) {
    ASSERT_TRUE(std::getline(problems, line));
    google::protobuf::Struct problem;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &problem).ok()) << line;
    EXPECT_EQ(problem.fields().at("line").number_value(), expected);
    EXPECT_EQ(problem.fields().at("from").string_value(),
              expected % 2 == 1 ? "a.jsonl:7" : "a.jsonl:9");
    EXPECT_EQ(problem.fields().at("problems").list_value().values_size(), 1);
  }
}

TEST(RejectsFileTest, RowsGoWithTwoColumnsMoreAndCanBePushedAgain) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/refused.csv";
  const auto file = RejectsFile::Open(path, false).value();
  file->Header("a.csv", "id;when", ';');
  file->Header("b.csv", "id;when;more", ';');
  file->Add("b.csv", 2, "3;;x", kProblem);
  file->Add("a.csv", 3, "1;\"a;b\"", kProblem);
  ASSERT_TRUE(file->Close().ok());
  EXPECT_EQ(Read(path),
            "id;when;serieslink_line;serieslink_problems\n"
            "1;\"a;b\";a.csv:3;\"force.occurred: DATE_IN_FUTURE: lies \"\"after\"\" it\"\n");
  EXPECT_EQ(Read(path + ".2").substr(0, 13), "id;when;more;");

  const auto mapping = Mapping::Parse(
      "feed = \"force\"\nseparator = \";\"\n[[field]]\npath = \"record_id\"\ncolumn = \"id\"\n"
      "[[field]]\npath = \"occurred\"\ncolumn = \"when\"\n",
      MessageOfFeed);
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  std::vector<InputRecord> records;
  RecordSink sink;
  sink.keep_text = true;
  sink.on_record = [&](InputRecord&& record) {
    records.push_back(std::move(record));
    return absl::OkStatus();
  };
  sink.on_unreadable = [](UnreadableLine&& line) { ADD_FAILURE() << line.problem; };
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(ReadCsvRecords(in, *mapping, sink).ok());
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].message.force().occurred(), "a;b");
  EXPECT_EQ(records[0].text, "1;\"a;b\"") << "without the columns of the rejects file";
}

TEST(RejectsFileTest, AFileThatCannotBeWrittenIsAnError) {
  const TemporaryDirectory directory;
  const auto file = RejectsFile::Open(directory.path() + "/none/refused", false);
  EXPECT_NE(std::string(file.status().message()).find("check the folder"), std::string::npos);
}

}  // namespace
}  // namespace serieslink::cli
