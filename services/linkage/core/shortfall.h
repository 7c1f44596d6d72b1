#pragma once

#include <cstdint>
#include <vector>

#include "services/linkage/core/facts.h"
#include "services/linkage/core/rules.h"

// Why the rule does not confirm a pair: what an analyst asks of two exhibits that are not one
// weapon.
namespace serieslink::linkage {

// Numbers are those of linkage.v1.ShortfallKind.
enum class Shortfall : std::uint8_t {
  // One of the two is of a kind that bears no number: a case group, a bullet group, ammunition.
  kNoNumberOnKind = 1,
  // One record lists the two as different guns.
  kListedApart = 2,
  // No number of one of them can be used: none was read, it is partial, removed or a placeholder.
  kNoUsableNumber = 3,
  // Both have numbers that can be used, and none is on both; they can be alike.
  kNumbersDiffer = 4,
  // The number on both is shorter than what the rule confirms on.
  kNumberTooShort = 5,
  // The make of one of them is not known.
  kMakeUnknown = 6,
  // The makes differ.
  kMakesDiffer = 7,
  // The calibres cannot be those of one gun.
  kCalibresDiffer = 8,
  // The number is not known to be the frame's or receiver's of both, they are not two items that
  // are parts of one kind, or one gun was only seen.
  kNumberNotOfFrame = 9,
  // Nothing falls short of the rule's conditions, but policy lets no rule confirm.
  kRuleMayNotConfirm = 10,
  // The number on both may be none of a gun's: a pattern, a mark, a word that stands with it.
  kNumberInDoubt = 12,
};

// Everything that keeps the serial rule from confirming that `a` and `b` are one gun, in the order
// of the enumerators; empty when it confirms, the frequency guard aside. Symmetric. Pure.
std::vector<Shortfall> ShortfallsOf(const ExhibitFacts& a, const ExhibitFacts& b,
                                    const RuleSet& rules);

// Whether what is known of an exhibit's numbers was read only in part, by four characters or more.
// Where this holds of one of two exhibits and the other has any number, kNoUsableNumber says that
// only a lead is possible.
bool IsReadInPart(const ExhibitFacts& exhibit);

}  // namespace serieslink::linkage
