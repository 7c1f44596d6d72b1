#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/stolen/loss_query.h"
#include "storage/api/store.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/sorted_run_index.h"

// Walking lists of the index of losses side by side.
namespace serieslink::stolen {

// Keys of the index, which begin alike: all of them, or those of one first part. Without what they
// begin with, keys of all first parts are in one order.
struct LossKeys {
  std::string prefix;
  storage::KeyRange range;
  bool has_days_only = false;  // as of the LossRange
};

// What stands in several lists of the index at once. Each list is of keys of several ranges,
// without repeats. Not thread-safe.
class LossLists {
 public:
  // `query` may be null: then all entries will do. It must outlive this.
  LossLists(const LossQuery* query, std::vector<std::vector<LossKeys>> lists);

  enum class Found {
    kEntry,   // one
    kPaused,  // none up to `looked_at`, and enough was read for now
    kEnd,     // none any more
  };
  struct Next {
    Found found = Found::kEnd;
    std::string key;        // of what was found, without its prefix
    std::string looked_at;  // likewise; behind it more can be found
  };

  // The first key, without its prefix, that is at least `key` and stands in each of the lists, and
  // whose facets do not rule it out. Lists that rule out next to nothing of the others are not gone
  // on with, so some may be found that lack one of them. `entries` is how many more may be read;
  // what was is taken off. Calls come with rising keys. Errors: those of the store; DATA_LOSS.
  absl::StatusOr<Next> AtOrAfter(const graph::SortedRunView& index, std::string key,
                                 std::size_t& entries);

 private:
  // Entries of one range that were read and may do.
  struct Cursor {
    explicit Cursor(LossKeys all) : keys(std::move(all)) {}

    std::string_view key(std::size_t at) const {
      return std::string_view(rows[at].key).substr(keys.prefix.size());
    }

    LossKeys keys;  // `range`: of what was not read yet
    bool is_read = false;
    std::size_t entries_max;  // that are read next
    std::size_t used = 0;     // of those that were read last, how many were asked for
    std::string read_to;      // the last key that was read, without its prefix
    std::vector<storage::Row> rows;
    std::size_t at = 0;
  };
  struct List {
    std::vector<Cursor> cursors;
    std::size_t asked = 0;  // for a key that others have
    std::size_t had = 0;
  };

  absl::StatusOr<Next> AtOrAfter(const graph::SortedRunView& index, std::string_view key,
                                 std::size_t& entries, List& list) const;
  absl::Status Read(const graph::SortedRunView& index, std::string_view key, std::size_t& entries,
                    Cursor& cursor) const;

  const LossQuery* const query_;
  std::vector<List> lists_;
};

}  // namespace serieslink::stolen
