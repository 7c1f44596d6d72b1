#include "services/cli/page.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_split.h"

namespace serieslink::cli {
namespace {

constexpr std::size_t kFactColumns = 20;
constexpr int kLineColumnsMin = 20;
constexpr int kLineColumnsMax = 100;

}  // namespace

void Page::Title(std::string_view text) { out_ << text << '\n'; }

void Page::Heading(std::string_view text) { out_ << '\n' << text << '\n'; }

void Page::Paragraph(std::string_view text) {
  // Long lines tire the eye however wide the terminal is.
  const std::size_t width =
      static_cast<std::size_t>(std::clamp(width_columns_, kLineColumnsMin, kLineColumnsMax));
  out_ << '\n';
  std::size_t columns = 0;
  const absl::string_view sentences(text.data(), text.size());
  for (const absl::string_view word : absl::StrSplit(sentences, ' ', absl::SkipEmpty())) {
    if (columns > 0 && columns + 1 + word.size() > width) {
      out_ << '\n';
      columns = 0;
    }
    if (columns > 0) {
      out_ << ' ';
      ++columns;
    }
    out_ << word;
    columns += word.size();
  }
  out_ << '\n';
}

void Page::Fact(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  std::string begin = "  ";
  begin += name;
  begin.resize(std::max(begin.size() + 1, kFactColumns), ' ');
  std::string text(value);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  const int left = width_columns_ - static_cast<int>(begin.size());
  for (const std::string& line : WrapText(text, std::max(left, kLineColumnsMin))) {
    out_ << begin << line << '\n';
    begin.assign(kFactColumns, ' ');
  }
}

void Page::Section(std::string_view heading, const Table& table) {
  if (table.rows.empty()) return;
  out_ << '\n' << heading << " (" << table.rows.size() << ")\n";
  WriteTable(table, width_columns_, out_);
}

}  // namespace serieslink::cli
