#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/stolen/v1/stolen_service.pb.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::stolen {

// Records that a group names at most.
inline constexpr int kRepeatRecordsMax = 100;

struct RepeatPage {
  std::vector<v1::RepeatLosses> groups;
  // Set when there may be more: behind which key to go on.
  std::optional<std::string> resume;
};

// The holders or premises behind the key `after` (empty: from the first) with two or more losses
// that `viewer` may see at the cut's revision: `groups_max`, or fewer at the end or once
// `is_enough()`, which is asked now and then. Reports of one event are one loss, and so are reports
// of one case, as view::CasesOf tells it in `zone`.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<RepeatPage> FindRepeats(view::Cut& cut, const view::Viewer& viewer, v1::RepeatKey by,
                                       const absl::TimeZone& zone, const std::string& after,
                                       std::size_t groups_max,
                                       const std::function<bool()>& is_enough);

}  // namespace serieslink::stolen
