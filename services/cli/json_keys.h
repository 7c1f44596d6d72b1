#pragma once

#include <string>
#include <string_view>

namespace serieslink::cli {

// The first key that an object within `json` has twice, as it is written the second time; empty
// when there is none. "record_id" and "recordId" are one, as they are one field. `json` is what
// protobuf's parser has accepted, which takes the last of such keys and says nothing.
std::string RepeatedKey(std::string_view json);

}  // namespace serieslink::cli
