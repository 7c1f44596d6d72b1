#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Blocks of the sorted-run index: a few hundred entries in key order in the bytes of one row.
// docs/formats/sorted_run_index.md shows the layout.
namespace serieslink::graph {

// Bounds of one entry.
inline constexpr std::size_t kIndexKeyBytesMax = 512;
inline constexpr std::size_t kIndexValueBytesMax = 4096;

// Writes one block. Thread-compatible.
class IndexBlockBuilder {
 public:
  // Adds an entry; `key` is above all keys added before. `erased` entries say that the key is gone
  // and hide it in older blocks.
  void Add(std::string_view key, std::string_view value, bool erased);

  std::size_t entries() const { return entries_; }
  // Bytes of the block so far.
  std::size_t bytes() const;
  // The key added last; empty before the first.
  const std::string& last_key() const { return last_key_; }

  // The block. Leaves the builder empty, for the next one.
  std::string Finish();

 private:
  std::string bytes_;
  std::vector<std::uint32_t> restarts_;
  std::size_t entries_ = 0;
  std::string last_key_;
};

// Reads one block in key order. Thread-compatible; the block's bytes must outlive it.
// Errors of all calls: DATA_LOSS (the bytes are no block).
class IndexBlockCursor {
 public:
  // At the first entry.
  static absl::StatusOr<IndexBlockCursor> Open(std::string_view block);

  // False behind the last entry; then only Seek may be called.
  bool valid() const { return valid_; }
  const std::string& key() const { return key_; }
  std::string_view value() const { return value_; }
  bool erased() const { return erased_; }

  absl::Status Next();

  // To the first entry whose key is `key` or above.
  absl::Status Seek(std::string_view key);

 private:
  IndexBlockCursor(std::string_view entries, std::string_view restarts)
      : entries_(entries), restarts_(restarts) {}

  std::size_t restart_count() const { return restarts_.size() / 4; }
  absl::StatusOr<std::size_t> RestartOffset(std::size_t index) const;
  absl::StatusOr<std::string_view> RestartKey(std::size_t index) const;

  std::string_view entries_;
  std::string_view restarts_;
  std::size_t at_ = 0;  // where the entry behind the current one begins
  bool valid_ = false;
  bool erased_ = false;
  std::string key_;
  std::string_view value_;
};

}  // namespace serieslink::graph
