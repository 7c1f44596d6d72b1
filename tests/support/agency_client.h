#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/security/credentials.h"
#include "serieslink/firearm/v1/firearm_service.grpc.pb.h"
#include "serieslink/ingest/v1/ingest_service.grpc.pb.h"
#include "serieslink/ingest/v1/wire.pb.h"
#include "serieslink/series/v1/series_service.grpc.pb.h"
#include "serieslink/type/v1/error_reason.pb.h"

namespace serieslink {

// What an error says beside its code: the reason of its ErrorInfo (UNSPECIFIED when it has none),
// and the fields that its BadRequest names.
struct ErrorDetails {
  type::v1::ErrorReason reason = type::v1::ERROR_REASON_UNSPECIFIED;
  std::string domain;
  std::vector<std::string> fields;
};
ErrorDetails DetailsOf(const grpc::Status& status);

// An answer, or the error instead of it.
template <typename Message>
struct Reply {
  grpc::Status status;
  Message message;

  bool ok() const { return status.ok(); }
  const Message* operator->() const { return &message; }
  const Message& operator*() const { return message; }
};

// A channel that shares its connection with no other.
std::shared_ptr<grpc::Channel> NewChannel(
    const std::string& address, const std::shared_ptr<grpc::ChannelCredentials>& credentials);

// Calls the server as one agency. Every call has a deadline, so that a test never hangs.
// Thread-safe.
class AgencyClient {
 public:
  AgencyClient(std::string agency, std::shared_ptr<grpc::Channel> channel);

  const std::string& agency() const { return agency_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  ingest::v1::IngestService::Stub& ingest() const { return *ingest_; }
  series::v1::SeriesService::Stub& series() const { return *series_; }

  // One batch of the agency's own.
  Reply<ingest::v1::BatchResult> Submit(const std::vector<feed::v1::FeedMessage>& messages,
                                        bool wait_for_linkage = false) const;
  // The same over a stream, `batch_size` messages a batch: all acknowledgements in order.
  Reply<ingest::v1::BatchResult> SubmitStream(const std::vector<feed::v1::FeedMessage>& messages,
                                              int batch_size) const;
  // A request as it is written here, whatever it holds.
  Reply<ingest::v1::BatchResult> SubmitWire(const ingest::v1::SubmitRequestWire& request) const;
  // Bytes in the place of a request.
  Reply<ingest::v1::BatchResult> SubmitBytes(std::string_view bytes) const;

  // Calls any unary method ("/package.Service/Method") with the bytes of a request; the bytes of
  // the answer.
  Reply<std::string> CallBytes(const std::string& method, std::string_view request) const;
  // Begins a call and ends it without a request.
  grpc::Status CallWithoutRequest(const std::string& method) const;
  // Sends one request on any bidirectional stream, and reads the first answer.
  Reply<std::string> StreamBytes(const std::string& method, std::string_view request) const;

  Reply<ingest::v1::Acknowledgement> Withdraw(const std::string& record_id) const;
  Reply<ingest::v1::GetRecordResponse> GetRecord(const std::string& record_id,
                                                 std::int64_t as_at_revision = 0) const;
  Reply<series::v1::GetSeriesResponse> GetSeries(const series::v1::GetSeriesRequest& request) const;
  Reply<series::v1::GetSeriesResponse> GetSeries(const std::string& id,
                                                 std::int64_t min_revision = 0) const;
  Reply<series::v1::ExplainLinkResponse> ExplainLink(const std::string& first,
                                                     const std::string& second,
                                                     std::int64_t min_revision = 0) const;
  Reply<series::v1::ExplainSeriesResponse> ExplainSeries(
      const series::v1::ExplainSeriesRequest& request) const;
  Reply<series::v1::ListSeriesResponse> ListSeries(
      const series::v1::ListSeriesRequest& request) const;
  // All pages of `request`, which must have no page token, as one.
  Reply<series::v1::ListSeriesResponse> ListAllSeries(series::v1::ListSeriesRequest request) const;
  Reply<firearm::v1::SearchFirearmsResponse> SearchFirearms(
      const firearm::v1::SearchFirearmsRequest& request) const;
  Reply<firearm::v1::TraceFirearmResponse> TraceFirearm(
      const firearm::v1::TraceFirearmRequest& request) const;
  Reply<firearm::v1::TraceFirearmResponse> TraceFirearm(const std::string& id,
                                                        std::int64_t min_revision = 0) const;

 private:
  std::string agency_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<ingest::v1::IngestService::Stub> ingest_;
  std::unique_ptr<series::v1::SeriesService::Stub> series_;
  std::unique_ptr<firearm::v1::FirearmService::Stub> firearm_;
};

// A force record in protobuf text format. Ends the process when it is none.
feed::v1::FeedMessage ForceRecordOf(const std::string& text);

// The messages of a file such as those of tests/e2e/feeds: one line is one message of `feed`, as
// protobuf JSON. Ends the process when the file cannot be read.
std::vector<feed::v1::FeedMessage> ReadSamples(const std::string& path, const std::string& feed);

}  // namespace serieslink
