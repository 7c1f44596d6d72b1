#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapter.h"

namespace serieslink::ingest {
namespace {

AdaptedMessage AdaptText(const std::string& text) {
  feed::v1::FeedMessage message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return Adapt(message, {.agency = "mps", .received_time = absl::FromUnixSeconds(1'700'000'000)});
}

TEST(AdaptEnquiryTest, IsARecordOfItsAgencyAlone) {
  const AdaptedMessage adapted = AdaptText(
      "enquiry { name: 'Q1' version: 2 kind: 'STANDING_QUERY' unit: 'trident' purpose: 'murder' "
      "gun { serial: 'AB12345' } expire_time { seconds: 1800000000 } act { kind: 'RENEW' } asked { "
      "kind: 'ASK' } }");
  EXPECT_TRUE(adapted.violations.empty());
  EXPECT_EQ(adapted.record.kind(), record::v1::RECORD_KIND_ENQUIRY);
  EXPECT_EQ(adapted.record.visibility(), type::v1::VISIBILITY_OWNER);
  EXPECT_EQ(adapted.record.source().source_id(), EnquiryFileId("Q1"));
  EXPECT_EQ(adapted.record.source_version(), 2u);
  EXPECT_EQ(adapted.record.exhibits_size(), 0) << "what is asked about is no gun that is there";
}

TEST(AdaptEnquiryTest, AReplyIsARecordOfWhoAnswers) {
  const AdaptedMessage adapted = AdaptText(
      "enquiry_reply { enquiry: 'RC-0000-0000-00000' version: 1 answer: 'KNOWN' act { kind: "
      "'ANSWER' } }");
  EXPECT_TRUE(adapted.violations.empty());
  EXPECT_EQ(adapted.record.source().source_id(), EnquiryReplyId("RC-0000-0000-00000"));
  EXPECT_EQ(adapted.record.source().agency(), "mps");
}

TEST(AdaptEnquiryTest, EveryBadFieldIsNamed) {
  const AdaptedMessage adapted = AdaptText("enquiry { kind: 'OTHER' }");
  std::string fields;
  for (const auto& violation : adapted.violations) fields += violation.field() + " ";
  EXPECT_EQ(fields,
            "enquiry.name enquiry.version enquiry.act enquiry.kind enquiry.unit enquiry.purpose "
            "enquiry.asked enquiry.gun enquiry.expire_time ");
  EXPECT_EQ(AdaptText("enquiry_reply { answer: 'PERHAPS' }").violations.size(), 4u);
}

}  // namespace
}  // namespace serieslink::ingest
