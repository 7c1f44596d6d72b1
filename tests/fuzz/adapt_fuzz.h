#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace serieslink::fuzz {

// Reads `input` as a FeedMessage (its bytes, or protobuf's text format) and adapts it twice. Ends
// the process when the two results differ or a result is neither a record nor a refusal. Whether it
// was accepted; nothing when it is no message.
std::optional<bool> AdaptInput(std::string_view input);

}  // namespace serieslink::fuzz

// libFuzzer's entry point: AdaptInput of the bytes. Always 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
