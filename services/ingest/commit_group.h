#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/stored/v1/log.pb.h"
#include "serieslink/type/v1/error_reason.pb.h"
#include "services/ingest/committer.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::ingest {

// One group commit in the making. Used by the committer's thread only.
class Committer::Group {
 public:
  Group(storage::Store& store, graph::LogWriter& writer, const graph::IdKey& ids, absl::Time now)
      : store_(store), writer_(writer), ids_(ids), now_(now) {}

  // Reads what stands for the records of `jobs`, all in one go.
  absl::Status Load(const std::vector<const Job*>& jobs);

  // Decides on what stands at `place` in `job`: a withdrawal first, then undos, then messages.
  absl::StatusOr<v1::Acknowledgement> Decide(Job& job, std::size_t place);

  // Whether what was decided is as much as one commit should hold.
  bool is_full() const;

  // Commits what was decided. The commit, or null when there was nothing to write.
  absl::StatusOr<std::shared_ptr<const graph::LogBatch>> Commit() &&;

 private:
  // The entry that stands for a record, here or in this commit.
  struct Head {
    graph::RecordNumber record_number = 0;
    graph::SequenceNumber standing = 0;
    graph::SequenceNumber last = 0;  // the latest entry about the record: that or a stale one
    const stored::v1::LogEntry* entry = nullptr;  // that stands, in loaded_ or items_
    std::uint32_t exhibits_named = 0;             // of the latest entry
    bool is_written = false;                      // by this commit
  };

  // What a message is to the record that it is about.
  struct Comparison {
    v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
    bool is_kept = false;  // the log has this version already
  };

  // An entry with its place in the log.
  struct Placed {
    graph::SequenceNumber sequence = 0;
    stored::v1::LogEntry entry;
  };

  // What stands of some of a record's entries.
  struct Standing {
    const Placed* placed = nullptr;  // null: nothing does
    bool has_version = false;        // one of them has a source version
    std::uint64_t highest = 0;       // of their source versions
  };

  // Decides on a message.
  absl::StatusOr<v1::Acknowledgement> Add(PreparedMessage&& message);

  // Makes `acknowledgement` say what is wrong with `field` of `message`, a path below its feed.
  static void Reject(PreparedMessage& message, v1::Acknowledgement& acknowledgement,
                     const char* field, type::v1::ErrorReason reason, const char* description);

  // How many exhibits an entry names, as stored::v1::LogEntry.exhibits_named counts them.
  static std::uint32_t NamedBy(const graph::LogItem& item);

  // Decides on a withdrawal.
  absl::StatusOr<v1::Acknowledgement> Add(const Withdrawal& withdrawal);

  // Decides on taking a version back.
  absl::StatusOr<v1::Acknowledgement> Add(const Undo& undo);

  static Head HeadOf(const graph::LogWriter::Latest& latest);

  absl::StatusOr<std::vector<stored::v1::LogEntry>> Entries(
      const std::vector<graph::SequenceNumber>& sequences);

  // What stands for the source of `entry`, or null when it is new. `id` becomes the id that is its
  // own.
  absl::StatusOr<Head*> FindHead(graph::PublicId& id, const stored::v1::LogEntry& entry);

  // What stands for the record `id` of the sender's agency, which `acknowledgement` then names.
  // Null when it has none of that id: then `acknowledgement` says so.
  const Head* FindOwn(graph::PublicId id, const rpc::Identity& sender,
                      v1::Acknowledgement& acknowledgement) const;

  // What is answered of a record that the sender's agency does not have.
  static v1::Acknowledgement NotFound();

  // Whether `entry` says what the version to undo did.
  static bool IsVersion(const stored::v1::LogEntry& entry, const Undo& undo);
  static bool IsReceivedAfter(const stored::v1::LogEntry& entry, const Undo& undo);

  // Whether a version to undo, which does not stand, was taken back before.
  absl::StatusOr<bool> WasUndone(const Head& head, const Undo& undo);

  // The beginning of an entry by which `sender` changes what stands without sending a message.
  graph::LogItem After(const Head& head, const rpc::Identity& sender) const;

  // What `entry` is to the record whose `head` stands.
  absl::StatusOr<Comparison> Compare(const Head& head, const stored::v1::LogEntry& entry);

  // The highest version that was ever sent of the record of `head` and not taken back, be it that
  // another without a version stands; nothing when none had one.
  absl::StatusOr<std::optional<std::uint64_t>> HighestVersion(const Head& head);

  // What an entry that stood says of the versions up to it.
  static std::optional<std::uint64_t> KnownHighest(const stored::v1::LogEntry& entry);

  // The latest entry that counts about the record of `head` and `is_wanted`.
  absl::StatusOr<std::optional<stored::v1::LogEntry>> Latest(
      const Head& head, const std::function<bool(const stored::v1::LogEntry&)>& is_wanted);

  // Shows `visit` the entries about the record of `head`, the latest first, until it returns false.
  // What was taken back, and what took it back, do not count.
  absl::Status ForEachCounting(
      const Head& head,
      const std::function<bool(graph::SequenceNumber, const stored::v1::LogEntry&)>& visit);

  // Shows `visit` every entry about the record of `head`, the latest first, until it returns false.
  absl::Status ForEach(
      const Head& head,
      const std::function<bool(graph::SequenceNumber, const stored::v1::LogEntry&)>& visit);

  // Which of a record's counting entries, the latest first, stands if that of `except` never came.
  static Standing StandingOf(const std::vector<Placed>& counting, graph::SequenceNumber except);

  // Whether a later `entry` takes the place of `standing`, as what came before was decided.
  static bool Supersedes(const stored::v1::LogEntry& entry, const stored::v1::LogEntry& standing,
                         const Standing& before);

  void Append(graph::LogItem&& item);

  storage::Store& store_;
  graph::LogWriter& writer_;
  const graph::IdKey& ids_;
  const absl::Time now_;
  absl::flat_hash_map<std::uint64_t, Head> heads_;  // by public id
  // What heads_ points into: neither moves its elements.
  std::deque<stored::v1::LogEntry> loaded_;
  std::vector<graph::LogItem> items_;
  std::size_t new_records_ = 0;
  std::size_t exhibits_ = 0;  // named by the records of items_, with all their versions
};

}  // namespace serieslink::ingest
