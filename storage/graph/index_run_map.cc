#include "storage/graph/index_run_map.h"

#include <algorithm>
#include <utility>

#include "storage/base/status_macros.h"

namespace serieslink::graph {

absl::StatusOr<std::shared_ptr<const IndexRunMap>> IndexRunMap::Load(
    const storage::Snapshot& snapshot, const SortedRunSpec& spec, const stored::v1::IndexRun& run) {
  IndexRunMapBuilder builder(spec);
  storage::KeyRange range = IndexChunkRange(spec, run.number());
  while (true) {
    SL_ASSIGN_OR_RETURN(storage::ScanPage page,
                        snapshot.Scan(spec.keyspace, range, storage::ScanOptions{}));
    for (const storage::Row& row : page.rows) {
      stored::v1::IndexChunk chunk;
      if (!chunk.ParseFromString(row.value)) {
        return absl::DataLossError("a chunk of an index is malformed");
      }
      SL_RETURN_IF_ERROR(builder.Add(std::move(chunk)));
    }
    if (!page.resume) break;
    range.start = *std::move(page.resume);
  }
  return builder.Finish(run);
}

absl::Status IndexRunMapBuilder::Add(stored::v1::IndexChunk&& chunk) {
  if (chunk.first_block() != map_->block_count()) {
    return absl::DataLossError("a chunk of an index is missing");
  }
  for (const std::string& fence : chunk.fences()) {
    map_->fence_bytes_.append(fence);
    map_->fence_ends_.push_back(static_cast<std::uint32_t>(map_->fence_bytes_.size()));
  }
  // A filter over other prefixes than are asked for tells nothing.
  const bool fits = chunk.filter_prefix_bytes() == map_->filter_prefix_bytes_;
  map_->chunks_.push_back(
      {chunk.first_block(), fits ? std::move(*chunk.mutable_filter()) : std::string()});
  map_->last_key_ = std::move(*chunk.mutable_last_key());
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const IndexRunMap>> IndexRunMapBuilder::Finish(
    const stored::v1::IndexRun& run) {
  if (map_->block_count() != run.blocks() || map_->chunks_.size() != run.chunks()) {
    return absl::DataLossError("a run of an index lacks chunks");
  }
  return std::move(map_);
}

std::string_view IndexRunMap::Fence(std::size_t block) const {
  const std::size_t begin = block == 0 ? 0 : fence_ends_[block - 1];
  return std::string_view(fence_bytes_).substr(begin, fence_ends_[block] - begin);
}

std::uint32_t IndexRunMap::FirstAbove(std::string_view key) const {
  std::uint32_t low = 0;
  std::uint32_t high = block_count();
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (Fence(middle) <= key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::uint32_t IndexRunMap::FirstAtLeast(std::string_view key) const {
  const std::uint32_t above = FirstAbove(key);
  return above > 0 && Fence(above - 1) == key ? above - 1 : above;
}

std::size_t IndexRunMap::ChunkOf(std::uint32_t block) const {
  const auto behind = std::upper_bound(
      chunks_.begin(), chunks_.end(), block,
      [](std::uint32_t sought, const Chunk& chunk) { return sought < chunk.first_block; });
  return static_cast<std::size_t>(behind - chunks_.begin()) - 1;
}

std::optional<std::uint32_t> IndexRunMap::Locate(std::string_view key) const {
  const std::uint32_t above = FirstAbove(key);
  if (above == 0 || key > last_key_) return std::nullopt;
  const std::string& filter = chunks_[ChunkOf(above - 1)].filter;
  if (!IndexFilterMayHold(filter, IndexFilterHash(key, filter_prefix_bytes_))) return std::nullopt;
  return above - 1;
}

std::optional<IndexRunMap::Blocks> IndexRunMap::Locate(const storage::KeyRange& range) const {
  if (block_count() == 0 || last_key_ < range.start) return std::nullopt;
  const std::uint32_t above = FirstAbove(range.start);
  const Blocks blocks{above == 0 ? 0 : above - 1,
                      range.end.empty() ? block_count() : FirstAtLeast(range.end)};
  if (blocks.first >= blocks.end) return std::nullopt;
  // When all keys of the range have the same filtered prefix, the filters of its chunks decide.
  if (filter_prefix_bytes_ == 0 || range.start.size() < filter_prefix_bytes_) return blocks;
  const std::string_view prefix = std::string_view(range.start).substr(0, filter_prefix_bytes_);
  const std::string prefix_end = storage::KeyRange::Prefix(prefix).end;
  if (!prefix_end.empty() && (range.end.empty() || range.end > prefix_end)) return blocks;
  const std::uint64_t hash = IndexFilterHash(prefix, filter_prefix_bytes_);
  for (std::size_t chunk = ChunkOf(blocks.first);
       chunk < chunks_.size() && chunks_[chunk].first_block < blocks.end; ++chunk) {
    if (IndexFilterMayHold(chunks_[chunk].filter, hash)) return blocks;
  }
  return std::nullopt;
}

}  // namespace serieslink::graph
