#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/view/component_evidence.h"
#include "storage/graph/graph_reader.h"

// How a weapon came to be what it is: the difference between what was known of it before and after
// each revision. Pure.
namespace serieslink::view {

// The weapons that were known at one revision, each by the number of its first exhibit.
struct WeaponsThen {
  struct Weapon {
    std::vector<graph::ExhibitNumber> exhibits;      // in rising order
    std::vector<graph::RecordNumber> event_records;  // that tell of its events
    std::uint32_t incident_count = 0;
    bool is_series = false;
  };
  graph::Revision revision = 0;
  absl::flat_hash_map<graph::ExhibitNumber, Weapon> weapons;
  absl::flat_hash_map<graph::ExhibitNumber, graph::ExhibitNumber> weapon_of;  // of each exhibit
};

// The weapons of `view`.
WeaponsThen WeaponsIn(const ResolvedView& view);

// One change of a weapon.
struct WeaponChange {
  graph::Revision revision = 0;
  series::v1::Change change = series::v1::CHANGE_UNSPECIFIED;
  std::uint32_t exhibit_count = 0;  // from then on
  std::uint32_t incident_count = 0;
  // First exhibits of the weapons that merged with it or parted from it, in rising order.
  std::vector<graph::ExhibitNumber> other_weapons;
  // What it consisted of before and after, those weapons among it; without order, with repeats.
  std::vector<graph::ExhibitNumber> exhibits;
  std::vector<graph::RecordNumber> event_records;
};

// The changes of the weapon that exhibit `root` is in at the last of `states`, which are those of
// rising revisions; before the first nothing was known, or, with `begins_before`, something that is
// not told.
//
// Backwards from the last, a weapon that several merged into is followed into the one that was most
// of what it is (a series before a weapon, that before a single exhibit), then into the one that it
// is named after, then into the earliest. So a series keeps its history when an exhibit joins it
// that arrived earlier and gives it its name.
std::vector<WeaponChange> ChangesOfWeapon(absl::Span<const WeaponsThen> states,
                                          graph::ExhibitNumber root, bool begins_before);

}  // namespace serieslink::view
