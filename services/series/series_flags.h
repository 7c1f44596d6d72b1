#pragma once

#include <cstdint>
#include <vector>

#include "serieslink/series/v1/series_service.pb.h"
#include "services/linkage/core/flags.h"
#include "services/series/series_answer.h"
#include "services/view/component_evidence.h"

namespace serieslink::series {

// Adds to `series` the flags of a weapon of `view`.
void AddFlags(const view::ResolvedView& view, const std::vector<linkage::WeaponFlag>& flags,
              const AnswerBounds& bounds, v1::Series& series);

// Whether one of `flags` is of one of the kinds that `filter` names, if it names any.
bool HasFlag(const std::vector<linkage::WeaponFlag>& flags, const v1::SeriesFilter& filter);

}  // namespace serieslink::series
