#include "services/linkage/core/serial_number.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/gun_words.h"
#include "services/linkage/core/latin_fold.h"
#include "services/linkage/core/makers_form.h"
#include "services/linkage/core/other_things.h"
#include "services/linkage/core/serial_dates.h"
#include "services/linkage/core/serial_pattern.h"
#include "services/linkage/core/serial_shape.h"
#include "services/linkage/core/serial_words.h"

namespace serieslink::linkage {
namespace {

// Digits that a token needs to be taken for the number in a text of words.
constexpr size_t kDigitsAmongWords = 3;
// Characters that a number needs of its own, beside a make, model or calibre, to identify a gun.
constexpr size_t kLengthAlone = 6;

bool AllLetters(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsLetter);
}

bool IsSeparatedBy(char separator, absl::string_view first, absl::string_view second) {
  const absl::string_view between(first.end(), static_cast<size_t>(second.begin() - first.end()));
  return absl::StrContains(between, separator) ||
         (separator == '/' && absl::StrContains(between, '\\'));
}

// "S/N" at tokens[i]: without number, or what introduces one.
bool IsSlashedSn(const std::vector<absl::string_view>& tokens, size_t i) {
  return i + 1 < tokens.size() && tokens[i] == "S" && tokens[i + 1] == "N" &&
         IsSeparatedBy('/', tokens[i], tokens[i + 1]);
}

// "N/A", "N/K", "n.v.t." at tokens[i]; "N/K2024" too, but no "N.K2024".
bool IsAbbreviatedWord(const std::vector<absl::string_view>& tokens, size_t i) {
  for (const char separator : {'/', '.'}) {
    std::string letters;
    for (size_t end = i; end < tokens.size() && letters.size() < 3; ++end) {
      const absl::string_view token = tokens[end];
      const bool digits_follow =
          end > i && separator == '/' && CountDigits(token) == token.size() - 1;
      if (!IsLetter(token[0]) || (token.size() > 1 && !digits_follow)) break;
      if (end > i && !IsSeparatedBy(separator, tokens[end - 1], token)) break;
      letters.push_back(token[0]);
      if (MeaningOfInitials(letters, separator) != WordMeaning::kNone) return true;
    }
  }
  return false;
}

// Canonical form that keeps unread characters as "?".
std::string CanonicalPattern(const std::vector<absl::string_view>& tokens) {
  std::string out;
  for (const absl::string_view token : tokens) {
    for (const char c : token) {
      if (IsDigit(c) || IsLetter(c)) {
        out.push_back(c == 'O' ? '0' : c);
      } else if (IsWildcard(c)) {
        out.push_back('?');
      }
    }
  }
  return out;
}

SerialReading Partial(absl::string_view reason, std::string pattern) {
  if (pattern.size() > kMaxSerialLength) pattern.clear();
  return MakeReading(SerialClass::kPartial, reason, std::move(pattern));
}

bool SaysWhyNone(WordMeaning meaning) {
  return meaning != WordMeaning::kNone && meaning != WordMeaning::kFunction;
}

// The meaning of a word that digits were typed to ("TBA0001", "LIMADO77"): of the first run of four
// letters or more that has one, or of three that mean "not known". (A word of three letters for
// "without" has no digits behind it.)
WordMeaning MeaningBesideDigits(absl::string_view token) {
  for (size_t begin = 0; begin < token.size();) {
    size_t end = begin;
    while (end < token.size() && IsLetter(token[end])) ++end;
    if (end - begin >= 3) {
      const WordMeaning meaning = MeaningOfWord(token.substr(begin, end - begin));
      const bool counts =
          end - begin > 3 ? SaysWhyNone(meaning)
                          : meaning == WordMeaning::kUnread || meaning == WordMeaning::kUncertain;
      if (counts) return meaning;
    }
    begin = end + 1;
  }
  return WordMeaning::kNone;
}

// "NADA123", "TBC12345": a word that is a prefix of makers too. Glock's numbers have three or four
// letters and three digits, others three letters and more digits.
bool MayBePrefix(absl::string_view token) {
  const size_t letters = LongestLetterRun(token);
  const size_t digits = CountDigits(token);
  return digits + letters == token.size() && (letters <= 3 || (letters == 4 && digits == 3));
}

// A text of words, perhaps with a number among them.
SerialReading ReadWords(const std::vector<absl::string_view>& tokens) {
  SaidByWords words = MeaningOfWords(tokens);
  for (const absl::string_view token : tokens) {
    if (CountDigits(token) < kDigitsAmongWords || LongestLetterRun(token) > kMaxLetterRun) continue;
    const WordMeaning joined = MeaningBesideDigits(token);
    if (joined != WordMeaning::kNone) {
      // The digits are no number of their own: people fill fields up to a length.
      words.removed |= joined == WordMeaning::kRemoved;
      words.unread = true;
      continue;
    }
    return Partial("a number among words", CanonicalPattern({token}));
  }
  if (words.removed)
    return MakeReading(SerialClass::kRemoved, "says that it was removed or altered");
  if (words.absent) return MakeReading(SerialClass::kAbsent, "says that there is none");
  if (words.unread) return MakeReading(SerialClass::kPlaceholder, "says that it is not known");
  if (words.partial) return MakeReading(SerialClass::kPlaceholder, "says that it was read in part");
  if (words.uncertain) return MakeReading(SerialClass::kPlaceholder, "says that it is not sure");
  return MakeReading(SerialClass::kText, "words");
}

// Whether tokens read as words rather than as pieces of one number.
bool HasWords(const std::vector<absl::string_view>& tokens) {
  if (tokens.size() > 10) return true;
  int words_of_four = 0;
  int short_words = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const absl::string_view token = tokens[i];
    // The make before a number is looked at with the number.
    if (AllLetters(token) && token.size() > 3 && IsGunWord(token)) continue;
    if (LongestLetterRun(token) > kMaxLetterRun) return true;
    const WordMeaning meaning = MeaningOfWord(token);
    if (!AllLetters(token)) {
      if (meaning != WordMeaning::kNone) return true;
      if (MeaningBesideDigits(token) != WordMeaning::kNone && !MayBePrefix(token)) return true;
      continue;
    }
    if (token.size() >= 5) return true;
    if (token.size() == 4) ++words_of_four;
    if (meaning == WordMeaning::kNone) continue;
    if (token.size() >= 3) return true;
    ++short_words;
    // "61208 OU 81208": a conjunction between two numbers.
    if (meaning == WordMeaning::kPartial && i > 0 && i + 1 < tokens.size() &&
        CountDigits(tokens[i - 1]) > 0 && CountDigits(tokens[i + 1]) > 0) {
      return true;
    }
  }
  return words_of_four > 1 || short_words > 1;
}

