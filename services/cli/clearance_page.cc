#include "services/cli/clearance_page.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {

void WriteClearance(const firearm::v1::ClearFirearmResponse& response, Format format,
                    int width_columns, std::ostream& out) {
  const std::string& name =
      response.series_id().empty() ? response.weapon_id() : response.series_id();
  if (format == Format::kJson) {
    out << JsonOf(response, true) << std::endl;
    return;
  }
  if (format == Format::kCsv) {
    Table table{
        {"weapon", "clear", "code", "revision", "against", "explanation", "ids", "valid_until"},
        {}};
    const std::string revision = absl::StrCat(response.revision());
    for (const firearm::v1::ClearanceBlocker& one : response.blockers()) {
      table.rows.push_back({name, "no", response.code(), revision, EnumWords(one, "kind"),
                            one.explanation(), absl::StrJoin(one.ids(), " "), ""});
    }
    if (response.is_clear()) {
      table.rows.push_back(
          {name, "yes", response.code(), revision, "", "", "", response.valid_until()});
    }
    WriteCsv(table, out);
    return;
  }
  Page page(width_columns, out);
  page.Title(absl::StrCat(
      name, response.is_clear() ? ": nothing known here stands against it" : ": not clear"));
  page.Fact("Code", response.code());
  page.Fact("Clears until", response.valid_until());
  page.Fact("Revision", absl::StrCat(response.revision()));
  Table blockers{{"against", "explanation", "ids"}, {}};
  for (const firearm::v1::ClearanceBlocker& one : response.blockers()) {
    blockers.rows.push_back(
        {EnumWords(one, "kind"), one.explanation(), absl::StrJoin(one.ids(), " ")});
  }
  page.Section("What stands against it", blockers);
  Table disposals{{"disposal", "when", "event", "cleared"}, {}};
  for (const firearm::v1::ClearedDisposal& one : response.disposals()) {
    disposals.rows.push_back(
        {EnumWords(one, "kind"), one.has_occurred() ? SpanText(one.occurred()) : "", one.event_id(),
         one.has_clearance()                                ? "yes"
         : one.kind() == record::v1::DISPOSAL_KIND_RETAINED ? "kept"
                                                            : "without clearance"});
  }
  page.Section("Disposals", disposals);
}

void WriteCheckedClearance(const firearm::v1::CheckClearanceResponse& response, Format format,
                           int width_columns, std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << std::endl;
    return;
  }
  const std::string genuine = response.is_genuine() ? "yes" : "no";
  const std::string clear = response.is_clear() ? "yes" : "no";
  const std::string revision =
      response.is_genuine() ? absl::StrCat(response.revision()) : std::string();
  if (format == Format::kCsv) {
    WriteCsv({{"genuine", "clear", "revision", "answered_on", "valid_until", "expired", "agency"},
              {{genuine, clear, revision, response.answered_on(), response.valid_until(),
                response.is_expired() ? "yes" : "no", response.agency()}}},
             out);
    return;
  }
  Page page(width_columns, out);
  if (!response.is_genuine()) {
    page.Title("No answer for this gun and purpose that you may see has this code");
    return;
  }
  page.Title(!response.is_clear()    ? "Genuine: the answer was not clear"
             : response.is_expired() ? "Genuine, and expired: ask again before the gun goes"
                                     : "Genuine: the answer was clear");
  page.Fact("Asked by", response.agency());
  page.Fact("Revision", revision);
  page.Fact("Answered on", response.answered_on());
  page.Fact("Clears until", response.valid_until());
}

}  // namespace serieslink::cli
