#include "services/cli/push_stream.h"

#include <utility>

namespace serieslink::cli {

BatchBuilder::BatchBuilder(std::string agency, bool wait_for_linkage, int batch_messages_max,
                           std::size_t batch_bytes_max)
    : agency_(std::move(agency)),
      wait_for_linkage_(wait_for_linkage),
      batch_messages_max_(batch_messages_max),
      batch_bytes_max_(batch_bytes_max) {
  Begin();
}

void BatchBuilder::Begin() {
  batch_ = OutgoingBatch();
  bytes_ = 0;
  ingest::v1::Batch& batch = *batch_.request.mutable_batch();
  batch.set_batch_id(++batch_id_);
  batch.set_agency(agency_);
  batch.set_wait_for_linkage(wait_for_linkage_);
  batch.set_validate_only(validate_only_);
}

void BatchBuilder::ValidateOnly() {
  validate_only_ = true;
  batch_.request.mutable_batch()->set_validate_only(true);
}

absl::optional<OutgoingBatch> BatchBuilder::Add(const std::string& file, InputRecord&& record,
                                                int file_number) {
  absl::optional<OutgoingBatch> complete;
  const std::size_t bytes = record.message.ByteSizeLong();
  if (bytes_ + bytes > batch_bytes_max_) complete = Finish();
  bytes_ += bytes;
  *batch_.request.mutable_batch()->add_messages() = std::move(record.message);
  batch_.origins.push_back({file, file_number, record.line, std::move(record.text)});
  if (!complete.has_value() && batch_.request.batch().messages_size() >= batch_messages_max_) {
    complete = Finish();
  }
  return complete;
}

absl::optional<OutgoingBatch> BatchBuilder::Finish() {
  if (batch_.origins.empty()) return absl::nullopt;
  OutgoingBatch complete = std::move(batch_);
  Begin();
  return complete;
}

PushStream::PushStream(const std::shared_ptr<grpc::Channel>& channel, OnResult on_result)
    : on_result_(std::move(on_result)),
      stub_(ingest::v1::IngestService::NewStub(channel)),
      call_(stub_->SubmitStream(&context_)),
      reader_([this] { ReadResults(); }) {}

PushStream::~PushStream() {
  if (finished_) return;
  context_.TryCancel();
  Finish();
}

bool PushStream::Send(OutgoingBatch&& batch) {
  const ingest::v1::SubmitStreamRequest* request = nullptr;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [&] { return ended_ || unacknowledged_.size() < kBatchesUnacknowledgedMax; });
    if (ended_) {
      unacknowledged_.push_back(std::move(batch));
      return false;
    }
    // Known before it is sent: its answer may come at once. A deque keeps its elements in place,
    // and only the answer removes this one.
    request = &unacknowledged_.emplace_back(std::move(batch)).request;
  }
  return call_->Write(*request);
}

grpc::Status PushStream::Finish() {
  finished_ = true;
  call_->WritesDone();
  reader_.join();
  const grpc::Status status = call_->Finish();
  const std::lock_guard lock(mutex_);
  if (mismatched_) {
    return grpc::Status(grpc::StatusCode::DATA_LOSS,
                        "the server's answer does not belong to what was sent");
  }
  if (status.ok() && !unacknowledged_.empty()) {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE,
                        "socket closed before everything was answered");
  }
  return status;
}

void PushStream::ReadResults() {
  ingest::v1::SubmitStreamResponse response;
  while (call_->Read(&response)) {
    const ingest::v1::BatchResult& result = response.result();
    // The front stays until it is counted, so that Finish and the window see it as under way.
    const OutgoingBatch* batch = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (unacknowledged_.empty() ||
          unacknowledged_.front().request.batch().batch_id() != result.batch_id() ||
          unacknowledged_.front().origins.size() !=
              static_cast<std::size_t>(result.acknowledgements_size())) {
        mismatched_ = true;
        break;
      }
      batch = &unacknowledged_.front();
    }
    on_result_(*batch, result);
    {
      const std::lock_guard lock(mutex_);
      unacknowledged_.pop_front();
    }
    changed_.notify_all();
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (mismatched_) context_.TryCancel();
  }
  changed_.notify_all();
}

}  // namespace serieslink::cli
