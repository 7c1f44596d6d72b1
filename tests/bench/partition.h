#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace serieslink::bench {

// Which rows belong together: for each row, numbered from 1, the first row of its set. [0] is not
// used. Two partitions are the same when they are equal.
using Partition = std::vector<std::uint32_t>;

// Reads lines "row set" with any numbers for sets. Errors: INTERNAL (it cannot be read; a row
// beyond `rows`, or not every row).
absl::StatusOr<Partition> ReadPartition(const std::string& path, std::size_t rows);

}  // namespace serieslink::bench
