#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "serieslink/alert/v1/alert_service.pb.h"
#include "services/alerts/weapon_news.h"
#include "services/linkage/core/events.h"
#include "services/view/component_evidence.h"

// Whom an alert concerns, and what of a weapon makes it concern them. Pure.
namespace serieslink::alerts {

// Agencies with a part in something.
using Agencies = std::set<std::string>;

// Of a tie, who lost the gun and who investigates.
struct Concerned {
  Agencies losing;
  Agencies investigating;
  bool Has(const std::string& agency) const {
    return losing.contains(agency) || investigating.contains(agency);
  }
};

// Fills a list of an alert, up to kAlertListMax.
template <typename Items>
void SetList(const Items& items, google::protobuf::RepeatedPtrField<std::string>* list) {
  for (const std::string& item : items) {
    if (list->size() == kAlertListMax) return;
    list->Add()->assign(item);
  }
}

// Names in `alert` who lost the gun, who investigates, and all of them.
void SetConcerned(const Concerned& concerned, alert::v1::Alert& alert);

// Whether the weapon at place `weapon` has an event of the kind.
bool HasEvent(const view::ResolvedView& view, std::uint32_t weapon, linkage::EventKind kind);

}  // namespace serieslink::alerts
