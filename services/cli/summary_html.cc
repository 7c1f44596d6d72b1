#include "services/cli/summary_html.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/summary_external.h"
#include "services/cli/summary_map.h"
#include "services/cli/summary_page.h"
#include "services/cli/summary_statistics_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

namespace v1 = ::serieslink::summary::v1;

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light}
body{font:15px/1.45 system-ui,"Liberation Sans",Arial,sans-serif;color:#111;background:#fff;
max-width:60rem;margin:1.5rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.25rem;border-bottom:2px solid #0072b2;
margin:2rem 0 .6rem}h3{font-size:1.02rem;margin:1.4rem 0 .2rem}
p{margin:.3rem 0 .5rem}.id{color:#555;font-size:.85rem;font-weight:normal}
.say{border-left:4px solid #0072b2;padding-left:.7rem}
table{border-collapse:collapse;margin:.4rem 0 .8rem;font-size:.85rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:bold;padding:.2rem 0}
th,td{border:1px solid #bbb;padding:.15rem .45rem;text-align:right;vertical-align:top}
th[scope=row],td.words,th.words{text-align:left}thead th{background:#eef3f7}
svg{max-width:100%;height:auto;display:block}svg text{font-family:inherit}
section.measure{break-inside:avoid-page}
.map{break-inside:avoid}.shapes{position:absolute}
.legend span{border:1px solid #777;padding:.05rem .4rem;font-size:.85rem;
-webkit-print-color-adjust:exact;print-color-adjust:exact}
@page{size:A4;margin:14mm}
@media print{body{max-width:none;margin:0;padding:0;font-size:10.5pt}h2{break-after:avoid}
h3{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}}
)css";

// The period and those before: told apart in any kind of colour blindness, and in grey.
constexpr std::array<const char*, 3> kPeriodColours = {"#0072b2", "#e69f00", "#999999"};

// A bar for each period, with the interval that chance alone makes.
void WriteBars(const v1::GetSummaryResponse& summary, const std::string& name,
               const v1::Figure& figure, std::ostream& out) {
  constexpr double kLeft = 92;
  constexpr double kWidth = 460;
  constexpr int kRow = 26;
  double most = 1;
  std::string words = name + ": ";
  for (int i = 0; i < figure.counts_size(); ++i) {
    const v1::Count& count = figure.counts(i);
    most = std::max({most, count.high(), static_cast<double>(count.counted())});
    absl::StrAppend(&words, i == 0 ? "" : ", ", summary.periods(i).label(), " ", count.counted());
  }
  const int height = kRow * figure.counts_size() + 6;
  out << absl::StrFormat(
      "<svg viewBox=\"0 0 640 %d\" width=\"640\" height=\"%d\" role=\"img\" aria-label=\"%s\">\n",
      height, height, EscapeHtml(words));
  for (int i = 0; i < figure.counts_size(); ++i) {
    const v1::Count& count = figure.counts(i);
    const int y = kRow * i + 4;
    const auto x = [&](double value) { return kLeft + kWidth * value / most; };
    const double counted = static_cast<double>(count.counted());
    out << absl::StrFormat(
        "<text x=\"%.0f\" y=\"%d\" font-size=\"13\" text-anchor=\"end\">%s</text>"
        "<rect x=\"%.0f\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>",
        kLeft - 6, y + 14, EscapeHtml(summary.periods(i).label()), kLeft, y,
        kWidth * counted / most,
        kPeriodColours[static_cast<std::size_t>(i) % kPeriodColours.size()]);
    if (count.has_low()) {
      out << absl::StrFormat(
          "<path d=\"M%.1f %dH%.1fM%.1f %dv8M%.1f %dv8\" stroke=\"#111\" fill=\"none\"/>",
          x(count.low()), y + 9, x(count.high()), x(count.low()), y + 5, x(count.high()), y + 5);
    }
    out << absl::StrFormat("<text x=\"%.1f\" y=\"%d\" font-size=\"13\">%d</text>\n",
                           x(std::max(count.high(), counted)) + 6, y + 14, count.counted());
  }
  out << "</svg>\n";
}

void WriteHead(const v1::GetSummaryResponse& summary, const std::string& first, bool has_words,
               std::ostream& out) {
  out << "<thead><tr><th scope=\"col\" class=\"words\">" << EscapeHtml(first) << "</th>";
  for (const v1::PeriodSpan& period : summary.periods()) {
    out << "<th scope=\"col\">" << EscapeHtml(period.label()) << "</th>";
  }
  if (has_words) {
    out << "<th scope=\"col\">95 % interval</th><th scope=\"col\">not determined</th>"
           "<th scope=\"col\">straddling</th><th scope=\"col\">undated</th>";
    for (int i = 1; i < summary.periods_size(); ++i) {
      out << "<th scope=\"col\" class=\"words\">against " << EscapeHtml(summary.periods(i).label())
          << "</th>";
    }
  }
  out << "</tr></thead>\n";
}

const char* ChangeWords(v1::Change change) {
  switch (change) {
    case v1::CHANGE_HIGHER:
      return "more than chance";
    case v1::CHANGE_LOWER:
      return "fewer than chance";
    case v1::CHANGE_WITHIN_CHANCE:
      return "within chance";
    case v1::CHANGE_CANNOT_SAY:
      return "cannot be said";
    case v1::CHANGE_NOT_TESTED:
      return "not tested";
    default:
      return "none";
  }
}

void WriteRow(const std::string& name, const v1::Figure& figure, std::ostream& out) {
  out << "<tr><th scope=\"row\">" << EscapeHtml(name) << "</th>";
  for (const v1::Count& count : figure.counts()) {
    out << "<td>" << Grouped(count.counted()) << "</td>";
  }
  if (figure.counts_size() > 0) {
    const v1::Count& count = figure.counts(0);
    out << (count.has_low() ? absl::StrFormat("<td>%.1f to %.1f</td>", count.low(), count.high())
                            : std::string("<td>-</td>"))
        << "<td>" << Grouped(count.undetermined()) << "</td><td>" << Grouped(count.straddling())
        << "</td><td>" << Grouped(count.undated()) << "</td>";
  }
  for (const v1::Comparison& comparison : figure.comparisons()) {
    out << "<td class=\"words\">" << ChangeWords(comparison.change()) << "</td>";
  }
  out << "</tr>\n";
}

void WriteMeasure(const v1::GetSummaryResponse& summary, const v1::MeasureFigures& figures,
                  std::ostream& out) {
  const v1::MeasureDefinition* const definition = DefinitionIn(summary, figures.measure_id());
  const std::string name = MeasureName(summary, figures.measure_id());
  out << "<section class=\"measure\">\n<h3>" << EscapeHtml(name) << " <span class=\"id\">"
      << EscapeHtml(figures.measure_id()) << " v" << figures.measure_version() << "</span></h3>\n";
  if (definition != nullptr) {
    out << "<p>" << EscapeHtml(definition->definition()) << " " << EscapeHtml(definition->caveats())
        << "</p>\n";
  }
  WriteBars(summary, name, figures.total(), out);
  for (const v1::Comparison& comparison : figures.total().comparisons()) {
    out << "<p class=\"say\">" << EscapeHtml(comparison.words()) << ".</p>\n";
  }
  out << "<table><caption>" << EscapeHtml(name) << "</caption>";
  WriteHead(summary, definition == nullptr ? "" : EnumWords(*definition, "unit"), true, out);
  out << "<tbody>\n";
  WriteRow("total", figures.total(), out);
  for (const v1::CategoryFigure& category : figures.categories()) {
    WriteRow(category.category(), category.figure(), out);
  }
  out << "</tbody></table>\n</section>\n";
}

const v1::DimensionFigures* FindDimension(const v1::MeasureFigures& figures,
                                          v1::Dimension dimension) {
  const auto found = std::find_if(figures.dimensions().begin(), figures.dimensions().end(),
                                  [&](const auto& one) { return one.dimension() == dimension; });
  return found == figures.dimensions().end() ? nullptr : &*found;
}

// One table of a dimension: its rows by the key measures, in the summary's period.
void WriteDimension(const v1::GetSummaryResponse& summary,
                    const std::vector<const v1::MeasureFigures*>& measures, v1::Dimension dimension,
                    std::ostream& out) {
  std::vector<std::string> names;
  for (const v1::MeasureFigures* figures : measures) {
    for (const v1::Row& row : FindDimension(*figures, dimension)->rows()) {
      const std::string name = RowName(row);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  // The unallocated row stays first.
  std::sort(names.begin() + 1, names.end());
  const std::string words = EnumWords(*FindDimension(*measures.front(), dimension), "dimension");
  out << "<table><caption>By " << EscapeHtml(words) << ", "
      << EscapeHtml(summary.periods(0).label())
      << "</caption><thead><tr><th scope=\"col\" class=\"words\">" << EscapeHtml(words) << "</th>";
  for (const v1::MeasureFigures* figures : measures) {
    out << "<th scope=\"col\">" << EscapeHtml(MeasureName(summary, figures->measure_id()))
        << "</th>";
  }
  out << "</tr></thead><tbody>\n";
  for (const std::string& name : names) {
    out << "<tr><th scope=\"row\">" << EscapeHtml(name) << "</th>";
    for (const v1::MeasureFigures* figures : measures) {
      std::int64_t count = 0;
      for (const v1::Row& row : FindDimension(*figures, dimension)->rows()) {
        if (RowName(row) == name) count += row.figure().counts(0).counted();
      }
      out << "<td>" << Grouped(count) << "</td>";
    }
    out << "</tr>\n";
  }
  out << "</tbody></table>\n";
}

void WriteTimes(const v1::GetSummaryResponse& summary, std::ostream& out) {
  out << "<h2>How long it took</h2>\n<p>Days. Where dates are intervals, the shortest and the "
         "longest time that they allow.</p>\n<table><caption>Times</caption><thead><tr>"
         "<th scope=\"col\" class=\"words\">time</th><th scope=\"col\">period</th>"
         "<th scope=\"col\">counted</th><th scope=\"col\">date unknown</th>"
         "<th scope=\"col\">a quarter within</th><th scope=\"col\">half within</th>"
         "<th scope=\"col\">three quarters within</th><th scope=\"col\">nine in ten within</th>"
         "</tr></thead><tbody>\n";
  for (const v1::TimeMeasureFigures& figures : summary.time_measures()) {
    for (int i = 0; i < figures.figures_size(); ++i) {
      const v1::TimeFigure& figure = figures.figures(i);
      out << "<tr><th scope=\"row\">" << EscapeHtml(MeasureName(summary, figures.measure_id()))
          << " <span class=\"id\">" << EscapeHtml(figures.measure_id()) << " v"
          << figures.measure_version() << "</span></th><td>"
          << EscapeHtml(summary.periods(i).label()) << "</td><td>" << Grouped(figure.counted())
          << "</td><td>" << Grouped(figure.unknown()) << "</td>";
      for (const v1::Quantile& quantile : figure.quantiles()) {
        out << absl::StrFormat("<td>%.1f to %.1f</td>", quantile.low_days(), quantile.high_days());
      }
      for (int k = figure.quantiles_size(); k < 4; ++k) out << "<td>-</td>";
      out << "</tr>\n";
    }
  }
  out << "</tbody></table>\n";
}

void WriteDefinitionTable(const v1::GetSummaryResponse& summary, std::ostream& out) {
  out << "<h2>Definitions</h2>\n<table><caption>Measures</caption><thead><tr>"
         "<th scope=\"col\" class=\"words\">measure</th><th scope=\"col\" class=\"words\">"
         "definition</th><th scope=\"col\" class=\"words\">dated by</th>"
         "<th scope=\"col\" class=\"words\">source</th></tr></thead><tbody>\n";
  for (const v1::MeasureDefinition& definition : summary.definitions()) {
    out << "<tr><th scope=\"row\">" << EscapeHtml(definition.id()) << " v" << definition.version()
        << "</th><td class=\"words\">" << EscapeHtml(definition.definition()) << " "
        << EscapeHtml(definition.caveats()) << "</td><td class=\"words\">"
        << EscapeHtml(definition.dated_by()) << "</td><td class=\"words\">"
        << EscapeHtml(definition.source()) << "</td></tr>\n";
  }
  out << "</tbody></table>\n";
}

}  // namespace

void BeginReportHtml(const std::string& title, std::ostream& out) {
  out << "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"
      << EscapeHtml(title) << "</title>\n<style>" << kStyle
      << "</style>\n</head>\n<body>\n<main>\n<h1>" << EscapeHtml(title) << "</h1>\n";
}

void EndReportHtml(std::ostream& out) { out << "</main>\n</body>\n</html>\n"; }

void WriteSummaryHtml(const v1::GetSummaryResponse& summary,
                      const std::vector<v1::GetMapResponse>& maps,
                      const v1::GetStatisticsResponse* statistics, std::ostream& out) {
  BeginReportHtml(
      absl::StrCat("Firearms summary ",
                   summary.periods_size() > 0 ? summary.periods(0).label() : std::string()),
      out);
  WriteSummarySections(summary, maps, statistics, out);
  EndReportHtml(out);
}

void WriteSummarySections(const v1::GetSummaryResponse& summary,
                          const std::vector<v1::GetMapResponse>& maps,
                          const v1::GetStatisticsResponse* statistics, std::ostream& out) {
  out << "<p>";
  for (int i = 0; i < summary.periods_size(); ++i) {
    const v1::PeriodSpan& period = summary.periods(i);
    out << (i == 0 ? "" : "; against ") << EscapeHtml(period.label()) << " ("
        << EscapeHtml(period.first_day()) << " to " << EscapeHtml(period.last_day()) << ")";
  }
  out << ".</p>\n<p>As at revision " << summary.revision();
  if (summary.has_known_at()) out << ", " << EscapeHtml(TimestampText(summary.known_at()));
  out << ".</p>\n";
  for (const std::string& note : SummaryNotes(summary))
    out << "<p>" << EscapeHtml(note) << "</p>\n";

  out << "<h2>Figures</h2>\n<p>A line across a bar's end is the 95 % interval: how far chance "
         "alone moves a count.</p>\n";
  for (const v1::MeasureFigures& figures : summary.measures()) {
    WriteMeasure(summary, figures, out);
  }
  WriteTimes(summary, out);
  if (statistics != nullptr) WriteStatisticsHtml(*statistics, out);

  std::vector<const v1::MeasureFigures*> measures;
  for (const std::string& id : KeyMeasures()) {
    if (const v1::MeasureFigures* const figures = FiguresIn(summary, id)) {
      measures.push_back(figures);
    }
  }
  if (!measures.empty() && measures.front()->dimensions_size() > 0) {
    out << "<h2>By place and agency</h2>\n";
    WriteMapShapes(maps, out);
    for (const v1::DimensionFigures& dimension : measures.front()->dimensions()) {
      for (const v1::MeasureFigures* figures : measures) {
        const v1::DimensionFigures* const rows = FindDimension(*figures, dimension.dimension());
        if (rows != nullptr) WriteMap(summary, *figures, *rows, maps, out);
      }
      WriteDimension(summary, measures, dimension.dimension(), out);
    }
  }
  WriteExternalHtml(summary, out);
  WriteDefinitionTable(summary, out);
}

}  // namespace serieslink::cli
