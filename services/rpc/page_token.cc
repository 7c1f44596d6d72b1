#include "services/rpc/page_token.h"

#include "absl/strings/escaping.h"
#include "services/rpc/error.h"
#include "storage/base/sealing.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::rpc {
namespace {

base::SealingKey SealOf(const std::array<std::uint8_t, PageTokenSealer::kKeyBytes>& key) {
  return base::SealingKey({reinterpret_cast<const char*>(key.data()), key.size()});
}

}  // namespace

absl::StatusOr<std::string> PageTokenSealer::Seal(std::string_view content,
                                                  std::string_view binding) const {
  SL_ASSIGN_OR_RETURN(const std::string salt, base::SealingKey::NewSalt());
  SL_ASSIGN_OR_RETURN(const std::string sealed, SealOf(key_).Seal(content, binding, salt));
  return absl::WebSafeBase64Escape(sealed);
}

absl::StatusOr<std::string> PageTokenSealer::Open(std::string_view token,
                                                  std::string_view binding) const {
  std::string sealed;
  if (absl::WebSafeBase64Unescape(AbslView(token), &sealed)) {
    absl::StatusOr<std::string> content = SealOf(key_).Open(sealed, binding);
    if (content.ok() || !absl::IsDataLoss(content.status())) return content;
  }
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::ERROR_REASON_PAGE_TOKEN_INVALID,
                   "page_token is not one that this call returned to you with the same filters; "
                   "start again without it");
}

}  // namespace serieslink::rpc
