#include "services/ingest/ingest_service.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "grpcpp/impl/codegen/config_protobuf.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "services/rpc/identity.h"
#include "services/rpc/process_log.h"
#include "services/view/view_selector.h"
#include "storage/base/digest.h"
#include "storage/base/prompt_work.h"
#include "storage/base/status_macros.h"

namespace serieslink::ingest {
namespace {

using ::google::protobuf::util::TimeUtil;

constexpr std::size_t kReasonBytesMax = 1000;
constexpr int kUndosMax = 1000;

absl::Status RecordNotFound() {
  return rpc::MakeError(absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                        "there is no such record that you may see; check the id");
}

absl::Status RecordOfAnother() {
  return rpc::MakeError(absl::StatusCode::kPermissionDenied,
                        type::v1::ERROR_REASON_AGENCY_NOT_YOURS,
                        "this record belongs to another agency, which alone can withdraw it");
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

// The record that `request` names by its id, or by what the caller's agency calls it; what is wrong
// with that is added to `bad`.
template <typename Request>
graph::PublicId NamedRecord(const Request& request, const rpc::Identity& caller,
                            const graph::IdKey& ids, std::vector<rpc::BadField>& bad) {
  if (!request.has_source()) {
    const absl::StatusOr<graph::ParsedId> id = graph::ParsePublicId(request.record_id());
    if (id.ok() && id->kind == graph::IdKind::kRecord) return id->id;
    bad.push_back({"record_id", type::v1::ERROR_REASON_NAME_MALFORMED,
                   "give a record's id, RC- and 13 characters; one of them may be mistyped"});
    return {};
  }
  const v1::OwnSource& source = request.source();
  if (!request.record_id().empty()) {
    bad.push_back({"source", type::v1::ERROR_REASON_FIELD_INVALID,
                   "give a record's id or its source, not both"});
  }
  if (source.system().empty()) {
    bad.push_back({"source.system", type::v1::ERROR_REASON_FIELD_MISSING,
                   "give the system as the record was sent with it"});
  }
  if (source.id().empty()) {
    bad.push_back({"source.id", type::v1::ERROR_REASON_FIELD_MISSING,
                   "give the id in the system as the record was sent with it"});
  }
  return ids.ForRecord({caller.agency, source.system(), source.id()});
}

void CheckReason(const std::string& reason, std::vector<rpc::BadField>& bad) {
  if (reason.empty()) {
    bad.push_back({"reason", type::v1::ERROR_REASON_FIELD_MISSING, "say why"});
  } else if (reason.size() > kReasonBytesMax) {
    bad.push_back({"reason", type::v1::ERROR_REASON_FIELD_TOO_LONG,
                   absl::StrCat("at most ", kReasonBytesMax, " bytes")});
  }
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

// One stream: its handler's thread reads and has prepared what it has read, the committer's
// decides, the keeper's stores what was rejected, a thread of its own writes. Between reading and
// writing are so many batches at most, and so many bytes, so a client that sends without reading
// holds no more than that.
class IngestService::StreamSession {
 public:
  StreamSession(IngestService* service, grpc::ServerContext* context, rpc::Stream* stream,
                rpc::Identity sender)
      : service_(service),
        context_(context),
        stream_(stream),
        sender_(std::move(sender)),
        holder_(&service->room_, sender_.agency) {}

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
  // A batch that was read and is not answered yet.
  struct Batch {
    explicit Batch(BatchRoom::Share taken) : share(std::move(taken)) {}

    std::uint64_t batch_id = 0;
    absl::Time received;
    bool wait_for_linkage = false;
    std::vector<v1::UnknownCodeCount> unknown_codes;
    BatchRoom::Share share;
    std::size_t answer_bytes = 0;  // what it takes once it is ready
    absl::StatusOr<std::vector<v1::Acknowledgement>> acknowledgements;
    bool is_ready = false;  // to be answered: decided on, and what was rejected is kept
  };

  absl::Status ReadBatches() {
    grpc::ByteBuffer bytes;
    const auto is_over = [this] { return IsOver(); };
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
          return batches_.size() < service_->options_.stream_window_batches || IsOverLocked();
        });
      }
      // What cannot be held is not asked for.
      if (!holder_.Await(BytesToTakeApart(0), is_over) || IsOver()) return absl::OkStatus();
      if (!stream_->Read(&bytes, service_->next_patience(),
                         [this](const absl::Status& late) { End(late); })) {
        return absl::OkStatus();
      }
      std::optional<BatchRoom::Share> share =
          holder_.Take(BytesToTakeApart(bytes.Length()), is_over);
      // Read while the stream was being ended: not taken, so the client sends it again.
      if (!share.has_value()) return absl::OkStatus();
      SL_ASSIGN_OR_RETURN(PreparedBatch prepared, service_->ReadBatch(sender_, bytes));
      bytes.Clear();
      share->Resize(prepared.bytes);
      Batch* batch = nullptr;
      {
        const std::lock_guard lock(mutex_);
        if (is_finished_) return absl::OkStatus();  // as above
        batch = &batches_.emplace_back(*std::move(share));
        batch->batch_id = prepared.batch_id;
        batch->received = prepared.received;
        batch->wait_for_linkage = prepared.wait_for_linkage && !prepared.validate_only;
        batch->unknown_codes = std::move(prepared.unknown_codes);
        batch->answer_bytes = prepared.answer_bytes;
      }
      // It stays where it is until it is ready.
      Committer::Answer answer =
          [this, batch](absl::StatusOr<std::vector<v1::Acknowledgement>> acknowledgements,
                        std::vector<PreparedMessage> rejected) {
            batch->acknowledgements = std::move(acknowledgements);
            if (rejected.empty()) {
              Ready(batch);
            } else {
              service_->rejects_->KeepSoon(std::move(rejected), [this, batch] { Ready(batch); });
            }
          };
      if (prepared.validate_only) {
        service_->committer_->Validate(std::move(prepared.messages), std::move(answer));
      } else {
        service_->committer_->Submit(std::move(prepared.messages), std::move(answer));
      }
    }
  }

