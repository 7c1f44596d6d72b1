#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/security/auth_context.h"
#include "grpcpp/server_context.h"

namespace serieslink::rpc {

// Who calls: taken from the client certificate's SPIFFE id and from nowhere else,
// spiffe://<trust domain>/agency/<agency>/<principal>.
struct Identity {
  std::string agency;     // lower case, e.g. "mps"
  std::string principal;  // a system or a person within the agency, e.g. "feed"
  friend bool operator==(const Identity&, const Identity&) = default;
};

// Parses a SPIFFE id. Agency and principal are 1 to 63 characters of a-z, 0-9, '-', '_' and '.',
// and begin with a letter or digit. Errors: UNAUTHENTICATED (not a SPIFFE id of `trust_domain` with
// exactly these segments).
absl::StatusOr<Identity> ParseSpiffeId(std::string_view spiffe_id, std::string_view trust_domain);

// The SPIFFE id under which the server knows itself to callers of agency `agency`, for tools.
std::string MakeSpiffeId(std::string_view trust_domain, const Identity& identity);

// The caller of this call.
// Errors: UNAUTHENTICATED (no certificate, or not exactly one well-formed identity in it).
absl::StatusOr<Identity> IdentityOf(const grpc::ServerContextBase& context,
                                    std::string_view trust_domain);

// The same, of a connection whose certificate `context` tells of.
absl::StatusOr<Identity> IdentityIn(const grpc::AuthContext& context,
                                    std::string_view trust_domain);

}  // namespace serieslink::rpc
