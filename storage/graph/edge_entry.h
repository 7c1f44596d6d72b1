#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "storage/api/store.h"
#include "storage/graph/edges.h"
#include "storage/graph/keys.h"

// Entries of the index of edges as such, for whoever goes through all of them. edges.cc knows how
// they are written; edges.h is for those who know what they look for.
namespace serieslink::graph {

// The second byte of an entry's key: what the entry is. The numbers are stored.
enum class EdgeForm : std::uint8_t {
  kFromSource = 0,
  kFromTarget = 1,
  kHistory = 2,
  kValue = 3,
  kMember = 4,
  kRanked = 5,
};

// One entry of the index, for whoever goes through all of them.
struct EdgeEntry {
  EdgeType type{};
  EdgeForm form{};
  std::uint64_t node = 0;     // source, target, node or group: what the entry is found from
  std::uint64_t other = 0;    // the other end (kFromSource, kFromTarget, kRanked), or the member
  std::uint64_t rank = 0;     // of kRanked
  RevisionInterval interval;  // of kFromSource and kFromTarget; of kHistory, only from
  std::string payload;
};

// Errors: DATA_LOSS (the entry is none).
absl::StatusOr<EdgeEntry> ParseEdgeEntry(const storage::Row& entry);
// The key of an entry; its value is none of the key's business.
std::string EdgeEntryKey(const EdgeEntry& entry);

}  // namespace serieslink::graph
