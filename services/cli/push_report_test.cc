#include "services/cli/push_report.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/support/temporary_directory.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A batch of one message for each outcome, and its answer.
struct Answer {
  OutgoingBatch batch;
  ingest::v1::BatchResult result;
};

Answer MakeAnswer(const std::vector<ingest::v1::Outcome>& outcomes) {
  Answer answer;
  for (const ingest::v1::Outcome outcome : outcomes) {
    const auto line = static_cast<std::int64_t>(answer.batch.origins.size()) + 1;
    answer.batch.origins.push_back({"guns.csv", 0, line, "A,1"});
    auto& message = *answer.batch.request.mutable_batch()->add_messages();
    message.mutable_force()->set_record_id("N-" + std::to_string(line));
    auto& acknowledgement = *answer.result.add_acknowledgements();
    acknowledgement.set_outcome(outcome);
    acknowledgement.set_revision(outcome == ingest::v1::OUTCOME_REJECTED ? 0 : 40 + line);
    if (outcome != ingest::v1::OUTCOME_REJECTED) continue;
    auto& violation = *acknowledgement.add_violations();
    violation.set_field("force.occurred");
    violation.set_reason(type::v1::ERROR_REASON_DATE_IN_FUTURE);
    violation.set_description("lies after its arrival");
  }
  return answer;
}

TEST(PushReportTest, CountsUnknownCodesByFieldAndSaysThem) {
  std::ostringstream words;
  PushReport report({.words = &words, .bar_columns = 0, .rejects = nullptr}, [] { return 1.0; });
  Answer answer = MakeAnswer({ingest::v1::OUTCOME_CREATED});
  auto& unknown = *answer.result.add_unknown_codes();
  unknown.set_field("force.guns[].serials[].part");
  unknown.set_count(2);
  report.Answered(answer.batch, answer.result);
  report.Answered(answer.batch, answer.result);
  report.End();
  EXPECT_EQ(report.counts().unknown_codes.at("force.guns[].serials[].part"), 4);
  EXPECT_THAT(words.str(), HasSubstr("4 codes in force.guns[].serials[].part unknown"));

  std::ostringstream json;
  WriteSummary(report.counts(), 1, {}, Format::kJson, json);
  EXPECT_THAT(json.str(), HasSubstr("\"unknown_codes\":{\"force.guns[].serials[].part\":4}"));
}

TEST(PushReportTest, AFileThatCannotBeReadToItsEndIsCounted) {
  std::ostringstream words;
  PushReport report({.words = &words, .bar_columns = 0, .rejects = nullptr}, [] { return 1.0; });
  report.Broken("guns.csv", "what follows row 7 was not read");
  EXPECT_EQ(report.counts().broken_files, 1);
  EXPECT_EQ(report.counts().unreadable, 0) << "how many lines it had is not known";
  EXPECT_THAT(words.str(), HasSubstr("guns.csv: what follows row 7"));
  std::ostringstream table;
  WriteSummary(report.counts(), 1, {}, Format::kTable, table);
  EXPECT_THAT(table.str(), HasSubstr("1 file was not read to the end"));
}

TEST(PushReportTest, CountsOutcomes) {
  std::ostringstream words;
  PushReport report({.words = &words, .bar_columns = 0, .rejects = nullptr}, [] { return 1.0; });
  const Answer answer = MakeAnswer({ingest::v1::OUTCOME_CREATED, ingest::v1::OUTCOME_CREATED,
                                    ingest::v1::OUTCOME_SUPERSEDED, ingest::v1::OUTCOME_UNCHANGED,
                                    ingest::v1::OUTCOME_STALE});
  for (int i = 0; i < 5; ++i) report.Read();
  report.Answered(answer.batch, answer.result);
  report.Unreadable("a.jsonl", 0, {.line = 9, .problem = "is no message", .text = ""});
  EXPECT_EQ(report.counts(), (PushCounts{.read = 5,
                                         .created = 2,
                                         .superseded = 1,
                                         .unchanged = 1,
                                         .stale = 1,
                                         .rejected = 0,
                                         .unreadable = 1,
                                         .revision = 45,
                                         .broken_files = 0,
                                         .unknown_codes = {}}));
  EXPECT_EQ(words.str(), "a.jsonl:9: is no message\n");
}

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(PushReportTest, TellsWhyARecordWasRejectedAndKeepsIt) {
  const TemporaryDirectory directory;
  const auto rejects = RejectsFile::Open(directory.path() + "/r", false).value();
  std::ostringstream words;
  PushReport report({.words = &words, .bar_columns = 0, .rejects = rejects.get()},
                    [] { return 1.0; });
  report.Header("guns.csv", "serial,n", ',');
  const Answer answer = MakeAnswer({ingest::v1::OUTCOME_CREATED, ingest::v1::OUTCOME_REJECTED});
  report.Answered(answer.batch, answer.result);
  report.Unreadable("guns.csv", 0, {.line = 3, .problem = "no", .text = "x"});
  EXPECT_THAT(words.str(), HasSubstr("guns.csv:2: force.occurred: DATE_IN_FUTURE: lies after"));
  EXPECT_THAT(Read(directory.path() + "/r"), HasSubstr("A,1,guns.csv:2,force.occurred"))
      << "a client that dies now has said what was refused";
  ASSERT_TRUE(rejects->Close().ok());
  EXPECT_EQ(Read(directory.path() + "/r"),
            "serial,n,serieslink_line,serieslink_problems\n"
            "A,1,guns.csv:2,force.occurred: DATE_IN_FUTURE: lies after its arrival\n"
            "x,guns.csv:3,no\n");
}

