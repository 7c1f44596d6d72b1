#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/api/store.h"

namespace serieslink::storage {

// How far each keyspace had come, by number.
using Positions = std::array<Position, kKeyspaceCount>;

// The file beside the engine's own that says which commits were acknowledged. It is written after
// their sync, so it is never ahead of what the write-ahead log held; a store whose keyspaces end
// before it has lost acknowledged commits, and one that only has a torn tail has not.
// README.md in this folder says what it sees and what it does not; decision 0031 says why.
//
// It has two slots that are written in turn, each a sector of its own, so that one is whole
// whatever happens to the other.
class SyncedMark {
 public:
  // What a reader finds.
  struct Found {
    std::optional<Positions> positions;  // none: there is no mark
    bool has_damaged_slot = false;
  };
  // Errors: DATA_LOSS (no slot can be read), UNAVAILABLE (the file cannot be read).
  static absl::StatusOr<Found> Read(const std::string& directory);

  // Opens or creates the file in `directory`, has it say `positions`, and makes that durable.
  // Errors: UNAVAILABLE (it cannot be written).
  static absl::StatusOr<std::unique_ptr<SyncedMark>> Open(const std::string& directory,
                                                          const Positions& positions);

  ~SyncedMark();
  SyncedMark(const SyncedMark&) = delete;
  SyncedMark& operator=(const SyncedMark&) = delete;

  // Says that the commits of `keyspace` up to `position` are synced. The file itself is left to the
  // operating system: it survives the death of the process, and a power cut once the system has
  // written it out (half a minute later as a rule). Not thread-safe.
  // Errors: UNAVAILABLE (it cannot be written).
  absl::Status Advance(Keyspace keyspace, Position position);

 private:
  explicit SyncedMark(int file) : file_(file) {}
  absl::Status Write();

  const int file_;
  Positions positions_{};
  std::uint64_t writes_ = 0;  // in all; the slot with the higher number is the later one
};

// What is gone, given what the keyspaces of a store that was opened hold and what its mark says:
// DATA_LOSS with a message for people that names where the log ends, or OK.
absl::Status CheckNothingIsLost(const Positions& held, const Positions& acknowledged);

}  // namespace serieslink::storage
