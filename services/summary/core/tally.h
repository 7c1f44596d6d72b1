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
#include "services/summary/core/areas.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/fact_sink.h"
#include "services/summary/core/facts.h"
#include "services/summary/core/figure_key.h"
#include "services/summary/core/measures.h"

// Counting: events and weapons go in, one after the other and in any order, and are not kept; the
// figures come out. Holds one number for each row that is not zero, and for each place and victim
// of the periods. Pure; not thread-safe.
namespace serieslink::summary {

inline constexpr std::size_t kPeriodsMax = 3;

class Tally final : public FactSink {
 public:
  // `windows`: the period, then those that it is compared with, 1 to kPeriodsMax.
  Tally(std::vector<Window> windows, std::vector<v1::Dimension> dimensions);

  // Each event of the view once. Those that cannot lie in any of the windows may be left out.
  void AddEvent(const EventFacts& event, Additions* additions) override;
  void AddEvent(const EventFacts& event) { AddEvent(event, nullptr); }
  // Each weapon of the view once. Those without an incident before the end of a window that are in
  // series, thefts and events within the windows may be left out.
  void AddWeapon(const WeaponFacts& weapon, Additions* additions) override;
  void AddWeapon(const WeaponFacts& weapon) { AddWeapon(weapon, nullptr); }

  // Whether what is added from now on is taken away instead. Then it was added before, and the
  // tally is as if it never had been.
  void TakeAway(bool is_taken_away) { sign_ = is_taken_away ? -1 : 1; }

  // Adds what `base`, a tally of one window and of all dimensions of this one, counted, as that of
  // `window`; `more`, where it is not null, is another one beside it, which may hold less than
  // nothing. Once for each window, and nothing else is added.
  void AddFrom(const Tally& base, const Tally* more, std::size_t window);

  // How many rows of dimensions Fill adds.
  std::size_t rows() const;

  // Fills periods, measures and time measures of `response`: a function of what was added, whatever
  // its order.
  void Fill(v1::GetSummaryResponse& response) const;

  // The count of a figure: a total, category or row.
  v1::Count CountAt(const FigureKey& figure) const;
  // A measure of times in one period.
  v1::TimeFigure TimesAt(std::size_t measure, std::size_t window) const;
  // Totals and categories of the measures of repeats that are not zero.
  Additions RepeatFigures() const;
  // As what the incidents in one period that have `key` in common count; zero: as none.
  Numbers RepeatAt(std::size_t measure, std::size_t window, const std::string& key,
                   Category& category) const;

 private:
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
  // How many times were so long, in seconds.
  using Lengths = std::map<std::int64_t, std::int64_t>;
  struct Times {
    Lengths shortest_s;
    Lengths longest_s;
    std::int64_t unknown = 0;
  };

  // `figure` names the total of the measure of `numbers`.
  void Count(MeasureNumbers& numbers, FigureKey figure, const Contribution& one,
             Placement placement, const EventFacts* at, Additions* additions) const;
  void CountTime(std::size_t measure, std::size_t window, const TimeTaken& one);
  // Adds those of the one window of `other`.
  void AddNumbers(const std::vector<MeasureNumbers>& from, const std::vector<std::size_t>& places,
                  std::size_t window, std::vector<MeasureNumbers>& to) const;
  void CountRepeats(const EventFacts& event, const std::array<Placement, kPeriodsMax>& placements,
                    Additions* additions);
  // The numbers of a measure of repeats; no rows.
  MeasureNumbers RepeatNumbers(std::size_t measure) const;
  static v1::Count CountOf(const Numbers& numbers, bool is_stock);
  // As what incidents that have something in common count.
  static Numbers NumbersOf(const Repeats& repeats, Category& category);
  v1::Figure FigureOf(const PeriodNumbers& numbers, bool is_stock) const;

  const std::vector<Window> windows_;
  const std::vector<v1::Dimension> dimensions_;
  int sign_ = 1;
  std::vector<MeasureNumbers> event_numbers_;
  std::vector<MeasureNumbers> weapon_numbers_;
  std::vector<std::array<RepeatsByKey, kPeriodsMax>> repeats_;
  std::vector<MeasureNumbers> repeats_from_others_;  // no rows
  std::vector<std::array<Times, kPeriodsMax>> times_;
};

// The values of `dimension` that `event` counts under; none: unallocated.
std::vector<std::string> KeysOf(const EventFacts& event, v1::Dimension dimension);

// `window` as answers have it.
v1::PeriodSpan SpanOf(const Window& window);

// A row of `dimension` without its figure, named by `areas` where they have its name. `key` is that
// of FigureKey.
v1::Row RowOf(const std::string& key, v1::Dimension dimension, const Areas& areas = Areas());

// What must be said of the rows of `dimension`; empty where they add up.
std::string NoteOf(v1::Dimension dimension);

}  // namespace serieslink::summary
