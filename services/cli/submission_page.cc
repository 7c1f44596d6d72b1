#include "services/cli/submission_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/wording.h"

namespace serieslink::cli {

std::vector<std::string> UnsubmittedHeadings() {
  return {"exhibit", "kind",  "mark",      "days",   "event",
          "when",    "crime", "reference", "record", "note"};
}

std::vector<std::string> UnsubmittedRow(const firearm::v1::UnsubmittedItem& item) {
  std::vector<std::string> crimes;
  for (const type::v1::CrimeReference& crime : item.crime_references()) {
    crimes.push_back(ReferenceText(crime));
  }
  std::string reference = item.source().source_id();
  if (!item.source().exhibit_reference().empty()) {
    absl::StrAppend(&reference, " ", item.source().exhibit_reference());
  }
  return {item.exhibit_id(),
          EnumWords(item, "kind"),
          item.exhibit_mark(),
          absl::StrCat(item.days()),
          EnumWords(item, "event_kind"),
          item.has_occurred() ? DateText(item.occurred()) : "",
          absl::StrJoin(crimes, ", "),
          reference,
          item.record_id(),
          item.is_unresolved() ? "too much around it to tell" : ""};
}

}  // namespace serieslink::cli
