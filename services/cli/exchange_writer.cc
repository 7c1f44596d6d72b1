#include "services/cli/exchange_writer.h"

#include <algorithm>
#include <utility>

#include "services/cli/table.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

// "Enter Stolen/Lost/Missing/Felony Gun" (Wisconsin Department of Justice, TIME System manual):
// without these NCIC refuses an entry. MIS is required where MAK is ZZZ, and is written then.
constexpr const char* kRequiredByNcic[] = {"MKE", "ORI", "SER", "MAK", "CAL", "TYP", "DOT", "OCA"};

}  // namespace

std::vector<std::string> ExchangeWriter::ColumnsOfRow(const ExchangeRow& row) const {
  std::vector<std::string> columns = ColumnsOf(scheme_);
  const std::size_t known = columns.size();
  for (const auto& [column, cell] : row) {
    const auto end = columns.begin() + static_cast<std::ptrdiff_t>(known);
    if (std::find(columns.begin(), end, column) == end) columns.push_back(column);
  }
  return columns;
}

void ExchangeWriter::Add(ExchangeRow row) {
  ++count_;
  if (scheme_ == ExchangeScheme::kNcic) {
    for (const char* const column : kRequiredByNcic) {
      if (!row.contains(column)) ++lacking_[column];
    }
  }
  if (is_csv_) {
    rows_.push_back(std::move(row));
    return;
  }
  const char* separator = "{";
  for (const std::string& column : ColumnsOfRow(row)) {
    const auto cell = row.find(column);
    if (cell == row.end()) continue;
    out_ << std::exchange(separator, ",") << JsonString(column) << ':' << JsonString(cell->second);
  }
  out_ << (row.empty() ? "{}\n" : "}\n");
}

void ExchangeWriter::Finish() {
  if (is_csv_) {
    ExchangeRow all;
    for (const ExchangeRow& row : rows_) {
      for (const auto& [column, cell] : row) all.try_emplace(column);
    }
    Table table{ColumnsOfRow(all), {}};
    for (ExchangeRow& row : rows_) {
      std::vector<std::string>& cells = table.rows.emplace_back();
      for (const std::string& column : table.headings) {
        const auto cell = row.find(column);
        cells.push_back(cell == row.end() ? "" : std::move(cell->second));
      }
    }
    WriteCsv(table, out_);
  }
  out_.flush();
}

}  // namespace serieslink::cli
