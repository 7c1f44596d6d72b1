#include "services/ingest/ingest_service.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/identity.h"
#include "services/rpc/process_log.h"
#include "storage/base/status_macros.h"

namespace serieslink::ingest {
namespace {

constexpr std::size_t kReasonBytesMax = 1000;

absl::Status ShuttingDown() {
  return rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_SHUTTING_DOWN,
                        "the server is going down; send what was not acknowledged again");
}

absl::Status RecordNotFound() {
  return rpc::MakeError(absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                        "there is no such record that you may see; check the id");
}

// Commits reach readers in little more than the time of a commit; a client that set no deadline
// must still get an answer.
absl::Time DeadlineOf(const grpc::ServerContext& context, absl::Time now) {
  const absl::Time deadline = absl::FromChrono(context.deadline());
  return std::min(deadline, now + absl::Seconds(30));
}

// The committer's answer, for a thread that waits for it.
class Answered {
 public:
  Committer::Answer Callback() {
    return [this](absl::StatusOr<std::vector<v1::Acknowledgement>> acknowledgements,
                  std::vector<PreparedMessage> rejected) {
      rejected_ = std::move(rejected);
      acknowledgements_.set_value(std::move(acknowledgements));
    };
  }
  absl::StatusOr<std::vector<v1::Acknowledgement>> Wait() {
    return acknowledgements_.get_future().get();
  }
  // Once Wait has returned.
  std::vector<PreparedMessage> TakeRejected() { return std::move(rejected_); }

 private:
  std::promise<absl::StatusOr<std::vector<v1::Acknowledgement>>> acknowledgements_;
  std::vector<PreparedMessage> rejected_;
};

}  // namespace

// One stream: its handler's thread reads and prepares, the committer's decides, a thread of its own
// writes. The number of batches between reading and writing is bounded, so a client that sends
// without reading holds no more than its window.
class IngestService::StreamSession {
 public:
  StreamSession(IngestService* service, grpc::ServerContext* context, rpc::Stream* stream,
                rpc::Identity sender)
      : service_(service), context_(context), stream_(stream), sender_(std::move(sender)) {}

  absl::Status Run() {
    std::thread writer([this] { WriteResults(); });
    absl::Status status = ReadBatches();
    {
      const std::lock_guard lock(mutex_);
      reading_ended_ = true;
      changed_.notify_all();
    }
    writer.join();
    const std::lock_guard lock(mutex_);
    if (status.ok() && !failure_.ok()) status = failure_;
    if (status.ok()) status = ending_;
    return status;
  }

  // Takes no more, and ends the stream with `reason` once what was taken is acknowledged. The first
  // reason counts.
  void End(const absl::Status& reason) {
    const std::lock_guard lock(mutex_);
    if (ending_.ok()) ending_ = reason;
    changed_.notify_all();
  }

 private:
  struct Result {
    std::uint64_t batch_id = 0;
    bool wait_for_linkage = false;
    absl::StatusOr<std::vector<v1::Acknowledgement>> acknowledgements;
    std::vector<v1::UnknownCodeCount> unknown_codes;
    std::vector<PreparedMessage> rejected;  // to be kept before they are told of
  };

