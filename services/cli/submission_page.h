#pragma once

#include <string>
#include <vector>

#include "serieslink/firearm/v1/submission_service.pb.h"

namespace serieslink::cli {

// The headings of a list of items that no laboratory has seen, and the row of one.
std::vector<std::string> UnsubmittedHeadings();
std::vector<std::string> UnsubmittedRow(const firearm::v1::UnsubmittedItem& item);

}  // namespace serieslink::cli
