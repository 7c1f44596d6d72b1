#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "storage/api/store.h"

namespace serieslink::storage {

struct RocksDbOptions {
  std::string directory;  // created when it does not exist; one process at a time
  std::size_t block_cache_bytes = 256u << 20;
  std::size_t memtable_bytes = 64u << 20;  // a keyspace; larger ones make each random key dearer
  // Commits are refused with RESOURCE_EXHAUSTED once less than this would stay free on the disk, so
  // that the engine's own files (log, flushes, compactions) never run into a full one.
  std::uint64_t free_bytes_min = 256u << 20;
  // Opens a store that has lost commits which were acknowledged, or whose mark of them cannot be
  // read, if its log now ends at this position: somebody has decided to go on without them. Without
  // effect on a store that has lost nothing.
  std::optional<Position> accepted_log_end;
  // Told what was lost when it was accepted, for the process log.
  std::function<void(const std::string& loss)> on_accepted_loss = [](const std::string&) {};
  // Told of the engine's errors and warnings in its own words, less the keys of rows, for the
  // process log; they never go upward. Called from any thread, also while the store is opened and
  // closed; must not call the store.
  std::function<void(const std::string& message)> on_engine_error = [](const std::string&) {};
};

// Opens the embedded engine. See README.md in this folder for what it guarantees and how it is
// tuned.
// Errors: FAILED_PRECONDITION (the directory is in use by another store, in this process or
// another; or it was written by a version that this one does not know), DATA_LOSS (what is stored
// cannot be read, or commits that were acknowledged are gone: nothing that is left of them was
// dropped then), INVALID_ARGUMENT (the directory cannot be created or used), RESOURCE_EXHAUSTED (no
// space), UNAVAILABLE (files cannot be read or written now).
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbOptions& options);

// Opens what is in the directory for reading only: neither creates nor changes a file, holds the
// directory's lock all the same, and reads what the write-ahead log has that no file has yet into
// memory (at most about four memtables). Apply answers FAILED_PRECONDITION. Errors: also
// FAILED_PRECONDITION (there is no store in the directory). It also opens a store that has lost
// acknowledged commits: see CheckAcknowledged.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStoreForReading(const RocksDbOptions& options);

// Whether everything that was acknowledged is in `snapshot`, of a store in `directory`. Errors:
// DATA_LOSS (commits are gone, or what says how many there were is damaged or gone), UNAVAILABLE (a
// file cannot be read now).
absl::Status CheckAcknowledged(const std::string& directory, const Snapshot& snapshot);

}  // namespace serieslink::storage
