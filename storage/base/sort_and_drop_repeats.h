#pragma once

#include <algorithm>
#include <vector>

namespace serieslink::base {

// Puts `items` into rising order, each once.
template <typename Item>
void SortAndDropRepeats(std::vector<Item>& items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace serieslink::base
