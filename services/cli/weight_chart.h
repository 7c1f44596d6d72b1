#pragma once

#include <string>
#include <vector>

#include "serieslink/linkage/v1/explanation.pb.h"
#include "services/cli/table.h"

// Weights of findings term by term, such that what is shown adds up to what is shown as the total.
namespace serieslink::cli {

// A finding with its place in an explanation, which it points into.
struct ExplainedFinding {
  const char* part;  // "joining", "supporting", …; static storage
  int order;         // from 1, within its part
  const linkage::v1::Finding* finding;
};

// Every finding of an explanation, in its order. Of two exhibits the parts are "chain", from the
// first to the second, and "pair": what else stands about the two.
std::vector<ExplainedFinding> FindingsOf(const linkage::v1::SeriesExplanation& explanation);
std::vector<ExplainedFinding> FindingsOf(const linkage::v1::LinkExplanation& explanation);

// For charts: of each finding a row for each term of its weight and one for the total, in bits, as
// the decimal number that it is; `from_bits` and `to_bits` are where its bar begins and ends when
// the terms stand one on the other. Of a finding that a person or agency stated one row,
// "unweighed", without bits.
Table WeightChart(const std::vector<ExplainedFinding>& findings);

// Each term's name and source of its number, once.
Table WeightSources(const std::vector<ExplainedFinding>& findings);

// A weight in thousandths of a bit: its terms in their order, and their sum. The terms are rounded,
// each by less than a thousandth, so that they add up to the total as it is shown.
struct RoundedWeight {
  std::vector<std::string> terms;
  std::string total;
};
RoundedWeight RoundWeight(const linkage::v1::Finding& finding);

}  // namespace serieslink::cli
