#include "services/linkage/core/serial.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/latin_fold.h"
#include "services/linkage/core/other_things.h"
#include "services/linkage/core/serial_agreement.h"
#include "services/linkage/core/serial_number.h"
#include "services/linkage/core/serial_words.h"

namespace serieslink::linkage {
namespace {

constexpr size_t kMaxFieldBytes = 1024;

// Whether a note says on which part of the gun the number stands.
bool NamesPart(absl::string_view notes) {
  const std::vector<absl::string_view> tokens = SerialTokens(notes);
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

// Whether a bracket holds nothing but signs for what was not read: "[..]", "(…)", "[***]". A
// question mark is doubt.
bool IsGapInBrackets(absl::string_view notes) {
  notes = absl::StripAsciiWhitespace(notes);
  const auto is_sign = [](char c) {
    return c == '.' || c == '-' || c == ' ' || (IsWildcard(c) && c != '?');
  };
  return std::all_of(notes.begin(), notes.end(), is_sign) &&
         (absl::StrContains(notes, "..") || absl::StrContains(notes, "--") ||
          std::any_of(notes.begin(), notes.end(), IsWildcard));
}

// Makes one sign of each run of dots or hyphens right between digits: "VC61---8" has characters
// that were not read, as "VC61…8" has. Two hyphens can be typing; between words they part them.
std::string WithGapsMarked(absl::string_view folded) {
  std::string out;
  for (size_t i = 0; i < folded.size();) {
    const char c = folded[i];
    size_t end = i + 1;
    while (end < folded.size() && folded[end] == c) ++end;
    const size_t run = end - i;
    const bool is_between =
        i > 0 && end < folded.size() && IsDigit(folded[i - 1]) && IsDigit(folded[end]);
    if (is_between && ((c == '.' && run >= 2) || (c == '-' && run >= 3))) {
      out.push_back(kEllipsis);
    } else {
      out.append(run, c);
    }
    i = end;
  }
  return out;
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
  size_t notes_before = 0;     // Length of the notes in front of this bracket.
  bool inside_number = false;  // The bracket opened right behind a letter or digit.
  for (size_t i = 0; i < folded.size(); ++i) {
    const char c = folded[i];
    if (c == '(' || c == '[' || c == '{') {
      if (++depth == 1) {
        inside_number = i > 0 && alnum_at(i - 1);
        notes_before = segments.back().notes.size();
      }
      segments.back().notes.push_back(' ');
    } else if (c == ')' || c == ']' || c == '}') {
      const bool is_open = depth > 0;
      if (is_open) --depth;
      segments.back().notes.push_back(' ');
      if (depth > 0) continue;
      const bool is_gap =
          is_open && HasAlnum(segments.back().body) &&
          IsGapInBrackets(absl::string_view(segments.back().notes).substr(notes_before));
      const bool is_unread = inside_number && alnum_at(i + 1);
      segments.back().body.push_back(is_unread ? '?' : is_gap ? kEllipsis : ' ');
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
    SerialReading reading = ReadOneNumber(piece);
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
  // "PNC ID 12/345678A": what stands beside a reference can be a part of it.
  const auto is_reference = [](const SerialReading& r) {
    return r.doubt == SerialDoubt::kOtherThing;
  };
  if (std::any_of(readings.begin(), readings.end(), is_reference)) {
    for (SerialReading& reading : readings) {
      CastDoubt(SerialDoubt::kOtherThing, "a number beside a reference", &reading);
    }
  }
  return readings;
}

// Readings of one body: several where it is a list of numbers.
std::vector<SerialReading> ReadBody(absl::string_view body) {
  const bool is_other_thing = ShapeOfOtherThing(body).otherness == Otherness::kCertain;
  for (const Separator& separator : kSeparators) {
    if (is_other_thing) break;
    if (!absl::StrContains(body, separator.text)) continue;
    std::vector<SerialReading> several = SplitAt(body, separator);
    if (!several.empty()) return several;
  }
  return {ReadOneNumber(body)};
}

// Drops a word for "and" at the front.
absl::string_view WithoutConjunction(absl::string_view body) {
  body = absl::StripLeadingAsciiWhitespace(body);
  for (const absl::string_view word : {"E ", "Y ", "AND ", "ET ", "UND ", "& ", "- "}) {
    if (absl::ConsumePrefix(&body, word)) break;
  }
  return body;
}

void MakePartial(absl::string_view reason, SerialReading* reading) {
  reading->serial_class = SerialClass::kPartial;
  reading->reason = reason;
  reading->doubt = SerialDoubt::kNone;
}

// Applies the notes in brackets: the part they name, and the doubt they cast.
void ApplyNotes(absl::string_view notes, SerialReading* reading) {
  const std::vector<absl::string_view> tokens = SerialTokens(notes);
  for (const absl::string_view token : tokens) {
    const SerialPart part = PartOfWord(token);
    if (part == SerialPart::kUnspecified) continue;
    if (reading->part == SerialPart::kUnspecified || part < reading->part) reading->part = part;
  }
  if (!reading->usable()) return;
  // "(visible number)" is no doubt; words of absence or of what was seen are left out.
  const SaidByWords words = MeaningOfWords(tokens);
  if (words.removed || words.partial || (words.uncertain && words.unread)) {
    MakePartial("a note says that it is not whole", reading);
  } else if (words.uncertain || absl::StrContains(notes, '?')) {
    CastDoubt(SerialDoubt::kNote, "a note casts doubt on it", reading);
  }
}

// What CompareSerials looks at.
SerialFact FactOf(const std::string& canonical) {
  SerialFact fact;
  fact.key = SerialKey(canonical);
  fact.likeness = LikenessKey(canonical);
  fact.length = static_cast<uint8_t>(canonical.size());
  fact.partial = absl::StrContains(canonical, '?');
  return fact;
}

// Whether two numbers of one field are more likely two readings of one than two numbers of a gun.
bool AreReadingsOfOne(const std::string& a, const std::string& b) {
  constexpr size_t kDifferMax = 2;
  constexpr size_t kAgreeMin = 4;
  if (a == b) return false;
  const SerialAgreement agreement = CompareSerials(FactOf(a), FactOf(b)).agreement;
  const size_t lengths_differ = std::max(a.size(), b.size()) - std::min(a.size(), b.size());
  // A number and its last digits are no two readings: people add the short form of a long one.
  if (agreement == SerialAgreement::kTruncated) return lengths_differ == 1;
  if (agreement != SerialAgreement::kNone) return true;
  if (lengths_differ != 0) return false;
  size_t differ = 0;
  for (size_t i = 0; i < a.size(); ++i) differ += a[i] != b[i] ? 1 : 0;
  return differ <= kDifferMax && a.size() - differ >= kAgreeMin;
}

// Puts in doubt whole numbers that are readings of one: "BX61208/BX81208". Numbers that are told
// to stand on different parts are several.
void DoubtReadingsOfOne(std::vector<SerialReading>* readings) {
  const auto counts = [](const SerialReading& reading) {
    return (reading.usable() || reading.serial_class == SerialClass::kPartial) &&
           !reading.canonical.empty();
  };
  for (size_t i = 0; i < readings->size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      SerialReading& a = (*readings)[i];
      SerialReading& b = (*readings)[j];
      const bool on_other_parts = a.part != b.part && a.part != SerialPart::kUnspecified &&
                                  b.part != SerialPart::kUnspecified;
      if (on_other_parts || !counts(a) || !counts(b)) continue;
      if (!AreReadingsOfOne(a.canonical, b.canonical)) continue;
      CastDoubt(SerialDoubt::kNote, "one of two readings of a number", &a);
      CastDoubt(SerialDoubt::kNote, "one of two readings of a number", &b);
    }
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
    return {MakeReading(SerialClass::kText, "longer than any number")};
  }
  const std::string folded = FoldToAscii(as_written);
  // Most fields: nothing to split at, no notes.
  const bool one_token = !folded.empty() && std::all_of(folded.begin(), folded.end(), [](char c) {
    return IsDigit(c) || IsLetter(c);
  });
  if (one_token && !HasLookAlikes(as_written)) return {ReadOneNumber(folded)};
  std::vector<SerialReading> readings;
  std::vector<Segment> segments = SplitSegments(WithGapsMarked(folded));
  JoinRemarks(&segments);
  for (const Segment& segment : segments) {
    std::vector<SerialReading> of_segment =
        ReadBody(segment.continues ? WithoutConjunction(segment.body) : segment.body);
    if (of_segment.size() == 1 && SaysNothing(of_segment[0]) &&
        !SerialTokens(segment.notes).empty()) {
      // All of it is in brackets, or nothing is there. A number in brackets is only a note.
      of_segment = {ReadOneNumber(segment.notes)};
      if (of_segment[0].usable()) MakePartial("only a note", &of_segment[0]);
    }
    for (SerialReading& reading : of_segment) {
      ApplyNotes(segment.notes, &reading);
      readings.push_back(std::move(reading));
    }
  }
  DoubtReadingsOfOne(&readings);
  if (HasLookAlikes(as_written)) {
    for (SerialReading& reading : readings) {
      CastDoubt(SerialDoubt::kLetters, "letters of another script that look Latin", &reading);
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
