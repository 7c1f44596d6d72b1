#include "services/cli/summary_changes_page.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/summary_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

namespace v1 = ::serieslink::summary::v1;

// What a person is shown of one figure's units; CSV and JSON have all.
constexpr int kUnitsShownMax = 12;

std::string ChangedName(const SummaryChanges& changes, const v1::ChangedFigure& figure) {
  for (const v1::MeasureDefinition& one : changes.head.definitions()) {
    if (one.id() == figure.measure_id()) return one.name();
  }
  return figure.measure_id();
}

std::string PeriodLabel(const SummaryChanges& changes, const v1::ChangedFigure& figure) {
  return figure.period() < changes.head.periods_size()
             ? changes.head.periods(figure.period()).label()
             : "";
}

std::string PartOf(const v1::ChangedFigure& figure) {
  if (!figure.category().empty()) return figure.category();
  if (!figure.has_row()) return "total";
  return absl::StrCat(EnumWords(figure, "dimension"), ": ", RowName(figure.row()));
}

std::string TimesText(const v1::TimeFigure& figure) {
  std::string text = absl::StrCat("n ", Grouped(figure.counted()));
  for (const v1::Quantile& quantile : figure.quantiles()) {
    if (quantile.share() == 0.5) {
      absl::StrAppendFormat(&text, ", half within %.1f to %.1f days", quantile.low_days(),
                            quantile.high_days());
    }
  }
  if (figure.unknown() > 0) absl::StrAppend(&text, ", ", Grouped(figure.unknown()), " unknown");
  return text;
}

// "#3 +1", or "#3" where no sum is made.
std::string ContributionText(const v1::UnitContribution& one) {
  std::string text = absl::StrCat("#", one.unit());
  const auto add = [&](std::int64_t amount, const char* words) {
    if (amount != 0) absl::StrAppendFormat(&text, " %+d%s", amount, words);
  };
  add(one.counted(), "");
  add(one.undetermined(), " not determined");
  add(one.straddling(), " straddling");
  add(one.undated(), " undated");
  return text;
}

std::string ContributionsText(const v1::ChangedFigure& figure) {
  std::vector<std::string> texts;
  for (const v1::UnitContribution& one : figure.contributions()) {
    if (static_cast<int>(texts.size()) == kUnitsShownMax) {
      texts.push_back(
          absl::StrCat("and ", Grouped(figure.contributions_size() - kUnitsShownMax), " more"));
      break;
    }
    texts.push_back(ContributionText(one));
  }
  return absl::StrJoin(texts, ", ");
}

std::string OtherCauses(const v1::ChangedUnit& unit) {
  std::vector<std::string> causes;
  if (unit.by_guard()) causes.push_back("the frequency guard");
  for (const int generation : unit.by_generations()) {
    causes.push_back(absl::StrCat("generation ", generation, " of the rules"));
  }
  if (causes.empty() && unit.changes().empty()) {
    causes.push_back("records that you may not see");
  }
  return absl::StrJoin(causes, ", ");
}

std::string KnownText(std::int64_t revision, bool has_time,
                      const google::protobuf::Timestamp& time) {
  return absl::StrCat("revision ", revision,
                      has_time ? absl::StrCat(", ", TimestampText(time)) : "");
}

std::vector<std::string> CountCells(const v1::Count& count) {
  return {absl::StrCat(count.counted()), absl::StrCat(count.undetermined()),
          absl::StrCat(count.straddling()), absl::StrCat(count.undated())};
}

}  // namespace

void AddPart(const v1::CompareSummariesResponse& part, SummaryChanges& changes) {
  if (part.has_head()) changes.head = part.head();
  if (part.has_unit()) {
    const bool goes_on =
        !changes.units.empty() && changes.units.back().number() == part.unit().number();
    if (goes_on) {
      changes.units.back().mutable_changes()->MergeFrom(part.unit().changes());
    } else {
      changes.units.push_back(part.unit());
    }
  }
  if (part.has_figure()) {
    if (part.figure().is_continuation() && !changes.figures.empty()) {
      changes.figures.back().mutable_contributions()->MergeFrom(part.figure().contributions());
    } else {
      changes.figures.push_back(part.figure());
    }
  }
}

