// Goal: that a border set of parts sent apart was completed is told once, when the last consignment
// that is named comes or becomes visible, in any order of arrival, and to whoever sees all of it.
// Method: records go through preparing, committing and deriving on an in-memory store; the service
// of alerts answers.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/alerts/alert_service.h"
#include "services/rpc/page_token.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Site {
  // What `agency` records of the consignment `number`, which names `sisters`.
  SentMessage Seizure(const std::string& number, const std::vector<std::string>& sisters,
                      int version = 1, bool is_open = true,
                      const std::string& agency = "border_force") {
    std::string text =
        absl::StrCat("border_force { seizure_number: '", number, "' version: ", version,
                     " seized: '2023-02-0", version, "' place { borough_code: 'E09000022' }",
                     " items { reference: 'SLIDE' kind: 'GUN_PART' part_kind: 'SLIDE' } ");
    for (const std::string& sister : sisters) {
      absl::StrAppend(&text, "sister_seizures { agency: 'border_force' source_id: '", sister,
                      "' source_system: 'SEIZURES' } ");
    }
    absl::StrAppend(&text, "marking { visibility: '", is_open ? "OPEN" : "OWNER", "' } }");
    SentMessage sent{agency, {}};
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sent.message)) << text;
    return sent;
  }

  // Sends them in one commit.
  void Push(const std::vector<SentMessage>& messages) {
    const auto answers = pipeline_.Push(messages);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      ASSERT_NE(answers.at(i).outcome(), ingest::v1::OUTCOME_REJECTED)
          << answers.at(i).DebugString();
      const std::string& number = messages[i].message.border_force().seizure_number();
      records_[number] = answers.at(i).record_id();
      numbers_[answers.at(i).record_id()] = number;
    }
  }

  std::vector<alert::v1::Alert> Alerts(const std::string& agency,
                                       const alert::v1::AlertFilter& filter = {},
                                       const view::TrustedAgencies& trusted = {}) {
    pipeline_.revision();  // everything is derived
    alerts::AlertService service(pipeline_.source(), &tokens_, &pipeline_.ids(),
                                 {.trust_domain = "test",
                                  .linking_agencies = {"nabis"},
                                  .reference_agencies = trusted,
                                  .zone = absl::UTCTimeZone(),
                                  .now = &DerivationPipeline::Now});
    alert::v1::WatchAlertsRequest request;
    request.set_after_revision(0);
    *request.mutable_filter() = filter;
    std::vector<alert::v1::Alert> alerts;
    bool is_current = false;
    const absl::Status status = service.Watch(
        view::Viewer{agency}, request, [&] { return is_current; },
        [&](const alert::v1::WatchAlertsResponse& message) {
          if (message.has_alert()) alerts.push_back(message.alert());
          is_current |= message.is_current();
          return true;
        });
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
    return alerts;
  }

  // "revision: consignments by causes", in the order of the numbers.
  std::vector<std::string> Told(const std::string& agency,
                                const view::TrustedAgencies& trusted = {}) {
    std::vector<std::string> told;
    for (const alert::v1::Alert& alert : Alerts(agency, {}, trusted)) {
      EXPECT_EQ(alert.kind(), alert::v1::ALERT_KIND_SET_COMPLETED);
      EXPECT_EQ(alert.consignment_count(), alert.consignments_size());
      EXPECT_EQ(alert.set_id(), alert.consignments(0));
      told.push_back(absl::StrCat(alert.revision(), ": ", Numbers(alert.consignments()), " by ",
                                  Numbers(alert.causes())));
    }
    return told;
  }

  std::string Numbers(const google::protobuf::RepeatedPtrField<std::string>& ids) const {
    std::vector<std::string> numbers;
    for (const std::string& id : ids) numbers.push_back(numbers_.at(id));
    std::sort(numbers.begin(), numbers.end());
    return absl::StrJoin(numbers, " ");
  }

  DerivationPipeline pipeline_;
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{7}};
  std::map<std::string, std::string> records_;
  std::map<std::string, std::string> numbers_;
};

class SetAlertsTest : public testing::Test {
 protected:
  Site site_;
};

TEST_F(SetAlertsTest, IsToldWhenTheLastThatIsNamedComes) {
  site_.Push({site_.Seizure("A", {"B", "C"})});  // 1
  site_.Push({site_.Seizure("B", {})});          // 2
  EXPECT_THAT(site_.Told("kent"), IsEmpty()) << "one is missing";
  site_.Push({site_.Seizure("C", {})});  // 3
  EXPECT_THAT(site_.Told("kent"), ElementsAre("3: A B C by C"));
  site_.Push({site_.Seizure("B", {}, 2)});  // 4: nothing of the set changes
  EXPECT_THAT(site_.Told("kent"), ElementsAre("3: A B C by C"));
}

