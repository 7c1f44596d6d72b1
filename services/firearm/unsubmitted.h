#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "serieslink/firearm/v1/submission_service.pb.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::firearm {

// Which items of an agency are asked for.
struct UnsubmittedQuery {
  int days = 0;                                // there for so long, in days of `zone`
  std::vector<record::v1::ExhibitKind> kinds;  // empty: all that a laboratory looks at
  bool gone = false;                           // those that are gone, instead of those at hand
  absl::CivilDay today;
  absl::TimeZone zone;
};

// Kinds of items that a laboratory looks at.
bool IsForLaboratory(record::v1::ExhibitKind kind);

struct UnsubmittedPage {
  std::vector<v1::UnsubmittedItem> items;
  // That were passed over because they are gone; 0 where those are asked for.
  int gone_count = 0;
  // Set when there may be more: behind which key to go on.
  std::optional<std::string> resume;
};

// The items of `viewer`'s own records behind the key `after` (empty: from the first) that no
// laboratory has seen at the cut's revision, as far as `viewer` may know: `items_max`, or fewer at
// the end or once `is_enough()`, which is asked now and then.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<UnsubmittedPage> FindUnsubmitted(view::Cut& cut, const view::Viewer& viewer,
                                                const UnsubmittedQuery& query,
                                                const std::string& after, std::size_t items_max,
                                                const std::function<bool()>& is_enough);

}  // namespace serieslink::firearm
