#pragma once

#include <string_view>

namespace serieslink {

// Whether a text in capitals and digits, as a record has it, can be a gun's own number: a second
// opinion on what joined two guns, with words and patterns of its own and no code of the linkage
// core. It asks whether little describes the text: whether the steps from digit to digit repeat
// themselves, and what is left of it without the words that guns, proof houses, exhibits and
// people who found no number have in common. Strict: about one genuine number in a hundred fails.
bool IsPlausibleNumber(std::string_view written);

}  // namespace serieslink