// Whether tokens[i] and the next are "S/N", "S/NR", "S.NO": what introduces a number.
bool IsSplitLabel(const std::vector<absl::string_view>& tokens, size_t i) {
  if (i + 2 >= tokens.size() || tokens[i] != "S" || CountDigits(tokens[i + 2]) == 0) return false;
  const absl::string_view second = tokens[i + 1];
  const bool is_number = second == "N" || second == "NO" || second == "NR" || second == "NUM" ||
                         second == "NRO" || second == "NUMBER";
  return is_number &&
         (IsSeparatedBy('/', tokens[i], second) || IsSeparatedBy('.', tokens[i], second));
}

// "SERIAL482137": the digits behind a label of four letters or more.
absl::string_view WithoutJoinedLabel(absl::string_view token) {
  size_t letters = 0;
  while (letters < token.size() && IsLetter(token[letters])) ++letters;
  const absl::string_view rest = token.substr(letters);
  const bool is_label = letters >= 4 && !rest.empty() && IsSerialLabel(token.substr(0, letters));
  return is_label ? rest : token;
}

// Drops "SERIAL NUMBER", "Nº", "NO.", "NO 4711", "S/N:", "S/NR", "#" in front of a number.
void DropLabels(absl::string_view body, std::vector<absl::string_view>* tokens) {
  const auto char_after = [&](absl::string_view token) {
    return token.end() == body.end() ? ' ' : *token.end();
  };
  size_t drop = 0;
  while (drop + 1 < tokens->size()) {
    const absl::string_view token = (*tokens)[drop];
    const char after = char_after(token);
    const bool digit_follows = IsDigit((*tokens)[drop + 1][0]);
    const bool is_label =
        IsSerialLabel(token) || (drop > 0 && token == "DE") || token == "SN" ||
        (token == "N" && after == kOrdinalMark) ||
        (token == "NO" && (digit_follows || after == '.' || after == ':' || after == kOrdinalMark));
    if (is_label) {
      ++drop;
    } else if (IsSplitLabel(*tokens, drop)) {
      drop += 2;
    } else {
      break;
    }
  }
  if (drop < tokens->size()) tokens->erase(tokens->begin(), tokens->begin() + drop);
  if (tokens->empty()) return;
  tokens->front() = WithoutJoinedLabel(tokens->front());
  if (tokens->front().size() > 1 && tokens->front()[0] == '#' &&
      tokens->front().find_first_of("#*?", 1) == absl::string_view::npos) {
    tokens->front().remove_prefix(1);
  }
}

