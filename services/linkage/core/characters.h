#pragma once

#include <algorithm>
#include <cstddef>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/latin_fold.h"

// What the readers of serial numbers ask of characters and words, of texts folded to ASCII.
namespace serieslink::linkage {

inline bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
inline bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }

// A character that stands for one, or for several, that could not be read.
inline bool IsWildcard(char c) {
  return c == '?' || c == '*' || c == '#' || c == '_' || c == kEllipsis;
}

inline std::size_t CountDigits(absl::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), IsDigit));
}

using WordSet = absl::flat_hash_set<absl::string_view>;

// The words of a table, apart by blanks. It refers to `words`.
inline WordSet SetOf(absl::string_view words) {
  return absl::StrSplit(words, ' ', absl::SkipEmpty());
}

}  // namespace serieslink::linkage
