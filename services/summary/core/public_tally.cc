#include "services/summary/core/public_tally.h"

#include <utility>

#include "services/summary/core/public_measures.h"

namespace serieslink::summary {

PublicTally::PublicTally(std::vector<Window> windows)
    : windows_(std::move(windows)), tables_(PublicMeasures().size()) {
  for (const PublicMeasure& one : PublicMeasures()) measures_.push_back(&MeasureOf(one));
}

void PublicTally::Count(std::size_t measure, std::size_t window, const Contribution& one,
                        Placement placement, const EventFacts* at) {
  Table& table = tables_[measure];
  const auto add = [&](const PublicKey& key) {
    Counts& counts = table[key];
    counts.resize(windows_.size());
    counts[window] += one.amount;
  };
  PublicKey key;
  if (placement != Placement::kInside || one.truth != Truth::kYes) {
    key.part = v1::PUBLIC_PART_NOT_CERTAIN;
    add(key);
    return;
  }
  add(key);
  key.part = v1::PUBLIC_PART_KIND;
  for (const Category& kind : one.categories) {
    key.kind = kind;
    add(key);
  }
  key = {.part = v1::PUBLIC_PART_FORCE};
  if (at != nullptr) key.force = at->police_force;
  add(key);
  key.part = v1::PUBLIC_PART_BOROUGH;
  if (at != nullptr) key.borough = at->borough;
  add(key);
  key.part = v1::PUBLIC_PART_WARD;
  if (at != nullptr) key.ward = at->ward;
  add(key);
  key = {.part = v1::PUBLIC_PART_OWNING_UNIT};
  if (at == nullptr || at->owning_units.empty()) {
    add(key);
    return;
  }
  for (const std::string& unit : at->owning_units) {
    key.unit = unit;
    add(key);
  }
}

void PublicTally::AddEvent(const EventFacts& event, Additions* /*additions*/) {
  std::vector<Placement> placements;
  bool is_in_any = false;
  for (const Window& window : windows_) {
    placements.push_back(PlaceIn(window, event.occurred));
    is_in_any = is_in_any || placements.back() != Placement::kOutside;
  }
  if (!is_in_any) return;
  std::vector<Contribution> contributions;
  for (std::size_t measure = 0; measure < tables_.size(); ++measure) {
    const Measure& definition = *measures_[measure];
    if (definition.count_event == nullptr) continue;
    contributions.clear();
    definition.count_event(event, contributions);
    for (const Contribution& one : contributions) {
      for (std::size_t window = 0; window < windows_.size(); ++window) {
        if (placements[window] == Placement::kOutside) continue;
        Count(measure, window, one, placements[window], &event);
      }
    }
  }
}

void PublicTally::AddWeapon(const WeaponFacts& weapon, Additions* /*additions*/) {
  std::vector<Contribution> contributions;
  for (std::size_t measure = 0; measure < tables_.size(); ++measure) {
    const Measure& definition = *measures_[measure];
    if (definition.count_weapon == nullptr) continue;
    for (std::size_t window = 0; window < windows_.size(); ++window) {
      contributions.clear();
      definition.count_weapon(weapon, windows_[window], contributions);
      for (const Contribution& one : contributions) {
        Count(measure, window, one, one.placement, one.at);
      }
    }
  }
}

}  // namespace serieslink::summary
