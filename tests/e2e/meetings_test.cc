// Goal: a partner's pack holds what it and whoever makes it may see, and nothing else; actions are
// kept with their authors, seen by those that they concern and changed by whoever recorded them.
// Method: records go through preparing, committing and deriving on an in-memory store; the service
// answers several agencies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/text_format.h"
#include "services/rpc/error.h"
#include "services/rpc/page_token.h"
#include "services/summary/meeting_service.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using meeting::v1::MeetingAction;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MeetingsTest : public testing::Test {
 protected:
  // The clock of the log stands on 14 November 2023; this one moves.
  MeetingsTest() : now_(DerivationPipeline::Now()) {
    EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &london_));
  }

  summary::MeetingService Service() {
    summary::MeetingOptions options;
    options.trust_domain = "test";
    options.open_per_agency_max = open_max_;
    options.now = [this] { return now_; };
    options.zone = london_;
    options.new_name = [this] { return absl::StrCat("N", ++names_given_); };
    return summary::MeetingService(
        pipeline_.source(), &tokens_, std::move(options), std::make_shared<summary::Boundaries>(),
        [this](const rpc::Identity& author,
               const feed::v1::FeedMessage& message) -> absl::StatusOr<summary::WrittenAction> {
          const auto answers = pipeline_.Push({{author.agency, message}});
          const bool is_written = answers.at(0).outcome() == ingest::v1::OUTCOME_CREATED ||
                                  answers.at(0).outcome() == ingest::v1::OUTCOME_SUPERSEDED;
          return summary::WrittenAction{
              is_written ? static_cast<graph::Revision>(answers[0].revision()) : 0,
              answers[0].record_id()};
        });
  }

  absl::StatusOr<MeetingAction> Create(const std::string& agency, const std::string& more) {
    meeting::v1::CreateMeetingActionRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        "meeting { kind: PERIOD_KIND_QUARTER year: 2023 quarter: 2 } text: 'visit dealers' "
        "owner_unit: 'trident' four_p: FOUR_P_PROTECT due_day: '2023-12-31'",
        &request));
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(more, &request)) << more;
    meeting::v1::CreateMeetingActionResponse response;
    const absl::Status status =
        Service().Create({agency, "secretary"}, request, absl::InfiniteFuture(), response);
    if (!status.ok()) return status;
    return response.action();
  }

  absl::StatusOr<MeetingAction> Update(const std::string& agency, const std::string& id,
                                       const std::string& text,
                                       const std::string& principal = "secretary") {
    meeting::v1::UpdateMeetingActionRequest request;
    request.set_action_id(id);
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &request)) << text;
    meeting::v1::UpdateMeetingActionResponse response;
    const absl::Status status =
        Service().Update({agency, principal}, request, absl::InfiniteFuture(), response);
    if (!status.ok()) return status;
    return response.action();
  }

  absl::StatusOr<MeetingAction> Get(const std::string& agency, const std::string& id) {
    meeting::v1::GetMeetingActionRequest request;
    request.set_action_id(id);
    meeting::v1::GetMeetingActionResponse response;
    const absl::Status status =
        Service().Get({agency, "officer"}, request, absl::InfiniteFuture(), response);
    if (!status.ok()) return status;
    return response.action();
  }

  // Ids of what a list has, over pages of one.
  std::vector<std::string> List(const std::string& agency, const std::string& text) {
    meeting::v1::ListMeetingActionsRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &request)) << text;
    request.set_page_size(1);
    std::vector<std::string> ids;
    do {
      meeting::v1::ListMeetingActionsResponse response;
      const absl::Status status =
          Service().List({agency, "officer"}, request, absl::InfiniteFuture(), response);
      EXPECT_TRUE(status.ok()) << status;
      for (const MeetingAction& one : response.actions()) ids.push_back(one.action_id());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }

  absl::StatusOr<meeting::v1::GetMeetingPackResponse> Pack(const std::string& agency,
                                                           const std::string& partner,
                                                           const std::string& more = "") {
    meeting::v1::GetMeetingPackRequest request;
    request.mutable_quarter()->set_kind(summary::v1::PERIOD_KIND_QUARTER);
    request.mutable_quarter()->set_year(2023);
    request.mutable_quarter()->set_quarter(3);
    request.set_partner(partner);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(more, &request)) << more;
    meeting::v1::GetMeetingPackResponse pack;
    const absl::Status status = Service().Pack(
        {agency, "secretary"}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
        pack);
    if (!status.ok()) return status;
    return pack;
  }

  // A recovery of `agency` of a gun of `make`.
  void Recover(const std::string& agency, const std::string& id, const std::string& make,
               const std::string& day, const std::string& visibility) {
    SentMessage made;
    made.agency = agency;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrCat("force { system: 'S' record_id: '", id,
                     "' record_type: 'RECOVERY' occurred: '", day,
                     "' guns { reference: 'G1' make: '", make, "' } marking { visibility: '",
                     visibility, "' } }"),
        &made.message));
    pipeline_.Push({made});
  }

  static std::vector<std::string> TextsOf(
      const google::protobuf::RepeatedPtrField<MeetingAction>& actions) {
    std::vector<std::string> texts;
    for (const MeetingAction& one : actions) {
      texts.push_back(absl::StrCat(
          meeting::v1::ActionStatus_Name(one.status()).substr(sizeof("ACTION_STATUS_") - 1), " ",
          one.text()));
    }
    return texts;
  }

  static std::int64_t Recoveries(const summary::v1::GetSummaryResponse& summary) {
    for (const summary::v1::MeasureFigures& one : summary.measures()) {
      if (one.measure_id() == "recovery.events") return one.total().counts(0).counted();
    }
    ADD_FAILURE() << "no measure of recoveries";
    return -1;
  }

  DerivationPipeline pipeline_;
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{7}};
  absl::TimeZone london_;
  absl::Time now_;
  int open_max_ = 1'000;
  int names_given_ = 0;
};

