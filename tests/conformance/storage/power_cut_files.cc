#include "tests/conformance/storage/power_cut_files.h"

#include <filesystem>
#include <utility>

#include "gtest/gtest.h"

namespace serieslink::storage {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

// A file under its path at the time of opening: nothing is renamed while it is open.
class PowerCutFiles::WritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  WritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path,
               PowerCutFiles* files)
      : rocksdb::FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        files_(files) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    const std::lock_guard lock(files_->mutex_);
    if (files_->is_cut_) return files_->Powered();
    const IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) files_->written_[path_].bytes += data.size();
    return status;
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    const std::lock_guard lock(files_->mutex_);
    if (files_->is_cut_) return files_->Powered();
    return FSWritableFileOwnerWrapper::Truncate(size, options, debug);
  }
  // The disk itself is not asked: power is cut here only, and a disk's sync takes milliseconds.
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(files_->mutex_);
    if (files_->is_cut_) return files_->Powered();
    files_->written_[path_].synced = files_->written_[path_].bytes;
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  const std::string path_;
  PowerCutFiles* const files_;
};

class PowerCutFiles::Directory final : public rocksdb::FSDirectoryWrapper {
 public:
  Directory(std::unique_ptr<rocksdb::FSDirectory> directory, std::string path, PowerCutFiles* files)
      : rocksdb::FSDirectoryWrapper(std::move(directory)), path_(std::move(path)), files_(files) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    const std::lock_guard lock(files_->mutex_);
    if (files_->is_cut_) return files_->Powered();
    Note();
    return IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  void Note() {
    for (auto& [path, written] : files_->written_) {
      if (std::filesystem::path(path).parent_path() != path_) continue;
      written.name_is_synced = true;
      written.replaced.reset();
    }
  }

  const std::filesystem::path path_;
  PowerCutFiles* const files_;
};

PowerCutFiles::PowerCutFiles(std::uint64_t seed)
    : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()), random_(seed) {}

// A status of its own for each caller: RocksDB marks statuses as looked at.
IOStatus PowerCutFiles::Powered() const {
  return is_cut_ ? IOStatus::IOError("the power is cut") : IOStatus::OK();
}

void PowerCutFiles::CutPower() {
  const std::lock_guard lock(mutex_);
  is_cut_ = true;
}

void PowerCutFiles::RestorePower() {
  const std::lock_guard lock(mutex_);
  if (!is_cut_) return;
  is_cut_ = false;
  for (const auto& [path, written] : std::exchange(written_, {})) {
    if (!std::filesystem::exists(path)) continue;
    if (written.replaced.has_value()) {
      const IOStatus status =
          rocksdb::WriteStringToFile(target(), *written.replaced, path, /*should_sync=*/false);
      EXPECT_TRUE(status.ok()) << status.ToString();
    } else if (!written.name_is_synced) {
      std::filesystem::remove(path);
    } else if (written.synced < written.bytes) {
      const std::uint64_t kept =
          std::uniform_int_distribution<std::uint64_t>(written.synced, written.bytes)(random_);
      std::filesystem::resize_file(path, kept);
    }
  }
}

IOStatus PowerCutFiles::NewWritableFile(const std::string& path, const FileOptions& options,
                                        std::unique_ptr<rocksdb::FSWritableFile>* file,
                                        IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  if (is_cut_) return Powered();
  const IOStatus status = target()->NewWritableFile(path, options, file, debug);
  if (!status.ok()) return status;
  written_[path] = Written();
  *file = std::make_unique<WritableFile>(std::move(*file), path, this);
  return status;
}

IOStatus PowerCutFiles::ReopenWritableFile(const std::string& path, const FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                                           IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  if (is_cut_) return Powered();
  const IOStatus status = target()->ReopenWritableFile(path, options, file, debug);
  if (!status.ok()) return status;
  if (!written_.contains(path)) {
    const std::uint64_t bytes = std::filesystem::file_size(path);
    written_[path] =
        Written{.bytes = bytes, .synced = bytes, .name_is_synced = true, .replaced = {}};
  }
  *file = std::make_unique<WritableFile>(std::move(*file), path, this);
  return status;
}

IOStatus PowerCutFiles::ReuseWritableFile(const std::string&, const std::string&,
                                          const FileOptions&,
                                          std::unique_ptr<rocksdb::FSWritableFile>*,
                                          IODebugContext*) {
  // The engine does not ask for old log files to be written over; if it ever does, this must know.
  return IOStatus::NotSupported("files are not used again");
}

IOStatus PowerCutFiles::NewDirectory(const std::string& path, const IOOptions& options,
                                     std::unique_ptr<rocksdb::FSDirectory>* directory,
                                     IODebugContext* debug) {
  const IOStatus status = target()->NewDirectory(path, options, directory, debug);
  if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory), path, this);
  return status;
}

IOStatus PowerCutFiles::RenameFile(const std::string& from, const std::string& to,
                                   const IOOptions& options, IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  if (is_cut_) return Powered();
  std::optional<std::string> replaced;
  if (const auto old = written_.find(to); old != written_.end() && old->second.replaced) {
    replaced = old->second.replaced;  // that renaming is not durable either
  } else if (std::filesystem::exists(to)) {
    const IOStatus read = rocksdb::ReadFileToString(target(), to, &replaced.emplace());
    if (!read.ok()) return read;
  }
  const IOStatus status = target()->RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  Written written = written_[from];
  written_.erase(from);
  written.name_is_synced = false;
  written.replaced = std::move(replaced);
  written_[to] = std::move(written);
  return status;
}

IOStatus PowerCutFiles::DeleteFile(const std::string& path, const IOOptions& options,
                                   IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  if (is_cut_) return Powered();
  const IOStatus status = target()->DeleteFile(path, options, debug);
  if (status.ok()) written_.erase(path);
  return status;
}

}  // namespace serieslink::storage
