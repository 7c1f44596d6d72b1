#include "services/cli/summary_page.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "services/cli/page.h"
#include "services/cli/summary_external.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

namespace v1 = ::serieslink::summary::v1;

std::string LabelAt(const v1::GetSummaryResponse& summary, int period) {
  return period < summary.periods_size() ? summary.periods(period).label() : "";
}

std::string UnitWords(const v1::MeasureDefinition& definition) {
  const std::string words = EnumWords(definition, "unit");
  return words.empty() ? "days" : words;
}

std::int64_t UnsureOf(const v1::Count& count) {
  return count.undetermined() + count.straddling() + count.undated();
}

const char* ChangeMark(v1::Change change) {
  switch (change) {
    case v1::CHANGE_HIGHER:
      return "more";
    case v1::CHANGE_LOWER:
      return "fewer";
    case v1::CHANGE_WITHIN_CHANCE:
      return "chance";
    case v1::CHANGE_CANNOT_SAY:
      return "cannot say";
    case v1::CHANGE_NOT_TESTED:
      return "-";
    default:
      return "none";
  }
}

std::vector<std::string> CountHeadings(const v1::GetSummaryResponse& summary, std::string first) {
  std::vector<std::string> headings = {std::move(first)};
  for (const v1::PeriodSpan& period : summary.periods()) headings.push_back(period.label());
  for (int i = 1; i < summary.periods_size(); ++i) {
    headings.push_back(absl::StrCat("vs ", summary.periods(i).label()));
  }
  return headings;
}

std::vector<std::string> CountRow(std::string first, const v1::Figure& figure) {
  std::vector<std::string> row = {std::move(first)};
  for (const v1::Count& count : figure.counts()) row.push_back(CountText(count));
  for (const v1::Comparison& comparison : figure.comparisons()) {
    row.push_back(ChangeMark(comparison.change()));
  }
  return row;
}

void WriteChanges(const v1::GetSummaryResponse& summary, Page& page) {
  page.Heading("What can be said");
  bool is_any = false;
  for (const v1::MeasureFigures& figures : summary.measures()) {
    const v1::MeasureDefinition* const definition = DefinitionIn(summary, figures.measure_id());
    for (const v1::Comparison& comparison : figures.total().comparisons()) {
      if (comparison.change() != v1::CHANGE_HIGHER && comparison.change() != v1::CHANGE_LOWER) {
        continue;
      }
      is_any = true;
      page.Paragraph(absl::StrCat(definition == nullptr ? figures.measure_id() : definition->name(),
                                  ": ", comparison.words(), "."));
    }
  }
  if (is_any) return;
  // True also where nothing can be said.
  page.Paragraph("Of no total can it be said that it changed by more than chance alone can make.");
}

void WriteCategories(const v1::GetSummaryResponse& summary, Page& page) {
  for (const v1::MeasureFigures& figures : summary.measures()) {
    if (figures.categories().empty()) continue;
    const v1::MeasureDefinition* const definition = DefinitionIn(summary, figures.measure_id());
    Table table{CountHeadings(summary, "kind"), {}};
    for (const v1::CategoryFigure& category : figures.categories()) {
      table.rows.push_back(CountRow(category.category(), category.figure()));
    }
    page.Section(definition == nullptr ? figures.measure_id() : definition->name(), table);
  }
}

std::string DaysText(const v1::Quantile& quantile) {
  return quantile.low_days() == quantile.high_days()
             ? absl::StrFormat("%.1f", quantile.low_days())
             : absl::StrFormat("%.1f-%.1f", quantile.low_days(), quantile.high_days());
}

void WriteTimes(const v1::GetSummaryResponse& summary, Page& page) {
  Table table{{"time, days", "period", "n", "unknown", "1/4", "half", "3/4", "9/10"}, {}};
  for (const v1::TimeMeasureFigures& figures : summary.time_measures()) {
    const v1::MeasureDefinition* const definition = DefinitionIn(summary, figures.measure_id());
    for (int i = 0; i < figures.figures_size(); ++i) {
      const v1::TimeFigure& figure = figures.figures(i);
      if (i > 0 && figure.counted() == 0) continue;
      std::vector<std::string> row = {
          definition == nullptr ? figures.measure_id() : definition->name(), LabelAt(summary, i),
          Grouped(figure.counted()), Grouped(figure.unknown())};
      for (const v1::Quantile& quantile : figure.quantiles()) row.push_back(DaysText(quantile));
      row.resize(table.headings.size());
      table.rows.push_back(std::move(row));
    }
  }
  page.Section("How long it took", table);
}

