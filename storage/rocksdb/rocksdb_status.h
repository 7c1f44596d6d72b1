#pragma once

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace serieslink::storage {

// The only translation of RocksDB's errors into the contract's, for reads and for opening (a failed
// write is always DATA_LOSS: see README.md). The engine's own message is left out.
absl::Status FromRocksDb(const rocksdb::Status& status);

}  // namespace serieslink::storage
