#include "services/cli/summary_statistics_page.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/page.h"
#include "services/cli/summary_map.h"
#include "services/cli/summary_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

namespace v1 = ::serieslink::summary::v1;

// Areas of a ranking that a page shows; CSV and JSON have all.
constexpr int kAreasShownMax = 10;

std::string NameOf(const v1::GetStatisticsResponse& statistics, const std::string& measure_id) {
  for (const v1::MeasureDefinition& one : statistics.definitions()) {
    if (one.id() == measure_id) return one.name();
  }
  return measure_id;
}

std::string Number(double value) { return absl::StrFormat("%.1f", value); }

// "12.0", or "12.0 to 14.5" where they differ; `none` where there is no end.
std::string Range(bool has_low, double low, bool has_high, double high, const char* none) {
  if (!has_low && !has_high) return none;
  if (!has_high) return absl::StrCat(Number(low), " or more");
  if (!has_low) return absl::StrCat("up to ", Number(high));
  return low == high ? Number(low) : absl::StrCat(Number(low), " to ", Number(high));
}

// What a page says: the same in text and HTML.
struct Part {
  std::string heading{};
  std::vector<std::string> sentences{};
  Table table{};
};

Part RankingPart(const v1::GetStatisticsResponse& statistics, const v1::Ranking& ranking) {
  Part part;
  part.heading = absl::StrCat(NameOf(statistics, ranking.measure_id()), ", by ",
                              EnumWords(ranking, "dimension"));
  part.sentences = {absl::StrCat(ranking.words(), ".")};
  part.table.headings = {"area", statistics.period().label(), "rank, 95 %"};
  for (const v1::RankedRow& row : ranking.rows()) {
    if (static_cast<int>(part.table.rows.size()) == kAreasShownMax) break;
    part.table.rows.push_back({RowName(row.row()), Grouped(row.counted()),
                               row.rank_low() == row.rank_high()
                                   ? absl::StrCat(row.rank_low())
                                   : absl::StrCat(row.rank_low(), " to ", row.rank_high())});
  }
  return part;
}

Part ChangePart(const v1::GetStatisticsResponse& statistics) {
  const v1::ChangeSearch& search = statistics.change_search();
  Part part{.heading = "Whether levels changed", .sentences = {absl::StrCat(search.words(), ".")}};
  part.table.headings = {"count", "since", "a quarter before", "a quarter since", "false rate"};
  for (const v1::LevelChange& change : search.changes()) {
    part.table.rows.push_back(
        {absl::StrCat(NameOf(statistics, change.measure_id()),
                      change.has_row() ? absl::StrCat(", ", RowName(change.row())) : ""),
         change.first_quarter(), Number(change.mean_before()), Number(change.mean_after()),
         absl::StrFormat("%.4f", change.adjusted_probability())});
  }
  return part;
}

Part SpellPart(const v1::GetStatisticsResponse& statistics) {
  Part part{.heading = "How long it lasts, what goes on included"};
  part.sentences = {absl::StrCat(
      "Of what began since ", statistics.quarters(0).first_day(),
      ". What has not ended counts for as long as it has lasted (Kaplan and Meier). Days; where "
      "dates are intervals, the shortest and the longest that they allow.")};
  part.table.headings = {"time", "began", "ended", "half within", "95 %", "longer than a year"};
  for (const v1::SpellFigures& figures : statistics.spells()) {
    std::string half = "not yet";
    std::string interval = "-";
    for (const v1::SpellQuantile& one : figures.quantiles()) {
      if (one.share() != 0.5) continue;
      half = Range(one.has_low_days(), one.low_days(), one.has_high_days(), one.high_days(),
                   "not yet");
      interval = Range(one.has_interval_low_days(), one.interval_low_days(),
                       one.has_interval_high_days(), one.interval_high_days(), "-");
    }
    std::string share = "-";
    for (const v1::SpellShare& one : figures.shares()) {
      if (one.days() != 365) continue;
      share =
          absl::StrFormat("%.0f to %.0f %%", 100 * one.interval_low(), 100 * one.interval_high());
    }
    part.table.rows.push_back({NameOf(statistics, figures.measure_id()), Grouped(figures.begun()),
                               Grouped(figures.ended()), half, interval, share});
  }
  return part;
}

