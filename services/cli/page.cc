#include "services/cli/page.h"

#include <algorithm>
#include <string>

namespace serieslink::cli {
namespace {

constexpr std::size_t kFactColumns = 20;

}  // namespace

void Page::Title(std::string_view text) { out_ << text << '\n'; }

void Page::Fact(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  std::string line = "  ";
  line += name;
  line.resize(std::max(line.size() + 1, kFactColumns), ' ');
  for (const char c : value) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    line += is_control ? '?' : c;
  }
  out_ << line << '\n';
}

void Page::Section(std::string_view heading, const Table& table) {
  if (table.rows.empty()) return;
  out_ << '\n' << heading << " (" << table.rows.size() << ")\n";
  WriteTable(table, width_columns_, out_);
}

}  // namespace serieslink::cli
