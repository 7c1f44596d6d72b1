#pragma once

#include <string>
#include <string_view>

#include "serieslink/stored/v1/derived.pb.h"
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

// Whether `viewer` may see the record of `state`, at any revision: the label of the latest version
// that stood, was no withdrawal and was not taken back decides for all of them.
bool MaySee(const Viewer& viewer, const stored::v1::RecordState& state);

}  // namespace serieslink::view
