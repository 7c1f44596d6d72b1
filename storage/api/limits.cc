#include "storage/api/limits.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "storage/base/status_macros.h"

namespace serieslink::storage {
namespace {

// Writers mostly send their keys in order, which needs neither sorting nor hashing.
bool HoldsKeyTwice(const std::vector<Write>& writes) {
  const auto not_rising = [](const Write& a, const Write& b) { return a.key >= b.key; };
  if (std::adjacent_find(writes.begin(), writes.end(), not_rising) == writes.end()) return false;
  std::vector<std::string_view> keys;
  keys.reserve(writes.size());
  for (const Write& write : writes) keys.push_back(write.key);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

}  // namespace

absl::Status CheckKeyspace(Keyspace keyspace) {
  if (static_cast<int>(keyspace) < kKeyspaceCount) return absl::OkStatus();
  return absl::InvalidArgumentError("there is no such keyspace");
}

absl::Status CheckCommit(const Commit& commit) {
  SL_RETURN_IF_ERROR(CheckKeyspace(commit.keyspace));
  if (commit.writes.size() > kCommitWritesMax) {
    return absl::InvalidArgumentError("a commit holds too many writes");
  }
  std::size_t bytes = 0;
  for (const Write& write : commit.writes) {
    if (write.key.empty() || write.key.size() > kKeyBytesMax) {
      return absl::InvalidArgumentError("a key is empty or too long");
    }
    const std::size_t value_bytes = write.value.has_value() ? write.value->size() : 0;
    if (value_bytes > kValueBytesMax) return absl::InvalidArgumentError("a value is too long");
    bytes += write.key.size() + value_bytes;
  }
  if (bytes > kCommitBytesMax) return absl::InvalidArgumentError("a commit holds too many bytes");
  if (HoldsKeyTwice(commit.writes)) {
    return absl::InvalidArgumentError("a key stands twice in a commit");
  }
  return absl::OkStatus();
}

absl::Status CheckScan(Keyspace keyspace, const ScanOptions& options) {
  SL_RETURN_IF_ERROR(CheckKeyspace(keyspace));
  if (options.rows_max < 1 || options.rows_max > kScanRowsMax) {
    return absl::InvalidArgumentError("rows_max of a scan is out of range");
  }
  if (options.bytes_max < 1 || options.bytes_max > kScanBytesMax) {
    return absl::InvalidArgumentError("bytes_max of a scan is out of range");
  }
  return absl::OkStatus();
}

absl::Status CheckMultiGet(Keyspace keyspace, std::size_t key_count) {
  SL_RETURN_IF_ERROR(CheckKeyspace(keyspace));
  if (key_count > kMultiGetKeysMax) return absl::InvalidArgumentError("too many keys in one read");
  return absl::OkStatus();
}

absl::Status StalePositionError() {
  return absl::AbortedError("the keyspace has moved on from the commit's base position");
}

absl::Status ClosedError() { return absl::FailedPreconditionError("the store is closed"); }

absl::Status ClosedWhileWaitingError() { return absl::CancelledError("the store was closed"); }

absl::Status PositionNotReachedError() {
  return absl::DeadlineExceededError("the keyspace did not reach the position in time");
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
