#include "services/linkage/core/serial_shape.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/linkage/core/characters.h"

namespace serieslink::linkage {
namespace {

// Matches `text` against a pattern of one character each: '9' a digit, 'A' a letter, others
// themselves.
bool Matches(absl::string_view text, absl::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits = pattern[i] == '9'   ? IsDigit(text[i])
                      : pattern[i] == 'A' ? IsLetter(text[i])
                                          : text[i] == pattern[i];
    if (!fits) return false;
  }
  return true;
}

}  // namespace

size_t LongestLetterRun(absl::string_view token) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : token) {
    run = IsLetter(c) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool IsOneCharacter(absl::string_view canonical) {
  return canonical.size() > 1 &&
         std::all_of(canonical.begin(), canonical.end(), [&](char c) { return c == canonical[0]; });
}

bool IsZeros(absl::string_view joined) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto zeros = std::count(joined.begin(), joined.end(), '0');
  const auto digits = std::count_if(joined.begin(), joined.end(), is_digit);
  if (zeros == digits) return zeros >= 3;
  return joined.size() >= 5 && zeros == static_cast<std::ptrdiff_t>(joined.size()) - 1 &&
         is_digit(joined.back()) && joined.back() != '0';
}

bool LooksLikeCalibre(absl::string_view joined) {
  absl::string_view rest = joined;
  if (absl::ConsumeSuffix(&rest, "MM") && rest.size() <= 4 && !rest.empty() &&
      std::all_of(rest.begin(), rest.end(), IsDigit)) {
    return true;
  }
  if (absl::EndsWith(rest, "R")) rest.remove_suffix(1);
  const size_t times = rest.find('X');
  if (times == absl::string_view::npos) return false;
  const absl::string_view bore = rest.substr(0, times);
  const absl::string_view length = rest.substr(times + 1);
  const auto digits = [](absl::string_view s) {
    return !s.empty() && s.size() <= 3 && std::all_of(s.begin(), s.end(), IsDigit);
  };
  return digits(bore) && digits(length) && length.size() >= 2;
}

bool LooksLikeBore(absl::string_view digits) {
  static constexpr absl::string_view kBores[] = {
      "177", "204", "220", "222", "223", "243", "250", "257", "260", "264", "270", "280", "300",
      "303", "308", "315", "320", "338", "350", "357", "375", "380", "400", "410", "440", "444",
      "450", "454", "455", "460", "500", "556", "635", "762", "763", "765", "792"};
  return std::find(std::begin(kBores), std::end(kBores), digits) != std::end(kBores);
}

bool IsSpreadsheetExponent(absl::string_view body) {
  const size_t e = body.find("E+");
  if (e == absl::string_view::npos || e == 0 || e + 2 == body.size()) return false;
  const absl::string_view mantissa = body.substr(0, e);
  const absl::string_view exponent = body.substr(e + 2);
  return std::all_of(mantissa.begin(), mantissa.end(),
                     [](char c) { return IsDigit(c) || c == '.' || c == ','; }) &&
         std::all_of(exponent.begin(), exponent.end(), IsDigit);
}

bool IsTurkishFragment(absl::string_view body) {
  if (!absl::StrContains(body, 'T')) return false;
  std::string plain;
  bool separated = false;  // After the maker's digits, where the year begins.
  for (const char c : body) {
    if (IsDigit(c) || IsLetter(c)) {
      plain.push_back(c);
    } else if (plain.size() == 5) {
      separated = true;
    }
  }
  if (Matches(plain, "T9999")) return true;
  if (plain.size() < 7 || !Matches(absl::string_view(plain).substr(0, 7), "T999999")) return false;
  const absl::string_view rest = absl::string_view(plain).substr(7);
  const size_t letters = LongestLetterRun(rest);
  if (letters == 0) return rest.empty() && separated;
  const absl::string_view number = rest.substr(letters);
  return letters <= 2 && number.size() < 5 && std::all_of(number.begin(), number.end(), IsDigit);
}

std::string WithoutCrossedOut(absl::string_view joined) {
  std::string out(joined);
  for (size_t i = 0; i < joined.size();) {
    if (joined[i] != 'X') {
      ++i;
      continue;
    }
    const size_t begin = i;
    while (i < joined.size() && joined[i] == 'X') ++i;
    const size_t run = i - begin;
    const bool at_end = begin == 0 || i == joined.size();
    const bool behind_digit = begin > 0 && IsDigit(joined[begin - 1]);
    const bool is_crossed_out = run > 3 || (run == 3 && at_end) ||
                                (run == 2 && behind_digit && i == joined.size()) ||
                                (run >= 2 && !at_end && behind_digit && IsDigit(joined[i]));
    if (is_crossed_out) out.replace(begin, run, run, '?');
  }
  return out;
}

bool HasCrossedOut(absl::string_view joined) { return WithoutCrossedOut(joined) != joined; }

bool TrailsOff(absl::string_view body) {
  for (const absl::string_view trail : {"..", "---"}) {
    if (absl::EndsWith(body, trail) || absl::StartsWith(body, trail)) return true;
  }
  return false;
}

}  // namespace serieslink::linkage
