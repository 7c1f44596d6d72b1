#pragma once

#include <ostream>

#include "serieslink/series/v1/series_service.pb.h"

namespace serieslink::cli {

// Writes an explanation as plain text for a court bundle: numbered paragraphs on the width of a
// page that say what was asked, as at when and for whom, what the answer says and does not say, the
// exhibits, each finding with its sources, versions and weight, what stands against it, what is not
// decided or not known, and by what the answer is known again. The same answer gives the same
// bytes. Never for what is supposed (what-if): that is no evidence.
void WriteCourtText(const series::v1::ExplainSeriesResponse& response, std::ostream& out);
void WriteCourtText(const series::v1::ExplainLinkResponse& response, std::ostream& out);

}  // namespace serieslink::cli