// One table for each dimension: its rows by the key measures, in the summary's period.
void WriteDimensions(const v1::GetSummaryResponse& summary, Page& page) {
  std::vector<const v1::MeasureFigures*> measures;
  for (const std::string& id : KeyMeasures()) {
    if (const v1::MeasureFigures* figures = FiguresIn(summary, id)) measures.push_back(figures);
  }
  if (measures.empty()) return;
  for (int place = 0; place < measures.front()->dimensions_size(); ++place) {
    const v1::DimensionFigures& first = measures.front()->dimensions(place);
    Table table{{EnumWords(first, "dimension")}, {}};
    std::vector<std::string> names;
    for (const v1::MeasureFigures* figures : measures) {
      const v1::MeasureDefinition* const definition = DefinitionIn(summary, figures->measure_id());
      table.headings.push_back(definition == nullptr ? figures->measure_id() : definition->name());
      for (const v1::Row& row : figures->dimensions(place).rows()) {
        const std::string name = RowName(row);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
    }
    // The unallocated row stays first.
    std::sort(names.begin() + 1, names.end());
    for (const std::string& name : names) {
      std::vector<std::string> cells = {name};
      for (const v1::MeasureFigures* figures : measures) {
        const auto& rows = figures->dimensions(place).rows();
        const auto found = std::find_if(rows.begin(), rows.end(),
                                        [&](const v1::Row& row) { return RowName(row) == name; });
        cells.push_back(found == rows.end() ? "0" : CountText(found->figure().counts(0)));
      }
      table.rows.push_back(std::move(cells));
    }
    page.Section(absl::StrCat("By ", EnumWords(first, "dimension"), ", ", LabelAt(summary, 0)),
                 table);
  }
}

void AddFigure(const v1::GetSummaryResponse& summary, const v1::MeasureFigures& figures,
               const std::vector<std::string>& part, const v1::Figure& figure, Table& table) {
  const v1::MeasureDefinition* const definition = DefinitionIn(summary, figures.measure_id());
  for (int i = 0; i < figure.counts_size() && i < summary.periods_size(); ++i) {
    const v1::Count& count = figure.counts(i);
    std::vector<std::string> row = {figures.measure_id(), absl::StrCat(figures.measure_version()),
                                    definition == nullptr ? "" : UnitWords(*definition)};
    row.insert(row.end(), part.begin(), part.end());
    row.push_back(summary.periods(i).label());
    row.push_back(summary.periods(i).first_day());
    row.push_back(summary.periods(i).last_day());
    for (const std::int64_t number :
         {count.counted(), count.undetermined(), count.straddling(), count.undated()}) {
      row.push_back(absl::StrCat(number));
    }
    const auto number = [](bool has, double value) {
      return has ? absl::StrFormat("%.2f", value) : std::string();
    };
    row.push_back(number(count.has_low(), count.low()));
    row.push_back(number(count.has_high(), count.high()));
    if (i > 0 && i - 1 < figure.comparisons_size()) {
      const v1::Comparison& comparison = figure.comparisons(i - 1);
      row.push_back(ChangeMark(comparison.change()));
      row.push_back(number(comparison.has_rate_ratio(), comparison.rate_ratio()));
      row.push_back(number(comparison.has_ratio_low(), comparison.ratio_low()));
      row.push_back(number(comparison.has_ratio_high(), comparison.ratio_high()));
    } else {
      row.insert(row.end(), 4, "");
    }
    row.insert(row.end(), {"", ""});
    row.push_back(absl::StrCat(summary.revision()));
    table.rows.push_back(std::move(row));
  }
}

}  // namespace

