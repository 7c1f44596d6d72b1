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
  bool has_line_end = true;  // false: the file ends with it, and may have been cut there
};

// A line of which no row can be made.
struct SpoiledRow {
  std::int64_t number = 0;  // it counts as a row
  std::string problem;      // what is wrong; never what the line says
  std::string text;         // the line, without its end; empty when it was too long
};

// Where the rows of a file go, in its order.
struct CsvSink {
  // An error ends the reading and comes back from it.
  std::function<absl::Status(CsvRow&&)> on_row;
  std::function<absl::Status(SpoiledRow&&)> on_spoiled;
};

// Reads `in` as CSV (RFC 4180: quoted cells may hold separators, quotes and line ends). Empty lines
// are passed over, and so is a byte-order mark at the start.
//
// Whatever is wrong with a row spoils one line: when a quote stands where none may, or is never
// closed, the line where the row began is spoiled and reading resumes at its line end, so that what
// the open quote had swallowed is read after all. So it does when a row that runs over line ends
// has another number of cells than the first row, for then a quote has gone astray. A row of more
// than 16 MiB is spoiled too.
//
// Errors: DATA_LOSS (the system could not read `in` to its end; the message names the last row that
// was read), and whatever the sink returned.
absl::Status ReadCsv(std::istream& in, char separator, const CsvSink& sink);

}  // namespace serieslink::cli
