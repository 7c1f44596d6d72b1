#include "services/cli/alert_page.h"

#include <algorithm>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

// Ids on a line for a person; --format json has all.
constexpr int kIdsShown = 4;

void AddFact(const char* name, const std::string& value, std::string& line) {
  if (!value.empty()) absl::StrAppend(&line, "  ", name, value);
}

std::string Ids(const google::protobuf::RepeatedPtrField<std::string>& ids) {
  const int shown = std::min(ids.size(), kIdsShown);
  std::string text = absl::StrJoin(ids.begin(), ids.begin() + shown, " ");
  if (shown < ids.size()) absl::StrAppend(&text, " and ", ids.size() - shown, " more");
  return text;
}

std::string WeaponOf(const alert::v1::Alert& alert) {
  return alert.series_id().empty() ? alert.weapon_id() : alert.series_id();
}

// Control characters would steer a terminal.
std::string Shown(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

std::string LineOf(const alert::v1::Alert& alert) {
  std::string line = absl::StrCat(TimestampText(alert.time()), "  ", EnumWords(alert, "kind"));
  AddFact("", WeaponOf(alert), line);
  if (alert.exhibit_count() > 0) {
    absl::StrAppend(&line, " (", alert.incident_count(), " incidents, ", alert.exhibit_count(),
                    " exhibits)");
  }
  AddFact("", alert.set_id(), line);
  if (alert.consignment_count() > 0) {
    absl::StrAppend(&line, " (", alert.consignment_count(), " consignments)");
  }
  AddFact("consignments ", Ids(alert.consignments()), line);
  AddFact("with ", Ids(alert.other_weapons()), line);
  AddFact("lost by ", absl::StrJoin(alert.losing_agencies(), ", "), line);
  AddFact("found by ", absl::StrJoin(alert.investigating_agencies(), ", "), line);
  if (alert.losing_agencies().empty()) {
    AddFact("of ", absl::StrJoin(alert.agencies(), ", "), line);
  }
  AddFact("events ", Ids(alert.events()), line);
  AddFact("exhibits ", Ids(alert.exhibits()), line);
  AddFact("by ", Ids(alert.causes()), line);
  AddFact("of enquiry ", alert.enquiry_id(), line);
  if (!alert.other_agency().empty()) {
    absl::StrAppend(&line, "  asked by ", alert.other_agency(), "/", alert.other_unit());
    AddFact("", alert.other_contact(), line);
  }
  AddFact("- ", alert.explanation(), line);
  if (alert.kind() == alert::v1::ALERT_KIND_QUERY_MATCHED && alert.exhibits().empty()) {
    absl::StrAppend(&line,
                    "  - more guns than are told of one commit: find them with firearm search "
                    "--after-revision ",
                    alert.revision() - 1);
  }
  return Shown(std::move(line));
}

}  // namespace

std::vector<std::string> AlertHeadings() {
  return {"alert_id",   "revision",      "time",       "kind",         "weapon_id", "series_id",
          "agencies",   "losing",        "finding",    "events",       "exhibits",  "causes",
          "others",     "contradiction", "set_id",     "consignments", "enquiry",   "other_agency",
          "other_unit", "other_contact", "explanation"};
}

void WriteAlert(const alert::v1::Alert& alert, Format format, std::ostream& out) {
  switch (format) {
    case Format::kJson:
      out << JsonOf(alert, false) << '\n';
      return;
    case Format::kTable:
      out << LineOf(alert) << '\n';
      return;
    case Format::kCsv:
      break;
  }
  const auto joined = [](const auto& items) { return absl::StrJoin(items, " "); };
  Table table;
  table.headings = AlertHeadings();
  table.rows.push_back({alert.alert_id(),
                        absl::StrCat(alert.revision()),
                        TimestampText(alert.time()),
                        EnumWords(alert, "kind"),
                        alert.weapon_id(),
                        alert.series_id(),
                        joined(alert.agencies()),
                        joined(alert.losing_agencies()),
                        joined(alert.investigating_agencies()),
                        joined(alert.events()),
                        joined(alert.exhibits()),
                        joined(alert.causes()),
                        joined(alert.other_weapons()),
                        EnumWords(alert, "contradiction"),
                        alert.set_id(),
                        joined(alert.consignments()),
                        alert.enquiry_id(),
                        alert.other_agency(),
                        alert.other_unit(),
                        alert.other_contact(),
                        alert.explanation()});
  std::ostringstream text;
  WriteCsv(table, text);
  const std::string csv = text.str();
  out << csv.substr(csv.find('\n') + 1);
}

}  // namespace serieslink::cli
