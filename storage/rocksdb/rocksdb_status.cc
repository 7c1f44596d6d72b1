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
      return absl::DataLossError("the store's files cannot be read or written");
    case rocksdb::Status::kInvalidArgument:
    case rocksdb::Status::kNotSupported:
      return absl::InvalidArgumentError("the store cannot be used with these settings");
    case rocksdb::Status::kShutdownInProgress:
      return absl::FailedPreconditionError("the store is closed");
    case rocksdb::Status::kTimedOut:
    case rocksdb::Status::kBusy:
    case rocksdb::Status::kTryAgain:
      return absl::UnavailableError("the store is busy");
    default:
      return absl::DataLossError("the store failed");
  }
}

}  // namespace serieslink::storage
