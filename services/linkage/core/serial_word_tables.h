#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/serial_words.h"

// The words of serial_words.h as data: what police forces, laboratories and customs write into a
// serial field, from public registers of seized guns and from the languages themselves. All in
// folded text (latin_fold.h), separated by blanks; Ukrainian, Russian, Arabic and the like as they
// are written in Latin letters.
namespace serieslink::linkage {

struct WordList {
  WordMeaning meaning;
  absl::string_view words;
};

// Stems of four letters or more: a token means this when it begins with one. Of two that fit, the
// one that stands first counts.
absl::Span<const WordList> SerialStems();

// Whole tokens. They count before stems.
absl::Span<const WordList> SerialWholeWords();

// Letters of abbreviations that are written with slashes ("N/K") or with points ("n.v.t.").
absl::Span<const WordList> SlashedInitials();
absl::Span<const WordList> PointedInitials();

struct PartList {
  SerialPart part;
  absl::string_view words;  // Of more than five letters: stems. Shorter: whole tokens.
};
absl::Span<const PartList> PartWords();

// Words that introduce a number.
absl::string_view SerialLabels();

}  // namespace serieslink::linkage
