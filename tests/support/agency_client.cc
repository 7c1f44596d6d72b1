#include "tests/support/agency_client.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <utility>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/channel_arguments.h"
#include "grpcpp/support/sync_stream.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;

constexpr auto kDeadline = std::chrono::seconds(60);

void Arm(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
}

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

void FillBatch(const std::string& agency, const std::vector<FeedMessage>& messages,
               std::size_t begin, std::size_t end, ingest::v1::Batch& batch) {
  batch.set_agency(agency);
  for (std::size_t i = begin; i < end; ++i) *batch.add_messages() = messages[i];
}

grpc::ByteBuffer BufferOf(std::string_view bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  return grpc::ByteBuffer(&slice, 1);
}

std::string TextOf(const grpc::ByteBuffer& buffer) {
  grpc::Slice all;
  if (!buffer.DumpToSingleSlice(&all).ok()) Die("a message cannot be read");
  return std::string(reinterpret_cast<const char*>(all.begin()), all.size());
}

}  // namespace

ErrorDetails DetailsOf(const grpc::Status& status) {
  ErrorDetails details;
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details())) return details;
  for (const google::protobuf::Any& any : rich.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    if (any.UnpackTo(&info)) {
      type::v1::ErrorReason_Parse(info.reason(), &details.reason);
      details.domain = info.domain();
    } else if (any.UnpackTo(&bad)) {
      for (const auto& violation : bad.field_violations()) {
        details.fields.push_back(violation.field());
      }
    }
  }
  return details;
}

std::shared_ptr<grpc::Channel> NewChannel(
    const std::string& address, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(address, credentials, arguments);
}

AgencyClient::AgencyClient(std::string agency, std::shared_ptr<grpc::Channel> channel)
    : agency_(std::move(agency)),
      channel_(std::move(channel)),
      ingest_(ingest::v1::IngestService::NewStub(channel_)),
      series_(series::v1::SeriesService::NewStub(channel_)),
      firearm_(firearm::v1::FirearmService::NewStub(channel_)) {}

Reply<ingest::v1::BatchResult> AgencyClient::Submit(const std::vector<FeedMessage>& messages,
                                                    bool wait_for_linkage) const {
  ingest::v1::SubmitRequest request;
  FillBatch(agency_, messages, 0, messages.size(), *request.mutable_batch());
  request.mutable_batch()->set_wait_for_linkage(wait_for_linkage);
  grpc::ClientContext context;
  Arm(context);
  ingest::v1::SubmitResponse response;
  const grpc::Status status = ingest_->Submit(&context, request, &response);
  return {status, std::move(*response.mutable_result())};
}

Reply<ingest::v1::BatchResult> AgencyClient::SubmitStream(const std::vector<FeedMessage>& messages,
                                                          int batch_size) const {
  grpc::ClientContext context;
  Arm(context);
  const auto stream = ingest_->SubmitStream(&context);
  // Read beside writing: the server takes no more batches than its window until it is read from.
  std::thread writer([&] {
    std::uint64_t batch_id = 0;
    const auto step = static_cast<std::size_t>(batch_size);
    for (std::size_t begin = 0; begin < messages.size(); begin += step) {
      ingest::v1::SubmitStreamRequest request;
      FillBatch(agency_, messages, begin, std::min(begin + step, messages.size()),
                *request.mutable_batch());
      request.mutable_batch()->set_batch_id(++batch_id);
      if (!stream->Write(request)) return;
    }
    stream->WritesDone();
  });
  Reply<ingest::v1::BatchResult> reply;
  ingest::v1::SubmitStreamResponse response;
  std::uint64_t expected = 0;
  bool in_order = true;
  while (stream->Read(&response)) {
    in_order = in_order && response.result().batch_id() == ++expected;
    for (auto& one : *response.mutable_result()->mutable_acknowledgements()) {
      *reply.message.add_acknowledgements() = std::move(one);
    }
    reply.message.mutable_unknown_codes()->MergeFrom(response.result().unknown_codes());
  }
  writer.join();
  reply.status = stream->Finish();
  if (reply.status.ok() && !in_order) {
    reply.status = grpc::Status(grpc::StatusCode::INTERNAL, "answers came in another order");
  }
  return reply;
}

