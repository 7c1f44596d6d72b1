#include "services/rpc/identity.h"

#include <memory>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/rpc/error.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::rpc {
namespace {

// gRPC puts every URI of a certificate here, and the SPIFFE id only when it is the only URI.
constexpr char kSpiffeIdProperty[] = "peer_spiffe_id";

bool IsSegment(std::string_view text) {
  if (text.empty() || text.size() > 63) return false;
  const auto is_alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (!is_alnum(text.front())) return false;
  for (const char c : text) {
    if (!is_alnum(c) && c != '-' && c != '_' && c != '.') return false;
  }
  return true;
}

absl::Status NoIdentity() {
  return MakeError(absl::StatusCode::kUnauthenticated, type::v1::ERROR_REASON_IDENTITY_MISSING,
                   "the client certificate must hold exactly one SPIFFE id of this service's trust "
                   "domain: spiffe://<trust domain>/agency/<agency>/<principal>");
}

}  // namespace

absl::StatusOr<Identity> ParseSpiffeId(std::string_view spiffe_id, std::string_view trust_domain) {
  const std::string prefix = absl::StrCat("spiffe://", AbslView(trust_domain), "/agency/");
  if (trust_domain.empty() || !absl::StartsWith(AbslView(spiffe_id), prefix)) return NoIdentity();
  const std::vector<std::string> segments =
      absl::StrSplit(AbslView(spiffe_id).substr(prefix.size()), '/');
  if (segments.size() != 2 || !IsSegment(segments[0]) || !IsSegment(segments[1])) {
    return NoIdentity();
  }
  return Identity{segments[0], segments[1]};
}

std::string MakeSpiffeId(std::string_view trust_domain, const Identity& identity) {
  return absl::StrCat("spiffe://", AbslView(trust_domain), "/agency/", identity.agency, "/",
                      identity.principal);
}

absl::StatusOr<Identity> IdentityIn(const grpc::AuthContext& context,
                                    std::string_view trust_domain) {
  const std::vector<grpc::string_ref> ids = context.FindPropertyValues(kSpiffeIdProperty);
  if (ids.size() != 1) return NoIdentity();
  return ParseSpiffeId(std::string_view(ids[0].data(), ids[0].size()), trust_domain);
}

absl::StatusOr<Identity> IdentityOf(const grpc::ServerContextBase& context,
                                    std::string_view trust_domain) {
  const std::shared_ptr<const grpc::AuthContext> auth = context.auth_context();
  if (auth == nullptr) return NoIdentity();
  return IdentityIn(*auth, trust_domain);
}

}  // namespace serieslink::rpc
