#include "services/view/revision_gate.h"

#include <algorithm>
#include <utility>

#include "services/rpc/error.h"
#include "storage/base/status_macros.h"

namespace serieslink::view {
namespace {

absl::Status UnknownRevision() {
  return rpc::MakeError(
      absl::StatusCode::kInvalidArgument, type::v1::ERROR_REASON_REVISION_UNKNOWN,
      "the revision lies after the end of the log; ask without it for the latest");
}

absl::Status NotYet() {
  return rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_REVISION_NOT_YET,
                        "linkage has not covered the revision yet; retry the same call");
}

}  // namespace

absl::StatusOr<Cut> TakeCut(const Source& source, const RevisionWish& wish, absl::Time deadline) {
  for (;;) {
    SL_ASSIGN_OR_RETURN(graph::GraphReader reader, source.graph->NewReader());
    const graph::LogReader log(&reader.snapshot());
    SL_ASSIGN_OR_RETURN(const auto position, reader.Position());
    const graph::Revision derived = position.revision();
    graph::Revision as_at = wish.as_at;
    if (wish.as_at_time.has_value()) {
      SL_ASSIGN_OR_RETURN(as_at, log.RevisionAt(*wish.as_at_time));
    }
    const graph::Revision needed = std::max(as_at, wish.min_revision);
    if (needed > log.latest()) return UnknownRevision();
    if (derived >= needed) {
      const bool is_latest = wish.as_at == 0 && !wish.as_at_time.has_value();
      return Cut{
          .reader = std::move(reader), .revision = is_latest ? derived : as_at, .derived = derived};
    }
    const auto moved = source.store->WaitForPosition(
        storage::Keyspace::kDerived, reader.snapshot().position(storage::Keyspace::kDerived) + 1,
        deadline);
    if (absl::IsDeadlineExceeded(moved.status())) return NotYet();
    SL_RETURN_IF_ERROR(moved.status());
  }
}

}  // namespace serieslink::view