Reply<ingest::v1::BatchResult> AgencyClient::SubmitWire(
    const ingest::v1::SubmitRequestWire& request) const {
  return SubmitBytes(request.SerializeAsString());
}

Reply<ingest::v1::BatchResult> AgencyClient::SubmitBytes(std::string_view bytes) const {
  const Reply<std::string> answer = CallBytes("/serieslink.ingest.v1.IngestService/Submit", bytes);
  Reply<ingest::v1::BatchResult> reply{answer.status, {}};
  ingest::v1::SubmitResponse response;
  if (!reply.ok()) return reply;
  if (!response.ParseFromString(*answer)) {
    reply.status = grpc::Status(grpc::StatusCode::INTERNAL, "the answer cannot be read");
  }
  reply.message = std::move(*response.mutable_result());
  return reply;
}

Reply<std::string> AgencyClient::CallBytes(const std::string& method,
                                           std::string_view request) const {
  const grpc::ByteBuffer sent = BufferOf(request);
  grpc::ByteBuffer answer;
  grpc::ClientContext context;
  Arm(context);
  const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::NORMAL_RPC,
                                      channel_);
  const grpc::Status status =
      grpc::internal::BlockingUnaryCall(channel_.get(), rpc, &context, sent, &answer);
  return {status, status.ok() ? TextOf(answer) : std::string()};
}

grpc::Status AgencyClient::CallWithoutRequest(const std::string& method) const {
  grpc::ClientContext context;
  Arm(context);
  const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING,
                                      channel_);
  const std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream(
      grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
          channel_.get(), rpc, &context));
  stream->WritesDone();
  return stream->Finish();
}

Reply<std::string> AgencyClient::StreamBytes(const std::string& method,
                                             std::string_view request) const {
  grpc::ClientContext context;
  Arm(context);
  const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING,
                                      channel_);
  const std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream(
      grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
          channel_.get(), rpc, &context));
  stream->Write(BufferOf(request));
  stream->WritesDone();
  grpc::ByteBuffer answer;
  Reply<std::string> reply;
  if (stream->Read(&answer)) {
    reply.message = TextOf(answer);
    grpc::ByteBuffer rest;
    while (stream->Read(&rest)) {
    }
  }
  reply.status = stream->Finish();
  return reply;
}

Reply<ingest::v1::Acknowledgement> AgencyClient::Withdraw(const std::string& record_id) const {
  ingest::v1::WithdrawRecordRequest request;
  request.set_record_id(record_id);
  request.set_reason("recorded by mistake");
  grpc::ClientContext context;
  Arm(context);
  ingest::v1::WithdrawRecordResponse response;
  const grpc::Status status = ingest_->WithdrawRecord(&context, request, &response);
  return {status, std::move(*response.mutable_acknowledgement())};
}

Reply<ingest::v1::GetRecordResponse> AgencyClient::GetRecord(const std::string& record_id,
                                                             std::int64_t as_at_revision) const {
  ingest::v1::GetRecordRequest request;
  request.set_record_id(record_id);
  request.set_as_at_revision(as_at_revision);
  grpc::ClientContext context;
  Arm(context);
  Reply<ingest::v1::GetRecordResponse> reply;
  reply.status = ingest_->GetRecord(&context, request, &reply.message);
  return reply;
}

Reply<series::v1::GetSeriesResponse> AgencyClient::GetSeries(
    const series::v1::GetSeriesRequest& request) const {
  grpc::ClientContext context;
  Arm(context);
  Reply<series::v1::GetSeriesResponse> reply;
  reply.status = series_->GetSeries(&context, request, &reply.message);
  return reply;
}

