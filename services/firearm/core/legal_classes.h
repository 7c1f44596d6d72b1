#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "services/firearm/core/life.h"

namespace serieslink::firearm {

// The pairs of assessments (indices, the lesser first, in order) that put one gun into two legal
// classes as of one day: both are told, and their dates are the same, or both are of one day. What
// counts is the class on a day; a law that changed between two days contradicts nothing. Pure;
// O(assessments squared).
std::vector<std::pair<std::uint32_t, std::uint32_t>> DifferingClasses(
    absl::Span<const LifeLegalClassFacts> assessments);

}  // namespace serieslink::firearm