TEST_F(MeetingsTest, AnActionIsKeptWithWhoDidWhatAboutIt) {
  const auto made = Create("mps", "");
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->principal(), "secretary");
  EXPECT_EQ(made->status(), meeting::v1::ACTION_STATUS_OPEN);
  ASSERT_TRUE(Update("mps", made->action_id(), "note: 'half done'", "clerk").ok());
  ASSERT_TRUE(Update("mps", made->action_id(), "status: ACTION_STATUS_DONE note: 'all'").ok());
  pipeline_.Restart();
  const auto kept = Get("mps", made->action_id());
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->version(), 3);
  EXPECT_EQ(kept->status(), meeting::v1::ACTION_STATUS_DONE);
  EXPECT_EQ(kept->last_note(), "all");
  ASSERT_EQ(kept->acts_size(), 3);
  EXPECT_EQ(kept->acts(1).principal(), "clerk");
  EXPECT_EQ(kept->acts(1).kind(), meeting::v1::ACTION_ACT_KIND_NOTE);
  EXPECT_TRUE(kept->has_close_time());
}

TEST_F(MeetingsTest, ItIsSeenByWhomItConcernsAndChangedByWhoRecordedIt) {
  const std::string id =
      Create("mps", "owner_agency: 'kent' owner_unit: 'crime' shared_with: 'nabis'")->action_id();
  EXPECT_TRUE(Get("kent", id).ok());
  const auto shared = Get("nabis", id);
  ASSERT_TRUE(shared.ok());
  EXPECT_EQ(shared->principal(), "");
  EXPECT_THAT(shared->shared_with(), ElementsAre("nabis"));
  EXPECT_EQ(Get("essex", id).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Update("essex", id, "note: 'mine'").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Update("kent", id, "note: 'mine'").status().code(),
            absl::StatusCode::kPermissionDenied);
  ASSERT_TRUE(Update("mps", id, "also_shared_with: 'essex'").ok());
  EXPECT_TRUE(Get("essex", id).ok());
  EXPECT_THAT(List("essex", ""), ElementsAre(id));
  EXPECT_THAT(List("surrey", ""), IsEmpty());
}

