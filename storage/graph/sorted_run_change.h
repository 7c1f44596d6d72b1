#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/api/store.h"
#include "storage/graph/index_run_map.h"

namespace serieslink::graph {

// What one commit changes of a sorted-run index, from its writer to its readers in the same
// process: they need not read it from the store.
struct SortedRunChange {
  storage::Position position = 0;  // of the commit
  // The blocks of its delta rows, in their order.
  std::vector<std::shared_ptr<const std::string>> parts;
  std::string manifest;  // as the commit writes it; empty: it stays
  // Of the runs that the manifest has from now on, by number.
  std::vector<std::pair<std::uint64_t, std::shared_ptr<const IndexRunMap>>> maps;
};

}  // namespace serieslink::graph
