#include "storage/graph/public_id.h"

#include <array>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/base/ordered_key.h"

namespace serieslink::graph {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr int kDigits = 12;
constexpr int kPrefixLetters = 2;
constexpr std::array<std::string_view, 6> kPrefixes = {"RC", "EX", "EV", "WP", "SL", "FN"};

// Times x in the field of 32 elements, modulo x^5 + x^2 + 1. x generates it, so its first 31 powers
// are distinct.
constexpr unsigned TimesX(unsigned element) {
  element <<= 1;
  return element & 0x20 ? element ^ 0x25 : element;
}

// The check digit c that makes c + sum over i of x^(12-i) * digit i zero. Distinct weights find any
// single wrong digit and any two digits exchanged. (Horner's rule.)
unsigned CheckDigit(std::uint64_t value) {
  unsigned sum = 0;
  for (int i = kDigits - 1; i >= 0; --i) sum = TimesX(sum ^ ((value >> (5 * i)) & 31));
  return sum;
}

// The digit that `c` stands for, or nothing.
std::optional<unsigned> DigitOf(char c) {
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  const std::size_t digit = kAlphabet.find(c);
  if (digit == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(digit);
}

void AppendField(std::string* message, std::string_view field) {
  base::AppendBe32(message, static_cast<std::uint32_t>(field.size()));
  message->append(field);
}

}  // namespace

std::string_view IdPrefix(IdKind kind) { return kPrefixes[static_cast<std::size_t>(kind)]; }

std::string FormatPublicId(IdKind kind, PublicId id) {
  std::string text(IdPrefix(kind));
  for (int i = kDigits - 1; i >= 0; --i) {
    if (i % 4 == 3) text.push_back('-');
    text.push_back(kAlphabet[(id.value() >> (5 * i)) & 31]);
  }
  text.push_back(kAlphabet[CheckDigit(id.value())]);
  return text;
}

absl::StatusOr<ParsedId> ParsePublicId(std::string_view text) {
  std::string letters;
  for (char c : text) {
    if (c == '-' || c == ' ') continue;
    letters.push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
  }
  std::optional<IdKind> kind;
  for (std::size_t i = 0; i < kPrefixes.size(); ++i) {
    if (std::string_view(letters).substr(0, kPrefixLetters) == kPrefixes[i]) {
      kind = static_cast<IdKind>(i);
    }
  }
  if (!kind) {
    return absl::InvalidArgumentError(
        "an id begins with RC, EX, EV, WP, SL or FN, which says what it names");
  }
  if (letters.size() != kPrefixLetters + kDigits + 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("an id has ", kDigits + 1, " characters after ",
                     absl::string_view(IdPrefix(*kind).data(), kPrefixLetters), ", not ",
                     letters.size() - kPrefixLetters));
  }
  std::uint64_t value = 0;
  for (int i = 0; i <= kDigits; ++i) {
    const std::optional<unsigned> digit = DigitOf(letters[kPrefixLetters + i]);
    if (!digit) {
      return absl::InvalidArgumentError(absl::StrCat(
          "character ", i + 1, " after the prefix is none that an id can have (U and most marks)"));
    }
    if (i < kDigits) {
      value = value << 5 | *digit;
    } else if (*digit != CheckDigit(value)) {
      return absl::InvalidArgumentError(
          "the last character, which checks the others, does not fit: a character is wrong or two "
          "are exchanged");
    }
  }
  if (value == 0) return absl::InvalidArgumentError("an id of zeros names nothing");
  return ParsedId{*kind, PublicId(value)};
}

absl::StatusOr<IdKey> IdKey::Create(std::string_view secret) {
  if (secret.size() != kSecretBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the store key must have ", kSecretBytes, " bytes, not ", secret.size()));
  }
  return IdKey(secret);
}

PublicId IdKey::Hash(absl::Span<const std::string_view> fields, std::uint32_t attempt) const {
  std::string message;
  message.reserve(128);
  for (std::string_view field : fields) AppendField(&message, field);
  if (attempt > 0) base::AppendBe32(&message, attempt);
  const base::Sha256Digest digest = hash_(message);
  const std::uint64_t bits = base::LoadBe64(base::AsBytes(digest).data()) >> 4;
  return PublicId(bits == 0 ? 1 : bits);  // zero means "none"
}

PublicId IdKey::ForRecord(const SourceKey& key, std::uint32_t attempt) const {
  return Hash({key.agency, key.source_system, key.source_id}, attempt);
}

PublicId IdKey::ForExhibit(const SourceKey& key, std::string_view exhibit_reference,
                           std::uint32_t attempt) const {
  if (exhibit_reference.empty()) return ForRecord(key, attempt);
  return Hash({key.agency, key.source_system, key.source_id, exhibit_reference}, attempt);
}

PublicId IdKey::ForFields(absl::Span<const std::string_view> fields) const {
  return Hash(fields, 0);
}

}  // namespace serieslink::graph
