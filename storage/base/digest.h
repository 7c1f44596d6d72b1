#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/types/span.h"

namespace serieslink::base {

inline constexpr std::size_t kSha256Bytes = 32;
using Sha256Digest = std::array<std::uint8_t, kSha256Bytes>;

// SHA-256 of `bytes`: says whether two contents are the same, also where it is stored. Thread-safe.
Sha256Digest Sha256(std::string_view bytes);

// SHA-256 of the concatenation of `parts`.
Sha256Digest Sha256(absl::Span<const std::string_view> parts);

// The digest's bytes, as a field of a stored message holds them. Valid as long as `digest`.
std::string_view AsBytes(const Sha256Digest& digest);

// HMAC-SHA256 (RFC 2104) under one key, whose part of the work is done once. Thread-safe.
class HmacSha256 {
 public:
  // `key` may have any length.
  explicit HmacSha256(std::string_view key);
  HmacSha256(HmacSha256&&) noexcept;
  HmacSha256& operator=(HmacSha256&&) noexcept;
  ~HmacSha256();

  Sha256Digest operator()(std::string_view message) const;

 private:
  struct States;
  std::unique_ptr<const States> states_;
};

// A 64-bit hash of `bytes` whose values never change: it may be stored (filters of the sorted-run
// index). Not for keeping secrets or withstanding an attacker. xxHash64 with seed 0.
std::uint64_t StableHash64(std::string_view bytes);

}  // namespace serieslink::base
