#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

// The police forces of the United Kingdom by what they are called. Pure; any bytes are accepted.
namespace serieslink::linkage {

struct Force {
  // Short, lower case, as agencies are named: "mps", "kent". Never empty.
  absl::string_view name;
  // Whether what is in its area is in London.
  bool is_of_london = false;
  // False: it polices railways, bases or the like, and a place of its can lie anywhere.
  bool has_area = true;
};

// The force that a short name ("mers"), a name ("Merseyside Police", "the Metropolitan Police
// Service") or the code of a police force area (Office for National Statistics, "E23000004") means,
// whatever its case and punctuation. Null: no force that is known. Lives as long as the process.
const Force* FindForce(absl::string_view words);

// Whether `place_key` is the PlaceKey (events.h) of the name, as it is here, of a force that has an
// area.
bool IsNameOfForce(std::uint64_t place_key);

// Whether `place_key` is the PlaceKey of a name of a force that has none: a place that names it can
// lie in any force's area.
bool IsNameOfForceWithoutArea(std::uint64_t place_key);

// The name of the force that `words` mean; `words` in lower case, without surrounding blanks, where
// no force is known that they mean. What means one force so has one name.
std::string ForceName(absl::string_view words);

// Whether two words mean two different forces: false where one of them means none that is known.
bool AreOtherForces(absl::string_view one, absl::string_view other);

}  // namespace serieslink::linkage
