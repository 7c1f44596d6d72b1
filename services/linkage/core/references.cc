#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/key_hash.h"

namespace serieslink::linkage {
namespace {

// Runs of letters and of digits in upper case, joined by "/": "RJM/01" and "rjm 1" become "RJM/1".
// Leading zeros of a run of digits are dropped. Other bytes separate.
std::string Runs(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (!absl::ascii_isalnum(c)) {
      ++i;
      continue;
    }
    const bool digits = absl::ascii_isdigit(c);
    std::string run;
    for (; i < text.size(); ++i) {
      const unsigned char d = static_cast<unsigned char>(text[i]);
      if (!absl::ascii_isalnum(d) || absl::ascii_isdigit(d) != digits) break;
      if (digits && d == '0' && run.empty()) continue;
      run.push_back(static_cast<char>(absl::ascii_toupper(d)));
    }
    if (run.empty()) continue;
    if (!out.empty()) out.push_back('/');
    out.append(run);
  }
  return out;
}

int FullYear(int year) {
  if (year >= 0 && year < 50) return 2000 + year;
  if (year >= 50 && year < 100) return 1900 + year;
  return year;
}

bool AllDigits(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty();
}

}  // namespace

uint64_t PlaceKey(absl::string_view code) {
  const std::string upper = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(code));
  return upper.empty() ? 0 : HashTexts({"place", upper});
}

uint64_t CrimeReferenceKey(absl::string_view issuing_force, int year, absl::string_view number) {
  const std::string force = absl::AsciiStrToLower(absl::StripAsciiWhitespace(issuing_force));
  const std::string runs = Runs(number);
  if (force.empty() || runs.empty()) return 0;
  return HashTexts({"crime", force, absl::StrCat(year == 0 ? 0 : FullYear(year)), runs});
}

CrimeReferenceParts ParseCrimeReference(absl::string_view text, absl::string_view default_force) {
  CrimeReferenceParts parts;
  parts.issuing_force = absl::AsciiStrToLower(absl::StripAsciiWhitespace(default_force));
  absl::string_view rest = absl::StripAsciiWhitespace(text);

  size_t letters = 0;
  while (letters < rest.size() && absl::ascii_isalpha(static_cast<unsigned char>(rest[letters]))) {
    ++letters;
  }
  // Three letters or more and a blank: a force. "B-661/17" is all number.
  if (letters >= 3 && letters < rest.size() && rest[letters] == ' ') {
    parts.issuing_force = absl::AsciiStrToLower(rest.substr(0, letters));
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(letters));
  }

  const size_t separator = rest.find_last_of("/-");
  if (separator != absl::string_view::npos) {
    const absl::string_view tail = rest.substr(separator + 1);
    if (AllDigits(tail) && (tail.size() == 2 || tail.size() == 4)) {
      int year = 0;
      for (const char c : tail) year = year * 10 + (c - '0');
      if (tail.size() == 2) year = FullYear(year);
      if (year >= 1900 && year < 2100) {
        parts.year = year;
        rest = rest.substr(0, separator);
      }
    }
  }
  parts.number = std::string(absl::StripAsciiWhitespace(rest));
  return parts;
}

}  // namespace serieslink::linkage
