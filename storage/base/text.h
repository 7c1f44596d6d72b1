#pragma once

#include <string_view>

#include "absl/strings/string_view.h"

namespace serieslink {

// Debian's Abseil keeps its own string_view, to which std::string_view does not convert by itself.
inline absl::string_view AbslView(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace serieslink
