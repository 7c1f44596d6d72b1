#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "serieslink/summary/v1/summary_service.pb.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/facts.h"
#include "services/summary/core/measures.h"

// Counting: events and weapons go in, one after the other and in any order, and are not kept; the
// figures come out. Holds one number for each row that is not zero, and for each place and victim
// of the periods. Pure; not thread-safe.
namespace serieslink::summary {

inline constexpr std::size_t kPeriodsMax = 3;

class Tally {
 public:
  // `windows`: the period, then those that it is compared with, 1 to kPeriodsMax.
  Tally(std::vector<Window> windows, std::vector<v1::Dimension> dimensions);

  // Each event of the view once. Those that cannot lie in any of the windows may be left out.
  void AddEvent(const EventFacts& event);
  // Each weapon of the view once. Those without an incident before the end of a window that are in
  // series, thefts and events within the windows may be left out.
  void AddWeapon(const WeaponFacts& weapon);

  // How many rows of dimensions Fill adds.
  std::size_t rows() const;

  // Fills periods, measures and time measures of `response`: a function of what was added, whatever
  // its order.
  void Fill(v1::GetSummaryResponse& response) const;

 private:
  struct Numbers {
    std::int64_t counted = 0;
    std::int64_t undetermined = 0;
    std::int64_t straddling = 0;
    std::int64_t undated = 0;
  };
  using PeriodNumbers = std::array<Numbers, kPeriodsMax>;
  struct MeasureNumbers {
    PeriodNumbers total{};
    std::map<Category, PeriodNumbers> categories;
    // By place of the dimension, then by key.
    std::vector<absl::flat_hash_map<std::string, PeriodNumbers>> rows;
  };
  // Incidents that have something in common.
  struct Repeats {
    std::int32_t certain = 0;
    std::int32_t possible = 0;  // those that are not
  };
  using RepeatsByKey = absl::flat_hash_map<std::string, Repeats>;
  struct Times {
    std::vector<std::int64_t> shortest_s;
    std::vector<std::int64_t> longest_s;
    std::int64_t unknown = 0;
  };

  void Count(MeasureNumbers& numbers, std::size_t window, const Contribution& one,
             Placement placement, const EventFacts* at) const;
  void CountRepeats(const EventFacts& event, const std::array<Placement, kPeriodsMax>& placements);
  // The numbers of a measure of repeats; no rows.
  MeasureNumbers RepeatNumbers(const std::array<RepeatsByKey, kPeriodsMax>& repeats) const;
  v1::Figure FigureOf(const PeriodNumbers& numbers, bool is_stock) const;

  const std::vector<Window> windows_;
  const std::vector<v1::Dimension> dimensions_;
  std::vector<MeasureNumbers> event_numbers_;
  std::vector<MeasureNumbers> weapon_numbers_;
  std::vector<std::array<RepeatsByKey, kPeriodsMax>> repeats_;
  std::vector<std::array<Times, kPeriodsMax>> times_;
};

// What must be said of the rows of `dimension`; empty where they add up.
std::string NoteOf(v1::Dimension dimension);

}  // namespace serieslink::summary
