#include "tests/bench/partition.h"

#include <fstream>
#include <unordered_map>

namespace serieslink::bench {

absl::StatusOr<Partition> ReadPartition(const std::string& path, std::size_t rows) {
  std::ifstream file(path);
  std::vector<std::uint64_t> set_of(rows + 1);
  std::vector<bool> seen(rows + 1);
  std::size_t count = 0;
  std::uint64_t row = 0;
  std::uint64_t set = 0;
  while (file >> row >> set) {
    if (row == 0 || row > rows || seen[row]) {
      return absl::InternalError("a partition names a row that is none, or twice");
    }
    seen[row] = true;
    set_of[row] = set;
    ++count;
  }
  if (count != rows) return absl::InternalError("a partition does not name every row");
  Partition partition(rows + 1);
  std::unordered_map<std::uint64_t, std::uint32_t> first;
  for (std::uint32_t i = 1; i <= rows; ++i) {
    partition[i] = first.try_emplace(set_of[i], i).first->second;
  }
  return partition;
}

}  // namespace serieslink::bench
