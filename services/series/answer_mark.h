#pragma once

#include <string_view>

#include "absl/time/time.h"
#include "serieslink/series/v1/series_service.pb.h"

// By what an answer is known again: two that hold the same have the same digest.
namespace serieslink::series {

// Sets the mark of an answer that is whole but for it: of the revision that was committed at
// `committed`, to `agency`.
void SetMark(absl::Time committed, std::string_view agency, v1::ExplainSeriesResponse& response);
void SetMark(absl::Time committed, std::string_view agency, v1::ExplainLinkResponse& response);

}  // namespace serieslink::series
