#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "serieslink/summary/v1/summary_service.pb.h"
#include "serieslink/summary/v1/summary_statistics_service.pb.h"

namespace serieslink::cli {

// Writes `summary` as one HTML file that needs no other: charts as drawings in the page, each with
// its words for those who do not see it and its table behind it, and maps: of the areas in `maps`,
// one of a kind at most, and where there are no boroughs, of London on a grid of squares. Prints to
// A4. Colours are told apart by the colour-blind (M. Okabe, K. Ito, "Color Universal Design",
// 2008), and nothing is said by colour alone. The same answer always gives the same bytes.
// `statistics` of the same period and revision go with it; null: none do.
void WriteSummaryHtml(const summary::v1::GetSummaryResponse& summary,
                      const std::vector<summary::v1::GetMapResponse>& maps,
                      const summary::v1::GetStatisticsResponse* statistics, std::ostream& out);

// The same in parts, for reports that hold more: the page up to its heading `title`, what stands
// below that, and the page's end.
void BeginReportHtml(const std::string& title, std::ostream& out);
void WriteSummarySections(const summary::v1::GetSummaryResponse& summary,
                          const std::vector<summary::v1::GetMapResponse>& maps,
                          const summary::v1::GetStatisticsResponse* statistics, std::ostream& out);
void EndReportHtml(std::ostream& out);

}  // namespace serieslink::cli
