#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/view/component_evidence.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::view {

// A pair that may be one weapon and needs a person.
struct LeadOfExhibit {
  std::uint32_t place = 0;            // in the view, of the exhibit that was asked about
  graph::ExhibitNumber other = 0;     // the other one, which `viewer` may see
  std::uint64_t other_public_id = 0;  // of it
};

// The leads between the exhibits at `places` of `view` and any other exhibit, in the order of
// numbers: as the queue of leads has them, by the function that it is made with. Statements are
// the view's; the other exhibit is judged as its record has it today, and is no lead when that has
// it no more.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<LeadOfExhibit>> LeadsOfExhibits(const ResolvedView& view,
                                                           absl::Span<const std::uint32_t> places,
                                                           const Viewer& viewer,
                                                           graph::GraphReader& reader);

}  // namespace serieslink::view
