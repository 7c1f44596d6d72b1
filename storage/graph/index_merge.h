#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/api/store.h"
#include "storage/graph/index_block.h"

// Walking several sorted sequences of index entries as one.
namespace serieslink::graph {

// Entries in strictly rising order of keys. Thread-compatible.
class IndexSource {
 public:
  virtual ~IndexSource() = default;

  virtual bool valid() const = 0;
  // Of the current entry, while valid. The views last until Next.
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  virtual bool erased() const = 0;
  // Errors: DATA_LOSS, and those of the store that is read.
  virtual absl::Status Next() = 0;
};

// The entries of one block with keys of at least `start`.
// Errors: DATA_LOSS.
absl::StatusOr<std::unique_ptr<IndexSource>> NewBlockSource(
    std::shared_ptr<const std::string> block, std::string_view start);

// Reads `count` blocks of a run from `first` on.
using FetchBlocks =
    std::function<absl::StatusOr<storage::PinnedValues>(std::uint32_t first, std::uint32_t count)>;

// The entries of a run with keys of at least `start`, from its block `first_block`, in which
// `start` belongs, up to and without `end_block`. Blocks are fetched ahead, more at a time the
// further it goes. `prefetched` may be the bytes of first_block, which must outlive the source.
// Errors: DATA_LOSS (also a block that is missing) and those of `fetch`.
absl::StatusOr<std::unique_ptr<IndexSource>> NewRunSource(FetchBlocks fetch,
                                                          std::uint32_t first_block,
                                                          std::uint32_t end_block,
                                                          std::string_view start,
                                                          std::string_view prefetched = {});

// Several sources as one. Of entries with the same key only that of the earliest source in
// `sources` comes, so they are given newest first. Entries that erase come too.
class IndexMergeSource final : public IndexSource {
 public:
  explicit IndexMergeSource(std::vector<std::unique_ptr<IndexSource>> sources);

  bool valid() const override { return !heap_.empty(); }
  std::string_view key() const override { return heap_.front().source->key(); }
  std::string_view value() const override { return heap_.front().source->value(); }
  bool erased() const override { return heap_.front().source->erased(); }
  absl::Status Next() override;

 private:
  struct Standing {
    std::uint64_t key_start;  // the key's first 8 bytes, which settle most comparisons
    std::uint32_t rank;
    IndexSource* source;
  };
  static bool Before(const Standing& a, const Standing& b);
  void SiftDown(std::size_t at);

  std::vector<std::unique_ptr<IndexSource>> sources_;
  std::vector<Standing> heap_;  // least first
  std::string passed_key_;
};

}  // namespace serieslink::graph