TEST_F(MeetingsTest, WhoActsOnWhatWasChangedMeanwhileIsTold) {
  const std::string id = Create("mps", "")->action_id();
  ASSERT_TRUE(Update("mps", id, "note: 'a' version: 1").ok());
  EXPECT_EQ(Update("mps", id, "note: 'b' version: 1").status().code(), absl::StatusCode::kAborted);
  ASSERT_TRUE(Update("mps", id, "status: ACTION_STATUS_DROPPED note: 'not needed'").ok());
  EXPECT_EQ(Update("mps", id, "note: 'c'").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(MeetingsTest, ACallThatIsSentAgainRecordsNothingTwice) {
  const auto first = Create("mps", "request_id: 'minutes-7'");
  const auto again = Create("mps", "request_id: 'minutes-7'");
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(first->action_id(), again->action_id());
  const auto others = Create("kent", "request_id: 'minutes-7'");
  ASSERT_TRUE(others.ok());
  EXPECT_NE(others->action_id(), first->action_id());
}

TEST_F(MeetingsTest, OpenActionsOfAnAgencyAreBounded) {
  open_max_ = 2;
  const std::string id = Create("mps", "")->action_id();
  ASSERT_TRUE(Create("mps", "").ok());
  EXPECT_EQ(Create("mps", "").status().code(), absl::StatusCode::kResourceExhausted);
  ASSERT_TRUE(Update("mps", id, "status: ACTION_STATUS_DONE note: 'done'").ok());
  EXPECT_TRUE(Create("mps", "").ok());
}

TEST_F(MeetingsTest, NobodyElseMakesOne) {
  SentMessage forged;
  forged.agency = "mps";
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "force { system: 'SERIESLINK' record_id: 'MEETING_ACTION N1' record_type: 'INCIDENT' "
      "occurred: '2023-08-01' marking { visibility: 'OPEN' } }",
      &forged.message));
  const std::string id = Create("mps", "")->action_id();
  const auto answers = pipeline_.Push({forged});
  EXPECT_NE(answers.at(0).record_id(), id) << "it is another record";
  EXPECT_TRUE(Get("mps", id).ok());
}

TEST_F(MeetingsTest, APackOpensWithTheStateOfEarlierActions) {
  ASSERT_TRUE(Create("mps", "text: 'late' due_day: '2023-11-20'").ok());
  ASSERT_TRUE(Create("mps", "text: 'open' due_day: '2024-06-30'").ok());
  const std::string done = Create("mps", "text: 'done'")->action_id();
  ASSERT_TRUE(Update("mps", done, "status: ACTION_STATUS_DONE note: 'all'").ok());
  ASSERT_TRUE(Create("mps", "text: 'of this meeting' meeting { quarter: 3 }").ok());
  ASSERT_TRUE(Create("mps", "text: 'of the next' meeting { quarter: 4 }").ok());
  now_ += absl::Hours(24) * 30;
  const auto pack = Pack("mps", "");
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_THAT(TextsOf(pack->earlier_actions()),
              ElementsAre("OVERDUE late", "OPEN open", "DONE done"));
  EXPECT_THAT(TextsOf(pack->actions()), ElementsAre("OPEN of this meeting"));
  EXPECT_EQ(pack->state_day(), "2023-12-14");
  EXPECT_EQ(pack->partner(), "mps");
  EXPECT_EQ(pack->quarter().label(), "2023Q3");
  // As at a revision, they stand as on its day.
  const auto as_at =
      Pack("mps", "", absl::StrCat("view { revision: ", pack->summary().revision(), " }"));
  ASSERT_TRUE(as_at.ok()) << as_at.status();
  EXPECT_EQ(as_at->state_day(), "2023-11-14");
  EXPECT_THAT(TextsOf(as_at->earlier_actions()),
              ElementsAre("OPEN late", "OPEN open", "DONE done"));
}

