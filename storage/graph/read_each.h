#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/message_lite.h"
#include "storage/api/store.h"
#include "storage/base/status_macros.h"

namespace serieslink::graph {

// Rows that are looked at with one call to the store: each can hold a block of 8 KiB.
inline constexpr std::size_t kRowsPinnedAtOnce = 512;

// Reads `count` rows, the one of each place under `key_of(place)`, and calls
// `visit(place, value)` with the value where the store has it, nullopt where there is none, in the
// order of the places. Ends when `visit` returns an error. `rows_at_once`: for large ones.
// Errors: those of the store and of `visit`.
template <typename KeyOf, typename Visit>
absl::Status ReadEach(const storage::Snapshot& snapshot, storage::Keyspace keyspace,
                      std::size_t count, const KeyOf& key_of, const Visit& visit,
                      std::size_t rows_at_once = kRowsPinnedAtOnce) {
  std::vector<std::string> keys;
  keys.reserve(std::min(count, rows_at_once));
  for (std::size_t at = 0; at < count; at += keys.size()) {
    keys.clear();
    for (std::size_t place = at; place < std::min(count, at + rows_at_once); ++place) {
      keys.push_back(key_of(place));
    }
    SL_ASSIGN_OR_RETURN(const storage::PinnedValues values,
                        snapshot.MultiGetPinned(keyspace, keys));
    for (std::size_t i = 0; i < values.size(); ++i) {
      SL_RETURN_IF_ERROR(visit(at + i, values[i]));
    }
  }
  return absl::OkStatus();
}

// Whether `message` could be read from `bytes`, those of a row.
inline bool ParseRow(std::string_view bytes, google::protobuf::MessageLite& message) {
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace serieslink::graph
