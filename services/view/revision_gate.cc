#include "services/view/revision_gate.h"

#include <algorithm>
#include <utility>

#include "services/rpc/error.h"
#include "storage/base/status_macros.h"

namespace serieslink::view {
namespace {

// How soon it is noticed that nobody waits any more.
constexpr absl::Duration kLookUpEvery = absl::Milliseconds(200);

absl::Status UnknownRevision(const std::string& field) {
  return rpc::MakeBadRequest(
      {{field, type::v1::ERROR_REASON_REVISION_UNKNOWN,
        "the revision lies after the end of the log; ask without it for the latest"}});
}

absl::Status NotYet() {
  return rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_REVISION_NOT_YET,
                        "linkage has not covered the revision yet; retry the same call");
}

absl::Status ShuttingDown() {
  return rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_SHUTTING_DOWN,
                        "linkage has not covered the revision yet, and the server is going down; "
                        "retry the same call");
}

// Waits until what is derived is beyond `position`.
absl::Status WaitForMore(const Source& source, storage::Position position,
                         const Patience& patience) {
  for (;;) {
    if (source.is_draining != nullptr && source.is_draining->load()) return ShuttingDown();
    const bool may_give_up = patience.is_given_up != nullptr;
    const absl::Time until = may_give_up
                                 ? std::min(patience.deadline, patience.now() + kLookUpEvery)
                                 : patience.deadline;
    const absl::Status moved =
        source.store->WaitForPosition(storage::Keyspace::kDerived, position + 1, until).status();
    if (!absl::IsDeadlineExceeded(moved)) return moved;
    if (until == patience.deadline) return NotYet();
    if (patience.is_given_up()) return absl::CancelledError("nobody waits for the answer");
  }
}

}  // namespace

absl::StatusOr<Cut> TakeCut(const Source& source, const RevisionWish& wish,
                            const Patience& patience) {
  for (;;) {
    SL_ASSIGN_OR_RETURN(graph::GraphReader reader, source.graph->NewReader());
    const graph::LogReader log = reader.Log();
    SL_ASSIGN_OR_RETURN(stored::v1::DeriverPosition position, reader.Position());
    const graph::Revision derived = position.revision();
    if (derived >= wish.min_revision) {
      graph::Revision as_at = wish.as_at;
      if (wish.as_at_time.has_value()) {
        SL_ASSIGN_OR_RETURN(as_at, log.RevisionAt(*wish.as_at_time));
      }
      if (as_at > log.latest()) return UnknownRevision(wish.as_at_field);
      if (derived >= as_at) {
        const bool is_latest = wish.as_at == 0 && !wish.as_at_time.has_value();
        return Cut{.reader = std::move(reader),
                   .revision = is_latest ? derived : as_at,
                   .derived = derived,
                   .position = std::move(position)};
      }
    }
    SL_RETURN_IF_ERROR(
        WaitForMore(source, reader.snapshot().position(storage::Keyspace::kDerived), patience));
  }
}

}  // namespace serieslink::view
