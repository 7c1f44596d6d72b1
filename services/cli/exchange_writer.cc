#include "services/cli/exchange_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cli/table.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

// "Enter Stolen/Lost/Missing/Felony Gun" (Wisconsin Department of Justice, TIME System manual):
// without these NCIC refuses an entry. MIS is required where MAK is ZZZ, and is written then.
constexpr const char* kRequiredByNcic[] = {"MKE", "ORI", "SER", "MAK", "CAL", "TYP", "DOT", "OCA"};

absl::Status NoRoom() {
  return absl::UnavailableError(
      "rows of CSV wait in the folder for temporary files until all columns are known, and it "
      "takes no more; set TMPDIR to another one, or export lines of JSON (--as jsonl)");
}

bool PutCount(std::uint64_t count, std::FILE* file) {
  return std::fwrite(&count, sizeof count, 1, file) == 1;
}

bool TakeCount(std::FILE* file, std::uint64_t& count) {
  return std::fread(&count, sizeof count, 1, file) == 1;
}

// A text as it waits: its length, and its bytes.
bool PutText(const std::string& text, std::FILE* file) {
  return PutCount(text.size(), file) &&
         std::fwrite(text.data(), 1, text.size(), file) == text.size();
}

bool TakeText(std::FILE* file, std::string& text) {
  std::uint64_t size = 0;
  if (!TakeCount(file, size)) return false;
  text.resize(size);
  return std::fread(text.data(), 1, text.size(), file) == text.size();
}

// A file without a name, in TMPDIR or where temporary files are.
std::FILE* NewFile() {
  const char* const folder = std::getenv("TMPDIR");
  std::string name = absl::StrCat(folder != nullptr && *folder != '\0' ? folder : "/tmp",
                                  "/serieslink-export-XXXXXX");
  const int descriptor = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  unlink(name.c_str());
  std::FILE* const file = fdopen(descriptor, "w+b");
  if (file == nullptr) close(descriptor);
  return file;
}

}  // namespace

std::vector<std::string> ExchangeWriter::ColumnsWith(const std::set<std::string>& others) const {
  std::vector<std::string> columns = ColumnsOf(scheme_);
  const std::size_t known = columns.size();
  for (const std::string& column : others) {
    const auto end = columns.begin() + static_cast<std::ptrdiff_t>(known);
    if (std::find(columns.begin(), end, column) == end) columns.push_back(column);
  }
  return columns;
}

absl::Status ExchangeWriter::Add(const ExchangeRow& row) {
  ++count_;
  if (scheme_ == ExchangeScheme::kNcic) {
    for (const char* const column : kRequiredByNcic) {
      if (!row.contains(column)) ++lacking_[column];
    }
  }
  if (is_csv_) return PutAside(row);
  std::set<std::string> columns;
  for (const auto& [column, cell] : row) columns.insert(column);
  const char* separator = "{";
  for (const std::string& column : ColumnsWith(columns)) {
    const auto cell = row.find(column);
    if (cell == row.end()) continue;
    out_ << std::exchange(separator, ",") << JsonString(column) << ':' << JsonString(cell->second);
  }
  out_ << (row.empty() ? "{}\n" : "}\n");
  return absl::OkStatus();
}

absl::Status ExchangeWriter::PutAside(const ExchangeRow& row) {
  if (aside_ == nullptr) aside_.reset(NewFile());
  if (aside_ == nullptr) return NoRoom();
  bool is_there = PutCount(row.size(), aside_.get());
  for (const auto& [column, cell] : row) {
    columns_.insert(column);
    is_there = is_there && PutText(column, aside_.get()) && PutText(cell, aside_.get());
  }
  return is_there ? absl::OkStatus() : NoRoom();
}

absl::Status ExchangeWriter::Finish() {
  if (is_csv_) {
    const std::vector<std::string> columns = ColumnsWith(columns_);
    WriteCsvLine(columns, out_);
    if (aside_ != nullptr && std::fflush(aside_.get()) != 0) return NoRoom();
    if (aside_ != nullptr) std::rewind(aside_.get());
    for (std::int64_t row = 0; row < count_; ++row) {
      std::uint64_t count = 0;
      bool is_there = TakeCount(aside_.get(), count);
      ExchangeRow cells;
      for (std::uint64_t i = 0; is_there && i < count; ++i) {
        std::string column;
        is_there = TakeText(aside_.get(), column) && TakeText(aside_.get(), cells[column]);
      }
      if (!is_there) return NoRoom();
      std::vector<std::string> line;
      for (const std::string& column : columns) line.push_back(std::move(cells[column]));
      WriteCsvLine(line, out_);
    }
  }
  out_.flush();
  return absl::OkStatus();
}

}  // namespace serieslink::cli
