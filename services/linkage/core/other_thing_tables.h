#pragma once

#include "absl/strings/string_view.h"

// The words of other_things.h as data, separated by blanks, in folded text (latin_fold.h).
namespace serieslink::linkage {

// Units of measure, two letters or more: single letters end makers' numbers. And those of money.
absl::string_view Units();
absl::string_view Currencies();

// Labels of numbers that are no gun's, of four letters or more: of exhibits, property, crimes,
// custody, licences, vehicles, telephones, people, places.
absl::string_view LabelsOfOtherThings();

// The same of two and three letters, and abbreviations for none ("NC", "NFI"). A maker's prefix can
// be the same letters: each costs one number in 17,576 of those with three letters, one in 676 of
// those with two.
absl::string_view ShortLabelsOfOtherThings();

// Others, that count only where they stand apart from the number: Taurus and others have stamped
// them right before digits ("SGT18860").
absl::string_view LabelsThatStandApart();

// Words of four letters that are usual in records. Glock's prefixes have four letters: one in some
// thousand is a word.
absl::string_view WordsOfFourLetters();

}  // namespace serieslink::linkage
