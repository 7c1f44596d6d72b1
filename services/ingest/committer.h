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
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "services/ingest/prepare.h"
#include "storage/graph/log.h"

namespace serieslink::ingest {

// UNAVAILABLE/SHUTTING_DOWN: what was not acknowledged is to be sent again.
absl::Status ShuttingDown();

// The one thread that writes the log. It takes what has been prepared since its last commit,
// decides for each message what it is to its record (first, later, equal, older version), appends
// them in one group commit, and answers. Thread-safe.
class Committer {
 public:
  // One acknowledgement for each message, in order, or why the log could not be written; and the
  // rejected messages with their violations.
  using Answer =
      std::function<void(absl::StatusOr<std::vector<v1::Acknowledgement>> acknowledgements,
                         std::vector<PreparedMessage> rejected)>;

  struct Withdrawal {
    graph::PublicId public_id;
    rpc::Identity sender;
    std::optional<std::uint64_t> source_version;
    std::string reason;
    // Source system and id, where the record was named by them: two sources can share an id, and
    // then it must be this one.
    std::optional<std::pair<std::string, std::string>> source = std::nullopt;
  };

  // Takes a version back, where it still stands.
  struct Undo {
    graph::PublicId public_id;
    rpc::Identity sender;
    std::string message_digest;  // SHA-256 of the version's message
    std::string reason;
    absl::Time received_after = absl::InfinitePast();  // otherwise it is left as it is
  };

  // Everything must outlive the committer. `now` is the clock; `on_failure` is called once, from
  // the committer's thread, when the log can no longer be written: the process must then stop, for
  // only a restart tells what was written. `on_committed` is told of every commit of the log, on
  // the same thread, and must be quick.
  Committer(storage::Store* store, graph::RecentCommits* recent, const graph::IdKey* ids,
            std::function<absl::Time()> now,
            std::function<void(const graph::LogBatch&)> on_committed,
            std::function<void()> on_failure);
  ~Committer();

  // Opens the log and starts the thread.
  // Errors: those of LogWriter::Open.
  absl::Status Start();

  // Queues messages; `answer` is called once, on the committer's thread, when they are on disk.
  // Blocks while more than 64 MiB wait. After Stop, or once the log has failed, `answer` gets
  // UNAVAILABLE at once; while the store has no room for more, UNAVAILABLE with STORE_UNAVAILABLE,
  // and the committer goes on.
  void Submit(std::vector<PreparedMessage> messages, Answer answer);
  // As Submit, but only says what Submit would: nothing is written, `answer` has revision 0 and no
  // rejected messages.
  void Validate(std::vector<PreparedMessage> messages, Answer answer);
  void Withdraw(Withdrawal withdrawal, Answer answer);
  // `validate_only`: only says what would become of them, with revision 0.
  void UndoVersions(std::vector<Undo> undos, bool validate_only, Answer answer);

  // Answers what is queued, and ends the thread. Idempotent.
  void Stop();

 private:
  struct Job {
    bool validate_only = false;
    std::vector<PreparedMessage> messages;
    std::optional<Withdrawal> withdrawal;
    std::vector<Undo> undos;
    std::size_t bytes = 0;
    Answer answer;

    // How many answers it gets.
    std::size_t decisions() const;
  };
  class Group;

  bool failed() const;
  static Job JobOf(std::vector<PreparedMessage> messages, Answer answer);
  void Enqueue(Job job);
  void Run();
  void Commit(std::vector<Job> jobs);
  // What would become of a job that is validate_only, after what the log holds.
  absl::StatusOr<std::vector<v1::Acknowledgement>> Try(Job& job);

  storage::Store* const store_;
  graph::RecentCommits* const recent_;
  const graph::IdKey* const ids_;
  const std::function<absl::Time()> now_;
  const std::function<void(const graph::LogBatch&)> on_committed_;
  const std::function<void()> on_failure_;
  std::unique_ptr<graph::LogWriter> writer_;  // used by the thread only
  bool full_ = false;                         // likewise: the last commit found no room

  mutable std::mutex mutex_;
  std::condition_variable queue_grew_;
  std::condition_variable queue_shrank_;
  std::deque<Job> queue_;
  std::size_t queued_bytes_ = 0;
  bool stopping_ = false;
  bool failed_ = false;
  std::thread thread_;
};

}  // namespace serieslink::ingest
