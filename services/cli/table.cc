#include "services/cli/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

constexpr int kGapColumns = 2;
constexpr int kColumnWidthMin = 6;
constexpr int kUnknownTerminalWidth = 80;
constexpr int kNoTerminalWidth = 10000;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

int WidthOf(std::string_view text) {
  return static_cast<int>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

std::string Printable(std::string_view text) {
  std::string printable;
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    printable += is_control ? '?' : c;
  }
  return printable;
}

// Whether a cell is a name as "SL-7K2M-9QXD-4TFBG": cut, it is good for nothing.
bool IsName(std::string_view cell) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return cell.size() > 3 && is_upper(cell[0]) && is_upper(cell[1]) && cell[2] == '-' &&
         cell.find(' ') == std::string_view::npos;
}

std::string Fit(std::string_view text, int width) {
  const int own_width = WidthOf(text);
  if (own_width <= width) return std::string(text) + std::string(width - own_width, ' ');
  std::string cut;
  int taken = 0;
  for (const char c : text) {
    if (!IsContinuation(c) && ++taken == width) break;
    cut += c;
  }
  return cut + "…";
}

std::string CsvCell(std::string_view cell) {
  std::string text;
  if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos) {
    double number = 0;
    if (!absl::SimpleAtod(AbslView(cell), &number)) text += '\'';
  }
  text += cell;
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

int WidthOfTerminal(int file, int otherwise) {
  int columns = 0;
  if (const char* set = std::getenv("COLUMNS");
      set != nullptr && absl::SimpleAtoi(set, &columns) && columns > 0) {
    return columns;
  }
  winsize size{};
  if (isatty(file) != 0 && ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return otherwise;
}

}  // namespace

absl::StatusOr<Format> ParseFormat(std::string_view name) {
  if (name == "table") return Format::kTable;
  if (name == "json") return Format::kJson;
  if (name == "csv") return Format::kCsv;
  return absl::InvalidArgumentError("--format takes table, json or csv");
}

void WriteTable(const Table& table, int width_columns, std::ostream& out) {
  std::vector<std::vector<std::string>> lines = {table.headings};
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (const std::string& cell : row) line.push_back(Printable(cell));
  }
  std::vector<int> widths(table.headings.size(), 0);
  std::vector<bool> is_whole(widths.size(), false);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], WidthOf(line[i]));
      is_whole[i] = is_whole[i] || IsName(line[i]);
    }
  }
  const int gaps = kGapColumns * std::max(0, static_cast<int>(widths.size()) - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > width_columns) {
    int* widest = nullptr;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (is_whole[i] || widths[i] <= kColumnWidthMin) continue;
      if (widest == nullptr || widths[i] > *widest) widest = &widths[i];
    }
    if (widest == nullptr) break;
    --*widest;
  }
  for (std::size_t l = 0; l < lines.size(); ++l) {
    std::string text;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) text.append(kGapColumns, ' ');
      text += Fit(lines[l][i], widths[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << '\n';
    if (l == 0) {
      out << std::string(std::accumulate(widths.begin(), widths.end(), gaps), '-') << '\n';
    }
  }
}

void WriteCsv(const Table& table, std::ostream& out) {
  const auto write_line = [&out](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) out << (i > 0 ? "," : "") << CsvCell(cells[i]);
    out << "\r\n";
  };
  write_line(table.headings);
  for (const auto& row : table.rows) write_line(row);
}

int TerminalWidthColumns() { return WidthOfTerminal(STDOUT_FILENO, kNoTerminalWidth); }

int ErrorWidthColumns() { return WidthOfTerminal(STDERR_FILENO, kUnknownTerminalWidth); }

}  // namespace serieslink::cli
