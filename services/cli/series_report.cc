#include "services/cli/series_report.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/series_page.h"
#include "services/cli/summary_html.h"
#include "services/cli/summary_map.h"
#include "services/cli/table.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using linkage::v1::Finding;
using series::v1::Series;

// A part of the report, for either form.
struct ReportPart {
  std::string heading;
  std::vector<std::string> paragraphs{};
  std::string table_heading{};
  Table table{};
};

std::string ReportName(const Series& series) {
  return series.series_id().empty() ? series.weapon_id() : series.series_id();
}

// "3 incidents".
std::string CountPhrase(int count, std::string_view one) {
  return absl::StrCat(count, " ", absl::string_view(one.data(), one.size()), count == 1 ? "" : "s");
}

const char* StatusWords(const Series& series) {
  switch (series.status()) {
    case series::v1::SERIES_STATUS_RECOVERED:
      return "The gun was in hand.";
    case series::v1::SERIES_STATUS_USED_AFTER_RECOVERY:
      return "The gun was in hand, and an incident can have happened only after that.";
    default:
      return "No record says that a gun was ever in hand: the weapon is inferred.";
  }
}

ReportPart ScopePart(const SeriesReport& report) {
  const series::v1::AnswerMark& mark = report.explained.mark();
  ReportPart part{.heading = "What this is"};
  const bool is_for_another = !report.partner.empty() && report.partner != mark.agency();
  part.paragraphs.push_back(
      absl::StrCat("As it was known at revision ", report.explained.revision(), ", ",
                   TimestampText(mark.revision_time()), ". ",
                   is_for_another ? absl::StrCat("It was made by ", mark.agency(), " for ",
                                                 report.partner, " and holds what both may see.")
                                  : absl::StrCat("It holds what ", mark.agency(), " may see.")));
  part.paragraphs.push_back(
      "The same gun is not the same person: nothing here says who had it, and nothing about "
      "persons "
      "is carried from one incident to another.");
  part.paragraphs.push_back(absl::StrCat("Digest of the answer: ", mark.digest()));
  return part;
}

ReportPart NarrativePart(const Series& series) {
  ReportPart part{.heading = "What happened"};
  std::string lead = absl::StrCat(ReportName(series), " is one weapon that is told of by ",
                                  CountPhrase(series.exhibit_count(), "exhibit"), " at ",
                                  CountPhrase(series.event_count(), "event"), ", ",
                                  CountPhrase(series.incident_count(), "incident"), " among them");
  if (series.has_incidents_span()) {
    absl::StrAppend(&lead, ", ", SpanText(series.incidents_span()));
  }
  absl::StrAppend(&lead, ". Records are of ", absl::StrJoin(series.agencies(), ", "), ". ",
                  StatusWords(series));
  part.paragraphs.push_back(std::move(lead));
  for (const series::v1::Event& event : series.events()) {
    const std::string when = DateText(event.occurred());
    std::string told =
        absl::StrCat(when.empty() ? "Date not known" : when, ": ", EnumWords(event, "kind"));
    if (const std::string place = PlaceText(event.place()); !place.empty()) {
      absl::StrAppend(&told, ", ", place);
    }
    absl::StrAppend(&told, " (", event.event_id(), "). Told by ",
                    absl::StrJoin(event.agencies(), ", "), ".");
    std::vector<std::string> seen;
    for (const series::v1::Exhibit& exhibit : series.exhibits()) {
      if (exhibit.event_id() != event.event_id()) continue;
      std::string one = EnumWords(exhibit, "kind");
      const std::string description = DescriptionText(exhibit.exhibit());
      if (!description.empty()) absl::StrAppend(&one, " (", description, ")");
      seen.push_back(absl::StrCat(one, " ", exhibit.exhibit_id()));
    }
    if (!seen.empty()) absl::StrAppend(&told, " Seen there: ", absl::StrJoin(seen, "; "), ".");
    part.paragraphs.push_back(std::move(told));
  }
  return part;
}

