#include "services/view/report_source.h"

#include <gtest/gtest.h>

#include <string>

#include "serieslink/feed/v1/feed.pb.h"

namespace serieslink::view {
namespace {

using feed::v1::FeedMessage;
using stolen::v1::ReportSource;

ReportSource SourceOf(const std::string& bytes) {
  const auto source = ReportSourceOf(bytes);
  return source.ok() ? *source : stolen::v1::REPORT_SOURCE_UNSPECIFIED;
}

TEST(ReportSourceTest, IsWhoseFeedItCameBy) {
  FeedMessage message;
  message.mutable_licensing()->set_report_id("L");
  const std::string licensing = message.SerializeAsString();
  EXPECT_EQ(SourceOf(licensing), stolen::v1::REPORT_SOURCE_LICENSING);
  message.mutable_mps();
  EXPECT_EQ(SourceOf(message.SerializeAsString()), stolen::v1::REPORT_SOURCE_POLICE);
  message.mutable_force()->set_record_id("R");
  EXPECT_EQ(SourceOf(message.SerializeAsString()), stolen::v1::REPORT_SOURCE_POLICE);
  // The protocol's readers take the last of two.
  EXPECT_EQ(SourceOf(licensing + message.SerializeAsString()), stolen::v1::REPORT_SOURCE_POLICE);
  message.mutable_nabis();
  EXPECT_EQ(SourceOf(message.SerializeAsString()), stolen::v1::REPORT_SOURCE_NABIS);
  message.mutable_border_force();
  EXPECT_EQ(SourceOf(message.SerializeAsString()), stolen::v1::REPORT_SOURCE_OTHER);
}

TEST(ReportSourceTest, WhatAnotherRegisterHoldsIsNoReportOfTheForce) {
  for (const char* const system : {"NCIC", "IARMS"}) {
    FeedMessage message;
    message.mutable_force()->set_system(system);
    message.mutable_force()->set_record_id("G1");
    EXPECT_EQ(SourceOf(message.SerializeAsString()), stolen::v1::REPORT_SOURCE_OTHER);
    // Parts of one message are one, as for every reader of the protocol.
    FeedMessage more;
    more.mutable_force()->set_record_type("LOSS");
    EXPECT_EQ(SourceOf(message.SerializeAsString() + more.SerializeAsString()),
              stolen::v1::REPORT_SOURCE_OTHER);
    more.mutable_force()->set_system("NICHE");
    EXPECT_EQ(SourceOf(message.SerializeAsString() + more.SerializeAsString()),
              stolen::v1::REPORT_SOURCE_POLICE);
  }
  FeedMessage own;
  own.mutable_force()->set_system("NCIC-like");
  EXPECT_EQ(SourceOf(own.SerializeAsString()), stolen::v1::REPORT_SOURCE_POLICE);
}

TEST(ReportSourceTest, WhatIsMalformedIsAnError) {
  EXPECT_EQ(ReportSourceOf("\x22\x7F").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReportSourceOf(std::string(1, '\0')).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace serieslink::view
