#include <algorithm>
#include <string>
#include <vector>

#include "services/summary/core/measures.h"

namespace serieslink::summary {
namespace {

void PlaceOf(const EventFacts& event, std::vector<std::string>& out) {
  if (!event.lsoa.empty()) out.push_back(event.lsoa);
}

void VictimsOf(const EventFacts& event, std::vector<std::string>& out) {
  for (const PersonFact& person : event.persons) {
    if (person.category != record::v1::PERSON_CATEGORY_VICTIM || person.token.empty()) continue;
    if (std::find(out.begin(), out.end(), person.token) == out.end()) out.push_back(person.token);
  }
}

constexpr Measure kRepeatMeasures[] = {
    {.id = "repeat.locations",
     .version = 1,
     .unit = v1::UNIT_PLACE,
     .name = "Repeat locations",
     .definition = "Lower layer super output areas with two or more incidents of gun crime in the "
                   "period, by their number.",
     .dated_by = "when the incidents happened",
     .caveats = "Incidents without such a code are missing. Longer periods have more repeats.",
     .source = "Mayor of London, letter of 18 April 2018: most at-risk areas; defined here",
     .repeat_keys = &PlaceOf},
    {.id = "repeat.victims",
     .version = 2,
     .unit = v1::UNIT_PERSON,
     .name = "Repeat victims",
     .definition = "Pseudonymous references that are victims of two or more incidents of gun crime "
                   "in the period, by their number.",
     .dated_by = "when the incidents happened",
     .caveats = "Victims of whom agencies send no reference are missing, and one person under the "
                "references of two agencies is two. Longer periods have more repeats.",
     .source = "Mayor of London, letter of 18 April 2018: repeat victimisation; defined here",
     .repeat_keys = &VictimsOf},
};

}  // namespace

absl::Span<const Measure> RepeatMeasures() { return kRepeatMeasures; }

}  // namespace serieslink::summary
