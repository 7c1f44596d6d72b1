#include "services/cli/life_page.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/border_page.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using firearm::v1::LifeEvent;
using firearm::v1::LifeMeasure;
using firearm::v1::LifeStory;

// "loss (stolen)", "disposal (destroyed, by …)".
std::string KindText(const LifeEvent& event) {
  std::vector<std::string> details;
  if (const std::string loss = EnumWords(event, "loss"); !loss.empty()) details.push_back(loss);
  if (event.is_cancelled()) details.push_back("found again");
  if (const std::string disposal = EnumWords(event, "disposal"); !disposal.empty()) {
    details.push_back(disposal);
  }
  if (!event.authority().empty()) details.push_back(absl::StrCat("by ", event.authority()));
  // What was kept can be asked about when it goes.
  if (event.event().kind() == record::v1::EVENT_KIND_DISPOSAL &&
      event.disposal() != record::v1::DISPOSAL_KIND_RETAINED) {
    details.push_back(event.has_clearance() ? "cleared" : "without clearance");
  }
  const std::string kind = EnumWords(event.event(), "kind");
  return details.empty() ? kind : absl::StrCat(kind, " (", absl::StrJoin(details, ", "), ")");
}

// "1 A" of each source that is graded; the scheme where it is not 3x5x2.
std::string GradingText(const LifeEvent& event) {
  std::set<std::string> grades;
  for (const firearm::v1::LifeSource& source : event.sources()) {
    const type::v1::Grading& grading = source.grading();
    if (grading.source().empty() && grading.information().empty()) continue;
    grades.insert(absl::StrCat(grading.source(), " ", grading.information(),
                               grading.scheme() == type::v1::GRADING_SCHEME_3X5X2
                                   ? ""
                                   : absl::StrCat(" (", EnumWords(grading, "scheme"), ")")));
  }
  return absl::StrJoin(grades, ", ");
}

std::string RecordsText(const LifeEvent& event) {
  return absl::StrJoin(event.sources(), ", ", [](std::string* out, const auto& source) {
    absl::StrAppend(out, source.record_id());
    if (source.has_source_version()) absl::StrAppend(out, " version ", source.source_version());
  });
}

std::string AgenciesText(const LifeEvent& event) {
  std::set<std::string> agencies;
  for (const firearm::v1::LifeSource& source : event.sources()) agencies.insert(source.agency());
  return absl::StrJoin(agencies, ", ");
}

Table EventsTable(const LifeStory& story) {
  Table table{{"when", "what", "where", "agencies", "tied by", "grading", "event", "records"}, {}};
  for (const LifeEvent& event : story.events()) {
    table.rows.push_back({DateText(event.event().occurred()), KindText(event),
                          PlaceText(event.event().place()), AgenciesText(event),
                          EnumWords(event, "tied_by"), GradingText(event), event.event().event_id(),
                          RecordsText(event)});
  }
  return table;
}

Table LossesTable(const LifeStory& story) {
  Table table{{"loss", "kind", "now", "how it came to that", "what cannot be"}, {}};
  for (const firearm::v1::LossCase& one : story.loss_cases()) {
    const std::string steps =
        absl::StrJoin(one.steps(), " -> ", [](std::string* out, const auto& step) {
          absl::StrAppend(out, step.is_found() ? "found again" : EnumWords(step, "state"));
          if (step.has_found()) absl::StrAppend(out, " ", DateText(step.found()));
          if (step.order_is_uncertain()) out->append(" (order not certain)");
        });
    // Found again, unless something is known since.
    const bool is_found = !one.steps().empty() && one.steps().rbegin()->is_found();
    table.rows.push_back(
        {absl::StrJoin(one.loss_events(), ", "), EnumWords(one, "kind"),
         absl::StrCat(is_found ? "cancelled: found again" : EnumWords(one, "state"),
                      one.order_is_uncertain() ? ", order not certain" : ""),
         steps,
         absl::StrJoin(one.contradictions(), "; ", [](std::string* out, const auto& contradiction) {
           out->append(contradiction.explanation());
         })});
  }
  return table;
}

// "12 h", "3.5 days", "214 days": down to the unit, or up to it where it is the most that it can
// be.
std::string DurationText(std::int64_t seconds, bool is_most) {
  constexpr std::int64_t kHourSeconds = 3'600;
  constexpr std::int64_t kDaySeconds = 24 * kHourSeconds;
  const auto in = [&](std::int64_t unit_s) {
    return seconds / unit_s + (is_most && seconds % unit_s != 0 ? 1 : 0);
  };
  if (seconds == 0) return "0";
  if (seconds < kDaySeconds) return absl::StrCat(in(kHourSeconds), " h");
  if (seconds < 10 * kDaySeconds) {
    const std::int64_t tenths = in(kDaySeconds / 10);
    return absl::StrCat(tenths / 10, ".", tenths % 10, " days");
  }
  return absl::StrCat(Grouped(in(kDaySeconds)), " days");
}

