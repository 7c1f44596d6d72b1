#pragma once

#include <istream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/cli/exchange_scheme.h"
#include "services/cli/feed_reader.h"

// Reads files of other registers (exchange_scheme.h) as records of feed `force`.
namespace serieslink::cli {

// What a file of another register is.
struct ExchangeInput {
  ExchangeScheme scheme = ExchangeScheme::kNcic;
  bool is_csv = true;    // false: JSON lines
  bool is_open = false;  // every agency may see what comes of it

  // As a push's journal keeps it, e.g. "ncic csv open".
  std::string Text() const;
  // Errors: INVALID_ARGUMENT (no such text).
  static absl::StatusOr<ExchangeInput> Parse(const std::string& text);
};

// Each row of CSV, or object of JSON, becomes a record. A CSV file names its columns in its first
// row; a cell that was led by an apostrophe so that no spreadsheet runs it is taken without. In
// JSON a cell is a text, a whole number, true or false; null is none. What is no row, or names the
// same gun as an earlier one of the file does, is unreadable and does not stop the others. Errors:
// as ReadCsvRecords and ReadJsonLines.
absl::Status ReadExchange(std::istream& in, const ExchangeInput& input, const RecordSink& sink);

// Whether `in` begins as ReadExchange needs it.
// Errors: as CheckCsvHeader (a header is refused that names no column of the scheme, or one twice)
// and CheckJsonLines.
absl::Status CheckExchange(std::istream& in, const ExchangeInput& input);

}  // namespace serieslink::cli
