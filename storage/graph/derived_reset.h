#pragma once

#include "absl/status/status.h"
#include "storage/api/store.h"

namespace serieslink::graph {

// Erases everything that is derived, the deriver's position last, so that a reset that was cut
// short is seen and done again. For the one writer of kDerived, before anybody reads: readers'
// views of indexes (SortedRunIndex) do not follow it. Errors: those of the store; some rows may be
// erased by then.
absl::Status ResetDerived(storage::Store& store);

}  // namespace serieslink::graph