TEST_F(SetAlertsTest, TheWholeSetIsToldOnceInWhateverOrderItCame) {
  std::vector<std::string> order = {"A", "B", "C"};
  do {
    Site site;
    for (const std::string& number : order) {
      // Each names the next one.
      site.Push({site.Seizure(number, number == "C" ? std::vector<std::string>{}
                                                    : std::vector<std::string>{std::string(
                                                          1, static_cast<char>(number[0] + 1))})});
    }
    const std::vector<std::string> told = site.Told("kent");
    ASSERT_FALSE(told.empty()) << absl::StrJoin(order, "");
    EXPECT_EQ(told.back(), absl::StrCat("3: A B C by ", order.back()));
    site.pipeline_.Restart();
    EXPECT_EQ(site.Told("kent"), told) << "after a restart";
    for (std::size_t i = 0; i + 1 < told.size(); ++i) {
      EXPECT_EQ(told[i], "2: B C by " + order[1]) << "two of them that say nothing of a third";
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(SetAlertsTest, WhatComesInOneCommitIsToldOnce) {
  site_.Push({site_.Seizure("A", {"B"}), site_.Seizure("B", {"A"}), site_.Seizure("X", {}),
              site_.Seizure("Y", {"X"}), site_.Seizure("Z", {})});
  EXPECT_THAT(site_.Told("kent"), testing::UnorderedElementsAre("1: A B by A B", "1: X Y by X Y"));
}

TEST_F(SetAlertsTest, AFurtherConsignmentMakesAnotherCompleteSet) {
  site_.Push({site_.Seizure("A", {"B"}), site_.Seizure("B", {})});  // 1
  site_.Push({site_.Seizure("C", {"A"})});                          // 2
  site_.Push({site_.Seizure("A", {"B", "D"}, 2)});                  // 3: D is missing
  site_.Push({site_.Seizure("D", {})});                             // 4
  EXPECT_THAT(site_.Told("kent"), ElementsAre("1: A B by A B", "2: A B C by C", "4: A B C D by D"));
}

TEST_F(SetAlertsTest, AWithdrawalUndoes) {
  site_.Push({site_.Seizure("A", {"B"}), site_.Seizure("B", {})});  // 1
  site_.pipeline_.Withdraw("border_force", site_.records_.at("B"));
  site_.Push({site_.Seizure("B", {}, 2)});  // 3
  EXPECT_THAT(site_.Told("kent"), ElementsAre("1: A B by A B", "3: A B by B"));
  site_.Push({site_.Seizure("C", {"A", "D"})});  // 4: D is missing
  site_.pipeline_.Withdraw("border_force", site_.records_.at("C"));
  EXPECT_THAT(site_.Told("kent"), ElementsAre("1: A B by A B", "3: A B by B", "5: A B by "))
      << "what waited for another does so no more";
}

TEST_F(SetAlertsTest, WhoDoesNotSeeOneHearsOfItWhenItIsOpened) {
  site_.Push({site_.Seizure("A", {"B"}), site_.Seizure("B", {}, 1, false)});  // 1
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
  EXPECT_THAT(site_.Told("border_force"), ElementsAre("1: A B by A B"));
  site_.Push({site_.Seizure("B", {}, 2)});  // 2
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2: A B by B"));
  EXPECT_THAT(site_.Told("border_force"), ElementsAre("1: A B by A B"));
  site_.Push({site_.Seizure("B", {}, 3, false)});  // 3: closed again
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
}

TEST_F(SetAlertsTest, AHiddenRecordThatNamesAnotherCompletesNothing) {
  // To whoever does not see A, B and C have nothing to do with each other.
  site_.Push(
      {site_.Seizure("A", {"B", "C"}, 1, false), site_.Seizure("B", {}), site_.Seizure("C", {})});
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
  EXPECT_THAT(site_.Told("border_force"), ElementsAre("1: A B C by A B C"));
}

TEST_F(SetAlertsTest, ReferencesThatOnlyLeadCompleteNothing) {
  site_.Push({site_.Seizure("A", {"B"}), site_.Seizure("B", {})});
  EXPECT_THAT(site_.Told("kent", {"nabis"}), IsEmpty());
  EXPECT_THAT(site_.Told("kent", {"border_force"}), ElementsAre("1: A B by A B"));
}

TEST_F(SetAlertsTest, FiltersKnowIt) {
  site_.Push({site_.Seizure("A", {"B"}), site_.Seizure("B", {})});
  alert::v1::AlertFilter filter;
  filter.add_kinds(alert::v1::ALERT_KIND_SET_COMPLETED);
  filter.add_areas("E09000022");
  filter.add_agencies("border_force");
  EXPECT_EQ(site_.Alerts("kent", filter).size(), 1u);
  filter.add_kinds(alert::v1::ALERT_KIND_SERIES_FORMED);
  filter.clear_areas();
  filter.add_areas("E09000001");
  EXPECT_THAT(site_.Alerts("kent", filter), IsEmpty());
  filter.clear_areas();
  filter.set_own(true);
  EXPECT_THAT(site_.Alerts("kent", filter), IsEmpty());
  EXPECT_EQ(site_.Alerts("border_force", filter).size(), 1u);
}

}  // namespace
}  // namespace serieslink
