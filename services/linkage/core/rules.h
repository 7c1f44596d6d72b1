#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/linkage/core/facts.h"

// Findings that the linkage model makes by itself, from serials.
//
// The serial rule. Two exhibits with an equal canonical serial are
//  * confirmed by rule, when the serial has `confirm_length` characters or more, was read on frame
//    or receiver (or on a part that nobody named) of both, both makes are known and equal, and the
//    calibres are compatible. US law makes a serial unique only within a maker or importer (18 USC
//    923(i), 27 CFR 478.92), hence the make;
//  * a lead, when that length is reached and a make is missing or differs, the calibres differ, or
//    the parts do. NCIC's guidance is that a differing make or model does not defeat a match of
//    serials but is verified on the gun (NCIC 2000 operating manual, gun file);
//  * a lead, when the serial is shorter, but has `lead_length` characters, and everything else
//    agrees as for a confirmation: short numbers recur within a maker;
//  * a lead, when the serial is in doubt on either side (serial.h: a filler pattern, a form
//    that is no maker's, a word that stands with it), has `confirm_length` characters, and
//    everything else agrees as for a confirmation;
//  * a lead, when the two serials differ only in characters that are taken for each other
//    (SerialLikeness of serial.h: S and 5, B and 8), one at least is not in doubt, they have
//    `confirm_length` characters, and everything else agrees as for a confirmation;
//  * nothing otherwise. A sighted gun or a gun part whose number is not its frame's is never
//    confirmed. Two guns listed apart in one record are never matched.
//
// The frequency guard. A serial that more than `guard` exhibits of the view carry, numbers that are
// taken for it counted in, identifies nothing (a stock or model number, a placeholder nobody knew
// of; NCIC refuses further entries of an article's serial from the third on): no rule finding
// stands on it. So one key costs at most guard^2 / 2 findings, however many records bear it.
namespace serieslink::linkage {

// Which rules run, with what thresholds. A value: benchmarks run the rules of other systems.
struct RuleSet {
  absl::string_view id = "serial-equal/3";  // Name and version of the rule; static storage.
  uint8_t confirm_length = 6;               // Characters of the canonical serial.
  uint8_t lead_length = 4;
  uint32_t guard = 64;          // Exhibits on one serial; 0 switches the guard off.
  bool confirms = true;         // False: policy lowers every confirmation to a lead.
  bool leads = true;            // False: weaker agreements find nothing.
  bool calibre_matters = true;  // False: a differing calibre is not looked at.
  bool doubts_matter = true;    // False: a number in doubt counts as any other.
  bool likeness = true;         // False: only equal numbers are compared.

  // The rule of the serving system, as above.
  static RuleSet Serving() { return RuleSet(); }
  // Rule X of the peers in benchmarks: equal serial of six characters or more and equal make
  // confirm; nothing else is looked at.
  static RuleSet BenchmarkX();
};

// One term of a weight.
struct WeightTerm {
  absl::string_view name;    // "prior", "serial", "make" or "calibre"; static storage.
  double weight_log2 = 0;    // Bits: log2 of a likelihood ratio, the prior log2 of odds.
  absl::string_view source;  // Where the number comes from; static storage.
};

// Whether exhibits of a kind bear numbers that the rule compares: guns and their parts do, what
// they fired does not.
bool BearsNumber(ExhibitKind kind);

// Keys of the blocks that an exhibit belongs to: two exhibits can have a rule finding only when
// they share a block. Ascending, without repeats. With the serving rules these are the likeness
// keys of its serials: one for each, so that numbers that are taken for each other cost no second
// index.
absl::InlinedVector<uint64_t, 1> BlockKeys(const ExhibitFacts& exhibit, const RuleSet& rules);

// The rule statement about two exhibits, if any. `guarded`: block keys on which no rule finding
// stands; may be null. Symmetric in a and b. The same pair and rules give the same statement and
// name anywhere.
std::optional<Statement> JudgePair(const ExhibitFacts& a, const ExhibitFacts& b,
                                   const RuleSet& rules,
                                   const absl::flat_hash_set<uint64_t>* guarded = nullptr);

// The terms of which the weight of JudgePair(a, b, rules, guarded) is the sum, in a fixed order.
// Empty when that gives nothing.
std::vector<WeightTerm> ExplainPair(const ExhibitFacts& a, const ExhibitFacts& b,
                                    const RuleSet& rules,
                                    const absl::flat_hash_set<uint64_t>* guarded = nullptr);

// Every rule statement of a view, by (first, second): what an incremental deriver must equal.
// `exhibits` has to hold, of every block that it touches, all exhibits of the view, or at least
// guard + 1 of them. O(n log n + findings).
std::vector<Statement> RuleStatements(absl::Span<const ExhibitFacts> exhibits,
                                      const RuleSet& rules);

}  // namespace serieslink::linkage
