#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "serieslink/alert/v1/alert_service.pb.h"
#include "services/cli/table.h"

// Alerts as they come, one after the other: nothing is known of those that follow.
namespace serieslink::cli {

// Headings of the rows of alerts, for CSV.
std::vector<std::string> AlertHeadings();

// Writes one alert on a line of its own: as words, as a JSON object, or as a CSV row without
// headings. A CSV row has a cell for each heading.
void WriteAlert(const alert::v1::Alert& alert, Format format, std::ostream& out);

}  // namespace serieslink::cli
