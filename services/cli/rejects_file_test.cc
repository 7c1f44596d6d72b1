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

TEST(RejectsFileTest, WhatIsThereIsKeptUnderAnotherName) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/refused.jsonl";
  std::ofstream(path) << "mended\n";
  std::ofstream(path + ".problems") << "old\n";
  const auto first = RejectsFile::Open(path, false).value();
  EXPECT_EQ(first->kept_as(), path + ".kept-1");
  EXPECT_EQ(Read(path + ".kept-1"), "mended\n");
  EXPECT_EQ(Read(path + ".kept-1.problems"), "old\n");
  EXPECT_EQ(Read(path + ".problems"), "") << "after a push without problems there are none";
  first->Add("a.jsonl", 1, "{}", kProblem);
  ASSERT_TRUE(first->Close().ok());
  const auto second = RejectsFile::Open(path, false).value();
  EXPECT_EQ(second->kept_as(), path + ".kept-2");
  ASSERT_TRUE(second->Close().ok());
  EXPECT_EQ(RejectsFile::Open(path, false).value()->kept_as(), "") << "there is nothing to keep";
}

TEST(RejectsFileTest, AResumedPushDoesNotTellTwice) {
  const TemporaryDirectory directory;
  const auto up_to_7 = [](const std::string&, std::int64_t line) { return line <= 7; };
  const std::string lines = directory.path() + "/refused.jsonl";
  const std::string rows = directory.path() + "/refused.csv";
  {
    const auto of_lines = RejectsFile::Open(lines, false).value();
    const auto of_rows = RejectsFile::Open(rows, false).value();
    of_rows->Header("a.csv", "id;when", ';');
    for (const std::int64_t line : {9, 3, 7, 8}) {
      of_lines->Add("a.jsonl", line, "{\"n\":" + std::to_string(line) + "}", kProblem);
      of_rows->Add("a.csv", line, std::to_string(line) + ";\"x;\ny\"", kProblem);
    }
    ASSERT_TRUE(of_lines->Close().ok());
    ASSERT_TRUE(of_rows->Close().ok());
  }
  ASSERT_TRUE(RejectsFile::Keep(lines, '\0', up_to_7).ok());
  EXPECT_EQ(Read(lines), "{\"n\":3}\n{\"n\":7}\n");
  EXPECT_EQ(Read(lines + ".problems").find("{\"line\":1,\"from\":\"a.jsonl:3\","), 0u);
  ASSERT_TRUE(RejectsFile::Keep(rows, ';', up_to_7).ok());
  const std::string kept = Read(rows);
  EXPECT_EQ(kept.substr(0, 23), "id;when;serieslink_line");
  EXPECT_NE(kept.find("3;\"x;\ny\";a.csv:3;"), std::string::npos) << kept;
  EXPECT_NE(kept.find(";a.csv:7;"), std::string::npos) << kept;
  EXPECT_EQ(kept.find("a.csv:8"), std::string::npos) << kept;
  EXPECT_EQ(kept.find("a.csv:9"), std::string::npos) << kept;
  // There is nothing yet.
  EXPECT_TRUE(RejectsFile::Keep(directory.path() + "/none", ';', up_to_7).ok());
}

TEST(RejectsFileTest, AFileThatCannotBeWrittenIsAnError) {
  const TemporaryDirectory directory;
  const auto file = RejectsFile::Open(directory.path() + "/none/refused", false);
  EXPECT_NE(std::string(file.status().message()).find("check the folder"), std::string::npos);
}

}  // namespace
}  // namespace serieslink::cli
