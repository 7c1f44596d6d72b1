#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace serieslink::storage {

// OpenRocksDbStore with the engine's files behind `env`, which must outlive the store: what a test
// that fails or loses writes needs. The directory's lock and the check of free space stay on the
// file system of the process.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStoreOnEnv(const RocksDbOptions& options,
                                                             rocksdb::Env* env);

}  // namespace serieslink::storage
