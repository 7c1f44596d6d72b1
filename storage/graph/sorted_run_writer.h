#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "serieslink/stored/v1/index.pb.h"
#include "storage/api/store.h"
#include "storage/graph/commit_builder.h"
#include "storage/graph/index_block.h"
#include "storage/graph/index_merge.h"
#include "storage/graph/index_rows.h"
#include "storage/graph/sorted_run_change.h"

namespace serieslink::graph {

// How an index is kept. The defaults are measured; tests use small numbers. They may differ from
// one start to the next.
struct SortedRunOptions {
  std::size_t level0_entries = 262'144;  // in delta rows, before they are merged into a run,
  std::size_t level0_commits = 4096;     // or so many commits' delta rows
  std::size_t fan_out = 8;               // runs of a level, before they are merged into the next
  std::size_t block_bytes = 8192;
  std::size_t chunk_entries = 32768;
  std::size_t delta_part_bytes = 1u << 20;
  // Entries merged at each level for each entry added: above 1, so that merging keeps up, and
  // small, so that no commit does much of it.
  std::size_t merge_rate = 4;
  // Of blocks and chunks written along with one commit; what is left waits for the next.
  std::size_t slice_bytes_max = 4u << 20;
};

// Writes a sorted-run index, whose keyspace has no other writer. Every commit takes along the
// entries added since the one before, as one delta row, and a slice of the merging that is under
// way. Thread-compatible.
//
// The order is: Put and Erase, AppendTo, and the commit's Apply, which must be OK before the next
// AppendTo. After any error the writer must be opened anew.
class SortedRunWriter {
 public:
  // Goes on where the index stands in `store`, which must outlive the writer.
  // Errors: DATA_LOSS (what is stored does not fit together), and those of the store.
  static absl::StatusOr<std::unique_ptr<SortedRunWriter>> Open(storage::Store* store,
                                                               const SortedRunSpec& spec,
                                                               const SortedRunOptions& options);

  ~SortedRunWriter();

  // Sets the value of `key`; of several calls for a key the last counts.
  // Requires key.size() <= kIndexKeyBytesMax and value.size() <= kIndexValueBytesMax.
  void Put(std::string_view key, std::string_view value) { Add(key, value, false); }
  // Takes `key` away, whether it is there or not.
  void Erase(std::string_view key) { Add(key, {}, true); }

  // Entries added since the last AppendTo.
  std::size_t pending() const { return pending_.size(); }

  // Adds to `commit` all rows that the index writes in the commit that moves its keyspace to
  // `position`.
  // Errors: INVALID_ARGUMENT (an entry is too large, or `position` does not rise), DATA_LOSS, and
  // those of the store.
  absl::Status AppendTo(CommitBuilder* commit, storage::Position position);

  // What the last AppendTo added. Once.
  SortedRunChange TakeChange() { return std::move(change_); }

  struct Stats {
    std::size_t level0_entries = 0;  // not in a run yet
    std::size_t runs = 0;
    std::size_t merges = 0;            // under way
    std::size_t garbage = 0;           // replaced runs whose rows are yet to be erased
    std::uint64_t entries_added = 0;   // since opening, as the following
    std::uint64_t entries_merged = 0;  // read by merges
    std::uint64_t delta_bytes = 0;     // written in delta rows
    std::uint64_t run_bytes = 0;       // written in blocks and chunks
  };
  Stats stats() const;

 private:
  struct Pending {
    std::uint64_t key_start;  // first 8 bytes, which settle most comparisons
    std::uint32_t order;      // of the call
    std::uint32_t offset;     // of the key in pending_bytes_; the value follows it
    std::uint16_t key_bytes;
    std::uint16_t value_bytes;
    bool erased;
  };
  struct Delta {
    storage::Position position;
    std::size_t entries;
    std::vector<std::shared_ptr<const std::string>> parts;
  };
  struct Merge;

  SortedRunWriter(storage::Store* store, const SortedRunSpec& spec,
                  const SortedRunOptions& options);

  void Add(std::string_view key, std::string_view value, bool erased);
  std::string_view KeyOf(const Pending& pending) const;

  absl::Status LoadDeltas(const storage::Snapshot& snapshot);
  absl::Status ResumeMerges(const storage::Snapshot& snapshot);

  std::size_t WriteDelta(CommitBuilder* commit, storage::Position position);
  void StartMerges();
  absl::Status OpenSources(Merge* merge, std::string_view start);
  absl::Status RunMerge(Merge* merge, CommitBuilder* commit);
  absl::Status FlushBlock(Merge* merge, CommitBuilder* commit);
  absl::Status FlushChunk(Merge* merge, CommitBuilder* commit);
  absl::Status Complete(Merge& merge);
  void EraseGarbage(CommitBuilder* commit);

  storage::Store* const store_;
  const SortedRunSpec spec_;
  const SortedRunOptions options_;

  stored::v1::IndexManifest manifest_;
  bool manifest_changed_ = false;
  storage::Position last_position_ = 0;

  std::string pending_bytes_;
  std::vector<Pending> pending_;
  bool too_large_ = false;

  std::deque<Delta> deltas_;           // not in a run yet, oldest first
  std::size_t level0_entries_ = 0;     // in them
  std::deque<std::string> dead_rows_;  // delta rows that are in a run
  // How far the first garbage run is erased.
  std::uint32_t garbage_block_ = 0;
  std::uint32_t garbage_chunk_ = 0;
  std::vector<std::unique_ptr<Merge>> merges_;  // as manifest_.merges
  std::size_t slice_bytes_ = 0;                 // of blocks and chunks in the commit being built
  SortedRunChange change_;                      // of the commit being built
  Stats stats_;
};

}  // namespace serieslink::graph
