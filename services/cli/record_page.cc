#include "services/cli/record_page.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/cli/field_facts.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

// What a version is, in words.
const char* KindOf(const ingest::v1::RecordVersion& version, bool was_stale) {
  if (version.is_undo()) return version.is_withdrawal() ? "undone: withdrawn" : "undone: as before";
  if (version.is_withdrawal()) return "withdrawal";
  return was_stale ? "stale on arrival" : "record";
}

Table VersionsTable(const ingest::v1::GetRecordResponse& response) {
  Table table{{"version", "stands from revision", "until", "received", "kind", "because"}, {}};
  for (const ingest::v1::RecordVersion& version : response.versions()) {
    const bool was_stale =
        version.to_revision() != 0 && version.to_revision() == version.from_revision();
    table.rows.push_back(
        {version.has_source_version() ? absl::StrCat(version.source_version()) : "",
         absl::StrCat(version.from_revision()),
         version.to_revision() == 0 ? "" : absl::StrCat(version.to_revision()),
         TimestampText(version.received_time()), KindOf(version, was_stale),
         version.withdrawal_reason()});
  }
  return table;
}

// Facts under a heading, of a message that says anything.
void WriteMessage(Page& page, const std::string& heading,
                  const google::protobuf::Message& message) {
  const auto facts = FactsOf(message);
  if (facts.empty()) return;
  page.Heading(heading);
  for (const auto& [name, value] : facts) page.Fact(name, value);
}

template <typename List>
void WriteList(Page& page, const char* what, const List& list) {
  for (int i = 0; i < list.size(); ++i) {
    WriteMessage(page, absl::StrCat(what, " ", i + 1, " of ", list.size()), list[i]);
  }
}

void WritePage(const ingest::v1::GetRecordResponse& response, int width_columns,
               std::ostream& out) {
  const record::v1::Record& record = response.record();
  Page page(width_columns, out);
  page.Title(absl::StrCat("Record ", response.record_id()));
  if (!response.has_record()) {
    page.Fact("state", "withdrawn");
    if (!response.versions().empty()) {
      page.Fact("because", response.versions().rbegin()->withdrawal_reason());
    }
  } else {
    // How it may be handled comes before what it says.
    type::v1::Handling handling = record.handling();
    page.Fact("classification", EnumWords(handling, "classification"));
    handling.clear_classification();
    for (const auto& [name, value] : FactsOf(handling)) {
      page.Fact(name == "code" ? "handling code" : name, value);
    }
    if (record.has_grading()) page.Fact("grading", LineOf(record.grading()));
    page.Fact("visibility", EnumWords(record, "visibility"));
    page.Fact("agency", record.source().agency());
    page.Fact("source",
              absl::StrCat(record.source().source_system(), " ", record.source().source_id()));
    // All else, in the order of the protocol; what has parts of its own comes below.
    record::v1::Record rest = record;
    rest.clear_handling();
    rest.clear_grading();
    rest.clear_visibility();
    rest.clear_source();
    rest.clear_event();
    rest.clear_exhibits();
    rest.clear_findings();
    rest.clear_inferred_weapons();
    rest.clear_persons();
    rest.clear_judicial_outcomes();
    for (const auto& [name, value] : FactsOf(rest)) page.Fact(name, value);
  }
  page.Fact("as at revision", absl::StrCat(response.revision()));
  WriteMessage(page, "Event", record.event());
  for (int i = 0; i < record.exhibits_size(); ++i) {
    WriteMessage(page,
                 absl::StrCat("Exhibit ", i + 1, " of ", record.exhibits_size(),
                              i < response.exhibit_ids_size() ? ": " : "",
                              i < response.exhibit_ids_size() ? response.exhibit_ids(i) : ""),
                 record.exhibits(i));
  }
  WriteList(page, "Finding", record.findings());
  WriteList(page, "Inferred weapon", record.inferred_weapons());
  WriteList(page, "Person", record.persons());
  WriteList(page, "Judicial outcome", record.judicial_outcomes());
  page.Section("Versions", VersionsTable(response));
}

}  // namespace

void WriteRecord(const ingest::v1::GetRecordResponse& response, Format format, int width_columns,
                 std::ostream& out) {
  switch (format) {
    case Format::kJson:
      out << JsonOf(response, true) << '\n';
      return;
    case Format::kCsv:
      WriteCsv(VersionsTable(response), out);
      return;
    case Format::kTable:
      WritePage(response, width_columns, out);
      return;
  }
}

bool WriteWithdrawal(const ingest::v1::Acknowledgement& acknowledgement, Format format,
                     std::ostream& out) {
  const std::string outcome = EnumWords(acknowledgement, "outcome");
  const Table table{
      {"record", "outcome", "revision"},
      {{acknowledgement.record_id(), outcome, absl::StrCat(acknowledgement.revision())}}};
  if (format == Format::kJson) {
    out << JsonOf(acknowledgement, true) << '\n';
  } else if (format == Format::kCsv) {
    WriteCsv(table, out);
  } else {
    out << acknowledgement.record_id() << ' ' << outcome;
    if (acknowledgement.revision() > 0) out << " at revision " << acknowledgement.revision();
    out << '\n';
    for (const auto& violation : acknowledgement.violations()) {
      out << "  " << violation.field() << ": " << violation.description() << '\n';
    }
  }
  return acknowledgement.outcome() != ingest::v1::OUTCOME_REJECTED;
}

}  // namespace serieslink::cli
