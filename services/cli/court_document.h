#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace serieslink::cli {

// Columns of a page that is printed, in a type that can be read, with margins.
inline constexpr int kCourtColumns = 72;

// A plain text document for a bundle: headings, and paragraphs numbered from 1 to the end, so that
// each can be cited. No line is wider than kCourtColumns but for a word that is. Control characters
// are shown as '?'. Not thread-safe.
class CourtDocument {
 public:
  // `out` must outlive the document.
  explicit CourtDocument(std::ostream& out) : out_(out) {}

  // Once, at its begin.
  void Title(std::string_view text);
  // A line below the title.
  void Subtitle(std::string_view text);
  void Heading(std::string_view text);
  void Paragraph(std::string_view text);
  // Part of the paragraph before: a fact with its name. One that is empty is left out.
  void Fact(std::string_view name, std::string_view value);
  // Part of the paragraph before: a line of a sum, its figure at the right end of a column. The
  // total comes below a rule.
  void Term(std::string_view name, std::string_view figure);
  void Total(std::string_view name, std::string_view figure);
  // Part of the paragraph before: lines that are not numbered.
  void Line(std::string_view text);

 private:
  // Lines of `text`, the first behind `begin`, the others as far in as that is wide.
  void Write(std::string begin, std::string_view text);

  std::ostream& out_;
  int paragraph_ = 0;
};

}  // namespace serieslink::cli