Part FinalsPart(const v1::GetStatisticsResponse& statistics) {
  const v1::ExpectedFinals& finals = statistics.expected_finals();
  Part part{.heading = "What the newest quarters will have become",
            .sentences = {absl::StrCat(finals.words(), ".")}};
  part.table.headings = {"figure", "quarter", "known", "expected", "95 %", "intervals that held"};
  for (const v1::ExpectedFinalFigures& figures : finals.figures()) {
    for (const v1::ExpectedFinalQuarter& quarter : figures.quarters()) {
      part.table.rows.push_back(
          {NameOf(statistics, figures.measure_id()), quarter.label(), Grouped(quarter.known()),
           Number(quarter.expected()),
           absl::StrCat(Number(quarter.low()), " to ", Number(quarter.high())),
           absl::StrCat(figures.held(), " of ", figures.tested())});
    }
  }
  return part;
}

// Groups of parts under their headings.
std::vector<std::pair<std::string, std::vector<Part>>> PartsOf(
    const v1::GetStatisticsResponse& statistics) {
  std::vector<Part> rankings;
  for (const v1::Ranking& one : statistics.rankings()) {
    // Nothing to put in order is no table.
    if (one.rows_size() > 1) rankings.push_back(RankingPart(statistics, one));
  }
  std::vector<std::pair<std::string, std::vector<Part>>> parts;
  if (!rankings.empty()) parts.emplace_back("Areas most at risk", std::move(rankings));
  parts.emplace_back("What figures tell beyond themselves",
                     std::vector<Part>{ChangePart(statistics), FinalsPart(statistics)});
  if (statistics.quarters_size() > 0) parts.back().second.push_back(SpellPart(statistics));
  return parts;
}

std::string RankNote() {
  return "Ranks hold with 95 % for all areas of a table at once, and allow for bursts. Where they "
         "overlap, the order of two areas says nothing.";
}

void WriteTableHtml(const Part& part, std::ostream& out) {
  if (part.table.rows.empty()) return;
  out << "<table><caption>" << EscapeHtml(part.heading) << "</caption><thead><tr>";
  for (std::size_t i = 0; i < part.table.headings.size(); ++i) {
    out << (i == 0 ? "<th scope=\"col\" class=\"words\">" : "<th scope=\"col\">")
        << EscapeHtml(part.table.headings[i]) << "</th>";
  }
  out << "</tr></thead><tbody>\n";
  for (const std::vector<std::string>& row : part.table.rows) {
    out << "<tr><th scope=\"row\">" << EscapeHtml(row[0]) << "</th>";
    for (std::size_t i = 1; i < row.size(); ++i) out << "<td>" << EscapeHtml(row[i]) << "</td>";
    out << "</tr>\n";
  }
  out << "</tbody></table>\n";
}

}  // namespace

void WriteStatisticsText(const v1::GetStatisticsResponse& statistics, int width_columns,
                         std::ostream& out) {
  Page page(width_columns, out);
  for (const auto& [heading, parts] : PartsOf(statistics)) {
    page.Heading(heading);
    for (const Part& part : parts) {
      page.Heading(part.heading);
      for (const std::string& sentence : part.sentences) page.Paragraph(sentence);
      if (!part.table.rows.empty()) {
        out << '\n';
        WriteTable(part.table, width_columns, out);
      }
    }
  }
  page.Paragraph(RankNote());
}

