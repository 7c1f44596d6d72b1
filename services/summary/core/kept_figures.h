#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/external.h"
#include "services/summary/core/fact_sink.h"
#include "services/summary/core/leads.h"
#include "services/summary/core/tally.h"

// Figures of every quarter, kept: what is counted once can be taken away again, and a summary of a
// quarter is put together from what was counted for it. Pure.
namespace serieslink::summary {

// Quarters, one after the other without gaps. Outlive the figures that are kept of them.
class Quarters {
 public:
  // From the first quarter of `first_year` up to the last of `last_year`, in the days of `zone`.
  Quarters(int first_year, int last_year, const absl::TimeZone& zone);

  const std::vector<Window>& all() const { return all_; }
  // The one at a place, alone.
  const std::vector<Window>& Only(std::size_t place) const { return only_[place]; }
  // The place of the quarter with the days of `window`; none: there is none.
  std::optional<std::size_t> PlaceOf(const Window& window) const;
  // The places, from and up to without it, of those in which what happened at some moment of `when`
  // can lie.
  std::pair<std::size_t, std::size_t> Of(const Moments& when) const;

 private:
  std::vector<Window> all_;
  std::vector<std::vector<Window>> only_;
};

// Counts of each quarter as Tally, LeadTally and ExternalTally have them, by all dimensions. Holds
// a number for each row, place and victim of each quarter. Not thread-safe.
class KeptFigures final : public FactSink, public ExternalSink {
 public:
  // `quarters` must outlive it.
  KeptFigures(const Quarters& quarters, absl::TimeZone zone);
  KeptFigures(const KeptFigures&) = delete;
  KeptFigures& operator=(const KeptFigures&) = delete;

  // Whether what is added from now on is taken away instead: it was added before, or this is what
  // differs from other figures.
  void TakeAway(bool is_taken_away);

  // Nothing is added to `additions`.
  void AddEvent(const EventFacts& event, Additions* additions) override;
  void AddWeapon(const WeaponFacts& weapon, Additions* additions) override;
  void AddStatistic(const record::v1::Statistic& statistic, std::string_view agency) override;
  // Counts nothing: each event comes as a fact too.
  void AddEvent(const EventFacts& /*event*/) override {}
  // For leads of all quarters.
  LeadTally& leads() { return leads_; }

  // Adds to tallies of the quarters at `places`, which are new, what this and `more` (null:
  // nothing), which is apart from it, counted.
  void AddTo(const KeptFigures* more, const std::vector<std::size_t>& places, Tally& tally,
             LeadTally& leads, ExternalTally& external) const;

 private:
  const Quarters& quarters_;
  bool is_taken_away_ = false;
  std::vector<Tally> tallies_;           // by quarter
  std::vector<ExternalTally> external_;  // by quarter; their victims
  LeadTally leads_;
  // By agency and what was published, how often.
  std::map<std::pair<std::string, std::string>, std::int64_t> statistics_;
};

}  // namespace serieslink::summary
