// Goal: a series says how it came to be, because of what, and on which records its findings rest.
// Method: records go through preparing, committing and deriving on an in-memory store; the series
// service answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/rpc/page_token.h"
#include "services/series/series_service.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// An incident of one gun, by kent.
SentMessage Incident(const std::string& id, int version, const std::string& serial,
                     bool is_open = true) {
  SentMessage made;
  made.agency = "kent";
  auto& record = *made.message.mutable_force();
  record.set_system("S");
  record.set_record_id(id);
  record.set_version(static_cast<std::uint64_t>(version));
  record.set_record_type("INCIDENT");
  record.add_crime_references(absl::StrCat(id, "/17"));
  if (is_open) record.mutable_marking()->set_visibility("OPEN");
  auto& gun = *record.add_guns();
  gun.set_make("Glock");
  if (!serial.empty()) gun.add_serials()->set_text(serial);
  return made;
}

// A laboratory's comparison of two of kent's guns.
SentMessage Comparison(const std::string& id, const std::string& first, const std::string& second,
                       const std::string& verdict = "CONFIRMED", int version = 1) {
  SentMessage made;
  made.agency = "nabis";
  auto& entry = *made.message.mutable_nabis();
  entry.set_entry_id(id);
  entry.set_version(static_cast<std::uint64_t>(version));
  entry.mutable_marking()->set_visibility("OPEN");
  auto& comparison = *entry.mutable_comparison();
  for (const auto& [side, source] :
       {std::pair(comparison.mutable_first(), first), {comparison.mutable_second(), second}}) {
    side->set_agency("kent");
    side->set_source_system("S");
    side->set_source_id(source);
  }
  comparison.set_channel("CASE");
  comparison.set_verdict(verdict);
  comparison.set_stage("MICROSCOPE");
  comparison.set_examined(absl::StrCat("2020-01-0", version));
  return made;
}

class SeriesHistoryTest : public testing::Test {
 protected:
  // Pushes in one commit, and remembers the ids by source ids.
  void Push(const std::vector<SentMessage>& messages) {
    const auto answers = pipeline_.Push(messages);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      ASSERT_NE(answers.at(i).outcome(), ingest::v1::OUTCOME_REJECTED);
      const auto& message = messages[i].message;
      const std::string id =
          message.has_nabis() ? message.nabis().entry_id() : message.force().record_id();
      records_[id] = answers.at(i).record_id();
      names_[answers.at(i).record_id()] = id;
    }
  }
  void Withdraw(const std::string& id, const std::string& agency = "kent") {
    pipeline_.Withdraw(agency, records_.at(id));
  }

  series::v1::Series Get(const std::string& id, const std::string& agency = "anyone") {
    const series::SeriesService service(pipeline_.source(), &tokens_, "test",
                                        &DerivationPipeline::Now);
    series::v1::GetSeriesRequest request;
    request.set_series_id(records_.at(id));
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    series::v1::GetSeriesResponse response;
    const absl::Status status =
        service.Get(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    return response.series();
  }

  // "CHANGE exhibits/incidents by causes[, guard][ with n]".
  std::vector<std::string> History(const std::string& id, const std::string& agency = "anyone") {
    std::vector<std::string> told;
    const series::v1::Series series = Get(id, agency);
    for (const series::v1::HistoryEntry& entry : series.history()) {
      std::vector<std::string> causes;
      for (const std::string& cause : entry.causes()) causes.push_back(names_.at(cause));
      if (entry.by_guard()) causes.emplace_back("guard");
      told.push_back(absl::StrCat(series::v1::Change_Name(entry.change()).substr(sizeof("CHANGE")),
                                  " ", entry.exhibit_count(), "/", entry.incident_count(), " by ",
                                  absl::StrJoin(causes, ", ")));
      if (!entry.other_weapons().empty()) {
        absl::StrAppend(&told.back(), " with ", entry.other_weapons_size());
      }
      EXPECT_GT(entry.revision(), 0);
      EXPECT_TRUE(entry.has_time());
    }
    return told;
  }

  // "verdict basis: record version, ..." of every finding.
  std::vector<std::string> Findings(const std::string& id, const std::string& agency = "anyone") {
    std::vector<std::string> told;
    const series::v1::Series series = Get(id, agency);
    for (const linkage::v1::Finding& finding : series.findings()) {
      const auto source = [&](std::string* out, const linkage::v1::FindingSource& one) {
        absl::StrAppend(out, names_.at(one.record_id()), " v", one.source_version());
        EXPECT_GT(one.from_revision(), 0);
      };
      told.push_back(
          absl::StrCat(record::v1::Verdict_Name(finding.verdict()).substr(sizeof("VERDICT")), " ",
                       record::v1::Basis_Name(finding.basis()).substr(sizeof("BASIS")),
                       finding.is_untrusted() ? " untrusted" : "", ": ",
                       absl::StrJoin(finding.sources(), ", ", source)));
    }
    std::sort(told.begin(), told.end());
    return told;
  }

  DerivationPipeline pipeline_;
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{}};
  std::map<std::string, std::string> records_;  // "RC-…" by source id
  std::map<std::string, std::string> names_;    // the reverse
};

