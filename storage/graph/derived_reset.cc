#include "storage/graph/derived_reset.h"

#include <string>
#include <utility>

#include "storage/base/status_macros.h"
#include "storage/graph/keys.h"

namespace serieslink::graph {
namespace {

constexpr std::size_t kRowsAtOnce = 16384;

}  // namespace

absl::Status ResetDerived(storage::Store& store) {
  storage::Commit commit;
  commit.keyspace = storage::Keyspace::kDerived;
  commit.durability = storage::Durability::kBuffered;
  storage::KeyRange range;
  for (bool has_more = true; has_more;) {
    // A snapshot of its own each time: an old one would keep the engine from reclaiming space.
    SL_ASSIGN_OR_RETURN(const auto snapshot, store.NewSnapshot());
    commit.base = snapshot->position(commit.keyspace);
    commit.writes.clear();
    storage::ScanOptions options;
    options.rows_max = kRowsAtOnce;
    SL_ASSIGN_OR_RETURN(storage::ScanPage page, snapshot->Scan(commit.keyspace, range, options));
    for (storage::Row& row : page.rows) {
      if (row.key != DeriverPositionKey()) commit.writes.push_back({std::move(row.key), {}});
    }
    has_more = page.resume.has_value();
    if (has_more) {
      range.start = *std::move(page.resume);
    } else {
      commit.writes.push_back({DeriverPositionKey(), {}});
    }
    SL_RETURN_IF_ERROR(store.Apply(commit).status());
  }
  return absl::OkStatus();
}

}  // namespace serieslink::graph
