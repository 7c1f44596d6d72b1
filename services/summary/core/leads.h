#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "serieslink/summary/v1/summary_service.pb.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/measures.h"

// Leads: pairs of exhibits that a finding holds for one gun without confirming it. Pure.
namespace serieslink::summary {

struct LeadFacts {
  std::int64_t raised_s = 0;                // seconds since 1970 UTC
  std::optional<std::int64_t> decided_s{};  // none: nobody has decided
};

// The measures of leads, in the order of a summary.
absl::Span<const Measure> LeadMeasures();

// Counts leads, one after the other and in any order. Holds a number for each kind. Not
// thread-safe.
class LeadTally {
 public:
  // `windows`: the summary's periods, some. They must outlive it.
  explicit LeadTally(const std::vector<Window>& windows) : windows_(windows) {}

  // Each pair of the view once.
  void Add(const LeadFacts& lead);

  // Whether what is added from now on, and was before, is taken away instead.
  void TakeAway(bool is_taken_away) { sign_ = is_taken_away ? -1 : 1; }

  // Adds what `other` counted in its window at place `from`, as that of `window`.
  void AddFrom(const LeadTally& other, std::size_t from, std::size_t window);

  // Adds the figures of LeadMeasures to `response`: a function of what was added, whatever its
  // order.
  void Fill(v1::GetSummaryResponse& response) const;

 private:
  using Counts = std::vector<std::int64_t>;  // by period
  struct Numbers {
    Counts total;
    std::map<Category, Counts> categories;
  };

  void Count(std::size_t window, const Category& category, std::int64_t amount,
             Numbers& numbers) const;
  v1::Figure FigureOf(const Counts& counts, bool is_stock) const;

  const std::vector<Window>& windows_;
  int sign_ = 1;
  Numbers open_;
  Numbers decided_;
};

}  // namespace serieslink::summary