TEST_F(SeriesHistoryTest, ASeriesFormsGrowsDissolvesAndFormsAgain) {
  Push({Incident("A", 1, "AB123456")});
  Push({Incident("B", 1, "AB123456"), Incident("X", 1, "ZZ583214")});
  Push({Incident("C", 1, "AB123456")});
  Withdraw("C");
  Withdraw("A");
  Push({Incident("A", 2, "AB123456")});
  EXPECT_THAT(History("A"), ElementsAre("FORMED 2/2 by B", "GREW 3/3 by C", "SHRANK 2/2 by C",
                                        "DISSOLVED 1/1 by A", "FORMED 2/2 by A"));
  EXPECT_EQ(History("B"), History("A"));
  Withdraw("A");
  EXPECT_THAT(History("B"),
              ElementsAre("FORMED 2/2 by B", "GREW 3/3 by C", "SHRANK 2/2 by C",
                          "DISSOLVED 1/1 by A", "FORMED 2/2 by A", "DISSOLVED 1/1 by A"));
}

TEST_F(SeriesHistoryTest, MergesAndSplitsAreCausedByTheComparisonThatMadeThem) {
  Push({Incident("A", 1, "AB123456"), Incident("B", 1, "AB123456")});
  Push({Incident("C", 1, "CD123456"), Incident("D", 1, "CD123456"), Incident("X", 1, "ZZ583214"),
        Incident("Y", 1, "ZZ583214")});
  Push({Comparison("CMP", "A", "C"), Incident("Y", 2, "ZZ583215")});
  Withdraw("CMP", "nabis");
  EXPECT_THAT(History("A"), ElementsAre("FORMED 2/2 by A, B", "MERGED 4/4 by CMP with 1",
                                        "SPLIT 2/2 by CMP with 1"));
  EXPECT_THAT(History("C"), ElementsAre("FORMED 2/2 by C, D", "MERGED 4/4 by CMP with 1",
                                        "SPLIT 2/2 by CMP with 1"));
  EXPECT_THAT(History("X"), ElementsAre("FORMED 2/2 by X, Y", "DISSOLVED 1/1 by Y with 1"));
}

TEST_F(SeriesHistoryTest, ReportsThatTurnOutToTellOfOneIncidentDissolveIt) {
  Push({Incident("A", 1, "AB123456"), Incident("B", 1, "AB123456")});
  SentMessage same = Incident("B", 2, "AB123456");
  same.message.mutable_force()->add_crime_references("A/17");
  Push({same});
  EXPECT_THAT(History("A"), ElementsAre("FORMED 2/2 by A, B", "DISSOLVED 2/1 by B"));
}

