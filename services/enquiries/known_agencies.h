#pragma once

#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/view/revision_gate.h"

namespace serieslink::enquiries {

// Whether anybody here knows `agency`, as certificates name it, so that somebody can hear what it
// is asked: it is a police force of the United Kingdom (linkage::FindForce), one that `configured`
// names, or one of which `caller` may see a record with a gun or an item. Of the last, the first
// records of the agency are looked at; what the caller may not see makes no agency known.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<bool> IsKnownAgency(view::Cut& cut, const std::string& caller,
                                   const std::set<std::string>& configured,
                                   const std::string& agency);

// In words, what is known.
inline constexpr std::string_view kKnownAgencies =
    "nobody here knows this agency: give the short name of a police force, such as kent, or an "
    "agency that the configuration names or whose records you see, or ask all";

}  // namespace serieslink::enquiries
