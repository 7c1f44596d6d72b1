#include "services/linkage/core/other_things.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/latin_fold.h"
#include "services/linkage/core/serial_dates.h"
#include "services/linkage/core/serial_vocabulary.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }

OtherThing Certain(absl::string_view reason) { return {Otherness::kCertain, reason}; }
OtherThing Possible(absl::string_view reason) { return {Otherness::kPossible, reason}; }

// The text with 'A' for each letter and '9' for each digit; blanks in a row are one.
std::string MaskOf(absl::string_view body) {
  std::string mask;
  for (const char c : body) {
    const char masked = IsLetter(c) ? 'A' : IsDigit(c) ? '9' : c;
    if (masked == ' ' && (mask.empty() || mask.back() == ' ')) continue;
    mask.push_back(masked);
  }
  while (!mask.empty() && mask.back() == ' ') mask.pop_back();
  return mask;
}

// Runs of digits that nothing but symbols and blanks bounds.
std::vector<absl::string_view> DigitGroups(absl::string_view body) {
  std::vector<absl::string_view> groups;
  for (size_t i = 0; i < body.size();) {
    if (!IsAlnum(body[i])) {
      ++i;
      continue;
    }
    const size_t begin = i;
    bool digits = true;
    for (; i < body.size() && IsAlnum(body[i]); ++i) digits &= IsDigit(body[i]);
    if (digits) groups.push_back(body.substr(begin, i - begin));
  }
  return groups;
}

bool IsYearOfThisAge(absl::string_view digits) {
  return digits.size() == 4 && (absl::StartsWith(digits, "19") || absl::StartsWith(digits, "20"));
}

// "1.234.567", "12 345": thousands.
bool AreThousands(const std::vector<absl::string_view>& groups) {
  return groups.front().size() <= 3 &&
         std::all_of(groups.begin() + 1, groups.end(),
                     [](absl::string_view group) { return group.size() == 3; });
}

// Whether `c` stands between two letters or digits, blanks aside.
bool StandsBetween(absl::string_view body, absl::string_view symbols) {
  for (size_t i = 0; i < body.size(); ++i) {
    if (!absl::StrContains(symbols, body[i])) continue;
    const absl::string_view before = absl::StripTrailingAsciiWhitespace(body.substr(0, i));
    const absl::string_view after = absl::StripLeadingAsciiWhitespace(body.substr(i + 1));
    if (!before.empty() && !after.empty() && IsAlnum(before.back()) && IsAlnum(after.front())) {
      return true;
    }
  }
  return false;
}

// A number and its unit: "1.5KG", "1500 GBP". Suffixes of numbers have one or two letters; the
// units that are known are no such suffixes.
bool IsMeasure(absl::string_view body) {
  const SerialVocabulary& words = VocabularyInUse().serials();
  const auto is_unit = [&words](absl::string_view word) {
    return words.units.contains(word) || words.currencies.contains(word);
  };
  size_t i = 0;
  const auto is_number = [](char c) { return IsDigit(c) || c == '.' || c == ',' || c == ' '; };
  while (i < body.size() && is_number(body[i])) ++i;
  if (i > 0 && i < body.size() && is_unit(absl::StripAsciiWhitespace(body.substr(i)))) {
    return true;
  }
  // "GBP 1500".
  i = 0;
  while (i < body.size() && IsLetter(body[i])) ++i;
  return i > 0 && i < body.size() && body[i] == ' ' &&
         words.currencies.contains(body.substr(0, i)) &&
         std::all_of(body.begin() + static_cast<std::ptrdiff_t>(i), body.end(), is_number);
}

bool IsAddressOfTheNet(absl::string_view body) {
  for (const absl::string_view piece :
       {"@", "://", "WWW.", "HTTP", ".COM", ".ORG", ".NET", ".GOV"}) {
    if (absl::StrContains(body, piece)) return true;
  }
  return false;
}

// What symbols say without regard to the rest.
OtherThing SymbolsOf(absl::string_view body, absl::string_view digits, bool only_digits) {
  if (IsAddressOfTheNet(body)) return Certain("an e-mail or web address");
  if (body.find_first_of("$%") != absl::string_view::npos && !digits.empty()) {
    return Certain("an amount of money, or a percentage");
  }
  for (size_t i = 1; i < body.size(); ++i) {
    const char before = body[body[i - 1] == ' ' && i > 1 ? i - 2 : i - 1];
    if (body[i] == kOrdinalMark && IsDigit(before)) return Certain("degrees, or an ordinal");
    if (body[i] == ':' && IsDigit(before) && i + 1 < body.size() && IsDigit(body[i + 1])) {
      return only_digits ? Certain("a time") : Possible("a time");
    }
  }
  if (body[0] == '+' && digits.size() >= 7) return Certain("a telephone number");
  return {};
}

