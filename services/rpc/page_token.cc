#include "services/rpc/page_token.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

#include "absl/strings/escaping.h"
#include "services/rpc/error.h"
#include "storage/base/text.h"

namespace serieslink::rpc {
namespace {

constexpr int kNonceBytes = 12;
constexpr int kTagBytes = 16;

struct CipherContextFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, CipherContextFree>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

absl::Status InvalidToken() {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::ERROR_REASON_PAGE_TOKEN_INVALID,
                   "page_token is not one that this call returned to you with the same filters; "
                   "start again without it");
}

}  // namespace

absl::StatusOr<std::string> PageTokenSealer::Seal(std::string_view content,
                                                  std::string_view binding) const {
  std::string sealed(kNonceBytes + content.size() + kTagBytes, '\0');
  unsigned char* nonce = Bytes(sealed);
  unsigned char* text = nonce + kNonceBytes;
  int length = 0;
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (context == nullptr || RAND_bytes(nonce, kNonceBytes) != 1 ||
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce) != 1 ||
      EVP_EncryptUpdate(context.get(), nullptr, &length, Bytes(binding),
                        static_cast<int>(binding.size())) != 1 ||
      EVP_EncryptUpdate(context.get(), text, &length, Bytes(content),
                        static_cast<int>(content.size())) != 1 ||
      EVP_EncryptFinal_ex(context.get(), text + length, &length) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, text + content.size()) !=
          1) {
    return absl::InternalError("sealing a page token failed");
  }
  return absl::WebSafeBase64Escape(sealed);
}

absl::StatusOr<std::string> PageTokenSealer::Open(std::string_view token,
                                                  std::string_view binding) const {
  std::string sealed;
  if (!absl::WebSafeBase64Unescape(AbslView(token), &sealed) ||
      sealed.size() < kNonceBytes + kTagBytes) {
    return InvalidToken();
  }
  const unsigned char* nonce = Bytes(sealed);
  const std::size_t content_bytes = sealed.size() - kNonceBytes - kTagBytes;
  unsigned char* text = Bytes(sealed) + kNonceBytes;
  std::string content(content_bytes, '\0');
  int length = 0;
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (context == nullptr) return absl::InternalError("opening a page token failed");
  if (EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce) != 1 ||
      EVP_DecryptUpdate(context.get(), nullptr, &length, Bytes(binding),
                        static_cast<int>(binding.size())) != 1 ||
      EVP_DecryptUpdate(context.get(), Bytes(content), &length, text,
                        static_cast<int>(content_bytes)) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, text + content_bytes) !=
          1 ||
      EVP_DecryptFinal_ex(context.get(), Bytes(content) + length, &length) != 1) {
    return InvalidToken();
  }
  return content;
}

}  // namespace serieslink::rpc
