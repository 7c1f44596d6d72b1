#include "services/summary/core/comparison.h"

#include <cmath>
#include <functional>

#include "absl/strings/str_format.h"
#include "services/summary/core/tails.h"

namespace serieslink::summary {
namespace {

constexpr double kTail = 0.025;  // of each side of a 95 % interval

// The probability of `successes` or more among `trials` of probability `p`.
double AtLeast(std::int64_t successes, std::int64_t trials, double p) {
  if (successes <= 0) return 1;
  if (successes > trials) return 0;
  return IncompleteBeta(static_cast<double>(successes), static_cast<double>(trials - successes + 1),
                        p);
}

// The probability of `count` or fewer where `mean` are expected (mean above 0), as a sum of terms
// from the largest down.
double PoissonAtMost(std::int64_t count, double mean) {
  if (count < 0) return 0;
  const auto term = [&](std::int64_t k) {
    return std::exp(static_cast<double>(k) * std::log(mean) - mean -
                    std::lgamma(static_cast<double>(k) + 1));
  };
  // Terms rise up to the mean: those below it are summed from the count down.
  if (static_cast<double>(count) <= mean) {
    double sum = 0;
    double one = term(count);
    for (std::int64_t k = count; k >= 0; --k) {
      sum += one;
      if (one < sum * 1e-17) break;
      one *= static_cast<double>(k) / mean;
    }
    return sum;
  }
  double sum = 0;
  double one = term(count + 1);
  for (std::int64_t k = count + 1;; ++k) {
    sum += one;
    if (one < sum * 1e-17 || one == 0) break;
    one *= mean / static_cast<double>(k + 1);
  }
  return 1 - sum;
}

// Where `is_above` turns true between `low` and `high`.
double Turn(double low, double high, const std::function<bool(double)>& is_above) {
  for (int i = 0; i < 200 && high - low > 1e-12 * (1 + high); ++i) {
    const double middle = low + (high - low) / 2;
    (is_above(middle) ? high : low) = middle;
  }
  return low + (high - low) / 2;
}

// The exact interval of a share of which `successes` among `trials`, at least 1, were observed.
Range ShareInterval(std::int64_t successes, std::int64_t trials) {
  Range range{0, 1};
  if (successes > 0) {
    range.low = Turn(0, 1, [&](double p) { return AtLeast(successes, trials, p) > kTail; });
  }
  if (successes < trials) {
    range.high =
        Turn(0, 1, [&](double p) { return AtLeast(successes + 1, trials, p) > 1 - kTail; });
  }
  return range;
}

std::string Times(double ratio) { return absl::StrFormat("%.2f", ratio); }

std::string WordsOf(const v1::Comparison& comparison, std::int64_t count, std::int64_t earlier,
                    const std::string& earlier_label) {
  const std::string counts = absl::StrFormat("%d, against %d in %s", count, earlier, earlier_label);
  std::string range;
  if (comparison.has_ratio_low() && comparison.has_ratio_high()) {
    range = absl::StrFormat("%s to %s times the rate", Times(comparison.ratio_low()),
                            Times(comparison.ratio_high()));
  } else if (comparison.has_ratio_low()) {
    range = absl::StrFormat("%s times the rate or more", Times(comparison.ratio_low()));
  }
  switch (comparison.change()) {
    case v1::CHANGE_WITHIN_CHANCE:
      return absl::StrFormat("%s: within what chance alone can make (%s)", counts, range);
    case v1::CHANGE_HIGHER:
      return absl::StrFormat("%s: more than chance alone would make (%s)", counts, range);
    case v1::CHANGE_LOWER:
      return absl::StrFormat("%s: fewer than chance alone would make (%s)", counts, range);
    case v1::CHANGE_CANNOT_SAY:
      return absl::StrFormat(
          "%s: whether that is a change cannot be said, for counting what is not determined or "
          "straddles the period would turn the answer",
          counts);
    default:
      return absl::StrFormat("none, and none in %s", earlier_label);
  }
}

std::int64_t UncertainOf(const v1::Count& count) {
  return count.undetermined() + count.straddling();
}

}  // namespace

double Rounded(double value) { return std::round(value * 100) / 100; }

double RoundedRate(double value) { return std::round(value * 10'000) / 10'000; }

Range PoissonInterval(std::int64_t count) {
  const double n = static_cast<double>(count);
  const double far = n + 20 + 10 * std::sqrt(n + 1);
  Range range;
  if (count > 0) {
    range.low = Turn(
        0, n, [&](double mean) { return mean > 0 && 1 - PoissonAtMost(count - 1, mean) > kTail; });
  }
  range.high =
      Turn(n, far, [&](double mean) { return mean > 0 && PoissonAtMost(count, mean) < kTail; });
  return range;
}

RateChange CompareRates(std::int64_t count, std::int64_t days, std::int64_t earlier_count,
                        std::int64_t earlier_days) {
  RateChange change;
  if (count == 0 && earlier_count == 0) return change;
  const double scale = static_cast<double>(earlier_days) / static_cast<double>(days);
  const Range share = ShareInterval(count, count + earlier_count);
  change.low = scale * share.low / (1 - share.low);
  if (earlier_count > 0) {
    change.high = scale * share.high / (1 - share.high);
    change.ratio = scale * static_cast<double>(count) / static_cast<double>(earlier_count);
  }
  if (*change.low > 1) {
    change.change = v1::CHANGE_HIGHER;
  } else if (change.high.has_value() && *change.high < 1) {
    change.change = v1::CHANGE_LOWER;
  } else {
    change.change = v1::CHANGE_WITHIN_CHANCE;
  }
  return change;
}

v1::Comparison CompareStocks(const v1::Count& count, const v1::Count& earlier,
                             const std::string& earlier_label) {
  v1::Comparison comparison;
  comparison.set_change(v1::CHANGE_NOT_TESTED);
  comparison.set_words(absl::StrFormat("%d at the end, against %d at the end of %s",
                                       count.counted(), earlier.counted(), earlier_label));
  return comparison;
}

v1::Comparison CompareCounts(const v1::Count& count, std::int64_t days, const v1::Count& earlier,
                             std::int64_t earlier_days, const std::string& earlier_label) {
  const RateChange sure = CompareRates(count.counted(), days, earlier.counted(), earlier_days);
  v1::Comparison comparison;
  comparison.set_change(sure.change);
  if (sure.ratio.has_value()) comparison.set_rate_ratio(Rounded(*sure.ratio));
  if (sure.low.has_value()) comparison.set_ratio_low(Rounded(*sure.low));
  if (sure.high.has_value()) comparison.set_ratio_high(Rounded(*sure.high));
  const v1::Change with_all = CompareRates(count.counted() + UncertainOf(count), days,
                                           earlier.counted() + UncertainOf(earlier), earlier_days)
                                  .change;
  if (with_all != sure.change &&
      !(sure.change == v1::CHANGE_UNSPECIFIED && with_all == v1::CHANGE_WITHIN_CHANCE)) {
    comparison.set_change(v1::CHANGE_CANNOT_SAY);
  }
  comparison.set_words(WordsOf(comparison, count.counted(), earlier.counted(), earlier_label));
  return comparison;
}

}  // namespace serieslink::summary
