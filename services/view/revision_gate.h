#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/api/store.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/log.h"

namespace serieslink::view {

// Where reads come from: the store, and the graph over it. Both outlive every read.
struct Source {
  storage::Store* store = nullptr;
  graph::Graph* graph = nullptr;
};

// A cut of the store and the revision at which a read answers from it.
struct Cut {
  graph::GraphReader reader;
  graph::Revision revision = 0;  // at which to answer
  graph::Revision derived = 0;   // up to which the cut is derived
};

// At which state of knowledge a read wants its answer.
struct RevisionWish {
  graph::Revision as_at = 0;             // 0: the latest that is derived
  std::optional<absl::Time> as_at_time;  // instead of as_at
  graph::Revision min_revision = 0;      // 0: do not wait
};

// Waits until what is derived covers what `wish` asks for, and takes a cut.
// Errors: INVALID_ARGUMENT with REVISION_UNKNOWN (after the end of the log), UNAVAILABLE with
// REVISION_NOT_YET (not covered by `deadline`), and those of the store.
absl::StatusOr<Cut> TakeCut(const Source& source, const RevisionWish& wish, absl::Time deadline);

}  // namespace serieslink::view
