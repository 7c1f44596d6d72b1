#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "serieslink/summary/v1/summary_service.pb.h"

// What a count, and a change between two, can tell. Counts of rare events vary by chance; these
// functions say by how much, exactly, so that they hold for small counts. Events that come in
// bursts vary more than Poisson's distribution says: an interval is then too narrow, never too
// wide. Pure.
namespace serieslink::summary {

struct Range {
  double low = 0;
  double high = 0;
};

// The exact 95 % interval of the mean of which `count`, 0 or more, was observed, after Poisson: F.
// Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936).
Range PoissonInterval(std::int64_t count);

// A rate against an earlier one.
struct RateChange {
  std::optional<double> ratio;  // none where the earlier count is 0
  std::optional<double> low;    // none where both are 0
  std::optional<double> high;   // none where the earlier count is 0, or both are
  v1::Change change = v1::CHANGE_UNSPECIFIED;
};

// `count` in `days` against `earlier_count` in `earlier_days`, both positive. The exact 95 %
// interval of the rate ratio, from the interval of a share (C. J. Clopper, E. S. Pearson,
// Biometrika 26, 1934): given their sum, the first of two Poisson counts is binomial. Never says
// CHANGE_CANNOT_SAY.
RateChange CompareRates(std::int64_t count, std::int64_t days, std::int64_t earlier_count,
                        std::int64_t earlier_days);

// The comparison of two counts, with what may yet belong to them, as answers give it.
// `earlier_label` names the earlier period. Where counting in both periods what is not determined
// or straddles would turn what can be said, nothing is said. What is not dated is left out: it
// can lie in either period, or in neither.
v1::Comparison CompareCounts(const v1::Count& count, std::int64_t days, const v1::Count& earlier,
                             std::int64_t earlier_days, const std::string& earlier_label);

// The comparison of two counts of a stock: nothing is tested.
v1::Comparison CompareStocks(const v1::Count& count, const v1::Count& earlier,
                             const std::string& earlier_label);

// `value` with two decimals, as answers have it: digits beyond that mean nothing, and would differ
// between builds.
double Rounded(double value);
// The same for rates of a thousand, which are small: with four decimals.
double RoundedRate(double value);

}  // namespace serieslink::summary
