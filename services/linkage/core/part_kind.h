#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace serieslink::linkage {

// Key of a kind of part ("Sound moderator", "slide"): the same for texts that differ only in case,
// accents, and what is neither letter nor digit. 0 for a text without letter or digit. O(length).
uint64_t PartKindKey(absl::string_view text);

}  // namespace serieslink::linkage
