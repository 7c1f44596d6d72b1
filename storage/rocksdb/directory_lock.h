#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace serieslink::storage {

// Holds a directory for one store. The operating system lets go when the process ends, however it
// ends. (RocksDB has a lock of its own, but tells a held one only in the words of its message.)
class DirectoryLock {
 public:
  // Creates `directory` (readable by its owner only) and what is missing above it, durably, and
  // locks it.
  // Errors: FAILED_PRECONDITION (held, in this process or another), INVALID_ARGUMENT (cannot be
  // created or used).
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> Acquire(const std::string& directory);

  // Locks a directory that a store was in before, and creates nothing.
  // Errors: FAILED_PRECONDITION (held, or no store was ever there), INVALID_ARGUMENT.
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> AcquireExisting(
      const std::string& directory);

  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int file) : file_(file) {}

  // Takes `file`, an open lock file or -1.
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> Lock(int file);

  const int file_;
};

}  // namespace serieslink::storage
