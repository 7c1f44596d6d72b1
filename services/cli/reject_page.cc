#include "services/cli/reject_page.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using ingest::v1::Reject;

std::string SourceText(const Reject& reject) {
  if (reject.source_id().empty()) return "";
  std::string text = absl::StrCat(reject.source_system(), " ", reject.source_id());
  if (reject.has_source_version()) absl::StrAppend(&text, " v", reject.source_version());
  return text;
}

std::string ProblemText(const Reject& reject) {
  if (reject.is_damaged()) {
    return "damaged in the server's store: send the record again and delete this";
  }
  if (reject.violations().empty()) return "";
  const ingest::v1::FieldViolation& first = reject.violations(0);
  std::string text = first.field().empty() ? first.description()
                                           : absl::StrCat(first.field(), ": ", first.description());
  if (reject.violations_size() > 1) {
    absl::StrAppend(&text, " (and ", reject.violations_size() - 1, " more)");
  }
  return text;
}

Table RejectTable(const std::vector<Reject>& rejects) {
  Table table{{"reject", "feed", "record", "last refused", "times", "problem"}, {}};
  for (const Reject& reject : rejects) {
    table.rows.push_back({reject.reject_id(), reject.feed(), SourceText(reject),
                          TimestampText(reject.last_received_time()),
                          absl::StrCat(reject.received_count()), ProblemText(reject)});
  }
  return table;
}

}  // namespace

void WriteRejects(const std::vector<Reject>& rejects, const ingest::v1::RejectTotals& totals,
                  Format format, int width_columns, std::ostream& out) {
  if (format == Format::kCsv) {
    WriteCsv(RejectTable(rejects), out);
    return;
  }
  if (format == Format::kJson) {
    out << "{\"rejects\":[";
    for (std::size_t i = 0; i < rejects.size(); ++i) {
      out << (i > 0 ? ",\n" : "\n") << JsonOf(rejects[i], false);
    }
    out << "\n],\"totals\":" << JsonOf(totals, false) << "}\n";
    return;
  }
  WriteTable(RejectTable(rejects), width_columns, out);
  out << Grouped(totals.kept_count()) << " kept of at most " << Grouped(totals.quota_count())
      << ", each for " << totals.kept_days() << " days\n";
  if (totals.dropped_count() > 0) {
    out << Grouped(totals.dropped_count()) << " older ones made room for newer ones, the last at "
        << TimestampText(totals.last_dropped_time()) << ": send their records again\n";
  }
}

void WriteReject(const Reject& reject, Format format, int width_columns, std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(reject, true) << '\n';
    return;
  }
  Table problems{{"field", "reason", "problem"}, {}};
  for (const ingest::v1::FieldViolation& violation : reject.violations()) {
    problems.rows.push_back(
        {violation.field(), EnumWords(violation, "reason"), violation.description()});
  }
  if (format == Format::kCsv) {
    WriteCsv(problems, out);
    return;
  }
  Page page(width_columns, out);
  page.Title(absl::StrCat("Reject ", reject.reject_id()));
  page.Fact("feed", reject.feed());
  page.Fact("record", SourceText(reject));
  page.Fact("sent by", reject.principal());
  page.Fact("first refused", TimestampText(reject.first_received_time()));
  page.Fact("last refused", TimestampText(reject.last_received_time()));
  page.Fact("times", absl::StrCat(reject.received_count()));
  page.Fact("bytes", absl::StrCat(reject.message_bytes()));
  page.Section("Problems", problems);
  if (reject.is_damaged()) {
    out << "\nIt is damaged in the server's store. Send the record again from its source, and\n"
           "delete this.\n";
  } else if (reject.has_message()) {
    out << "\nMessage\n" << JsonOf(reject.message(), true) << '\n';
  } else {
    out << "\nWhat was sent is no message; --format json shows its bytes in base64.\n";
  }
}

}  // namespace serieslink::cli
