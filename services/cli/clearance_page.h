#pragma once

#include <ostream>

#include "serieslink/firearm/v1/clearance_service.pb.h"
#include "services/cli/table.h"

namespace serieslink::cli {

// Writes whether a gun may go: for a person with what stands against it, as JSON with everything,
// or as CSV with a row for each blocker, and one for an answer that is clear.
void WriteClearance(const firearm::v1::ClearFirearmResponse& response, Format format,
                    int width_columns, std::ostream& out);

// Writes what is known of a code.
void WriteCheckedClearance(const firearm::v1::CheckClearanceResponse& response, Format format,
                           int width_columns, std::ostream& out);

}  // namespace serieslink::cli
