#include "services/cli/firearm_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/option_words.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

// As the table of a series shows an exhibit.
record::v1::Exhibit AsExhibit(const firearm::v1::FoundExhibit& found) {
  record::v1::Exhibit exhibit;
  record::v1::Firearm& firearm = *exhibit.mutable_firearm();
  *firearm.mutable_serials() = found.serials();
  firearm.set_make(found.make());
  firearm.set_model(found.model());
  firearm.set_calibre(found.calibre());
  return exhibit;
}

}  // namespace

std::vector<std::string> FoundExhibitHeadings() {
  return {"exhibit", "kind",  "serials", "description", "event",
          "when",    "areas", "agency",  "record",      "weapon"};
}

std::vector<std::string> FoundExhibitRow(const firearm::v1::FoundExhibit& found) {
  const record::v1::Exhibit exhibit = AsExhibit(found);
  type::v1::Place place;
  place.set_borough_code(found.borough_code());
  place.set_ward_code(found.ward_code());
  place.set_police_force(found.police_force());
  return {found.exhibit_id(),
          EnumWords(found, "kind"),
          SerialsText(exhibit),
          DescriptionText(exhibit),
          EnumWords(found, "event_kind"),
          found.has_occurred() ? DateText(found.occurred()) : "",
          PlaceText(place),
          found.agency(),
          found.record_id(),
          found.series_id().empty() ? found.weapon_id() : found.series_id()};
}

std::vector<std::string> ExhibitKindWords() {
  return OptionWords(*record::v1::ExhibitKind_descriptor());
}
std::vector<std::string> FirearmTypeWords() {
  return OptionWords(*record::v1::FirearmType_descriptor());
}
record::v1::ExhibitKind ExhibitKindOf(const std::string& word) {
  return static_cast<record::v1::ExhibitKind>(
      OptionNumber(*record::v1::ExhibitKind_descriptor(), word));
}
record::v1::FirearmType FirearmTypeOf(const std::string& word) {
  return static_cast<record::v1::FirearmType>(
      OptionNumber(*record::v1::FirearmType_descriptor(), word));
}

}  // namespace serieslink::cli
