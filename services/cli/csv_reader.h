#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace serieslink::cli {

// One row of a CSV file.
struct CsvRow {
  std::int64_t number = 0;  // 1 for the first row of the file, its header included
  std::vector<std::string> cells;
};

// Reads `in` as CSV (RFC 4180: quoted cells may hold separators, quotes and line ends) and hands
// each row to `on_row`, the first one included, until it returns an error. Empty lines are passed
// over. A byte-order mark at the start is passed over. Errors: DATA_LOSS (the file ends inside a
// quoted cell, or a quote stands where none may; the message names the row), and whatever `on_row`
// returned.
absl::Status ReadCsv(std::istream& in, char separator,
                     const std::function<absl::Status(CsvRow&&)>& on_row);

}  // namespace serieslink::cli
