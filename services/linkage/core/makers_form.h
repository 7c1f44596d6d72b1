#pragma once

#include "absl/strings/string_view.h"

// The forms in which makers number guns, of which each is a pattern of letters and digits. A number
// in no such form may be genuine all the same: a small maker's, one with a property mark, one typed
// with a slip. But references, registrations, codes and the like have other forms, so that what has
// none of these is in doubt.
namespace serieslink::linkage {

// Whether letters and digits, without anything between them, are in a form of makers that the
// vocabulary in use has (vocabulary.h). The letter O is a digit or a letter, whichever fits.
bool HasMakersForm(absl::string_view joined);

}  // namespace serieslink::linkage
