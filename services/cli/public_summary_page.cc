#include "services/cli/public_summary_page.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/cli/page.h"
#include "services/cli/summary_map.h"
#include "services/cli/summary_page.h"
#include "services/cli/wording.h"
#include "services/summary/release/figures_csv.h"

namespace serieslink::cli {
namespace {

namespace v1 = ::serieslink::summary::v1;

std::string ValueText(const v1::PublicFigure& figure) {
  return figure.has_value() ? Grouped(figure.value()) : std::string(summary::kHiddenMark);
}

struct Section {
  std::string heading;
  Table table;
};

// Totals and kinds of all measures.
Section TotalsOf(const v1::PublicSummary& summary) {
  Section section{"Figures", {{"measure", "unit", summary.period().label()}, {}}};
  for (const v1::PublicMeasure& measure : summary.measures()) {
    for (const v1::PublicFigure& figure : measure.figures()) {
      const std::string unit = summary::UnitWords(measure.definition().unit());
      if (figure.part() == v1::PUBLIC_PART_TOTAL) {
        section.table.rows.push_back({measure.definition().name(), unit, ValueText(figure)});
      } else if (figure.part() == v1::PUBLIC_PART_KIND ||
                 (figure.part() == v1::PUBLIC_PART_NOT_CERTAIN &&
                  (!figure.has_value() || figure.value() > 0))) {
        section.table.rows.push_back({absl::StrCat("- ", figure.name()), "", ValueText(figure)});
      }
    }
  }
  return section;
}

std::string PlaceText(const v1::PublicFigure& figure) {
  std::string name = figure.name();
  if (figure.boundary_year() != 0) absl::StrAppend(&name, " (", figure.boundary_year(), ")");
  const std::string& within = figure.parent().empty() ? figure.force() : figure.parent();
  // What no record places lies in something all the same.
  return figure.key().empty() && !within.empty() ? absl::StrCat(name, " in ", within) : name;
}

// The rows of one part, with the measures that stand for a summary.
Section PlacesOf(const v1::PublicSummary& summary, v1::PublicPart part) {
  std::vector<const v1::PublicMeasure*> measures;
  for (const std::string& id : KeyMeasures()) {
    for (const v1::PublicMeasure& measure : summary.measures()) {
      if (measure.definition().id() == id) measures.push_back(&measure);
    }
  }
  Section section{absl::StrCat("By ", summary::PartWords(part)), {{summary::PartWords(part)}, {}}};
  using Place = std::vector<std::string>;
  std::map<Place, std::vector<std::string>> rows;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    section.table.headings.push_back(measures[i]->definition().name());
    for (const v1::PublicFigure& figure : measures[i]->figures()) {
      if (figure.part() != part) continue;
      std::vector<std::string>& row = rows[{figure.force(), figure.parent(), figure.key(),
                                            absl::StrCat(figure.boundary_year())}];
      // An area that is not listed under a measure has none.
      if (row.empty()) row.assign(measures.size() + 1, "0");
      row[0] = PlaceText(figure);
      row[i + 1] = ValueText(figure);
    }
  }
  for (auto& [place, row] : rows) section.table.rows.push_back(std::move(row));
  return section;
}

std::vector<Section> SectionsOf(const v1::PublicSummary& summary) {
  std::vector<Section> sections = {TotalsOf(summary)};
  for (const v1::PublicPart part : {v1::PUBLIC_PART_FORCE, v1::PUBLIC_PART_BOROUGH,
                                    v1::PUBLIC_PART_WARD, v1::PUBLIC_PART_OWNING_UNIT}) {
    Section section = PlacesOf(summary, part);
    if (!section.table.rows.empty()) sections.push_back(std::move(section));
  }
  return sections;
}

std::vector<std::pair<std::string, std::string>> FactsOf(const v1::PublicSummary& summary,
                                                         const std::string& state) {
  return {
      {"period", absl::StrCat(summary.period().first_day(), " to ", summary.period().last_day())},
      {"published by", summary.publisher()},
      {"counted by", summary.agency()},
      {"as known at", TimestampText(summary.known_at())},
      {"state", state}};
}

std::string TitleOf(const v1::PublicSummary& summary) {
  return absl::StrCat("Gun crime and firearms, ", summary.period().label());
}

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light}
body{font:15px/1.45 system-ui,"Liberation Sans",Arial,sans-serif;color:#111;background:#fff;
max-width:60rem;margin:1.5rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.25rem;border-bottom:2px solid #0072b2}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dd{margin:0}
table{border-collapse:collapse;margin:.4rem 0 .8rem;font-size:.85rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:bold;padding:.2rem 0}
th,td{border:1px solid #bbb;padding:.15rem .45rem;text-align:right;vertical-align:top}
th[scope=row],thead th:first-child{text-align:left}thead th{background:#eef3f7}
@page{size:A4;margin:14mm}
@media print{body{max-width:none;margin:0;padding:0;font-size:10.5pt}h2{break-after:avoid}
tr{break-inside:avoid}thead{display:table-header-group}}
)css";

void WriteHtmlTable(const Section& section, std::ostream& out) {
  out << "<h2>" << EscapeHtml(section.heading) << "</h2>\n<table>\n<caption>"
      << EscapeHtml(section.heading) << "</caption>\n<thead><tr>";
  for (const std::string& heading : section.table.headings) {
    out << "<th scope=\"col\">" << EscapeHtml(heading) << "</th>";
  }
  out << "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : section.table.rows) {
    out << "<tr><th scope=\"row\">" << EscapeHtml(row.front()) << "</th>";
    for (std::size_t i = 1; i < row.size(); ++i) out << "<td>" << EscapeHtml(row[i]) << "</td>";
    out << "</tr>\n";
  }
  out << "</tbody>\n</table>\n";
}

}  // namespace

