#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>

#include "rocksdb/file_system.h"

namespace serieslink::storage {

// The machine's files, and what a power cut leaves of them. Of each file it knows how many bytes
// were synced, and of each directory which new names were. A power cut keeps these; of the bytes
// behind them it keeps a random number, as an operating system may have written some. Files of
// unsynced names go, and unsynced renamings are undone. Files that were there before this object
// are taken as durable. Thread-safe.
class PowerCutFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit PowerCutFiles(std::uint64_t seed);

  const char* Name() const override { return "PowerCutFiles"; }

  // From now on nothing can be written, synced, renamed or deleted.
  void CutPower();

  // What was not durable at the cut goes, and writing works again. All files are closed by then.
  // Without effect when the power is on.
  void RestorePower();

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& path, const std::string& old_path,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  class WritableFile;
  class Directory;

  struct Written {
    std::uint64_t bytes = 0;
    std::uint64_t synced = 0;
    bool name_is_synced = false;
    // The bytes that the name had before an unsynced renaming.
    std::optional<std::string> replaced;
  };

  rocksdb::IOStatus Powered() const;

  mutable std::mutex mutex_;  // guards all below
  bool is_cut_ = false;
  std::mt19937_64 random_;
  std::map<std::string, Written> written_;  // by path
};

}  // namespace serieslink::storage
