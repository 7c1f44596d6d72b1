#include "services/cli/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

constexpr int kGapColumns = 2;
// A longer word is broken to keep a table's columns side by side.
constexpr int kWordColumnsMax = 24;
constexpr int kValueColumnsMin = 20;
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

// A part of a cell that stays on one line.
struct Word {
  std::string text;
  bool follows_blank = false;
};

// A line ends at a blank, and behind the slash of an interval or a reference.
std::vector<Word> WordsOf(std::string_view cell) {
  std::vector<Word> words;
  Word word;
  const auto end = [&](bool next_follows_blank) {
    if (!word.text.empty()) words.push_back(std::exchange(word, {}));
    word.follows_blank = next_follows_blank;
  };
  for (const char c : cell) {
    if (c == ' ') {
      end(!words.empty() || !word.text.empty());
      continue;
    }
    word.text += c;
    if (c == '/') end(false);
  }
  end(false);
  return words;
}

// The least width of a column that `cell` fits into.
int WidthMinOf(std::string_view cell) {
  if (IsName(cell)) return WidthOf(cell);
  int width = 0;
  for (const Word& word : WordsOf(cell)) {
    width = std::max(width, IsName(word.text) ? WidthOf(word.text)
                                              : std::min(WidthOf(word.text), kWordColumnsMax));
  }
  return width;
}

// A table's row of one cell to a line.
void WriteBlocks(const std::vector<std::vector<std::string>>& lines, int width_columns,
                 std::ostream& out) {
  int name_width = 0;
  for (const std::string& heading : lines[0]) name_width = std::max(name_width, WidthOf(heading));
  const int value_width = std::max(width_columns - name_width - kGapColumns, kValueColumnsMin);
  for (std::size_t l = 1; l < lines.size(); ++l) {
    if (l > 1) out << '\n';
    for (std::size_t i = 0; i < lines[l].size(); ++i) {
      if (lines[l][i].empty()) continue;
      const std::string& heading = lines[0][i];
      std::string name = heading + std::string(name_width - WidthOf(heading), ' ');
      for (const std::string& part : WrapText(lines[l][i], value_width)) {
        out << name << std::string(kGapColumns, ' ') << part << '\n';
        name.assign(name_width, ' ');
      }
    }
  }
}

// Whether a cell is led by an apostrophe: it would be run, or is taken for one that has been.
bool IsGuarded(std::string_view cell) {
  cell.remove_prefix(std::min(cell.find_first_not_of('\''), cell.size()));
  if (cell.empty() || std::string_view("=+-@\t\r").find(cell.front()) == std::string_view::npos) {
    return false;
  }
  double number = 0;
  return !absl::SimpleAtod(AbslView(cell), &number);
}

std::string CsvCell(std::string_view cell) {
  std::string text = IsGuarded(cell) ? "'" : "";
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

std::vector<std::string> WrapText(std::string_view text, int width_columns) {
  std::vector<std::string> lines(1);
  int used = 0;
  for (const Word& word : WordsOf(text)) {
    const int blank = word.follows_blank && used > 0 ? 1 : 0;
    if (used > 0 && used + blank + WidthOf(word.text) > width_columns) {
      lines.emplace_back();
      used = 0;
    } else if (blank > 0) {
      lines.back() += ' ';
      ++used;
    }
    for (const char c : word.text) {
      if (!IsContinuation(c) && used++ == width_columns) {
        lines.emplace_back();
        used = 1;
      }
      lines.back() += c;
    }
  }
  return lines;
}

void WriteTable(const Table& table, int width_columns, std::ostream& out) {
  std::vector<std::vector<std::string>> lines = {table.headings};
  for (const auto& row : table.rows) {
    auto& line = lines.emplace_back();
    for (const std::string& cell : row) line.push_back(Printable(cell));
  }
  std::vector<int> widths(table.headings.size(), 0);
  std::vector<int> least(widths.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], WidthOf(line[i]));
      least[i] = std::max(least[i], WidthMinOf(line[i]));
    }
  }
  const int gaps = kGapColumns * std::max(0, static_cast<int>(widths.size()) - 1);
  if (std::accumulate(least.begin(), least.end(), gaps) > width_columns && !table.rows.empty()) {
    return WriteBlocks(lines, width_columns, out);
  }
  for (int all = std::accumulate(widths.begin(), widths.end(), gaps); all > width_columns; --all) {
    int* widest = nullptr;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] <= least[i]) continue;
      if (widest == nullptr || widths[i] > *widest) widest = &widths[i];
    }
    if (widest == nullptr) break;
    --*widest;
  }
  for (std::size_t l = 0; l < lines.size(); ++l) {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      // As it is where it fits, blanks and all.
      cells.push_back(WidthOf(lines[l][i]) <= widths[i] ? std::vector<std::string>{lines[l][i]}
                                                        : WrapText(lines[l][i], widths[i]));
      height = std::max(height, cells.back().size());
    }
    for (std::size_t k = 0; k < height; ++k) {
      std::string text;
      for (std::size_t i = 0; i < widths.size(); ++i) {
        if (i > 0) text.append(kGapColumns, ' ');
        const std::string part = k < cells[i].size() ? cells[i][k] : "";
        text += part + std::string(static_cast<std::size_t>(widths[i] - WidthOf(part)), ' ');
      }
      text.erase(text.find_last_not_of(' ') + 1);
      out << text << '\n';
    }
    if (l == 0) {
      out << std::string(std::accumulate(widths.begin(), widths.end(), gaps), '-') << '\n';
    }
  }
}

void WriteCsvLine(const std::vector<std::string>& cells, std::ostream& out) {
  for (std::size_t i = 0; i < cells.size(); ++i) out << (i > 0 ? "," : "") << CsvCell(cells[i]);
  out << "\r\n";
}

void WriteCsv(const Table& table, std::ostream& out) {
  WriteCsvLine(table.headings, out);
  for (const auto& row : table.rows) WriteCsvLine(row, out);
}

std::string_view CellWithoutGuard(std::string_view cell) {
  if (!cell.empty() && cell.front() == '\'' && IsGuarded(cell.substr(1))) cell.remove_prefix(1);
  return cell;
}

int TerminalWidthColumns() { return WidthOfTerminal(STDOUT_FILENO, kNoTerminalWidth); }

int ErrorWidthColumns() { return WidthOfTerminal(STDERR_FILENO, kUnknownTerminalWidth); }

}  // namespace serieslink::cli