TEST_F(MeetingsTest, APartnersPackHoldsWhatBothMaySee) {
  ASSERT_TRUE(Create("mps", "text: 'for mps alone'").ok());
  ASSERT_TRUE(Create("mps", "text: 'for kent' shared_with: 'kent'").ok());
  ASSERT_TRUE(Create("mps", "text: 'for all' is_shared_with_all: true").ok());
  ASSERT_TRUE(Create("kent", "text: 'of kent alone'").ok());
  Recover("mps", "1", "Glock", "2023-08-01", "OPEN");
  Recover("mps", "2", "Glock", "2023-08-02", "OWNER");
  Recover("kent", "3", "Glock", "2023-08-03", "OWNER");

  const auto own = Pack("mps", "mps");
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_THAT(TextsOf(own->earlier_actions()),
              ElementsAre("OPEN for mps alone", "OPEN for kent", "OPEN for all"));
  const auto for_kent = Pack("mps", "kent");
  ASSERT_TRUE(for_kent.ok()) << for_kent.status();
  EXPECT_THAT(TextsOf(for_kent->earlier_actions()), ElementsAre("OPEN for kent", "OPEN for all"));
  EXPECT_EQ(for_kent->made_by(), "mps");
  EXPECT_EQ(for_kent->earlier_actions(0).principal(), "");
  EXPECT_EQ(Recoveries(own->summary()), 2);
  EXPECT_EQ(Recoveries(for_kent->summary()), 1);
  EXPECT_EQ(Recoveries(Pack("kent", "")->summary()), 2);
  EXPECT_EQ(Recoveries(Pack("kent", "mps")->summary()), 1);
  EXPECT_THAT(TextsOf(Pack("kent", "mps")->earlier_actions()),
              ElementsAre("OPEN for kent", "OPEN for all"));
  // What is hidden leaves no trace of any kind.
  EXPECT_THAT(for_kent->DebugString(), Not(HasSubstr("mps alone")));
  EXPECT_THAT(for_kent->DebugString(), Not(HasSubstr("kent alone")));
}

TEST_F(MeetingsTest, WhatIsNewIsOfWhatThePartnerMaySee) {
  int id = 0;
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= 5; ++day) {
      Recover("mps", absl::StrCat("B", ++id), "Glock",
              absl::StrFormat("2022-%02d-%02d", month, day), "OPEN");
    }
  }
  for (int day = 1; day <= 8; ++day) {
    const std::string occurred = absl::StrFormat("2023-08-%02d", day);
    Recover("mps", absl::StrCat("Q", ++id), "Glock", occurred, "OPEN");
    Recover("mps", absl::StrCat("R", ++id), "Retay", occurred, "OWNER");
    Recover("mps", absl::StrCat("E", ++id), "Ekol", occurred, "OPEN");
  }
  const auto found = [](const meeting::v1::GetMeetingPackResponse& pack) {
    std::vector<std::string> values;
    for (const meeting::v1::TraitFinding& one : pack.traits().findings()) {
      EXPECT_EQ(one.change(), meeting::v1::TRAIT_CHANGE_NEW) << one.DebugString();
      values.push_back(one.value());
    }
    return values;
  };
  const auto own = Pack("mps", "");
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_THAT(found(*own), testing::UnorderedElementsAre("EKOL", "RETAY"));
  const auto for_kent = Pack("mps", "kent");
  ASSERT_TRUE(for_kent.ok()) << for_kent.status();
  EXPECT_THAT(found(*for_kent), ElementsAre("EKOL"));
  EXPECT_EQ(own->traits().coverage(0).occasions(), 24);
  EXPECT_EQ(for_kent->traits().coverage(0).occasions(), 16);
  EXPECT_EQ(own->traits().coverage(0).occasions_before(), 60);
  EXPECT_EQ(own->traits().baseline_size(), 8);
}

TEST_F(MeetingsTest, EveryBadFieldOfAPackIsNamed) {
  const auto pack = Pack("mps", "Kent Police", "quarter { quarter: 5 }");
  ASSERT_EQ(pack.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(MeetingsTest, AStoreWithoutAnythingHasAPack) {
  const auto pack = Pack("mps", "");
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_THAT(pack->earlier_actions(), IsEmpty());
  EXPECT_THAT(pack->traits().words(), HasSubstr("too little"));
}

}  // namespace
}  // namespace serieslink
