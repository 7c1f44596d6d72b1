#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/base/digest.h"

namespace serieslink::base {

// Seals bytes so that nobody without the key can read them or alter them unnoticed: AES-256-GCM
// (NIST SP 800-38D) under a key of its own for each seal, which HMAC-SHA256 makes of the key and 16
// random bytes. A nonce is therefore never used twice under one key, however many seals there are:
// a random nonce of 12 bytes alone would be worn out after about 2^32. Thread-safe.
class SealingKey {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  // Random bytes that each seal needs: 16 for its key, 12 for its nonce.
  static constexpr std::size_t kSaltBytes = 28;
  // What a seal adds to the bytes.
  static constexpr std::size_t kOverheadBytes = kSaltBytes + 16;

  // `key` has kKeyBytes secret bytes.
  explicit SealingKey(std::string_view key) : derive_(key) {}

  // `content`, sealed and bound to `binding`: it opens only with the same. `salt` has kSaltBytes
  // random bytes that were never used before (see NewSalt).
  // Errors: INTERNAL (the cryptographic library failed).
  absl::StatusOr<std::string> Seal(std::string_view content, std::string_view binding,
                                   std::string_view salt) const;

  // What was sealed. Errors: DATA_LOSS (not sealed under this key for `binding`, or altered).
  absl::StatusOr<std::string> Open(std::string_view sealed, std::string_view binding) const;

  // Random bytes of the operating system for one seal.
  // Errors: INTERNAL (there are none to be had).
  static absl::StatusOr<std::string> NewSalt();

 private:
  HmacSha256 derive_;
};

}  // namespace serieslink::base