void WriteChangesText(const SummaryChanges& changes, int width_columns, std::ostream& out) {
  Page page(width_columns, out);
  const v1::ComparisonHead& head = changes.head;
  page.Title(absl::StrCat("What became of ",
                          head.periods_size() > 0 ? head.periods(0).label() : std::string()));
  page.Fact("earlier", KnownText(head.earlier_revision(), head.has_earlier_known_at(),
                                 head.earlier_known_at()));
  page.Fact("later",
            KnownText(head.later_revision(), head.has_later_known_at(), head.later_known_at()));
  if (changes.figures.empty()) {
    page.Paragraph("No figure differs.");
  } else {
    page.Paragraph(absl::StrCat(
        Grouped(head.changed_figures()), " figures differ, through ", Grouped(head.changed_units()),
        " events and weapons that count in another way. Each has a number, with # before it, and "
        "below the records that came between."));
  }
  Table figures{{"figure", "period", "was", "is", "through"}, {}};
  for (const v1::ChangedFigure& figure : changes.figures) {
    const bool is_time = figure.has_later_times();
    figures.rows.push_back(
        {absl::StrCat(ChangedName(changes, figure), ", ", PartOf(figure)),
         PeriodLabel(changes, figure),
         is_time ? TimesText(figure.earlier_times()) : CountText(figure.earlier()),
         is_time ? TimesText(figure.later_times()) : CountText(figure.later()),
         ContributionsText(figure)});
  }
  page.Section("Figures that differ", figures);
  Table units{{"#", "what", "record", "version", "did", "revision", "when"}, {}};
  for (const v1::ChangedUnit& unit : changes.units) {
    const std::string number = absl::StrCat(unit.number());
    const std::string what = EnumWords(unit, "unit");
    for (const v1::RecordChange& change : unit.changes()) {
      units.rows.push_back(
          {number, what, change.record(),
           change.has_source_version() ? absl::StrCat(change.source_version()) : "",
           EnumWords(change, "kind"), absl::StrCat(change.revision()),
           TimestampText(change.time())});
    }
    const std::string others = OtherCauses(unit);
    if (!others.empty()) units.rows.push_back({number, what, "", "", others, "", ""});
  }
  page.Section("What came between", units);
  if (head.opened_records() > 0) {
    page.Paragraph(absl::StrCat(
        Grouped(head.opened_records()),
        " records count on both sides that were hidden from you at the earlier revision: a summary "
        "that was made then lacks them. The first: ",
        absl::StrJoin(head.opened_record_ids().begin(),
                      head.opened_record_ids().begin() + std::min(5, head.opened_record_ids_size()),
                      ", "),
        "."));
  }
  if (head.unresolved_exhibits() > 0) {
    page.Paragraph(absl::StrCat(Grouped(head.unresolved_exhibits()),
                                " exhibits hang together by more evidence than one call holds: "
                                "their weapons are not compared."));
  }
}

Table ChangeRows(const SummaryChanges& changes) {
  Table table{{"measure",
               "version",
               "part",
               "key",
               "name",
               "boundary_year",
               "period",
               "earlier_counted",
               "earlier_undetermined",
               "earlier_straddling",
               "earlier_undated",
               "later_counted",
               "later_undetermined",
               "later_straddling",
               "later_undated",
               "event_or_weapon",
               "unit",
               "counted_change",
               "undetermined_change",
               "straddling_change",
               "undated_change",
               "record",
               "record_version",
               "did",
               "revision",
               "time"},
              {}};
  for (const v1::ChangedFigure& figure : changes.figures) {
    std::vector<std::string> front = {
        figure.measure_id(),
        absl::StrCat(figure.measure_version()),
        !figure.category().empty() ? "kind"
        : figure.has_row()         ? EnumWords(figure, "dimension")
                                   : "total",
        figure.has_row() ? figure.row().key() : figure.category(),
        figure.has_row() ? figure.row().name() : "",
        figure.row().boundary_year() == 0 ? "" : absl::StrCat(figure.row().boundary_year()),
        PeriodLabel(changes, figure)};
    const bool is_time = figure.has_later_times();
    const auto add = [&](const v1::Count& count, const v1::TimeFigure& times) {
      std::vector<std::string> cells =
          is_time ? std::vector<std::string>{absl::StrCat(times.counted()),
                                             absl::StrCat(times.unknown()), "", ""}
                  : CountCells(count);
      front.insert(front.end(), cells.begin(), cells.end());
    };
    add(figure.earlier(), figure.earlier_times());
    add(figure.later(), figure.later_times());
    for (const v1::UnitContribution& one : figure.contributions()) {
      std::vector<std::string> row = front;
      const auto place = static_cast<std::size_t>(one.unit() - 1);
      const v1::ChangedUnit unit =
          place < changes.units.size() ? changes.units[place] : v1::ChangedUnit();
      row.insert(row.end(), {EnumWords(unit, "unit"), absl::StrCat(one.unit()),
                             absl::StrCat(one.counted()), absl::StrCat(one.undetermined()),
                             absl::StrCat(one.straddling()), absl::StrCat(one.undated())});
      const std::string others = OtherCauses(unit);
      if (unit.changes().empty() || !others.empty()) {
        table.rows.push_back(row);
        table.rows.back().insert(table.rows.back().end(), {"", "", others, "", ""});
      }
      for (const v1::RecordChange& change : unit.changes()) {
        table.rows.push_back(row);
        table.rows.back().insert(
            table.rows.back().end(),
            {change.record(),
             change.has_source_version() ? absl::StrCat(change.source_version()) : "",
             EnumWords(change, "kind"), absl::StrCat(change.revision()),
             TimestampText(change.time())});
      }
    }
  }
  return table;
}

}  // namespace serieslink::cli
