// Reads that wait for what is still to come, and states of knowledge that nobody has yet.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/util/time_util.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using google::protobuf::util::TimeUtil;
using series::v1::ListSeriesRequest;
using series::v1::ListSeriesResponse;

constexpr std::chrono::seconds kLong(60);
// Calls under way that one agency may have, unless the configuration says otherwise.
constexpr int kCallsPerAgency = 64;

// A call that goes on beside the test.
class WaitingCall {
 public:
  WaitingCall(const AgencyClient& client, std::int64_t min_revision,
              std::chrono::milliseconds deadline)
      : WaitingCall(client, MinRevision(min_revision), deadline) {}

  WaitingCall(const AgencyClient& client, ListSeriesRequest request,
              std::chrono::milliseconds deadline)
      : request_(std::move(request)) {
    context_.set_deadline(std::chrono::system_clock::now() + deadline);
    client.series().async()->ListSeries(&context_, &request_, &response_, [this](auto status) {
      const std::lock_guard lock(mutex_);
      status_ = std::move(status);
      is_over_ = true;
      over_.notify_all();
    });
  }
  ~WaitingCall() {
    Cancel();
    Wait();
  }

  void Cancel() { context_.TryCancel(); }
  bool is_over() {
    const std::lock_guard lock(mutex_);
    return is_over_;
  }
  const grpc::Status& Wait() {
    std::unique_lock lock(mutex_);
    over_.wait(lock, [&] { return is_over_; });
    return status_;
  }
  // Once Wait has returned.
  const ListSeriesResponse& response() const { return response_; }

 private:
  static ListSeriesRequest MinRevision(std::int64_t revision) {
    ListSeriesRequest request;
    request.mutable_view()->set_min_revision(revision);
    return request;
  }

  grpc::ClientContext context_;
  ListSeriesRequest request_;
  ListSeriesResponse response_;
  std::mutex mutex_;
  std::condition_variable over_;
  grpc::Status status_;
  bool is_over_ = false;
};

class ReadWaitsTest : public testing::Test {
 protected:
  std::int64_t Push() {
    const auto reply = mers_.Submit(
        {ForceRecordOf(absl::StrCat("system: 'NICHE' record_id: '", ++pushed_,
                                    "' record_type: 'INCIDENT' marking { visibility: 'OPEN' }"))});
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->acknowledgements(0).revision();
  }

  static void ExpectUnknown(const grpc::Status& status, const std::string& field) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    const ErrorDetails details = DetailsOf(status);
    EXPECT_EQ(details.reason, type::v1::ERROR_REASON_REVISION_UNKNOWN);
    EXPECT_EQ(details.fields, std::vector<std::string>{field});
  }

  TestServer server_;
  const AgencyClient mers_ = server_.As("mers");
  int pushed_ = 0;
};

TEST_F(ReadWaitsTest, ARevisionThatNeverComesIsWaitedForUntilTheDeadline) {
  const std::int64_t latest = Push();
  for (const std::int64_t ahead : {latest + 1, latest + 1000, INT64_MAX}) {
    const absl::Time begun = absl::Now();
    WaitingCall call(mers_, ahead, std::chrono::milliseconds(1000));
    const grpc::Status& status = call.Wait();
    // The reason comes back before the deadline takes it away.
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
    EXPECT_EQ(DetailsOf(status).reason, type::v1::ERROR_REASON_REVISION_NOT_YET);
    EXPECT_GE(absl::Now() - begun, absl::Milliseconds(800));
  }
}

TEST_F(ReadWaitsTest, ARevisionThatComesIsAnsweredAtOnce) {
  const std::int64_t latest = Push();
  WaitingCall next(mers_, latest + 1, kLong);
  WaitingCall after_next(mers_, latest + 2, kLong);
  ASSERT_EQ(Push(), latest + 1);
  EXPECT_TRUE(next.Wait().ok()) << next.Wait().error_message();
  EXPECT_GE(next.response().revision(), latest + 1);
  EXPECT_FALSE(after_next.is_over());
  ASSERT_EQ(Push(), latest + 2);
  EXPECT_TRUE(after_next.Wait().ok());
  EXPECT_GE(after_next.response().revision(), latest + 2);
}

TEST_F(ReadWaitsTest, AStateIsAskedForThatComesWithTheRevisionWaitedFor) {
  const std::int64_t latest = Push();
  ListSeriesRequest request;
  request.mutable_view()->set_revision(latest + 1);
  request.mutable_view()->set_min_revision(latest + 1);
  WaitingCall call(mers_, request, kLong);
  Push();
  Push();
  EXPECT_TRUE(call.Wait().ok()) << call.Wait().error_message();
  EXPECT_EQ(call.response().revision(), latest + 1);
  // It is there, and what is asked for still is not.
  request.mutable_view()->set_revision(latest + 9);
  ExpectUnknown(mers_.ListSeries(request).status, "view.revision");
}

TEST_F(ReadWaitsTest, CallsThatWaitHoldPlacesOfTheirAgencyUntilTheyAreGivenUp) {
  const std::int64_t latest = Push();
  // A connection has as many calls at once as an agency may, so on two of them.
  const AgencyClient again = server_.As("mers");
  std::list<WaitingCall> calls;
  for (int i = 0; i < kCallsPerAgency + 6; ++i) {
    calls.emplace_back(i % 2 == 0 ? mers_ : again, latest + 1000, kLong);
  }
  // They hold all places once another one gets none.
  grpc::Status refused;
  while (refused.ok()) refused = mers_.ListSeries({}).status;
  EXPECT_EQ(DetailsOf(refused).reason, type::v1::ERROR_REASON_OVERLOADED);
  EXPECT_TRUE(server_.As("btp").ListSeries({}).ok());
  for (WaitingCall& call : calls) call.Cancel();
  for (WaitingCall& call : calls) EXPECT_FALSE(call.Wait().ok());
  const absl::Time begun = absl::Now();
  grpc::Status status = refused;
  while (!status.ok() && absl::Now() - begun < absl::Seconds(25)) {
    status = mers_.ListSeries({}).status;
  }
  EXPECT_TRUE(status.ok()) << "long before the server gives up by itself";
}

