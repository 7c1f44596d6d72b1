#pragma once

#include <atomic>

#include "absl/status/status.h"
#include "services/linkage/derivation.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::linkage {

// Puts back into `derivation`, which is empty, what `reader` sees of what was derived before. Rows
// are read and parsed on a thread of its own while the caller's puts back those before them.
// Errors: DATA_LOSS (a row names what is not there), CANCELLED (`stopping` was set meanwhile), and
// those of the store.
absl::Status Refill(graph::GraphReader& reader, const std::atomic<bool>& stopping,
                    Derivation& derivation);

}  // namespace serieslink::linkage
