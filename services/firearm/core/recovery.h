#pragma once

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "services/firearm/core/life.h"

namespace serieslink::firearm {

// The recovery (index) that brought the gun to where it was `at` that time: the latest that can
// have come before, when neither a use, a loss nor a disposal certainly lies between; none
// otherwise. Pure; O(events).
std::optional<std::uint32_t> RecoveryThatBrought(absl::Span<const LifeEventFacts> events,
                                                 const linkage::TimeInterval& at);

}  // namespace serieslink::firearm
