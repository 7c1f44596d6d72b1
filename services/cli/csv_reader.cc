#include "services/cli/csv_reader.h"

#include <csv.h>

#include <deque>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/line_reader.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

// The library would otherwise trim blanks, which may mean something to the agency.
int NeverSpace(unsigned char) { return 0; }

// Makes the cells of one row.
class Parser {
 public:
  explicit Parser(char separator) : separator_(separator) { Init(); }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // Takes a part of the row; false when a quote stands where none may.
  bool Parse(std::string_view part) {
    return csv_parse(&parser_, part.data(), part.size(), OnCell, OnRowEnd, this) == part.size();
  }
  // The row ends without a line end; false when it ends within a quoted cell.
  bool Finish() { return csv_fini(&parser_, OnCell, OnRowEnd, this) == 0; }
  bool has_ended() const { return has_ended_; }

  // The cells of the row that has ended. The next one begins.
  std::vector<std::string> TakeCells() {
    has_ended_ = false;
    return std::exchange(cells_, {});
  }
  const std::vector<std::string>& cells() const { return cells_; }

  // Forgets the row.
  void Reset() {
    csv_free(&parser_);
    Init();
    has_ended_ = false;
    cells_.clear();
  }

 private:
  static void OnCell(void* cell, std::size_t bytes, void* context) {
    static_cast<Parser*>(context)->cells_.emplace_back(static_cast<const char*>(cell), bytes);
  }
  static void OnRowEnd(int, void* context) { static_cast<Parser*>(context)->has_ended_ = true; }

  void Init() {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator_));
    csv_set_space_func(&parser_, NeverSpace);
  }

  const char separator_;
  csv_parser parser_;
  std::vector<std::string> cells_;
  bool has_ended_ = false;
};

class Reading {
 public:
  Reading(std::istream& in, char separator, const CsvSink& sink)
      : lines_(in, /*return_ends_line=*/true), parser_(separator), sink_(sink) {}

  absl::Status Run() {
    Line line;
    for (;;) {
      if (NextLine(line)) {
        SL_RETURN_IF_ERROR(Take(std::move(line)));
      } else if (open_.empty()) {
        break;
      } else if (lines_.failed()) {
        SL_RETURN_IF_ERROR(Spoil("the system cannot read the file beyond this row"));
      } else if (parser_.Finish()) {
        SL_RETURN_IF_ERROR(HandOn());
      } else {
        SL_RETURN_IF_ERROR(
            Spoil("a quote opens a cell here, and nothing closes it up to the end of the file"));
      }
    }
    if (!lines_.failed()) return absl::OkStatus();
    return absl::DataLossError(
        absl::StrCat("what follows row ", rows_, " was not read: the system cannot read the file"));
  }

 private:
  // The next line that is to be read, be it again.
  bool NextLine(Line& line) {
    if (!again_.empty()) {
      line = std::move(again_.front());
      again_.pop_front();
      return true;
    }
    if (!lines_.Next(line)) return false;
    if (std::exchange(is_first_, false) && absl::StartsWith(line.text, kByteOrderMark.data())) {
      line.text.erase(0, kByteOrderMark.size());
    }
    return true;
  }

  absl::Status Take(Line&& line) {
    const bool is_blank = line.text.find_first_not_of("\r\n") == std::string::npos;
    if (is_blank && open_.empty() && !line.is_too_long) return absl::OkStatus();
    open_bytes_ += line.text.size();
    const Line& taken = open_.emplace_back(std::move(line));
    if (taken.is_too_long || open_bytes_ > kLineBytesMax) {
      return Spoil(open_.size() > 1
                       ? "a quote opens a cell here, and nothing closes it within 16 MiB"
                       : "the row is longer than 16 MiB");
    }
    if (!parser_.Parse(taken.text)) {
      return Spoil(
          open_.size() > 1
              ? "a quote opens a cell here that runs on over the line end, and what follows "
                "the next quote is no CSV; close the quote, or double it and quote the cell"
              : "a quote stands within a cell that is not quoted, or after the quote that "
                "closes it; double it and quote the cell");
    }
    return parser_.has_ended() ? HandOn() : absl::OkStatus();
  }

  absl::Status HandOn() {
    const std::size_t cells = parser_.cells().size();
    if (rows_ == 0) {
      header_cells_ = cells;
    } else if (open_.size() > 1 && cells != header_cells_) {
      return Spoil(
          absl::StrCat("a quote opens a cell here that runs on over the line end, which "
                       "makes a row of ",
                       cells, " cells where the first row has ", header_cells_));
    }
    CsvRow row;
    row.number = ++rows_;
    row.has_line_end = open_.back().has_end;
    row.cells = parser_.TakeCells();
    Close();
    return sink_.on_row(std::move(row));
  }

  // Gives up the first line of the open row, and reads what it had swallowed again.
  absl::Status Spoil(std::string problem) {
    SpoiledRow spoiled{++rows_, std::move(problem), std::move(open_.front().text)};
    while (!spoiled.text.empty() && (spoiled.text.back() == '\n' || spoiled.text.back() == '\r')) {
      spoiled.text.pop_back();
    }
    for (std::size_t i = open_.size() - 1; i > 0; --i) again_.push_front(std::move(open_[i]));
    parser_.Reset();
    Close();
    return sink_.on_spoiled(std::move(spoiled));
  }

  void Close() {
    open_.clear();
    open_bytes_ = 0;
  }

  LineReader lines_;
  Parser parser_;
  const CsvSink& sink_;
  bool is_first_ = true;
  std::deque<Line> again_;  // lines that a spoiled row had swallowed
  std::vector<Line> open_;  // lines of the row that has not ended
  std::size_t open_bytes_ = 0;
  std::int64_t rows_ = 0;
  std::size_t header_cells_ = 0;
};

}  // namespace

absl::Status ReadCsv(std::istream& in, char separator, const CsvSink& sink) {
  return Reading(in, separator, sink).Run();
}

}  // namespace serieslink::cli
