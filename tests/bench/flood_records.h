#pragma once

#include <cstddef>

#include "serieslink/feed/v1/feed.pb.h"

// Records that all say one thing where a number should be, and records to compare them with.
namespace serieslink::bench {

enum class FloodKind {
  kNormal = 0,     // each gun has a number of its own
  kUnknown = 1,    // every number is "UNKNOWN"
  kOneSerial = 2,  // every number is the same, and looks like one
};

// The `number`th incident of one Glock 17, all else being equal in all kinds; open to all. 900,000
// normal ones are different.
feed::v1::FeedMessage FloodRecord(FloodKind kind, std::size_t number);

}  // namespace serieslink::bench
