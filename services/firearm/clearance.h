#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "serieslink/firearm/v1/clearance_service.pb.h"
#include "services/firearm/core/clearance.h"
#include "services/view/component_evidence.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/public_id.h"

namespace serieslink::firearm {

// Exhibits of a weapon whose leads are looked at: all of them.
inline constexpr std::size_t kClearedExhibitsMax = 1'000;

// What the life of the weapon at place `weapon` of `view`, which is of now, does not tell: legal
// holds of its records, and leads to exhibits of other weapons that `viewer` may see.
// Errors: RESOURCE_EXHAUSTED with EVIDENCE_TOO_LARGE (more exhibits than kClearedExhibitsMax),
// those of the store; DATA_LOSS.
absl::StatusOr<ClearanceFacts> GatherClearance(const view::ResolvedView& view, std::uint32_t weapon,
                                               const view::Viewer& viewer,
                                               graph::GraphReader& reader);

// What an answer was.
struct ClearanceAnswer {
  v1::ClearancePurpose purpose = v1::CLEARANCE_PURPOSE_UNSPECIFIED;
  bool is_clear = false;
  graph::Revision revision = 0;
};

// The code of an answer about the weapon that is named after the exhibit `name`: "CL-57-…" of a
// clear one, "NC-57-…" of another. Made under the store's secret.
std::string ClearanceCode(const graph::IdKey& ids, std::uint64_t name,
                          const ClearanceAnswer& answer);

// The answer that the first genuine code in `text` is of, for `purpose` and the weapon at place
// `weapon` of `view`, whichever of its exhibits it was named after then; nothing where there is
// none.
std::optional<ClearanceAnswer> FindClearance(const graph::IdKey& ids,
                                             const view::ResolvedView& view, std::uint32_t weapon,
                                             v1::ClearancePurpose purpose, std::string_view text);

}  // namespace serieslink::firearm
