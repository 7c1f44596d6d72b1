#include "services/linkage/core/serial.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/linkage/core/gun_words.h"
#include "services/linkage/core/latin_fold.h"
#include "services/linkage/core/serial_pattern.h"
#include "services/linkage/core/serial_shape.h"
#include "services/linkage/core/serial_words.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kMaxFieldBytes = 1024;
// Digits that a token needs to be taken for the number in a text of words.
constexpr size_t kDigitsAmongWords = 3;
// Characters that a number needs of its own, beside a make, model or calibre, to identify a gun.
constexpr size_t kLengthAlone = 6;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }
bool IsWildcard(char c) { return c == '?' || c == '*' || c == '#' || c == '_' || c == kEllipsis; }

size_t CountDigits(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), IsDigit));
}

bool AllLetters(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsLetter);
}

// Runs of letters, digits, wildcards and letters of other scripts. A single "_" between letters or
// digits separates ("LH_417"), and so does a "." but for a run of them, which is an ellipsis.
std::vector<absl::string_view> Tokens(absl::string_view body) {
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

// Whether a note says on which part of the gun the number stands.
bool NamesPart(absl::string_view notes) {
  const std::vector<absl::string_view> tokens = Tokens(notes);
  return std::any_of(tokens.begin(), tokens.end(), [](absl::string_view token) {
    return PartOfWord(token) != SerialPart::kUnspecified;
  });
}

// A part of a field that may hold one number, and the notes in brackets beside it.
struct Segment {
  std::string body;
  std::string notes;       // Folded, separated by blanks.
  bool continues = false;  // Begins behind a bracket, perhaps with a word for "and".
};

bool HasAlnum(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return IsDigit(c) || IsLetter(c); });
}

// Splits folded text at ";", and behind a note that names a part when more follows, and takes out
// what stands in brackets. Characters in brackets inside a number ("817(2)2") were not read for
// sure.
std::vector<Segment> SplitSegments(absl::string_view folded) {
  const auto alnum_at = [&](size_t i) {
    return i < folded.size() && (IsDigit(folded[i]) || IsLetter(folded[i]));
  };
  std::vector<Segment> segments(1);
  int depth = 0;
  bool inside_number = false;  // The bracket opened right behind a letter or digit.
  for (size_t i = 0; i < folded.size(); ++i) {
    const char c = folded[i];
    if (c == '(' || c == '[' || c == '{') {
      if (++depth == 1) inside_number = i > 0 && alnum_at(i - 1);
      segments.back().notes.push_back(' ');
    } else if (c == ')' || c == ']' || c == '}') {
      if (depth > 0) --depth;
      segments.back().notes.push_back(' ');
      if (depth == 0) segments.back().body.push_back(inside_number && alnum_at(i + 1) ? '?' : ' ');
    } else if (depth > 0) {
      segments.back().notes.push_back(c);
    } else if (c == ';') {
      segments.emplace_back();
    } else {
      if ((alnum_at(i) || IsWildcard(c)) && NamesPart(segments.back().notes) &&
          HasAlnum(segments.back().body)) {
        segments.emplace_back();
        segments.back().continues = true;
      }
      segments.back().body.push_back(c);
    }
  }
  return segments;
}

