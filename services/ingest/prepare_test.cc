#include "services/ingest/prepare.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "serieslink/feed/v1/feed.pb.h"

namespace serieslink::ingest {
namespace {

const absl::Time kReceived = absl::FromUnixSeconds(1'700'000'000);

feed::v1::FeedMessage ForceMessage(const std::string& id, int guns) {
  feed::v1::FeedMessage message;
  feed::v1::ForceRecord& record = *message.mutable_force();
  record.set_system("NICHE");
  record.set_record_id(id);
  record.set_record_type("INCIDENT");
  record.set_occurred("2017-03-0" + std::to_string(1 + guns));
  if (guns > 1) record.mutable_place()->set_borough_code("E09000014");
  for (int i = 0; i < guns; ++i) {
    feed::v1::GunEntry& gun = *record.add_guns();
    gun.set_make("Glock");
    gun.add_serials()->set_text("ABC12" + std::to_string(i));
    if (guns > 1) gun.set_reference("G/" + std::to_string(i));
  }
  return message;
}

std::vector<PreparedMessage> Prepare(std::vector<std::string> contents) {
  v1::BatchWire batch;
  batch.set_agency("kent");
  for (std::string& content : contents) batch.add_messages(std::move(content));
  const auto ids = graph::IdKey::Create(std::string(graph::IdKey::kSecretBytes, 'k')).value();
  return PrepareBatch(std::move(batch), {"kent", "feed"}, {}, ids, kReceived);
}

// All that is known of a message once it is prepared.
std::vector<std::string> Told(const PreparedMessage& message) {
  std::vector<std::string> told = {std::string(message.feed),
                                   std::to_string(message.public_id.value()),
                                   message.item.entry.SerializeAsString()};
  told.push_back(message.item.record == nullptr ? "no record"
                                                : message.item.record->SerializeAsString());
  for (const v1::FieldViolation& violation : message.violations) {
    told.push_back(violation.SerializeAsString());
  }
  return told;
}

TEST(PrepareBatchTest, WhatStandsBesideAMessageMakesNoDifference) {
  feed::v1::FeedMessage with_unknown = ForceMessage("U", 1);
  with_unknown.GetReflection()->MutableUnknownFields(&with_unknown)->AddVarint(900, 5);
  feed::v1::FeedMessage licensing;
  licensing.mutable_licensing()->set_system("CERT");
  feed::v1::FeedMessage empty_force;
  empty_force.mutable_force();
  feed::v1::FeedMessage only_unknown;
  only_unknown.GetReflection()->MutableUnknownFields(&only_unknown)->AddVarint(900, 5);
  const std::string whole = ForceMessage("W", 2).SerializeAsString();

  const std::vector<std::string> contents = {
      ForceMessage("A", 3).SerializeAsString(),
      ForceMessage("B", 0).SerializeAsString(),
      empty_force.SerializeAsString(),
      std::string(),
      with_unknown.SerializeAsString(),
      only_unknown.SerializeAsString(),
      ForceMessage("C", 2).SerializeAsString(),
      whole.substr(0, whole.size() - 3),  // cut off
      ForceMessage("D", 1).SerializeAsString(),
      // Of two members of the oneof the last counts.
      ForceMessage("E", 1).SerializeAsString() + licensing.SerializeAsString(),
      licensing.SerializeAsString() + ForceMessage("F", 1).SerializeAsString(),
      // One member twice is one message.
      ForceMessage("G", 1).SerializeAsString() + ForceMessage("H", 2).SerializeAsString(),
      ForceMessage("I", 1).SerializeAsString(),
  };
  const std::vector<PreparedMessage> together = Prepare(contents);
  ASSERT_EQ(together.size(), contents.size());
  for (std::size_t i = 0; i < contents.size(); ++i) {
    EXPECT_EQ(Told(together[i]), Told(Prepare({contents[i]}).front())) << i;
  }
  EXPECT_TRUE(together[0].violations.empty());
  EXPECT_EQ(together[0].item.record->exhibits_size(), 3);
  EXPECT_EQ(together[3].feed, "");
  EXPECT_EQ(together[8].item.record->exhibits_size(), 1);
}

std::size_t SizeOf(const std::vector<std::string>& contents) {
  std::size_t size = 0;
  for (const std::string& content : contents) size += content.size();
  return size;
}

TEST(PrepareBatchTest, RoomForABatchIsEnoughForWhatItBecomes) {
  feed::v1::FeedMessage faulty;
  faulty.mutable_force()->set_occurred("x");
  feed::v1::FeedMessage large = ForceMessage("L", 2);
  large.mutable_force()->set_circumstances(std::string(900, 'a'));
  const std::vector<std::vector<std::string>> batches = {
      {ForceMessage("A", 1).SerializeAsString()},
      std::vector<std::string>(kBatchMessagesMax),  // of nothing
      std::vector<std::string>(kBatchMessagesMax, faulty.SerializeAsString()),
      std::vector<std::string>(256, ForceMessage("A", 1).SerializeAsString()),
      std::vector<std::string>(kBatchMessagesMax, ForceMessage("A", 1).SerializeAsString()),
      std::vector<std::string>(3800, large.SerializeAsString()),
  };
  for (const std::vector<std::string>& contents : batches) {
    const std::size_t size = SizeOf(contents);
    ASSERT_LE(size, kBatchBytesMax);
    const std::vector<PreparedMessage> prepared = Prepare(contents);
    const std::size_t answer = BytesOfAnswer(prepared);
    EXPECT_GE(answer, 200 * contents.size());
    EXPECT_GE(BytesOf(prepared), size);
    EXPECT_GE(BytesToTakeApart(size), BytesOf(prepared) + answer)
        << contents.size() << " messages, " << size << " bytes: " << BytesOf(prepared) << " and "
        << answer;
  }
}

TEST(PrepareBatchTest, AnAnswerTakesWhatItHasToSay) {
  feed::v1::FeedMessage faulty;
  faulty.mutable_force()->set_occurred("x");
  const std::vector<PreparedMessage> prepared =
      Prepare(std::vector<std::string>(100, faulty.SerializeAsString()));
  std::size_t said = 0;
  for (const PreparedMessage& message : prepared) {
    EXPECT_FALSE(message.violations.empty());
    for (const v1::FieldViolation& violation : message.violations) {
      said += violation.ByteSizeLong();
    }
  }
  // As it is and as it is sent.
  EXPECT_GE(BytesOfAnswer(prepared), 2 * said);
}

}  // namespace
}  // namespace serieslink::ingest
