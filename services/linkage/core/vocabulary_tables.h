#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

// The vocabularies as data. Sources: makers' own names and marks; C.I.P. and SAAMI names of
// cartridges; NCIC gun codes (public domain) for the granularity of makes. A make of several plants
// or countries is one family here (Glock of Austria and of the United States; Taurus of Brazil and
// its importers), because records of one gun differ in that.
namespace serieslink::linkage {

struct MakeAliases {
  absl::string_view canonical;
  // Spellings in squeezed form (letters, digits and "&" only), separated by blanks. The canonical's
  // own squeezed form need not be repeated.
  absl::string_view aliases;
};
absl::Span<const MakeAliases> MakeTable();

// Squeezed words for "not known", "no make" and "other", separated by blanks.
absl::string_view UnknownMakeWords();
absl::string_view OtherMakeWords();

struct CalibreFamily {
  absl::string_view name;
  // Squeezed spellings (upper case; letters, digits, "." and "/" only; "MM" dropped), separated by
  // blanks.
  absl::string_view aliases;
  // Names of families of which a gun can be of this one too, separated by ";". The relation is made
  // symmetric.
  absl::string_view fits;
};
absl::Span<const CalibreFamily> CalibreTable();

absl::string_view UnknownCalibreWords();

}  // namespace serieslink::linkage
