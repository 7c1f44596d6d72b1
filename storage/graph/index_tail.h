#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/api/store.h"
#include "storage/graph/index_merge.h"
#include "storage/graph/index_rows.h"

// The part of a sorted-run index that is not in runs yet, in the memory of a reader.
namespace serieslink::graph {

// What an index says of a key. The view lasts as long as what it was found in.
struct IndexHit {
  std::string_view value;
  bool erased = false;
};

// The entries of the delta rows of consecutive commits, sorted by key, and for the same key the
// latest commit first. Immutable, thread-safe.
class IndexTailSegment {
 public:
  // Of one commit, from the blocks of its delta rows in their order.
  // Errors: DATA_LOSS (malformed blocks).
  static absl::StatusOr<std::shared_ptr<const IndexTailSegment>> FromDelta(
      storage::Position position, const std::vector<std::shared_ptr<const std::string>>& parts);

  // Of the commits of both, without entries of commits up to `drop_through`.
  static std::shared_ptr<const IndexTailSegment> Merge(const IndexTailSegment& older,
                                                       const IndexTailSegment& newer,
                                                       storage::Position drop_through);

  std::size_t size() const { return entries_.size(); }
  // The last commit in it.
  storage::Position through() const { return through_; }

  // The latest entry of `key` among commits up to `position`.
  std::optional<IndexHit> Find(std::string_view key, storage::Position position) const;

  // The entries with keys of at least `start`, of each key the latest among commits up to
  // `position`.
  static std::unique_ptr<IndexSource> NewSource(std::shared_ptr<const IndexTailSegment> segment,
                                                storage::Position position, std::string_view start);

 private:
  class Source;
  struct Entry {
    storage::Position position;
    std::uint32_t offset;  // of the key in bytes_; the value follows it
    std::uint16_t key_bytes;
    std::uint16_t value_bytes : 15;
    std::uint16_t erased : 1;
  };

  std::string_view KeyOf(const Entry& entry) const {
    return std::string_view(bytes_).substr(entry.offset, entry.key_bytes);
  }
  std::string_view ValueOf(const Entry& entry) const {
    return std::string_view(bytes_).substr(entry.offset + entry.key_bytes, entry.value_bytes);
  }
  std::size_t LowerBound(std::string_view key) const;
  void Append(const IndexTailSegment& from, const Entry& entry);

  storage::Position through_ = 0;
  std::string bytes_;
  std::vector<Entry> entries_;
};

// The entries of all commits in (after, through]. Immutable, thread-safe.
class IndexTail {
 public:
  // Holds nothing yet.
  explicit IndexTail(storage::Position after) : after_(after), through_(after) {}

  // `tail` with the commits up to `through` added, read from `snapshot`, and without those up to
  // `drop_through` as far as that is cheap.
  // Errors: DATA_LOSS (malformed rows), and those of the store.
  static absl::StatusOr<std::shared_ptr<const IndexTail>> Extend(const IndexTail& tail,
                                                                 const storage::Snapshot& snapshot,
                                                                 const SortedRunSpec& spec,
                                                                 storage::Position through,
                                                                 storage::Position drop_through);

  // `tail` with the commit that follows it added, of which `parts` are the delta blocks, and
  // without those up to `drop_through` as far as that is cheap. Errors: DATA_LOSS (malformed
  // blocks).
  static absl::StatusOr<std::shared_ptr<const IndexTail>> Extend(
      const IndexTail& tail, const std::vector<std::shared_ptr<const std::string>>& parts,
      storage::Position drop_through);

  storage::Position after() const { return after_; }
  storage::Position through() const { return through_; }
  std::size_t size() const;

  // The latest entry of `key` among commits up to `position`.
  std::optional<IndexHit> Find(std::string_view key, storage::Position position) const;

  // Sources over all of it, newest first.
  std::vector<std::unique_ptr<IndexSource>> NewSources(storage::Position position,
                                                       std::string_view start) const;

 private:
  // Forgets commits up to `drop_through` as far as that is cheap.
  void Drop(storage::Position drop_through);
  // Adds what one commit wrote. Merges where there are more than a few segments, so that their
  // sizes keep falling by half.
  absl::Status Add(storage::Position commit,
                   const std::vector<std::shared_ptr<const std::string>>& parts);

  storage::Position after_;
  storage::Position through_;
  // Oldest first. Few: beyond that each is at least twice as large as the next.
  std::vector<std::shared_ptr<const IndexTailSegment>> segments_;
};

}  // namespace serieslink::graph
