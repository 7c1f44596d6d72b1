#include "services/cli/call_error.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/cli/exit_code.h"

namespace serieslink::cli {
namespace {

// Whether the server itself wrote the error: then it has details. gRPC's own errors have none.
bool ReadDetails(const grpc::Status& status, google::rpc::ErrorInfo& info,
                 google::rpc::BadRequest& bad_request) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return false;
  bool found = false;
  for (const auto& detail : details.details()) {
    if (detail.Is<google::rpc::ErrorInfo>()) found |= detail.UnpackTo(&info);
    if (detail.Is<google::rpc::BadRequest>()) detail.UnpackTo(&bad_request);
  }
  return found;
}

CallError Answered(const grpc::Status& status, const google::rpc::ErrorInfo& info,
                   const google::rpc::BadRequest& bad_request) {
  std::string text = status.error_message();
  if (bad_request.field_violations_size() > 1) {
    for (const auto& violation : bad_request.field_violations()) {
      absl::StrAppend(&text, "\n  ", violation.field(), ": ", violation.description());
    }
  }
  if (!info.reason().empty()) absl::StrAppend(&text, " [", info.reason(), "]");
  int exit_code = kExitServerError;
  if (info.reason() == "ERROR_REASON_SHUTTING_DOWN") exit_code = kExitCannotConnect;
  if (status.error_code() == grpc::StatusCode::PERMISSION_DENIED ||
      status.error_code() == grpc::StatusCode::UNAUTHENTICATED) {
    exit_code = kExitNotPermitted;
  }
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) exit_code = kExitNotFound;
  return {exit_code, std::move(text)};
}

std::string RefusedByServer(const ConnectionSettings& settings, const std::string& problem) {
  if (!problem.empty()) {
    return absl::StrCat("the server refused the certificate ", settings.certificate_file,
                        ", which ", problem, "; ask its issuer for a new one");
  }
  return absl::StrCat(
      "the server refused the certificate ", settings.certificate_file,
      " or ended the connection; check that it was issued by the authority that the server trusts "
      "(client_ca in its configuration), and that ",
      settings.server, " is a serieslink server");
}

std::string Unreachable(const std::string& cause, const ConnectionSettings& settings,
                        const std::string& problem) {
  const std::string lower = absl::AsciiStrToLower(cause);
  const auto has = [&lower](const char* part) { return absl::StrContains(lower, part); };
  if (has("connection refused")) {
    return "nothing listens there; start serieslinkd, or correct --server";
  }
  if (has("dns resolution failed") || has("name resolution")) {
    return "there is no host of that name; correct --server (host:port)";
  }
  if (has("wrong_version_number") || has("wrong version number")) {
    return "what listens there does not speak TLS; correct --server: is it another service's port?";
  }
  if (has("hostname verification") || has("peer name")) {
    return absl::StrCat(
        "the server's certificate is for another name; give the name in it as "
        "--server-name, or correct --server");
  }
  if (has("certificate_verify_failed") || has("certificate verify failed")) {
    return absl::StrCat("the server's certificate was not issued by ", settings.ca_file,
                        " or has expired; correct --ca");
  }
  if (has("alert") || has("handshake") || has("socket closed") || has("reset by peer") ||
      has("broken pipe") || has("connection aborted") || has("endpoint closing")) {
    return RefusedByServer(settings, problem);
  }
  if (has("timed out") || has("timeout") || has("unreachable") || has("no route")) {
    return "the network does not reach it; check the address, the firewall and --server";
  }
  return absl::StrCat("check --server, the network and the server's log (", cause, ")");
}

}  // namespace

CallError ExplainCallError(const grpc::Status& status, const ConnectionSettings& settings,
                           const std::string& certificate_problem) {
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad_request;
  if (ReadDetails(status, info, bad_request)) return Answered(status, info, bad_request);
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return {kExitCannotConnect,
              absl::StrCat("cannot connect to ", settings.server, ": ",
                           Unreachable(status.error_message(), settings, certificate_problem))};
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {kExitCannotConnect,
              absl::StrCat("no answer from ", settings.server,
                           " in time; try again, or give it longer with --timeout SECONDS")};
    case grpc::StatusCode::UNIMPLEMENTED:
      return {kExitServerError,
              absl::StrCat(settings.server,
                           " does not offer this; it may run other modules or an older version")};
    case grpc::StatusCode::UNAUTHENTICATED:
      return {kExitNotPermitted,
              absl::StrCat("the server accepted no identity in ", settings.certificate_file,
                           "; it needs URI:spiffe://<trust domain>/agency/<agency>/<principal> of "
                           "the server's own trust domain")};
    default:
      return {kExitServerError, status.error_message().empty()
                                    ? "the server failed to answer; its log has the cause"
                                    : status.error_message()};
  }
}

CallError ExplainCallError(const grpc::Status& status, const Connection& connection) {
  return ExplainCallError(status, connection.settings(), connection.CertificateProblem());
}

}  // namespace serieslink::cli
