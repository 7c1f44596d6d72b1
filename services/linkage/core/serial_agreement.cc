#include "services/linkage/core/serial_agreement.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kHeldLength = 12;    // Characters that a key holds.
constexpr size_t kReadInBothMin = 4;  // Of a pattern.
constexpr size_t kLostMax = 4;        // Of a number that was cut off.
constexpr size_t kNeighbourPart = 4;  // Characters of a neighbour key.
constexpr char kUnread = '?';

// Without letters that stand between digits; prefix and suffix letters stay.
std::string WithoutEmbedded(absl::string_view number) {
  const size_t first = number.find_first_of("0123456789");
  if (first == absl::string_view::npos) return std::string(number);
  const size_t last = number.find_last_of("0123456789");
  std::string out(number.substr(0, first));
  for (size_t i = first; i <= last; ++i) {
    if (IsDigit(number[i]) || number[i] == kUnread) out.push_back(number[i]);
  }
  out.append(number.data() + last + 1, number.size() - last - 1);
  return out;
}

SerialComparison ComparePatterns(absl::string_view a, absl::string_view b) {
  if (a.size() != b.size()) return {};
  size_t read = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == kUnread || b[i] == kUnread) continue;
    if (a[i] != b[i]) return {};
    ++read;
  }
  if (read < kReadInBothMin) return {};
  return {SerialAgreement::kPattern, static_cast<uint8_t>(read)};
}

// One character replaced, left out or added, or two neighbours exchanged. `shorter` is not longer.
SerialComparison CompareEdited(absl::string_view shorter, absl::string_view longer) {
  if (longer.size() - shorter.size() > 1) return {};
  size_t from = 0;
  while (from < shorter.size() && shorter[from] == longer[from]) ++from;
  size_t till = 0;
  while (till < shorter.size() - from &&
         shorter[shorter.size() - 1 - till] == longer[longer.size() - 1 - till]) {
    ++till;
  }
  const size_t between = shorter.size() - from - till;
  const bool exchanged = between == 2 && longer.size() == shorter.size() &&
                         shorter[from] == longer[from + 1] && shorter[from + 1] == longer[from];
  if (longer.size() > shorter.size() ? between != 0 : between != 1 && !exchanged) return {};
  return {SerialAgreement::kOneEdit, static_cast<uint8_t>(from + till)};
}

uint64_t NeighbourKey(uint64_t make, char where, absl::string_view part) {
  uint64_t h = MixBits(make ^ static_cast<unsigned char>(where));
  for (const char c : part) h = MixBits(h ^ static_cast<unsigned char>(c));
  return h;
}

// Of a glance's first character, which is below it like any other.
constexpr uint32_t kHasEmbedded = 0x80;

// The characters of a glance, the first one lowest.
absl::uint128 PackedOf(const SerialGlance& glance) {
  return absl::MakeUint128(glance.characters[2], uint64_t{glance.characters[1]} << 32 |
                                                     (glance.characters[0] & ~kHasEmbedded));
}

int TrailingZeroBytes(absl::uint128 x) {
  const uint64_t low = absl::Uint128Low64(x);
  return (low != 0 ? std::countr_zero(low) : 64 + std::countr_zero(absl::Uint128High64(x))) / 8;
}

// Bytes up to the last one that is not zero.
int UsedBytes(absl::uint128 x) {
  const uint64_t high = absl::Uint128High64(x);
  const int bits = high != 0 ? 64 + std::bit_width(high) : std::bit_width(absl::Uint128Low64(x));
  return (bits + 7) / 8;
}

std::string TextOf(absl::uint128 packed) {
  std::string text;
  for (; packed != 0; packed >>= 8) {
    text.push_back(static_cast<char>(absl::Uint128Low64(packed) & 0xFF));
  }
  return text;
}

// Whether one character was replaced or two neighbours were exchanged. Both are of one length.
bool AreOneReplacementApart(absl::uint128 a, absl::uint128 b) {
  const absl::uint128 difference = a ^ b;
  const int from = TrailingZeroBytes(difference);
  const int between = UsedBytes(difference) - from;
  if (between != 2) return between == 1;
  const auto x = absl::Uint128Low64(a >> (8 * from));
  const auto y = absl::Uint128Low64(b >> (8 * from));
  return (x & 0xFF) == (y >> 8 & 0xFF) && (x >> 8 & 0xFF) == (y & 0xFF);
}