// Words that link a number and a part: "AB1234 on the frame".
bool IsLink(absl::string_view token) {
  static constexpr absl::string_view kLinks[] = {"NO", "NA", "DO", "DA",  "DE", "E",  "Y",  "EN",
                                                 "EL", "LA", "ON", "THE", "IN", "OF", "AND"};
  return std::find(std::begin(kLinks), std::end(kLinks), token) != std::end(kLinks);
}

// Takes names of parts from both ends ("FRAME AB1234"), and says which part it was.
SerialPart DropParts(std::vector<absl::string_view>* tokens) {
  SerialPart part = SerialPart::kUnspecified;
  const auto take = [&](absl::string_view token) {
    const SerialPart found = PartOfWord(token);
    if (found == SerialPart::kUnspecified) return false;
    if (part == SerialPart::kUnspecified || found < part) part = found;
    return true;
  };
  while (tokens->size() > 1 && take(tokens->front())) tokens->erase(tokens->begin());
  bool taken = false;
  while (tokens->size() > 1 && (take(tokens->back()) || (taken && IsLink(tokens->back())))) {
    tokens->pop_back();
    taken = true;
  }
  return part;
}

// What words at the ends of a text say of the number between them, and one question mark behind it:
// "482137 poss", "ends 482137", "482137?".
struct Remarks {
  bool uncertain = false;
  bool partial = false;
};

Remarks DropRemarks(std::vector<absl::string_view>* tokens) {
  Remarks remarks;
  const auto take = [&](absl::string_view token) {
    const WordMeaning meaning = token == "?" ? WordMeaning::kUncertain : MeaningOfWord(token);
    remarks.uncertain |= meaning == WordMeaning::kUncertain;
    remarks.partial |= meaning == WordMeaning::kPartial && token.size() > 2;
    return meaning == WordMeaning::kUncertain ||
           (meaning == WordMeaning::kPartial && token.size() > 2);
  };
  while (tokens->size() > 1 && take(tokens->front())) tokens->erase(tokens->begin());
  while (tokens->size() > 1 && take(tokens->back())) tokens->pop_back();
  const auto wildcards = [](absl::string_view token) {
    return std::count_if(token.begin(), token.end(), IsWildcard);
  };
  std::ptrdiff_t missing = 0;
  for (const absl::string_view token : *tokens) missing += wildcards(token);
  if (missing == 1 && tokens->back().size() > 1 && absl::EndsWith(tokens->back(), "?")) {
    tokens->back().remove_suffix(1);
    remarks.uncertain = true;
  }
  return remarks;
}

// A number of two letters and a year ("NK 2024") of which the letters are a word.
bool IsShortWordAndYear(absl::string_view joined) {
  if (joined.size() != 6 || !AllLetters(joined.substr(0, 2))) return false;
  const absl::string_view year = joined.substr(2);
  return (absl::StartsWith(year, "19") || absl::StartsWith(year, "20")) &&
         CountDigits(year) == year.size() && SaysWhyNone(MeaningOfWord(joined.substr(0, 2)));
}

