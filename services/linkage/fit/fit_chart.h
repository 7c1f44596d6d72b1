#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/linkage/fit/mark_fit.h"

// Charts as SVG elements.
namespace serieslink::linkage {

// `text` with what HTML reads as markup escaped.
std::string HtmlText(const std::string& text);

// A bar for each row, to the right of a middle line for weights above 0, to the left below.
std::string WeightBars(const std::string& label,
                       const std::vector<std::pair<std::string, double>>& rows);

// A column for each whole bit: how many pairs have such a weight, on a scale of roots, so that few
// are seen beside many. `lines`: bits at which a line stands, with its name.
std::string WeightHistogram(const std::string& label,
                            const std::vector<std::pair<double, double>>& weights_and_counts,
                            const std::vector<std::pair<std::string, double>>& lines);

// Values over the rounds of an estimation.
std::string RoundsLine(const std::string& label, const std::vector<double>& values);

// Observed shares over predicted ones, with their intervals; on the dotted line both are equal.
std::string ReliabilityDiagram(const std::string& label, const std::vector<ReliabilityBin>& bins);

}  // namespace serieslink::linkage
