#include "services/linkage/core/makers_form.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/serial_vocabulary.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

using NumberRuns = absl::InlinedVector<absl::string_view, 8>;

NumberRuns RunsOf(absl::string_view joined) {
  NumberRuns runs;
  for (size_t begin = 0; begin < joined.size();) {
    size_t end = begin + 1;
    while (end < joined.size() && IsDigit(joined[end]) == IsDigit(joined[begin])) ++end;
    runs.push_back(joined.substr(begin, end - begin));
    begin = end;
  }
  return runs;
}

bool HasForm(const NumberRuns& runs, const NumberForm& form) {
  return std::equal(runs.begin(), runs.end(), form.begin(), form.end(),
                    [](absl::string_view run, const FormRun& wanted) {
                      return IsDigit(run[0]) == wanted.is_digits && run.size() >= wanted.least &&
                             run.size() <= wanted.most &&
                             (wanted.letters.empty() || run == wanted.letters);
                    });
}

bool HasAnyForm(absl::string_view joined) {
  const NumberRuns runs = RunsOf(joined);
  const std::vector<NumberForm>& forms = VocabularyInUse().serials().forms;
  return std::any_of(forms.begin(), forms.end(),
                     [&](const NumberForm& form) { return HasForm(runs, form); });
}

}  // namespace

bool HasMakersForm(absl::string_view joined) {
  if (HasAnyForm(joined)) return true;
  // An O at the front, or beside a digit, can be a zero.
  std::string zeros(joined);
  for (size_t i = 0; i < zeros.size(); ++i) {
    const bool beside_digit =
        i == 0 || IsDigit(zeros[i - 1]) || (i + 1 < zeros.size() && IsDigit(zeros[i + 1]));
    if (zeros[i] == 'O' && beside_digit) zeros[i] = '0';
  }
  if (zeros != joined && HasAnyForm(zeros)) return true;
  // And zeros between letters letters, as the canonical form has them.
  std::string letters(joined);
  for (size_t i = 0; i < letters.size() && (letters[i] == '0' || !IsDigit(letters[i])); ++i) {
    if (letters[i] == '0') letters[i] = 'O';
  }
  return HasAnyForm(letters);
}

}  // namespace serieslink::linkage
