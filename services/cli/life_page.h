#pragma once

#include <ostream>

#include "serieslink/firearm/v1/firearm_service.pb.h"
#include "services/cli/table.h"

namespace serieslink::cli {

// Writes the life story of a gun: for a person with its times and what the records leave open, as
// JSON with everything, or as CSV with a row for each event.
void WriteLifeStory(const firearm::v1::TraceFirearmResponse& response, Format format,
                    int width_columns, std::ostream& out);

}  // namespace serieslink::cli
