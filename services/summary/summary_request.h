#pragma once

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/timestamp.pb.h"
#include "grpcpp/server_context.h"
#include "serieslink/summary/v1/summary_service.pb.h"
#include "services/rpc/error.h"
#include "services/summary/core/calendar.h"
#include "services/view/revision_gate.h"
#include "storage/base/status_macros.h"

// What the calls about summaries have in common.
namespace serieslink::summary {

// Asked between batches of records; what it says, unless OK, ends the call.
using ShouldStop = std::function<absl::Status()>;

// Stops a call that nobody waits for, or whose time is over. `context` must outlive it; `now` is
// the clock. Errors: CANCELLED, DEADLINE_EXCEEDED.
ShouldStop StopOf(const grpc::ServerContext& context, const std::function<absl::Time()>& now);

// The dimensions asked for; those of a summary where there are none. What is wrong with them is
// added to `bad`.
std::vector<v1::Dimension> DimensionsOf(const google::protobuf::RepeatedField<int>& asked,
                                        std::vector<rpc::BadField>& bad);

// Adds to `bad` what is wrong with the field "period"; null: it is not given.
void CheckPeriod(const v1::Period* period, std::vector<rpc::BadField>& bad);

// The windows of `period`, which is one, and of those that it is compared with.
std::vector<Window> WindowsOf(const v1::Period& period, const absl::TimeZone& zone);

// Adds the definitions of all measures, in the order of a summary.
void AddDefinitions(google::protobuf::RepeatedPtrField<v1::MeasureDefinition>& definitions);

// When `revision`, which is not 0, was committed. Errors: those of the store.
absl::StatusOr<google::protobuf::Timestamp> KnownAt(const view::Cut& cut, graph::Revision revision);

// Goes through all that `scan` reads. Errors: those of the scan, and what `should_stop` says.
template <typename Scan>
absl::Status ScanAll(Scan& scan, const ShouldStop& should_stop) {
  for (bool there_are_more = true; there_are_more;) {
    SL_RETURN_IF_ERROR(should_stop());
    SL_ASSIGN_OR_RETURN(there_are_more, scan.Next());
  }
  return absl::OkStatus();
}

}  // namespace serieslink::summary
