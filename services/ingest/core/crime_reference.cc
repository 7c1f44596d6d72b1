#include "services/ingest/core/crime_reference.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/ingest/core/characters.h"
#include "services/ingest/core/limits.h"
#include "storage/base/text.h"

namespace serieslink::ingest {
namespace {

// The force's word in front of a reference, or nothing. A single letter begins numbers ("B
// 661/17").
std::string_view LeadingForce(std::string_view text) {
  const std::size_t blank = text.find_first_of(" \t");
  if (blank == std::string_view::npos || blank < 2 || blank > kMaxAgencyBytes) return {};
  for (std::size_t i = 0; i < blank; ++i) {
    const bool inner_mark = i > 0 && (text[i] == '-' || text[i] == '_');
    if (!absl::ascii_isalpha(static_cast<unsigned char>(text[i])) && !inner_mark) return {};
  }
  return text.substr(0, blank);
}

// The year that `digits` mean, or 0.
int YearOf(std::string_view digits, int received_year) {
  if (digits.size() != 2 && digits.size() != 4) return 0;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return 0;
    value = value * 10 + (c - '0');
  }
  if (digits.size() == 4) return value >= 1900 && value <= 2100 ? value : 0;
  const int last = received_year + 1;
  const int year = last - last % 100 + value;
  return year <= last ? year : year - 100;
}

}  // namespace

std::optional<type::v1::ErrorReason> ParseCrimeReference(std::string_view text,
                                                         std::string_view own_force,
                                                         IssuingForce force, int received_year,
                                                         type::v1::CrimeReference* reference) {
  if (text.size() > kMaxIdBytes) return type::v1::ERROR_REASON_FIELD_TOO_LONG;
  if (IsBlank(text)) return type::v1::ERROR_REASON_FIELD_MISSING;
  if (HasControlCharacter(text)) return type::v1::ERROR_REASON_FIELD_INVALID;
  std::string_view rest = text.substr(text.find_first_not_of(" \t"));
  std::string_view named = LeadingForce(rest);
  if (force == IssuingForce::kOwn &&
      !absl::EqualsIgnoreCase(AbslView(named), AbslView(own_force))) {
    named = {};
  }
  if (named.empty() && force == IssuingForce::kNamed) return type::v1::ERROR_REASON_FIELD_INVALID;
  rest.remove_prefix(named.size());

  std::string& number = *reference->mutable_number();
  number.reserve(rest.size());
  bool has_character = false;
  for (const char c : rest) {
    if (c == ' ') continue;
    number.push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
    has_character |= absl::ascii_isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0;
  }
  if (!has_character) return type::v1::ERROR_REASON_FIELD_INVALID;
  if (const std::size_t slash = number.rfind('/'); slash != std::string::npos) {
    const int year = YearOf(std::string_view(number).substr(slash + 1), received_year);
    if (year != 0) {
      number.resize(slash);
      if (number.empty()) return type::v1::ERROR_REASON_FIELD_INVALID;
      reference->set_year(year);
    }
  }
  std::string& issuing = *reference->mutable_issuing_force();
  const std::string_view issuer = named.empty() ? own_force : named;
  issuing.assign(issuer.data(), issuer.size());
  absl::AsciiStrToLower(&issuing);
  reference->set_text(text.data(), text.size());
  return std::nullopt;
}

}  // namespace serieslink::ingest
