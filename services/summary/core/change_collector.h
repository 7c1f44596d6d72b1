#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "services/summary/core/figure_key.h"

// What makes two counts of the same period differ: events and weapons that add other amounts to
// figures on one side than on the other. Pure; not thread-safe.
namespace serieslink::summary {

enum class UnitKind : std::uint8_t { kEvent, kWeapon };

// A reason outside the records of a unit: a statement about two exhibits that began or ceased.
struct LinkChange {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::uint64_t record = 0;  // that states it; 0: a rule does
  int basis = 0;             // record.v1.Basis
  bool is_by_guard = false;  // of a rule: though neither exhibit's record changed
  friend auto operator<=>(const LinkChange&, const LinkChange&) = default;
};

// An event or weapon as one side has it.
struct SideUnit {
  UnitKind kind = UnitKind::kEvent;
  std::vector<std::uint64_t> members{};  // numbers of an event's records, or a weapon's exhibits
  std::vector<std::uint64_t> records{};  // that tell of it
  std::vector<LinkChange> links{};       // about its exhibits
  Additions additions{};
};

// What became of an event or weapon. Those of both sides that share members are one.
struct UnitChange {
  UnitKind kind = UnitKind::kEvent;
  std::vector<std::uint64_t> records;  // in rising order, without repeats
  std::vector<LinkChange> links;       // with both ends in it, likewise
  Additions differences;               // later less earlier; none is zero
};

class ChangeCollector {
 public:
  enum Side : std::uint8_t { kEarlier, kLater };

  // Units that are the same on both sides may be left out, on both.
  void Add(Side side, SideUnit unit) {
    if (!unit.additions.empty()) units_[side].push_back(std::move(unit));
  }

  // The units that add other amounts, events first, in order of their first member: a function of
  // what was added, whatever its order.
  std::vector<UnitChange> Take();

 private:
  std::array<std::vector<SideUnit>, 2> units_;
};

// By figure, which of `units` change it, and by how much.
using UnitsOfFigures = std::map<FigureKey, std::vector<std::pair<std::size_t, Numbers>>>;
UnitsOfFigures ByFigure(const std::vector<UnitChange>& units);

}  // namespace serieslink::summary
