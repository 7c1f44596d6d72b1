#include "services/cli/push_report.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <sstream>

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
    answer.batch.origins.push_back({"guns.csv", line, R"({"serial":"\"A\""})"});
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

TEST(PushReportTest, CountsOutcomes) {
  std::ostringstream words;
  PushReport report({.words = &words, .shows_progress = false, .rejects = nullptr},
                    [] { return 1.0; });
  const Answer answer = MakeAnswer({ingest::v1::OUTCOME_CREATED, ingest::v1::OUTCOME_CREATED,
                                    ingest::v1::OUTCOME_SUPERSEDED, ingest::v1::OUTCOME_UNCHANGED,
                                    ingest::v1::OUTCOME_STALE});
  for (int i = 0; i < 5; ++i) report.Read();
  report.Answered(answer.batch, answer.result);
  report.Unreadable("a.jsonl", {.line = 9, .problem = "is no message", .text = ""});
  EXPECT_EQ(report.counts(), (PushCounts{.read = 5,
                                         .created = 2,
                                         .superseded = 1,
                                         .unchanged = 1,
                                         .stale = 1,
                                         .rejected = 0,
                                         .unreadable = 1,
                                         .revision = 45}));
  EXPECT_EQ(words.str(), "a.jsonl:9: is no message\n");
}

TEST(PushReportTest, TellsWhyARecordWasRejectedAndKeepsIt) {
  std::ostringstream words;
  std::ostringstream rejects;
  PushReport report({.words = &words, .shows_progress = false, .rejects = &rejects},
                    [] { return 1.0; });
  const Answer answer = MakeAnswer({ingest::v1::OUTCOME_CREATED, ingest::v1::OUTCOME_REJECTED});
  report.Answered(answer.batch, answer.result);
  report.Unreadable("b.jsonl", {.line = 3, .problem = "no", .text = "{\"a\":\xFF\n"});
  EXPECT_THAT(words.str(), HasSubstr("guns.csv:2: force.occurred: DATE_IN_FUTURE: lies after"));
  std::istringstream lines(rejects.str());
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  google::protobuf::Struct reject;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &reject).ok()) << line;
  EXPECT_EQ(reject.fields().at("line").number_value(), 2);
  EXPECT_EQ(reject.fields().at("row").struct_value().fields().at("serial").string_value(), "\"A\"");
  EXPECT_EQ(reject.fields().at("message").struct_value().fields().at("record_id").string_value(),
            "N-2");
  EXPECT_EQ(reject.fields().at("violations").list_value().values_size(), 1);
  ASSERT_TRUE(std::getline(lines, line));
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &reject).ok()) << line;
  EXPECT_EQ(reject.fields().at("text").string_value(), "{\"a\":\xEF\xBF\xBD\n");
}

TEST(PushReportTest, TellsOnlyTheFirst) {
  std::ostringstream words;
  std::ostringstream rejects;
  PushReport report({.words = &words, .shows_progress = false, .rejects = &rejects},
                    [] { return 1.0; });
  const Answer answer =
      MakeAnswer(std::vector<ingest::v1::Outcome>(50, ingest::v1::OUTCOME_REJECTED));
  report.Answered(answer.batch, answer.result);
  EXPECT_THAT(words.str(), HasSubstr("guns.csv:20:"));
  EXPECT_THAT(words.str(), Not(HasSubstr("guns.csv:21:")));
  EXPECT_THAT(words.str(), HasSubstr("and more"));
  const std::string kept = rejects.str();
  EXPECT_EQ(std::count(kept.begin(), kept.end(), '\n'), 50);
}

TEST(PushReportTest, ShowsProgressFiveTimesASecond) {
  std::ostringstream words;
  double seconds = 0;
  PushReport report({.words = &words, .shows_progress = true, .rejects = nullptr},
                    [&] { return seconds; });
  for (int i = 0; i < 1000; ++i) {
    seconds = i / 1000.0;
    report.Read();
  }
  const std::string shown = words.str();
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\r'), 5);
  report.EndProgress();
  EXPECT_EQ(words.str(), shown + "\r\x1B[K");
}

TEST(PushReportTest, WritesProgressInWords) {
  PushCounts counts;
  counts.read = 12345;
  counts.created = 12000;
  counts.rejected = 3;
  EXPECT_EQ(ProgressText(counts, 2), "12,345 read · 12,003 acknowledged · 3 rejected · 6,002/s");
}

TEST(PushReportTest, WritesSummaries) {
  PushCounts counts;
  counts.created = 1500;
  counts.unchanged = 2;
  counts.unreadable = 1;
  counts.revision = 7;
  std::ostringstream table;
  WriteSummary(counts, 1.5, Format::kTable, table);
  EXPECT_THAT(table.str(), HasSubstr("created     1,500\n"));
  EXPECT_THAT(table.str(),
              HasSubstr("1,502 records acknowledged in 1.5 s (1,001/s), known from revision 7"));
  std::ostringstream json;
  WriteSummary(counts, 1.5, Format::kJson, json);
  google::protobuf::Struct parsed;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json.str(), &parsed).ok());
  EXPECT_EQ(parsed.fields().at("created").number_value(), 1500);
  EXPECT_EQ(parsed.fields().at("acknowledged").number_value(), 1502);
  std::ostringstream csv;
  WriteSummary(counts, 1.5, Format::kCsv, csv);
  EXPECT_THAT(csv.str(), HasSubstr("created,1500\r\n"));
}

}  // namespace
}  // namespace serieslink::cli
