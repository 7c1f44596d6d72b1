#include "storage/api/store.h"

namespace serieslink::storage {

KeyRange KeyRange::Prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return KeyRange{std::string(prefix), std::move(end)};
}

}  // namespace serieslink::storage
