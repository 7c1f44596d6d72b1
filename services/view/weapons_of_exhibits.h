#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::view {

// An exhibit that a viewer may see at a revision.
struct SeenExhibit {
  graph::ExhibitNumber number = 0;
  std::uint64_t public_id = 0;
};

// The names of a weapon as a viewer sees it. Both are empty where its evidence is too large for one
// call.
struct WeaponNames {
  std::string weapon_id;  // "WP-…"
  std::string series_id;  // "SL-…" where it is a series; otherwise empty
};

// For each of `exhibits`, in their order, its weapon as `viewer` sees it at `revision`. Evidence
// that several of them share is resolved once, or found too large once.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<WeaponNames>> WeaponsOfExhibits(graph::GraphReader& reader,
                                                           const Viewer& viewer,
                                                           graph::Revision revision,
                                                           absl::Span<const SeenExhibit> exhibits);

}  // namespace serieslink::view
