#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/types/optional.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "serieslink/ingest/v1/ingest_service.grpc.pb.h"
#include "services/cli/feed_reader.h"

namespace serieslink::cli {

inline constexpr int kBatchMessages = 256;
inline constexpr int kBatchMessagesMax = 4096;
inline constexpr std::size_t kBatchBytesMax = 3'500'000;
// The server reads no further than this many batches that it has not answered.
inline constexpr std::size_t kBatchesUnacknowledgedMax = 16;

// Where a message came from.
struct Origin {
  std::string file;
  int file_number = 0;  // in the order of the push, from 0
  std::int64_t line = 0;
  std::string text;  // see InputRecord
};

// A batch with the origins of its messages, in their order.
struct OutgoingBatch {
  ingest::v1::SubmitStreamRequest request;
  std::vector<Origin> origins;
  bool was_sent_before = false;  // its first answer, if there was one, was lost
};

// Gathers messages into batches that stay within a number of messages and of bytes. Not
// thread-safe.
class BatchBuilder {
 public:
  // `batch_messages_max` is 1 to kBatchMessagesMax.
  BatchBuilder(std::string agency, bool wait_for_linkage, int batch_messages_max,
               std::size_t batch_bytes_max = kBatchBytesMax);

  // Batches from here on are only to be checked by the server, not taken in.
  void ValidateOnly();

  // Adds a record; returns the batch that is thereby complete, if one is. A record that alone
  // exceeds the bytes becomes a batch of its own.
  absl::optional<OutgoingBatch> Add(const std::string& file, InputRecord&& record,
                                    int file_number = 0);

  // What is left, if anything.
  absl::optional<OutgoingBatch> Finish();

 private:
  void Begin();

  const std::string agency_;
  const bool wait_for_linkage_;
  bool validate_only_ = false;
  const int batch_messages_max_;
  const std::size_t batch_bytes_max_;
  std::uint64_t batch_id_ = 0;
  std::size_t bytes_ = 0;
  OutgoingBatch batch_;
};

// One IngestService.SubmitStream call with at most kBatchesUnacknowledgedMax batches under way.
// Send and Finish belong to one thread; results come from another.
class PushStream {
 public:
  using OnResult = std::function<void(const OutgoingBatch&, const ingest::v1::BatchResult&)>;

  // `on_result` is called once for each answered batch, in order, from a thread of the stream's
  // own.
  PushStream(const std::shared_ptr<grpc::Channel>& channel, OnResult on_result);
  // Cancels the call unless Finish was called.
  ~PushStream();
  PushStream(const PushStream&) = delete;
  PushStream& operator=(const PushStream&) = delete;

  // Sends a batch; waits while too many are unanswered. False when the call has ended: call Finish.
  // Either way the batch is one of those unacknowledged until it is answered.
  bool Send(OutgoingBatch&& batch);

  // Ends the call soon, from any thread: Send returns false, Finish an error.
  void Cancel() { context_.TryCancel(); }

  // What was not answered, in order. After Finish.
  std::deque<OutgoingBatch> TakeUnacknowledged() { return std::move(unacknowledged_); }

  // Waits until everything that was sent is answered or the call has ended. OK when every batch was
  // answered; DATA_LOSS when the server answered what was not asked; otherwise the call's own
  // error.
  grpc::Status Finish();

 private:
  void ReadResults();

  const OnResult on_result_;
  std::unique_ptr<ingest::v1::IngestService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<
      grpc::ClientReaderWriter<ingest::v1::SubmitStreamRequest, ingest::v1::SubmitStreamResponse>>
      call_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<OutgoingBatch> unacknowledged_;  // guarded by mutex_; the reader uses the front alone
  bool ended_ = false;                        // guarded by mutex_
  bool mismatched_ = false;                   // guarded by mutex_
  bool finished_ = false;
  std::thread reader_;
};

}  // namespace serieslink::cli