// Makes a remark behind a number ("AB1234 (frame), partly removed") a note of it. A remark that
// names a part speaks of another number.
void JoinRemarks(std::vector<Segment>* segments) {
  for (size_t i = 1; i < segments->size();) {
    Segment& remark = (*segments)[i];
    if (!HasAlnum(remark.body) || CountDigits(remark.body) > 0 || NamesPart(remark.body) ||
        NamesPart(remark.notes)) {
      ++i;
      continue;
    }
    Segment& number = (*segments)[i - 1];
    absl::StrAppend(&number.notes, " ", remark.body, " ", remark.notes);
    segments->erase(segments->begin() + static_cast<ptrdiff_t>(i));
  }
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

SerialReading Make(SerialClass serial_class, absl::string_view reason,
                   std::string canonical = std::string()) {
  SerialReading reading;
  reading.serial_class = serial_class;
  reading.reason = reason;
  reading.canonical = std::move(canonical);
  return reading;
}

SerialReading Partial(absl::string_view reason, std::string pattern) {
  if (pattern.size() > kMaxSerialLength) pattern.clear();
  return Make(SerialClass::kPartial, reason, std::move(pattern));
}

// What a text of words says, by the strongest of its words.
struct Words {
  bool removed = false;
  bool absent = false;
  bool unread = false;
  bool partial = false;
};

Words MeaningOf(const std::vector<absl::string_view>& tokens) {
  Words words;
  for (const absl::string_view token : tokens) {
    switch (MeaningOfWord(token)) {
      case WordMeaning::kRemoved:
        words.removed = true;
        break;
      case WordMeaning::kAbsent:
        words.absent = true;
        break;
      case WordMeaning::kUnread:
        words.unread = true;
        break;
      case WordMeaning::kPartial:
        words.partial = true;
        break;
      case WordMeaning::kFunction:
      case WordMeaning::kNone:
        break;
    }
  }
  return words;
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
      const bool counts = end - begin > 3 ? SaysWhyNone(meaning) : meaning == WordMeaning::kUnread;
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
  Words words = MeaningOf(tokens);
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
  if (words.removed) return Make(SerialClass::kRemoved, "says that it was removed or altered");
  if (words.absent) return Make(SerialClass::kAbsent, "says that there is none");
  if (words.unread) return Make(SerialClass::kPlaceholder, "says that it is not known");
  if (words.partial) return Make(SerialClass::kPlaceholder, "says that it was read in part");
  return Make(SerialClass::kText, "words");
}

// Whether tokens read as words rather than as pieces of one number.
bool HasWords(const std::vector<absl::string_view>& tokens) {
  if (tokens.size() > 10) return true;
  int words_of_four = 0;
  int short_words = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const absl::string_view token = tokens[i];
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

// Drops "SERIAL NUMBER", "Nº", "NO.", "S/N:", "#" in front of a number.
void DropLabels(absl::string_view body, std::vector<absl::string_view>* tokens) {
  const auto char_after = [&](absl::string_view token) {
    return token.end() == body.end() ? ' ' : *token.end();
  };
  size_t drop = 0;
  while (drop + 1 < tokens->size()) {
    const absl::string_view token = (*tokens)[drop];
    const char after = char_after(token);
    const bool is_label =
        IsSerialLabel(token) || (drop > 0 && token == "DE") || token == "SN" ||
        (token == "N" && after == kOrdinalMark) ||
        (token == "NO" && (after == '.' || after == ':' || after == kOrdinalMark));
    if (is_label) {
      ++drop;
    } else if (IsSlashedSn(*tokens, drop) && drop + 2 < tokens->size() &&
               CountDigits((*tokens)[drop + 2]) > 0) {
      drop += 2;
    } else {
      break;
    }
  }
  if (drop < tokens->size()) tokens->erase(tokens->begin(), tokens->begin() + drop);
  if (!tokens->empty() && tokens->front().size() > 1 && tokens->front()[0] == '#' &&
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
  constexpr absl::string_view kNoOwn = "a make, model, calibre or mark";
  if (number.own.empty() && !may_be_prefix) return Make(SerialClass::kText, kNoOwn);
  if (number.beside_mark) {
    return Partial("a number beside a mark", CanonicalSerial(number.own));
  }
  SerialReading reading = Make(SerialClass::kUsable, "a whole number", std::move(canonical));
  if (number.own.size() < kLengthAlone || number.beside_short_mark) {
    reading.doubt = SerialDoubt::kWord;
    reading.reason = "a short number beside a make, model, calibre or mark";
  }
  return reading;
}

// A number without words, by its canonical form.
SerialReading ReadNumber(absl::string_view body, const std::vector<absl::string_view>& tokens) {
  std::string canonical = CanonicalPattern(tokens);
  std::string joined;
  bool wildcard = false;
  for (const absl::string_view token : tokens) {
    joined.append(token.data(), token.size());
    wildcard |= std::any_of(token.begin(), token.end(), IsWildcard);
    if (absl::StrContains(token, kOtherScript)) {
      return Make(SerialClass::kText, "letters of another script");
    }
  }
  const bool anything_read = canonical.find_first_not_of('?') != std::string::npos;
  if (!anything_read) return Make(SerialClass::kPlaceholder, "no character was read");
  if (CountDigits(joined) == 0) {
    const Words words = MeaningOf({joined});
    if (words.removed) return Make(SerialClass::kRemoved, "says that it was removed or altered");
    if (words.absent) return Make(SerialClass::kAbsent, "says that there is none");
    if (words.unread) return Make(SerialClass::kPlaceholder, "says that it is not known");
    if (wildcard) return Partial("characters missing", std::move(canonical));
    return Make(SerialClass::kText, "no digit");
  }
  if (wildcard) return Partial("characters missing", std::move(canonical));
  if (LooksLikeDate(body)) return Make(SerialClass::kText, "a date");
  if (LooksLikeCalibre(joined)) return Make(SerialClass::kText, "a calibre");
  if (IsModel(joined)) return Make(SerialClass::kText, "a model");
  const SerialPattern pattern = PatternOf(canonical);
  if (pattern == SerialPattern::kFiller) return Make(SerialClass::kPlaceholder, "a filler pattern");
  if (IsZeros(joined)) return Make(SerialClass::kPlaceholder, "zeros");
  if (IsSpreadsheetExponent(body)) return Partial("digits lost to a spreadsheet", std::string());
  if (IsTurkishFragment(body)) return Partial("the number's end is missing", std::move(canonical));
  if (HasCrossedOut(joined)) return Partial("characters crossed out", std::move(canonical));
  if (canonical.size() < kMinSerialLength) {
    return Make(SerialClass::kTooShort, "fewer than four characters", std::move(canonical));
  }
  if (canonical.size() > kMaxSerialLength) {
    return Make(SerialClass::kTooLong, "more than twenty characters");
  }
  const OwnNumber number = OwnNumberOf(tokens);
  SerialReading reading = Make(SerialClass::kUsable, "a whole number", std::move(canonical));
  const bool may_be_prefix = tokens.size() == 1 && MayBePrefix(joined);
  if (number.beside_words) {
    reading = ReadBesideGunWords(number, std::move(reading.canonical), may_be_prefix);
  }
  if (!reading.usable() || reading.doubt != SerialDoubt::kNone) return reading;
  if (pattern == SerialPattern::kSuspicious) {
    reading.doubt = SerialDoubt::kPattern;
    reading.reason = "a number that may be a filler pattern";
  } else if (LooksLikeExhibitMark(body)) {
    reading.doubt = SerialDoubt::kExhibitMark;
    reading.reason = "a number written like an exhibit's mark";
  } else if (IsShortWordAndYear(joined) ||
             std::any_of(tokens.begin(), tokens.end(), [](absl::string_view token) {
               return MeaningBesideDigits(token) != WordMeaning::kNone;
             })) {
    reading.doubt = SerialDoubt::kWord;
    reading.reason = "a number behind a word for none";
  }
  return reading;
}

// One number, or what is written instead of it.
SerialReading ReadOne(absl::string_view body) {
  body = absl::StripAsciiWhitespace(body);
  std::vector<absl::string_view> tokens = Tokens(body);
  if (tokens.empty()) {
    if (body.empty()) return Make(SerialClass::kNone, "empty");
    return Make(SerialClass::kPlaceholder, "nothing but symbols");
  }
  // A spreadsheet's "12345.0" is 12345.
  if (tokens.size() == 2 && tokens[1] == "0" && CountDigits(tokens[0]) == tokens[0].size() &&
      absl::EndsWith(body, ".0")) {
    tokens.pop_back();
    body.remove_suffix(2);
  }
  const SerialPart part = DropParts(&tokens);
  DropLabels(body, &tokens);
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (IsSlashedSn(tokens, i) || IsAbbreviatedWord(tokens, i)) {
      return Make(SerialClass::kAbsent, "says that there is none");
    }
  }
  SerialReading reading;
  if (IsOneCharacter(CanonicalPattern(tokens))) {
    reading = Make(SerialClass::kPlaceholder, "one repeated character");
  } else if (HasWords(tokens)) {
    reading = ReadWords(tokens);
  } else {
    reading = ReadNumber(body, tokens);
    if (reading.usable() && TrailsOff(body)) {
      reading = Partial("characters missing", reading.canonical + "?");
    }
  }
  reading.part = part;
  return reading;
}

// A number of its own in a field of several.
bool StandsAlone(const SerialReading& reading) {
  return reading.usable() ||
         (reading.serial_class == SerialClass::kPartial &&
          absl::StrContains(reading.canonical, '?') && CountDigits(reading.canonical) > 1);
}

// How a list of numbers can be written, and what each of its numbers then has to be.
struct Separator {
  absl::string_view text;
  size_t min_length;  // Characters; more where the separator also stands inside numbers.
  bool letters;       // Whether each needs a letter.
};
constexpr Separator kSeparators[] = {
    {" / ", kMinSerialLength, false},
    {", ", kMinSerialLength, false},
    {" E ", kMinSerialLength, false},
    {" Y ", kMinSerialLength, false},
    {" AND ", kMinSerialLength, false},
    {" ET ", kMinSerialLength, false},
    {" UND ", kMinSerialLength, false},
    {" & ", kMinSerialLength, false},
    {" - ", 6, false},
    {"/", 6, true},
};

// Splits a body when every piece is a number; nothing otherwise.
std::vector<SerialReading> SplitAt(absl::string_view body, const Separator& separator) {
  std::vector<SerialReading> readings;
  bool any_usable = false;
  for (size_t begin = 0;;) {
    const size_t end = body.find(separator.text, begin);
    const absl::string_view piece =
        body.substr(begin, end == absl::string_view::npos ? end : end - begin);
    SerialReading reading = ReadOne(piece);
    if (!StandsAlone(reading) || reading.canonical.size() < separator.min_length ||
        (separator.letters && CountDigits(reading.canonical) == reading.canonical.size())) {
      return {};
    }
    any_usable |= reading.usable();
    readings.push_back(std::move(reading));
    if (end == absl::string_view::npos) break;
    begin = end + separator.text.size();
  }
  if (readings.size() < 2 || !any_usable) return {};
  return readings;
}

// Readings of one body: several where it is a list of numbers.
std::vector<SerialReading> ReadBody(absl::string_view body) {
  for (const Separator& separator : kSeparators) {
    if (!absl::StrContains(body, separator.text)) continue;
    std::vector<SerialReading> several = SplitAt(body, separator);
    if (!several.empty()) return several;
  }
  return {ReadOne(body)};
}

// Drops a word for "and" at the front.
absl::string_view WithoutConjunction(absl::string_view body) {
  body = absl::StripLeadingAsciiWhitespace(body);
  for (const absl::string_view word : {"E ", "Y ", "AND ", "ET ", "UND ", "& ", "- "}) {
    if (absl::ConsumePrefix(&body, word)) break;
  }
  return body;
}

void CastDoubt(absl::string_view reason, SerialReading* reading) {
  reading->serial_class = SerialClass::kPartial;
  reading->reason = reason;
  reading->doubt = SerialDoubt::kNone;
}

// Applies the notes in brackets: the part they name, and the doubt they cast.
void ApplyNotes(absl::string_view notes, SerialReading* reading) {
  const std::vector<absl::string_view> tokens = Tokens(notes);
  for (const absl::string_view token : tokens) {
    const SerialPart part = PartOfWord(token);
    if (part == SerialPart::kUnspecified) continue;
    if (reading->part == SerialPart::kUnspecified || part < reading->part) reading->part = part;
  }
  if (!reading->usable()) return;
  // "(visible number)" is no doubt; words of absence or of what was seen are left out.
  const Words words = MeaningOf(tokens);
  if (words.removed || words.partial || absl::StrContains(notes, '?')) {
    CastDoubt("a note casts doubt on it", reading);
  }
}

bool SaysNothing(const SerialReading& reading) {
  return reading.serial_class == SerialClass::kNone ||
         (reading.serial_class == SerialClass::kPlaceholder && reading.canonical.empty() &&
          reading.reason == absl::string_view("nothing but symbols"));
}

}  // namespace

absl::string_view SerialClassName(SerialClass serial_class) {
  switch (serial_class) {
    case SerialClass::kNone:
      return "none";
    case SerialClass::kUsable:
      return "usable";
    case SerialClass::kPartial:
      return "partial";
    case SerialClass::kPlaceholder:
      return "placeholder";
    case SerialClass::kRemoved:
      return "removed";
    case SerialClass::kAbsent:
      return "absent";
    case SerialClass::kText:
      return "text";
    case SerialClass::kTooShort:
      return "too short";
    case SerialClass::kTooLong:
      return "too long";
  }
  return "none";
}

std::string CanonicalSerial(absl::string_view text) {
  std::string out = FoldToAscii(text);
  size_t kept = 0;
  for (const char c : out) {
    if (IsDigit(c) || IsLetter(c)) out[kept++] = c == 'O' ? '0' : c;
  }
  out.resize(kept);
  return out;
}

std::vector<SerialReading> ReadSerials(absl::string_view as_written) {
  if (as_written.size() > kMaxFieldBytes) {
    return {Make(SerialClass::kText, "longer than any number")};
  }
  const std::string folded = FoldToAscii(as_written);
  // Most fields: nothing to split at, no notes.
  const bool one_token = !folded.empty() && std::all_of(folded.begin(), folded.end(), [](char c) {
    return IsDigit(c) || IsLetter(c);
  });
  if (one_token) return {ReadOne(folded)};
  std::vector<SerialReading> readings;
  std::vector<Segment> segments = SplitSegments(folded);
  JoinRemarks(&segments);
  for (const Segment& segment : segments) {
    std::vector<SerialReading> of_segment =
        ReadBody(segment.continues ? WithoutConjunction(segment.body) : segment.body);
    if (of_segment.size() == 1 && SaysNothing(of_segment[0]) && !Tokens(segment.notes).empty()) {
      // All of it is in brackets, or nothing is there. A number in brackets is only a note.
      of_segment = {ReadOne(segment.notes)};
      if (of_segment[0].usable()) CastDoubt("only a note", &of_segment[0]);
    }
    for (SerialReading& reading : of_segment) {
      ApplyNotes(segment.notes, &reading);
      readings.push_back(std::move(reading));
    }
  }
  // Segments that say nothing matter only when nothing else is said.
  const auto end = std::remove_if(readings.begin(), readings.end(), SaysNothing);
  if (end == readings.begin()) {
    readings.resize(1);
  } else {
    readings.erase(end, readings.end());
  }
  return readings;
}

}  // namespace serieslink::linkage
