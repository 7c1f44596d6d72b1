// Goal: each act about a meeting's action makes its next version or is refused with the file as it
// was; every field that is wrong is named.
#include "services/summary/meeting_acts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "services/summary/meeting_check.h"
#include "storage/graph/public_id.h"

namespace serieslink::summary {
namespace {

const MeetingActor& Secretary() {
  static const MeetingActor* const actor =
      new MeetingActor{"mps", "secretary", absl::FromUnixSeconds(1'700'000'000)};
  return *actor;
}

const absl::CivilDay kMeetingDay(2023, 11, 14);

meeting::v1::CreateMeetingActionRequest CreateRequest(const std::string& more = "") {
  meeting::v1::CreateMeetingActionRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "meeting { kind: PERIOD_KIND_QUARTER year: 2023 quarter: 3 } text: 'visit dealers' "
      "owner_unit: 'trident' four_p: FOUR_P_PROTECT due_day: '2023-12-31'",
      &request));
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(more, &request)) << more;
  return request;
}

meeting::v1::UpdateMeetingActionRequest UpdateRequest(const std::string& text) {
  meeting::v1::UpdateMeetingActionRequest request;
  request.set_action_id(graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(1)));
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &request)) << text;
  return request;
}

std::string FieldsOf(const std::vector<rpc::BadField>& bad) {
  std::string fields;
  for (const rpc::BadField& one : bad) absl::StrAppend(&fields, one.field, " ");
  return fields;
}

TEST(MeetingActsTest, AnActionIsRecordedWithItsAuthor) {
  const auto file = RecordAction(CreateRequest("shared_with: 'kent'"), "A1", Secretary());
  EXPECT_EQ(file.version(), 1u);
  EXPECT_EQ(file.meeting(), "2023Q3");
  EXPECT_EQ(file.owner_agency(), "mps");
  EXPECT_EQ(file.four_p(), "PROTECT");
  ASSERT_EQ(file.acts_size(), 1);
  EXPECT_EQ(file.acts(0).principal(), "secretary");
  EXPECT_EQ(file.acts(0).kind(), "RECORD");
}

TEST(MeetingActsTest, ItIsOverdueWhenItsDayIsPast) {
  const auto file = RecordAction(CreateRequest(), "A1", Secretary());
  EXPECT_EQ(StatusOn(file, absl::CivilDay(2023, 12, 31)), meeting::v1::ACTION_STATUS_OPEN);
  EXPECT_EQ(StatusOn(file, absl::CivilDay(2024, 1, 1)), meeting::v1::ACTION_STATUS_OVERDUE);
}

TEST(MeetingActsTest, ItIsChangedClosedAndOpenedAgain) {
  auto file = RecordAction(CreateRequest(), "A1", Secretary());
  const auto act = [&](const std::string& text) {
    return UpdateAction(UpdateRequest(text), Secretary(), file);
  };
  EXPECT_EQ(act("note: 'half done'"), MeetingRefusal::kNone);
  EXPECT_EQ(file.acts(1).kind(), "NOTE");
  EXPECT_EQ(act("due_day: '2024-02-01' note: 'waits' also_shared_with: 'kent'"),
            MeetingRefusal::kNone);
  EXPECT_EQ(file.acts(2).kind(), "CHANGE");
  EXPECT_EQ(file.due_day(), "2024-02-01");
  EXPECT_EQ(file.shared_with_size(), 1);
  EXPECT_EQ(act("status: ACTION_STATUS_DONE note: 'all visited'"), MeetingRefusal::kNone);
  EXPECT_EQ(StatusOn(file, absl::CivilDay(2030, 1, 1)), meeting::v1::ACTION_STATUS_DONE);
  ASSERT_NE(ClosingAct(file), nullptr);
  EXPECT_EQ(ClosingAct(file)->text(), "all visited");
  const std::string closed = file.SerializeAsString();
  EXPECT_EQ(act("note: 'and more'"), MeetingRefusal::kClosed);
  EXPECT_EQ(file.SerializeAsString(), closed);
  EXPECT_EQ(act("status: ACTION_STATUS_OPEN note: 'two were missed'"), MeetingRefusal::kNone);
  EXPECT_EQ(ClosingAct(file), nullptr);
  EXPECT_EQ(act("status: ACTION_STATUS_OPEN note: 'again'"), MeetingRefusal::kNotClosed);
  EXPECT_EQ(file.version(), 5u);
}

