#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

// Shapes of texts that stand in a serial field and are no gun's number. All take folded text
// (latin_fold.h): ASCII capitals, digits, symbols.
namespace serieslink::linkage {

// Longest run of letters beside digits that makers use: prefixes have up to four letters (Glock),
// five in forces' own stamps. Longer ones are words with digits typed into them.
inline constexpr size_t kMaxLetterRun = 5;

// Length of the longest run of letters.
size_t LongestLetterRun(absl::string_view token);

// "0000", "XXXX", "-": every character is the same. A single character is not.
bool IsOneCharacter(absl::string_view canonical);

// "No000000", "SN0000", "NONE0000", "00000001": digits typed to fill a field. No digit but zeros,
// three or more of them, whatever letters stand beside them; or zeros alone that end in one other
// digit.
bool IsZeros(absl::string_view joined);

// "762X39", "9X19MM", "9MM".
bool LooksLikeCalibre(absl::string_view joined);

// "177", "357", "410": three digits that are the bore of guns, in hundredths or thousandths of an
// inch or millimetres.
bool LooksLikeBore(absl::string_view digits);

// "1.23E+11": a spreadsheet rounded the number away.
bool IsSpreadsheetExponent(absl::string_view body);

// A Turkish number of which the end is missing. Turkish makers number guns T, four digits of the
// maker, two of the year, one or two letters and five digits; people, fields of twelve characters
// and programs that cut at the hyphen leave "T5120", "T5120-17" or "T512017CK04". A number of six
// digits behind T without a hyphen is left alone: Belgian pistols have those.
bool IsTurkishFragment(absl::string_view body);

// "417XXX", "XXX12345", "12XX45": X typed for what was not read. One at an end, and up to
// three between letters and digits (Glock's CXXX709), are letters.
bool HasCrossedOut(absl::string_view joined);

// The same with "?" for each such X.
std::string WithoutCrossedOut(absl::string_view joined);

// "1234..", "AB12---": more was there.
bool TrailsOff(absl::string_view body);

}  // namespace serieslink::linkage
