#pragma once

#include <ostream>
#include <vector>

#include "serieslink/summary/v1/summary_service.pb.h"

namespace serieslink::cli {

// Writes `summary` as one HTML file that needs no other: charts as drawings in the page, each with
// its words for those who do not see it and its table behind it, and maps: of the areas in `maps`,
// one of a kind at most, and where there are no boroughs, of London on a grid of squares. Prints to
// A4. Colours are told apart by the colour-blind (M. Okabe, K. Ito, "Color Universal Design",
// 2008), and nothing is said by colour alone. The same answer always gives the same bytes.
void WriteSummaryHtml(const summary::v1::GetSummaryResponse& summary,
                      const std::vector<summary::v1::GetMapResponse>& maps, std::ostream& out);

}  // namespace serieslink::cli
