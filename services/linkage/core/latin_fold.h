#pragma once

#include <string>

#include "absl/strings/string_view.h"

// Text as people type it, brought to the characters that number plates of machines have.
namespace serieslink::linkage {

// Marks in folded text for what is no ASCII character.
inline constexpr char kOtherScript = '\x01';  // A letter of a script that has no Latin look-alike.
inline constexpr char kOrdinalMark = '\x02';  // The raised "o" or "a" of "Nº", or a degree sign.
inline constexpr char kEllipsis = '\x03';     // "…".

// `text` in upper-case ASCII. Accents are stripped from Latin letters and ligatures read as their
// first letter (decomposition as in Unicode's NFKD, Latin blocks); full-width forms, and Greek and
// Cyrillic capitals that look like a Latin letter, are read as that letter; typographic dashes,
// quotes and blanks become their ASCII forms; Arabic-Indic and Persian digits are read as digits;
// signs of currencies become "$". Invalid UTF-8, control and combining characters are
// dropped, but a tab becomes a blank and a line feed ";"; other symbols become a blank. Idempotent
// on its own ASCII output. O(length).
std::string FoldToAscii(absl::string_view text);

// Whether FoldToAscii(text) reads a Greek or Cyrillic letter as the Latin one that it looks like.
// O(length).
bool HasLookAlikes(absl::string_view text);

}  // namespace serieslink::linkage
