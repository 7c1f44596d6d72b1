#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

// Patterns that a hand leaves when it fills a field: one key held down, two keys in turn, counting,
// stairs, the columns of a keypad. A genuine number can look like that too, at a rate that can be
// worked out: of the numbers of six digits alone about one in 500 has one of the weaker patterns.
// So what only looks like filling is told apart from what nobody would take for a number.
namespace serieslink::linkage {

enum class SerialPattern : uint8_t {
  kNone = 0,
  kSuspicious = 1,  // May be genuine: at most a lead.
  kFiller = 2,      // Typed to fill the field.
};

// The pattern of a number in canonical form ([0-9A-Z]*).
//
// kFiller, of digits alone or behind letters that are themselves filling (AAA, ABC, XYZ, QWE):
//  * one digit throughout ("7777"; behind letters from four digits on: "AAA1111");
//  * two digits in turn, three times or more ("12121212", "121212");
//  * counting by one that begins or ends at 0, 1 or 9, of four digits or more, zeros before it not
//    counted ("1234", "0012345", "654321", "ABC123", "AAA1234");
//  * stairs: every digit repeated equally often, counting by one ("112233", "1122334455").
// kSuspicious:
//  * of digits alone, six or more: all but one equal ("2222223", "100000"); zeros between the ends
//    ("1000001"); a block of three or more repeated ("123123", "417417"); rising or falling by
//    nothing or one at each step
//    ("112345"); counting by one up and down ("123321"); counting by one or two ("345678",
//    "13579"; from five on); columns of a keypad ("147258", "159753"); a calendar day ("20240105",
//    "05012024");
//  * digits behind genuine letters: one digit throughout (five or more; four behind a letter that
//    is repeated), two in turn or stairs (six or more); behind one letter also counting and zeros
//    between the ends ("A12345678", "A000001"; five or more) and all but one equal. Counting behind
//    two letters ("AB123456") is a number: makers stamp it once a prefix;
//  * three equal digits behind three letters that are filling ("AAA999");
//  * letters and digits in a repeated block ("A1A1A1", "AB12AB12").
SerialPattern PatternOf(absl::string_view canonical);

}  // namespace serieslink::linkage