  // Of `batch` only its answer is held from here on.
  void Ready(Batch* batch) {
    batch->share.Resize(batch->answer_bytes);
    const std::lock_guard lock(mutex_);
    batch->is_ready = true;
    changed_.notify_all();
  }

  // Answers batches in their order until reading has ended and all are answered, or the stream is
  // to end. They are gone through even when they can no longer be answered: the committer and the
  // keeper hold on to this session until then.
  void WriteResults() {
    for (;;) {
      Batch* batch = nullptr;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
          return batches_.empty() ? reading_ended_ || !ending_.ok() : batches_.front().is_ready;
        });
        if (batches_.empty()) {
          if (!reading_ended_) FinishEarly(lock, absl::Status(ending_));
          return;
        }
        batch = &batches_.front();
      }
      absl::Status status = batch->acknowledgements.status();
      if (status.ok() && batch->wait_for_linkage) {
        const base::PromptWork work(base::PromptWork::Length::kLong);
        status = service_->FillSeriesOf(
            sender_, view::PatienceOf(*context_, service_->options_.now), *batch->acknowledgements);
      }
      if (status.ok() && !has_failed() && !stream_->Write(ResponseTo(*batch))) {
        status = absl::CancelledError("the client went away");
      }
      std::unique_lock lock(mutex_);
      batches_.pop_front();
      if (!status.ok() && failure_.ok()) {
        failure_ = status;
        FinishEarly(lock, status);
      }
      changed_.notify_all();
    }
  }

  // Takes the answer out of `batch`.
  static v1::SubmitStreamResponse ResponseTo(Batch& batch) {
    v1::SubmitStreamResponse response;
    v1::BatchResult& result = *response.mutable_result();
    result.set_batch_id(batch.batch_id);
    *result.mutable_received_time() = TimestampOf(batch.received);
    for (v1::Acknowledgement& acknowledgement : *batch.acknowledgements) {
      *result.add_acknowledgements() = std::move(acknowledgement);
    }
    batch.acknowledgements->clear();
    batch.acknowledgements->shrink_to_fit();
    result.mutable_unknown_codes()->Assign(batch.unknown_codes.begin(), batch.unknown_codes.end());
    return response;
  }

  bool has_failed() const {
    const std::lock_guard lock(mutex_);
    return !failure_.ok();
  }

  // Whether no more is to be read.
  bool IsOver() const {
    const std::lock_guard lock(mutex_);
    return IsOverLocked();
  }
  bool IsOverLocked() const { return !ending_.ok() || !failure_.ok() || context_->IsCancelled(); }

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
  BatchRoom::Holder holder_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> batches_;  // in the order in which they came
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
      options_(std::move(options)),
      room_(options_.room) {
  AddStream("/serieslink.ingest.v1.IngestService/SubmitStream", this, &IngestService::SubmitStream);
  AddStream("/serieslink.ingest.v1.IngestService/Submit", this, &IngestService::Submit);
  AddUnary("/serieslink.ingest.v1.IngestService/WithdrawRecord", this,
           &IngestService::WithdrawRecord);
  AddUnary("/serieslink.ingest.v1.IngestService/UndoVersions", this, &IngestService::UndoVersions);
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

absl::StatusOr<IngestService::PreparedBatch> IngestService::ReadBatch(
    const rpc::Identity& sender, const grpc::ByteBuffer& bytes) {
  absl::StatusOr<PreparedBatch> batch;
  preparing_.Run([&] { batch = TakeApart(sender, bytes); });
  if (batch.ok() && !batch->validate_only) NoteUnknownCodes(sender, batch->unknown_codes);
  return batch;
}

absl::StatusOr<IngestService::PreparedBatch> IngestService::TakeApart(
    const rpc::Identity& sender, const grpc::ByteBuffer& bytes) const {
  v1::SubmitRequestWire request;
  grpc::ByteBuffer shared(bytes);  // the same bytes, of which the reader lets go
  if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, v1::SubmitRequestWire>(&shared, &request)
           .ok() ||
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
  PreparedBatch prepared;
  prepared.batch_id = batch.batch_id();
  prepared.validate_only = batch.validate_only();
  prepared.wait_for_linkage = batch.wait_for_linkage();
  prepared.received = options_.now();
  prepared.messages =
      PrepareBatch(std::move(batch), sender, options_.feed_policy, *ids_, prepared.received);
  prepared.unknown_codes = CountUnknownCodes(prepared.messages);
  prepared.answer_bytes = BytesOfAnswer(prepared.messages);
  prepared.bytes = BytesOf(prepared.messages) + prepared.answer_bytes;
  return prepared;
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

absl::Status IngestService::FillSeriesOf(const rpc::Identity& sender,
                                         const view::Patience& patience,
                                         std::vector<v1::Acknowledgement>& acknowledgements) const {
  std::int64_t revision = 0;
  for (const v1::Acknowledgement& acknowledgement : acknowledgements) {
    revision = std::max(revision, acknowledgement.revision());
  }
  return options_.fill_series(sender.agency, static_cast<graph::Revision>(revision), patience,
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

absl::Status IngestService::Submit(grpc::ServerContext* context, rpc::Stream* stream) {
  grpc::ByteBuffer request;
  if (!ReadRequest(stream, &request)) return absl::OkStatus();  // the call is finished
  SL_ASSIGN_OR_RETURN(const rpc::Identity sender, rpc::IdentityOf(*context, options_.trust_domain));
  BatchRoom::Holder holder(&room_, sender.agency);
  std::optional<BatchRoom::Share> share = holder.Take(
      BytesToTakeApart(request.Length()), [&] { return draining() || context->IsCancelled(); });
  if (draining()) return ShuttingDown();
  if (!share.has_value()) return absl::CancelledError("the client went away");
  SL_ASSIGN_OR_RETURN(PreparedBatch batch, ReadBatch(sender, request));
  request.Clear();
  share->Resize(batch.bytes);
  v1::SubmitResponse response;
  v1::BatchResult& result = *response.mutable_result();
  result.set_batch_id(batch.batch_id);
  *result.mutable_received_time() = TimestampOf(batch.received);
  Answered answered;
  if (batch.validate_only) {
    committer_->Validate(std::move(batch.messages), answered.Callback());
  } else {
    committer_->Submit(std::move(batch.messages), answered.Callback());
  }
  SL_ASSIGN_OR_RETURN(std::vector<v1::Acknowledgement> acknowledgements, answered.Wait());
  rejects_->Keep(answered.TakeRejected());
  share->Resize(batch.answer_bytes);
  if (batch.wait_for_linkage && !batch.validate_only) {
    const base::PromptWork work(base::PromptWork::Length::kLong);
    SL_RETURN_IF_ERROR(
        FillSeriesOf(sender, view::PatienceOf(*context, options_.now), acknowledgements));
  }
  for (v1::Acknowledgement& acknowledgement : acknowledgements) {
    *result.add_acknowledgements() = std::move(acknowledgement);
  }
  result.mutable_unknown_codes()->Assign(batch.unknown_codes.begin(), batch.unknown_codes.end());
  // Here, so that its share is held until the client has taken the answer.
  stream->Finish(grpc::Status::OK, response);
  return absl::OkStatus();
}

absl::StatusOr<v1::Acknowledgement> IngestService::SubmitOwn(const rpc::Identity& author,
                                                             const feed::v1::FeedMessage& message) {
  if (draining()) return ShuttingDown();
  v1::BatchWire batch;
  message.SerializeToString(batch.add_messages());
  std::vector<PreparedMessage> prepared =
      PrepareBatch(std::move(batch), author, FeedPolicy(), *ids_, options_.now());
  if (!prepared[0].violations.empty()) {
    return absl::InternalError("a message that this server made is not acceptable");
  }
  Answered answered;
  committer_->Submit(std::move(prepared), answered.Callback());
  SL_ASSIGN_OR_RETURN(const std::vector<v1::Acknowledgement> acknowledgements, answered.Wait());
  return acknowledgements.at(0);
}

grpc::Status IngestService::WithdrawRecord(grpc::ServerContext* context,
                                           const v1::WithdrawRecordRequest* request,
                                           v1::WithdrawRecordResponse* response) {
  const auto withdraw = [&]() -> absl::Status {
    SL_ASSIGN_OR_RETURN(const rpc::Identity sender,
                        rpc::IdentityOf(*context, options_.trust_domain));
    if (draining()) return ShuttingDown();
    std::vector<rpc::BadField> bad;
    const graph::PublicId id = NamedRecord(*request, sender, *ids_, bad);
    CheckReason(request->reason(), bad);
    if (!bad.empty()) return rpc::MakeBadRequest(bad);
    Committer::Withdrawal withdrawal;
    withdrawal.public_id = id;
    if (request->has_source()) {
      withdrawal.source.emplace(request->source().system(), request->source().id());
    }
    withdrawal.sender = sender;
    withdrawal.reason = request->reason();
    if (request->has_source_version()) withdrawal.source_version = request->source_version();
    Answered answered;
    committer_->Withdraw(std::move(withdrawal), answered.Callback());
    SL_ASSIGN_OR_RETURN(std::vector<v1::Acknowledgement> acknowledgements, answered.Wait());
    if (acknowledgements.at(0).outcome() == v1::OUTCOME_REJECTED) {
      // Who may see it is told that it is another's; nobody else learns that it exists.
      v1::GetRecordResponse seen;
      const bool is_visible = records_
                                  ->Get(view::Viewer{sender.agency}, id, view::RevisionWish(),
                                        view::PatienceOf(*context, options_.now), seen)
                                  .ok();
      const bool is_own = seen.record().source().agency() == sender.agency;
      return is_visible && !is_own ? RecordOfAnother() : RecordNotFound();
    }
    *response->mutable_acknowledgement() = std::move(acknowledgements[0]);
    return absl::OkStatus();
  };
  return rpc::ToGrpcStatus(withdraw());
}

grpc::Status IngestService::UndoVersions(grpc::ServerContext* context,
                                         const v1::UndoVersionsRequest* request,
                                         v1::UndoVersionsResponse* response) {
  const auto undo = [&]() -> absl::Status {
    SL_ASSIGN_OR_RETURN(const rpc::Identity sender,
                        rpc::IdentityOf(*context, options_.trust_domain));
    if (draining()) return ShuttingDown();
    std::vector<rpc::BadField> bad;
    CheckReason(request->reason(), bad);
    if (request->versions().empty() || request->versions_size() > kUndosMax) {
      bad.push_back({"versions", type::v1::ERROR_REASON_FIELD_INVALID,
                     absl::StrCat("give 1 to ", kUndosMax)});
      return rpc::MakeBadRequest(bad);
    }
    std::vector<Committer::Undo> undos;
    std::set<std::uint64_t> records;
    for (int i = 0; i < request->versions_size(); ++i) {
      const v1::VersionToUndo& version = request->versions(i);
      const std::string path = absl::StrCat("versions[", i, "].");
      const absl::StatusOr<graph::ParsedId> id = graph::ParsePublicId(version.record_id());
      if (!id.ok() || id->kind != graph::IdKind::kRecord) {
        bad.push_back({path + "record_id", type::v1::ERROR_REASON_NAME_MALFORMED,
                       "give a record's id, RC- and 13 characters; one of them may be mistyped"});
      } else if (!records.insert(id->id.value()).second) {
        bad.push_back({path + "record_id", type::v1::ERROR_REASON_DUPLICATE,
                       "this record is named before; send its versions in several calls"});
      }
      if (version.message_digest().size() != base::kSha256Bytes) {
        bad.push_back({path + "message_digest", type::v1::ERROR_REASON_FIELD_INVALID,
                       "give the 32 bytes of the SHA-256 of the message as it was sent"});
      }
      if (!view::IsTime(version.received_after())) {
        bad.push_back(
            {path + "received_after", type::v1::ERROR_REASON_FIELD_INVALID, view::kTimeWords});
      }
      if (!bad.empty()) continue;
      Committer::Undo& undo = undos.emplace_back();
      undo.public_id = id->id;
      undo.sender = sender;
      undo.message_digest = version.message_digest();
      undo.reason = request->reason();
      if (version.has_received_after()) {
        undo.received_after =
            absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(version.received_after()));
      }
    }
    if (!bad.empty()) return rpc::MakeBadRequest(bad);
    Answered answered;
    committer_->UndoVersions(std::move(undos), request->validate_only(), answered.Callback());
    SL_ASSIGN_OR_RETURN(std::vector<v1::Acknowledgement> acknowledgements, answered.Wait());
    for (v1::Acknowledgement& acknowledgement : acknowledgements) {
      *response->add_acknowledgements() = std::move(acknowledgement);
    }
    return absl::OkStatus();
  };
  return rpc::ToGrpcStatus(undo());
}

grpc::Status IngestService::GetRecord(grpc::ServerContext* context,
                                      const v1::GetRecordRequest* request,
                                      v1::GetRecordResponse* response) {
  const auto get = [&]() -> absl::Status {
    SL_ASSIGN_OR_RETURN(const rpc::Identity caller,
                        rpc::IdentityOf(*context, options_.trust_domain));
    std::vector<rpc::BadField> bad;
    const graph::PublicId id = NamedRecord(*request, caller, *ids_, bad);
    if (request->as_at_revision() < 0) {
      bad.push_back({"as_at_revision", type::v1::ERROR_REASON_FIELD_INVALID,
                     "a revision is 0 (the latest) or more"});
    }
    view::RevisionWish wish;
    wish.as_at_field = "as_at_revision";
    wish.as_at = static_cast<graph::Revision>(request->as_at_revision());
    if (request->has_as_at_time()) {
      wish.as_at_time = view::PastTime(request->as_at_time(), "as_at_time", options_.now(), bad);
      if (request->as_at_revision() > 0) {
        bad.push_back({"as_at_time", type::v1::ERROR_REASON_FIELD_INVALID,
                       "give a revision or a time, not both"});
      }
    }
    if (!bad.empty()) return rpc::MakeBadRequest(bad);
    return records_->Get(view::Viewer{caller.agency}, id, wish,
                         view::PatienceOf(*context, options_.now), *response);
  };
  return rpc::ToGrpcStatus(get());
}

}  // namespace serieslink::ingest
