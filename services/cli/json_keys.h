#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace serieslink::cli {

// When two keys are one.
enum class KeyNames {
  kFields,  // of a message: "record_id" and "recordId" are one, as they are one field
  kTexts,   // of anything else: only equal ones are
};

// The first key that an object within `json` has twice, as it is written the second time; empty
// when there is none. `json` is what protobuf's parser has accepted, which takes the last of such
// keys and says nothing.
std::string RepeatedKey(std::string_view json, KeyNames names = KeyNames::kFields);

// Errors: INVALID_ARGUMENT naming the key that RepeatedKey finds.
absl::Status CheckKeys(std::string_view json, KeyNames names);

}  // namespace serieslink::cli
