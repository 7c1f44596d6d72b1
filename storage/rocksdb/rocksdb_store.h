#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/api/store.h"

namespace serieslink::storage {

struct RocksDbOptions {
  std::string directory;  // created when it does not exist; one process at a time
  std::size_t block_cache_bytes = 256u << 20;
  std::size_t memtable_bytes = 64u << 20;  // a keyspace; larger ones make each random key dearer
  // Told of every error with the engine's own words, for the process log; they never go upward.
  std::function<void(const std::string& message)> on_engine_error = [](const std::string&) {};
};

// Opens the embedded engine. See README.md in this folder for what it guarantees and how it is
// tuned. Errors: FAILED_PRECONDITION (another process holds the directory), DATA_LOSS (what is
// stored cannot be read), INVALID_ARGUMENT (the directory cannot be used), RESOURCE_EXHAUSTED (no
// space).
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbOptions& options);

}  // namespace serieslink::storage
