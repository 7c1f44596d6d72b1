#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace serieslink::rpc {

// Seals what a page token holds (positions, revisions), so that a caller can neither read nor alter
// nor lend it: AES-256-GCM under a key of the store, bound to the call and the caller. Thread-safe.
class PageTokenSealer {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  explicit PageTokenSealer(const std::array<std::uint8_t, kKeyBytes>& key) : key_(key) {}

  // A token for `content`, in URL-safe base64. `binding` names what the token may be used for
  // (method, caller, and every field of the request that must stay the same from page to page).
  // Errors: INTERNAL (the cryptographic library failed).
  absl::StatusOr<std::string> Seal(std::string_view content, std::string_view binding) const;

  // The content of `token`.
  // Errors: INVALID_ARGUMENT with reason PAGE_TOKEN_INVALID (not sealed here for this binding).
  absl::StatusOr<std::string> Open(std::string_view token, std::string_view binding) const;

 private:
  const std::array<std::uint8_t, kKeyBytes> key_;
};

}  // namespace serieslink::rpc