absl::StatusOr<v1::Period> ParsePeriod(std::string_view text) {
  const auto fault = [] {
    return absl::InvalidArgumentError(
        "a period is a quarter (2026Q3), a financial quarter (FY2026-27Q2), the twelve months up "
        "to a quarter's end (12M2026Q3), a month (2026-09) or a year (2026)");
  };
  std::string upper(text);
  absl::AsciiStrToUpper(&upper);
  absl::string_view rest = upper;
  v1::Period period;
  period.set_kind(v1::PERIOD_KIND_QUARTER);
  const bool is_financial = absl::ConsumePrefix(&rest, "FY");
  if (is_financial) {
    period.set_kind(v1::PERIOD_KIND_FINANCIAL_QUARTER);
  } else if (absl::ConsumePrefix(&rest, "12M")) {
    period.set_kind(v1::PERIOD_KIND_ROLLING_YEAR);
  }
  const auto digits = [](absl::string_view part) {
    return std::all_of(part.begin(), part.end(), [](char c) { return absl::ascii_isdigit(c); });
  };
  int year = 0;
  if (rest.size() < 4 || !digits(rest.substr(0, 4)) ||
      !absl::SimpleAtoi(rest.substr(0, 4), &year)) {
    return fault();
  }
  period.set_year(year);
  rest.remove_prefix(4);
  if (rest.empty() && period.kind() == v1::PERIOD_KIND_QUARTER) {
    period.set_kind(v1::PERIOD_KIND_YEAR);
    return period;
  }
  if (period.kind() == v1::PERIOD_KIND_QUARTER && absl::ConsumePrefix(&rest, "-")) {
    int month = 0;
    if (rest.size() != 2 || !digits(rest) || !absl::SimpleAtoi(rest, &month) || month < 1 ||
        month > 12) {
      return fault();
    }
    period.set_kind(v1::PERIOD_KIND_MONTH);
    period.set_month(month);
    return period;
  }
  if (is_financial && absl::ConsumePrefix(&rest, "-")) {
    // The year in which it ends, with two digits.
    if (!absl::ConsumePrefix(&rest, absl::StrFormat("%02d", (year + 1) % 100))) return fault();
  }
  if (rest.size() != 2 || rest[0] != 'Q' || rest[1] < '1' || rest[1] > '4') return fault();
  period.set_quarter(rest[1] - '0');
  return period;
}

const std::vector<std::string>& DimensionWords() {
  static const auto* const words = new std::vector<std::string>{
      "force", "borough", "investigating-borough", "ward", "owning-unit", "agency", "operation"};
  return *words;
}

v1::Dimension DimensionOf(std::string_view word) {
  const std::vector<std::string>& words = DimensionWords();
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return v1::DIMENSION_UNSPECIFIED;
  return static_cast<v1::Dimension>(found - words.begin() + 1);
}

const std::vector<std::string>& KeyMeasures() {
  static const auto* const ids =
      new std::vector<std::string>{"gun_crime.incidents", "discharge.lethal", "gun_crime.robbery",
                                   "recovery.weapons_by_type", "series.active"};
  return *ids;
}

std::string CountText(const v1::Count& count) {
  std::string text = Grouped(count.counted());
  if (UnsureOf(count) > 0) text += absl::StrCat("(+", Grouped(UnsureOf(count)), ")");
  return text;
}

std::string MeasureName(const v1::GetSummaryResponse& summary, const std::string& measure_id) {
  const v1::MeasureDefinition* const definition = DefinitionIn(summary, measure_id);
  return definition == nullptr ? measure_id : definition->name();
}

const v1::MeasureDefinition* DefinitionIn(const v1::GetSummaryResponse& summary,
                                          const std::string& measure_id) {
  const auto found = std::find_if(summary.definitions().begin(), summary.definitions().end(),
                                  [&](const auto& one) { return one.id() == measure_id; });
  return found == summary.definitions().end() ? nullptr : &*found;
}

const v1::MeasureFigures* FiguresIn(const v1::GetSummaryResponse& summary,
                                    const std::string& measure_id) {
  const auto found = std::find_if(summary.measures().begin(), summary.measures().end(),
                                  [&](const auto& one) { return one.measure_id() == measure_id; });
  return found == summary.measures().end() ? nullptr : &*found;
}

std::string RowName(const v1::Row& row) {
  return row.boundary_year() == 0 ? row.name()
                                  : absl::StrCat(row.name(), " (", row.boundary_year(), ")");
}

std::vector<std::string> SummaryNotes(const v1::GetSummaryResponse& summary) {
  std::vector<std::string> notes = {
      "A count is of what the asking agency may see. Behind it, with +, stands what may belong to "
      "it: the records do not say enough, or the date allows another period.",
      "\"chance\": chance alone can make such a difference. Of twenty comparisons, one goes beyond "
      "that by chance alone. Records that come late make recent periods grow."};
  notes.insert(notes.end(), summary.notes().begin(), summary.notes().end());
  if (summary.unresolved_exhibits() > 0) {
    notes.push_back(absl::StrCat(
        Grouped(summary.unresolved_exhibits()),
        " exhibits hang together by more evidence than one call holds: their weapons and series "
        "are not counted."));
  }
  return notes;
}

