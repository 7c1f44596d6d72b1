#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapter.h"

namespace serieslink::ingest {
namespace {

AdaptedMessage AdaptAction(const std::string& text) {
  feed::v1::FeedMessage message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return Adapt(message, {.agency = "mps", .received_time = absl::FromUnixSeconds(1'700'000'000)});
}

TEST(AdaptMeetingActionTest, IsARecordOfItsAgencyAlone) {
  const AdaptedMessage adapted = AdaptAction(
      "meeting_action { name: 'A1' version: 2 meeting: '2026Q3' text: 'ask dealers' "
      "owner_agency: 'kent' owner_unit: 'firearms' four_p: 'PROTECT' due_day: '2026-12-31' "
      "status: 'OPEN' shared_with: 'nabis' acts { kind: 'RECORD' } acts { kind: 'NOTE' } }");
  EXPECT_TRUE(adapted.violations.empty());
  EXPECT_EQ(adapted.record.kind(), record::v1::RECORD_KIND_MEETING_ACTION);
  EXPECT_EQ(adapted.record.visibility(), type::v1::VISIBILITY_OWNER);
  EXPECT_EQ(adapted.record.source().agency(), "mps");
  EXPECT_EQ(adapted.record.source().source_id(), MeetingActionId("A1"));
  EXPECT_EQ(adapted.record.source_version(), 2u);
  EXPECT_EQ(adapted.record.exhibits_size(), 0);
  EXPECT_FALSE(adapted.record.has_event());
}

TEST(AdaptMeetingActionTest, EveryBadFieldIsNamed) {
  const AdaptedMessage adapted = AdaptAction("meeting_action { four_p: 'PONDER' }");
  std::string fields;
  for (const auto& violation : adapted.violations) fields += violation.field() + " ";
  EXPECT_EQ(fields,
            "meeting_action.name meeting_action.version meeting_action.meeting "
            "meeting_action.text meeting_action.owner_agency meeting_action.owner_unit "
            "meeting_action.four_p meeting_action.due_day meeting_action.status "
            "meeting_action.acts ");
}

}  // namespace
}  // namespace serieslink::ingest
