#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/facts.h"
#include "services/summary/core/measures.h"

// Counts of consecutive periods, for statistics over them. Pure.
namespace serieslink::summary {

// The measures that statistics are made of: those of events, where a meeting looks first.
absl::Span<const char* const> StatisticsMeasures();
// The measure of such an id.
const Measure& EventMeasureOf(const char* id);

// Counts, of each measure, what is certainly of the kind and certainly within a period. Not
// thread-safe.
class QuarterTally {
 public:
  // Numbers of one row, one for each period.
  using Row = std::vector<std::int64_t>;
  using Rows = std::map<std::string, Row>;  // by key; "" where no record says

  // `dimensions`: by what to count, beside the total.
  QuarterTally(std::vector<Window> periods, std::vector<v1::Dimension> dimensions);

  void AddEvent(const EventFacts& event);

  // By place in StatisticsMeasures.
  const Row& TotalOf(std::size_t measure) const { return counts_[measure].total; }
  // By the place of the dimension too. Only rows in which anything was counted.
  const Rows& RowsOf(std::size_t measure, std::size_t dimension) const {
    return counts_[measure].rows[dimension];
  }

 private:
  struct Counts {
    Row total;
    std::vector<Rows> rows;
  };

  const std::vector<Window> periods_;
  const std::vector<v1::Dimension> dimensions_;
  std::vector<Counts> counts_;
};

}  // namespace serieslink::summary
