#include "storage/graph/index_merge.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/base/status_macros.h"

namespace serieslink::graph {
namespace {

constexpr std::uint32_t kReadAheadBlocksMax = 16;

class BlockSource final : public IndexSource {
 public:
  BlockSource(std::shared_ptr<const std::string> block, IndexBlockCursor cursor)
      : block_(std::move(block)), cursor_(std::move(cursor)) {}

  bool valid() const override { return cursor_.valid(); }
  std::string_view key() const override { return cursor_.key(); }
  std::string_view value() const override { return cursor_.value(); }
  bool erased() const override { return cursor_.erased(); }
  absl::Status Next() override { return cursor_.Next(); }

 private:
  std::shared_ptr<const std::string> block_;
  IndexBlockCursor cursor_;
};

class RunSource final : public IndexSource {
 public:
  RunSource(FetchBlocks fetch, std::uint32_t first_block, std::uint32_t end_block)
      : fetch_(std::move(fetch)), next_fetch_(first_block), end_block_(end_block) {}

  absl::Status Start(std::string_view start, std::string_view prefetched) {
    if (prefetched.empty()) {
      SL_RETURN_IF_ERROR(OpenNextBlock());
    } else {
      ++next_fetch_;
      SL_RETURN_IF_ERROR(Open(prefetched));
    }
    if (cursor_) SL_RETURN_IF_ERROR(cursor_->Seek(start));
    return SkipEmpty();
  }

  bool valid() const override { return cursor_ && cursor_->valid(); }
  std::string_view key() const override { return cursor_->key(); }
  std::string_view value() const override { return cursor_->value(); }
  bool erased() const override { return cursor_->erased(); }

  absl::Status Next() override {
    SL_RETURN_IF_ERROR(cursor_->Next());
    return SkipEmpty();
  }

 private:
  // Goes on to later blocks until one has an entry or there is none.
  absl::Status SkipEmpty() {
    while (cursor_ && !cursor_->valid()) SL_RETURN_IF_ERROR(OpenNextBlock());
    return absl::OkStatus();
  }

  absl::Status OpenNextBlock() {
    cursor_.reset();
    if (next_open_ == blocks_.size()) {
      blocks_ = {};
      next_open_ = 0;
      const std::uint32_t count = std::min(read_ahead_, end_block_ - next_fetch_);
      if (count == 0) return absl::OkStatus();
      SL_ASSIGN_OR_RETURN(blocks_, fetch_(next_fetch_, count));
      next_fetch_ += count;
      read_ahead_ = std::min(2 * read_ahead_, kReadAheadBlocksMax);
    }
    const std::optional<std::string_view> block = blocks_[next_open_++];
    if (!block.has_value()) return absl::DataLossError("a run of an index lacks a block");
    return Open(*block);
  }

  absl::Status Open(std::string_view block) {
    SL_ASSIGN_OR_RETURN(IndexBlockCursor cursor, IndexBlockCursor::Open(block));
    cursor_.emplace(std::move(cursor));
    return absl::OkStatus();
  }

  const FetchBlocks fetch_;
  std::uint32_t next_fetch_;
  const std::uint32_t end_block_;
  std::uint32_t read_ahead_ = 1;
  storage::PinnedValues blocks_;
  std::size_t next_open_ = 0;
  std::optional<IndexBlockCursor> cursor_;
};

std::uint64_t KeyStart(std::string_view key) {
  std::uint64_t start = 0;
  const std::size_t bytes = std::min<std::size_t>(8, key.size());
  for (std::size_t i = 0; i < bytes; ++i) {
    start |= static_cast<std::uint64_t>(static_cast<unsigned char>(key[i])) << (56 - 8 * i);
  }
  return start;
}

}  // namespace

absl::StatusOr<std::unique_ptr<IndexSource>> NewBlockSource(
    std::shared_ptr<const std::string> block, std::string_view start) {
  SL_ASSIGN_OR_RETURN(IndexBlockCursor cursor, IndexBlockCursor::Open(*block));
  if (!start.empty()) SL_RETURN_IF_ERROR(cursor.Seek(start));
  return std::make_unique<BlockSource>(std::move(block), std::move(cursor));
}

absl::StatusOr<std::unique_ptr<IndexSource>> NewRunSource(FetchBlocks fetch,
                                                          std::uint32_t first_block,
                                                          std::uint32_t end_block,
                                                          std::string_view start,
                                                          std::string_view prefetched) {
  auto source = std::make_unique<RunSource>(std::move(fetch), first_block, end_block);
  SL_RETURN_IF_ERROR(source->Start(start, prefetched));
  return source;
}

IndexMergeSource::IndexMergeSource(std::vector<std::unique_ptr<IndexSource>> sources)
    : sources_(std::move(sources)) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (!sources_[i]->valid()) continue;
    heap_.push_back(
        {KeyStart(sources_[i]->key()), static_cast<std::uint32_t>(i), sources_[i].get()});
  }
  for (std::size_t at = heap_.size() / 2; at-- > 0;) SiftDown(at);
}

bool IndexMergeSource::Before(const Standing& a, const Standing& b) {
  if (a.key_start != b.key_start) return a.key_start < b.key_start;
  const int order = a.source->key().compare(b.source->key());
  return order != 0 ? order < 0 : a.rank < b.rank;
}

void IndexMergeSource::SiftDown(std::size_t at) {
  const Standing moved = heap_[at];
  while (true) {
    std::size_t child = 2 * at + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && Before(heap_[child + 1], heap_[child])) ++child;
    if (!Before(heap_[child], moved)) break;
    heap_[at] = heap_[child];
    at = child;
  }
  heap_[at] = moved;
}

absl::Status IndexMergeSource::Next() {
  passed_key_.assign(key());
  do {
    IndexSource* const source = heap_.front().source;
    SL_RETURN_IF_ERROR(source->Next());
    if (source->valid()) {
      heap_.front().key_start = KeyStart(source->key());
    } else {
      heap_.front() = heap_.back();
      heap_.pop_back();
      if (heap_.empty()) break;
    }
    SiftDown(0);
  } while (heap_.front().source->key() == passed_key_);
  return absl::OkStatus();
}

}  // namespace serieslink::graph
