#include "services/alerts/concerned.h"

#include <algorithm>

namespace serieslink::alerts {

// Those that are concerned have a part in the alert, also where no record is theirs.
void SetConcerned(const Concerned& concerned, alert::v1::Alert& alert) {
  SetList(concerned.losing, alert.mutable_losing_agencies());
  SetList(concerned.investigating, alert.mutable_investigating_agencies());
  // Of more than a list holds these are kept.
  Agencies all = concerned.losing;
  all.insert(concerned.investigating.begin(), concerned.investigating.end());
  for (const std::string& agency : alert.agencies()) {
    if (all.size() < kAlertListMax) all.insert(agency);
  }
  alert.clear_agencies();
  SetList(all, alert.mutable_agencies());
}

bool HasEvent(const view::ResolvedView& view, std::uint32_t weapon, linkage::EventKind kind) {
  const auto& events = view.histories[weapon].events;
  return std::any_of(events.begin(), events.end(),
                     [&](std::uint32_t event) { return view.events.events[event].kind == kind; });
}

}  // namespace serieslink::alerts