Reply<series::v1::GetSeriesResponse> AgencyClient::GetSeries(const std::string& id,
                                                             std::int64_t min_revision) const {
  series::v1::GetSeriesRequest request;
  request.set_series_id(id);
  request.mutable_view()->set_min_revision(min_revision);
  return GetSeries(request);
}

Reply<series::v1::ExplainLinkResponse> AgencyClient::ExplainLink(const std::string& first,
                                                                 const std::string& second,
                                                                 std::int64_t min_revision) const {
  series::v1::ExplainLinkRequest request;
  request.set_first_id(first);
  request.set_second_id(second);
  request.mutable_view()->set_min_revision(min_revision);
  grpc::ClientContext context;
  Arm(context);
  Reply<series::v1::ExplainLinkResponse> reply;
  reply.status = series_->ExplainLink(&context, request, &reply.message);
  return reply;
}

Reply<series::v1::ExplainSeriesResponse> AgencyClient::ExplainSeries(
    const series::v1::ExplainSeriesRequest& request) const {
  grpc::ClientContext context;
  Arm(context);
  Reply<series::v1::ExplainSeriesResponse> reply;
  reply.status = series_->ExplainSeries(&context, request, &reply.message);
  return reply;
}

Reply<series::v1::ListSeriesResponse> AgencyClient::ListSeries(
    const series::v1::ListSeriesRequest& request) const {
  grpc::ClientContext context;
  Arm(context);
  Reply<series::v1::ListSeriesResponse> reply;
  reply.status = series_->ListSeries(&context, request, &reply.message);
  return reply;
}

Reply<series::v1::ListSeriesResponse> AgencyClient::ListAllSeries(
    series::v1::ListSeriesRequest request) const {
  Reply<series::v1::ListSeriesResponse> all;
  do {
    Reply<series::v1::ListSeriesResponse> page = ListSeries(request);
    all.status = page.status;
    if (!page.ok()) return all;
    for (auto& one : *page.message.mutable_series()) {
      *all.message.add_series() = std::move(one);
    }
    all.message.set_revision(page->revision());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return all;
}

Reply<firearm::v1::SearchFirearmsResponse> AgencyClient::SearchFirearms(
    const firearm::v1::SearchFirearmsRequest& request) const {
  grpc::ClientContext context;
  Arm(context);
  Reply<firearm::v1::SearchFirearmsResponse> reply;
  reply.status = firearm_->SearchFirearms(&context, request, &reply.message);
  return reply;
}

Reply<firearm::v1::TraceFirearmResponse> AgencyClient::TraceFirearm(
    const std::string& id, std::int64_t min_revision) const {
  firearm::v1::TraceFirearmRequest request;
  request.set_firearm_id(id);
  request.mutable_view()->set_min_revision(min_revision);
  return TraceFirearm(request);
}

Reply<firearm::v1::TraceFirearmResponse> AgencyClient::TraceFirearm(
    const firearm::v1::TraceFirearmRequest& request) const {
  grpc::ClientContext context;
  Arm(context);
  Reply<firearm::v1::TraceFirearmResponse> reply;
  reply.status = firearm_->TraceFirearm(&context, request, &reply.message);
  return reply;
}

FeedMessage ForceRecordOf(const std::string& text) {
  FeedMessage message;
  if (!google::protobuf::TextFormat::ParseFromString(text, message.mutable_force())) {
    Die("a test's force record is no force record");
  }
  return message;
}

std::vector<FeedMessage> ReadSamples(const std::string& path, const std::string& feed) {
  std::ifstream file(path);
  if (!file) Die("cannot read " + path);
  const auto* field = FeedMessage::descriptor()->FindFieldByName(feed);
  if (field == nullptr) Die("no feed " + feed);
  std::vector<FeedMessage> messages;
  for (std::string line; std::getline(file, line);) {
    FeedMessage message;
    google::protobuf::Message* inner = message.GetReflection()->MutableMessage(&message, field);
    const auto status = google::protobuf::util::JsonStringToMessage(line, inner);
    if (!status.ok()) Die(path + ": " + status.ToString());
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace serieslink
