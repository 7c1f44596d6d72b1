#include "services/cli/list_writer.h"

#include <utility>

#include "services/cli/wording.h"

namespace serieslink::cli {

ListWriter::ListWriter(std::string_view name, std::vector<std::string> headings, Format format,
                       std::ostream& out)
    : name_(name), format_(format), out_(out), table_{std::move(headings), {}} {
  if (format_ == Format::kJson) out_ << "{\"" << name_ << "\":[";
}

void ListWriter::Add(const std::string& json, std::vector<std::string> row) {
  switch (format_) {
    case Format::kJson:
      out_ << (count_ > 0 ? ",\n" : "\n") << json;
      break;
    case Format::kCsv:
      BeginCsv();
      WriteCsvLine(row, out_);
      break;
    case Format::kTable:
      table_.rows.push_back(std::move(row));
      break;
  }
  ++count_;
}

void ListWriter::BeginCsv() {
  if (!std::exchange(has_begun_csv_, true)) WriteCsvLine(table_.headings, out_);
}

void ListWriter::AddFact(std::string_view name, const std::string& json) {
  facts_ += ",";
  facts_ += JsonString(name);
  facts_ += ":";
  facts_ += json;
}

void ListWriter::Finish(std::int64_t revision, bool there_are_more, int width_columns) {
  switch (format_) {
    case Format::kJson:
      out_ << "\n],\"revision\":" << revision
           << ",\"has_more\":" << (there_are_more ? "true" : "false") << facts_ << "}\n";
      break;
    case Format::kCsv:
      BeginCsv();
      break;
    case Format::kTable:
      WriteTable(table_, width_columns, out_);
      out_ << Grouped(count_) << ' ' << name_ << (there_are_more ? " shown" : "")
           << ", as at revision " << revision << '\n';
      break;
  }
  out_.flush();
}

}  // namespace serieslink::cli
