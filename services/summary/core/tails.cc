#include "services/summary/core/tails.h"

#include <cmath>

namespace serieslink::summary {
namespace {

constexpr int kTermsMax = 100'000;
constexpr double kTiny = 1e-300;

double AwayFromZero(double x) { return std::fabs(x) < kTiny ? kTiny : x; }

}  // namespace

double IncompleteBeta(double a, double b, double p) {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  // The fraction converges quickly on this side of the mean only.
  if (p > (a + 1) / (a + b + 2)) return 1 - IncompleteBeta(b, a, 1 - p);
  // After Lentz.
  double c = 1;
  double d = 1 / AwayFromZero(1 - (a + b) * p / (a + 1));
  double fraction = d;
  for (int m = 1; m < kTermsMax; ++m) {
    const double even = m * (b - m) * p / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / AwayFromZero(1 + even * d);
    c = AwayFromZero(1 + even / c);
    fraction *= d * c;
    const double odd = -(a + m) * (a + b + m) * p / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / AwayFromZero(1 + odd * d);
    c = AwayFromZero(1 + odd / c);
    fraction *= d * c;
    if (std::fabs(d * c - 1) < 1e-14) break;
  }
  const double log_front =
      std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(p) + b * std::log1p(-p);
  return std::exp(log_front) * fraction / a;
}

}  // namespace serieslink::summary
