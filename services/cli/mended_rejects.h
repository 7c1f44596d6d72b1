#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/feed_reader.h"

namespace serieslink::cli {

// What a file of mended rejects holds.
struct MendedRejects {
  std::vector<std::string> ids;      // RJ-…
  std::vector<InputRecord> records;  // as they are now, one for each id
  std::int64_t unreadable = 0;       // lines of which nothing can be sent
};

// Reads what `rejects fix --write` wrote and somebody mended. `complaints` is told of each line of
// which nothing can be sent, with its number and what is wrong with it. Errors: INVALID_ARGUMENT
// (there is no such file, it is a folder or no text, or it holds no rejects; without the name),
// DATA_LOSS (it cannot be read to its end).
absl::StatusOr<MendedRejects> ReadMendedRejects(const std::string& file, std::ostream& complaints);

}  // namespace serieslink::cli
