#pragma once

#include <cstdint>
#include <vector>

#include "serieslink/series/v1/series_service.pb.h"
#include "services/rpc/error.h"
#include "services/view/component_evidence.h"

namespace serieslink::series {

// Everything that is wrong with `filter`, with paths below "filter".
std::vector<rpc::BadField> CheckFilter(const v1::SeriesFilter& filter);

// Whether the weapon at place `weapon` of `view`, which bears `flags`, is a series, or, where
// `filter` asks for these, none for being police issue alone; and satisfies everything else that
// `filter` gives.
bool Satisfies(const view::ResolvedView& view, std::uint32_t weapon,
               const std::vector<linkage::WeaponFlag>& flags, const v1::SeriesFilter& filter);

// Whether the gun of a weapon is still out there.
v1::SeriesStatus StatusOf(const view::ResolvedView& view, std::uint32_t weapon);

}  // namespace serieslink::series
