#include "storage/rocksdb/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "storage/base/directory_sync.h"
#include "storage/base/status_macros.h"

namespace serieslink::storage {
namespace {

constexpr char kLockName[] = "serieslink.lock";

absl::Status Unusable(int error) {
  return absl::InvalidArgumentError(
      absl::StrCat("the store's directory cannot be used: ", std::strerror(error)));
}

// A directory outlives a power cut once the one that holds it is synced.
absl::Status CreateDirectory(const std::filesystem::path& directory) {
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return absl::OkStatus();
  const std::filesystem::path parent = directory.parent_path();
  if (!parent.empty() && parent != directory) SL_RETURN_IF_ERROR(CreateDirectory(parent));
  if (mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) return Unusable(errno);
  const int unsynced = base::SyncDirectory(parent);
  return unsynced == 0 ? absl::OkStatus() : Unusable(unsynced);
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Acquire(
    const std::string& directory) {
  if (directory.empty()) return absl::InvalidArgumentError("the store's directory is not named");
  std::filesystem::path path(directory);
  if (!path.has_filename()) path = path.parent_path();  // "data/" names "data"
  SL_RETURN_IF_ERROR(CreateDirectory(path));
  const std::filesystem::path lock = path / kLockName;
  return Lock(open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
}

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::AcquireExisting(
    const std::string& directory) {
  if (directory.empty()) return absl::InvalidArgumentError("the store's directory is not named");
  const std::filesystem::path lock = std::filesystem::path(directory) / kLockName;
  const int file = open(lock.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) {
    return absl::FailedPreconditionError("there is no store in the directory");
  }
  return Lock(file);
}

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Lock(int file) {
  if (file < 0) return Unusable(errno);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    close(file);
    if (error != EWOULDBLOCK) return Unusable(error);
    return absl::FailedPreconditionError("the store's directory is in use by another store");
  }
  return std::unique_ptr<DirectoryLock>(new DirectoryLock(file));
}

DirectoryLock::~DirectoryLock() { close(file_); }

}  // namespace serieslink::storage
