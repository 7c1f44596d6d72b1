#include "services/summary/core/public_measures.h"

#include <cstddef>
#include <string_view>

namespace serieslink::summary {
namespace {

constexpr PublicMeasure kMeasures[] = {
    {.id = "gun_crime.incidents"},
    {.id = "gun_crime.offences"},
    {.id = "gun_crime.robbery", .kinds_of = "gun_crime.offences", .within = "gun_crime.offences"},
    {.id = "discharge.incidents",
     .within = "gun_crime.incidents",
     .kind_of = "gun_crime.incidents",
     .kind = "fired"},
    {.id = "discharge.lethal", .within = "discharge.incidents"},
    {.id = "discharge.lethal_beyond_property", .within = "discharge.lethal"},
    {.id = "injury.incidents", .within = "gun_crime.incidents"},
    {.id = "recovery.events"},
    {.id = "surrender.events"},
    {.id = "border.seizures"},
    {.id = "border.origin", .same_as = "border.seizures"},
    {.id = "recovery.weapons_by_type"},
    {.id = "recovery.weapons_by_legal_class", .same_as = "recovery.weapons_by_type"},
    {.id = "surrender.weapons"},
    {.id = "destruction.weapons"},
    {.id = "loss.stolen"},
    {.id = "loss.lost"},
    {.id = "stolen.used"},
    {.id = "stolen.recovered"},
    {.id = "series.new"},
    {.id = "weapons.inferred"},
};

}  // namespace

absl::Span<const PublicMeasure> PublicMeasures() { return kMeasures; }

std::size_t PublicPlaceOf(const char* id) {
  std::size_t place = 0;
  while (std::string_view(kMeasures[place].id) != id) ++place;
  return place;
}

const Measure& MeasureOf(const PublicMeasure& one) {
  for (const auto& table : {EventMeasures(), WeaponMeasures()}) {
    for (const Measure& measure : table) {
      if (std::string_view(measure.id) == one.id) return measure;
    }
  }
  return EventMeasures()[0];  // not reached: a test looks each up
}

}  // namespace serieslink::summary
