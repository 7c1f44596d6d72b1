#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/standing.h"

// Constrained clustering: which exhibits are one weapon.
//
// Confirmed findings are taken in the order (rank, weight descending, first, second, channel) by
// public ids, and each joins the clusters of its two exhibits. Rank: a test-fire and its gun first,
// for the laboratory fired it and nothing else about it can be in doubt (were it last, two guns'
// test-fires joined by a wrong comparison would tear a test-fire off its gun); then examiner,
// analyst, source reference, rule.
//
// A finding on channel C does not join two clusters when
//  * any pair across the two has a standing elimination on C, or one that rests on an analyst (on a
//    channel where an analyst decides: case and bullet are the examiner's alone), or
//  * they hold two exhibits of one apart_key: guns listed apart in one record. Nothing overrides
//    this; or
//  * they hold two guns that different holders certainly had in custody at the same time
//    (custody.h). Only an agency's word that two references are one item overrides this: then one
//    custody was told twice.
// What a laboratory infers to be one weapon rests on its comparisons, and so gives way to any
// elimination across the two, whatever the channel.
// An elimination on another channel does not forbid a join. Where it ends up inside one weapon it
// is reported as a contradiction between channels (case eliminated, bullet confirmed: parts may
// have been exchanged). So it is where an elimination of cases (or bullets) keeps what a laboratory
// infers to be one weapon in two, and bullets (or cases) tie one of the two to its weapon.
//
// A finding about a gun that was only sighted, or about live ammunition, whoever states it, is at
// most a lead: a sighting is intelligence, and ammunition was in no gun yet.
//
// A finding about an exhibit that is not among `exhibits` (replaced by a later version, or hidden
// from the viewer) joins nothing and is listed as stale.
namespace serieslink::linkage {

// The weapon that a set of exhibits is resolved to.
struct Weapon {
  // Indices into the exhibits that were passed, by ascending exhibit number. Never empty. The first
  // names the weapon.
  std::vector<uint32_t> members;
  // Indices into `Resolution::standing` of all confirmed findings with both ends in the weapon,
  // ascending.
  std::vector<uint32_t> confirmed;
  // Those of `confirmed` that did the joining: members.size() - 1 of them, a spanning tree.
  std::vector<uint32_t> joining;
  // The weakest basis that the weapon cannot do without, test-fires aside: kExaminer, kAnalyst,
  // kSourceReference, kRule ("same number, not examined") or kSupposed. kUnspecified when nothing but
  // test-fires was joined, or nothing at all.
  Basis floor = Basis::kUnspecified;
};

enum class ConflictKind : uint8_t {
  // A confirmed finding did not join, because a pair across the two weapons is eliminated.
  kJoinRefused = 1,
  // An elimination lies inside a weapon that other channels hold together, or between two weapons
  // that by another channel a laboratory's inferred weapon would make one.
  kChannelsContradict = 2,
  // Examinations of equal date disagree.
  kExaminationsDisagree = 3,
  // A confirmed finding did not join, because the two weapons hold guns listed apart.
  kListedApart = 4,
  // An analyst contradicts an examiner: to be examined again; suspends nothing.
  kDisputed = 5,
  // A confirmed finding did not join, because different holders had guns of the two weapons in
  // custody at the same time.
  kInCustodyApart = 6,
};

struct Conflict {
  ConflictKind kind = ConflictKind::kJoinRefused;
  uint32_t finding = 0;  // Index into `standing`: the refused join, or the finding in question.
  // kJoinRefused: index into `standing` of what forbade it; the smallest where several do.
  std::optional<uint32_t> forbidden_by;
  // kListedApart, kInCustodyApart: indices of two exhibits that are different guns, one on each
  // side.
  std::optional<std::pair<uint32_t, uint32_t>> apart;
  // Indices into `weapons` of the weapons that it is shown on, ascending, one or two.
  absl::InlinedVector<uint32_t, 2> weapons;
};

struct Resolution {
  // As ResolveStanding gives them, with what can only be a lead as one.
  std::vector<StandingFinding> standing;
  std::vector<Weapon> weapons;      // By ascending exhibit number of their first member.
  std::vector<uint32_t> weapon_of;  // For each exhibit passed, its index in `weapons`.
  std::vector<Conflict> conflicts;  // By (finding, kind).
  // Indices into `standing` of findings about an exhibit that was not passed, ascending.
  std::vector<uint32_t> stale;

  // The name of a weapon: the index of the exhibit that arrived first.
  uint32_t NamingExhibit(uint32_t weapon) const { return weapons[weapon].members.front(); }
};

// Sorts `findings`, indices into `standing` of confirmed findings, into the order in which Resolve
// takes them: best first. `standing` is a resolution's. O(n log n). Pure.
void SortInJoinOrder(absl::Span<const StandingFinding> standing, std::vector<uint32_t>& findings);

// Resolves `exhibits` by `statements` (in any order). The same input in another order gives the
// same resolution, up to the indices that follow the order of `exhibits`. Public ids and exhibit
// numbers must be unique.
//
// Cost: O(m log m) for m = exhibits + statements: sorting, then union by size in which every
// elimination and apart_key moves O(log m) times. Only refused joins between guns listed apart can
// cost more, once for each pair of clusters so refused.
//
// Pure; no shared state.
Resolution Resolve(absl::Span<const ExhibitFacts> exhibits, absl::Span<const Statement> statements);

}  // namespace serieslink::linkage
