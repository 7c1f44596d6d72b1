#pragma once

#include "absl/strings/string_view.h"

// Texts that number something else than a gun: exhibits, bags, incidents, crimes, licences,
// vehicles, telephones, addresses, amounts. Shapes are code, words are the vocabulary's
// (vocabulary.h). All take folded text (latin_fold.h): ASCII capitals, digits, symbols.
namespace serieslink::linkage {

// Whether a text is of something else.
enum class Otherness : unsigned char {
  kNone = 0,
  kPossible = 1,  // A maker's number can look so too, or a typist can write it so.
  kCertain = 2,
};

struct OtherThing {
  Otherness otherness = Otherness::kNone;
  // What it is: a short English phrase without any of the text. Static storage; empty for kNone.
  absl::string_view reason;
};

// By the symbols and the shape of a whole text without labels and notes.
//  * Certain: a date (serial_dates.h), a time, an e-mail or web address, an amount of money, a
//    percentage, degrees and co-ordinates, a telephone number, a weight or another measure with its
//    unit, a postcode of the United Kingdom.
//  * Possible: a slash between letters or digits, as references, marks of exhibits and crime
//    numbers have it and stamps do not; a label that nobody knows ("X: 4711"); a year set apart
//    from another number ("LAB-2024-01234"); three or more groups of digits, all short, that are no
//    thousands (sort codes, addresses of networks); a decimal fraction; eleven digits or more
//    without letters (telephones, IMEI and registration numbers); nine that begin with 9 (mobile
//    telephones in Brazil); a day in six digits; a national insurance number; a code of the Office
//    for National Statistics ("E09000014"); the URN of a case ("01AB1234567"); references of
//    a map's grid ("TQ 123 456"); registrations of vehicles with two hyphens ("AB-123-CD");
//    initials with points before a number ("C.R.N. 4711").
OtherThing ShapeOfOtherThing(absl::string_view body);

// By a word. `word` is a run of letters of four or more: certain when it is a label of other things
// ("ITEM", "EXHIBIT", "LACRE"), possible when it is another word that people write before a number
// of three digits ("LOST", "ROOM"). Of two or three letters: possible when it is a label ("CAD",
// "ID" where it stands apart) or an abbreviation for none ("NC").
OtherThing WordOfOtherThing(absl::string_view word, bool stands_apart);

}  // namespace serieslink::linkage
