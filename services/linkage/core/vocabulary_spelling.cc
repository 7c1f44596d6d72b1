#include "services/linkage/core/vocabulary_spelling.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/latin_fold.h"

namespace serieslink::linkage {
namespace {

bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

// Company forms and fillers at the end of a maker's name.
bool IsCompanyWord(absl::string_view word) {
  static constexpr absl::string_view kWords[] = {
      "INC", "LTD", "LTDA", "LLC", "CORP", "CO", "SA", "SPA", "GMBH", "AG",
      "PLC", "BV",  "KG",   "SRL", "AS",   "OY", "AB", "DOO", "CIA",  "COMPANY"};
  for (const absl::string_view w : kWords) {
    if (word == w) return true;
  }
  return false;
}

}  // namespace

std::string Squeeze(absl::string_view folded, absl::string_view kept) {
  std::string out;
  out.reserve(folded.size());
  for (const char c : folded) {
    if (IsAlnum(c) || absl::StrContains(kept, c)) out.push_back(c);
  }
  return out;
}

std::string CanonicalMakeText(absl::string_view folded) {
  std::string spaced;
  for (const char c : folded) {
    if (c == '.' || c == '\'' || c == kOrdinalMark) continue;  // "S.A." and "COLT'S" stay together.
    spaced.push_back(IsAlnum(c) || c == '&' ? c : ' ');
  }
  std::vector<absl::string_view> words = absl::StrSplit(spaced, ' ', absl::SkipEmpty());
  while (words.size() > 1 && IsCompanyWord(words.back())) words.pop_back();
  std::string out;
  for (const absl::string_view word : words) {
    if (!out.empty()) out.push_back(' ');
    out.append(word.data(), word.size());
  }
  return out;
}

std::string SqueezeMake(absl::string_view canonical) { return Squeeze(canonical, "&"); }

std::string SqueezeCalibre(absl::string_view folded) {
  std::string text(folded);
  for (size_t i = 0; i < text.size(); ++i) {
    const bool between_digits =
        i > 0 && i + 1 < text.size() && IsDigit(text[i - 1]) && IsDigit(text[i + 1]);
    if (text[i] == ',' && between_digits) text[i] = '.';
    if (text[i] == '*' && between_digits) text[i] = 'X';
  }
  std::string squeezed = Squeeze(text, "./&+");
  for (const absl::string_view word : {"CALIBRE", "CALIBER", "CAL."}) {
    if (absl::StartsWith(squeezed, word)) squeezed.erase(0, word.size());
  }
  if (absl::StartsWith(squeezed, "CAL")) squeezed.erase(0, 3);
  for (size_t i = 1; i + 1 < squeezed.size();) {
    const bool unit = (IsDigit(squeezed[i - 1]) || squeezed[i - 1] == '.') && squeezed[i] == 'M' &&
                      squeezed[i + 1] == 'M';
    if (unit) {
      squeezed.erase(i, 2);
    } else {
      ++i;
    }
  }
  while (absl::EndsWith(squeezed, ".")) squeezed.pop_back();
  // A spreadsheet's 0.40 is .40.
  if (absl::StartsWith(squeezed, "0.")) squeezed.erase(0, 1);
  return squeezed;
}

}  // namespace serieslink::linkage
