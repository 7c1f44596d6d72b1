#include "services/linkage/core/serial_pattern.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "services/linkage/core/characters.h"

namespace serieslink::linkage {
namespace {

bool IsConstant(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return c == text[0]; });
}

// Whether `text` is its first `period` characters over and over; the last repeat may be cut.
bool Repeats(absl::string_view text, size_t period) {
  return text.size() > period && text.substr(period) == text.substr(0, text.size() - period);
}

// Whether every digit follows the one before by `step`. Behind the 9 comes the 0, as on a keyboard;
// counting down it stands in front.
bool StepsBy(absl::string_view digits, int step) {
  for (size_t i = 1; i < digits.size(); ++i) {
    const int difference = digits[i] - digits[i - 1];
    const bool wraps = difference - step == (step > 0 ? -10 : 10) && (step > 0 || i == 1);
    if (difference != step && !wraps) return false;
  }
  return true;
}

// "13579", "8642", "345678".
bool StepsEvenly(absl::string_view digits) {
  return StepsBy(digits, 1) || StepsBy(digits, -1) || StepsBy(digits, 2) || StepsBy(digits, -2);
}

bool CountsFromAnEnd(absl::string_view digits) {
  const auto is_end = [](char c) { return c == '0' || c == '1' || c == '9'; };
  return (is_end(digits.front()) || is_end(digits.back())) &&
         (StepsBy(digits, 1) || StepsBy(digits, -1));
}

// "112233": every digit as often as every other, each a step from the one before.
bool AreStairs(absl::string_view digits) {
  size_t width = 1;
  while (width < digits.size() && digits[width] == digits[0]) ++width;
  if (width < 2 || digits.size() % width != 0 || digits.size() == width) return false;
  const int step = digits[width] - digits[0];
  if (std::abs(step) != 1) return false;
  for (size_t i = width; i < digits.size(); ++i) {
    if (digits[i] - digits[i - width] != step) return false;
  }
  return IsConstant(digits.substr(0, width));
}

// "112345", "0000012": no step but nothing and one, in one direction.
bool Creeps(absl::string_view digits, int direction) {
  for (size_t i = 1; i < digits.size(); ++i) {
    const int step = (digits[i] - digits[i - 1]) * direction;
    if (step != 0 && step != 1) return false;
  }
  return true;
}

// "123321", "1234321": steps of one, or none at the turn, read the same from both ends.
bool CountsThereAndBack(absl::string_view digits) {
  if (!std::equal(digits.begin(), digits.end(), digits.rbegin())) return false;
  const absl::string_view half = digits.substr(0, (digits.size() + 1) / 2);
  return StepsBy(half, 1) || StepsBy(half, -1);
}

bool AllButOneEqual(absl::string_view digits) {
  // The one that most have stands twice among the first three, or is not there.
  const char most = digits[0] == digits[1] || digits[0] == digits[2] ? digits[0] : digits[1];
  return std::count(digits.begin(), digits.end(), most) + 1 ==
         static_cast<std::ptrdiff_t>(digits.size());
}

// Blocks of three keys in a line of the keypad ("147", "258", "789"), or its diagonals.
bool IsKeypadWalk(absl::string_view digits) {
  if (digits.size() % 3 != 0) return false;
  constexpr absl::string_view kLines = "147 258 369 123 456 789 159 357";
  for (size_t i = 0; i < digits.size(); i += 3) {
    const char forth[] = {digits[i], digits[i + 1], digits[i + 2]};
    const char back[] = {digits[i + 2], digits[i + 1], digits[i]};
    if (kLines.find(absl::string_view(forth, 3)) == absl::string_view::npos &&
        kLines.find(absl::string_view(back, 3)) == absl::string_view::npos) {
      return false;
    }
  }
  return true;
}

// "20240105", "05012024": a day of 1900 to 2099 in eight digits.
bool IsCalendarDay(absl::string_view digits) {
  if (digits.size() != 8) return false;
  const auto two = [&](size_t at) { return (digits[at] - '0') * 10 + (digits[at + 1] - '0'); };
  const auto is_day = [](int day, int month) {
    return day >= 1 && day <= 31 && month >= 1 && month <= 12;
  };
  const auto is_century = [](int century) { return century == 19 || century == 20; };
  return (is_century(two(0)) && is_day(two(6), two(4))) ||
         (is_century(two(4)) && (is_day(two(0), two(2)) || is_day(two(2), two(0))));
}