// Digits without letters.
OtherThing ShapeOfDigits(absl::string_view body, absl::string_view digits) {
  const std::vector<absl::string_view> groups = DigitGroups(body);
  // Llama's numbers begin with 07-04 and have 11 digits too; no telephone does.
  const bool mobile = absl::StartsWith(digits, "07") && digits.size() > 2 && digits[2] != '0';
  const bool landline = groups.size() > 1 && digits[0] == '0' && groups[0].size() >= 3 &&
                        groups[0].size() <= 5 && !absl::StrContains(body, '-');
  if (digits.size() == 11 && (mobile || landline)) return Certain("a telephone number");
  if (MaskOf(body) == "99-99-99999-99") return {};  // Llama.
  const size_t fraction = body.find_first_of(".,");
  if (groups.size() == 2 && fraction != absl::string_view::npos && groups[1].size() != 3 &&
      groups[1].begin() == body.begin() + fraction + 1) {
    return Possible("a decimal fraction");
  }
  // "51.5074, -0.1278".
  if (groups.size() == 4 && absl::StrContains(body, ',') &&
      std::count(body.begin(), body.end(), '.') == 2) {
    return Certain("co-ordinates");
  }
  const bool short_groups = std::all_of(groups.begin(), groups.end(),
                                        [](absl::string_view group) { return group.size() < 5; });
  if (groups.size() >= 3 && short_groups && !AreThousands(groups)) {
    return Possible("groups of digits");
  }
  if (groups.size() == 2 && (groups[0].size() == 4 || groups[0].size() == 5) &&
      groups[1].size() == 4) {
    return Possible("a telephone number");
  }
  if (digits.size() >= 11) return Possible("more digits than makers' numbers have");
  if (digits.size() == 9 && digits[0] == '9') return Possible("a telephone number");
  if (IsRecentDay(digits)) return Possible("a day");
  return {};
}

// Letters and digits of which the form says what they are.
OtherThing ShapeOfCode(absl::string_view mask, absl::string_view joined) {
  static const auto* const postcodes =
      new WordSet({"A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"});
  if (postcodes->contains(mask)) return Certain("a postcode");
  const std::string form = MaskOf(joined);
  if (absl::StartsWith(mask, "A.A.") || absl::StartsWith(mask, "A. A.")) {
    return Possible("an abbreviation and a number");
  }
  if (form == "AA999999A" && joined.back() <= 'D') return Possible("a national insurance number");
  if (form == "99AA9999999") return Possible("a case's reference");
  if (form == "A99999999" && absl::StrContains("EWSNKJLM", joined[0]) && joined[3] == '0') {
    return Possible("a code of an area");
  }
  // "51.507N".
  const bool compass =
      joined.size() > 1 && absl::StrContains(mask, "9.9") &&
      std::count(form.begin(), form.end(), 'A') == 1 &&
      (absl::StrContains("NSEW", joined.front()) || absl::StrContains("NSEW", joined.back()));
  if (compass) return Possible("co-ordinates");
  if (mask == "AA 999 999" || mask == "AA 9999 9999" || mask == "AA 99999 99999") {
    return Possible("a reference of a map's grid");
  }
  if (mask.size() > 2 && absl::EndsWith(mask, "9 A") && absl::StrContains("GML", joined.back()) &&
      std::count(mask.begin(), mask.end(), 'A') == 1) {
    return Possible("a measure");
  }
  if (mask == "AA-99-AA" || mask == "AA-999-AA") {
    return Possible("a vehicle's registration");
  }
  return {};
}

}  // namespace

OtherThing ShapeOfOtherThing(absl::string_view body) {
  body = absl::StripAsciiWhitespace(body);
  std::string joined;
  std::string digits;
  for (const char c : body) {
    if (IsAlnum(c)) joined.push_back(c);
    if (IsDigit(c)) digits.push_back(c);
  }
  if (joined.empty()) return {};
  if (IsDate(body)) return Certain("a date");
  const OtherThing by_symbols = SymbolsOf(body, digits, digits.size() == joined.size());
  if (by_symbols.otherness != Otherness::kNone) return by_symbols;
  if (IsMeasure(body)) return Certain("a measure or an amount");
  OtherThing thing = digits.size() == joined.size() ? ShapeOfDigits(body, digits)
                                                    : ShapeOfCode(MaskOf(body), joined);
  if (thing.otherness != Otherness::kNone) return thing;
  if (StandsBetween(body, "/\\")) return Possible("a slash, as references have");
  if (StandsBetween(body, ":=")) return Possible("a label that is not known");
  const std::vector<absl::string_view> groups = DigitGroups(body);
  if (groups.size() >= 2 && std::any_of(groups.begin(), groups.end(), IsYearOfThisAge)) {
    return Possible("a year beside a number");
  }
  return {};
}

OtherThing WordOfOtherThing(absl::string_view word, bool stands_apart) {
  constexpr absl::string_view kReference = "a reference of something else";
  const auto& words = VocabularyInUse().serials().other_words;
  const auto found = words.find(word);
  switch (found == words.end() ? OtherWord::kNone : found->second) {
    case OtherWord::kLabel:
      return Certain(kReference);
    case OtherWord::kShortLabel:
      return Possible(kReference);
    case OtherWord::kLabelApart:
      return stands_apart ? Possible(kReference) : OtherThing();
    case OtherWord::kUsualWord:
      return Possible("a word and a number");
    case OtherWord::kNone:
      break;
  }
  return {};
}

}  // namespace serieslink::linkage
