#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

// Makes and calibres as people write them, brought to one form. The tables are in
// vocabulary_tables.cc: written from knowledge of the trade, and easy to turn into data files.
namespace serieslink::linkage {

// A make. "Unknown" (nobody said, or said that they could not tell) differs from "other" (said to
// be something that no list has).
struct Make {
  std::string canonical;  // Upper case, e.g. "SMITH & WESSON"; empty when unknown or other.
  uint64_t key = 0;       // kUnknownMake, kOtherMake, or a hash of `canonical`.
};
inline constexpr uint64_t kUnknownMake = 0;
inline constexpr uint64_t kOtherMake = 1;

// Reads a make as written. A make that the table does not know is kept in its canonical text (upper
// case, accents folded, punctuation dropped, company words such as "LTDA" and "INC" dropped), so
// that equal spellings are equal. Any bytes are accepted. Idempotent on `canonical`.
Make ReadMake(absl::string_view as_written);

// True when two makes are known and equal.
inline bool SameMake(uint64_t a, uint64_t b) { return a > kOtherMake && a == b; }
// True when two makes are known and differ.
inline bool DifferentMake(uint64_t a, uint64_t b) {
  return a > kOtherMake && b > kOtherMake && a != b;
}

// A model as written, brought to a key: upper case, letters and digits only. 0: not said, or said
// not to be known; never 1. "G17" and "17" differ. Any bytes are accepted.
uint64_t ModelKey(absl::string_view as_written);

// A calibre family, e.g. 9 mm Luger with all its names. Numbers are stable within a build only:
// store the text, not the number.
using CalibreId = uint16_t;
inline constexpr CalibreId kUnknownCalibre = 0;
inline constexpr CalibreId kOtherCalibre = 1;

// Reads a calibre as written ("9 MM LUGER (9X19MM)", ".38 SPL", "12 bore"). kOtherCalibre for a
// text that no table has; kUnknownCalibre for an empty text and for words that say that it is not
// known. Any bytes are accepted.
CalibreId ReadCalibre(absl::string_view as_written);

// The family's name, e.g. "9x19 mm"; "unknown" and "other" for those. Static storage.
absl::string_view CalibreName(CalibreId calibre);

// True when guns of the two calibres can be one gun: equal, one of them unknown or other, or two
// notations of which one can stand for the other (".38" for .38 Special; "9 mm class" for 9x19; .38
// Special fires in .357 Magnum). Symmetric; not transitive.
bool CompatibleCalibres(CalibreId a, CalibreId b);

}  // namespace serieslink::linkage
