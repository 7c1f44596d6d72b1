#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/summary/v1/summary_service.pb.h"
#include "services/cli/table.h"

// Summaries as text and as rows. The same answer always gives the same bytes.
namespace serieslink::cli {

// Columns of a report at most: it is read on paper and in mails too.
inline constexpr int kReportColumnsMax = 80;

// Reads "2026Q3" (a quarter), "FY2026Q2" or "FY2026-27Q2" (a financial quarter), "12M2026Q3" (the
// twelve months up to a quarter's end), "2026-09" (a month) or "2026" (a year), in any case.
// Errors: INVALID_ARGUMENT (none of them).
absl::StatusOr<summary::v1::Period> ParsePeriod(std::string_view text);

// Reads a dimension: "force", "borough", "investigating-borough", "ward", "owning-unit", "agency"
// or "operation"; DIMENSION_UNSPECIFIED for anything else.
summary::v1::Dimension DimensionOf(std::string_view word);
// Those words, in the order of the enumeration.
const std::vector<std::string>& DimensionWords();

// The measures that stand for a summary where there is no room for all: maps and rows by place.
const std::vector<std::string>& KeyMeasures();

// The definition of a measure of `summary`; null where there is none.
const summary::v1::MeasureDefinition* DefinitionIn(const summary::v1::GetSummaryResponse& summary,
                                                   const std::string& measure_id);
// The name of a measure of `summary`; its id where it has no definition.
std::string MeasureName(const summary::v1::GetSummaryResponse& summary,
                        const std::string& measure_id);
// The figures of a measure; null where there are none.
const summary::v1::MeasureFigures* FiguresIn(const summary::v1::GetSummaryResponse& summary,
                                             const std::string& measure_id);

// "12(+3)": counted, and what may belong to it.
std::string CountText(const summary::v1::Count& count);

// The name of a row, with the year of a ward's boundaries.
std::string RowName(const summary::v1::Row& row);

// What holds for the whole summary, in sentences.
std::vector<std::string> SummaryNotes(const summary::v1::GetSummaryResponse& summary);

// A page for a person, at most `width_columns` wide.
void WriteSummaryText(const summary::v1::GetSummaryResponse& summary, int width_columns,
                      std::ostream& out);

// Every figure of every period in a row of its own.
Table SummaryRows(const summary::v1::GetSummaryResponse& summary);

// The definitions, for a person.
void WriteDefinitions(const summary::v1::ListMeasuresResponse& response, int width_columns,
                      std::ostream& out);
Table DefinitionRows(const summary::v1::ListMeasuresResponse& response);

}  // namespace serieslink::cli
