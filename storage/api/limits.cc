#include "storage/api/limits.h"

#include <string_view>

#include "absl/container/flat_hash_set.h"

namespace serieslink::storage {

absl::Status CheckCommit(const Commit& commit) {
  if (commit.writes.size() > kCommitWritesMax) {
    return absl::InvalidArgumentError("a commit holds too many writes");
  }
  absl::flat_hash_set<std::string_view> keys;
  keys.reserve(commit.writes.size());
  std::size_t bytes = 0;
  for (const Write& write : commit.writes) {
    if (write.key.empty() || write.key.size() > kKeyBytesMax) {
      return absl::InvalidArgumentError("a key is empty or too long");
    }
    const std::size_t value_bytes = write.value.has_value() ? write.value->size() : 0;
    if (value_bytes > kValueBytesMax) return absl::InvalidArgumentError("a value is too long");
    if (!keys.insert(write.key).second) {
      return absl::InvalidArgumentError("a key stands twice in a commit");
    }
    bytes += write.key.size() + value_bytes;
  }
  if (bytes > kCommitBytesMax) return absl::InvalidArgumentError("a commit holds too many bytes");
  return absl::OkStatus();
}

absl::Status CheckScan(const ScanOptions& options) {
  if (options.rows_max < 1 || options.rows_max > kScanRowsMax) {
    return absl::InvalidArgumentError("rows_max of a scan is out of range");
  }
  if (options.bytes_max < 1 || options.bytes_max > kScanBytesMax) {
    return absl::InvalidArgumentError("bytes_max of a scan is out of range");
  }
  return absl::OkStatus();
}

absl::Status StalePositionError() {
  return absl::AbortedError("the keyspace has moved on from the commit's base position");
}

void ScanPageBuilder::Add(std::string_view key, std::string_view value) {
  if (full()) return;
  const std::size_t row_bytes = key.size() + value.size();
  if (!page_.rows.empty() &&
      (page_.rows.size() == options_.rows_max || bytes_ + row_bytes > options_.bytes_max)) {
    // Forward, the row that did not fit is the first of the next page; in reverse the range's end
    // is exclusive, so the last row taken is.
    page_.resume = options_.reverse ? page_.rows.back().key : std::string(key);
    return;
  }
  bytes_ += row_bytes;
  page_.rows.push_back(Row{std::string(key), std::string(value)});
}

}  // namespace serieslink::storage
