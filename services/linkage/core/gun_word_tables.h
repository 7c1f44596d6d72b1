#pragma once

#include "absl/strings/string_view.h"

// The words of gun_words.h as data, in folded text (latin_fold.h), separated by blanks. Makes are
// in the vocabulary. Sources: makers' own names of models; C.I.P. and SAAMI names of
// cartridges; marks of the proof houses of C.I.P. member states; approval marks of blank-firers
// (PTB, Germany); import marks that 27 CFR 478.92 has required since 1968.
namespace serieslink::linkage {

// Words of three to five letters for kinds of guns and actions, and models without a digit. Longer
// words are words wherever they stand (serial.h).
absl::string_view GunDescriptionWords();

// Words of cartridges, which stand alone or behind digits.
absl::string_view CartridgeWords();

// Marks of countries, proof houses, patents and importers.
absl::string_view MarkWords();

// Models with letters and digits, without blanks: what could be taken for a number.
absl::string_view ModelNames();

// Models of four digits or more. They count only beside a make, another model or a calibre.
absl::string_view ModelNumbers();

}  // namespace serieslink::linkage
