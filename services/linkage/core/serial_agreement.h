#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/inlined_vector.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/serial.h"

// How two numbers agree that need not be equal.
namespace serieslink::linkage {

// Numbers are those of linkage.v1.SerialAgreement. Of several that hold of two numbers the first
// counts.
enum class SerialAgreement : uint8_t {
  kNone = 0,
  kEqual = 1,
  // They differ only in characters that are taken for each other.
  kAlike = 2,
  // Characters of one or both were not read; all that were read in both agree, four or more.
  kPattern = 3,
  // They differ only in letters between digits: NCIC's search finds 369J257 for 369257.
  kEmbedded = 4,
  // One is the other without its first or last one to four characters; or what was read before and
  // behind one gap of it is how the other begins and ends, with one to four characters between.
  // Where a number was read in part, four characters have to agree: people do not count what they
  // could not read.
  kTruncated = 5,
  // One character replaced, left out or added, or two neighbours exchanged.
  kOneEdit = 6,
};
inline constexpr size_t kSerialAgreementCount = 7;

struct SerialComparison {
  SerialAgreement agreement = SerialAgreement::kNone;
  uint8_t characters = 0;  // That agree, 0 to 20.

  friend bool operator==(const SerialComparison&, const SerialComparison&) = default;
};

// Compares two numbers. Symmetric. Of numbers longer than twelve characters only equality and
// likeness can be told: their keys do not hold their text.
SerialComparison CompareSerials(const SerialFact& a, const SerialFact& b);

// A whole number of up to twelve characters, so packed that two can be compared without reading
// them, and its highest bit of the first byte set where letters stand between its digits. All zero
// for any other number.
struct SerialGlance {
  std::array<uint32_t, 3> characters = {};

  bool is_empty() const { return characters[0] == 0; }
};
SerialGlance GlanceOf(const SerialFact& serial);

// False: CompareSerials finds the two numbers equal, alike or not to agree: who is compared under a
// key of likeness anyway need not be where this is false. True where either is empty. Symmetric.
bool MayNearlyAgree(const SerialGlance& a, const SerialGlance& b);

// The canonical number that a key holds, "?" for characters not read. Empty for a number of more
// than twelve characters.
std::string SerialOfKey(const SerialFact& serial);

// Keys under which numbers of one make meet that are not equal and may agree: by the first four, by
// the last four, and for five to eight characters by the first and last two, letters between digits
// left out. Two numbers one edit apart of six characters or more share one (in numbers
// of six not the exchange of the second and third or fourth and fifth); so do a number and what
// is left of it without its end or its beginning, and patterns with one of these read. A pattern of
// which none of the three was read whole has, of the first with fewest characters missing, a key
// for each that can stand there: 35 or fewer where one is missing, 100 (digits) where two are, none
// where more are. So it meets whole numbers, which need no keys for it. None for a number of more
// than twelve characters, or without a known make.
absl::InlinedVector<uint64_t, 3> NeighbourKeys(const SerialFact& serial, uint64_t make);

}  // namespace serieslink::linkage
