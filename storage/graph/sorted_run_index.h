#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/stored/v1/index.pb.h"
#include "storage/api/store.h"
#include "storage/graph/index_rows.h"
#include "storage/graph/index_run_map.h"
#include "storage/graph/index_tail.h"
#include "storage/graph/sorted_run_change.h"

// Reading an index whose entries come in random order, kept as sorted runs in ordinary rows: one
// entry costs its writer well under a microsecond, where a row of its own would cost five. Written
// by SortedRunWriter; docs/formats/sorted_run_index.md shows the rows.
namespace serieslink::graph {

// A page of entries in key order.
struct IndexPage {
  std::vector<storage::Row> entries;
  // Set when the range may hold more: the start of the next call's range.
  std::optional<std::string> resume;
};

// An index as one snapshot has it. Thread-compatible. Must not outlive its snapshot or its
// SortedRunIndex. Errors of all calls: DATA_LOSS (what is stored does not fit together), and those
// of the store.
class SortedRunView {
 public:
  // The value of `key`, or nullopt.
  absl::StatusOr<std::optional<std::string>> Find(std::string_view key) const;

  // The values of `keys`, in their order, nullopt where absent; at most one call to the store.
  absl::StatusOr<std::vector<std::optional<std::string>>> FindMany(
      absl::Span<const std::string> keys) const;

  // The first `entries_max` (at least one) entries of `range`.
  absl::StatusOr<IndexPage> Scan(const storage::KeyRange& range, std::size_t entries_max) const;

 private:
  friend class SortedRunIndex;

  // The runs of a manifest with their maps.
  struct Runs {
    std::string manifest_bytes;
    stored::v1::IndexManifest manifest;
    std::vector<std::shared_ptr<const IndexRunMap>> maps;  // as manifest.runs
  };

  SortedRunView(const SortedRunSpec& spec, const storage::Snapshot* snapshot,
                std::shared_ptr<const Runs> runs, std::shared_ptr<const IndexTail> tail)
      : spec_(spec), snapshot_(snapshot), runs_(std::move(runs)), tail_(std::move(tail)) {}

  absl::StatusOr<std::vector<std::string>> FetchBlocks(absl::Span<const std::string> keys) const;
  absl::StatusOr<std::vector<std::unique_ptr<IndexSource>>> OpenRuns(
      const storage::KeyRange& range) const;

  SortedRunSpec spec_;
  const storage::Snapshot* snapshot_;
  std::shared_ptr<const Runs> runs_;
  std::shared_ptr<const IndexTail> tail_;
};

// What the readers of one index in one process share: the entries that are not in runs yet, and the
// maps of the runs. It follows the store on its own, by the rows of the snapshots that it is given;
// an old snapshot is answered as it was. Thread-safe.
class SortedRunIndex {
 public:
  explicit SortedRunIndex(const SortedRunSpec& spec) : spec_(spec) {}

  // The index as `snapshot` has it. The first call after a start reads the maps and the tail.
  // Errors: DATA_LOSS (what is stored does not fit together), and those of the store.
  absl::StatusOr<SortedRunView> View(const storage::Snapshot& snapshot);

  // A commit as readers will want it.
  struct Prepared {
    SortedRunChange change;
    std::shared_ptr<const IndexTail> tail;  // null: readers find out for themselves
  };
  // The index's writer, where it is in this process, spares readers the work of reading its commits
  // while somebody reads: it prepares a commit before it applies it, and publishes it as soon as it
  // is applied. One thread; a commit that failed is not published.
  Prepared Prepare(SortedRunChange change);
  void Publish(Prepared prepared);

 private:
  using Runs = SortedRunView::Runs;

  static absl::flat_hash_map<std::uint64_t, std::shared_ptr<const IndexRunMap>> MapsOf(
      const Runs& runs);
  absl::StatusOr<std::shared_ptr<const Runs>> RunsFor(const storage::Snapshot& snapshot);
  absl::StatusOr<std::shared_ptr<const IndexTail>> TailFor(const storage::Snapshot& snapshot,
                                                           storage::Position flushed);

  const SortedRunSpec spec_;

  std::mutex runs_mutex_;  // held while reading from the store, so that one thread reads for all
  std::shared_ptr<const Runs> runs_;  // of the latest snapshot seen
  storage::Position runs_position_ = 0;

  std::mutex tail_mutex_;  // likewise
  std::shared_ptr<const IndexTail> tail_;

  // Commits prepared since the index was last looked at.
  std::atomic<int> commits_unseen_ = 0;
};

}  // namespace serieslink::graph
