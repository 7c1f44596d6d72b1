#include "services/cli/weight_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/repeated_field.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using linkage::v1::Contribution;
using linkage::v1::Finding;

constexpr char kPriorName[] = "prior";

void Append(const char* part, const google::protobuf::RepeatedPtrField<Finding>& findings,
            std::vector<ExplainedFinding>& all) {
  int order = 0;
  for (const Finding& finding : findings) all.push_back({part, ++order, &finding});
}

// Weights are multiples of 1/1024 bit, which ten decimals hold exactly.
std::string ExactBits(double bits) {
  std::string text = absl::StrFormat("%.10f", bits);
  const std::size_t point = text.find('.');
  const std::size_t last = text.find_last_not_of('0');
  text.resize(std::max(last, point + 1) + 1);
  return text == "-0.0" ? "0.0" : text;
}

std::string Thousandths(std::int64_t value) {
  const std::int64_t magnitude = std::abs(value);
  return absl::StrFormat("%s%d.%03d", value < 0 ? "-" : "", magnitude / 1000, magnitude % 1000);
}

}  // namespace

std::vector<ExplainedFinding> FindingsOf(const linkage::v1::SeriesExplanation& explanation) {
  std::vector<ExplainedFinding> all;
  Append("joining", explanation.joining(), all);
  Append("supporting", explanation.supporting(), all);
  Append("contrary", explanation.contrary(), all);
  Append("undecided", explanation.undecided(), all);
  Append("stale", explanation.stale(), all);
  return all;
}

std::vector<ExplainedFinding> FindingsOf(const linkage::v1::LinkExplanation& explanation) {
  std::vector<ExplainedFinding> all;
  int order = 0;
  for (const linkage::v1::ChainLink& link : explanation.chain()) {
    all.push_back({"chain", ++order, &link.finding()});
  }
  const auto links = static_cast<std::ptrdiff_t>(all.size());
  order = 0;
  for (const Finding& finding : explanation.direct_findings()) {
    const bool is_link =
        std::any_of(all.begin(), all.begin() + links, [&](const ExplainedFinding& link) {
          return link.finding->finding_id() == finding.finding_id();
        });
    if (!is_link) all.push_back({"pair", ++order, &finding});
  }
  return all;
}

Table WeightChart(const std::vector<ExplainedFinding>& findings) {
  Table table{{"part", "order", "finding", "first", "second", "channel", "verdict", "basis", "row",
               "term", "bits", "from_bits", "to_bits", "source of the number"},
              {}};
  for (const ExplainedFinding& one : findings) {
    const Finding& finding = *one.finding;
    const auto add = [&](std::vector<std::string> cells) {
      std::vector<std::string> row = {one.part,
                                      absl::StrCat(one.order),
                                      finding.finding_id(),
                                      finding.first_exhibit(),
                                      finding.second_exhibit(),
                                      EnumWords(finding, "channel"),
                                      EnumWords(finding, "verdict"),
                                      EnumWords(finding, "basis")};
      for (std::string& cell : cells) row.push_back(std::move(cell));
      table.rows.push_back(std::move(row));
    };
    // A weight of 0 would read as "as likely as not".
    if (finding.contributions().empty() && finding.weight_log2() == 0) {
      add({"unweighed", "", "", "", "", ""});
      continue;
    }
    double at = 0;
    for (const Contribution& term : finding.contributions()) {
      const double to = at + term.weight_log2();
      add({term.name() == kPriorName ? "prior" : "contribution", term.name(),
           ExactBits(term.weight_log2()), ExactBits(at), ExactBits(to), term.source()});
      at = to;
    }
    add({"total", "", ExactBits(finding.weight_log2()), ExactBits(0),
         ExactBits(finding.weight_log2()), ""});
  }
  return table;
}

Table WeightSources(const std::vector<ExplainedFinding>& findings) {
  Table table{{"term", "source of its number"}, {}};
  for (const ExplainedFinding& one : findings) {
    for (const Contribution& term : one.finding->contributions()) {
      std::vector<std::string> row = {term.name(), term.source()};
      if (std::find(table.rows.begin(), table.rows.end(), row) == table.rows.end()) {
        table.rows.push_back(std::move(row));
      }
    }
  }
  return table;
}

RoundedWeight RoundWeight(const Finding& finding) {
  const std::int64_t total = std::llround(finding.weight_log2() * 1000);
  std::vector<std::int64_t> terms;
  std::vector<double> left;  // what was rounded off, 0 to 1
  for (const Contribution& term : finding.contributions()) {
    const double thousandths = term.weight_log2() * 1000;
    terms.push_back(static_cast<std::int64_t>(std::floor(thousandths)));
    left.push_back(thousandths - std::floor(thousandths));
  }
  // What all were rounded down by goes to those that lost most.
  std::vector<std::size_t> order(terms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return left[a] > left[b]; });
  const std::int64_t missing = total - std::accumulate(terms.begin(), terms.end(), std::int64_t{0});
  for (std::size_t i = 0; i < order.size() && static_cast<std::int64_t>(i) < missing; ++i) {
    ++terms[order[i]];
  }
  RoundedWeight rounded;
  for (const std::int64_t term : terms) rounded.terms.push_back(Thousandths(term));
  rounded.total = Thousandths(total);
  return rounded;
}

}  // namespace serieslink::cli
