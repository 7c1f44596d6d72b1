#include "storage/base/digest.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace serieslink::base {
namespace {

constexpr std::size_t kSha256BlockBytes = 64;

// Hashing in memory fails only when memory does or the library is broken: nothing could go on.
void Require(bool ok) {
  if (!ok) std::abort();
}

// Fetched once: a fetch by name takes longer than hashing a short message.
const EVP_MD* Sha256Method() {
  static const EVP_MD* const method = [] {
    EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Require(fetched != nullptr);
    return fetched;
  }();
  return method;
}

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

Context NewContext() {
  Context context(EVP_MD_CTX_new());
  Require(context != nullptr);
  return context;
}

// Kept for the life of the thread, because making one takes longer than hashing a short message.
EVP_MD_CTX* ThreadContext() {
  thread_local const Context context = NewContext();
  return context.get();
}

void Update(EVP_MD_CTX* context, std::string_view bytes) {
  Require(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

Sha256Digest Finish(EVP_MD_CTX* context) {
  Sha256Digest digest;
  Require(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1);
  return digest;
}

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87u;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Fu;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9u;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63u;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5u;

std::uint64_t RotateLeft(std::uint64_t value, int bits) {
  return (value << bits) | (value >> (64 - bits));
}

std::uint64_t LoadLittleEndian(const char* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::uint64_t Round(std::uint64_t lane, std::uint64_t input) {
  return RotateLeft(lane + input * kPrime2, 31) * kPrime1;
}

}  // namespace

Sha256Digest Sha256(std::string_view bytes) {
  return Sha256(absl::Span<const std::string_view>(&bytes, 1));
}

Sha256Digest Sha256(absl::Span<const std::string_view> parts) {
  EVP_MD_CTX* context = ThreadContext();
  Require(EVP_DigestInit_ex(context, Sha256Method(), nullptr) == 1);
  for (std::string_view part : parts) Update(context, part);
  return Finish(context);
}

std::string_view AsBytes(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

struct HmacSha256::States {
  Context inner;  // hash after the key's block of the inner pass
  Context outer;  // and of the outer pass
};

HmacSha256::HmacSha256(std::string_view key) {
  std::array<char, kSha256BlockBytes> block{};
  if (key.size() > kSha256BlockBytes) {
    const Sha256Digest digest = Sha256(key);
    std::memcpy(block.data(), digest.data(), digest.size());
  } else {
    std::memcpy(block.data(), key.data(), key.size());
  }
  auto after_block = [&block](char pad) {
    std::string padded(block.data(), block.size());
    for (char& c : padded) c = static_cast<char>(c ^ pad);
    Context context = NewContext();
    Require(EVP_DigestInit_ex(context.get(), Sha256Method(), nullptr) == 1);
    Update(context.get(), padded);
    return context;
  };
  states_ = std::make_unique<const States>(States{after_block(0x36), after_block(0x5C)});
}

HmacSha256::HmacSha256(HmacSha256&&) noexcept = default;
HmacSha256& HmacSha256::operator=(HmacSha256&&) noexcept = default;
HmacSha256::~HmacSha256() = default;

Sha256Digest HmacSha256::operator()(std::string_view message) const {
  EVP_MD_CTX* context = ThreadContext();
  Require(EVP_MD_CTX_copy_ex(context, states_->inner.get()) == 1);
  Update(context, message);
  const Sha256Digest inner = Finish(context);
  Require(EVP_MD_CTX_copy_ex(context, states_->outer.get()) == 1);
  Update(context, AsBytes(inner));
  return Finish(context);
}

std::uint64_t StableHash64(std::string_view bytes) {
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t hash;
  if (left >= 32) {
    std::uint64_t lanes[4] = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
    for (; left >= 32; left -= 32) {
      for (std::uint64_t& lane : lanes) {
        lane = Round(lane, LoadLittleEndian(at, 8));
        at += 8;
      }
    }
    hash = RotateLeft(lanes[0], 1) + RotateLeft(lanes[1], 7) + RotateLeft(lanes[2], 12) +
           RotateLeft(lanes[3], 18);
    for (std::uint64_t lane : lanes) hash = (hash ^ Round(0, lane)) * kPrime1 + kPrime4;
  } else {
    hash = kPrime5;
  }
  hash += bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    hash = RotateLeft(hash ^ Round(0, LoadLittleEndian(at, 8)), 27) * kPrime1 + kPrime4;
  }
  if (left >= 4) {
    hash = RotateLeft(hash ^ (LoadLittleEndian(at, 4) * kPrime1), 23) * kPrime2 + kPrime3;
    at += 4;
    left -= 4;
  }
  for (; left > 0; --left, ++at) {
    hash = RotateLeft(hash ^ (static_cast<unsigned char>(*at) * kPrime5), 11) * kPrime1;
  }
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

}  // namespace serieslink::base
