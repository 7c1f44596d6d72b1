#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/stored/v1/index.pb.h"
#include "storage/api/store.h"
#include "storage/graph/index_rows.h"

namespace serieslink::graph {

class IndexRunMapBuilder;

// Where in a run a key can stand, in memory: about 1.4 bytes an entry. Immutable, thread-safe.
class IndexRunMap {
 public:
  // Reads the map of `run` from its chunk rows.
  // Errors: DATA_LOSS (rows missing or malformed), and those of the store.
  static absl::StatusOr<std::shared_ptr<const IndexRunMap>> Load(const storage::Snapshot& snapshot,
                                                                 const SortedRunSpec& spec,
                                                                 const stored::v1::IndexRun& run);

  // The one block in which `key` can stand; nullopt when it cannot.
  std::optional<std::uint32_t> Locate(std::string_view key) const;

  struct Blocks {
    std::uint32_t first;
    std::uint32_t end;  // one behind the last
  };
  // The blocks in which keys of `range` can stand; nullopt when none can.
  std::optional<Blocks> Locate(const storage::KeyRange& range) const;

 private:
  friend class IndexRunMapBuilder;

  struct Chunk {
    std::uint32_t first_block;
    std::string filter;  // empty: unknown
  };

  explicit IndexRunMap(std::size_t filter_prefix_bytes)
      : filter_prefix_bytes_(filter_prefix_bytes) {}

  std::uint32_t block_count() const { return static_cast<std::uint32_t>(fence_ends_.size()); }
  std::string_view Fence(std::size_t block) const;
  // The first block whose fence is above `key` (or at least `key`).
  std::uint32_t FirstAbove(std::string_view key) const;
  std::uint32_t FirstAtLeast(std::string_view key) const;
  std::size_t ChunkOf(std::uint32_t block) const;

  const std::size_t filter_prefix_bytes_;
  std::string fence_bytes_;
  std::vector<std::uint32_t> fence_ends_;
  std::vector<Chunk> chunks_;
  std::string last_key_;
};

// Makes the map of a run from its chunks. Thread-compatible.
class IndexRunMapBuilder {
 public:
  explicit IndexRunMapBuilder(const SortedRunSpec& spec)
      : map_(new IndexRunMap(spec.filter_prefix_bytes)) {}

  // The next chunk. Errors: DATA_LOSS (it does not follow the one before).
  absl::Status Add(stored::v1::IndexChunk&& chunk);
  // The map of `run`, whose chunks were all added. Once.
  // Errors: DATA_LOSS (chunks are missing).
  absl::StatusOr<std::shared_ptr<const IndexRunMap>> Finish(const stored::v1::IndexRun& run);

 private:
  std::shared_ptr<IndexRunMap> map_;
};

}  // namespace serieslink::graph
