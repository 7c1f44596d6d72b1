#include "services/cli/summary_external.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/summary_map.h"
#include "services/cli/summary_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

namespace v1 = ::serieslink::summary::v1;

std::string Digits(double value) { return absl::StrFormat("%.15g", value); }

std::string IntervalText(const std::string& low, const std::string& high) {
  return low.empty() ? "not said" : absl::StrCat(low, " to ", high);
}

std::string PublishedInterval(const v1::ExternalFigure& figure) {
  return figure.has_low() && figure.has_high()
             ? IntervalText(Digits(figure.low()), Digits(figure.high()))
             : IntervalText("", "");
}

std::string AreaText(const v1::ExternalFigure& figure) {
  if (figure.area_code().empty()) return "-";
  return figure.boundary_year() == 0
             ? figure.area_name()
             : absl::StrCat(figure.area_name(), " (", figure.boundary_year(), ")");
}

std::string PeriodText(const v1::ExternalFigure& figure) {
  if (figure.first_day() == figure.last_day() && !figure.first_day().empty()) {
    return figure.first_day();
  }
  return absl::StrCat(figure.first_day(), "..", figure.last_day());
}

std::string SampleText(const v1::ExternalFigure& figure) {
  return figure.sample_size() == 0 ? "-" : Grouped(figure.sample_size());
}

Table PublishedTable(const v1::GetSummaryResponse& summary) {
  Table table{{"series", "area", "ages", "period", "figure", "unit", "95 %", "asked"}, {}};
  for (const v1::ExternalFigure& figure : summary.external_figures()) {
    table.rows.push_back({figure.title().empty() ? figure.series() : figure.title(),
                          AreaText(figure), figure.age_band().empty() ? "all" : figure.age_band(),
                          PeriodText(figure), Digits(figure.value()), figure.unit(),
                          PublishedInterval(figure), SampleText(figure)});
  }
  return table;
}

Table RiskTable(const v1::GetSummaryResponse& summary) {
  Table table{{"area", "ages", "victims", "may belong", "residents", "as at", "per 1,000", "95 %"},
              {}};
  for (const v1::RiskFigure& risk : summary.risks()) {
    const v1::ExternalFigure& residents = risk.residents();
    const bool is_rate = risk.has_per_thousand();
    table.rows.push_back(
        {AreaText(residents), residents.age_band().empty() ? "all" : residents.age_band(),
         Grouped(risk.victims()), Grouped(risk.possible_victims()), Digits(residents.value()),
         PeriodText(residents), is_rate ? absl::StrFormat("%.4f", risk.per_thousand()) : "-",
         is_rate ? IntervalText(absl::StrFormat("%.4f", risk.low()),
                                absl::StrFormat("%.4f", risk.high()))
                 : "-"});
  }
  return table;
}

// Who published the figures, each once, in their order.
std::vector<std::string> SourcesOf(const v1::GetSummaryResponse& summary) {
  std::vector<std::string> sources;
  std::string last;
  for (const v1::ExternalFigure& figure : summary.external_figures()) {
    std::string source =
        absl::StrCat(figure.series(), ": ", figure.source(), ", sent by ", figure.agency(), ".");
    if (source == last) continue;
    sources.push_back(source);
    last = std::move(source);
  }
  return sources;
}

std::string LeftOutText(const v1::GetSummaryResponse& summary) {
  return summary.external_figures_left_out() == 0
             ? ""
             : absl::StrCat(Grouped(summary.external_figures_left_out()),
                            " more published figures are not shown.");
}

std::string RiskHeading(const v1::GetSummaryResponse& summary) {
  const v1::RiskFigure& risk = summary.risks(0);
  const v1::MeasureDefinition* const definition = DefinitionIn(summary, risk.measure_id());
  return absl::StrCat(definition == nullptr ? risk.measure_id() : definition->name(), " [",
                      risk.measure_id(), " v", risk.measure_version(), "]");
}

