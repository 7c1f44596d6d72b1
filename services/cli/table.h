#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace serieslink::cli {

enum class Format { kTable, kJson, kCsv };

// "table", "json" or "csv".
// Errors: INVALID_ARGUMENT (anything else).
absl::StatusOr<Format> ParseFormat(std::string_view name);

// Rows under headings, for a terminal or for a program. Every row has as many cells as there are
// headings.
struct Table {
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
};

// `text` on lines of at most `width_columns`, which end at blanks and behind slashes; only a word
// that is longer is broken.
std::vector<std::string> WrapText(std::string_view text, int width_columns);

// Writes `table` in columns that fit `width_columns` characters. Nothing is cut: cells that are too
// wide go on in the next line, and where not even the longest words fit beside each other, each row
// becomes a block of one cell a line. Widths count Unicode code points. Control characters are
// shown as '?', so that what an agency wrote cannot steer a terminal.
void WriteTable(const Table& table, int width_columns, std::ostream& out);

// Writes `table` as CSV (RFC 4180), headings first. A cell that a spreadsheet would run as a
// formula is led by an apostrophe, and so is one that begins as such a cell does: taking it off
// again gives back every cell.
void WriteCsv(const Table& table, std::ostream& out);
// One line of it, for a table that is too long to be held.
void WriteCsvLine(const std::vector<std::string>& cells, std::ostream& out);
// A cell as it was before WriteCsv led it by an apostrophe; any other cell as it is.
std::string_view CellWithoutGuard(std::string_view cell);

// Columns of the terminal on standard output, or 10,000 when it is none, so that nothing is cut in
// a pipe.
int TerminalWidthColumns();

// Columns of the terminal on standard error, or 80 when they are not known.
int ErrorWidthColumns();

}  // namespace serieslink::cli
