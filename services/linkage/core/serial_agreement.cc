#include "services/linkage/core/serial_agreement.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kHeldLength = 12;    // Characters that a key holds.
constexpr size_t kReadInBothMin = 4;  // Of a pattern.
constexpr size_t kLostMax = 4;        // Of a number that was cut off.
constexpr char kUnread = '?';
// What a key is made with for a character that was not read; O is read as zero.
constexpr absl::string_view kDigits = "0123456789";
constexpr absl::string_view kCharacters = "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ";

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

// How many characters agree of two texts of one length, those that were not read left out; nothing
// where some differ.
std::optional<size_t> ReadAlike(absl::string_view a, absl::string_view b) {
  size_t read = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == kUnread || b[i] == kUnread) continue;
    if (a[i] != b[i]) return std::nullopt;
    ++read;
  }
  return read;
}

// Whether `reading`, a number of which an end or one stretch is missing, is of `number`: how many
// of its characters are, 0 for none. How many unread characters it has does not count.
size_t ReadOfNumber(absl::string_view reading, absl::string_view number) {
  const size_t gap = reading.find(kUnread);
  const bool has_gap = gap != absl::string_view::npos;
  const size_t behind = has_gap ? reading.find_first_not_of(kUnread, gap) : reading.size();
  const absl::string_view head = reading.substr(0, gap);
  const absl::string_view tail =
      behind == absl::string_view::npos ? absl::string_view() : reading.substr(behind);
  if (absl::StrContains(tail, kUnread)) return 0;
  const size_t known = head.size() + tail.size();
  if (number.size() <= known || number.size() - known > kLostMax) return 0;
  const auto ends = [&](absl::string_view front, absl::string_view back) -> size_t {
    const auto first = ReadAlike(front, number.substr(0, front.size()));
    const auto last = ReadAlike(back, number.substr(number.size() - back.size()));
    return first.has_value() && last.has_value() ? *first + *last : 0;
  };
  // Without a gap it is not known on which side it was cut off.
  return has_gap ? ends(head, tail) : std::max(ends(head, {}), ends({}, head));
}

// Of numbers of which one at least was read in part.
SerialComparison CompareReadings(absl::string_view a, absl::string_view b) {
  const bool same_length = a.size() == b.size();
  const size_t read =
      same_length ? ReadAlike(a, b).value_or(0) : std::max(ReadOfNumber(a, b), ReadOfNumber(b, a));
  if (read < kReadInBothMin) return {};
  return {same_length ? SerialAgreement::kPattern : SerialAgreement::kTruncated,
          static_cast<uint8_t>(read)};
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

// A part of a number under which it meets others: so many characters of its beginning and of its
// end, of a number of no more than `longest`.
struct NeighbourPart {
  char name;
  size_t front;
  size_t back;
  size_t shortest;
  size_t longest;

  bool IsIn(absl::string_view number) const {
    return number.size() >= shortest && number.size() <= longest;
  }
  std::vector<size_t> Places(absl::string_view number) const {
    std::vector<size_t> places;
    for (size_t i = 0; i < front; ++i) places.push_back(i);
    for (size_t i = number.size() - back; i < number.size(); ++i) places.push_back(i);
    return places;
  }
  std::string Of(absl::string_view number) const {
    return absl::StrCat(number.substr(0, front), number.substr(number.size() - back));
  }
};
constexpr NeighbourPart kNeighbourParts[] = {
    {'<', 4, 0, 4, kHeldLength}, {'>', 0, 4, 4, kHeldLength}, {'|', 2, 2, 5, 8}};
constexpr size_t kFilledMax = 2;  // Characters of a part that are filled in.

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
  if (!whole) return CompareReadings(x, y);
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
  const auto add = [&](const NeighbourPart& part, const std::string& of) {
    if (!part.IsIn(of)) return;
    const std::string text = part.Of(of);
    if (!absl::StrContains(text, kUnread)) keys.push_back(NeighbourKey(make, part.name, text));
  };
  for (const NeighbourPart& part : kNeighbourParts) add(part, number);
  if (!keys.empty() || !serial.partial) return keys;
  // None was read whole: what can have stood where fewest characters are missing.
  const NeighbourPart* fewest = nullptr;
  std::vector<size_t> missing;
  for (const NeighbourPart& part : kNeighbourParts) {
    if (!part.IsIn(number)) continue;
    std::vector<size_t> unread = part.Places(number);
    unread.erase(std::remove_if(unread.begin(), unread.end(),
                                [&](size_t place) { return number[place] != kUnread; }),
                 unread.end());
    if (fewest != nullptr && unread.size() >= missing.size()) continue;
    fewest = &part;
    missing = std::move(unread);
  }
  if (fewest == nullptr || missing.size() > kFilledMax) return keys;
  // A letter between digits counts in no key: with it the part is another one.
  std::string filled = number;
  for (const char first : missing.size() == 1 ? kCharacters : kDigits) {
    filled[missing[0]] = first;
    if (missing.size() == 1) {
      add(*fewest, WithoutEmbedded(filled));
      continue;
    }
    for (const char second : kDigits) {
      filled[missing[1]] = second;
      add(*fewest, WithoutEmbedded(filled));
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace serieslink::linkage
