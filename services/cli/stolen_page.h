#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/stolen/v1/stolen_service.pb.h"
#include "services/cli/table.h"

namespace serieslink::cli {

// The headings of a list of cases, and the row of one.
std::vector<std::string> LossCaseHeadings();
std::vector<std::string> LossCaseRow(const stolen::v1::LossCase& one);

// Writes all cases of a gun: for a person with steps, reports and contradictions, as JSON with
// everything, or as CSV with a row for each report.
void WriteLossCases(const stolen::v1::GetLossCasesResponse& response, Format format,
                    int width_columns, std::ostream& out);

// Writes counts: a table each for a person, JSON, or as CSV one table with a row for each count.
void WriteLossCounts(const stolen::v1::CountLossCasesResponse& response, Format format,
                     int width_columns, std::ostream& out);

// The headings of a list of repeated losses, and the row of one.
std::vector<std::string> RepeatLossesHeadings();
std::vector<std::string> RepeatLossesRow(const stolen::v1::RepeatLosses& one);

}  // namespace serieslink::cli
