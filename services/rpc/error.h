#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"
#include "serieslink/type/v1/error_reason.pb.h"

// Errors on the wire: a canonical code, a sentence that says what to do next, and google.rpc
// details: one ErrorInfo with a reason from the closed list type.v1.ErrorReason, and a BadRequest
// that names every bad field at once. No error holds a serial, a name, a place, free text or an
// engine's own message.
namespace serieslink::rpc {

// The `domain` of every ErrorInfo of this service.
inline constexpr std::string_view kErrorDomain = "serieslink";

// An error with its reason. `metadata` holds the values that `message` names, for programs.
absl::Status MakeError(absl::StatusCode code, type::v1::ErrorReason reason,
                       std::string_view message,
                       std::initializer_list<std::pair<std::string, std::string>> metadata = {});

// One field of a request that cannot be accepted.
struct BadField {
  std::string field;  // path from the request, e.g. "batch.messages[3].mps.occurred"
  type::v1::ErrorReason reason;
  std::string description;  // what is wrong and what is expected; never the value itself
};

// INVALID_ARGUMENT naming all of `fields` (at least one).
absl::Status MakeBadRequest(const std::vector<BadField>& fields);

// The reason in `status`, or ERROR_REASON_UNSPECIFIED when it holds none.
type::v1::ErrorReason ReasonOf(const absl::Status& status);

// `status` as gRPC sends it, with its details. A status without a reason comes from inside: its
// message is replaced by one of our own, and its reason chosen by its code (STORE_UNAVAILABLE,
// INTERNAL ...).
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace serieslink::rpc
