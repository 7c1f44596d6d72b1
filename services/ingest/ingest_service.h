#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "services/ingest/batch_room.h"
#include "services/ingest/committer.h"
#include "services/ingest/prepare.h"
#include "services/ingest/preparing_threads.h"
#include "services/ingest/reject_keeper.h"
#include "services/rpc/service.h"
#include "services/view/record_view.h"

namespace serieslink::ingest {

// Ids of the series that the records of `acknowledgements` are in, as `agency` may see them, filled
// in once what derives them has covered `revision`. Errors: those of view::TakeCut.
using FillSeries = std::function<absl::Status(const std::string& agency, graph::Revision revision,
                                              const view::Patience& patience,
                                              std::vector<v1::Acknowledgement>& acknowledgements)>;

struct IngestOptions {
  std::string trust_domain;
  FeedPolicy feed_policy;
  std::function<absl::Time()> now;
  FillSeries fill_series;
  // Batches of one stream that may wait for their acknowledgement.
  std::size_t stream_window_batches = 16;
  // What they, and those of calls, may take.
  BatchRoom::Limits room;
};

// ingest.v1.IngestService. Requests that carry batches are read as bytes and taken apart here, so
// that a message that cannot be read fails alone, and the log keeps exactly what came. Thread-safe.
class IngestService final : public rpc::Service {
 public:
  // Everything must outlive the service.
  IngestService(Committer* committer, RejectKeeper* rejects, const graph::IdKey* ids,
                const view::RecordViews* records, IngestOptions options);

  // Refuses new batches, and ends every stream as soon as what it has sent is acknowledged.
  void Drain();

  // Writes a message that this server made for `author`, of whatever feed: what becomes of it, on
  // disk.
  // Errors: UNAVAILABLE (draining, or the log cannot be written now), INTERNAL (it is not
  // acceptable).
  absl::StatusOr<v1::Acknowledgement> SubmitOwn(const rpc::Identity& author,
                                                const feed::v1::FeedMessage& message);

 private:
  class StreamSession;
  // A batch that is ready to be decided on.
  struct PreparedBatch {
    std::uint64_t batch_id = 0;
    absl::Time received;
    bool validate_only = false;
    bool wait_for_linkage = false;
    std::vector<PreparedMessage> messages;
    std::vector<v1::UnknownCodeCount> unknown_codes;  // of `messages`
    std::size_t bytes = 0;                            // what it takes until it is decided on
    std::size_t answer_bytes = 0;                     // and what its answer takes then
  };

  absl::Status SubmitStream(grpc::ServerContext* context, rpc::Stream* stream);
  absl::Status Submit(grpc::ServerContext* context, rpc::Stream* stream);
  grpc::Status WithdrawRecord(grpc::ServerContext* context,
                              const v1::WithdrawRecordRequest* request,
                              v1::WithdrawRecordResponse* response);
  grpc::Status UndoVersions(grpc::ServerContext* context, const v1::UndoVersionsRequest* request,
                            v1::UndoVersionsResponse* response);
  grpc::Status GetRecord(grpc::ServerContext* context, const v1::GetRecordRequest* request,
                         v1::GetRecordResponse* response);

  // The batch in `bytes`, authorised for `sender`, on a thread for such work.
  absl::StatusOr<PreparedBatch> ReadBatch(const rpc::Identity& sender,
                                          const grpc::ByteBuffer& bytes);
  // The same on the caller's.
  absl::StatusOr<PreparedBatch> TakeApart(const rpc::Identity& sender,
                                          const grpc::ByteBuffer& bytes) const;
  // Says once in the process log which fields of an agency's messages have unknown codes.
  void NoteUnknownCodes(const rpc::Identity& sender,
                        const std::vector<v1::UnknownCodeCount>& unknown_codes);
  absl::Status FillSeriesOf(const rpc::Identity& sender, const view::Patience& patience,
                            std::vector<v1::Acknowledgement>& acknowledgements) const;
  bool draining() const;

  Committer* const committer_;
  RejectKeeper* const rejects_;
  const graph::IdKey* const ids_;
  const view::RecordViews* const records_;
  const IngestOptions options_;
  PreparingThreads preparing_;
  BatchRoom room_;

  mutable std::mutex mutex_;
  std::set<StreamSession*> sessions_;
  bool draining_ = false;
  std::set<std::pair<std::string, std::string>> noted_unknown_codes_;  // agency, field
};

}  // namespace serieslink::ingest
