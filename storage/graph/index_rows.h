#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "storage/api/store.h"

// Keys and filters of the rows that make up a sorted-run index. docs/formats/sorted_run_index.md
// shows the layout.
namespace serieslink::graph {

// What sets one sorted-run index apart from another.
struct SortedRunSpec {
  storage::Keyspace keyspace = storage::Keyspace::kDerived;
  // Stored in its keys: never reused.
  std::uint8_t number = 0;
  // Lookups mostly name this many leading bytes of a key: the filters answer whether a run holds
  // any key with them. 0: lookups name whole keys.
  std::size_t filter_prefix_bytes = 0;
};

// Key of the manifest row.
std::string IndexManifestKey(const SortedRunSpec& spec);

// Key of the delta row `part` of the commit that moved the keyspace to `position`.
std::string IndexDeltaKey(const SortedRunSpec& spec, storage::Position position,
                          std::uint32_t part);
// Keys of all delta rows of commits in (after, through].
storage::KeyRange IndexDeltaRange(const SortedRunSpec& spec, storage::Position after,
                                  storage::Position through);
// The position in a delta row's key.
// Errors: DATA_LOSS (`key` is none).
absl::StatusOr<storage::Position> IndexDeltaPosition(const SortedRunSpec& spec,
                                                     std::string_view key);

std::string IndexBlockKey(const SortedRunSpec& spec, std::uint64_t run, std::uint32_t block);
std::string IndexChunkKey(const SortedRunSpec& spec, std::uint64_t run, std::uint32_t chunk);
storage::KeyRange IndexChunkRange(const SortedRunSpec& spec, std::uint64_t run);

// The hash under which filters know `key`, or any key that begins with it when it has at least
// `filter_prefix_bytes` bytes.
std::uint64_t IndexFilterHash(std::string_view key, std::size_t filter_prefix_bytes);

// A filter that holds `hashes`: ten bits each, in lines of 64 bytes of which a hash touches one.
std::string BuildIndexFilter(absl::Span<const std::uint64_t> hashes);

// False only when `hash` is not among the filter's: one wrong answer in about a hundred. A filter
// of no bytes knows nothing and answers true.
bool IndexFilterMayHold(std::string_view filter, std::uint64_t hash);

}  // namespace serieslink::graph
