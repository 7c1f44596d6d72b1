#pragma once

#include <optional>
#include <vector>

#include "services/summary/core/calendar.h"
#include "services/summary/core/facts.h"

// When what matters for times happened to a weapon. Pure.
namespace serieslink::summary {

// When the first, or the last, of `times` was, which are some: its ends are the least, or the
// greatest, of theirs.
Moments FirstOf(const std::vector<Moments>& times);
Moments LastOf(const std::vector<Moments>& times);

// Its incidents.
std::vector<Moments> IncidentTimes(const WeaponFacts& weapon);
// Its recoveries, surrenders and seizures as a gun.
std::vector<Moments> RecoveryTimes(const WeaponFacts& weapon);
// Its last theft.
std::optional<Moments> LastTheftTime(const WeaponFacts& weapon);

// Those of `times` that can lie at or after `earlier`.
std::vector<Moments> NotBefore(const std::vector<Moments>& times, const Moments& earlier);

}  // namespace serieslink::summary
