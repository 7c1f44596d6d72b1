#include "services/summary/core/spells.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/summary/core/weapon_times.h"

namespace serieslink::summary {
namespace {

using namespace ::serieslink::record::v1;  // NOLINT(google-build-using-namespace): enumerators

// Those of `times` that lie before `until_s`, for all that is known.
std::vector<Moments> Before(std::vector<Moments> times, std::int64_t until_s) {
  std::erase_if(times, [&](const Moments& one) { return one.earliest_s >= until_s; });
  return times;
}

// What began at `begun` and ends with the first of `ends`, unless one of `others` comes before that
// and makes it end in another way: then it was last known to go on at that time.
void Add(const Moments& begun, const std::vector<Moments>& ends, const std::vector<Moments>& others,
         std::int64_t until_s, std::vector<Spell>& out) {
  Spell spell{.begun = begun, .until = {until_s, until_s}};
  if (!others.empty()) spell.until = FirstOf(others);
  if (!ends.empty()) {
    const Moments end = FirstOf(ends);
    // Of two on one day the end counts: a gun that is taken at an incident was used at it.
    if (others.empty() || end.earliest_s <= spell.until.latest_s) {
      spell.until = end;
      spell.has_ended = true;
    }
  }
  out.push_back(spell);
}

std::optional<Moments> Theft(const WeaponFacts& weapon, std::int64_t until_s) {
  const std::optional<Moments> theft = LastTheftTime(weapon);
  if (!theft.has_value() || theft->earliest_s >= until_s) return std::nullopt;
  return theft;
}

void TheftToUse(const WeaponFacts& weapon, std::int64_t until_s, std::vector<Spell>& out) {
  const std::optional<Moments> theft = Theft(weapon, until_s);
  if (!theft.has_value()) return;
  Add(*theft, NotBefore(Before(IncidentTimes(weapon), until_s), *theft),
      NotBefore(Before(RecoveryTimes(weapon), until_s), *theft), until_s, out);
}

void TheftToRecovery(const WeaponFacts& weapon, std::int64_t until_s, std::vector<Spell>& out) {
  const std::optional<Moments> theft = Theft(weapon, until_s);
  if (!theft.has_value()) return;
  Add(*theft, NotBefore(Before(RecoveryTimes(weapon), until_s), *theft), {}, until_s, out);
}

void FirstUseToRecovery(const WeaponFacts& weapon, std::int64_t until_s, std::vector<Spell>& out) {
  const std::vector<Moments> uses = Before(IncidentTimes(weapon), until_s);
  if (uses.empty()) return;
  const Moments first = FirstOf(uses);
  Add(first, NotBefore(Before(RecoveryTimes(weapon), until_s), first), {}, until_s, out);
}

void FirstToNextUse(const WeaponFacts& weapon, std::int64_t until_s, std::vector<Spell>& out) {
  std::vector<Moments> uses = Before(IncidentTimes(weapon), until_s);
  if (uses.empty()) return;
  const auto first = std::min_element(uses.begin(), uses.end(), [](const auto& a, const auto& b) {
    return std::pair(a.earliest_s, a.latest_s) < std::pair(b.earliest_s, b.latest_s);
  });
  const Moments begun = *first;
  uses.erase(first);
  Add(begun, uses, NotBefore(Before(RecoveryTimes(weapon), until_s), begun), until_s, out);
}

void RecoveryToLaboratory(const WeaponFacts& weapon, std::int64_t until_s,
                          std::vector<Spell>& out) {
  const std::vector<Moments> recoveries = Before(RecoveryTimes(weapon), until_s);
  if (recoveries.empty()) return;
  const Moments recovery = FirstOf(recoveries);
  std::vector<Moments> received;
  for (const auto& [exhibit, event] : weapon.exhibits) {
    if (exhibit.kind == EXHIBIT_KIND_GUN && exhibit.has_examination) {
      received.push_back(exhibit.received);
    }
  }
  Add(recovery, NotBefore(Before(std::move(received), until_s), recovery), {}, until_s, out);
}

void LaboratoryTime(const WeaponFacts& weapon, std::int64_t until_s, std::vector<Spell>& out) {
  for (const auto& [exhibit, event] : weapon.exhibits) {
    if (!exhibit.has_examination || exhibit.received.earliest_s >= until_s) continue;
    // An examination without a date is not known to be done.
    std::vector<Moments> examined;
    if (!exhibit.examined.is_open()) examined = Before({exhibit.examined}, until_s);
    Add(exhibit.received, examined, {}, until_s, out);
  }
}

constexpr char kBegun[] = "when it began";
constexpr char kSpellSource[] =
    "E. L. Kaplan, P. Meier, 1958; United Kingdom analogues of the time to crime of the Bureau of "
    "Alcohol, Tobacco, Firearms and Explosives";
constexpr char kCaveat[] =
    "What has not ended counts for as long as it has lasted. Thefts and uses that nobody has "
    "linked to their gun look as if they went on.";

constexpr SpellMeasure kSpellMeasures[] = {
    {{"spell.theft_to_use", 1, v1::UNIT_UNSPECIFIED, "Theft to first use",
      "From a gun's last theft to its first incident after that, guns still out included; one that "
      "is recovered unused counts until its recovery.",
      kBegun, kCaveat, kSpellSource},
     &TheftToUse},
    {{"spell.theft_to_recovery", 1, v1::UNIT_UNSPECIFIED, "Theft to recovery",
      "From a gun's last theft to its first recovery, surrender or seizure after that, guns still "
      "out included.",
      kBegun, kCaveat, kSpellSource},
     &TheftToRecovery},
    {{"spell.first_use_to_recovery", 1, v1::UNIT_UNSPECIFIED, "First use to recovery",
      "From a weapon's first incident to its first recovery, surrender or seizure after that, "
      "weapons still out included.",
      kBegun, kCaveat, kSpellSource},
     &FirstUseToRecovery},
    {{"spell.first_to_next_use", 1, v1::UNIT_UNSPECIFIED, "First use to the next",
      "From a weapon's first incident to its second, weapons that were not used again included; "
      "one that is recovered counts until its recovery.",
      kBegun, kCaveat, kSpellSource},
     &FirstToNextUse},
    {{"spell.recovery_to_laboratory", 1, v1::UNIT_UNSPECIFIED, "Recovery to laboratory",
      "From a gun's first recovery, surrender or seizure to its receipt by a laboratory, guns that "
      "none has received included.",
      kBegun, "A gun that is never submitted looks as if it were still to come.", kSpellSource},
     &RecoveryToLaboratory},
    {{"spell.laboratory", 1, v1::UNIT_UNSPECIFIED, "Time in the laboratory",
      "From receipt to examination of each exhibit, those not examined yet included.", kBegun, "",
      kSpellSource},
     &LaboratoryTime},
};

}  // namespace

absl::Span<const SpellMeasure> SpellMeasures() { return kSpellMeasures; }

SpellTally::SpellTally(std::int64_t from_s, std::int64_t until_s)
    : from_s_(from_s), until_s_(until_s), lengths_(SpellMeasures().size()) {}

void SpellTally::AddWeapon(const WeaponFacts& weapon) {
  std::vector<Spell> spells;
  for (std::size_t measure = 0; measure < lengths_.size(); ++measure) {
    spells.clear();
    SpellMeasures()[measure].take_spells(weapon, until_s_, spells);
    for (const Spell& spell : spells) {
      if (spell.begun.latest_s < from_s_) continue;
      Lengths& lengths = lengths_[measure];
      if (spell.begun.is_open() || spell.until.is_open()) {
        ++lengths.unknown;
        continue;
      }
      const std::int64_t longest_s = spell.until.latest_s - spell.begun.earliest_s;
      if (longest_s < 0) continue;
      const std::int64_t shortest_s = spell.until.earliest_s - spell.begun.latest_s;
      lengths.shortest.push_back({std::max<std::int64_t>(0, shortest_s), spell.has_ended});
      lengths.longest.push_back({longest_s, spell.has_ended});
    }
  }
}

}  // namespace serieslink::summary
