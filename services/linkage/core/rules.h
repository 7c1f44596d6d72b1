#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/model.h"

// Findings that the linkage model makes by itself, from serials.
//
// The weight of two exhibits is a sum of terms in bits, each with its source, all from the model
// (model.h): prior, serial, make, calibre, model, type. The serial rule then says:
//  * confirmed by rule, when the serials are equal, have `confirm_characters` or more, stand on the
//    frame or receiver (or on a part that nobody named) of both, are not in doubt, the makes do not
//    differ, the calibres are compatible, and either both makes are known or the weight reaches
//    `confirm_log2`. US law makes a serial unique only within a maker or importer (18 USC 923(i),
//    27 CFR 478.92), hence the make; what else agrees can make up for one that nobody wrote down;
//  * a lead, when the serials are equal, not in doubt and of that length, and anything else is
//    missing or differs. NCIC's guidance is that a differing make or model does not defeat a match
//    of serials but is verified on the gun (NCIC 2000 operating manual, gun file);
//  * a lead, when the serials are equal and shorter, but have `lead_characters`, and makes and
//    calibres agree, both makes known: short numbers recur within a maker;
//  * a lead, when the equal serial is in doubt on either side (serial.h: a filler pattern, a form
//    that is no maker's, a word that stands with it), has `confirm_characters`, and everything else
//    agrees;
//  * a lead, when the serials only agree in another way (serial_agreement.h: alike, patterns of
//    what was read, letters between digits, cut off, one edit apart), one at least is not in doubt,
//    the longer has `confirm_characters`, everything else agrees, and the weight reaches
//    `lead_log2`. Patterns may be shorter: what was read counts, and weighs. Where letters stand
//    between digits both may be in doubt, for those are in no maker's form, and NCIC's search finds
//    369M257 for 369J257. Guns that are matched pairs are numbered consecutively: that is one edit;
//  * nothing otherwise. A sighted gun is never confirmed. Two guns listed apart in one record are
//    never matched.
//
// Of two exhibits that are each one part of one known kind (part_kind.h: two sound moderators), any
// number stands as the frame's of a gun does, where nothing says that the two numbers are on
// different places: their parts are equal, one is not said, or one is "other" and the other neither
// frame nor receiver. Beside a whole gun, or a part of another kind or of none that is said, the
// number of a part that is not a frame's or receiver's is never confirmed.
//
// The frequency guard. A serial that more than `guard` exhibits of the view carry, numbers that are
// taken for it counted in, identifies nothing (a stock or model number, a placeholder nobody knew
// of; NCIC refuses further entries of an article's serial from the third on): no rule finding
// stands on it. The keys under which numbers meet that are not equal are guarded alike, each by
// itself: a lead stands while one of them is not crowded. So one key costs at most guard^2 / 2
// findings, however many records bear it.
namespace serieslink::linkage {

// Which rules run, with what thresholds. A value: benchmarks run the rules of other systems.
struct RuleSet {
  absl::string_view id = "serial/6";  // Name and version of the rule; static storage.
  // The numbers. Never null.
  std::shared_ptr<const Model> model = DefaultModel();
  uint8_t confirm_length = model->confirm_characters;
  uint8_t lead_length = model->lead_characters;
  uint32_t guard = model->guard_exhibits;  // Exhibits on one key; 0 switches the guard off.
  bool confirms = true;                    // False: policy lowers every confirmation to a lead.
  bool leads = true;                       // False: weaker agreements find nothing.
  bool calibre_matters = true;             // False: a differing calibre is not looked at.
  bool doubts_matter = true;               // False: a number in doubt counts as any other.
  bool likeness = true;                    // False: numbers taken for each other are not compared.
  bool neighbours = true;                  // False: nor are patterns, cut-off numbers and slips.
  bool make_can_miss = true;       // False: only a known make confirms, whatever the weight.
  bool one_edit_confirms = false;  // True: the benchmarks' rule T, below.

  // The rule of the serving system, as above, with the numbers of `model`.
  static RuleSet Serving(std::shared_ptr<const Model> model = DefaultModel());
  // Rules X and T of the peers in benchmarks. X: an equal number of six characters or more with an
  // equal make confirms; nothing else is looked at. T: so do numbers of six to twelve characters of
  // which one character left out, added or replaced makes the other, and which share their first
  // four or their last five, with equal make, model, calibre and borough. No configuration reaches
  // them: a server serves by what Serving() gives.
  static RuleSet BenchmarkXT();
};

// What a finding says of the rule that made it: "serial/6, model 2026-11".
std::string RuleName(const RuleSet& rules);

// One term of a weight.
struct WeightTerm {
  // "prior", "serial", "make", "calibre", "model" or "type"; static storage.
  absl::string_view name;
  double weight_log2 = 0;    // Bits: log2 of a likelihood ratio, the prior log2 of odds.
  absl::string_view source;  // Where the number comes from; the model's storage.
};

// Whether exhibits of a kind bear numbers that the rule compares: guns and their parts do, what
// they fired does not.
bool BearsNumber(ExhibitKind kind);

// Keys of the blocks that an exhibit belongs to: two exhibits can have a rule finding only when
// they share a block. Ascending, without repeats. With the serving rules these are the likeness
// keys of its serials, one for each, so that numbers that are taken for each other cost no second
// index; and, of guns and parts of known make, up to three neighbour keys for each, or a hundred of
// some that were read in part (serial_agreement.h). Rule T adds two a serial (one_edit.h).
absl::InlinedVector<uint64_t, 1> BlockKeys(const ExhibitFacts& exhibit, const RuleSet& rules);

// The same, each with the number that it was made of at a glance: two members of a block have to be
// judged only where MayNearlyAgree is true of their places there; where they have a finding and it
// is false of all places that they share, none of these would make one. Empty where several
// numbers make one key, and under rules that do not compare likeness.
struct BlockPlace {
  uint64_t key = 0;
  SerialGlance glance;
};
using BlockPlaces = absl::InlinedVector<BlockPlace, 4>;
BlockPlaces BlockPlacesOf(const ExhibitFacts& exhibit, const RuleSet& rules);

// The rule statement about two exhibits, if any. `guarded`: block keys on which no rule finding
// stands; may be null. Symmetric in a and b. The same pair and rules give the same statement and
// name anywhere.
std::optional<Statement> JudgePair(const ExhibitFacts& a, const ExhibitFacts& b,
                                   const RuleSet& rules,
                                   const absl::flat_hash_set<uint64_t>* guarded = nullptr);

// The terms of which `weight_log2`, the weight of a rule statement about the two, is the sum, in a
// fixed order: whichever of their numbers made it, for which ones may was decided by the guard.
// Empty when none of them makes that weight, as by rule T, which weighs nothing.
std::vector<WeightTerm> ExplainPair(const ExhibitFacts& a, const ExhibitFacts& b,
                                    const RuleSet& rules, double weight_log2);

// Every rule statement of a view, by (first, second): what an incremental deriver must equal.
// `exhibits` has to hold, of every block that it touches, all exhibits of the view, or at least
// guard + 1 of them. O(n log n + findings).
std::vector<Statement> RuleStatements(absl::Span<const ExhibitFacts> exhibits,
                                      const RuleSet& rules);

}  // namespace serieslink::linkage
