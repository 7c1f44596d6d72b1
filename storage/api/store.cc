#include "storage/api/store.h"

#include "storage/base/status_macros.h"

namespace serieslink::storage {

KeyRange KeyRange::Prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return KeyRange{std::string(prefix), std::move(end)};
}

absl::StatusOr<std::vector<std::optional<std::string>>> Snapshot::MultiGet(
    Keyspace keyspace, absl::Span<const std::string> keys) const {
  SL_ASSIGN_OR_RETURN(const PinnedValues pinned, MultiGetPinned(keyspace, keys));
  return std::vector<std::optional<std::string>>(pinned.begin(), pinned.end());
}

}  // namespace serieslink::storage
