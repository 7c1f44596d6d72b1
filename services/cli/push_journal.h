#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/cli/connection.h"
#include "services/cli/push_stream.h"
#include "services/cli/unanswered_batches.h"

// What is remembered of a push on the client's disk, so that it can be gone on with after the
// client died, and taken back. A journal is a text file of one line an entry, written behind every
// answer:
//
//   {"push":"…", …}   the push: a JSON object of what PushHeader has
//   C RC-… DIGEST     a record was created; the SHA-256 of its message, in hexadecimal
//   S RC-… DIGEST     a record was superseded
//   T RC-… DIGEST     a message was sent whose first answer was lost: the push may have brought it
//   A FILE LINE       all records up to this line of this file (counted from 0) are acknowledged
//   E                 everything was acknowledged
//   B MICROSECONDS    nothing of it was received before this time of the server's clock, in
//                     microseconds since 1970, UTC
//   U COUNT           it is being taken back, and so many versions have been dealt with
//   N                 that has ended, and nothing of it was taken back
//   X                 all of it was taken back
//
// What is sent and not answered lies beside it (unanswered_batches.h).
namespace serieslink::cli {

// Where journals lie: SERIESLINK_STATE, else XDG_STATE_HOME/serieslink, else
// ~/.local/state/serieslink; within it "pushes". Empty when none of them is set.
std::string PushJournalDirectory(const Environment& environment);

// A new id of a push, e.g. "PU-7K2M-9QXD-4TFB": 60 random bits.
// Errors: INTERNAL (the system has no random bytes).
absl::StatusOr<std::string> NewPushId();

// Removes the journals in `directory` that nobody has written since `before`. One that cannot be
// removed stays.
void RemoveOldJournals(const std::string& directory, absl::Time before);

// What a push was asked to do, so that --resume need not be told again.
struct PushHeader {
  struct File {
    std::string path;  // absolute
    std::int64_t bytes = 0;
    std::int64_t modified_ns = 0;
  };
  std::string push_id;
  std::string started;  // UTC, RFC 3339
  std::string server;   // host:port, as it was named
  std::string agency;
  std::string feed;
  std::string mapping_file;        // absolute; empty: none
  std::string exchange;            // as ExchangeInput has it; empty: no other register's files
  std::string rejects_file;        // absolute; empty: none
  bool last_row_complete = false;  // of CSV, though it has no line end
  std::vector<File> files;
};

// A version that a push brought.
struct PushedVersion {
  std::string record_id;
  std::string message_digest;  // 32 bytes
  bool is_created = false;     // the record was new
  bool is_certain = true;      // false: the record may have said so before the push
};

// The version that `message` may have brought.
PushedVersion UncertainVersion(const std::string& record_id, const feed::v1::FeedMessage& message);

// What a journal says.
struct PushHistory {
  PushHeader header;
  // The last acknowledged place; -1: none.
  std::int64_t file = -1;
  std::int64_t line = 0;
  std::int64_t created = 0;
  std::int64_t superseded = 0;
  bool is_finished = false;
  // When the push began by the server's clock, microseconds since 1970; 0: not known.
  std::int64_t begun_us = 0;
  bool is_undo_begun = false;  // something may have been taken back
  bool is_undone = false;      // all of it
};

// Reads a journal. An entry that was cut short, by a crash in the middle of writing it, is passed
// over. `on_version` is told of every version, in the order of the push; it may be null.
// Errors: INVALID_ARGUMENT (cannot be read, or is no journal; names the file).
absl::StatusOr<PushHistory> ReadPushJournal(
    const std::string& path, const std::function<void(PushedVersion&&)>& on_version = nullptr);

// Whether the connection that `settings` describe, as `agency`, is one over which a push may be
// gone on with or taken back: the server and the agency that it went to and came from. `is_moved`:
// the user says that the server has another address now. Errors: INVALID_ARGUMENT (it is not; says
// what to do).
absl::Status CheckIsConnectionOf(const PushHeader& header, const ConnectionSettings& settings,
                                 const std::string& agency, bool is_moved);

// Writes a journal. What Sending, Answered and the like have returned survives the death of this
// process. Sending may be called from another thread than the rest; otherwise not thread-safe.
class PushJournal {
 public:
  // Begins a journal in `directory`, which is made when it is not there, readable by its owner
  // alone. Errors: INVALID_ARGUMENT (it cannot be written; says what to do).
  static absl::StatusOr<std::unique_ptr<PushJournal>> Create(const std::string& directory,
                                                             const PushHeader& header);
  // Goes on with one. Errors: INVALID_ARGUMENT (it cannot be written).
  static absl::StatusOr<std::unique_ptr<PushJournal>> Append(const std::string& path);
  ~PushJournal();

  const std::string& path() const { return path_; }

  // The push begins, at a time of the server's clock.
  void Begun(std::int64_t server_time_us) { Write(absl::StrCat("B ", server_time_us, "\n")); }
  // A batch is about to be sent.
  void Sending(const OutgoingBatch& batch) { unanswered_.Keep(batch.request); }
  // A batch was answered.
  void Answered(const OutgoingBatch& batch, const ingest::v1::BatchResult& result);
  // Something that was sent and not answered may have arrived.
  void MayHaveArrived(const std::string& record_id, const feed::v1::FeedMessage& message);
  // Of everything that was sent before it is known what became of it.
  void NothingIsUnanswered() { unanswered_.Clear(); }
  void Finished();
  // An undo has dealt with so many versions.
  void Undone(std::int64_t versions);
  void UndoFinished() { Write("X\n"); }
  // An undo has ended that found nothing to take back, nor that an earlier one had.
  void NothingUndone() { Write("N\n"); }

  // Whether everything was written.
  bool ok() const { return ok_ && unanswered_.ok(); }

 private:
  PushJournal(std::string path, int file)
      : path_(std::move(path)), file_(file), unanswered_(path_) {}
  void Write(const std::string& text);

  const std::string path_;
  const int file_;
  UnansweredBatches unanswered_;
  bool ok_ = true;
};

}  // namespace serieslink::cli
