#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "serieslink/series/v1/series_service.pb.h"
#include "services/cli/table.h"

namespace serieslink::cli {

// One row a series: id, incidents, events, exhibits, agencies, first..last, areas, status.
Table SeriesTable(const std::vector<series::v1::Series>& series);

// By what it holds together at the least, with what a rule's word reads as; empty for nothing.
std::string FloorText(const series::v1::Series& series);

// Where it would come apart first, in words; empty where nothing is said of it.
std::string BridgeText(const series::v1::Series& series);

// One row a flag: what it is, its explanation, events and exhibits.
Table FlagsTable(const series::v1::Series& series);

// Writes one weapon: a page for a person, the response as JSON, or one row of SeriesTable as CSV.
void WriteSeries(const series::v1::GetSeriesResponse& response, Format format, int width_columns,
                 std::ostream& out);

}  // namespace serieslink::cli
