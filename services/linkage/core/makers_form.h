#pragma once

#include "absl/strings/string_view.h"

// The forms in which makers number guns. A number in no such form may be genuine all the same: a
// small maker's, one with a property mark, one typed with a slip. But references, registrations,
// codes and the like have other forms, so that what has none of these is in doubt.
namespace serieslink::linkage {

// Whether letters and digits, without anything between them, are in a form of makers:
//  * digits alone, four to eleven (Llama);
//  * one to three letters, then three to eight digits; four letters, then three digits (Glock);
//  * the same with one or two letters at the end where five digits or more stand before them, or
//    one where four do, or "US" (Glock's imports);
//  * up to three digits, one to three letters, then four digits or more;
//  * three digits or more, then up to two letters;
//  * five digits, two letters and three digits (Browning's shotguns);
//  * T, six digits, one or two letters and five digits (Turkish law);
//  * one to three letters, one or two digits, one or two letters, then four digits or more.
// The letter O is a digit or a letter, whichever fits. Forms of Glock, Taurus, Smith & Wesson,
// Colt, Beretta, Ruger, SIG, Browning, FN, CZ, Walther, Heckler & Koch, Bersa, Imbel, CBC,
// Llama, Springfield, Mossberg, Remington, Winchester, Baikal, Zastava and Turkish makers, as
// collectors' tables of dates and registers of seized guns show them.
bool HasMakersForm(absl::string_view joined);

}  // namespace serieslink::linkage
