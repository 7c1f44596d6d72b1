// A record that says that its item is one of another record tells of that record's event: in every
// order of arrival, and for as long as both stand.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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
