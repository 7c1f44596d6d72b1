#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "serieslink/firearm/v1/life_story.pb.h"
#include "services/firearm/core/life.h"
#include "services/view/component_evidence.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/public_id.h"

namespace serieslink::firearm {

// Records of the exhibits of a weapon, of which there are at most kLifeExhibitsMax, and of their
// events: all of them are read.
inline constexpr std::size_t kLifeRecordsMax = 10'000;
// Of each list that a story holds.
inline constexpr int kLifeListMax = 1'000;

// The life of the weapon at place `weapon` of `view`, as the records that `viewer` may see tell it.
// `view` is the viewer's; `ids` made the public ids.
// Errors: RESOURCE_EXHAUSTED with EVIDENCE_TOO_LARGE (more exhibits than kLifeExhibitsMax, or
// records than kLifeRecordsMax), those of the store; DATA_LOSS.
absl::StatusOr<v1::LifeStory> TellLife(const view::ResolvedView& view, std::uint32_t weapon,
                                       const view::Viewer& viewer, graph::GraphReader& reader,
                                       const graph::IdKey& ids);

}  // namespace serieslink::firearm
