#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/resolve.h"
#include "services/linkage/core/series.h"

// What somebody should look into before relying on a weapon. A flag joins and splits nothing.
namespace serieslink::linkage {

// Numbers are those of series.v1.FlagKind.
enum class FlagKind : uint8_t {
  // An incident can only have happened while the gun was in custody, or a loss within an entry of
  // custody; or a join was refused because different holders had the two guns at the same time. A
  // gun is in custody for the time that an entry of custody says, and from a recovery, surrender,
  // border seizure or a disposal by which it was kept on; where no end is said, until it can have
  // left again: by an end of custody, a disposal by which it was not kept (a return is one) or a
  // loss. So a gun that is used after it came in, with nothing that says how it got out, is
  // flagged.
  kCustodyContradiction = 1,
  // Conflicts of the resolution are shown on the weapon, other than those that have flags of their
  // own.
  kConflict = 2,
  // An elimination lies inside the weapon that other channels hold together.
  kPartsExchange = 3,
  // Two events at which the gun was lie further apart than anybody travels between them, however
  // their times and places are read.
  kImpossibleTravel = 4,
  // A confirmed finding names an exhibit that its record no longer has.
  kStaleFinding = 5,
  // An event of the weapon goes under a reference that another event of its kind goes under, which
  // time or place keeps apart.
  kReferenceClash = 6,
  // Two of its incidents can be one told twice by two records: known to the day and place, both
  // alike, and no reference in common. Of a weapon with many incidents the neighbours in time are
  // looked at.
  kProbableDuplicate = 7,
  // It has the incidents of a series and is none, for it is police issue (WeaponHistory): about the
  // exhibits that are said to be. Without the incidents there is nothing to say.
  kPoliceIssue = 8,
  // A series of which some exhibits are said to be issued to police and others not to be: about
  // both.
  kPoliceIssueDisputed = 9,
};

// Whether what a flag of this kind tells of cannot all be so, which somebody has to look at before
// deciding anything about the gun. A finding that joins nothing, because another one, a list or
// custody stands against it, is such: it makes neither a use nor a lead, and nobody has decided.
// The other flags are about records that want tidying.
bool IsContradiction(FlagKind kind);

// In words.
const char* WordsOf(FlagKind kind);

// Where a record puts its event, WGS 84, degrees.
struct EventPoint {
  double latitude_degrees = 0;
  double longitude_degrees = 0;
};

struct WeaponFlag {
  FlagKind kind = FlagKind::kConflict;
  std::vector<uint32_t> exhibits;  // Indices into the exhibits that it is about, ascending.
  std::vector<uint32_t> events;    // Indices into EventResolution::events, ascending.
};

// How fast a gun can travel at most, and how far off a point can be: airliners do not exceed 1,000
// km/h over ground by much, and agencies' points stand for streets and beats.
inline constexpr double kFastestKmPerHour = 1'200;
inline constexpr double kPointErrorKm = 10;

// Kilometres between two points along the surface. Within 0.6% (a sphere for the earth).
double DistanceKm(const EventPoint& a, const EventPoint& b);

// The flags of every weapon of `resolution`, in its order: one of each kind at most, by kind.
// `exhibits`, `records` and the resolutions are those that `histories` were made from; `points` has
// one entry for each record. Does not depend on the order of any of them. O(n log n) for all of
// them together, but for travel, where events of one weapon within a day of each other are compared
// pair by pair, up to a million pairs a weapon. Pure.
std::vector<std::vector<WeaponFlag>> FlagsOf(absl::Span<const ExhibitFacts> exhibits,
                                             const Resolution& resolution,
                                             absl::Span<const RecordEventFacts> records,
                                             absl::Span<const std::optional<EventPoint>> points,
                                             const EventResolution& events,
                                             absl::Span<const WeaponHistory> histories);

}  // namespace serieslink::linkage
