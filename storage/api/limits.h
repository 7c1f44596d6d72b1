#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "storage/api/store.h"

// The parts of the contract that every engine applies in the same words.
namespace serieslink::storage {

// Errors: INVALID_ARGUMENT (a bound of store.h is broken, or a key stands twice).
absl::Status CheckCommit(const Commit& commit);

// Errors: INVALID_ARGUMENT (rows or bytes out of range).
absl::Status CheckScan(const ScanOptions& options);

// ABORTED: the keyspace is not at the position that the commit was built on.
absl::Status StalePositionError();

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
