#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "serieslink/summary/v1/summary_statistics_service.pb.h"
#include "services/summary/core/areas.h"
#include "services/summary/core/lag_triangle.h"
#include "services/summary/core/quarter_tally.h"
#include "services/summary/core/spells.h"

// Statistics as answers give them, with what can be said of them in words. Pure.
namespace serieslink::summary {

// The dimensions by which areas are told apart.
inline constexpr v1::Dimension kAreaDimensions[] = {v1::DIMENSION_BOROUGH, v1::DIMENSION_FORCE};

// The areas of kAreaDimensions by each measure that is about risk, from the last `period_quarters`
// quarters of `tally`, whose dimensions they are; how far counts vary, from all quarters.
// `areas` name rows.
void AddRankings(const QuarterTally& tally, std::size_t period_quarters, const Areas& areas,
                 google::protobuf::RepeatedPtrField<v1::Ranking>& rankings);

// Changes of level of each total and area that has enough to find one, in the quarters of `labels`,
// which are the first of those of `tally`. `areas` name rows.
v1::ChangeSearch SearchChanges(const QuarterTally& tally, const std::vector<std::string>& labels,
                               const Areas& areas);

// Each measure of spells.
void AddSpells(const SpellTally& tally,
               google::protobuf::RepeatedPtrField<v1::SpellFigures>& spells);

// What the last rows of `triangle`, of the quarters of `labels`, will have become; none where that
// cannot be said.
bool ExpectFinalsOf(const Measure& measure, const LagTriangle& triangle,
                    const std::vector<std::string>& labels, v1::ExpectedFinalFigures& figures);

// The sentence above all of them. `first_known_day`: since when the log knows; empty: never.
std::string WordsOf(const v1::ExpectedFinals& finals, const std::string& first_known_day);

}  // namespace serieslink::summary
