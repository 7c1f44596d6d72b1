#pragma once

#include <string>

#include "grpcpp/support/status.h"
#include "services/cli/connection.h"

namespace serieslink::cli {

// What a person is told of a call that failed, and what the program exits with.
struct CallError {
  int exit_code;
  std::string text;  // sentences: what happened, every bad field, what to do next
};

// Puts a failed call in words. `connection` says where it went and whose certificate it used.
CallError ExplainCallError(const grpc::Status& status, const Connection& connection);

// The same, without a connection at hand; `certificate_problem` as from
// Connection::CertificateProblem.
CallError ExplainCallError(const grpc::Status& status, const ConnectionSettings& settings,
                           const std::string& certificate_problem);

}  // namespace serieslink::cli
