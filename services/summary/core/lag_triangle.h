#pragma once

#include <cstdint>
#include <optional>
#include <vector>

// What newest figures will have become once late records are there. Pure.
namespace serieslink::summary {

// Counts of periods as they were known at rising ages: rows from the oldest period to the newest,
// each with one number for each age that it has reached, the youngest first. A row is at most one
// shorter than the one before it, and none is longer than that.
using LagTriangle = std::vector<std::vector<std::int64_t>>;

// What a count will have become, with the 95 % interval.
struct ExpectedFinal {
  std::int64_t known = 0;
  double expected = 0;
  double low = 0;
  double high = 0;
};

// For each row of `triangle` that has not reached the age of the oldest row, in order, what it will
// have become at that age: the chain ladder, with T. Mack's standard error ("Distribution-free
// calculation of the standard error of chain ladder reserve estimates", ASTIN Bulletin 23, 1993)
// and an interval on the logarithmic scale, as there. Never less is expected to vary than a count
// of what is missing would by Poisson's distribution: few rows show little of what can happen. None
// where a factor cannot be estimated: some age lacks `rows_min` rows that reached the next one, or
// nothing was known in them.
inline constexpr std::size_t kFactorRowsMin = 3;
std::optional<std::vector<ExpectedFinal>> ExpectFinals(const LagTriangle& triangle,
                                                       std::size_t rows_min = kFactorRowsMin);

// The standard error alone, of each such row, as Mack has it.
std::optional<std::vector<double>> MackErrors(const LagTriangle& triangle, std::size_t rows_min);

// How often intervals of the past held what became of the counts.
struct BackTest {
  int predictions = 0;
  int held = 0;
};

// Predicts, from what was known at each earlier time (the triangle without its last diagonals),
// every row that has reached the last age since, and holds the intervals against that.
BackTest BackTestFinals(const LagTriangle& triangle, std::size_t rows_min = kFactorRowsMin);

}  // namespace serieslink::summary
