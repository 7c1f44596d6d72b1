#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cli/connection.h"
#include "services/cli/push_stream.h"

// What is remembered of a push on the client's disk, so that it can be gone on with after the
// client died, and taken back. A journal is a text file of one line an entry, written behind every
// answer:
//
//   {"push":"…", …}   the push: a JSON object of what PushHeader has
//   C RC-… DIGEST     a record was created; the SHA-256 of its message, in hexadecimal
//   S RC-… DIGEST     a record was superseded
//   A FILE LINE       all records up to this line of this file (counted from 0) are acknowledged
//   E                 everything was acknowledged
//   U COUNT           so many of the records above, the last first, have been taken back or left
//                     alone
//   X                 all of them have
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
  std::string server;
  std::string agency;
  std::string feed;
  std::string mapping_file;  // absolute; empty: JSON lines
  std::string rejects_file;  // absolute; empty: none
  std::vector<File> files;
};

// A version that a push brought.
struct PushedVersion {
  std::string record_id;
  std::string message_digest;  // 32 bytes
  bool is_created = false;     // the record was new; otherwise it was superseded
};

// What a journal says.
struct PushHistory {
  PushHeader header;
  // The last acknowledged place; -1: none.
  std::int64_t file = -1;
  std::int64_t line = 0;
  std::int64_t created = 0;
  std::int64_t superseded = 0;
  bool is_finished = false;
  std::int64_t undone = 0;  // how many versions, the last first, an undo has dealt with
  bool is_undone = false;
};

// Reads a journal. An entry that was cut short, by a crash in the middle of writing it, is passed
// over. `on_version` is told of every version, in the order of the push; it may be null.
// Errors: INVALID_ARGUMENT (cannot be read, or is no journal; names the file).
absl::StatusOr<PushHistory> ReadPushJournal(
    const std::string& path, const std::function<void(PushedVersion&&)>& on_version = nullptr);

// Writes a journal. What Answered and the like have returned survives the death of this process.
// Not thread-safe.
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

  // A batch was answered.
  void Answered(const OutgoingBatch& batch, const ingest::v1::BatchResult& result);
  void Finished() { Write("E\n"); }
  // So many versions, the last first, have been taken back or left alone.
  void Undone(std::int64_t versions);
  void UndoFinished() { Write("X\n"); }

  // Whether everything was written.
  bool ok() const { return ok_; }

 private:
  PushJournal(std::string path, int file) : path_(std::move(path)), file_(file) {}
  void Write(const std::string& text);

  const std::string path_;
  const int file_;
  bool ok_ = true;
};

}  // namespace serieslink::cli
