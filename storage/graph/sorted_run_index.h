#pragma once

#include <atomic>
#include <cstddef>
#include <limits>
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
#include "storage/graph/index_merge.h"
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

  // The first `entries_max` entries of each of `ranges`, in their order. For ranges of few entries:
  // what they begin with is read at once, a few dozen of them in one call to the store.
  absl::StatusOr<std::vector<std::vector<storage::Row>>> ScanEach(
      absl::Span<const storage::KeyRange> ranges,
      std::size_t entries_max = std::numeric_limits<std::size_t>::max()) const;

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

  // What of one run can hold keys of a range.
  struct Part {
    std::uint64_t run;
    IndexRunMap::Blocks blocks;
  };

  // All of them are there.
  absl::StatusOr<storage::PinnedValues> FetchBlocks(absl::Span<const std::string> keys) const;
  std::vector<Part> PartsOf(const storage::KeyRange& range) const;
  std::string FirstBlockKey(const Part& part) const;
  // Of everything that can hold keys of `range`: the tail, and `parts` with their first blocks,
  // which must outlive what is returned.
  absl::StatusOr<IndexMergeSource> Open(const storage::KeyRange& range,
                                        const std::vector<Part>& parts,
                                        absl::Span<const std::string_view> first_blocks) const;

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

  // The index's writer, where it is in this process, spares readers the work of reading its commits
  // while somebody reads: it prepares a commit before it applies it, and readers take to it as soon
  // as a snapshot has it. One thread.
  void Prepare(const SortedRunChange& change);
  // What was prepared and is not applied will not be: the writer begins anew.
  void Forget();

 private:
  using Runs = SortedRunView::Runs;

  // A commit as readers will want it.
  struct Prepared {
    storage::Position position = 0;         // 0: nothing is prepared
    std::shared_ptr<const IndexTail> tail;  // null: readers find out for themselves
    std::shared_ptr<const Runs> runs;       // null: likewise, or they stay as they are
  };

  Prepared PreparedOf(const SortedRunChange& change);
  // What was prepared last, where the store at `position` has it.
  Prepared PreparedUpTo(storage::Position position) const;
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

  mutable std::mutex prepared_mutex_;
  Prepared prepared_;

  // Commits prepared since the index was last looked at.
  std::atomic<int> commits_unseen_ = 0;
};

}  // namespace serieslink::graph
