// A record that says that its item is one of another record tells of that record's event: in every
// order of arrival, and for as long as both stand.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/rpc/page_token.h"
#include "services/series/series_service.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// A crime with one group of cases, "C1".
SentMessage Crime(const std::string& id, const std::string& day) {
  SentMessage sent;
  sent.agency = "kent";
  feed::v1::ForceRecord& record = *sent.message.mutable_force();
  record.set_system("S");
  record.set_record_id(id);
  record.set_version(1);
  record.set_record_type("INCIDENT");
  record.set_occurred(day);
  record.mutable_marking()->set_visibility("OPEN");
  feed::v1::ItemEntry& item = *record.add_items();
  item.set_reference("C1");
  item.set_kind("CASE_GROUP");
  return sent;
}

// The laboratory's account of the cases of crime `of`; `day` can be empty.
SentMessage CasesOf(const std::string& of, const std::string& id, const std::string& day) {
  SentMessage sent;
  sent.agency = "nabis";
  feed::v1::NabisEntry& entry = *sent.message.mutable_nabis();
  entry.set_entry_id(id);
  entry.set_version(1);
  entry.mutable_marking()->set_visibility("OPEN");
  feed::v1::NabisExhibit& exhibit = *entry.mutable_exhibit();
  exhibit.set_exhibit_type("CASE_GROUP");
  exhibit.set_found_at("INCIDENT");
  if (!day.empty()) exhibit.set_occurred(day);
  type::v1::SourceReference& same = *exhibit.add_same_items();
  same.set_agency("kent");
  same.set_source_system("S");
  same.set_source_id(of);
  same.set_exhibit_reference("C1");
  return sent;
}

DerivationPipeline::Weapons Linked(DerivationPipeline& pipeline) {
  DerivationPipeline::Weapons linked;
  for (const auto& [members, incidents] : pipeline.ViewedWeapons()) {
    if (members.size() >= 2) linked[members] = incidents;
  }
  EXPECT_EQ(pipeline.MaterialisedWeapons(pipeline.revision()), linked);
  return linked;
}

