#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/alerts/weapon_news.h"
#include "services/view/revision_gate.h"
#include "services/view/set_finder.h"
#include "services/view/viewer.h"

namespace serieslink::alerts {

// That a set of parts sent apart was completed: after the commit each consignment that one of the
// set names is there, they are two or more, and before it no such set held all of them. `touched`
// are records of border seizures of which a version came; `trusted`: whose references confirm. In
// no order that means anything; each id once. `cut` is of the commit or later, and is as it was
// afterwards. It goes on until `patience` is given up, whatever its deadline. Of a set that is cut,
// what becomes of consignments beyond the cut is told where they are touched themselves.
// Errors: CANCELLED (given up), those of the store; DATA_LOSS.
absl::StatusOr<std::vector<News>> NewsOfSets(view::Cut& cut, const view::Viewer& viewer,
                                             const view::TrustedAgencies& trusted,
                                             absl::Span<const graph::RecordNumber> touched,
                                             const view::Patience& patience,
                                             const NewsContext& context);

}  // namespace serieslink::alerts