  absl::Status ReadBatches() {
    grpc::ByteBuffer bytes;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
          return in_flight_ < service_->options_.stream_window_batches || !ending_.ok() ||
                 !failure_.ok() || context_->IsCancelled();
        });
        if (!ending_.ok() || !failure_.ok() || context_->IsCancelled()) return absl::OkStatus();
      }
      if (!stream_->Read(&bytes, service_->next_patience(),
                         [this](const absl::Status& late) { End(late); })) {
        return absl::OkStatus();
      }
      SL_ASSIGN_OR_RETURN(v1::BatchWire batch, service_->ReadBatch(sender_, bytes));
      bytes.Clear();
      const std::uint64_t batch_id = batch.batch_id();
      const bool wait_for_linkage = batch.wait_for_linkage();
      std::vector<PreparedMessage> messages =
          PrepareBatch(std::move(batch), sender_, service_->options_.feed_policy, *service_->ids_,
                       service_->options_.now());
      std::vector<v1::UnknownCodeCount> unknown_codes = CountUnknownCodes(messages);
      service_->NoteUnknownCodes(sender_, unknown_codes);
      {
        const std::lock_guard lock(mutex_);
        // Read while the stream was being ended: not taken, so the client sends it again.
        if (is_finished_) return absl::OkStatus();
        ++in_flight_;
      }
      service_->committer_->Submit(
          std::move(messages),
          [this, batch_id, wait_for_linkage, unknown_codes = std::move(unknown_codes)](
              absl::StatusOr<std::vector<v1::Acknowledgement>> acknowledgements,
              std::vector<PreparedMessage> rejected) {
            const std::lock_guard lock(mutex_);
            results_.push_back(Result{batch_id, wait_for_linkage, std::move(acknowledgements),
                                      unknown_codes, std::move(rejected)});
            changed_.notify_all();
          });
    }
  }

  // Writes results in the order of their batches until reading has ended and all are written, or
  // the stream is to end. Results are taken off the queue even when they can no longer be sent: the
  // committer holds on to this session until then.
  void WriteResults() {
    for (;;) {
      Result result;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
          return !results_.empty() || (in_flight_ == 0 && (reading_ended_ || !ending_.ok()));
        });
        if (results_.empty()) {
          if (!reading_ended_) FinishEarly(lock, absl::Status(ending_));
          return;
        }
        result = std::move(results_.front());
        results_.pop_front();
      }
      service_->rejects_->Keep(std::move(result.rejected));
      absl::Status status = result.acknowledgements.status();
      if (status.ok() && result.wait_for_linkage) {
        status = service_->FillSeriesOf(sender_, DeadlineOf(*context_, service_->options_.now()),
                                        *result.acknowledgements);
      }
      v1::SubmitStreamResponse response;
      if (status.ok()) {
        v1::BatchResult& batch = *response.mutable_result();
        batch.set_batch_id(result.batch_id);
        for (v1::Acknowledgement& acknowledgement : *result.acknowledgements) {
          *batch.add_acknowledgements() = std::move(acknowledgement);
        }
        batch.mutable_unknown_codes()->Assign(result.unknown_codes.begin(),
                                              result.unknown_codes.end());
        if (!has_failed() && !stream_->Write(response)) {
          status = absl::CancelledError("the client went away");
        }
      }
      std::unique_lock lock(mutex_);
      --in_flight_;
      if (!status.ok() && failure_.ok()) {
        failure_ = status;
        FinishEarly(lock, status);
      }
      changed_.notify_all();
    }
  }

  bool has_failed() const {
    const std::lock_guard lock(mutex_);
    return !failure_.ok();
  }

  // Ends the stream before the client has ended its side, which wakes a reader that waits for a
  // batch that may never come. Called by the writer, while it writes nothing.
  void FinishEarly(std::unique_lock<std::mutex>& lock, const absl::Status& status) {
    is_finished_ = true;
    lock.unlock();
    stream_->Finish(status);
    lock.lock();
  }

  IngestService* const service_;
  grpc::ServerContext* const context_;
  rpc::Stream* const stream_;
  const rpc::Identity sender_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Result> results_;
  int in_flight_ = 0;
  bool reading_ended_ = false;
  absl::Status ending_;
  bool is_finished_ = false;  // no batch is taken any more
  absl::Status failure_;
};

IngestService::IngestService(Committer* committer, RejectKeeper* rejects, const graph::IdKey* ids,
                             const view::RecordViews* records, IngestOptions options)
    : committer_(committer),
      rejects_(rejects),
      ids_(ids),
      records_(records),
      options_(std::move(options)) {
  AddStream("/serieslink.ingest.v1.IngestService/SubmitStream", this, &IngestService::SubmitStream);
  AddUnary("/serieslink.ingest.v1.IngestService/Submit", this, &IngestService::Submit);
  AddUnary("/serieslink.ingest.v1.IngestService/WithdrawRecord", this,
           &IngestService::WithdrawRecord);
  AddUnary("/serieslink.ingest.v1.IngestService/GetRecord", this, &IngestService::GetRecord);
}