void WriteStatisticsHtml(const v1::GetStatisticsResponse& statistics, std::ostream& out) {
  for (const auto& [heading, parts] : PartsOf(statistics)) {
    out << "<h2>" << EscapeHtml(heading) << "</h2>\n";
    for (const Part& part : parts) {
      out << "<section class=\"measure\">\n<h3>" << EscapeHtml(part.heading) << "</h3>\n";
      for (const std::string& sentence : part.sentences) {
        out << "<p class=\"say\">" << EscapeHtml(sentence) << "</p>\n";
      }
      WriteTableHtml(part, out);
      out << "</section>\n";
    }
  }
  out << "<p>" << EscapeHtml(RankNote()) << "</p>\n";
}

Table StatisticsRows(const v1::GetStatisticsResponse& statistics) {
  Table table{{"statistic", "measure", "version", "dimension", "key", "name", "period", "value",
               "low", "high", "interval_low", "interval_high", "detail", "revision"},
              {}};
  const std::string revision = absl::StrCat(statistics.revision());
  const auto add = [&](const char* statistic, const std::string& measure, int version,
                       std::vector<std::string> cells) {
    std::vector<std::string> row = {statistic, measure, absl::StrCat(version)};
    row.insert(row.end(), cells.begin(), cells.end());
    row.push_back(revision);
    table.rows.push_back(std::move(row));
  };
  const auto days = [](bool has, double value) { return has ? absl::StrCat(value) : ""; };
  for (const v1::Ranking& ranking : statistics.rankings()) {
    for (const v1::RankedRow& row : ranking.rows()) {
      add("rank", ranking.measure_id(), ranking.measure_version(),
          {EnumWords(ranking, "dimension"), row.row().key(), row.row().name(),
           statistics.period().label(), absl::StrCat(row.counted()), "", "",
           absl::StrCat(row.rank_low()), absl::StrCat(row.rank_high()),
           absl::StrCat("dispersion ", ranking.dispersion())});
    }
  }
  for (const v1::LevelChange& change : statistics.change_search().changes()) {
    add("level change", change.measure_id(), change.measure_version(),
        {EnumWords(change, "dimension"), change.row().key(), change.row().name(),
         change.first_quarter(), absl::StrCat(change.mean_after()),
         absl::StrCat(change.mean_before()), "", "", "",
         absl::StrCat("adjusted probability ", change.adjusted_probability(), ", of ",
                      statistics.change_search().tested(), " looked at")});
  }
  for (const v1::ExpectedFinalFigures& figures : statistics.expected_finals().figures()) {
    for (const v1::ExpectedFinalQuarter& quarter : figures.quarters()) {
      add("expected final", figures.measure_id(), figures.measure_version(),
          {"", "", "", quarter.label(), absl::StrCat(quarter.expected()),
           absl::StrCat(quarter.known()), "", absl::StrCat(quarter.low()),
           absl::StrCat(quarter.high()),
           absl::StrCat(figures.held(), " of ", figures.tested(), " held")});
    }
  }
  for (const v1::SpellFigures& figures : statistics.spells()) {
    const std::string counts = absl::StrCat(figures.begun(), " began, ", figures.ended(),
                                            " ended, ", figures.unknown(), " unknown");
    for (const v1::SpellQuantile& one : figures.quantiles()) {
      add("days within which ended", figures.measure_id(), figures.measure_version(),
          {"", "", "", statistics.period().label(), absl::StrCat(one.share()),
           days(one.has_low_days(), one.low_days()), days(one.has_high_days(), one.high_days()),
           days(one.has_interval_low_days(), one.interval_low_days()),
           days(one.has_interval_high_days(), one.interval_high_days()), counts});
    }
    for (const v1::SpellShare& one : figures.shares()) {
      add("share that lasts longer", figures.measure_id(), figures.measure_version(),
          {"", "", "", statistics.period().label(), absl::StrCat(one.days()),
           absl::StrCat(one.low()), absl::StrCat(one.high()), absl::StrCat(one.interval_low()),
           absl::StrCat(one.interval_high()), counts});
    }
  }
  return table;
}

}  // namespace serieslink::cli
