#pragma once

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/facts.h"

// The benchmarks' rule T (rules.h): numbers that one mistake makes of each other, on guns that look
// alike.
namespace serieslink::linkage {

// Whether one character left out, added or replaced turns one text into the other: a Levenshtein
// distance of exactly one. Symmetric. O(length).
bool AreOneEditApart(absl::string_view a, absl::string_view b);

// Whether two exhibits look alike (make, model, calibre and borough are known and equal) and have
// whole numbers of `length_min` to twelve characters that are one edit apart and share their first
// four or their last five characters. Symmetric.
bool JoinsByOneEdit(const ExhibitFacts& a, const ExhibitFacts& b, uint8_t length_min);

// Keys of which two exhibits share one whenever the above is true of them, two for each number: one
// edit leaves the beginning or the end of a number whole.
absl::InlinedVector<uint64_t, 2> OneEditKeys(const ExhibitFacts& exhibit, uint8_t length_min);

}  // namespace serieslink::linkage
