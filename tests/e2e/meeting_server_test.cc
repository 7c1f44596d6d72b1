// Goal: actions of meetings are kept by the server across restarts, its store is whole with them,
// and nobody makes or takes back one but through the service. Method: a whole server within this
// process, over an embedded store; clients with certificates.
#include <chrono>
#include <memory>
#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "serieslink/meeting/v1/meeting_service.grpc.pb.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

class MeetingServerTest : public testing::Test {
 protected:
  static std::unique_ptr<grpc::ClientContext> Context() {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    return context;
  }

  std::unique_ptr<meeting::v1::MeetingService::Stub> Meetings(const std::string& agency,
                                                              const std::string& principal) {
    return meeting::v1::MeetingService::NewStub(server_.As(agency, principal).channel());
  }

  TestServer server_;
};

TEST_F(MeetingServerTest, AnActionIsKeptAcrossRestarts) {
  meeting::v1::CreateMeetingActionRequest create;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "meeting { kind: PERIOD_KIND_QUARTER year: 2024 quarter: 2 } text: 'visit dealers' "
      "owner_unit: 'trident' four_p: FOUR_P_PROTECT due_day: '2031-12-31' shared_with: 'kent'",
      &create));
  meeting::v1::CreateMeetingActionResponse created;
  const grpc::Status made =
      Meetings("mps", "feed")->CreateMeetingAction(Context().get(), create, &created);
  ASSERT_TRUE(made.ok()) << made.error_message();
  EXPECT_EQ(created.action().principal(), "feed");
  const std::string id = created.action().action_id();
  server_.Restart();

  meeting::v1::UpdateMeetingActionRequest update;
  update.set_action_id(id);
  update.set_note("half done");
  meeting::v1::UpdateMeetingActionResponse updated;
  EXPECT_EQ(
      Meetings("kent", "feed")->UpdateMeetingAction(Context().get(), update, &updated).error_code(),
      grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(Meetings("essex", "feed")
                ->UpdateMeetingAction(Context().get(), update, &updated)
                .error_code(),
            grpc::StatusCode::NOT_FOUND);
  ASSERT_TRUE(Meetings("mps", "feed")->UpdateMeetingAction(Context().get(), update, &updated).ok());
  EXPECT_EQ(updated.action().version(), 2);
  EXPECT_FALSE(server_.As("mps").Withdraw(id).ok());

  meeting::v1::GetMeetingPackRequest request;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "quarter { kind: PERIOD_KIND_QUARTER year: 2024 quarter: 2 }", &request));
  meeting::v1::GetMeetingPackResponse pack;
  const grpc::Status packed =
      Meetings("kent", "feed")->GetMeetingPack(Context().get(), request, &pack);
  ASSERT_TRUE(packed.ok()) << packed.error_message();
  ASSERT_EQ(pack.actions_size(), 1);
  EXPECT_EQ(pack.actions(0).last_note(), "half done");
  EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n");
}

TEST_F(MeetingServerTest, NobodyPushesAnActionInTheNameOfAnother) {
  feed::v1::FeedMessage message;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "meeting_action { name: 'x' version: 1 meeting: '2024Q2' text: 't' owner_agency: 'mps' "
      "owner_unit: 'u' four_p: 'PURSUE' due_day: '2031-12-31' status: 'OPEN' acts { kind: 'RECORD' "
      "} }",
      &message));
  const auto pushed = server_.As("mps").Submit({message});
  ASSERT_TRUE(pushed.ok());
  EXPECT_EQ(pushed->acknowledgements(0).outcome(), ingest::v1::OUTCOME_REJECTED);
  EXPECT_EQ(pushed->acknowledgements(0).violations(0).reason(),
            type::v1::ERROR_REASON_FEED_NOT_ALLOWED);
}

}  // namespace
}  // namespace serieslink
