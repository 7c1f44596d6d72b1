#include "services/summary/core/change_collector.h"

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace serieslink::summary {
namespace {

template <typename Value>
void SortOnce(std::vector<Value>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Groups of what shares members.
class Groups {
 public:
  explicit Groups(std::size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t Find(std::size_t one) {
    while (parent_[one] != one) one = parent_[one] = parent_[parent_[one]];
    return one;
  }
  void Join(std::size_t a, std::size_t b) { parent_[Find(a)] = Find(b); }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace

std::vector<UnitChange> ChangeCollector::Take() {
  struct Entry {
    Side side;
    SideUnit unit;
  };
  std::vector<Entry> entries;
  for (const Side side : {kEarlier, kLater}) {
    for (SideUnit& unit : units_[side]) entries.push_back({side, std::move(unit)});
    units_[side].clear();
  }
  Groups groups(entries.size());
  absl::flat_hash_map<std::pair<UnitKind, std::uint64_t>, std::size_t> of_member;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const std::uint64_t member : entries[i].unit.members) {
      const auto [found, is_new] = of_member.try_emplace({entries[i].unit.kind, member}, i);
      if (!is_new) groups.Join(i, found->second);
    }
  }
  struct Gathered {
    UnitChange change;
    std::vector<std::uint64_t> members;
  };
  std::map<std::size_t, Gathered> gathered;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Gathered& to = gathered[groups.Find(i)];
    SideUnit& unit = entries[i].unit;
    to.change.kind = unit.kind;
    to.members.insert(to.members.end(), unit.members.begin(), unit.members.end());
    to.change.records.insert(to.change.records.end(), unit.records.begin(), unit.records.end());
    to.change.links.insert(to.change.links.end(), unit.links.begin(), unit.links.end());
    for (const auto& [figure, amount] : unit.additions) {
      Numbers& difference = to.change.differences[figure];
      if (entries[i].side == kLater) {
        difference += amount;
      } else {
        difference -= amount;
      }
    }
  }
  std::vector<Gathered> differing;
  for (auto& [root, one] : gathered) {
    std::erase_if(one.change.differences, [](const auto& entry) { return entry.second.is_zero(); });
    if (one.change.differences.empty()) continue;
    SortOnce(one.members);
    SortOnce(one.change.records);
    SortOnce(one.change.links);
    const absl::flat_hash_set<std::uint64_t> members(one.members.begin(), one.members.end());
    std::erase_if(one.change.links, [&](const LinkChange& link) {
      return !members.contains(link.first) || !members.contains(link.second);
    });
    differing.push_back(std::move(one));
  }
  std::sort(differing.begin(), differing.end(), [](const Gathered& a, const Gathered& b) {
    return std::pair(a.change.kind, a.members.front()) <
           std::pair(b.change.kind, b.members.front());
  });
  std::vector<UnitChange> changes;
  for (Gathered& one : differing) changes.push_back(std::move(one.change));
  return changes;
}

UnitsOfFigures ByFigure(const std::vector<UnitChange>& units) {
  UnitsOfFigures figures;
  for (std::size_t i = 0; i < units.size(); ++i) {
    for (const auto& [figure, amount] : units[i].differences) {
      figures[figure].emplace_back(i, amount);
    }
  }
  return figures;
}

}  // namespace serieslink::summary
