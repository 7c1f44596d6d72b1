#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "google/protobuf/arena.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stored/v1/log.pb.h"
#include "storage/api/store.h"
#include "storage/graph/keys.h"
#include "storage/graph/known_commit_times.h"
#include "storage/graph/public_id.h"

// The log: what agencies and people asserted, as received, in one order. Everything else is derived
// from a prefix of it. docs/formats/keys.md draws its rows.
namespace serieslink::graph {

// An entry, with its canonical form where somebody has made it already.
struct LogItem {
  stored::v1::LogEntry entry;
  // What the adapter makes of the entry's message. Null for a withdrawal, and where the entry was
  // read from the store. May share its memory with others of its batch.
  std::shared_ptr<const record::v1::Record> record;
};

// What one commit of the log holds. Its entries have consecutive sequence numbers.
struct LogBatch {
  Revision revision = 0;
  absl::Time commit_time;  // whole microseconds
  SequenceNumber first_sequence = 0;
  std::vector<LogItem> items;
};

// Hands decoded commits from the writer of the log to the one that follows it in the same process,
// which then need not read them back; and lets the writer wait for a follower that falls behind, so
// that what is derived stays fresh. Bounded: what the follower has passed goes, and beyond the
// bound the oldest. Thread-safe.
class RecentCommits {
 public:
  // Keeps at most `entries_max` entries (large messages count as several), and always the latest
  // commit. A commit that does not follow the one added before (its writer was opened anew, and did
  // not know of one) begins anew. `age_max`: how long a commit may wait for the follower before the
  // writer waits too.
  explicit RecentCommits(std::size_t entries_max, absl::Duration age_max = absl::InfiniteDuration())
      : entries_max_(entries_max), age_max_(age_max) {}

  // By the writer: adds a commit.
  void Add(std::shared_ptr<const LogBatch> batch);
  // By the writer: returns once the follower has no more than half of the bound before it and none
  // that is older than `age_max`, when there is no follower, or when `at_most` is over.
  void AwaitFollower(absl::Duration at_most) const;

  // By the follower: it has passed all commits up to `revision`. From the first call on there is a
  // follower.
  void Passed(Revision revision);
  // By the follower: it stops following.
  void Leave();

  // The commit of `revision`, or null when it is not kept.
  std::shared_ptr<const LogBatch> Find(Revision revision) const;

 private:
  static std::size_t WeightOf(const LogBatch& batch);
  void DropFirst();

  struct Kept {
    std::shared_ptr<const LogBatch> batch;
    std::size_t weight = 0;
    std::chrono::steady_clock::time_point added;
  };

  const std::size_t entries_max_;
  const absl::Duration age_max_;
  mutable std::mutex mutex_;
  mutable std::condition_variable follower_moved_;
  std::deque<Kept> batches_;  // by rising revision, without gaps
  std::size_t entries_ = 0;   // the weights of batches_
  std::optional<Revision> follower_;
};

// Reads the log. Thread-safe as its snapshot is.
class LogReader {
 public:
  // `snapshot` must outlive the reader. `times`: those of its log that are known, to which it adds;
  // null: it reads them all. See GraphReader::Log.
  explicit LogReader(const storage::Snapshot* snapshot, KnownCommitTimes* times = nullptr)
      : snapshot_(snapshot), times_(times) {}

  Revision latest() const { return snapshot_->position(storage::Keyspace::kLog); }

  // The commit of `revision`, 1 to latest(), with all of its entries.
  // Errors: NOT_FOUND (no such revision in this snapshot), and those of the store.
  absl::StatusOr<LogBatch> Read(Revision revision) const;

  // The entries of `sequences`, in their order.
  // Errors: DATA_LOSS (one is missing), and those of the store.
  absl::StatusOr<std::vector<stored::v1::LogEntry>> Entries(
      absl::Span<const SequenceNumber> sequences) const;
  // The same in messages of `arena`, for those who let go of them together.
  absl::StatusOr<std::vector<const stored::v1::LogEntry*>> Entries(
      absl::Span<const SequenceNumber> sequences, google::protobuf::Arena* arena) const;

  // When `revision` was committed.
  // Errors: as Read.
  absl::StatusOr<absl::Time> CommitTime(Revision revision) const;

  // When each of `revisions` was committed, in their order, read at once. The same one may be named
  // several times.
  // Errors: as Read.
  absl::StatusOr<std::vector<absl::Time>> CommitTimes(absl::Span<const Revision> revisions) const;

  // The last revision committed at or before `time`; 0 when there is none.
  // Errors: those of the store.
  absl::StatusOr<Revision> RevisionAt(absl::Time time) const;

  // What the commit of `revision` holds, without its entries.
  // Errors: as Read.
  absl::StatusOr<stored::v1::CommitHeader> Header(Revision revision) const;

 private:
  const storage::Snapshot* const snapshot_;
  KnownCommitTimes* const times_;
};

// Appends to the log. One writer at a time in the whole system: a second one's commits are refused
// by the store. Thread-compatible.
class LogWriter {
 public:
  // What the log last said of a record.
  struct Latest {
    RecordNumber record_number = 0;
    SequenceNumber standing = 0;  // the entry that stands
    SequenceNumber last = 0;      // the latest entry: that or a stale one
  };

  // Opens the log of `store` and refills what the writer keeps in memory (about 50 bytes a record)
  // from one small row per commit. `recent` may be null. Both must outlive the writer. Errors:
  // those of the store; DATA_LOSS (malformed rows).
  static absl::StatusOr<std::unique_ptr<LogWriter>> Open(storage::Store* store,
                                                         RecentCommits* recent);

  // What stands for `id`, or null when the log has nothing of it. Valid until the next Append.
  const Latest* Find(PublicId id) const;

  // The number that the next new record will get, when `new_records` others come before it.
  RecordNumber NextRecordNumber(std::size_t new_records) const {
    return last_record_number_ + 1 + new_records;
  }
  SequenceNumber next_sequence() const { return next_sequence_; }
  Revision revision() const { return revision_; }

  // Appends `items` (at least one) in one commit, synced when it returns. Their record numbers must
  // be those of known records, or follow on from the last one. Errors: those of Store::Apply. After
  // RESOURCE_EXHAUSTED nothing was written and the writer goes on; after any other the writer must
  // be opened anew.
  absl::StatusOr<std::shared_ptr<const LogBatch>> Append(std::vector<LogItem> items,
                                                         absl::Time now);

 private:
  LogWriter(storage::Store* store, RecentCommits* recent) : store_(store), recent_(recent) {}
  absl::Status Refill();
  void Remember(PublicId id, RecordNumber record, SequenceNumber sequence, bool stands);

  storage::Store* const store_;
  RecentCommits* const recent_;
  Revision revision_ = 0;
  SequenceNumber next_sequence_ = 1;
  RecordNumber last_record_number_ = 0;
  absl::Time last_commit_time_ = absl::InfinitePast();
  absl::flat_hash_map<std::uint64_t, Latest> latest_;
};

// The commit after `revision`: from `recent` (may be null), else from the store. Waits until there
// is one. Errors: DEADLINE_EXCEEDED (none by `deadline`), CANCELLED (store closed), and those of
// the store.
absl::StatusOr<std::shared_ptr<const LogBatch>> NextCommit(storage::Store& store,
                                                           const RecentCommits* recent,
                                                           Revision revision, absl::Time deadline);

}  // namespace serieslink::graph
