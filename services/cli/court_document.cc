#include "services/cli/court_document.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "services/cli/table.h"

namespace serieslink::cli {
namespace {

constexpr int kIndentColumns = 6;  // of what a number stands before
constexpr int kFactNameColumns = 16;
constexpr int kTermNameColumns = 40;
constexpr int kFigureColumns = 12;

std::string WithoutControls(std::string_view text) {
  std::string shown(text);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return shown;
}

std::string Indent() { return std::string(kIndentColumns, ' '); }

}  // namespace

void CourtDocument::Write(std::string begin, std::string_view text) {
  const int left = kCourtColumns - static_cast<int>(begin.size());
  for (const std::string& line : WrapText(WithoutControls(text), left)) {
    out_ << begin << line << '\n';
    begin.assign(begin.size(), ' ');
  }
}

void CourtDocument::Title(std::string_view text) {
  for (const std::string& line : WrapText(WithoutControls(text), kCourtColumns))
    out_ << line << '\n';
  out_ << std::string(kCourtColumns, '=') << '\n';
}

void CourtDocument::Subtitle(std::string_view text) { Write("", text); }

void CourtDocument::Heading(std::string_view text) {
  out_ << '\n';
  for (const std::string& line : WrapText(WithoutControls(text), kCourtColumns)) {
    out_ << absl::AsciiStrToUpper(line) << '\n';
  }
}

void CourtDocument::Paragraph(std::string_view text) {
  out_ << '\n';
  std::string number = absl::StrFormat("%4d. ", ++paragraph_);
  Write(std::move(number), text);
}

void CourtDocument::Fact(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  std::string begin = Indent();
  begin += name;
  begin.resize(std::max<std::size_t>(begin.size() + 1, kIndentColumns + kFactNameColumns), ' ');
  Write(std::move(begin), value);
}

void CourtDocument::Term(std::string_view name, std::string_view figure) {
  std::string line = Indent() + WithoutControls(name);
  line.resize(std::max<std::size_t>(line.size() + 1, kIndentColumns + kTermNameColumns), ' ');
  const std::size_t blanks = kFigureColumns - std::min<std::size_t>(figure.size(), kFigureColumns);
  out_ << line << std::string(blanks, ' ') << figure << '\n';
}

void CourtDocument::Total(std::string_view name, std::string_view figure) {
  out_ << Indent() << std::string(kTermNameColumns + kFigureColumns, '-') << '\n';
  Term(name, figure);
}

void CourtDocument::Line(std::string_view text) { Write(Indent(), text); }

}  // namespace serieslink::cli
