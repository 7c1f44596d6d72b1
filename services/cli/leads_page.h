#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "serieslink/lead/v1/lead_service.pb.h"
#include "services/cli/table.h"

// Leads for a person.
namespace serieslink::cli {

// The columns of a list of leads, and the cells of one.
std::vector<std::string> LeadHeadings();
std::vector<std::string> LeadRow(const lead::v1::Lead& lead);

// "Above the line: 17 (budget 20 a day, acted on today: 3). Below: 31 beyond the budget.".
std::string LineText(const lead::v1::QueueLine& line);

// What was decided or proposed, by whom and when, in words.
std::string DecisionText(const lead::v1::LeadDecision& decision);

// One lead: what it is, its worth, its clocks, and what was done about it.
void WriteLead(const lead::v1::Lead& lead, std::int64_t revision, Format format, int width_columns,
               std::ostream& out);

// Pairs to judge, and what was measured where that was asked for.
void WriteBlindSample(const lead::v1::GetBlindSampleResponse& response, Format format,
                      int width_columns, std::ostream& out);

// Columns and cells of pairs to be looked at again.
std::vector<std::string> ReexaminationHeadings();
std::vector<std::string> ReexaminationRow(const lead::v1::Reexamination& reexamination);

// Exhibits to examine.
void WriteExaminations(const lead::v1::ListExaminationsResponse& response, Format format,
                       int width_columns, std::ostream& out);

}  // namespace serieslink::cli