// Whether one number is the other cut off or with one character left out. `a` and `b` differ.
bool AreAddedApart(absl::uint128 a, int a_length, absl::uint128 b, int b_length) {
  const absl::uint128 shorter = a_length < b_length ? a : b;
  const absl::uint128 longer = a_length < b_length ? b : a;
  const int length = std::min(a_length, b_length);
  const int lost = std::max(a_length, b_length) - length;
  if (lost > static_cast<int>(kLostMax)) return false;
  // How many characters agree from the beginning and, both laid end to end, from the end.
  const int from = std::min(length, TrailingZeroBytes(a ^ b));
  const int till = length - UsedBytes(shorter ^ (longer >> (8 * lost)));
  return from == length || till == length || (lost == 1 && from + till >= length);
}

}  // namespace

SerialGlance GlanceOf(const SerialFact& serial) {
  SerialGlance glance;
  if (serial.partial || serial.length > kHeldLength) return glance;
  const std::string text = SerialOfKey(serial);
  for (size_t i = 0; i < text.size(); ++i) {
    glance.characters[i / 4] |= uint32_t{static_cast<unsigned char>(text[i])} << (8 * (i % 4));
  }
  if (WithoutEmbedded(text).size() != text.size()) glance.characters[0] |= kHasEmbedded;
  return glance;
}

bool MayNearlyAgree(const SerialGlance& a, const SerialGlance& b) {
  if (a.is_empty() || b.is_empty()) return true;
  const absl::uint128 x = PackedOf(a);
  const absl::uint128 y = PackedOf(b);
  if (x == y) return false;
  const int x_length = UsedBytes(x);
  const int y_length = UsedBytes(y);
  if (x_length == y_length ? AreOneReplacementApart(x, y)
                           : AreAddedApart(x, x_length, y, y_length)) {
    return true;
  }
  const bool have_embedded = ((a.characters[0] | b.characters[0]) & kHasEmbedded) != 0;
  return have_embedded && WithoutEmbedded(TextOf(x)) == WithoutEmbedded(TextOf(y));
}

std::string SerialOfKey(const SerialFact& serial) {
  if (serial.length > kHeldLength) return {};
  std::string text(serial.length, kUnread);
  uint64_t key = serial.key;
  for (size_t i = serial.length; i-- > 0; key /= 37) {
    const auto digit = static_cast<char>(key % 37);
    if (digit != 0) text[i] = static_cast<char>(digit <= 10 ? '0' + digit - 1 : 'A' + digit - 11);
  }
  return text;
}

SerialComparison CompareSerials(const SerialFact& a, const SerialFact& b) {
  const bool whole = !a.partial && !b.partial;
  if (whole && a.key == b.key) return {SerialAgreement::kEqual, a.length};
  if (whole && a.likeness == b.likeness) return {SerialAgreement::kAlike, a.length};
  if (a.length > kHeldLength || b.length > kHeldLength) return {};
  const std::string x = SerialOfKey(a.length <= b.length ? a : b);
  const std::string y = SerialOfKey(a.length <= b.length ? b : a);
  if (!whole) return ComparePatterns(x, y);
  const std::string stripped = WithoutEmbedded(x);
  if (stripped == WithoutEmbedded(y)) {
    return {SerialAgreement::kEmbedded, static_cast<uint8_t>(stripped.size())};
  }
  const size_t lost = y.size() - x.size();
  if (lost >= 1 && lost <= kLostMax && (absl::StartsWith(y, x) || absl::EndsWith(y, x))) {
    return {SerialAgreement::kTruncated, static_cast<uint8_t>(x.size())};
  }
  return CompareEdited(x, y);
}

absl::InlinedVector<uint64_t, 3> NeighbourKeys(const SerialFact& serial, uint64_t make) {
  absl::InlinedVector<uint64_t, 3> keys;
  if (serial.length > kHeldLength || make <= kOtherMake) return keys;
  const std::string number = WithoutEmbedded(SerialOfKey(serial));
  if (number.size() < kNeighbourPart) return keys;
  const auto add = [&](char where, const std::string& part) {
    if (!absl::StrContains(part, kUnread)) keys.push_back(NeighbourKey(make, where, part));
  };
  add('<', number.substr(0, kNeighbourPart));
  add('>', number.substr(number.size() - kNeighbourPart));
  if (number.size() > kNeighbourPart && number.size() <= 2 * kNeighbourPart) {
    add('|', number.substr(0, 2) + number.substr(number.size() - 2));
  }
  return keys;
}

}  // namespace serieslink::linkage
