#include "services/view/weapon_history.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace serieslink::view {
namespace {

using graph::ExhibitNumber;
using Weapon = WeaponsThen::Weapon;

// How much a weapon is: told of from kJoined on.
enum class Level { kSingle = 0, kJoined = 1, kSeries = 2 };

Level LevelOf(const Weapon& weapon) {
  if (weapon.is_series) return Level::kSeries;
  return weapon.exhibits.size() >= 2 ? Level::kJoined : Level::kSingle;
}

// The weapon of `exhibit`, or one of nothing when the exhibit was not known.
const Weapon& WeaponOf(const WeaponsThen& then, ExhibitNumber exhibit) {
  static const auto* const nothing = new Weapon();
  const auto first = then.weapon_of.find(exhibit);
  return first == then.weapon_of.end() ? *nothing : then.weapons.at(first->second);
}

bool Contains(const Weapon& weapon, ExhibitNumber exhibit) {
  return std::binary_search(weapon.exhibits.begin(), weapon.exhibits.end(), exhibit);
}

// An exhibit whose weapon in `before` is to be followed from the one of `followed` in `after`.
ExhibitNumber FollowBack(const WeaponsThen& before, const WeaponsThen& after,
                         ExhibitNumber followed) {
  ExhibitNumber chosen = followed;
  std::tuple<Level, bool, bool> best(Level::kSingle, false, false);
  for (const ExhibitNumber exhibit : WeaponOf(after, followed).exhibits) {
    const Weapon& weapon = WeaponOf(before, exhibit);
    if (weapon.exhibits.empty()) continue;
    // Exhibits come in rising order, so that of equals the first stays.
    const std::tuple<Level, bool, bool> rank(LevelOf(weapon), Contains(weapon, followed), true);
    if (rank <= best) continue;
    best = rank;
    chosen = std::get<1>(rank) ? followed : exhibit;
  }
  return chosen;
}

// First exhibits of the weapons in `there` of those exhibits of `from` that `weapon` does not have:
// only weapons of `exhibits_min` or more.
std::set<ExhibitNumber> ElsewhereIn(const WeaponsThen& there, const Weapon& from,
                                    const Weapon& weapon, std::size_t exhibits_min) {
  std::set<ExhibitNumber> others;
  for (const ExhibitNumber exhibit : from.exhibits) {
    if (Contains(weapon, exhibit)) continue;
    const Weapon& other = WeaponOf(there, exhibit);
    if (!other.exhibits.empty() && other.exhibits.size() >= exhibits_min) {
      others.insert(other.exhibits.front());
    }
  }
  return others;
}

void AddTo(const Weapon& weapon, WeaponChange& change) {
  change.exhibits.insert(change.exhibits.end(), weapon.exhibits.begin(), weapon.exhibits.end());
  change.event_records.insert(change.event_records.end(), weapon.event_records.begin(),
                              weapon.event_records.end());
}

WeaponChange Between(const WeaponsThen& before, const Weapon& was, const WeaponsThen& after,
                     const Weapon& is) {
  WeaponChange change;
  change.revision = after.revision;
  change.exhibit_count = static_cast<std::uint32_t>(is.exhibits.size());
  change.incident_count = is.incident_count;
  const std::set<ExhibitNumber> parted = ElsewhereIn(after, was, is, 1);
  const std::set<ExhibitNumber> merged = ElsewhereIn(before, is, was, 2);
  if (LevelOf(is) < LevelOf(was)) {
    change.change = series::v1::CHANGE_DISSOLVED;
  } else if (LevelOf(is) > LevelOf(was)) {
    change.change = series::v1::CHANGE_FORMED;
  } else if (!parted.empty()) {
    change.change = series::v1::CHANGE_SPLIT;
  } else if (!merged.empty()) {
    change.change = series::v1::CHANGE_MERGED;
  } else if (is.exhibits.size() < was.exhibits.size() ||
             (is.exhibits.size() == was.exhibits.size() &&
              is.incident_count < was.incident_count)) {
    change.change = series::v1::CHANGE_SHRANK;
  } else {
    change.change = series::v1::CHANGE_GREW;
  }
  // What makes a series none can also be what came to it: a weapon that was issued to police.
  const bool tells_of_parted = change.change == series::v1::CHANGE_SPLIT ||
                               (change.change == series::v1::CHANGE_DISSOLVED && !parted.empty());
  const std::set<ExhibitNumber>& others = tells_of_parted ? parted : merged;
  change.other_weapons.assign(others.begin(), others.end());
  AddTo(was, change);
  AddTo(is, change);
  for (const ExhibitNumber first : parted) AddTo(after.weapons.at(first), change);
  for (const ExhibitNumber first : merged) AddTo(before.weapons.at(first), change);
  return change;
}

}  // namespace

WeaponsThen WeaponsIn(const ResolvedView& view) {
  WeaponsThen then;
  then.revision = view.revision;
  for (std::size_t i = 0; i < view.resolution.weapons.size(); ++i) {
    const std::vector<std::uint32_t>& members = view.resolution.weapons[i].members;
    const graph::ExhibitNumber first = view.exhibits[members.front()].number;
    WeaponsThen::Weapon& weapon = then.weapons[first];
    for (const std::uint32_t member : members) {
      weapon.exhibits.push_back(view.exhibits[member].number);
      then.weapon_of[view.exhibits[member].number] = first;
    }
    weapon.incident_count = view.histories[i].incident_count;
    weapon.is_series = view.histories[i].is_series;
    for (const std::uint32_t event : view.histories[i].events) {
      for (const std::uint32_t record : view.events.events[event].records) {
        weapon.event_records.push_back(view.event_facts[record].record_number);
      }
    }
  }
  return then;
}

std::vector<WeaponChange> ChangesOfWeapon(absl::Span<const WeaponsThen> states, ExhibitNumber root,
                                          bool begins_before) {
  std::vector<ExhibitNumber> followed(states.size(), root);
  for (std::size_t i = states.size(); i-- > 1;) {
    followed[i - 1] = FollowBack(states[i - 1], states[i], followed[i]);
  }
  static const auto* const unknown = new WeaponsThen();
  std::vector<WeaponChange> changes;
  for (std::size_t i = begins_before ? 1 : 0; i < states.size(); ++i) {
    const WeaponsThen& before = i == 0 ? *unknown : states[i - 1];
    const Weapon& was = WeaponOf(before, i == 0 ? root : followed[i - 1]);
    const Weapon& is = WeaponOf(states[i], followed[i]);
    if (is.exhibits == was.exhibits && is.incident_count == was.incident_count &&
        is.is_series == was.is_series) {
      continue;
    }
    if (LevelOf(is) == Level::kSingle && LevelOf(was) == Level::kSingle) continue;
    changes.push_back(Between(before, was, states[i], is));
  }
  return changes;
}

}  // namespace serieslink::view
