#pragma once

#include <string>
#include <vector>

#include "serieslink/firearm/v1/clearance_service.pb.h"
#include "serieslink/firearm/v1/life_story.pb.h"

// What stands against the destruction or the return of a gun. Pure.
namespace serieslink::firearm {

// What the life of a gun does not tell.
struct ClearanceFacts {
  std::vector<std::string> legal_holds;  // "RC-…" of records that mark it so
  std::vector<std::string> leads;        // "EX-…" that it may be one weapon with
  // A disposal by which it can have gone is not certainly before what last brought the gun into
  // hand: MayHaveLeft.
  bool may_have_left = false;
  // "EX-…" and "EV-…" about which findings, custody or places contradict each other.
  std::vector<std::string> contradictions;
};

// Ids that one blocker names at most.
inline constexpr int kBlockerIdsMax = 100;

// In the order of the enumeration, each kind once. Contradictions are those that the story remarks
// upon, those of its losses that are IsToBeSeen, and those of `facts`. A gun is in hand that came
// there last, or was kept since. One that came back to be returned has an open loss until then,
// which stands against its destruction only; so does a loss that stays open although the gun came
// back after a later one.
std::vector<v1::ClearanceBlocker> BlockersOf(const v1::LifeStory& story,
                                             const ClearanceFacts& facts,
                                             v1::ClearancePurpose purpose);

// Whether a marker of a record is a legal hold that is in force: "legal hold" in any writing, with
// no value, or with one that does not take it back (lifted, released, ended; no or false without
// a digit, for "No. 44" is the number of a case).
bool IsLegalHold(const std::string& name, const std::string& value);

}  // namespace serieslink::firearm