TEST_F(SeriesHistoryTest, TheGuardIsNamedWhereItIsTheCause) {
  Push({Incident("A", 1, "AB123456"), Incident("B", 1, "AB123456")});
  std::vector<SentMessage> hidden;
  const int more = static_cast<int>(linkage::RuleSet::Serving().guard) - 1;
  for (int i = 0; i < more; ++i) {
    hidden.push_back(Incident(absl::StrCat("H", i), 1, "AB123456", /*is_open=*/false));
  }
  Push(hidden);
  Withdraw("H0");
  EXPECT_THAT(History("A"), ElementsAre("FORMED 2/2 by A, B", "DISSOLVED 1/1 by guard with 1",
                                        "FORMED 2/2 by guard"));
  // Where the records say enough, the guard is not blamed.
  Push({Incident("B", 2, "QX765432")});
  EXPECT_THAT(History("A").back(), "DISSOLVED 1/1 by B with 1");
}

TEST_F(SeriesHistoryTest, ASeriesKeepsItsHistoryWhenAnEarlierGunGivesItItsName) {
  Push({Incident("A", 1, "")});
  Push({Incident("B", 1, "AB123456"), Incident("C", 1, "AB123456")});
  Push({Comparison("CMP", "A", "B")});
  EXPECT_THAT(History("A"), ElementsAre("FORMED 2/2 by B, C", "GREW 3/3 by CMP"));
}

TEST_F(SeriesHistoryTest, FindingsNameTheVersionsOfRecordsThatTheyRestOn) {
  Push({Incident("A", 3, "AB123456"), Incident("B", 1, "AB123456")});
  Push({Comparison("CMP", "A", "B")});
  EXPECT_THAT(Findings("A"),
              ElementsAre("CONFIRMED EXAMINER: CMP v1", "CONFIRMED RULE: A v3, B v1"));
  Push({Incident("B", 7, "AB123456"), Comparison("CMP", "A", "B", "CONFIRMED", 2)});
  EXPECT_THAT(Findings("A"),
              ElementsAre("CONFIRMED EXAMINER: CMP v2", "CONFIRMED RULE: A v3, B v7"));
  // A record that the caller may not see is not named; what it says stands.
  SentMessage hidden = Comparison("CMP", "A", "B", "CONFIRMED", 3);
  hidden.message.mutable_nabis()->clear_marking();
  Push({hidden});
  EXPECT_THAT(Findings("A"), ElementsAre("CONFIRMED EXAMINER: ", "CONFIRMED RULE: A v3, B v7"));
  EXPECT_THAT(Findings("A", "nabis"),
              ElementsAre("CONFIRMED EXAMINER: CMP v3", "CONFIRMED RULE: A v3, B v7"));
}

TEST_F(SeriesHistoryTest, WhatPolicyDoesNotTrustIsShownAndJoinsNothing) {
  Push({Incident("A", 1, "AB123456"), Incident("B", 1, "AB123456"), Incident("C", 1, "")});
  Push({Comparison("CMP", "A", "B", "ELIMINATED"), Comparison("JOIN", "B", "C")});
  EXPECT_EQ(Get("B").exhibit_count(), 3) << "an elimination of cases leaves serials alone";
  linkage::ConfirmationPolicy policy;
  policy.examiner_agencies = {"rolab"};
  pipeline_.Restart(policy);
  EXPECT_EQ(Get("B").exhibit_count(), 2);
  EXPECT_THAT(Findings("A"),
              ElementsAre("CONFIRMED RULE: A v1, B v1", "INCONCLUSIVE EXAMINER untrusted: CMP v1"));
  policy.rules_confirm = false;
  pipeline_.Restart(policy);
  EXPECT_EQ(Get("A").exhibit_count(), 1);
  EXPECT_THAT(History("A"), IsEmpty()) << "today's policy holds at every revision";
}

}  // namespace
}  // namespace serieslink
