#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/stored/v1/news.pb.h"
#include "services/alerts/weapon_news.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/keys.h"

namespace serieslink::alerts {

// Guns of one revision that satisfy the standing queries of one viewer's agency, by the number of
// the query's record, in the parts of its news that were read so far.
using MatchesRead = std::map<graph::RecordNumber, std::size_t>;

// What `row`, of the commit, says of enquiries that concern the viewer: what satisfies its agency's
// standing queries now and did not before, as far as it could see; what it is asked; what others
// said to what it asks; and who else asks about the same gun, where both sides let that be told. In
// no order that means anything. `cut` is of the commit or later, and is as it was afterwards.
// `read`: of the parts of the commit's news before `row`, in order; counts those of `row` too. Of a
// query that more guns satisfy than it is told of, an alert without a gun says so.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<News>> NewsOfEnquiries(view::Cut& cut, const view::Viewer& viewer,
                                                  const stored::v1::RevisionNews& row,
                                                  const NewsContext& context, MatchesRead& read);

}  // namespace serieslink::alerts