void AddFindingRows(const char* role, const google::protobuf::RepeatedPtrField<Finding>& findings,
                    Table& table) {
  for (const Finding& finding : findings) {
    std::string examined = finding.has_examined() ? DateText(finding.examined()) : "";
    if (const std::string stage = EnumWords(finding, "stage"); !stage.empty()) {
      absl::StrAppend(&examined, examined.empty() ? "" : ", ", stage);
    }
    table.rows.push_back({role, finding.first_exhibit(), finding.second_exhibit(),
                          EnumWords(finding, "channel"), EnumWords(finding, "verdict"),
                          BasisText(finding), examined, finding.finding_id()});
  }
}

ReportPart EvidencePart(const SeriesReport& report) {
  const linkage::v1::SeriesExplanation& explanation = report.explained.explanation();
  ReportPart part{.heading = "On what it rests"};
  if (!explanation.summary().empty()) {
    part.paragraphs.push_back(absl::StrJoin(explanation.summary(), " "));
  }
  part.paragraphs.push_back(absl::StrCat(
      "Findings that hold it together: ", explanation.joining_count(),
      "; that support it beyond those: ", explanation.supporting_count(),
      "; that stand against it or keep others apart: ", explanation.contrary_count(), "."));
  part.table_heading = "Findings";
  part.table.headings = {"what it does", "first", "second",   "channel",
                         "verdict",      "basis", "examined", "finding"};
  AddFindingRows("holds together", explanation.joining(), part.table);
  AddFindingRows("supports", explanation.supporting(), part.table);
  AddFindingRows("stands against", explanation.contrary(), part.table);
  return part;
}

ReportPart FloorPart(const Series& series) {
  ReportPart part{.heading = "How much it bears"};
  const std::string floor = FloorText(series);
  part.paragraphs.push_back(
      floor.empty()
          ? "Floor: nothing is joined but test-fires with their guns."
          : absl::StrCat("Floor, the weakest basis that it cannot do without: ", floor, "."));
  if (const std::string bridge = BridgeText(series); !bridge.empty()) {
    part.paragraphs.push_back(absl::StrCat("Where it would come apart first: ", bridge, "."));
  }
  part.table_heading = "To be looked into before relying on it";
  part.table = FlagsTable(series);
  return part;
}

// Whether any of the exhibits has a gun of which `says` is true.
template <typename Says>
bool AnyGun(const Series& series, Says says) {
  return std::any_of(series.exhibits().begin(), series.exhibits().end(),
                     [&](const series::v1::Exhibit& one) { return says(one.exhibit().firearm()); });
}

ReportPart UnknownPart(const SeriesReport& report) {
  const Series& series = report.explained.series();
  const linkage::v1::SeriesExplanation& explanation = report.explained.explanation();
  ReportPart part{.heading = "What is not known"};
  const auto add = [&](std::string text) { part.paragraphs.push_back(std::move(text)); };
  if (series.status() == series::v1::SERIES_STATUS_INFERRED) {
    add("Which gun it is: none was ever in hand, as far as records say.");
  }
  if (!AnyGun(series, [](const auto& gun) { return gun.confirmed_types_size() > 0; })) {
    add("Of what type it is: no examination that is listed says.");
  }
  if (!AnyGun(series, [](const auto& gun) {
        return std::any_of(gun.serials().begin(), gun.serials().end(),
                           [](const auto& serial) { return !serial.text().empty(); });
      })) {
    add("Its number: none is listed.");
  }
  int undated = 0;
  int unplaced = 0;
  for (const series::v1::Event& event : series.events()) {
    undated += !event.occurred().has_earliest() || !event.occurred().has_latest();
    unplaced += PlaceText(event.place()).empty();
  }
  if (undated > 0) add(absl::StrCat("When: events with an open date: ", undated, "."));
  if (unplaced > 0) add(absl::StrCat("Where: events of which no record says: ", unplaced, "."));
  if (series.floor() == record::v1::BASIS_RULE) {
    add("Whether an examination would confirm it: part of it rests on a number that is the same, "
        "and "
        "nobody has compared what the guns left.");
  }
  if (explanation.undecided_count() > 0) {
    add(
        absl::StrCat("What is undecided between its exhibits (leads, comparisons without a result, "
                     "statements that were taken back): ",
                     explanation.undecided_count(), "."));
  }
  if (explanation.stale_count() > 0) {
    add(absl::StrCat(
        "Confirmed findings that are to be stated again, since a record no longer has the "
        "exhibit: ",
        explanation.stale_count(), "."));
  }
  if (explanation.conflict_count() > 0) {
    add(absl::StrCat("What is right where its evidence contradicts itself, or kept others out: ",
                     CountPhrase(explanation.conflict_count(), "conflict"), "."));
  }
  std::vector<std::string> cut(series.abridged().begin(), series.abridged().end());
  cut.insert(cut.end(), explanation.abridged().begin(), explanation.abridged().end());
  if (!cut.empty()) {
    add(absl::StrCat("Not all is listed here of: ", absl::StrJoin(cut, ", "),
                     ". Counts are of all."));
  }
  add("Beyond this nothing is said: who had the gun, where it was between its events, and whether "
      "there are records that the readers of this report may not see.");
  return part;
}

