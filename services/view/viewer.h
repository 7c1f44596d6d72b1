#pragma once

#include <string>
#include <string_view>

#include "serieslink/type/v1/grading.pb.h"

namespace serieslink::view {

// For whom a read answers.
struct Viewer {
  std::string agency;
};

// Whether `viewer` may see a record of `owner` with this label. One rule for now: records marked
// open, and its own.
inline bool MaySee(const Viewer& viewer, std::string_view owner, int visibility) {
  return visibility == type::v1::VISIBILITY_OPEN || viewer.agency == owner;
}

}  // namespace serieslink::view