TEST(PushReportTest, WhatWasRefusedIsInTheOrderOfTheInput) {
  const TemporaryDirectory directory;
  const auto rejects = RejectsFile::Open(directory.path() + "/r", false).value();
  std::ostringstream words;
  PushReport report({.words = &words, .bar_columns = 0, .rejects = rejects.get()},
                    [] { return 1.0; });
  Answer answer = MakeAnswer({ingest::v1::OUTCOME_REJECTED, ingest::v1::OUTCOME_REJECTED});
  answer.batch.origins[0] = {"a.jsonl", 0, 2, "bad 2"};
  answer.batch.origins[1] = {"b.jsonl", 1, 2, "bad 5"};
  report.Unreadable("a.jsonl", 0, {.line = 1, .problem = "no", .text = "bad 1"});
  report.Read();
  report.Unreadable("a.jsonl", 0, {.line = 3, .problem = "no", .text = "bad 3"});
  report.Unreadable("b.jsonl", 1, {.line = 1, .problem = "no", .text = "bad 4"});
  report.Read();
  report.Unreadable("b.jsonl", 1, {.line = 3, .problem = "no", .text = "bad 6"});
  rejects->Flush();
  EXPECT_EQ(Read(directory.path() + "/r"), "bad 1\n") << "nothing is waited for in vain";
  report.Answered(answer.batch, answer.result);
  EXPECT_EQ(Read(directory.path() + "/r"), "bad 1\nbad 2\nbad 3\nbad 4\nbad 5\n");
  report.End();
  ASSERT_TRUE(rejects->Close().ok());
  EXPECT_EQ(Read(directory.path() + "/r"), "bad 1\nbad 2\nbad 3\nbad 4\nbad 5\nbad 6\n");
}

TEST(PushReportTest, LinesThatWaitAreBoundedInBytes) {
  const TemporaryDirectory directory;
  const auto rejects = RejectsFile::Open(directory.path() + "/r", false).value();
  std::ostringstream words;
  PushReport report({.words = &words, .bar_columns = 0, .rejects = rejects.get()},
                    [] { return 1.0; });
  report.Read();
  constexpr std::size_t kLineBytes = 15 << 20;
  for (int line = 2; line < 7; ++line) {
    report.Unreadable("a.jsonl", 0,
                      {.line = line, .problem = "no", .text = std::string(kLineBytes, 'x')});
  }
  rejects->Flush();
  EXPECT_EQ(Read(directory.path() + "/r").size(), kLineBytes + 1) << "the first alone";
  report.End();
  ASSERT_TRUE(rejects->Close().ok());
}

TEST(PushReportTest, TellsOnlyTheFirst) {
  const TemporaryDirectory directory;
  const auto rejects = RejectsFile::Open(directory.path() + "/r", false).value();
  std::ostringstream words;
  PushReport report({.words = &words, .bar_columns = 0, .rejects = rejects.get()},
                    [] { return 1.0; });
  const Answer answer =
      MakeAnswer(std::vector<ingest::v1::Outcome>(50, ingest::v1::OUTCOME_REJECTED));
  report.Answered(answer.batch, answer.result);
  EXPECT_THAT(words.str(), HasSubstr("guns.csv:20:"));
  EXPECT_THAT(words.str(), Not(HasSubstr("guns.csv:21:")));
  EXPECT_THAT(words.str(), HasSubstr("and more"));
  ASSERT_TRUE(rejects->Close().ok());
  const std::string kept = Read(directory.path() + "/r");
  EXPECT_EQ(std::count(kept.begin(), kept.end(), '\n'), 50);
}

