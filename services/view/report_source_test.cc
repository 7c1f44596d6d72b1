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

TEST(ReportSourceTest, WhatIsMalformedIsAnError) {
  EXPECT_EQ(ReportSourceOf("\x22\x7F").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReportSourceOf(std::string(1, '\0')).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace serieslink::view
