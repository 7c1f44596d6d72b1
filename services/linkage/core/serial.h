#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "services/linkage/core/facts.h"

// What a serial field says. People write into it numbers, what they could not read, why there is no
// number, where on the gun they looked, and what else they wanted to say. Only a text that is
// nothing but a number may link guns; everything else is told apart here, with the reason.
//
// Rules, with their source:
//  * Canonical form: upper case; accents stripped; full-width forms and Arabic-Indic digits read as
//    what they are, look-alike Cyrillic and Greek letters as Latin, in doubt; blanks, hyphens,
//    dots, slashes and other symbols dropped (NCIC, entry of property numbers); the letter O read
//    as zero (NCIC 2000 operating manual, gun file, serial number edits).
//  * Not a number: all zeros, zeros beside letters or before one last digit, one repeated
//    character, "UNK", "NONE" (NCIC, same edits); counting, stairs and two keys in turn
//    (serial_pattern.h); words for removal, absence, illegibility and "see remarks", as police
//    forces use them, alone or with digits behind them (serial_words.h).
//  * Not a number either: what every gun of a kind bears, its make, model and calibre and the marks
//    of countries, proof houses, patents and importers (gun_words.h). A number beside them counts
//    by its own characters: four or five are in doubt.
//  * Nor is what numbers something else, by its shape or its label: dates, telephones, amounts,
//    postcodes, exhibits, cases (other_things.h).
//  * In doubt, so that it can make a lead and no more: patterns that a genuine number can have, a
//    word that can be a maker's prefix ("TBC12345"), what can be a reference of something else, a
//    note that it is not sure ("482137?", "poss"), and **whatever is in no form of makers**
//    (makers_form.h). So a text that nobody thought of confirms nothing unless it looks in every
//    respect as a gun's number does.
//  * At least one digit, and 4 to 20 characters in canonical form: makers' numbers have that (ATF,
//    27 CFR 478.92 asks for a digit since 2022); shorter ones are counts, prefixes or typing.
//  * No words: a token of five letters or more with no digit, a run of six letters beside digits,
//    two words of four, or any function word is free text, whatever digits stand beside it ("found
//    under the grip, 58"). Notes in brackets are not part of the number, but one that speaks of
//    removal makes it partial, and one that says "possibly" puts it in doubt.
//  * Unread characters (? * # _ …, blots such as •, dots or hyphens in a row, "[..]", a run of X at
//    either end or between digits that is in no form of makers) make it partial, as do words for a
//    partial reading, two alternatives ("61208 or 81208"), and a Turkish maker's number that breaks
//    off before the number of the gun. One question mark at the end is doubt.
//  * Several numbers in one field are split at ";", and at " / ", "," or a word for "and" where
//    both sides are numbers. Numbers that are alike, one slip apart or, at one length, different in
//    two characters are readings of one ("BX61208/BX81208"): in doubt, unless each is said to
//    stand on another part.
namespace serieslink::linkage {

enum class SerialClass : uint8_t {
  kNone = 0,         // Empty: nothing was written.
  kUsable = 1,       // A whole number.
  kPartial = 2,      // A number with characters missing or in doubt.
  kPlaceholder = 3,  // Stands for a number: zeros, XXXX, 123456, "N/A", "unknown".
  kRemoved = 4,      // Says that the number was removed, altered or made unreadable.
  kAbsent = 5,       // Says that there is none, or none was found.
  kText = 6,         // Anything else that is not a number: remarks, kinds of guns, calibres.
  kTooShort = 7,     // A number of fewer than four characters.
  kTooLong = 8,      // A number of more than twenty characters.
};

// Why a whole number may be none of a gun's. It then makes at most a lead.
enum class SerialDoubt : uint8_t {
  kNone = 0,
  kPattern = 1,     // Looks typed to fill the field (serial_pattern.h).
  kWord = 2,        // Letters that also are a word for none, or for a gun, stand with it.
  kOtherThing = 3,  // Looks like a number of something else (other_things.h).
  kForm = 4,        // In no form of makers (makers_form.h).
  kNote = 5,        // Whoever wrote it was not sure of it.
  kLetters = 6,     // Letters of another script were read as the Latin ones that they look like.
};

// Name of a class in lower case, e.g. "usable". Static storage.
absl::string_view SerialClassName(SerialClass serial_class);

// One number of a serial field.
struct SerialReading {
  SerialClass serial_class = SerialClass::kNone;
  // Canonical form; for kPartial with "?" for each character known to be missing. Empty where
  // nothing of a number is left.
  std::string canonical;
  // Where it was read, as far as a note in brackets says so.
  SerialPart part = SerialPart::kUnspecified;
  // Why it has its class: a short English phrase without any of the text. Static storage.
  absl::string_view reason;

  // Only of a usable one.
  SerialDoubt doubt = SerialDoubt::kNone;

  bool usable() const { return serial_class == SerialClass::kUsable; }
};

inline constexpr size_t kMinSerialLength = 4;
inline constexpr size_t kMaxSerialLength = 20;

// Canonical form of a text taken as one number: letters and digits only, [0-9A-NP-Z]*. Invalid
// UTF-8 and letters of other scripts are dropped. Idempotent. Any bytes are accepted. O(length).
std::string CanonicalSerial(absl::string_view text);

// Reads a serial field. At least one reading; one of class kNone for an empty field. Reads at most
// the first 1,024 bytes; a longer field is text. Never fails on any bytes. O(length), and the
// square of how many numbers there are.
std::vector<SerialReading> ReadSerials(absl::string_view as_written);

// Key of a canonical serial of 1 to 20 characters: one to one up to 12 characters, a 63-bit hash
// above. 0 for an empty one; never 0 otherwise. "?" stands for a character not read; a key that has
// some tells its number only together with the length.
uint64_t SerialKey(absl::string_view canonical);

// A canonical serial with the characters that are read and typed for each other made one: O, D and
// Q as 0; I and L as 1; Z as 2; S as 5; G as 6; B as 8; V as U. NCIC turns O into zero; ATF's
// guide for police officers names 5 and S, 2 and Z; the others are those that restored and worn
// stamps are misread for. Of equal length; idempotent.
std::string SerialLikeness(absl::string_view canonical);

// Key of SerialLikeness(canonical).
uint64_t LikenessKey(absl::string_view canonical);

// Legibility as the record states it, with the numbers of record.v1.SerialLegibility.
enum class StatedLegibility : uint8_t {
  kUnspecified = 0,
  kClear = 1,
  kPartial = 2,
  kObliterated = 3,
  kRestored = 4,
  kNone = 5,
  kUnread = 6,
};

// What a record says of the gun beside its numbers, as written.
struct GunAsWritten {
  absl::string_view make;
  absl::string_view model;
  absl::string_view calibre;
};

// Appends the usable numbers of one field to `facts`, skipping what is there already, frames and
// receivers first. `stated_part` counts where the field itself names no part. A number of which
// characters were not read, or which its record calls partial, is added as such when four to twelve
// places are known. A field that its record calls obliterated, unread or none adds nothing, nor
// does a text that is made up of the gun's make, model and calibre, which people write into the
// wrong field.
void AddSerialFacts(absl::string_view as_written, SerialPart stated_part,
                    StatedLegibility legibility, absl::InlinedVector<SerialFact, 1>* facts,
                    const GunAsWritten& gun = {});

}  // namespace serieslink::linkage
