#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/border/v1/consignment.pb.h"
#include "services/border/consignment_query.h"
#include "services/border/core/route_counts.h"
#include "services/view/revision_gate.h"
#include "services/view/set_finder.h"
#include "services/view/viewer.h"

// What became known inland of what was seized, and what else came into hand there.
namespace serieslink::border {

// Guns and parts of a set that are followed.
inline constexpr std::size_t kFollowedItemsMax = 2'000;
inline constexpr int kAppearancesMax = 1'000;

// The events inland at which the weapons of `set`'s guns and parts were, or at which those were
// that a lead leads to, in order of time; each event and weapon once. Errors: RESOURCE_EXHAUSTED
// with EVIDENCE_TOO_LARGE (more items, or more around them, than one call holds), those of the
// store; DATA_LOSS.
absl::StatusOr<std::vector<v1::InlandAppearance>> FindAppearances(view::Cut& cut,
                                                                  const view::Viewer& viewer,
                                                                  const view::FoundSet& set);

// Adds to `counts` each weapon of the guns that satisfy `query` and came into hand inland, once.
// The number of exhibits whose gun could not be followed. `should_stop` is asked now and then, and
// its error ends the call.
// Errors: that, those of the store; DATA_LOSS.
absl::StatusOr<std::int64_t> CountInland(view::Cut& cut, const view::Viewer& viewer,
                                         const ConsignmentQuery& query,
                                         const std::function<absl::Status()>& should_stop,
                                         RouteCounts& counts);

}  // namespace serieslink::border
