#include "services/cli/series_page.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

std::string NameOf(const series::v1::Series& series) {
  return series.series_id().empty() ? series.weapon_id() : series.series_id();
}

// The finest name of each event's place that is wider than a street.
std::string AreasText(const series::v1::Series& series) {
  std::set<std::string> areas;
  for (const series::v1::Event& event : series.events()) {
    const type::v1::Place& place = event.place();
    for (const std::string* area :
         {&place.borough_code(), &place.police_force(), &place.locality(), &place.country_code()}) {
      if (area->empty()) continue;
      areas.insert(*area);
      break;
    }
  }
  return absl::StrJoin(areas, ", ");
}

Table EventsTable(const series::v1::Series& series) {
  Table table{{"event", "kind", "occurred", "place", "agencies", "records"}, {}};
  for (const series::v1::Event& event : series.events()) {
    table.rows.push_back({event.event_id(), EnumWords(event, "kind"), DateText(event.occurred()),
                          PlaceText(event.place()), absl::StrJoin(event.agencies(), ", "),
                          absl::StrJoin(event.records(), ", ")});
  }
  return table;
}

Table ExhibitsTable(const series::v1::Series& series) {
  Table table{{"exhibit", "kind", "description", "serials", "agency", "record", "event"}, {}};
  for (const series::v1::Exhibit& exhibit : series.exhibits()) {
    table.rows.push_back({exhibit.exhibit_id(), EnumWords(exhibit, "kind"),
                          DescriptionText(exhibit.exhibit()), SerialsText(exhibit.exhibit()),
                          exhibit.agency(), exhibit.record_id(), exhibit.event_id()});
  }
  return table;
}

// "RC-… version 3, RC-…".
std::string SourcesText(const linkage::v1::Finding& finding) {
  return absl::StrJoin(finding.sources(), ", ", [](std::string* out, const auto& source) {
    absl::StrAppend(out, source.record_id());
    if (source.has_source_version()) absl::StrAppend(out, " version ", source.source_version());
  });
}

Table FindingsTable(const google::protobuf::RepeatedPtrField<linkage::v1::Finding>& findings) {
  Table table{
      {"finding", "first", "second", "channel", "verdict", "basis", "examined", "rule", "records"},
      {}};
  for (const linkage::v1::Finding& finding : findings) {
    const std::string stage = EnumWords(finding, "stage");
    std::string examined = finding.has_examined() ? DateText(finding.examined()) : "";
    if (!stage.empty()) absl::StrAppend(&examined, examined.empty() ? "" : ", ", stage);
    table.rows.push_back({finding.finding_id(), finding.first_exhibit(), finding.second_exhibit(),
                          EnumWords(finding, "channel"), EnumWords(finding, "verdict"),
                          BasisText(finding), examined, finding.rule(), SourcesText(finding)});
  }
  return table;
}

Table ConflictsTable(const series::v1::Series& series) {
  Table table{{"conflict", "first", "second", "explanation"}, {}};
  for (const linkage::v1::Conflict& conflict : series.conflicts()) {
    table.rows.push_back({EnumWords(conflict, "kind"), conflict.first_exhibit(),
                          conflict.second_exhibit(), conflict.explanation()});
  }
  return table;
}

// "RC-…, RC-…, guard".
std::string CausesText(const series::v1::HistoryEntry& entry) {
  std::string text = absl::StrJoin(entry.causes(), ", ");
  if (entry.by_guard()) absl::StrAppend(&text, text.empty() ? "" : ", ", "guard");
  if (entry.by_generation() != 0) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", "generation ", entry.by_generation());
  }
  return text;
}

// The kinds of its flags, with commas.
std::string FlagsText(const series::v1::Series& series) {
  return absl::StrJoin(series.flags(), ", ", [](std::string* out, const series::v1::Flag& flag) {
    absl::StrAppend(out, EnumWords(flag, "kind"));
  });
}

Table HistoryTable(const series::v1::Series& series) {
  Table table{
      {"revision", "time", "change", "exhibits", "incidents", "because of", "other weapons"}, {}};
  for (const series::v1::HistoryEntry& entry : series.history()) {
    table.rows.push_back({absl::StrCat(entry.revision()), TimestampText(entry.time()),
                          EnumWords(entry, "change"), absl::StrCat(entry.exhibit_count()),
                          absl::StrCat(entry.incident_count()), CausesText(entry),
                          absl::StrJoin(entry.other_weapons(), ", ")});
  }
  return table;
}