ReportPart HistoryPart(const Series& series) {
  ReportPart part{.heading = "How it came to be known"};
  part.table_heading = "Changes";
  part.table.headings = {"when", "revision", "change", "exhibits", "incidents"};
  for (const series::v1::HistoryEntry& entry : series.history()) {
    part.table.rows.push_back({TimestampText(entry.time()), absl::StrCat(entry.revision()),
                               EnumWords(entry, "change"), absl::StrCat(entry.exhibit_count()),
                               absl::StrCat(entry.incident_count())});
  }
  return part;
}

std::vector<ReportPart> ReportParts(const SeriesReport& report) {
  const Series& series = report.explained.series();
  std::vector<ReportPart> parts;
  parts.push_back(ScopePart(report));
  parts.push_back(NarrativePart(series));
  parts.push_back(EvidencePart(report));
  parts.push_back(FloorPart(series));
  parts.push_back(UnknownPart(report));
  parts.push_back(HistoryPart(report.series));
  return parts;
}

std::string ReportTitle(const SeriesReport& report) {
  const std::string name = ReportName(report.explained.series());
  return report.partner.empty() ? absl::StrCat("Linked series ", name)
                                : absl::StrCat("Linked series ", name, " for ", report.partner);
}

}  // namespace

void WriteSeriesReportText(const SeriesReport& report, int width_columns, std::ostream& out) {
  Page page(width_columns, out);
  page.Title(ReportTitle(report));
  for (const ReportPart& part : ReportParts(report)) {
    page.Heading(part.heading);
    for (const std::string& paragraph : part.paragraphs) page.Paragraph(paragraph);
    page.Section(part.table_heading, part.table);
  }
}

void WriteSeriesReportHtml(const SeriesReport& report, std::ostream& out) {
  BeginReportHtml(ReportTitle(report), out);
  for (const ReportPart& part : ReportParts(report)) {
    out << "<h2>" << EscapeHtml(part.heading) << "</h2>\n";
    for (const std::string& paragraph : part.paragraphs) {
      out << "<p>" << EscapeHtml(paragraph) << "</p>\n";
    }
    if (part.table.rows.empty()) continue;
    out << "<table><caption>" << EscapeHtml(part.table_heading) << "</caption><thead><tr>";
    for (const std::string& heading : part.table.headings) {
      out << "<th scope=\"col\" class=\"words\">" << EscapeHtml(heading) << "</th>";
    }
    out << "</tr></thead><tbody>\n";
    for (const std::vector<std::string>& row : part.table.rows) {
      out << "<tr>";
      for (const std::string& cell : row) {
        out << "<td class=\"words\">" << EscapeHtml(cell) << "</td>";
      }
      out << "</tr>\n";
    }
    out << "</tbody></table>\n";
  }
  EndReportHtml(out);
}

}  // namespace serieslink::cli
