#pragma once

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "services/firearm/core/life.h"

namespace serieslink::firearm {

// Whether it is a disposal by which the gun was kept, which therefore is in hand: one of its
// records says so, and none says that it left.
bool IsKept(const LifeEventFacts& event);

// Whether it is a disposal by which the gun left the hands that it was in, or can have.
bool IsDeparture(const LifeEventFacts& event);

// The recovery (index) that brought the gun to where it was `at` that time: the latest that can
// have come before, when neither a use, a loss nor a departure certainly lies between; none
// otherwise. Pure; O(events).
std::optional<std::uint32_t> RecoveryThatBrought(absl::Span<const LifeEventFacts> events,
                                                 const linkage::TimeInterval& at);

}  // namespace serieslink::firearm
