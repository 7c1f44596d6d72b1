#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "serieslink/linkage/v1/explanation.pb.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/series/commit_times.h"
#include "services/view/component_evidence.h"

// Why a weapon is one weapon, and what stands against it.
namespace serieslink::series {

// How many of each list an explanation holds: about 3 MiB together, so that it fits into a message
// with the weapon's outline.
struct ExplanationBounds {
  std::size_t joining_max = 999;
  std::size_t supporting_max = 500;
  std::size_t contrary_max = 500;
  std::size_t undecided_max = 300;
  std::size_t stale_max = 100;
  std::size_t conflicts_max = 500;
  std::size_t members_max = 1'000;  // of the weapon's own exhibits
};

// What holds the weapon at place `weapon` of `view` together and what stands against it. `view` is
// of `evidence`; `position`, which is the deriver's, gives the generations of rules.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<linkage::v1::SeriesExplanation> ExplainWeapon(
    const view::ComponentEvidence& evidence, const view::ResolvedView& view, std::uint32_t weapon,
    CommitTimes& times, const stored::v1::DeriverPosition& position,
    const ExplanationBounds& bounds = {});

}  // namespace serieslink::series
