#pragma once

#include "services/summary/core/facts.h"
#include "services/summary/core/measures.h"

// Losses and thefts of guns, as several measures take them. Pure.
namespace serieslink::summary {

// A theft or loss of the gun that stands.
bool IsLoss(const WeaponFacts::AtEvent& at);

// Whether a loss was a theft.
Truth IsStolen(const EventFacts& event);

}  // namespace serieslink::summary
