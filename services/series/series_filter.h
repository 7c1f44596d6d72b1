#pragma once

#include <vector>

#include "serieslink/series/v1/series_service.pb.h"
#include "services/rpc/error.h"

namespace serieslink::series {

// Everything that is wrong with `filter`, with paths below "filter".
std::vector<rpc::BadField> CheckFilter(const v1::SeriesFilter& filter);

// Whether `series`, in outline, satisfies everything that `filter` gives.
bool Satisfies(const v1::Series& series, const v1::SeriesFilter& filter);

}  // namespace serieslink::series
