#include "services/cli/record_page.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

std::string ReferencesText(
    const google::protobuf::RepeatedPtrField<type::v1::CrimeReference>& references) {
  return absl::StrJoin(references, ", ", [](std::string* out, const auto& reference) {
    absl::StrAppend(out, reference.issuing_force(), " ", reference.number());
    if (reference.year() != 0) absl::StrAppend(out, "/", reference.year());
  });
}

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

Table ExhibitsTable(const ingest::v1::GetRecordResponse& response) {
  Table table{{"exhibit", "reference", "kind", "description", "serials"}, {}};
  for (int i = 0; i < response.record().exhibits_size(); ++i) {
    const record::v1::Exhibit& exhibit = response.record().exhibits(i);
    table.rows.push_back({i < response.exhibit_ids_size() ? response.exhibit_ids(i) : "",
                          exhibit.exhibit_reference(), EnumWords(exhibit, "kind"),
                          DescriptionText(exhibit), SerialsText(exhibit)});
  }
  return table;
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
    const record::v1::Event& event = record.event();
    page.Fact("agency", record.source().agency());
    page.Fact("source",
              absl::StrCat(record.source().source_system(), " ", record.source().source_id()));
    page.Fact("kind", EnumWords(record, "kind"));
    if (event.has_occurred()) page.Fact("occurred", DateText(event.occurred()));
    if (event.has_recorded()) page.Fact("recorded", DateText(event.recorded()));
    page.Fact("place", PlaceText(event.place()));
    page.Fact("crime references", ReferencesText(event.crime_references()));
    page.Fact("inquiry references", ReferencesText(event.inquiry_references()));
    page.Fact("visibility", EnumWords(record, "visibility"));
  }
  page.Fact("as at revision", absl::StrCat(response.revision()));
  page.Section("Exhibits", ExhibitsTable(response));
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