TEST(PushReportTest, ShowsNoProgressWhereThereIsNoTerminal) {
  std::ostringstream words;
  double seconds = 0;
  PushReport report({.words = &words, .bar_columns = 0, .rejects = nullptr},
                    [&] { return seconds; });
  for (int i = 0; i < 250; ++i) {
    seconds = i;
    report.Read();
  }
  report.End();
  EXPECT_EQ(words.str(), "");
}

TEST(PushReportTest, ShowsProgressFiveTimesASecond) {
  std::ostringstream words;
  double seconds = 0;
  PushReport report({.words = &words, .bar_columns = 80, .rejects = nullptr},
                    [&] { return seconds; });
  for (int i = 0; i < 1000; ++i) {
    seconds = i / 1000.0;
    report.Read();
  }
  const std::string shown = words.str();
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\r'), 5);
  report.End();
  EXPECT_EQ(words.str(), shown + "\r\x1B[K");
}

TEST(PushReportTest, WritesProgressInWordsAndAsABar) {
  PushProgress progress;
  progress.counts.read = 12345;
  progress.counts.created = 12000;
  progress.counts.rejected = 3;
  progress.seconds = 2;
  const std::string words = "12,345 read · 12,003 acknowledged · 3 rejected · 6,002/s";
  EXPECT_EQ(ProgressText(progress), words);
  EXPECT_EQ(ProgressBar(progress, 80), words) << "where the end is not known there is no bar";
  progress.done = 0.25;
  EXPECT_EQ(ProgressText(progress), words + " · 25% · 0:06 left");
  EXPECT_EQ(ProgressBar(progress, 110),
            "[######..................] " + words + " · 25% · 0:06 left");
  progress.seconds = 3600;
  EXPECT_THAT(ProgressText(progress), HasSubstr(" · 3:00:00 left"));
  EXPECT_EQ(ProgressBar(progress, 40), "12,003 acknowledged") << "a line never wraps";
}

TEST(PushReportTest, WritesSummaries) {
  PushCounts counts;
  counts.created = 1500;
  counts.unchanged = 2;
  counts.unreadable = 1;
  counts.revision = 7;
  std::ostringstream table;
  WriteSummary(counts, 1.5, {.push_id = "PU-1"}, Format::kTable, table);
  EXPECT_THAT(table.str(), HasSubstr("serieslink push undo PU-1\n"));
  std::ostringstream dry;
  WriteSummary(counts, 1.5, {.push_id = "", .is_dry_run = true}, Format::kTable, dry);
  EXPECT_THAT(dry.str(), HasSubstr("nothing was written"));
  EXPECT_THAT(dry.str(), Not(HasSubstr("undo")));
  EXPECT_THAT(table.str(), HasSubstr("created     1,500\n"));
  EXPECT_THAT(table.str(),
              HasSubstr("1,502 records acknowledged in 1.5 s (1,001/s), known from revision 7"));
  std::ostringstream json;
  WriteSummary(counts, 1.5, {.push_id = "PU-1"}, Format::kJson, json);
  google::protobuf::Struct parsed;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json.str(), &parsed).ok());
  EXPECT_EQ(parsed.fields().at("created").number_value(), 1500);
  EXPECT_EQ(parsed.fields().at("acknowledged").number_value(), 1502);
  EXPECT_EQ(parsed.fields().at("push").string_value(), "PU-1");
  std::ostringstream csv;
  WriteSummary(counts, 1.5, {}, Format::kCsv, csv);
  EXPECT_THAT(csv.str(), HasSubstr("created,1500\r\n"));
  PushCounts refused;
  refused.rejected = 12;
  std::ostringstream none;
  WriteSummary(refused, 1, {}, Format::kTable, none);
  EXPECT_THAT(none.str(), HasSubstr("0 records acknowledged, 12 rejected, in 1.0 s (12/s)\n"));
}

}  // namespace
}  // namespace serieslink::cli
