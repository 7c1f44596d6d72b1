#pragma once

#include "absl/strings/string_view.h"
#include "services/linkage/core/facts.h"

// Words that people write into a serial field, in the languages of the vocabulary that is in use
// (vocabulary.h); the built-in one has fourteen. They say *why* a text is no number: a text of
// words is never one, known or not. A word that is missing there matters only where it is short and
// digits stand beside it.
namespace serieslink::linkage {

// Enumerators have the numbers of linkage.v1.SerialWordMeaning.
enum class WordMeaning : uint8_t {
  kNone = 0,       // No word of the vocabulary.
  kRemoved = 1,    // Removed, ground off, altered, restamped.
  kAbsent = 2,     // There is none, or none was found.
  kUnread = 3,     // Unknown, illegible, see remarks, not applicable.
  kPartial = 4,    // Only part of it, or one of several.
  kFunction = 5,   // A short word that only stands in sentences.
  kUncertain = 6,  // All of it, and not for sure: possibly, probably, to be confirmed.
};

// The meaning of one token of folded text: ASCII capitals and digits. Four letters or more that
// begin a stem of the vocabulary stand for it ("RASP", "SUPR"). A zero, one, three, four or
// five among letters is read as the letter it is typed for ("RASPAD0").
WordMeaning MeaningOfWord(absl::string_view token);

// The meaning of letters that are written with a `separator` of '/' or '.' between them ("N/K"),
// given without it ("NK").
WordMeaning MeaningOfInitials(absl::string_view letters, char separator);

// The part of a gun that a token names, kUnspecified when none.
SerialPart PartOfWord(absl::string_view token);

// True for a word that introduces a number: "SERIAL", "NUMERO", "NR".
bool IsSerialLabel(absl::string_view token);

}  // namespace serieslink::linkage