TEST_F(ReadWaitsTest, ARecordIsThereAsSoonAsItIsAcknowledged) {
  const AgencyClient btp = server_.As("btp");
  for (int i = 0; i < 100; ++i) {
    const auto reply = mers_.Submit({ForceRecordOf(
        absl::StrCat("system: 'NICHE' record_id: 'now-", i,
                     "' record_type: 'RECOVERY' marking { visibility: 'OPEN' } guns {}"))});
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    const std::string& id = reply->acknowledgements(0).record_id();
    const auto record = (i % 2 == 0 ? mers_ : btp).GetRecord(id);
    ASSERT_TRUE(record.ok()) << i << ": " << record.status.error_message();
    EXPECT_EQ(record->exhibit_ids_size(), 1);
    EXPECT_GE(record->revision(), reply->acknowledgements(0).revision());
  }
}

TEST_F(ReadWaitsTest, AStateThatNobodyKnowsYetIsRefusedByName) {
  const std::int64_t latest = Push();
  const std::string id =
      mers_
          .Submit({ForceRecordOf("system: 'NICHE' record_id: 'r' record_type: 'INCIDENT' guns {}")})
          ->acknowledgements(0)
          .record_id();
  ASSERT_FALSE(id.empty());
  series::v1::GetSeriesRequest get;
  get.set_series_id(id);
  ListSeriesRequest list;
  firearm::v1::SearchFirearmsRequest search;
  const auto expect_all = [&](const series::v1::ViewSelector& view, const char* field) {
    *get.mutable_view() = view;
    *list.mutable_view() = view;
    *search.mutable_view() = view;
    ExpectUnknown(mers_.GetSeries(get).status, field);
    ExpectUnknown(mers_.ListSeries(list).status, field);
    ExpectUnknown(mers_.SearchFirearms(search).status, field);
  };
  series::v1::ViewSelector view;
  view.set_revision(latest + 100);
  expect_all(view, "view.revision");
  view.set_revision(INT64_MAX);
  expect_all(view, "view.revision");
  ExpectUnknown(mers_.GetRecord(id, latest + 100).status, "as_at_revision");

  *view.mutable_time() =
      TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(absl::Now() + absl::Minutes(10)));
  expect_all(view, "view.time");
  view.mutable_time()->set_seconds(TimeUtil::kTimestampMaxSeconds);
  expect_all(view, "view.time");

  // With everything else that is wrong.
  list.set_page_size(-1);
  EXPECT_EQ(DetailsOf(mers_.ListSeries(list).status).fields,
            (std::vector<std::string>{"page_size", "view.time"}));
  // The present is known, and the time before the first record.
  for (const absl::Time time : {absl::Now(), absl::FromUnixSeconds(0)}) {
    ListSeriesRequest known;
    *known.mutable_view()->mutable_time() =
        TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
    EXPECT_TRUE(mers_.ListSeries(known).ok()) << time;
  }
}

// A client that watches health, as load balancers do, for as long as the server lets it.
class HealthWatch {
 public:
  explicit HealthWatch(const AgencyClient& client) : stub_(client.channel()) {
    call_ = stub_.PrepareCall(&context_, "/grpc.health.v1.Health/Watch", &queue_);
    call_->StartCall(this);
    EXPECT_TRUE(Next());
    const grpc::Slice of_the_whole_server;
    call_->Write(grpc::ByteBuffer(&of_the_whole_server, 1), this);
    EXPECT_TRUE(Next());
    call_->WritesDone(this);
    EXPECT_TRUE(Next());
    EXPECT_TRUE(ReadOne());
  }
  ~HealthWatch() {
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  // False once the server has ended the call.
  bool ReadOne() {
    call_->Read(&answer_, this);
    return Next();
  }
  grpc::Status Finish() {
    grpc::Status status;
    call_->Finish(&status, this);
    EXPECT_TRUE(Next());
    return status;
  }

 private:
  bool Next() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  grpc::ByteBuffer answer_;
};

// A connection on which no handshake ever comes.
class SilentConnection {
 public:
  explicit SilentConnection(const std::string& address)
      : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&server), sizeof(server)), 0);
  }
  ~SilentConnection() { close(socket_); }

 private:
  const int socket_;
};

TEST_F(ReadWaitsTest, AServerThatIsToldToStopWaitsForNobodyWhoOnlyWaits) {
  Push();
  const SilentConnection silent(server_.address());
  const AgencyClient btp = server_.As("btp");
  ASSERT_TRUE(btp.ListSeries(ListSeriesRequest()).ok());  // a good connection, idle from here on
  WaitingCall read(mers_, INT64_MAX, kLong);
  HealthWatch watch(mers_);
  const absl::Time begun = absl::Now();
  server_.Restart();
  // Calls under way may have 20 seconds; these are not worth the wait.
  EXPECT_LT(absl::Now() - begun, absl::Seconds(15));
  const grpc::Status& status = read.Wait();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_EQ(DetailsOf(status).reason, type::v1::ERROR_REASON_SHUTTING_DOWN);
  // It was told NOT_SERVING before it was ended.
  EXPECT_TRUE(watch.ReadOne());
  EXPECT_FALSE(watch.ReadOne());
  EXPECT_FALSE(watch.Finish().ok());
}

}  // namespace
}  // namespace serieslink
