#pragma once

#include <ostream>

#include "serieslink/summary/v1/summary_service.pb.h"
#include "services/cli/page.h"
#include "services/cli/table.h"

// Figures that were published elsewhere, beside those of a summary. The same answer always gives
// the same bytes.
namespace serieslink::cli {

// Adds sections to the page; none where there are no such figures.
void WriteExternal(const summary::v1::GetSummaryResponse& summary, Page& page);
void WriteExternalHtml(const summary::v1::GetSummaryResponse& summary, std::ostream& out);

// Adds rows to those of SummaryRows, of its columns.
void AddExternalRows(const summary::v1::GetSummaryResponse& summary, Table& table);

}  // namespace serieslink::cli
