#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "storage/api/store.h"

// The parts of the contract that every engine applies in the same words.
namespace serieslink::storage {

// Errors: INVALID_ARGUMENT (none of the named keyspaces).
absl::Status CheckKeyspace(Keyspace keyspace);

// Linear in the writes when their keys rise, O(n log n) otherwise.
// Errors: INVALID_ARGUMENT (a bound of store.h is broken, or a key stands twice).
absl::Status CheckCommit(const Commit& commit);

// Errors: INVALID_ARGUMENT (no such keyspace; rows or bytes out of range).
absl::Status CheckScan(Keyspace keyspace, const ScanOptions& options);

// Errors: INVALID_ARGUMENT (no such keyspace; too many keys).
absl::Status CheckMultiGet(Keyspace keyspace, std::size_t key_count);

// ABORTED: the keyspace is not at the position that the commit was built on.
absl::Status StalePositionError();

// FAILED_PRECONDITION: a call after Close.
absl::Status ClosedError();

// CANCELLED: closed during a wait.
absl::Status ClosedWhileWaitingError();

// DEADLINE_EXCEEDED: a wait's deadline has passed.
absl::Status PositionNotReachedError();

// Gathers a page of a scan until it is full, and says where to go on.
class ScanPageBuilder {
 public:
  explicit ScanPageBuilder(const ScanOptions& options) : options_(options) {}

  bool full() const { return page_.resume.has_value(); }

  // Adds a row unless the page is full; the first row is taken whatever its size.
  void Add(std::string_view key, std::string_view value);

  ScanPage Build() && { return std::move(page_); }

 private:
  const ScanOptions options_;
  ScanPage page_;
  std::size_t bytes_ = 0;
};

}  // namespace serieslink::storage
