#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/base/digest.h"

// The names by which records, exhibits and all that is derived from them are known outside.
namespace serieslink::graph {

// 60 bits that say nothing about what they name. Zero means "none" and names nothing.
class PublicId {
 public:
  static constexpr std::uint64_t kMax = (std::uint64_t{1} << 60) - 1;

  constexpr PublicId() = default;
  // `value` <= kMax.
  explicit constexpr PublicId(std::uint64_t value) : value_(value & kMax) {}

  constexpr std::uint64_t value() const { return value_; }
  constexpr bool empty() const { return value_ == 0; }

  friend constexpr auto operator<=>(PublicId, PublicId) = default;
  template <typename H>
  friend H AbslHashValue(H state, PublicId id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  std::uint64_t value_ = 0;
};

// What an id is said to name. The same 60 bits may stand under several kinds: a weapon is named
// after an exhibit, and an exhibit without a reference after its record.
enum class IdKind : std::uint8_t {
  kRecord,   // RC
  kExhibit,  // EX
  kEvent,    // EV
  kWeapon,   // WP
  kSeries,   // SL
  kFinding,  // FN
};

// The two letters before the first hyphen.
std::string_view IdPrefix(IdKind kind);

// `id` as people read it, e.g. "SL-7K2M-9QXD-4TFBG": prefix, 12 characters of Crockford's base32
// (no I, L, O, U) and a check character of the same alphabet. The check character is computed over
// the digits alone, finds every wrong character and every two characters exchanged, and is the same
// under every prefix.
std::string FormatPublicId(IdKind kind, PublicId id);

// The same of an id as it is stored.
inline std::string IdOf(IdKind kind, std::uint64_t public_id) {
  return FormatPublicId(kind, PublicId(public_id));
}

struct ParsedId {
  IdKind kind;
  PublicId id;
  friend bool operator==(const ParsedId&, const ParsedId&) = default;
};

// Reads an id as people type it: any case, hyphens and spaces anywhere or nowhere, O for 0, I and L
// for 1.
// Errors: INVALID_ARGUMENT (unknown prefix, wrong length, a character that no id has, or the check
// character does not fit; the message says which and never repeats the input).
absl::StatusOr<ParsedId> ParsePublicId(std::string_view text);

// What a record is called by the system it came from.
struct SourceKey {
  std::string_view agency;
  std::string_view source_system;
  std::string_view source_id;
};

// Makes public ids from source keys under the store's secret, so that an id can be made again from
// its source key here and nowhere else, and tells nothing to those without the secret. Two source
// keys can share 60 bits (with ten million records, one chance in 20 thousand): whoever gives out
// ids tries attempt 1, 2, ... until the id is free, and stores which one it gave. Thread-safe.
class IdKey {
 public:
  static constexpr std::size_t kSecretBytes = 32;

  // `secret` has exactly kSecretBytes bytes.
  // Errors: INVALID_ARGUMENT (another length).
  static absl::StatusOr<IdKey> Create(std::string_view secret);

  PublicId ForRecord(const SourceKey& key, std::uint32_t attempt = 0) const;

  // An exhibit with an empty reference is named like its record: `attempt` is then the record's.
  PublicId ForExhibit(const SourceKey& key, std::string_view exhibit_reference,
                      std::uint32_t attempt = 0) const;

  // An id for something known by other `fields`, of which there must be at least five (so that none
  // coincides with a record's or an exhibit's), the first naming the sort of thing.
  PublicId ForFields(absl::Span<const std::string_view> fields) const;

 private:
  explicit IdKey(std::string_view secret) : hash_(secret) {}
  PublicId Hash(absl::Span<const std::string_view> fields, std::uint32_t attempt) const;

  base::HmacSha256 hash_;
};

}  // namespace serieslink::graph