void WriteTableHtml(const std::string& caption, const Table& table, std::ostream& out) {
  out << "<table><caption>" << EscapeHtml(caption) << "</caption><thead><tr>";
  for (const std::string& heading : table.headings) {
    out << "<th scope=\"col\" class=\"words\">" << EscapeHtml(heading) << "</th>";
  }
  out << "</tr></thead><tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    out << "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      out << (i == 0 ? "<th scope=\"row\">" : "<td>") << EscapeHtml(row[i])
          << (i == 0 ? "</th>" : "</td>");
    }
    out << "</tr>\n";
  }
  out << "</tbody></table>\n";
}

}  // namespace

void WriteExternal(const v1::GetSummaryResponse& summary, Page& page) {
  if (summary.risks_size() > 0) page.Section(RiskHeading(summary), RiskTable(summary));
  if (summary.external_figures_size() == 0) return;
  page.Section("Published elsewhere", PublishedTable(summary));
  for (const std::string& source : SourcesOf(summary)) page.Paragraph(source);
  if (const std::string text = LeftOutText(summary); !text.empty()) page.Paragraph(text);
}

void WriteExternalHtml(const v1::GetSummaryResponse& summary, std::ostream& out) {
  if (summary.risks_size() > 0) {
    out << "<h2>Risk</h2>\n";
    const v1::MeasureDefinition* const definition =
        DefinitionIn(summary, summary.risks(0).measure_id());
    if (definition != nullptr) {
      out << "<p>" << EscapeHtml(definition->definition()) << " "
          << EscapeHtml(definition->caveats()) << "</p>\n";
    }
    WriteTableHtml(RiskHeading(summary), RiskTable(summary), out);
  }
  if (summary.external_figures_size() == 0) return;
  out << "<h2>Published elsewhere</h2>\n";
  WriteTableHtml("Figures that others published", PublishedTable(summary), out);
  for (const std::string& source : SourcesOf(summary)) {
    out << "<p>" << EscapeHtml(source) << "</p>\n";
  }
  if (const std::string text = LeftOutText(summary); !text.empty()) {
    out << "<p>" << EscapeHtml(text) << "</p>\n";
  }
}

void AddExternalRows(const v1::GetSummaryResponse& summary, Table& table) {
  const auto add =
      [&](const std::string& measure, const std::string& version, const std::string& unit,
          const std::string& part, const v1::ExternalFigure& area, const std::string& period,
          const std::string& first_day, const std::string& last_day, const std::string& counted,
          const std::string& undetermined, const std::string& low, const std::string& high) {
        std::vector<std::string> row = {
            measure,
            version,
            unit,
            part,
            area.area_code(),
            area.area_name(),
            area.boundary_year() == 0 ? "" : absl::StrCat(area.boundary_year()),
            period,
            first_day,
            last_day,
            counted,
            undetermined,
            "",
            "",
            low,
            high};
        row.resize(table.headings.size() - 1);
        row.push_back(absl::StrCat(summary.revision()));
        table.rows.push_back(std::move(row));
      };
  const auto part_of = [](const char* what, const v1::ExternalFigure& figure) {
    return figure.age_band().empty() ? std::string(what)
                                     : absl::StrCat(what, ", ages ", figure.age_band());
  };
  for (const v1::RiskFigure& risk : summary.risks()) {
    if (summary.periods_size() == 0) break;
    const bool is_rate = risk.has_per_thousand();
    const v1::PeriodSpan& period = summary.periods(0);
    add(risk.measure_id(), absl::StrCat(risk.measure_version()), "person per thousand residents",
        part_of("risk", risk.residents()), risk.residents(), period.label(), period.first_day(),
        period.last_day(), is_rate ? absl::StrFormat("%.4f", risk.per_thousand()) : "", "",
        is_rate ? absl::StrFormat("%.4f", risk.low()) : "",
        is_rate ? absl::StrFormat("%.4f", risk.high()) : "");
  }
  for (const v1::ExternalFigure& figure : summary.external_figures()) {
    add(figure.series(), "", figure.unit(), part_of("published", figure), figure, "",
        figure.first_day(), figure.last_day(), Digits(figure.value()), "",
        figure.has_low() ? Digits(figure.low()) : "",
        figure.has_high() ? Digits(figure.high()) : "");
  }
}

}  // namespace serieslink::cli
