#pragma once

#include <ostream>
#include <vector>

#include "serieslink/summary/v1/summary_comparison_service.pb.h"
#include "services/cli/table.h"

// What became of a summary's figures, as text and as rows.
namespace serieslink::cli {

// A whole answer.
struct SummaryChanges {
  summary::v1::ComparisonHead head;
  std::vector<summary::v1::ChangedUnit> units;      // by number, from 1
  std::vector<summary::v1::ChangedFigure> figures;  // in the order of a summary
};

// Adds one part of the answer; a list that goes on is put together.
void AddPart(const summary::v1::CompareSummariesResponse& part, SummaryChanges& changes);

// A page for a person, at most `width_columns` wide.
void WriteChangesText(const SummaryChanges& changes, int width_columns, std::ostream& out);

// A row for each figure, unit that makes it differ, and record of that unit which changed.
Table ChangeRows(const SummaryChanges& changes);

}  // namespace serieslink::cli
