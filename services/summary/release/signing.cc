#include "services/summary/release/signing.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <utility>

namespace serieslink::summary {
namespace {

constexpr std::size_t kSignatureBytes = 64;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Bio BioOf(std::string_view pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
}

const unsigned char* BytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Never asks at a terminal for the password of a key.
int NoPassword(char* /*buffer*/, int /*size*/, int /*is_write*/, void* /*context*/) { return -1; }

bool IsEd25519(EVP_PKEY* key) {
  return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
}

}  // namespace

absl::StatusOr<SigningKey> SigningKey::Parse(std::string_view pem) {
  const Bio bio = BioOf(pem);
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr),
                                &EVP_PKEY_free);
  if (!IsEd25519(key.get())) {
    return absl::InvalidArgumentError(
        "it is no Ed25519 private key in PEM without a password; 'openssl genpkey -algorithm "
        "ed25519' makes one");
  }
  return SigningKey(std::move(key));
}

absl::StatusOr<std::string> SigningKey::Sign(std::string_view bytes) const {
  const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  const bool is_signed =
      digest != nullptr &&
      EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr,
                         static_cast<EVP_PKEY*>(key_.get())) == 1 &&
      EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     BytesOf(bytes), bytes.size()) == 1 &&
      size == kSignatureBytes;
  if (!is_signed) return absl::InternalError("a public summary could not be signed");
  return signature;
}

absl::Status CheckSignature(std::string_view pem, std::string_view bytes,
                            std::string_view signature) {
  const Bio bio = BioOf(pem);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (!IsEd25519(key.get())) {
    return absl::InvalidArgumentError(
        "it is no Ed25519 public key in PEM; 'openssl pkey -pubout' writes one");
  }
  const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool is_right =
      digest != nullptr &&
      EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(digest.get(), BytesOf(signature), signature.size(), BytesOf(bytes),
                       bytes.size()) == 1;
  if (is_right) return absl::OkStatus();
  return absl::FailedPreconditionError("the signature is not that of this package under this key");
}

}  // namespace serieslink::summary
