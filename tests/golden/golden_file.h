#pragma once

#include <string>
#include <string_view>

namespace serieslink {

// Fails the running test when `text` differs from the file tests/golden/<name>. What such a file
// pins is stored by those who run the service: a changed or missing line is a broken format, a new
// line is new. UPDATE_GOLDEN=1 in the environment writes the file instead.
void ExpectGolden(std::string_view name, std::string_view text);

}  // namespace serieslink
