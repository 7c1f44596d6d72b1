#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "serieslink/linkage/v1/supply.pb.h"
#include "services/view/component_evidence.h"
#include "services/view/event_answer.h"
#include "services/view/weapon_life.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::view {

// Where the weapon at place `weapon` of `view` comes from. `canonical` has all of VersionsOfLife,
// and `life` is made of them. Pure.
linkage::v1::WeaponSupply SupplyOf(const ResolvedView& view, std::uint32_t weapon,
                                   const CanonicalVersions& canonical, const WeaponLife& life);

// The same, with its records read.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<linkage::v1::WeaponSupply> ReadSupply(const ResolvedView& view, std::uint32_t weapon,
                                                     const graph::GraphReader& reader);

}  // namespace serieslink::view
