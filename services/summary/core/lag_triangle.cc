#include "services/summary/core/lag_triangle.h"

#include <algorithm>
#include <cmath>

#include "services/summary/core/tails.h"

namespace serieslink::summary {
namespace {

double At(const LagTriangle& triangle, std::size_t row, std::size_t age) {
  return static_cast<double>(triangle[row][age]);
}

// Factors from each age to the next, and the variance around them.
struct Factors {
  std::vector<double> factor;
  std::vector<double> variance;
  std::vector<double> weight;  // sum of what they were estimated from
};

std::optional<Factors> FactorsOf(const LagTriangle& triangle, std::size_t rows_min) {
  const std::size_t ages = triangle.empty() ? 0 : triangle.front().size();
  Factors factors;
  for (std::size_t age = 0; age + 1 < ages; ++age) {
    double from = 0;
    double to = 0;
    std::size_t rows = 0;
    for (std::size_t row = 0; row < triangle.size(); ++row) {
      if (triangle[row].size() <= age + 1) continue;
      from += At(triangle, row, age);
      to += At(triangle, row, age + 1);
      ++rows;
    }
    if (rows < rows_min || from <= 0) return std::nullopt;
    const double factor = to / from;
    double squares = 0;
    for (std::size_t row = 0; row < triangle.size(); ++row) {
      const double known = triangle[row].size() > age + 1 ? At(triangle, row, age) : 0;
      if (known <= 0) continue;
      const double off = At(triangle, row, age + 1) / known - factor;
      squares += known * off * off;
    }
    factors.factor.push_back(factor);
    factors.weight.push_back(from);
    // Of one row no variance is known: Mack's extrapolation of those before.
    double variance = rows > 1 ? squares / static_cast<double>(rows - 1) : 0;
    if (rows == 1 && age >= 2 && factors.variance[age - 2] > 0) {
      const double a = factors.variance[age - 1];
      const double b = factors.variance[age - 2];
      variance = std::min({a * a / b, a, b});
    }
    factors.variance.push_back(variance);
  }
  return factors;
}

// The smallest number that at most one in forty of Poisson counts with `mean` are above.
double PoissonUpper(double mean) {
  double term = std::exp(-mean);
  double sum = term;
  double count = 0;
  while (sum < 0.975 && term > 0) {
    count += 1;
    term *= mean / count;
    sum += term;
  }
  return count;
}

// What a row of which nothing is known at `age` yet will have become: by a factor it would be
// nothing, so it is taken for one like the others (R. L. Bornhuetter, R. E. Ferguson, 1972).
ExpectedFinal ExpectFromNothing(const LagTriangle& triangle, const Factors& factors,
                                std::size_t age) {
  double growth = 1;
  for (std::size_t i = age; i < factors.factor.size(); ++i) growth *= factors.factor[i];
  double sum = 0;
  double rows = 0;
  for (const std::vector<std::int64_t>& row : triangle) {
    if (row.size() <= factors.factor.size()) continue;
    sum += static_cast<double>(row.back());
    ++rows;
  }
  ExpectedFinal one;
  one.expected = rows > 0 && growth > 0 ? std::max(0.0, (1 - 1 / growth) * sum / rows) : 0;
  one.high = PoissonUpper(one.expected);
  return one;
}

}  // namespace

std::optional<std::vector<double>> MackErrors(const LagTriangle& triangle, std::size_t rows_min) {
  const std::optional<Factors> factors = FactorsOf(triangle, rows_min);
  if (!factors.has_value()) return std::nullopt;
  const std::size_t ages = triangle.empty() ? 0 : triangle.front().size();
  std::vector<double> errors;
  for (const std::vector<std::int64_t>& row : triangle) {
    if (row.size() >= ages || row.empty()) continue;
    double expected = static_cast<double>(row.back());
    double sum = 0;
    for (std::size_t age = row.size() - 1; age + 1 < ages; ++age) {
      if (expected > 0) {
        sum += factors->variance[age] / (factors->factor[age] * factors->factor[age]) *
               (1 / expected + 1 / factors->weight[age]);
      }
      expected *= factors->factor[age];
    }
    errors.push_back(expected * std::sqrt(sum));
  }
  return errors;
}

std::optional<std::vector<ExpectedFinal>> ExpectFinals(const LagTriangle& triangle,
                                                       std::size_t rows_min) {
  const std::optional<Factors> factors = FactorsOf(triangle, rows_min);
  const std::optional<std::vector<double>> errors = MackErrors(triangle, rows_min);
  if (!factors.has_value() || !errors.has_value()) return std::nullopt;
  const std::size_t ages = triangle.empty() ? 0 : triangle.front().size();
  std::vector<ExpectedFinal> finals;
  for (const std::vector<std::int64_t>& row : triangle) {
    if (row.size() >= ages || row.empty()) continue;
    if (row.back() == 0) {
      finals.push_back(ExpectFromNothing(triangle, *factors, row.size() - 1));
      continue;
    }
    ExpectedFinal one{.known = row.back(), .expected = static_cast<double>(row.back())};
    for (std::size_t age = row.size() - 1; age + 1 < ages; ++age) {
      one.expected *= factors->factor[age];
    }
    // What is missing is a count too.
    const double missing = std::fabs(one.expected - static_cast<double>(row.back()));
    const double error =
        std::sqrt(std::max((*errors)[finals.size()] * (*errors)[finals.size()], missing));
    if (one.expected > 0 && error > 0) {
      const double ratio = error / one.expected;
      const double spread = std::sqrt(std::log1p(ratio * ratio));
      const double middle = std::log(one.expected) - spread * spread / 2;
      one.low = std::exp(middle - kNormal975 * spread);
      one.high = std::exp(middle + kNormal975 * spread);
    } else {
      one.low = one.high = one.expected;
    }
    finals.push_back(one);
  }
  return finals;
}

BackTest BackTestFinals(const LagTriangle& triangle, std::size_t rows_min) {
  BackTest test;
  if (triangle.empty()) return test;
  const std::size_t ages = triangle.front().size();
  for (std::size_t dropped = 1; dropped < triangle.size(); ++dropped) {
    // As it was `dropped` periods ago: the newest rows were not there, the others were younger.
    LagTriangle then;
    for (std::size_t row = 0; row + dropped < triangle.size(); ++row) {
      const std::size_t age = std::min(ages, triangle.size() - row - dropped);
      then.emplace_back(
          triangle[row].begin(),
          triangle[row].begin() + static_cast<std::ptrdiff_t>(std::min(age, triangle[row].size())));
    }
    if (then.empty() || then.front().size() < ages) break;
    const auto predicted = ExpectFinals(then, rows_min);
    if (!predicted.has_value()) continue;
    std::size_t next = 0;
    for (std::size_t row = 0; row < then.size(); ++row) {
      if (then[row].size() >= ages || then[row].empty()) continue;
      const ExpectedFinal& one = (*predicted)[next++];
      if (triangle[row].size() < ages) continue;
      const double became = At(triangle, row, ages - 1);
      ++test.predictions;
      // Counts are whole.
      test.held += became >= std::floor(one.low) && became <= std::ceil(one.high);
    }
  }
  return test;
}

}  // namespace serieslink::summary