// "AAA", "ABC", "XYZ", "QWERTY": three or more letters that fill too.
bool AreFillingLetters(absl::string_view letters) {
  if (letters.size() < 3) return false;
  constexpr absl::string_view kRows[] = {"ABCDEFGHIJKLMN0PQRSTUVWXYZ", "QWERTYUI0P", "ASDFGHJKL",
                                         "ZXCVBNM"};
  return IsConstant(letters) || std::any_of(std::begin(kRows), std::end(kRows), [&](auto row) {
           return row.find(letters) != absl::string_view::npos;
         });
}

// "0000012", "100000", "1000001": nothing but zeros between what stands at the ends.
bool AreZerosBetweenEnds(absl::string_view digits) {
  return digits.substr(1, digits.size() - 2).find_first_not_of('0') == absl::string_view::npos;
}

SerialPattern PatternOfDigits(absl::string_view digits) {
  const size_t size = digits.size();
  if (size < 4) return SerialPattern::kNone;
  if (IsConstant(digits)) return SerialPattern::kFiller;
  const size_t first = digits.find_first_not_of('0');
  const absl::string_view counted = digits.substr(first);
  if (CountsFromAnEnd(digits) || (counted.size() >= 4 && CountsFromAnEnd(counted))) {
    return SerialPattern::kFiller;
  }
  if (size >= 5 && StepsEvenly(digits)) return SerialPattern::kSuspicious;
  if (size < 6) return SerialPattern::kNone;
  if (Repeats(digits, 2) || AreStairs(digits)) return SerialPattern::kFiller;
  for (size_t period = 3; period * 2 <= size; ++period) {
    if (Repeats(digits, period)) return SerialPattern::kSuspicious;
  }
  if (AllButOneEqual(digits) || AreZerosBetweenEnds(digits) || Creeps(digits, 1) ||
      Creeps(digits, -1) || CountsThereAndBack(digits) || IsKeypadWalk(digits) ||
      IsCalendarDay(digits)) {
    return SerialPattern::kSuspicious;
  }
  return SerialPattern::kNone;
}

// Of digits that stand behind or before letters.
SerialPattern PatternBesideLetters(absl::string_view letters, absl::string_view digits) {
  if (AreFillingLetters(letters)) {
    if (digits == "123" || digits == "321") return SerialPattern::kFiller;
    // "AAA999": makers come to it once, and who fills a field does.
    if (digits.size() == 3 && IsConstant(digits)) return SerialPattern::kSuspicious;
    if (PatternOfDigits(digits) == SerialPattern::kFiller) return SerialPattern::kFiller;
  }
  const bool same_letters = letters.size() > 1 && IsConstant(letters);
  if (IsConstant(digits) && digits.size() >= (same_letters ? 4u : 5u)) {
    return SerialPattern::kSuspicious;
  }
  // "A000001", "A12345678": behind one letter they are as usual in filled fields as alone. Behind
  // two or more, makers stamp each once a prefix.
  if (letters.size() == 1 && digits.size() >= 5 &&
      (StepsBy(digits, 1) || StepsBy(digits, -1) || AreZerosBetweenEnds(digits) ||
       (digits.size() >= 6 && AllButOneEqual(digits)))) {
    return SerialPattern::kSuspicious;
  }
  if (digits.size() >= 6 && (Repeats(digits, 2) || AreStairs(digits))) {
    return SerialPattern::kSuspicious;
  }
  return SerialPattern::kNone;
}

}  // namespace

SerialPattern PatternOf(absl::string_view canonical) {
  const auto not_digit = [](char c) { return !IsDigit(c); };
  const auto first_letter = std::find_if(canonical.begin(), canonical.end(), not_digit);
  if (first_letter == canonical.end()) return PatternOfDigits(canonical);
  // Letters at one end, digits at the other.
  size_t split = 0;
  const bool letters_first = !IsDigit(canonical.front());
  while (split < canonical.size() && IsDigit(canonical[split]) != letters_first) ++split;
  const absl::string_view head = canonical.substr(0, split);
  const absl::string_view tail = canonical.substr(split);
  const bool two_parts =
      std::all_of(tail.begin(), tail.end(), [&](char c) { return IsDigit(c) == letters_first; });
  if (two_parts) {
    return letters_first ? PatternBesideLetters(head, tail) : PatternBesideLetters(tail, head);
  }
  for (size_t period = 2; canonical.size() >= 6 && period * 2 <= canonical.size(); ++period) {
    if (Repeats(canonical, period)) return SerialPattern::kSuspicious;
  }
  return SerialPattern::kNone;
}

}  // namespace serieslink::linkage
