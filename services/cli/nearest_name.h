#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace serieslink::cli {

// The one of `names` that was probably meant by `name`: equal but for case, blanks, "_", "-" and
// ".", or else with the fewest characters inserted, left out or replaced, up to a third of it. The
// first of equals. Empty when none is so near. O(length of all names x length of name).
std::string NearestName(std::string_view name, const std::vector<std::string>& names);

}  // namespace serieslink::cli
