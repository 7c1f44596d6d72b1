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

// Writes `table` in columns that fit `width_columns` characters: when they do not, the widest
// columns are cut and end in "…", but not those of names such as "SL-7K2M-9QXD-4TFBG". Widths count
// Unicode code points. Control characters are shown as
// '?', so that what an agency wrote cannot steer a terminal.
void WriteTable(const Table& table, int width_columns, std::ostream& out);

// Writes `table` as CSV (RFC 4180), headings first. A cell that a spreadsheet would run as a
// formula is led by an apostrophe.
void WriteCsv(const Table& table, std::ostream& out);

// Columns of the terminal on standard output, or 10,000 when it is none, so that nothing is cut in
// a pipe.
int TerminalWidthColumns();

// Columns of the terminal on standard error, or 80 when they are not known.
int ErrorWidthColumns();

}  // namespace serieslink::cli
