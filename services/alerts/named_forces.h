#pragma once

#include <set>
#include <string>

#include "serieslink/record/v1/event.pb.h"
#include "services/linkage/core/place_areas.h"

namespace serieslink::alerts {

// The forces that a record of `agency` names as those whose matter `event` is, by their names here:
// where no police force recorded it, those that issued its crime references, else the one in whose
// area `locate` has it. Empty of what a force records itself, of a border seizure and of a
// disposal, which are their agency's own, and where no force that is known is named. Pure.
std::set<std::string> ForcesNamed(const record::v1::Event& event, const std::string& agency,
                                  const linkage::LocatePlace& locate);

}  // namespace serieslink::alerts
