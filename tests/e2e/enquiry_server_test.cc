// Goal: standing queries and trace requests work through the programs' interface, over mutual TLS,
// across restarts, and end by the server's clock. Method: a whole server within this process, over
// an embedded store; clients with certificates.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "serieslink/alert/v1/alert_service.grpc.pb.h"
#include "serieslink/enquiry/v1/enquiry_service.grpc.pb.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::Duration kDay = absl::Hours(24);

class EnquiryServerTest : public testing::Test {
 protected:
  EnquiryServerTest() : server_(config::v1::LeadsConfig(), 100 * kDay) {}

  static std::unique_ptr<grpc::ClientContext> Context() {
    auto context = std::make_unique<grpc::ClientContext>();
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    return context;
  }

  std::unique_ptr<enquiry::v1::EnquiryService::Stub> Enquiries(const std::string& agency) {
    return enquiry::v1::EnquiryService::NewStub(server_.As(agency).channel());
  }

  // Asks until `until` from now, by the wall clock.
  Reply<enquiry::v1::CreateEnquiryResponse> Ask(const std::string& agency, const std::string& text,
                                                absl::Duration until) {
    enquiry::v1::CreateEnquiryRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    request.set_unit("trident");
    request.set_purpose("a shooting");
    request.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(absl::Now() + until));
    Reply<enquiry::v1::CreateEnquiryResponse> reply;
    reply.status = Enquiries(agency)->CreateEnquiry(Context().get(), request, &reply.message);
    return reply;
  }

  void PushGun(const std::string& id) {
    const auto pushed = server_.As("mers").Submit(
        {ForceRecordOf(absl::StrCat("system: 'S' record_id: '", id,
                                    "' record_type: 'RECOVERY' guns { make: 'Glock' calibre: "
                                    "'9x19' serials { text: 'AB12345' } } marking { visibility: "
                                    "'OPEN' }"))},
        /*wait_for_linkage=*/true);
    ASSERT_TRUE(pushed.ok()) << pushed.status.error_message();
    ASSERT_EQ(pushed->acknowledgements(0).outcome(), ingest::v1::OUTCOME_CREATED);
  }

  // The kinds of all alerts behind the last position, which is kept.
  std::vector<std::string> Hear(const std::string& agency, std::string& position) {
    alert::v1::WatchAlertsRequest request;
    if (position.empty()) {
      request.set_after_revision(0);
    } else {
      request.set_position(position);
    }
    const auto context = Context();
    const auto stub = alert::v1::AlertService::NewStub(server_.As(agency).channel());
    const auto stream = stub->WatchAlerts(context.get(), request);
    std::vector<std::string> kinds;
    alert::v1::WatchAlertsResponse message;
    while (stream->Read(&message)) {
      position = message.position();
      if (message.has_alert()) {
        kinds.push_back(alert::v1::AlertKind_Name(message.alert().kind()));
      }
      if (message.is_current()) break;
    }
    context->TryCancel();
    stream->Finish();
    return kinds;
  }

  TestServer server_;
};

constexpr char kQuery[] = "kind: ENQUIRY_KIND_STANDING_QUERY gun { serial: 'AB12345' }";

TEST_F(EnquiryServerTest, AQueryTellsAcrossRestartsUntilItExpires) {
  // The server's clock is 100 days behind.
  const auto asked = Ask("kent", kQuery, -90 * kDay);
  ASSERT_TRUE(asked.ok()) << asked.status.error_message();
  EXPECT_EQ(asked->enquiry().principal(), "feed");
  std::string position;
  EXPECT_THAT(Hear("kent", position), IsEmpty());
  server_.Restart();
  PushGun("A");
  EXPECT_THAT(Hear("kent", position), ElementsAre("ALERT_KIND_QUERY_MATCHED"));
  server_.Restart();
  EXPECT_THAT(Hear("kent", position), IsEmpty());
  server_.SetClock(89 * kDay);  // after ten days
  PushGun("B");
  EXPECT_THAT(Hear("kent", position), IsEmpty()) << "it has expired";
  enquiry::v1::ActOnEnquiryRequest renew;
  renew.set_enquiry_id(asked->enquiry().enquiry_id());
  renew.mutable_renew_until()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  enquiry::v1::ActOnEnquiryResponse renewed;
  ASSERT_TRUE(Enquiries("kent")->ActOnEnquiry(Context().get(), renew, &renewed).ok());
  EXPECT_EQ(renewed.enquiry().status(), enquiry::v1::ENQUIRY_STATUS_OPEN);
  PushGun("C");
  EXPECT_THAT(Hear("kent", position), ElementsAre("ALERT_KIND_QUERY_MATCHED"));
  std::string other;
  EXPECT_THAT(Hear("nabis", other), IsEmpty());
  EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n");
}

TEST_F(EnquiryServerTest, ATraceRequestGoesToAnotherAgencyAndComesBack) {
  const auto asked = Ask("mps",
                         "kind: ENQUIRY_KIND_TRACE_REQUEST gun { serial: 'AB12345' } "
                         "asked_agencies: 'kent'",
                         -90 * kDay);
  ASSERT_TRUE(asked.ok()) << asked.status.error_message();
  server_.Restart();
  std::string position;
  EXPECT_THAT(Hear("kent", position), ElementsAre("ALERT_KIND_TRACE_REQUESTED"));
  enquiry::v1::AnswerTraceRequestRequest answer;
  answer.set_enquiry_id(asked->enquiry().enquiry_id());
  answer.set_answer(enquiry::v1::TRACE_ANSWER_KNOWN);
  enquiry::v1::AnswerTraceRequestResponse answered;
  ASSERT_TRUE(Enquiries("kent")->AnswerTraceRequest(Context().get(), answer, &answered).ok());
  EXPECT_EQ(answered.enquiry().status(), enquiry::v1::ENQUIRY_STATUS_ANSWERED);
  EXPECT_EQ(Enquiries("nabis")->AnswerTraceRequest(Context().get(), answer, &answered).error_code(),
            grpc::StatusCode::NOT_FOUND);
  position.clear();
  EXPECT_THAT(Hear("mps", position), ElementsAre("ALERT_KIND_TRACE_ANSWERED"));
  // What an agency asked can only be taken back through the service.
  EXPECT_FALSE(server_.As("mps").Withdraw(asked->enquiry().enquiry_id()).ok());
  EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n");
}

TEST_F(EnquiryServerTest, NobodyPushesInTheNameOfAnother) {
  feed::v1::FeedMessage message;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "enquiry { name: 'x' version: 1 kind: 'STANDING_QUERY' unit: 'u' purpose: 'p' gun { serial: "
      "'AB12345' } expire_time { seconds: 4000000000 } act { kind: 'ASK' } asked { kind: 'ASK' } }",
      &message));
  const auto pushed = server_.As("mps").Submit({message});
  ASSERT_TRUE(pushed.ok());
  EXPECT_EQ(pushed->acknowledgements(0).outcome(), ingest::v1::OUTCOME_REJECTED);
  EXPECT_EQ(pushed->acknowledgements(0).violations(0).reason(),
            type::v1::ERROR_REASON_FEED_NOT_ALLOWED);
}

}  // namespace
}  // namespace serieslink
