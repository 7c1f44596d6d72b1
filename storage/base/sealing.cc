#include "storage/base/sealing.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace serieslink::base {
namespace {

constexpr std::size_t kKeySaltBytes = 16;
constexpr int kTagBytes = 16;

struct CipherContextFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, CipherContextFree>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

absl::StatusOr<std::string> SealingKey::NewSalt() {
  std::string salt(kSaltBytes, '\0');
  if (RAND_bytes(Bytes(salt), static_cast<int>(salt.size())) != 1) {
    return absl::InternalError("the system has no random bytes");
  }
  return salt;
}

absl::StatusOr<std::string> SealingKey::Seal(std::string_view content, std::string_view binding,
                                             std::string_view salt) const {
  if (salt.size() != kSaltBytes) return absl::InternalError("a seal needs 28 random bytes");
  const Sha256Digest key = derive_(salt.substr(0, kKeySaltBytes));
  std::string sealed(salt);
  sealed.resize(kOverheadBytes + content.size());
  unsigned char* text = Bytes(sealed) + kSaltBytes;
  int length = 0;
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (context == nullptr ||
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                         Bytes(salt.substr(kKeySaltBytes))) != 1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &length, Bytes(binding),
                        static_cast<int>(binding.size())) != 1 ||
      EVP_EncryptUpdate(context.get(), text, &length, Bytes(content),
                        static_cast<int>(content.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), text + length, &length) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, text + content.size()) !=
          1) {
    return absl::InternalError("sealing failed");
  }
  return sealed;
}

absl::StatusOr<std::string> SealingKey::Open(std::string_view sealed,
                                             std::string_view binding) const {
  const auto refused = [] { return absl::DataLossError("this was not sealed here, or altered"); };
  if (sealed.size() < kOverheadBytes) return refused();
  const Sha256Digest key = derive_(sealed.substr(0, kKeySaltBytes));
  const std::string_view nonce = sealed.substr(kKeySaltBytes, kSaltBytes - kKeySaltBytes);
  const std::string_view text = sealed.substr(kSaltBytes, sealed.size() - kOverheadBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string content(text.size(), '\0');
  int length = 0;
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (context == nullptr) return absl::InternalError("opening a seal failed");
  if (EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), Bytes(nonce)) !=
          1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &length, Bytes(binding),
                        static_cast<int>(binding.size())) != 1 ||
      EVP_DecryptUpdate(context.get(), Bytes(content), &length, Bytes(text),
                        static_cast<int>(text.size())) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, Bytes(tag)) != 1 ||
      EVP_DecryptFinal_ex(context.get(), Bytes(content) + length, &length) != 1) {
    return refused();
  }
  return content;
}

}  // namespace serieslink::base
