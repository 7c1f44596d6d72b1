#include "services/linkage/core/makers_form.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/types/span.h"
#include "services/linkage/core/characters.h"

namespace serieslink::linkage {
namespace {

using Runs = std::vector<absl::string_view>;

Runs RunsOf(absl::string_view joined) {
  Runs runs;
  for (size_t begin = 0; begin < joined.size();) {
    size_t end = begin + 1;
    while (end < joined.size() && IsDigit(joined[end]) == IsDigit(joined[begin])) ++end;
    runs.push_back(joined.substr(begin, end - begin));
    begin = end;
  }
  return runs;
}

// One run of a form: letters or digits, and how many.
struct Piece {
  bool digits;
  size_t least;
  size_t most;
};
using Form = absl::Span<const Piece>;

constexpr Piece kDigitsAlone[] = {{true, 4, 11}};
constexpr Piece kOneLetter[] = {{false, 1, 1}, {true, 3, 8}};
constexpr Piece kTwoOrThreeLetters[] = {{false, 2, 3}, {true, 3, 8}};
constexpr Piece kFourLetters[] = {{false, 4, 4}, {true, 3, 3}};
constexpr Piece kLetterBehind[] = {{false, 1, 3}, {true, 4, 7}, {false, 1, 1}};
constexpr Piece kLettersBehind[] = {{false, 1, 3}, {true, 5, 7}, {false, 1, 2}};
constexpr Piece kDigitsBefore[] = {{true, 1, 3}, {false, 1, 3}, {true, 4, 7}};
constexpr Piece kDigitsBeforeAndLetter[] = {
    {true, 1, 2}, {false, 1, 2}, {true, 5, 7}, {false, 1, 1}};
constexpr Piece kDigitsFirst[] = {{true, 3, 8}, {false, 1, 2}};
constexpr Piece kMiroku[] = {{true, 5, 5}, {false, 2, 2}, {true, 3, 3}};
constexpr Piece kTurkish[] = {{false, 1, 1}, {true, 6, 6}, {false, 1, 2}, {true, 5, 5}};
constexpr Piece kModelAndNumber[] = {{false, 1, 3}, {true, 1, 2}, {false, 1, 2}, {true, 4, 6}};
constexpr Form kForms[] = {
    kDigitsAlone,  kOneLetter,     kTwoOrThreeLetters, kFourLetters,
    kLetterBehind, kLettersBehind, kDigitsBefore,      kDigitsBeforeAndLetter,
    kDigitsFirst,  kMiroku,        kTurkish,           kModelAndNumber};

bool Fits(const Runs& runs, Form form) {
  return std::equal(runs.begin(), runs.end(), form.begin(), form.end(),
                    [](absl::string_view run, const Piece& piece) {
                      return IsDigit(run[0]) == piece.digits && run.size() >= piece.least &&
                             run.size() <= piece.most;
                    });
}

bool FitsAny(absl::string_view joined) {
  const Runs runs = RunsOf(joined);
  // Glock's numbers of guns for the United States.
  if (runs.size() == 3 && runs[2] == "US" && runs[1].size() == 3 && !IsDigit(runs[0][0]) &&
      runs[0].size() >= 2 && runs[0].size() <= 4) {
    return true;
  }
  return std::any_of(std::begin(kForms), std::end(kForms),
                     [&](Form form) { return Fits(runs, form); });
}

}  // namespace

bool HasMakersForm(absl::string_view joined) {
  if (FitsAny(joined)) return true;
  // An O at the front, or beside a digit, can be a zero.
  std::string zeros(joined);
  for (size_t i = 0; i < zeros.size(); ++i) {
    const bool beside_digit =
        i == 0 || IsDigit(zeros[i - 1]) || (i + 1 < zeros.size() && IsDigit(zeros[i + 1]));
    if (zeros[i] == 'O' && beside_digit) zeros[i] = '0';
  }
  if (zeros != joined && FitsAny(zeros)) return true;
  // And zeros between letters letters, as the canonical form has them.
  std::string letters(joined);
  for (size_t i = 0; i < letters.size() && (letters[i] == '0' || !IsDigit(letters[i])); ++i) {
    if (letters[i] == '0') letters[i] = 'O';
  }
  return FitsAny(letters);
}

}  // namespace serieslink::linkage
