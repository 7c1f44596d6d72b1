#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "serieslink/summary/v1/public_summary_service.pb.h"

// Public summaries as tables for other programs. Pure: the same summary always gives the same
// bytes.
namespace serieslink::summary {

// What stands for a hidden figure, as the Government Statistical Service marks confidential ones.
inline constexpr std::string_view kHiddenMark = "[c]";

// The columns of FiguresCsv, in their order.
const std::vector<std::string>& FigureColumns();

// Every figure of `summary` in a row of its own: RFC 4180, lines end with LF, headings first. A
// text that a spreadsheet would run as a formula is led by an apostrophe, and so is one that begins
// as such a text does.
std::string FiguresCsv(const v1::PublicSummary& summary);

// One line of such a table.
std::string CsvLine(const std::vector<std::string>& cells);

// "owning unit" of PUBLIC_PART_OWNING_UNIT.
std::string PartWords(v1::PublicPart part);
// "events" of UNIT_EVENT.
std::string UnitWords(v1::Unit unit);

}  // namespace serieslink::summary
