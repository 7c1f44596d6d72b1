#pragma once

#include <ostream>

#include "serieslink/summary/v1/summary_statistics_service.pb.h"
#include "services/cli/table.h"

// Statistics of a summary. The same answer always gives the same bytes.
namespace serieslink::cli {

// What goes on a page for a person behind the summary's figures, at most `width_columns` wide.
void WriteStatisticsText(const summary::v1::GetStatisticsResponse& statistics, int width_columns,
                         std::ostream& out);

// The same as a part of an HTML page: headings of the second level, words, and tables.
void WriteStatisticsHtml(const summary::v1::GetStatisticsResponse& statistics, std::ostream& out);

// Every number in a row of its own.
Table StatisticsRows(const summary::v1::GetStatisticsResponse& statistics);

}  // namespace serieslink::cli
