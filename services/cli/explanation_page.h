#pragma once

#include <ostream>

#include "serieslink/series/v1/series_service.pb.h"
#include "services/cli/table.h"

namespace serieslink::cli {

// Writes why two exhibits are one weapon, or why they are not: for a person step by step, as JSON
// with everything, or as CSV for charts (WeightChart).
void WriteExplanation(const series::v1::ExplainLinkResponse& response, Format format,
                      int width_columns, std::ostream& out);

// The same of what holds a weapon together and what stands against it.
void WriteExplanation(const series::v1::ExplainSeriesResponse& response, Format format,
                      int width_columns, std::ostream& out);

}  // namespace serieslink::cli
