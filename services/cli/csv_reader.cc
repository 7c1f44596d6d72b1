#include "services/cli/csv_reader.h"

#include <csv.h>

#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

namespace serieslink::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Reading {
  CsvRow row;
  std::int64_t rows_read = 0;
  absl::Status status;
  const std::function<absl::Status(CsvRow&&)>* on_row;
};

void OnCell(void* cell, std::size_t bytes, void* context) {
  static_cast<Reading*>(context)->row.cells.emplace_back(static_cast<const char*>(cell), bytes);
}

void OnRowEnd(int, void* context) {
  Reading& reading = *static_cast<Reading*>(context);
  reading.row.number = ++reading.rows_read;
  CsvRow row = std::exchange(reading.row, {});
  if (reading.status.ok()) reading.status = (*reading.on_row)(std::move(row));
}

// The library would otherwise trim blanks, which may mean something to the agency.
int NeverSpace(unsigned char) { return 0; }

class Parser {
 public:
  explicit Parser(char separator) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
    csv_set_space_func(&parser_, NeverSpace);
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  bool Parse(const char* bytes, std::size_t count, Reading& reading) {
    return csv_parse(&parser_, bytes, count, OnCell, OnRowEnd, &reading) == count;
  }
  bool Finish(Reading& reading) { return csv_fini(&parser_, OnCell, OnRowEnd, &reading) == 0; }

 private:
  csv_parser parser_;
};

}  // namespace

absl::Status ReadCsv(std::istream& in, char separator,
                     const std::function<absl::Status(CsvRow&&)>& on_row) {
  Reading reading{.row = {}, .rows_read = 0, .status = absl::OkStatus(), .on_row = &on_row};
  Parser parser(separator);
  std::array<char, 1 << 16> buffer;
  bool at_start = true;
  while (in && reading.status.ok()) {
    in.read(buffer.data(), buffer.size());
    std::string_view bytes(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (std::exchange(at_start, false) &&
        bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
      bytes.remove_prefix(kByteOrderMark.size());
    }
    if (!parser.Parse(bytes.data(), bytes.size(), reading) && reading.status.ok()) {
      return absl::DataLossError(absl::StrCat(
          "row ", reading.rows_read + 1,
          ": a quote stands inside a cell that is not quoted; double it and quote the cell"));
    }
  }
  if (!reading.status.ok()) return reading.status;
  if (in.bad()) return absl::DataLossError("the file cannot be read to its end");
  if (!parser.Finish(reading)) {
    return absl::DataLossError(absl::StrCat("row ", reading.rows_read + 1,
                                            ": the file ends inside a quoted cell; it was "
                                            "probably cut short"));
  }
  return reading.status;
}

}  // namespace serieslink::cli
