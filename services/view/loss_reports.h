#pragma once

#include <cstdint>
#include <vector>

#include "services/stolen/core/loss_case.h"
#include "services/view/component_evidence.h"
#include "services/view/event_answer.h"
#include "services/view/weapon_life.h"

// The reports of a gun's losses, for every answer that follows them.
namespace serieslink::view {

struct LossReports {
  std::vector<stolen::ReportFacts> facts;
  std::vector<std::uint32_t> members;  // of each report, its place in the view
};

// Of the weapon at place `weapon` of `view`, whose `life` GatherLife made; `canonical` has all of
// VersionsOfLife. Events are numbered as there. Pure.
LossReports GatherLossReports(const ResolvedView& view, std::uint32_t weapon,
                              const WeaponLife& life, const CanonicalVersions& canonical);

}  // namespace serieslink::view
