#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {

// For each of `records`, the ids of the series ("SL-…") that its exhibits are in, as `viewer` may
// see them once `revision` is derived; none for exhibits in evidence that is too large for one
// call. Errors: those of TakeCut.
absl::StatusOr<std::vector<std::vector<std::string>>> SeriesOfRecords(
    const Source& source, const Viewer& viewer, absl::Span<const graph::PublicId> records,
    graph::Revision revision, const Patience& patience);

}  // namespace serieslink::view