void WritePage(const series::v1::GetSeriesResponse& response, int width_columns,
               std::ostream& out) {
  const series::v1::Series& series = response.series();
  Page page(width_columns, out);
  page.Title(series.series_id().empty()
                 ? absl::StrCat("Weapon ", series.weapon_id(), ", not a series")
                 : absl::StrCat("Series ", series.series_id()));
  page.Fact("weapon", series.weapon_id());
  page.Fact("status", EnumWords(series, "status"));
  page.Fact("incidents", absl::StrCat(series.incident_count()));
  page.Fact("events", absl::StrCat(series.event_count()));
  page.Fact("exhibits", absl::StrCat(series.exhibit_count()));
  page.Fact("agencies", absl::StrJoin(series.agencies(), ", "));
  if (series.has_incidents_span()) {
    page.Fact("first..last", SpanText(series.incidents_span()));
  }
  page.Fact("areas", AreasText(series));
  page.Fact("holds together by", FloorText(series));
  page.Fact("weakest bridge", BridgeText(series));
  page.Fact("as at revision", absl::StrCat(response.revision()));
  // Counts are of all; the lists below are not.
  page.Fact("shown in part", absl::StrJoin(series.abridged(), ", "));
  page.Section("Flags: look into these first", FlagsTable(series));
  page.Section("Events", EventsTable(series));
  page.Section("Exhibits", ExhibitsTable(series));
  page.Section("Findings", FindingsTable(series.findings()));
  page.Section("Findings to be stated again, which join nothing",
               FindingsTable(series.stale_findings()));
  page.Section("Conflicts", ConflictsTable(series));
  page.Section("History", HistoryTable(series));
}

}  // namespace

std::string FloorText(const series::v1::Series& series) {
  std::string basis = EnumWords(series, "floor");
  if (series.floor() == record::v1::BASIS_RULE) basis += " (same number, not examined)";
  return basis;
}

std::string BridgeText(const series::v1::Series& series) {
  if (!series.has_weakest_bridge()) return "";
  const series::v1::Bridge& bridge = series.weakest_bridge();
  return bridge.finding_count() == 1
             ? absl::StrCat("1 finding: without ", bridge.findings(0), " it is two weapons")
             : absl::StrCat(bridge.finding_count(), " findings: without them it is two weapons");
}

Table FlagsTable(const series::v1::Series& series) {
  Table table{{"flag", "explanation", "events", "exhibits"}, {}};
  for (const series::v1::Flag& flag : series.flags()) {
    table.rows.push_back({EnumWords(flag, "kind"), flag.explanation(),
                          absl::StrJoin(flag.events(), ", "),
                          absl::StrJoin(flag.exhibits(), ", ")});
  }
  return table;
}

Table SeriesTable(const std::vector<series::v1::Series>& all) {
  Table table{{"series", "incidents", "events", "exhibits", "agencies", "first..last", "areas",
               "status", "holds together by", "weakest bridge", "flags"},
              {}};
  for (const series::v1::Series& series : all) {
    table.rows.push_back(
        {NameOf(series), absl::StrCat(series.incident_count()), absl::StrCat(series.event_count()),
         absl::StrCat(series.exhibit_count()), absl::StrJoin(series.agencies(), ", "),
         series.has_incidents_span() ? SpanText(series.incidents_span()) : "", AreasText(series),
         EnumWords(series, "status"), EnumWords(series, "floor"),
         series.has_weakest_bridge() ? absl::StrCat(series.weakest_bridge().finding_count()) : "",
         FlagsText(series)});
  }
  return table;
}

void WriteSeries(const series::v1::GetSeriesResponse& response, Format format, int width_columns,
                 std::ostream& out) {
  switch (format) {
    case Format::kJson:
      out << JsonOf(response, true) << '\n';
      return;
    case Format::kCsv:
      WriteCsv(SeriesTable({response.series()}), out);
      return;
    case Format::kTable:
      WritePage(response, width_columns, out);
      return;
  }
}

}  // namespace serieslink::cli