// What a whole number with words of a gun beside it is.
SerialReading ReadBesideGunWords(const OwnNumber& number, std::string canonical,
                                 bool may_be_prefix) {
  if (number.own.empty() && !may_be_prefix) {
    return MakeReading(SerialClass::kText, "a make, model, calibre or mark");
  }
  if (number.beside_mark) return Partial("a number beside a mark", CanonicalSerial(number.own));
  if (IsZeros(number.own)) return MakeReading(SerialClass::kPlaceholder, "zeros");
  std::string own = CanonicalSerial(number.own);
  const SerialPattern pattern = own.empty() ? SerialPattern::kNone : PatternOf(own);
  if (pattern == SerialPattern::kFiller) {
    return MakeReading(SerialClass::kPlaceholder, "a filler pattern");
  }
  SerialReading reading = MakeReading(SerialClass::kUsable, "a whole number", std::move(canonical));
  if (own.size() < kLengthAlone || number.beside_short_mark || number.scattered ||
      pattern == SerialPattern::kSuspicious || IsRecentDay(own) || !HasMakersForm(number.own)) {
    CastDoubt(SerialDoubt::kWord, "a weak number beside a make, model, calibre or mark", &reading);
  } else if (number.all_of_it) {
    reading.canonical = std::move(own);
  }
  return reading;
}

// What the words of a number say of it, if they are of something else.
OtherThing WordsOfOtherThing(const std::vector<absl::string_view>& tokens) {
  OtherThing found;
  for (const absl::string_view token : tokens) {
    size_t letters = 0;
    while (letters < token.size() && IsLetter(token[letters])) ++letters;
    // Labels stand in front; Turkish makers have two letters further on.
    if (letters < 2 || (letters == 2 && token.begin() != tokens.front().begin())) continue;
    const bool stands_apart =
        letters == token.size() && token.end() != tokens.back().end() && *token.end() != '-';
    OtherThing thing = WordOfOtherThing(token.substr(0, letters), stands_apart);
    // Glock's prefix has four letters, with three digits behind. Behind a number a word is a
    // remark.
    const bool may_be_number = letters < token.size() && MayBePrefix(token);
    if (thing.otherness == Otherness::kCertain &&
        (may_be_number || token.begin() != tokens.front().begin())) {
      thing.otherness = Otherness::kPossible;
    }
    if (thing.otherness > found.otherness) found = thing;
  }
  return found;
}

// "GAMO 177", "SW 686 357": short pieces apart, letters first, and three digits at the end that are
// a calibre.
bool IsCalibreApart(const std::vector<absl::string_view>& tokens) {
  return tokens.size() >= 2 && AllLetters(tokens[0]) && tokens[0].size() >= 2 &&
         LooksLikeBore(tokens.back()) &&
         std::all_of(tokens.begin(), tokens.end(),
                     [](absl::string_view token) { return token.size() <= 4; });
}