TEST(SameItemsTest, OneShootingToldByPoliceAndLaboratoryIsOneIncidentInEveryOrder) {
  for (const char* day : {"2017-03-01", ""}) {
    std::vector<SentMessage> messages = {Crime("1", "2017-03-01"), CasesOf("1", "N1", day),
                                         CasesOf("1", "N2", day)};
    std::vector<int> order = {0, 1, 2};
    do {
      DerivationPipeline pipeline;
      for (const int i : order) pipeline.Push({messages[static_cast<std::size_t>(i)]});
      EXPECT_THAT(Linked(pipeline),
                  UnorderedElementsAre(Pair(UnorderedElementsAre("1#C1", "N1#", "N2#"), 1u)));
      pipeline.Restart();
      // What arrives after a restart finds what was there before it.
      pipeline.Push({CasesOf("1", "N3", day)});
      EXPECT_THAT(Linked(pipeline), UnorderedElementsAre(Pair(
                                        UnorderedElementsAre("1#C1", "N1#", "N2#", "N3#"), 1u)));
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

// The laboratory's account of cases of which it has another account, `of`.
SentMessage CasesAgain(const std::string& of, const std::string& id, int version = 1) {
  SentMessage sent = CasesOf("", id, "");
  feed::v1::NabisEntry& entry = *sent.message.mutable_nabis();
  entry.set_version(static_cast<std::uint64_t>(version));
  type::v1::SourceReference& same = *entry.mutable_exhibit()->mutable_same_items(0);
  same.Clear();
  same.set_source_id(of);
  return sent;
}

TEST(SameItemsTest, WhatSeveralRecordsNameIsOneItemInEveryOrderAndAsLongAsItsRecordStands) {
  // N1 says that its cases are the police's; N2 and N3 say that theirs are N1's.
  const std::vector<SentMessage> messages = {Crime("1", "2017-03-01"), CasesOf("1", "N1", ""),
                                             CasesAgain("N1", "N2"), CasesAgain("N1", "N3")};
  const auto whole =
      UnorderedElementsAre(Pair(UnorderedElementsAre("1#C1", "N1#", "N2#", "N3#"), 1u));
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    DerivationPipeline pipeline;
    std::string named;  // the record that two name and that names one
    for (const std::size_t i : order) {
      const auto answers = pipeline.Push({messages[i]});
      if (i == 1) named = answers.at(0).record_id();
    }
    EXPECT_THAT(Linked(pipeline), whole);
    pipeline.Withdraw("nabis", named);
    EXPECT_THAT(Linked(pipeline), ::testing::IsEmpty()) << "what joined them is gone";
    SentMessage again = CasesOf("1", "N1", "");
    again.message.mutable_nabis()->set_version(2);
    pipeline.Push({again});
    EXPECT_THAT(Linked(pipeline), whole);
  } while (std::next_permutation(order.begin(), order.end()) && !::testing::Test::HasFailure());
}

// An examiner says that the cases of two accounts are of one gun.
SentMessage Confirmed(const std::string& id, const std::string& first, const std::string& second) {
  SentMessage sent;
  sent.agency = "nabis";
  feed::v1::NabisEntry& entry = *sent.message.mutable_nabis();
  entry.set_entry_id(id);
  entry.set_version(1);
  entry.mutable_marking()->set_visibility("OPEN");
  feed::v1::NabisComparison& comparison = *entry.mutable_comparison();
  comparison.mutable_first()->set_source_id(first);
  comparison.mutable_second()->set_source_id(second);
  comparison.set_channel("CASE");
  comparison.set_verdict("CONFIRMED");
  comparison.set_stage("VERIFIED");
  comparison.set_examined("2017-06-01");
  return sent;
}

TEST(SameItemsTest, WhoMayNotSeeTheRecordThatIsNamedLearnsNothingOfIt) {
  // Twice the same, but that the second time there is another hidden record in the place of the one
  // that two records name.
  const rpc::PageTokenSealer tokens{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{}};
  std::vector<std::string> answers;
  for (const bool is_there : {true, false}) {
    DerivationPipeline pipeline;
    SentMessage hidden = Crime(is_there ? "1" : "9", "2017-03-01");
    hidden.message.mutable_force()->mutable_marking()->set_visibility("OWNER");
    pipeline.Push({hidden});
    const auto answered = pipeline.Push(
        {CasesOf("1", "N1", ""), CasesOf("1", "N2", ""), Confirmed("M1", "N1", "N2")});
    pipeline.TakeCut();  // everything is derived
    const series::SeriesService series(pipeline.source(), &tokens, "test",
                                       &DerivationPipeline::Now);
    const auto seen_by = [&](const char* agency) {
      series::v1::GetSeriesRequest request;
      request.set_series_id(answered.at(0).record_id());
      series::v1::GetSeriesResponse response;
      const absl::Status status =
          series.Get(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
      EXPECT_TRUE(status.ok()) << status;
      return response;
    };
    // Nothing that they see says that the two accounts are of one shooting.
    const series::v1::GetSeriesResponse seen = seen_by("mps");
    EXPECT_EQ(seen.series().exhibit_count(), 2);
    EXPECT_EQ(seen.series().incident_count(), 2);
    answers.push_back(seen.SerializeAsString());
    // Its owner knows that all three are one.
    const series::v1::GetSeriesResponse own = seen_by("kent");
    EXPECT_EQ(own.series().exhibit_count(), is_there ? 3 : 2);
    EXPECT_EQ(own.series().incident_count(), is_there ? 1 : 2);
  }
  EXPECT_EQ(answers[0], answers[1]);
}

TEST(SameItemsTest, AccountsThatTimeKeepsApartAreTwoIncidents) {
  DerivationPipeline pipeline;
  pipeline.Push({Crime("1", "2017-03-01"), CasesOf("1", "N1", "2017-03-09")});
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("1#C1", "N1#"), 2u)));
}

TEST(SameItemsTest, ANewVersionThatNamesAnotherRecordLeavesTheEvent) {
  DerivationPipeline pipeline;
  pipeline.Push({Crime("1", "2017-03-01"), Crime("2", "2017-03-09"), CasesOf("1", "N1", "")});
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("1#C1", "N1#"), 1u)));
  SentMessage corrected = CasesOf("2", "N1", "");
  corrected.message.mutable_nabis()->set_version(2);
  pipeline.Push({corrected});
  EXPECT_THAT(Linked(pipeline),
              UnorderedElementsAre(Pair(UnorderedElementsAre("2#C1", "N1#"), 1u)));
}

}  // namespace
}  // namespace serieslink