void WritePublicSummaryText(const v1::PublicSummary& summary, const std::string& state,
                            int width_columns, std::ostream& out) {
  Page page(width_columns, out);
  page.Title(TitleOf(summary));
  for (const auto& [name, value] : FactsOf(summary, state)) page.Fact(name, value);
  for (const Section& section : SectionsOf(summary)) page.Section(section.heading, section.table);
  page.Heading("Notes");
  for (const std::string& note : summary.notes()) page.Paragraph(note);
}

void WritePublicSummaryHtml(const v1::PublicSummary& summary, const std::string& state,
                            std::ostream& out) {
  out << "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>"
      << EscapeHtml(TitleOf(summary)) << "</title>\n<style>" << kStyle
      << "</style>\n</head>\n<body>\n<h1>" << EscapeHtml(TitleOf(summary)) << "</h1>\n<dl>\n";
  for (const auto& [name, value] : FactsOf(summary, state)) {
    if (value.empty()) continue;
    out << "<dt>" << EscapeHtml(name) << "</dt><dd>" << EscapeHtml(value) << "</dd>\n";
  }
  out << "</dl>\n";
  for (const Section& section : SectionsOf(summary)) WriteHtmlTable(section, out);
  out << "<h2>Notes</h2>\n<ul>\n";
  for (const std::string& note : summary.notes()) out << "<li>" << EscapeHtml(note) << "</li>\n";
  out << "</ul>\n<h2>What is counted</h2>\n<dl>\n";
  for (const v1::PublicMeasure& measure : summary.measures()) {
    const v1::MeasureDefinition& definition = measure.definition();
    out << "<dt>" << EscapeHtml(definition.name()) << "</dt><dd>"
        << EscapeHtml(absl::StrCat(definition.definition(), " ", definition.caveats(),
                                   " Source: ", definition.source(), ". (", definition.id(), " v",
                                   definition.version(), ")"))
        << "</dd>\n";
  }
  out << "</dl>\n</body>\n</html>\n";
}

void WriteDisclosureAudit(const v1::DisclosureAudit& audit, int width_columns, std::ostream& out) {
  Page page(width_columns, out);
  page.Heading("For the issuer, not for the public");
  page.Fact("figures shown", Grouped(audit.shown()));
  page.Fact("hidden, small", Grouped(audit.hidden_small()));
  page.Fact("hidden with them", Grouped(audit.hidden_with_them()));
  page.Fact("small counts tried",
            absl::StrCat(Grouped(audit.tried()), ", of which ", Grouped(audit.safe()),
                         " cannot be told to be small"));
  if (audit.exposed_before() > 0) {
    page.Fact("exposed before", absl::StrCat(Grouped(audit.exposed_before()),
                                             " small counts follow from what was issued before"));
  }
  if (audit.exposed_by_draft() > 0) {
    page.Fact("cannot be issued",
              absl::StrCat(Grouped(audit.exposed_by_draft()),
                           " small counts would follow from it, whatever it hides"));
  }
  std::string earlier;
  for (const std::string& name : audit.earlier()) {
    absl::StrAppend(&earlier, earlier.empty() ? "" : ", ", name);
  }
  page.Fact("together with", earlier);
  if (audit.unresolved_exhibits() > 0) {
    page.Fact("not counted", absl::StrCat(Grouped(audit.unresolved_exhibits()),
                                          " exhibits with more evidence than one call holds"));
  }
}

}  // namespace serieslink::cli