// A number without words, by its canonical form. `body` is what the tokens stand in, `shape` what
// that looks like, not for certain.
SerialReading ReadNumber(absl::string_view body, const std::vector<absl::string_view>& tokens,
                         const OtherThing& shape) {
  std::string canonical = CanonicalPattern(tokens);
  std::string joined;
  bool wildcard = false;
  for (const absl::string_view token : tokens) {
    joined.append(token.data(), token.size());
    wildcard |= std::any_of(token.begin(), token.end(), IsWildcard);
    if (absl::StrContains(token, kOtherScript)) {
      return MakeReading(SerialClass::kText, "letters of another script");
    }
  }
  const bool anything_read = canonical.find_first_not_of('?') != std::string::npos;
  if (!anything_read) return MakeReading(SerialClass::kPlaceholder, "no character was read");
  if (CountDigits(joined) == 0) {
    const SaidByWords words = MeaningOfWords({joined});
    if (words.removed) {
      return MakeReading(SerialClass::kRemoved, "says that it was removed or altered");
    }
    if (words.absent) return MakeReading(SerialClass::kAbsent, "says that there is none");
    if (words.unread) return MakeReading(SerialClass::kPlaceholder, "says that it is not known");
    if (wildcard) return Partial("characters missing", std::move(canonical));
    return MakeReading(SerialClass::kText, "no digit");
  }
  if (wildcard) return Partial("characters missing", std::move(canonical));
  if (LooksLikeCalibre(joined)) return MakeReading(SerialClass::kText, "a calibre");
  // Behind a gap the word introduces a model; without one it can be the number's own prefix.
  const bool behind_mod = tokens.size() == 1 && CanBePrefixedByMod(joined);
  if (IsModel(joined) && !behind_mod) return MakeReading(SerialClass::kText, "a model");
  const SerialPattern pattern = PatternOf(canonical);
  if (pattern == SerialPattern::kFiller) {
    return MakeReading(SerialClass::kPlaceholder, "a filler pattern");
  }
  if (IsZeros(joined)) return MakeReading(SerialClass::kPlaceholder, "zeros");
  if (IsSpreadsheetExponent(body)) return Partial("digits lost to a spreadsheet", std::string());
  if (IsTurkishFragment(body)) return Partial("the number's end is missing", std::move(canonical));
  if (HasCrossedOut(joined)) {
    // Where the X can be a maker's letters the text is kept as it is.
    return Partial("characters crossed out",
                   HasMakersForm(joined) ? canonical : WithoutCrossedOut(canonical));
  }
  if (canonical.size() < kMinSerialLength) {
    return MakeReading(SerialClass::kTooShort, "fewer than four characters", std::move(canonical));
  }
  if (canonical.size() > kMaxSerialLength) {
    return MakeReading(SerialClass::kTooLong, "more than twenty characters");
  }
  const OtherThing word = WordsOfOtherThing(tokens);
  if (word.otherness == Otherness::kCertain) return MakeReading(SerialClass::kText, word.reason);
  const OwnNumber number = OwnNumberOf(body, tokens);
  SerialReading reading = MakeReading(SerialClass::kUsable, "a whole number", std::move(canonical));
  if (number.beside_words) {
    const bool may_be_prefix = tokens.size() == 1 && MayBePrefix(joined);
    reading = ReadBesideGunWords(number, std::move(reading.canonical), may_be_prefix);
  }
  const bool behind_word = IsShortWordAndYear(joined) || IsCalibreApart(tokens) ||
                           std::any_of(tokens.begin(), tokens.end(), [](absl::string_view token) {
                             return MeaningBesideDigits(token) != WordMeaning::kNone;
                           });
  // The first that applies is told.
  if (pattern == SerialPattern::kSuspicious) {
    CastDoubt(SerialDoubt::kPattern, "a number that may be a filler pattern", &reading);
  }
  if (behind_mod) {
    CastDoubt(SerialDoubt::kWord, "a prefix that is a word for a model too", &reading);
  }
  if (behind_word) CastDoubt(SerialDoubt::kWord, "a number behind a word", &reading);
  if (word.otherness == Otherness::kPossible) {
    CastDoubt(SerialDoubt::kOtherThing, word.reason, &reading);
  }
  if (shape.otherness == Otherness::kPossible) {
    CastDoubt(SerialDoubt::kOtherThing, shape.reason, &reading);
  }
  if (!number.beside_words && !HasMakersForm(joined)) {
    CastDoubt(SerialDoubt::kForm, "in no form of makers", &reading);
  }
  return reading;
}

}  // namespace

SerialReading MakeReading(SerialClass serial_class, absl::string_view reason,
                          std::string canonical) {
  SerialReading reading;
  reading.serial_class = serial_class;
  reading.reason = reason;
  reading.canonical = std::move(canonical);
  return reading;
}

void CastDoubt(SerialDoubt doubt, absl::string_view reason, SerialReading* reading) {
  if (!reading->usable() || reading->doubt != SerialDoubt::kNone) return;
  reading->doubt = doubt;
  reading->reason = reason;
}

