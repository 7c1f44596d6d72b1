#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/facts.h"
#include "services/summary/core/measures.h"
#include "services/summary/core/survival.h"

// Times that are measured from their beginning, whether or not they have ended: a gun that is still
// out has lasted so long at least. Pure.
namespace serieslink::summary {

// One such time, as the records have it up to a moment.
struct Spell {
  Moments begun;
  Moments until;  // when it ended, or was last known to go on
  bool has_ended = false;
};

// What one weapon has of it, as if nothing had happened at or after `until_s`.
using TakeSpells = void (*)(const WeaponFacts& weapon, std::int64_t until_s,
                            std::vector<Spell>& out);

struct SpellMeasure {
  Measure measure;  // without a function
  TakeSpells take_spells = nullptr;
};

absl::Span<const SpellMeasure> SpellMeasures();

// Spells that began within some time before a moment. Not thread-safe.
class SpellTally {
 public:
  // Of those that began at `from_s` or later, as if nothing had happened at or after `until_s`.
  SpellTally(std::int64_t from_s, std::int64_t until_s);

  void AddWeapon(const WeaponFacts& weapon);

  // Of one measure. A date that is an interval allows a shortest and a longest length.
  struct Lengths {
    std::vector<Duration> shortest;
    std::vector<Duration> longest;
    std::int64_t unknown = 0;  // their beginning, or end, has no date
  };
  const Lengths& LengthsOf(std::size_t measure) const { return lengths_[measure]; }

 private:
  const std::int64_t from_s_;
  const std::int64_t until_s_;
  std::vector<Lengths> lengths_;
};

}  // namespace serieslink::summary
