#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Detached Ed25519 signatures (RFC 8032), as `openssl pkeyutl -rawin` makes and checks them.
namespace serieslink::summary {

// A private key. Thread-safe.
class SigningKey {
 public:
  // `pem` is PKCS #8, not encrypted, as `openssl genpkey -algorithm ed25519` writes it.
  // Errors: INVALID_ARGUMENT (anything else).
  static absl::StatusOr<SigningKey> Parse(std::string_view pem);

  // The 64 bytes of the signature of `bytes`. Errors: INTERNAL (the cryptographic library failed).
  absl::StatusOr<std::string> Sign(std::string_view bytes) const;

 private:
  explicit SigningKey(std::shared_ptr<void> key) : key_(std::move(key)) {}

  std::shared_ptr<void> key_;  // EVP_PKEY
};

// Whether `signature` is that of `bytes` under the public key `pem`, as `openssl pkey -pubout`
// writes it. Errors: INVALID_ARGUMENT (no such key), FAILED_PRECONDITION (it is not).
absl::Status CheckSignature(std::string_view pem, std::string_view bytes,
                            std::string_view signature);

}  // namespace serieslink::summary
