#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "serieslink/summary/v1/summary_service.pb.h"

// Maps of a summary's page. The same answer always gives the same bytes.
namespace serieslink::cli {

// `text` within HTML.
std::string EscapeHtml(std::string_view text);

// The shapes of all `maps`, once: what WriteMap refers to. Before any of it, in the same page.
void WriteMapShapes(const std::vector<summary::v1::GetMapResponse>& maps, std::ostream& out);

// `figures` by a dimension in the summary's period, on the one of `maps` that shows its areas; by
// borough where none does, on the built-in grid of London; otherwise nothing.
void WriteMap(const summary::v1::GetSummaryResponse& summary,
              const summary::v1::MeasureFigures& figures, const summary::v1::DimensionFigures& rows,
              const std::vector<summary::v1::GetMapResponse>& maps, std::ostream& out);

}  // namespace serieslink::cli
