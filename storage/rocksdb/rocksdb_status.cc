#include "storage/rocksdb/rocksdb_status.h"

namespace serieslink::storage {

absl::Status FromRocksDb(const rocksdb::Status& status) {
  switch (status.code()) {
    case rocksdb::Status::kOk:
      return absl::OkStatus();
    case rocksdb::Status::kCorruption:
      return absl::DataLossError("stored bytes fail their checksum or have gone");
    case rocksdb::Status::kIOError:
      if (status.IsNoSpace()) return absl::ResourceExhaustedError("no space left for the store");
      if (status.IsPathNotFound()) return absl::DataLossError("a file of the store has gone");
      return absl::UnavailableError("the store's files cannot be read or written");
    case rocksdb::Status::kInvalidArgument:
    case rocksdb::Status::kNotSupported:
      return absl::FailedPreconditionError(
          "the store was written by a version that this one does not know");
    case rocksdb::Status::kShutdownInProgress:
      return absl::FailedPreconditionError("the store is closed");
    default:
      return absl::UnavailableError("the store cannot answer now");
  }
}

}  // namespace serieslink::storage
