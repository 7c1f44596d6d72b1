#include "services/border/core/part_set.h"

#include <algorithm>
#include <iterator>

namespace serieslink::border {
namespace {

using ::serieslink::linkage::TimeInterval;

constexpr std::int64_t kSecondsPerDay = 86'400;

bool IsKnown(const TimeInterval& interval) {
  return interval.earliest_s != TimeInterval::kUnknownEarliest &&
         interval.latest_s != TimeInterval::kUnknownLatest;
}

bool HasOther(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return !std::includes(b.begin(), b.end(), a.begin(), a.end());
}

}  // namespace

int DaysApart(const TimeInterval& a, const TimeInterval& b) {
  if (!IsKnown(a) || !IsKnown(b) || linkage::Overlap(a, b)) return 0;
  const std::int64_t seconds =
      linkage::Before(a, b) ? b.earliest_s - a.latest_s : a.earliest_s - b.latest_s;
  return static_cast<int>(seconds / kSecondsPerDay);
}

bool HaveOneNumber(const ConsignmentFacts& a, const ConsignmentFacts& b) {
  return !a.number.empty() && a.number == b.number;
}

std::vector<std::string> SharedPartNumbers(const ConsignmentFacts& a, const ConsignmentFacts& b) {
  std::vector<std::string> shared;
  std::set_intersection(a.part_numbers.begin(), a.part_numbers.end(), b.part_numbers.begin(),
                        b.part_numbers.end(), std::back_inserter(shared));
  return shared;
}

bool CanBeSentApart(const ConsignmentFacts& a, const ConsignmentFacts& b) {
  if (!a.has_parts || !b.has_parts || a.sent_apart.empty() || a.sent_apart != b.sent_apart ||
      !IsKnown(a.seized) || !IsKnown(b.seized)) {
    return false;
  }
  // Measured between the ends that lie furthest apart: a date that is hardly known makes no lead.
  const std::int64_t furthest = std::max(a.seized.latest_s, b.seized.latest_s) -
                                std::min(a.seized.earliest_s, b.seized.earliest_s);
  if (furthest > kApartSecondsMax) return false;
  if (!HasOther(a.part_kinds, b.part_kinds) || !HasOther(b.part_kinds, a.part_kinds)) return false;
  if (a.part_makes.empty() || b.part_makes.empty()) return true;
  return std::find_first_of(a.part_makes.begin(), a.part_makes.end(), b.part_makes.begin(),
                            b.part_makes.end()) != a.part_makes.end();
}

}  // namespace serieslink::border
