#pragma once

// Tails of distributions, for tests and intervals that hold for small counts. Pure.
namespace serieslink::summary {

// The regularised incomplete beta function I_p(a, b), a and b above 0, p from 0 to 1: for whole
// numbers the probability of `a` or more successes among a + b - 1 trials of probability `p`. By
// the continued fraction of the Digital Library of Mathematical Functions, 8.17.22.
double IncompleteBeta(double a, double b, double p);

// The 0.975 quantile of the standard normal distribution.
inline constexpr double kNormal975 = 1.959963984540054;

}  // namespace serieslink::summary
