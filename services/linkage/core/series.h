#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/resolve.h"

// What the events of a weapon make of it.
namespace serieslink::linkage {

// Distinct incidents from which a weapon is a linked series.
inline constexpr uint32_t kSeriesIncidents = 2;

struct WeaponHistory {
  uint32_t weapon = 0;  // Index into Resolution::weapons.
  std::vector<uint32_t>
      events;                   // Indices into EventResolution::events, ascending, without repeats.
  uint32_t incident_count = 0;  // Distinct events of kind kIncident.
  uint32_t exhibit_count = 0;
  // True when one of its exhibits is said to be issued to police and none is said not to be, and no
  // loss or theft of it is on record, found again or not. Such guns are handed in after every
  // police shooting; one that was lost can be in anybody's hands.
  bool is_police_issue = false;
  // True when the weapon is a linked series: kSeriesIncidents or more, and not police issue.
  // Losses, recoveries, surrenders, seizures, disposals and sightings extend the history and never
  // make a series.
  bool is_series = false;
  // True when no gun was ever in hand: known only by what it left, by description, or as a gun that
  // an incident report lists.
  bool inferred = true;
  // True when a gun of the weapon came or was in hand at an event: recovery, surrender, border
  // seizure, disposal.
  bool recovered = false;
  // By when it was in hand for certain: the earliest latest moment of those events, seconds since
  // 1970. TimeInterval::kUnknownLatest where none says.
  int64_t in_hand_by_s = TimeInterval::kUnknownLatest;
  // When the first and the last incident can have happened. Meaningless without an incident.
  TimeInterval first_incident;
  TimeInterval last_incident;
};

// The histories of all weapons of `resolution`, in its order. `exhibits` and `records` are those
// that `resolution` and `events` were made from. A test-fire is no event and no use, whatever
// event record it names. An exhibit whose event record was not passed has no event. Pure.
std::vector<WeaponHistory> ResolveHistories(absl::Span<const ExhibitFacts> exhibits,
                                            const Resolution& resolution,
                                            absl::Span<const RecordEventFacts> records,
                                            const EventResolution& events);

}  // namespace serieslink::linkage