void WriteSummaryText(const v1::GetSummaryResponse& summary, int width_columns, std::ostream& out) {
  Page page(width_columns, out);
  page.Title(absl::StrCat("Firearms summary ", LabelAt(summary, 0)));
  for (const v1::PeriodSpan& period : summary.periods()) {
    page.Fact(period.label(), absl::StrCat(period.first_day(), " to ", period.last_day(), ", ",
                                           period.days(), " days"));
  }
  page.Fact("as at", absl::StrCat("revision ", summary.revision(),
                                  summary.has_known_at()
                                      ? absl::StrCat(", ", TimestampText(summary.known_at()))
                                      : ""));
  WriteChanges(summary, page);
  Table totals{CountHeadings(summary, "measure"), {}};
  for (const v1::MeasureFigures& figures : summary.measures()) {
    const v1::MeasureDefinition* const definition = DefinitionIn(summary, figures.measure_id());
    totals.rows.push_back(
        CountRow(absl::StrCat(definition == nullptr ? figures.measure_id() : definition->name(),
                              " [", figures.measure_id(), " v", figures.measure_version(), "]"),
                 figures.total()));
  }
  page.Section("Figures", totals);
  WriteCategories(summary, page);
  WriteTimes(summary, page);
  WriteDimensions(summary, page);
  WriteExternal(summary, page);
  for (const std::string& note : SummaryNotes(summary)) page.Paragraph(note);
}

Table SummaryRows(const v1::GetSummaryResponse& summary) {
  Table table{{"measure",       "version",    "unit",      "part",      "key",     "name",
               "boundary_year", "period",     "first_day", "last_day",  "counted", "undetermined",
               "straddling",    "undated",    "low",       "high",      "change",  "rate_ratio",
               "ratio_low",     "ratio_high", "low_days",  "high_days", "revision"},
              {}};
  for (const v1::MeasureFigures& figures : summary.measures()) {
    AddFigure(summary, figures, {"total", "", "", ""}, figures.total(), table);
    for (const v1::CategoryFigure& category : figures.categories()) {
      AddFigure(summary, figures, {"kind", category.category(), category.category(), ""},
                category.figure(), table);
    }
    for (const v1::DimensionFigures& dimension : figures.dimensions()) {
      for (const v1::Row& row : dimension.rows()) {
        AddFigure(summary, figures,
                  {EnumWords(dimension, "dimension"), row.key(), row.name(),
                   row.boundary_year() == 0 ? "" : absl::StrCat(row.boundary_year())},
                  row.figure(), table);
      }
    }
  }
  for (const v1::TimeMeasureFigures& figures : summary.time_measures()) {
    for (int i = 0; i < figures.figures_size() && i < summary.periods_size(); ++i) {
      const v1::TimeFigure& figure = figures.figures(i);
      const auto add = [&](const std::string& part, const std::string& low,
                           const std::string& high) {
        table.rows.push_back({figures.measure_id(),
                              absl::StrCat(figures.measure_version()),
                              "days",
                              part,
                              "",
                              "",
                              "",
                              summary.periods(i).label(),
                              summary.periods(i).first_day(),
                              summary.periods(i).last_day(),
                              absl::StrCat(figure.counted()),
                              absl::StrCat(figure.unknown()),
                              "",
                              "",
                              "",
                              "",
                              "",
                              "",
                              "",
                              "",
                              low,
                              high,
                              absl::StrCat(summary.revision())});
      };
      add("total", "", "");
      for (const v1::Quantile& quantile : figure.quantiles()) {
        add(absl::StrCat("quantile ", quantile.share()),
            absl::StrFormat("%.2f", quantile.low_days()),
            absl::StrFormat("%.2f", quantile.high_days()));
      }
    }
  }
  AddExternalRows(summary, table);
  return table;
}

void WriteDefinitions(const v1::ListMeasuresResponse& response, int width_columns,
                      std::ostream& out) {
  Page page(width_columns, out);
  page.Title("Measures of a summary");
  for (const v1::MeasureDefinition& definition : response.measures()) {
    page.Heading(
        absl::StrCat(definition.name(), " [", definition.id(), " v", definition.version(), "]"));
    page.Fact("counts", UnitWords(definition));
    page.Fact("definition", definition.definition());
    page.Fact("dated by", definition.dated_by());
    page.Fact("mind", definition.caveats());
    page.Fact("source", definition.source());
  }
}

Table DefinitionRows(const v1::ListMeasuresResponse& response) {
  Table table{{"measure", "version", "name", "unit", "definition", "dated_by", "caveats", "source"},
              {}};
  for (const v1::MeasureDefinition& definition : response.measures()) {
    table.rows.push_back({definition.id(), absl::StrCat(definition.version()), definition.name(),
                          UnitWords(definition), definition.definition(), definition.dated_by(),
                          definition.caveats(), definition.source()});
  }
  return table;
}

}  // namespace serieslink::cli
