#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/firearm/firearm_search.h"
#include "services/view/component_evidence.h"
#include "services/view/event_answer.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::firearm {

// Whether a laboratory has seen an item, as far as one viewer may know.
enum class SeenByLaboratory : std::uint8_t {
  kNo,
  kYes,
  // No, and none will: the gun was certainly destroyed or given back after it had come from there.
  kGone,
  kUnresolved,  // there is more around it than is read
};

// Looks for what laboratories' records say of items:
//  * the item's own record tells of an examination;
//  * an examiner has compared it;
//  * a laboratory's record says that it has the same item, or shots that it fired with it;
//  * a laboratory's record of the same event has an item of the same exhibit mark;
//  * of a gun: a laboratory had a gun of the same weapon, and not certainly before this item's
//    event. A gun is one thing, whoever had it in hand; cases and bullets of two scenes are not.
// Not thread-safe.
class LaboratoryCheck {
 public:
  // Both must outlive it.
  LaboratoryCheck(view::Cut& cut, const view::Viewer& viewer) : cut_(cut), viewer_(viewer) {}

  // One for each of `items`, in their order, which are some hundred at most.
  // Errors: those of the store; DATA_LOSS.
  absl::StatusOr<std::vector<SeenByLaboratory>> Check(absl::Span<const FoundFirearm> items);

 private:
  absl::Status CheckStatements(absl::Span<const FoundFirearm> items,
                               std::vector<SeenByLaboratory>& seen);
  absl::Status CheckWeapons(absl::Span<const FoundFirearm> items,
                            std::vector<SeenByLaboratory>& seen);
  // Checks those of `items` that are in `evidence`.
  absl::Status CheckIn(const view::ComponentEvidence& evidence,
                       absl::Span<const FoundFirearm> items, std::vector<SeenByLaboratory>& seen);

  view::Cut& cut_;
  const view::Viewer& viewer_;
};

}  // namespace serieslink::firearm
