#pragma once

#include <vector>

#include "google/protobuf/timestamp.pb.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/rpc/error.h"

namespace serieslink::series {

// Whether `time` is one that google.protobuf.Timestamp allows: years 1 to 9999. Anything else
// cannot be compared or converted.
bool IsTime(const google::protobuf::Timestamp& time);

// Everything that is wrong with `filter`, with paths below "filter".
std::vector<rpc::BadField> CheckFilter(const v1::SeriesFilter& filter);

// Whether `series`, in outline, satisfies everything that `filter` gives.
bool Satisfies(const v1::Series& series, const v1::SeriesFilter& filter);

}  // namespace serieslink::series
