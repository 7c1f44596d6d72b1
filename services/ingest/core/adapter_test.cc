#include "services/ingest/core/adapter.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapt_testing.h"
#include "services/ingest/core/limits.h"

namespace serieslink::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::UnknownCodes;
using testing::Violations;

TEST(AdapterTest, AMessageOfNoFeedIsRefused) {
  const feed::v1::FeedMessage message;
  EXPECT_EQ(FeedNameOf(message), "");
  EXPECT_THAT(Violations(Adapt(message, {"mps", testing::ReceivedTime()})),
              ElementsAre("message FIELD_MISSING"));
}

TEST(AdapterTest, AFeedIsNamedAfterItsField) {
  const auto* descriptor = feed::v1::FeedMessage::descriptor()->FindOneofByName("message");
  for (int i = 0; i < descriptor->field_count(); ++i) {
    feed::v1::FeedMessage message;
    message.GetReflection()->MutableMessage(&message, descriptor->field(i));
    EXPECT_EQ(FeedNameOf(message), descriptor->field(i)->name());
  }
}

TEST(AdapterTest, ARejectionNamesNoMoreFieldsThanTheLimit) {
  feed::v1::FeedMessage message;
  for (int i = 0; i < kMaxGuns; ++i) message.mutable_force()->add_guns()->set_barrel_length_mm(-1);
  EXPECT_EQ(Adapt(message, {"kent", testing::ReceivedTime()}).violations.size(), kMaxViolations);
}

// The time of arrival is the stored one: what passed once passes again, whenever that is.
TEST(AdapterTest, TheFutureIsCountedFromArrival) {
  const feed::v1::FeedMessage message = testing::Parse(
      "force { system: 'N' record_id: '1' record_type: 'INCIDENT' occurred: '2024-06-01T13:00Z' "
      "}");
  const absl::Time received = testing::ReceivedTime();
  EXPECT_THAT(Violations(Adapt(message, {"kent", received})),
              ElementsAre("force.occurred DATE_IN_FUTURE"));
  EXPECT_THAT(Violations(Adapt(message, {"kent", received + absl::Minutes(55)})), IsEmpty());
}

// The sample feeds, and those that tests send, one JSON message a line.
TEST(AdapterTest, TheSampleFeedsAreAcceptedWithoutUnknownCodes) {
  const absl::Time received = absl::FromCivil(absl::CivilDay(2026, 7, 1), absl::UTCTimeZone());
  const char* source_dir = std::getenv("SERIESLINK_SOURCE_DIR");
  ASSERT_NE(source_dir, nullptr) << "CTest sets it";
  for (const char* folder : {"/deploy/samples", "/tests/e2e/feeds"}) {
    int lines = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(absl::StrCat(source_dir, folder))) {
      // AGENCY.FEED.jsonl
      const std::string agency = entry.path().stem().stem().string();
      const std::string feed = entry.path().stem().extension().string().substr(1);
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line); ++lines) {
        feed::v1::FeedMessage message;
        const auto parsed = google::protobuf::util::JsonStringToMessage(
            absl::StrCat("{\"", feed, "\":", line, "}"), &message);
        ASSERT_TRUE(parsed.ok()) << agency << " " << parsed.ToString();
        const AdaptedMessage adapted = Adapt(message, {agency, received});
        EXPECT_THAT(Violations(adapted), IsEmpty()) << line;
        EXPECT_THAT(UnknownCodes(adapted), IsEmpty()) << line;
      }
    }
    EXPECT_GT(lines, 30) << folder;
  }
}

}  // namespace
}  // namespace serieslink::ingest