TEST(MeetingActsTest, WhatAFileHoldsIsBounded) {
  auto file = RecordAction(CreateRequest(), "A1", Secretary());
  while (file.acts_size() < kMeetingActsMax) {
    ASSERT_EQ(UpdateAction(UpdateRequest("note: 'more'"), Secretary(), file),
              MeetingRefusal::kNone);
  }
  EXPECT_EQ(UpdateAction(UpdateRequest("note: 'more'"), Secretary(), file), MeetingRefusal::kFull);

  auto shared = RecordAction(CreateRequest(), "A2", Secretary());
  for (int i = 0; i < kMeetingSharesMax; ++i) shared.add_shared_with(absl::StrCat("a", i));
  EXPECT_EQ(UpdateAction(UpdateRequest("also_shared_with: 'kent'"), Secretary(), shared),
            MeetingRefusal::kSharedFull);
  EXPECT_EQ(
      UpdateAction(UpdateRequest("also_shared_with: 'a1' note: 'again'"), Secretary(), shared),
      MeetingRefusal::kNone);
}

TEST(MeetingCheckTest, EveryBadFieldOfANewActionIsNamed) {
  EXPECT_EQ(FieldsOf(CheckCreateAction(CreateRequest(), "mps", kMeetingDay)), "");
  EXPECT_EQ(FieldsOf(CheckCreateAction({}, "mps", kMeetingDay)),
            "meeting text owner_unit four_p due_day ");
  EXPECT_EQ(FieldsOf(CheckCreateAction(
                CreateRequest("owner_agency: 'Kent Police' due_day: '2023-11-13' shared_with: "
                              "['kent', 'kent', 'mps'] is_shared_with_all: true request_id: 'a b'"),
                "mps", kMeetingDay)),
            "owner_agency due_day shared_with[1] shared_with[2] is_shared_with_all request_id ");
  EXPECT_EQ(FieldsOf(CheckCreateAction(
                CreateRequest("meeting { kind: PERIOD_KIND_YEAR quarter: 0 } due_day: '31.12.23'"),
                "mps", kMeetingDay)),
            "meeting due_day ");
}

TEST(MeetingCheckTest, EveryBadFieldOfAChangeIsNamed) {
  EXPECT_EQ(FieldsOf(CheckUpdateAction(UpdateRequest("note: 'half done'"), kMeetingDay)), "");
  EXPECT_EQ(FieldsOf(CheckUpdateAction(UpdateRequest(""), kMeetingDay)), "note ");
  EXPECT_EQ(FieldsOf(CheckUpdateAction(
                UpdateRequest("action_id: 'RC-1' version: -1 status: ACTION_STATUS_OVERDUE "
                              "due_day: '2020-01-01' owner_agency: 'kent'"),
                kMeetingDay)),
            "action_id version status note due_day owner_unit ");
}

TEST(MeetingCheckTest, EveryBadFieldOfAPackIsNamed) {
  meeting::v1::GetMeetingPackRequest request;
  request.set_partner("Kent Police");
  request.add_dimensions(v1::DIMENSION_UNSPECIFIED);
  EXPECT_EQ(FieldsOf(CheckPack(request)).substr(0, 16), "quarter partner ");
  EXPECT_NE(FieldsOf(CheckPack(request)).find("dimensions"), std::string::npos);
}

}  // namespace
}  // namespace serieslink::summary
