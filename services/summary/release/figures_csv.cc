#include "services/summary/release/figures_csv.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "storage/base/text.h"

namespace serieslink::summary {
namespace {

bool IsFormula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

std::string Words(const std::string& name, std::size_t prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name.substr(prefix)), {{"_", " "}});
}

}  // namespace

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (!line.empty() || &cell != &cells.front()) line += ',';
    const std::string_view inner = std::string_view(cell).substr(0, cell.find_first_not_of('\''));
    const bool is_guarded = IsFormula(std::string_view(cell).substr(inner.size()));
    const std::string text = absl::StrCat(is_guarded ? "'" : "", cell);
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
      line += text;
    } else {
      absl::StrAppend(&line, "\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
    }
  }
  return line + '\n';
}

const std::vector<std::string>& FigureColumns() {
  static const auto* const columns =
      new std::vector<std::string>{"measure", "version", "title", "unit",          "part", "code",
                                   "name",    "parent",  "force", "boundary_year", "value"};
  return *columns;
}

std::string PartWords(v1::PublicPart part) {
  return Words(v1::PublicPart_Name(part), sizeof("PUBLIC_PART_") - 1);
}

std::string UnitWords(v1::Unit unit) {
  if (unit == v1::UNIT_SERIES) return "series";
  return unit == v1::UNIT_PERSON
             ? "persons"
             : absl::StrCat(Words(v1::Unit_Name(unit), sizeof("UNIT_") - 1), "s");
}

std::string FiguresCsv(const v1::PublicSummary& summary) {
  std::string table = CsvLine(FigureColumns());
  for (const v1::PublicMeasure& measure : summary.measures()) {
    const v1::MeasureDefinition& definition = measure.definition();
    for (const v1::PublicFigure& figure : measure.figures()) {
      table +=
          CsvLine({definition.id(), absl::StrCat(definition.version()), definition.name(),
                   UnitWords(definition.unit()), PartWords(figure.part()), figure.key(),
                   figure.name(), figure.parent(), figure.force(),
                   figure.boundary_year() == 0 ? "" : absl::StrCat(figure.boundary_year()),
                   figure.has_value() ? absl::StrCat(figure.value()) : std::string(kHiddenMark)});
    }
  }
  return table;
}

}  // namespace serieslink::summary
