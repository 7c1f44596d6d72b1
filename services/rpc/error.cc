#include "services/rpc/error.h"

#include <algorithm>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/rpc/process_log.h"
#include "storage/base/text.h"

namespace serieslink::rpc {
namespace {

constexpr std::string_view kTypeUrlPrefix = "type.googleapis.com/";
constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
// A status travels in HTTP/2 trailers, whose size gRPC bounds to 8 KiB by default.
constexpr std::size_t kDetailBytesMax = 6000;

template <typename Message>
void AddDetail(const Message& message, absl::Status& status) {
  status.SetPayload(absl::StrCat(AbslView(kTypeUrlPrefix), Message::descriptor()->full_name()),
                    absl::Cord(message.SerializeAsString()));
}

std::optional<google::rpc::ErrorInfo> ErrorInfoOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kErrorInfoUrl);
  google::rpc::ErrorInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return std::nullopt;
  return info;
}

// What a caller is told of an error that came from inside.
absl::Status Sanitised(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kFailedPrecondition:
      return MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_STORE_UNAVAILABLE,
                       "the store cannot answer now; retry the same call after a short wait");
    case absl::StatusCode::kResourceExhausted:
      return MakeError(status.code(), type::v1::ERROR_REASON_OVERLOADED,
                       "the service has no room for this now; retry after a wait");
    case absl::StatusCode::kDeadlineExceeded:
      return MakeError(status.code(), type::v1::ERROR_REASON_DEADLINE_EXCEEDED,
                       "the call's deadline passed before there was an answer");
    case absl::StatusCode::kCancelled:
      return MakeError(status.code(), type::v1::ERROR_REASON_CANCELLED, "the call was cancelled");
    default:
      LogEvent(LogLevel::kError, "call_failed",
               {{"code", absl::StatusCodeToString(status.code())},
                {"advice", status.code() == absl::StatusCode::kDataLoss
                               ? "what is stored does not fit together: serieslinkd fsck says what"
                               : "report it with the lines before and after"}});
      return MakeError(absl::StatusCode::kInternal, type::v1::ERROR_REASON_INTERNAL,
                       "the service failed to answer; the operator's log has the cause");
  }
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, type::v1::ErrorReason reason,
                       std::string_view message,
                       std::initializer_list<std::pair<std::string, std::string>> metadata) {
  absl::Status status(code, AbslView(message));
  google::rpc::ErrorInfo info;
  info.set_reason(type::v1::ErrorReason_Name(reason));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  AddDetail(info, status);
  return status;
}

absl::Status MakeBadRequest(const std::vector<BadField>& fields) {
  const std::size_t count = fields.size();
  absl::Status status = MakeError(
      absl::StatusCode::kInvalidArgument,
      fields.empty() ? type::v1::ERROR_REASON_FIELD_INVALID : fields.front().reason,
      count == 1 ? absl::StrCat(fields[0].field, ": ", fields[0].description)
                 : absl::StrCat(count, " fields cannot be accepted; the details name each"));
  google::rpc::BadRequest bad_request;
  std::size_t bytes = 0;
  for (const BadField& field : fields) {
    google::rpc::BadRequest::FieldViolation violation;
    violation.set_field(field.field);
    violation.set_description(
        absl::StrCat(type::v1::ErrorReason_Name(field.reason), ": ", field.description));
    bytes += violation.ByteSizeLong() + 3;
    if (bytes > kDetailBytesMax) break;
    *bad_request.add_field_violations() = std::move(violation);
  }
  AddDetail(bad_request, status);
  return status;
}

type::v1::ErrorReason ReasonOf(const absl::Status& status) {
  type::v1::ErrorReason reason = type::v1::ERROR_REASON_UNSPECIFIED;
  if (const auto info = ErrorInfoOf(status); info.has_value()) {
    type::v1::ErrorReason_Parse(info->reason(), &reason);
  }
  return reason;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  if (!ErrorInfoOf(status).has_value()) return ToGrpcStatus(Sanitised(status));
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    auto& detail = *details.add_details();
    detail.set_type_url(std::string(url));
    detail.set_value(std::string(payload));
  });
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      details.SerializeAsString());
}

}  // namespace serieslink::rpc
