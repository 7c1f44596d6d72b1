#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "serieslink/meeting/v1/meeting_service.pb.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/fact_sink.h"

namespace serieslink::summary {

// What is new or rising among guns of a quarter. Made for counts that are small and come in bursts:
//  * Counted are occasions, not guns: an incident, recovery or border seizure at which guns came to
//    be known. Of each value it counts once, so that a parcel of forty guns is no rise; a gun
//    counts at its first occasion alone, so that one that is used again and again is none either.
//  * Compared are shares: of the occasions of which a trait is known, those with a value, against
//    the eight quarters before. So more records, or better ones, are no rise.
//  * The test is exact and one-sided, given the margins (R. A. Fisher, 1935). All values with
//    kOccasionsMin occasions or more in quarter and baseline together are tested, and what is told
//    is held to a rate of false discoveries over all of them (AdjustForDiscoveries).
//  * Of a trait of which little is known, in the quarter or before, nothing is said.
// Pure; not thread-safe.
class TraitTally final : public FactSink {
 public:
  // Quarters before that are compared with.
  static constexpr int kBaselineQuarters = 8;

  // `quarter`, and when the first of the quarters before it begins.
  TraitTally(Window quarter, std::int64_t baseline_from_s);

  bool wants_traits() const override { return true; }
  void AddEvent(const EventFacts& event, Additions* additions) override;
  // A weapon of the view, with the traits of its exhibits.
  void AddWeapon(const WeaponFacts& weapon, Additions* additions) override;

  // All but the exhibits that are not resolved: a function of what was added, whatever its order.
  void Fill(meeting::v1::TraitSearch& search) const;

 private:
  using Occasions = absl::flat_hash_set<std::uint64_t>;  // first records of events
  struct Counts {
    Occasions in_quarter;
    Occasions before;              // in the baseline
    bool is_known_before = false;  // a record tells of it that may be of before the quarter
  };
  using Value = std::pair<meeting::v1::GunTrait, std::string>;

  const Window quarter_;
  const std::int64_t baseline_from_s_;
  std::map<Value, Counts> values_;
  std::map<meeting::v1::GunTrait, Counts> traits_;  // occasions of which one is known
};

}  // namespace serieslink::summary
