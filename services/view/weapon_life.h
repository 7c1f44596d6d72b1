#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "serieslink/type/v1/date_interval.pb.h"
#include "services/firearm/core/life.h"
#include "services/view/component_evidence.h"
#include "services/view/event_answer.h"
#include "storage/graph/keys.h"

// From a resolved view to the facts of one weapon's life, for every answer that follows a gun.
namespace serieslink::view {

// An interval that a record gives; nothing where it says nothing, or that it is not known.
std::optional<linkage::TimeInterval> IntervalGiven(bool is_given,
                                                   const type::v1::DateInterval& date);

// What the records tell of one weapon, without legal classes, sister consignments and entries of
// custody, of which only the ends are told.
struct WeaponLife {
  // Exhibits are the members of the weapon, events its events, both in the order of the view.
  firearm::LifeFacts facts;
  absl::flat_hash_set<graph::RecordNumber> own_records;  // of its exhibits
  // Index into the events, of every record of theirs.
  absl::flat_hash_map<graph::RecordNumber, std::uint32_t> event_of_record;
};

// The versions whose canonical records tell of the weapon at place `weapon` of `view`: those of its
// exhibits and of its events, each once.
std::vector<const LoadedVersion*> VersionsOfLife(const ResolvedView& view, std::uint32_t weapon);

// `canonical` has all of VersionsOfLife. Pure.
WeaponLife GatherLife(const ResolvedView& view, std::uint32_t weapon,
                      const CanonicalVersions& canonical);

// Whether the record at `place` of the view's event records tells of this gun: it has it, or no gun
// at all. What another record of the event says of other guns (found again, destroyed) is not this
// one's.
bool TellsOfGun(const ResolvedView& view, std::uint32_t place, const WeaponLife& life,
                const CanonicalVersions& canonical);

}  // namespace serieslink::view