// What it runs between: events, a stage of an exhibit, a record; one of them alone where it runs
// between stages of one.
std::string FromToText(const LifeMeasure& measure) {
  std::vector<std::string> ends;
  for (const std::string& end :
       {measure.from_event(), measure.to_event(), measure.exhibit_id(), measure.to_record()}) {
    if (!end.empty()) ends.push_back(end);
  }
  return absl::StrJoin(ends, " to ");
}

Table MeasuresTable(const LifeStory& story) {
  Table table{{"time", "at least", "at most", "between", "remark"}, {}};
  for (const LifeMeasure& measure : story.measures()) {
    table.rows.push_back(
        {EnumWords(measure, "kind"), DurationText(measure.minimum_s(), false),
         measure.has_maximum_s() ? DurationText(measure.maximum_s(), true) : "no bound",
         FromToText(measure), measure.order_is_uncertain() ? "order not certain" : ""});
  }
  return table;
}

// A custody without an end goes on, unless somebody is named to whom the gun went.
std::string UntilText(const record::v1::Custody& custody) {
  if (!custody.has_until() && custody.released_to().empty()) return "still held";
  return DateText(custody.until());
}

Table CustodyTable(const LifeStory& story) {
  Table table{{"holder", "from", "until", "released to", "exhibit"}, {}};
  for (const firearm::v1::LifeCustody& one : story.custody()) {
    table.rows.push_back({one.custody().holder(), DateText(one.custody().from()),
                          UntilText(one.custody()), one.custody().released_to(), one.exhibit_id()});
  }
  return table;
}

Table LegalClassesTable(const LifeStory& story) {
  Table table{{"legal class", "as of", "basis", "assessed by", "accreditation", "exhibit"}, {}};
  for (const firearm::v1::LifeLegalClass& one : story.legal_classes()) {
    const record::v1::LegalClassAssessment& assessment = one.assessment();
    table.rows.push_back({EnumWords(assessment, "legal_class"), DateText(assessment.as_of()),
                          assessment.basis(), assessment.assessed_by(),
                          EnumWords(assessment, "accreditation"), one.exhibit_id()});
  }
  return table;
}

Table SistersTable(const LifeStory& story) {
  Table table{{"when", "parts", "agency", "named by", "record"}, {}};
  for (const firearm::v1::SisterSeizure& one : story.sister_seizures()) {
    table.rows.push_back({DateText(one.occurred()), absl::StrJoin(one.part_kinds(), ", "),
                          one.agency(), one.named_by(), one.record_id()});
  }
  return table;
}

Table AlterationsTable(const LifeStory& story) {
  Table table{{"change", "before", "after", "explanation"}, {}};
  for (const firearm::v1::LifeAlteration& one : story.alterations()) {
    table.rows.push_back(
        {EnumWords(one, "kind"), one.before_exhibit(), one.after_exhibit(), one.explanation()});
  }
  return table;
}

Table RemarksTable(const LifeStory& story, bool is_contradiction) {
  Table table{{"explanation", "events", "exhibits"}, {}};
  for (const firearm::v1::LifeRemark& one : story.remarks()) {
    if (one.is_contradiction() != is_contradiction) continue;
    table.rows.push_back({one.explanation(), absl::StrJoin(one.events(), ", "),
                          absl::StrJoin(one.exhibits(), ", ")});
  }
  return table;
}

void WritePage(const firearm::v1::TraceFirearmResponse& response, int width_columns,
               std::ostream& out) {
  const LifeStory& story = response.story();
  Page page(width_columns, out);
  page.Title(absl::StrCat("Life of weapon ", story.weapon_id()));
  page.Fact("series", story.series_id());
  page.Fact("now", EnumWords(story, "state"));
  std::string basis = EnumWords(story, "floor");
  if (story.floor() == record::v1::BASIS_RULE) basis += " (same number, not examined)";
  page.Fact("holds together by", basis);
  page.Fact("as at revision", absl::StrCat(response.revision()));
  page.Fact("shown in part", absl::StrJoin(story.abridged(), ", "));
  page.Section("Events", EventsTable(story));
  page.Section("What cannot be", RemarksTable(story, true));
  page.Section("What is missing", RemarksTable(story, false));
  page.Section("Losses", LossesTable(story));
  page.Section("Times", MeasuresTable(story));
  page.Section("Custody", CustodyTable(story));
  page.Section("Legal classes", LegalClassesTable(story));
  page.Section("Changes to the gun", AlterationsTable(story));
  page.Section("Parts sent apart", SistersTable(story));
  page.Heading("Supply");
  AddSupply(story.supply(), page);
}

}  // namespace

void WriteLifeStory(const firearm::v1::TraceFirearmResponse& response, Format format,
                    int width_columns, std::ostream& out) {
  switch (format) {
    case Format::kJson:
      out << JsonOf(response, true) << '\n';
      return;
    case Format::kCsv:
      WriteCsv(EventsTable(response.story()), out);
      return;
    case Format::kTable:
      WritePage(response, width_columns, out);
      return;
  }
}

}  // namespace serieslink::cli