void IngestService::Drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
  for (StreamSession* session : sessions_) session->End(ShuttingDown());
}

bool IngestService::draining() const {
  const std::lock_guard lock(mutex_);
  return draining_;
}

absl::StatusOr<v1::BatchWire> IngestService::ReadBatch(const rpc::Identity& sender,
                                                       const grpc::ByteBuffer& bytes) const {
  grpc::Slice slice;
  v1::SubmitRequestWire request;
  if (!bytes.DumpToSingleSlice(&slice).ok() ||
      !request.ParseFromArray(slice.begin(), static_cast<int>(slice.size())) ||
      !request.has_batch()) {
    return rpc::MakeBadRequest({{"batch", type::v1::ERROR_REASON_REQUEST_MALFORMED,
                                 "this is not a serialised request with a batch"}});
  }
  v1::BatchWire& batch = *request.mutable_batch();
  if (!batch.agency().empty() && batch.agency() != sender.agency) {
    return rpc::MakeError(
        absl::StatusCode::kPermissionDenied, type::v1::ERROR_REASON_AGENCY_NOT_YOURS,
        "batch.agency is not the agency of your certificate: an agency sends its own records only");
  }
  const std::vector<rpc::BadField> bad = CheckBatch(batch);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  return std::move(batch);
}

void IngestService::NoteUnknownCodes(const rpc::Identity& sender,
                                     const std::vector<v1::UnknownCodeCount>& unknown_codes) {
  for (const v1::UnknownCodeCount& unknown : unknown_codes) {
    {
      const std::lock_guard lock(mutex_);
      if (!noted_unknown_codes_.emplace(sender.agency, unknown.field()).second) continue;
    }
    rpc::LogEvent(rpc::LogLevel::kInfo, "unknown_codes",
                  {{"agency", sender.agency}, {"field", unknown.field()}});
  }
}

absl::Status IngestService::FillSeriesOf(const rpc::Identity& sender, absl::Time deadline,
                                         std::vector<v1::Acknowledgement>& acknowledgements) const {
  std::int64_t revision = 0;
  for (const v1::Acknowledgement& acknowledgement : acknowledgements) {
    revision = std::max(revision, acknowledgement.revision());
  }
  return options_.fill_series(sender.agency, static_cast<graph::Revision>(revision), deadline,
                              acknowledgements);
}

absl::Status IngestService::SubmitStream(grpc::ServerContext* context, rpc::Stream* stream) {
  SL_ASSIGN_OR_RETURN(rpc::Identity sender, rpc::IdentityOf(*context, options_.trust_domain));
  StreamSession session(this, context, stream, std::move(sender));
  {
    const std::lock_guard lock(mutex_);
    if (draining_) return ShuttingDown();
    sessions_.insert(&session);
  }
  const absl::Status status = session.Run();
  const std::lock_guard lock(mutex_);
  sessions_.erase(&session);
  return status;
}

grpc::Status IngestService::Submit(grpc::ServerContext* context, const grpc::ByteBuffer* request,
                                   v1::SubmitResponse* response) {
  const auto submit = [&]() -> absl::Status {
    SL_ASSIGN_OR_RETURN(const rpc::Identity sender,
                        rpc::IdentityOf(*context, options_.trust_domain));
    if (draining()) return ShuttingDown();
    SL_ASSIGN_OR_RETURN(v1::BatchWire batch, ReadBatch(sender, *request));
    v1::BatchResult& result = *response->mutable_result();
    result.set_batch_id(batch.batch_id());
    const bool wait_for_linkage = batch.wait_for_linkage();
    Answered answered;
    std::vector<PreparedMessage> messages =
        PrepareBatch(std::move(batch), sender, options_.feed_policy, *ids_, options_.now());
    const std::vector<v1::UnknownCodeCount> unknown_codes = CountUnknownCodes(messages);
    NoteUnknownCodes(sender, unknown_codes);
    committer_->Submit(std::move(messages), answered.Callback());
    SL_ASSIGN_OR_RETURN(std::vector<v1::Acknowledgement> acknowledgements, answered.Wait());
    rejects_->Keep(answered.TakeRejected());
    if (wait_for_linkage) {
      SL_RETURN_IF_ERROR(
          FillSeriesOf(sender, DeadlineOf(*context, options_.now()), acknowledgements));
    }
    for (v1::Acknowledgement& acknowledgement : acknowledgements) {
      *result.add_acknowledgements() = std::move(acknowledgement);
    }
    result.mutable_unknown_codes()->Assign(unknown_codes.begin(), unknown_codes.end());
    return absl::OkStatus();
  };
  return rpc::ToGrpcStatus(submit());
}

