#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "serieslink/linkage/v1/explanation.pb.h"
#include "services/view/component_evidence.h"
#include "storage/graph/graph_reader.h"

// Why two exhibits are one weapon, or why they are not.
namespace serieslink::series {

// Links of a chain that one answer holds. A chain is longer only in a weapon of more exhibits than
// any real gun has left.
inline constexpr std::size_t kChainLinksMax = 500;
// Conflicts that an explanation tells of.
inline constexpr int kConflictsMax = 1'000;

// What holds the exhibits at places `first` and `second` of `view` together, or keeps them apart.
// `view` is of `evidence`, which was loaded for both. Errors: those of the store; DATA_LOSS;
// RESOURCE_EXHAUSTED with EVIDENCE_TOO_LARGE (a chain of more than kChainLinksMax links).
absl::StatusOr<linkage::v1::LinkExplanation> Explain(const view::ComponentEvidence& evidence,
                                                     const view::ResolvedView& view,
                                                     std::uint32_t first, std::uint32_t second,
                                                     const graph::GraphReader& reader);

}  // namespace serieslink::series