SaidByWords MeaningOfWords(const std::vector<absl::string_view>& tokens) {
  SaidByWords said;
  for (const absl::string_view token : tokens) {
    switch (MeaningOfWord(token)) {
      case WordMeaning::kRemoved:
        said.removed = true;
        break;
      case WordMeaning::kAbsent:
        said.absent = true;
        break;
      case WordMeaning::kUnread:
        said.unread = true;
        break;
      case WordMeaning::kPartial:
        said.partial = true;
        break;
      case WordMeaning::kUncertain:
        said.uncertain = true;
        break;
      case WordMeaning::kFunction:
      case WordMeaning::kNone:
        break;
    }
  }
  return said;
}

std::vector<absl::string_view> SerialTokens(absl::string_view body) {
  const auto alnum_at = [&](size_t i) {
    return i < body.size() && (IsDigit(body[i]) || IsLetter(body[i]));
  };
  const auto belongs = [&](size_t i) {
    const char c = body[i];
    if (c == '_') return !(i > 0 && alnum_at(i - 1) && alnum_at(i + 1));
    return IsDigit(c) || IsLetter(c) || IsWildcard(c) || c == kOtherScript;
  };
  std::vector<absl::string_view> tokens;
  for (size_t i = 0; i < body.size();) {
    if (!belongs(i)) {
      ++i;
      continue;
    }
    const size_t begin = i;
    while (i < body.size() && belongs(i)) ++i;
    tokens.push_back(body.substr(begin, i - begin));
  }
  return tokens;
}

// One number, or what is written instead of it.
SerialReading ReadOneNumber(absl::string_view body) {
  body = absl::StripAsciiWhitespace(body);
  std::vector<absl::string_view> tokens = SerialTokens(body);
  if (tokens.empty()) {
    if (body.empty()) return MakeReading(SerialClass::kNone, "empty");
    return MakeReading(SerialClass::kPlaceholder, "nothing but symbols");
  }
  // A spreadsheet's "12345.0" is 12345.
  if (tokens.size() == 2 && tokens[1] == "0" && CountDigits(tokens[0]) == tokens[0].size() &&
      absl::EndsWith(body, ".0")) {
    tokens.pop_back();
    body.remove_suffix(2);
  }
  const absl::string_view first = tokens.front();
  const absl::string_view last = tokens.back();
  const SerialPart part = DropParts(&tokens);
  DropLabels(body, &tokens);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (IsSlashedSn(tokens, i) || IsAbbreviatedWord(tokens, i)) {
      return MakeReading(SerialClass::kAbsent, "says that there is none");
    }
  }
  const Remarks remarks = DropRemarks(&tokens);
  // What is left of the body, with the symbols at its ends where nothing was taken from them.
  const bool trails_off = TrailsOff(body);
  const char* const begin =
      tokens.front().begin() == first.begin() ? body.begin() : tokens.front().begin();
  const char* const end = tokens.back().end() == last.end() ? body.end() : tokens.back().end();
  body = absl::string_view(begin, static_cast<size_t>(end - begin));
  const OtherThing shape = ShapeOfOtherThing(body);
  SerialReading reading;
  if (IsOneCharacter(CanonicalPattern(tokens))) {
    reading = MakeReading(SerialClass::kPlaceholder, "one repeated character");
  } else if (shape.otherness == Otherness::kCertain) {
    reading = MakeReading(SerialClass::kText, shape.reason);
  } else if (HasWords(tokens)) {
    reading = ReadWords(tokens);
  } else {
    reading = ReadNumber(body, tokens, shape);
    if (reading.usable() && trails_off) {
      reading = Partial("characters missing", reading.canonical + "?");
    }
  }
  if (reading.usable() && remarks.partial) {
    reading = Partial("a remark says that it is not whole", std::move(reading.canonical));
  }
  if (remarks.uncertain) {
    CastDoubt(SerialDoubt::kNote, "a remark casts doubt on it", &reading);
  }
  reading.part = part;
  return reading;
}

}  // namespace serieslink::linkage