grpc::Status IngestService::WithdrawRecord(grpc::ServerContext* context,
                                           const v1::WithdrawRecordRequest* request,
                                           v1::WithdrawRecordResponse* response) {
  const auto withdraw = [&]() -> absl::Status {
    SL_ASSIGN_OR_RETURN(const rpc::Identity sender,
                        rpc::IdentityOf(*context, options_.trust_domain));
    if (draining()) return ShuttingDown();
    std::vector<rpc::BadField> bad;
    const absl::StatusOr<graph::ParsedId> id = graph::ParsePublicId(request->record_id());
    if (!id.ok() || id->kind != graph::IdKind::kRecord) {
      bad.push_back({"record_id", type::v1::ERROR_REASON_NAME_MALFORMED,
                     "give a record's id, RC- and 13 characters; one of them may be mistyped"});
    }
    if (request->reason().empty()) {
      bad.push_back({"reason", type::v1::ERROR_REASON_FIELD_MISSING, "say why"});
    } else if (request->reason().size() > kReasonBytesMax) {
      bad.push_back({"reason", type::v1::ERROR_REASON_FIELD_TOO_LONG,
                     absl::StrCat("at most ", kReasonBytesMax, " bytes")});
    }
    if (!bad.empty()) return rpc::MakeBadRequest(bad);
    Committer::Withdrawal withdrawal;
    withdrawal.public_id = id->id;
    withdrawal.sender = sender;
    withdrawal.reason = request->reason();
    if (request->has_source_version()) withdrawal.source_version = request->source_version();
    Answered answered;
    committer_->Withdraw(std::move(withdrawal), answered.Callback());
    SL_ASSIGN_OR_RETURN(std::vector<v1::Acknowledgement> acknowledgements, answered.Wait());
    if (acknowledgements.at(0).outcome() == v1::OUTCOME_REJECTED) return RecordNotFound();
    *response->mutable_acknowledgement() = std::move(acknowledgements[0]);
    return absl::OkStatus();
  };
  return rpc::ToGrpcStatus(withdraw());
}

grpc::Status IngestService::GetRecord(grpc::ServerContext* context,
                                      const v1::GetRecordRequest* request,
                                      v1::GetRecordResponse* response) {
  const auto get = [&]() -> absl::Status {
    SL_ASSIGN_OR_RETURN(const rpc::Identity caller,
                        rpc::IdentityOf(*context, options_.trust_domain));
    const absl::StatusOr<graph::ParsedId> id = graph::ParsePublicId(request->record_id());
    if (!id.ok() || id->kind != graph::IdKind::kRecord) {
      return rpc::MakeBadRequest(
          {{"record_id", type::v1::ERROR_REASON_NAME_MALFORMED,
            "give a record's id, RC- and 13 characters; one of them may be mistyped"}});
    }
    if (request->as_at_revision() < 0) {
      return rpc::MakeBadRequest({{"as_at_revision", type::v1::ERROR_REASON_FIELD_INVALID,
                                   "a revision is 0 (the latest) or more"}});
    }
    return records_->Get(view::Viewer{caller.agency}, id->id,
                         static_cast<graph::Revision>(request->as_at_revision()),
                         DeadlineOf(*context, options_.now()), *response);
  };
  return rpc::ToGrpcStatus(get());
}

}  // namespace serieslink::ingest
