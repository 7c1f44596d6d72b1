#pragma once

#include <ostream>
#include <string_view>

#include "services/cli/table.h"

namespace serieslink::cli {

// Lays out one thing for a person: a title, its facts, and tables under headings. Not thread-safe.
class Page {
 public:
  // `out` must outlive the page.
  Page(int width_columns, std::ostream& out) : width_columns_(width_columns), out_(out) {}

  void Title(std::string_view text);
  // A heading for facts that follow, with an empty line before it.
  void Heading(std::string_view text);
  // Sentences, broken at blanks to fit the width, with an empty line before them.
  void Paragraph(std::string_view text);
  // A fact that is empty is left out; a long one goes on in the next line. Control characters are
  // shown as '?'.
  void Fact(std::string_view name, std::string_view value);
  // A table without rows is left out with its heading.
  void Section(std::string_view heading, const Table& table);

 private:
  const int width_columns_;
  std::ostream& out_;
};

}  // namespace serieslink::cli
