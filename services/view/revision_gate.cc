#include "services/view/revision_gate.h"

#include <algorithm>
#include <utility>

#include "services/rpc/error.h"
#include "storage/base/status_macros.h"
#include "storage/graph/derived_rows.h"

namespace serieslink::view {
namespace {

absl::Status UnknownRevision() {
  return rpc::MakeError(absl::StatusCode::kInvalidArgument,
                        type::v1::ERROR_REASON_REVISION_UNKNOWN,
                        "the revision lies after the end of the log; ask without it for the latest");
}

absl::Status NotYet() {
  return rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_REVISION_NOT_YET,
                        "linkage has not covered the revision yet; retry the same call");
}

}  // namespace

absl::StatusOr<Cut> TakeCut(storage::Store& store, const RevisionWish& wish, absl::Time deadline) {
  for (;;) {
    Cut cut;
    SL_ASSIGN_OR_RETURN(cut.snapshot, store.NewSnapshot());
    const graph::LogReader log(cut.snapshot.get());
    SL_ASSIGN_OR_RETURN(const auto position,
                        graph::DerivedReader(cut.snapshot.get()).Position());
    cut.derived = position.revision();
    graph::Revision as_at = wish.as_at;
    if (wish.as_at_time.has_value()) {
      SL_ASSIGN_OR_RETURN(as_at, log.RevisionAt(*wish.as_at_time));
    }
    const graph::Revision needed = std::max(as_at, wish.min_revision);
    if (needed > log.latest()) return UnknownRevision();
    if (cut.derived >= needed) {
      cut.revision = wish.as_at == 0 && !wish.as_at_time.has_value() ? cut.derived : as_at;
      return cut;
    }
    const storage::Position derived_commits =
        cut.snapshot->position(storage::Keyspace::kDerived);
    cut.snapshot.reset();
    const auto moved =
        store.WaitForPosition(storage::Keyspace::kDerived, derived_commits + 1, deadline);
    if (absl::IsDeadlineExceeded(moved.status())) return NotYet();
    SL_RETURN_IF_ERROR(moved.status());
  }
}

}  // namespace serieslink::view
