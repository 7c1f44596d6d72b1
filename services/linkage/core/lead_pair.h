#pragma once

#include "absl/types/span.h"
#include "services/linkage/core/facts.h"

// What the statements about one pair of exhibits make of it for those who work on leads. Whoever
// sees both exhibits sees all of these statements and what the records say of the two, so that
// every viewer of the pair has the same answer; whether the two are one weapon already is for each
// view to say.
namespace serieslink::linkage {

// What two exhibits are, whatever is stated about them.
struct PairBounds {
  // One of them proves nothing of the other: what confirms the two counts as a lead, as in a
  // resolution (resolve.h).
  bool never_confirms = false;
  // They are different guns: listed apart in one record, or held by different holders at one time
  // (custody.h). Only an examiner's lead is worth looking at then: what it finds is a conflict.
  bool are_apart = false;
};

PairBounds BoundsOf(const ExhibitFacts& a, const ExhibitFacts& b);

// What is to be done about a pair.
struct PairState {
  // A finding makes it a lead: on some channel the statement that stands counts as a lead, and no
  // analyst has decided. On the case and bullet channels an analyst does not decide, so that a lead
  // there stays one.
  bool is_lead = false;
  // A decision waits for a second person.
  bool is_proposed = false;
  // An analyst decided, on a channel where an analyst does, and policy lets the decision count: two
  // where it asks for two.
  bool is_decided = false;
  // An analyst contradicts an examiner.
  bool is_disputed = false;
  // Examinations of equal date disagree.
  bool is_conflicting = false;
  // log2 of the chance that the two are one weapon, by the best finding that makes it a lead; 0 or
  // less. Of a proposal without such a finding, as for an agency's word.
  double chance_log2 = 0;

  bool is_candidate() const { return is_lead || is_proposed; }
};

// `statements` are all that are open about one pair, in any order. Pure.
PairState StateOfPair(absl::Span<const Statement> statements, const PairBounds& bounds = {});

// Whether `statement` is a lead file's that decides nothing: one that waits for a second person, or
// in which nothing is decided.
inline bool IsUndecided(const Statement& statement) {
  return statement.basis == Basis::kUnspecified;
}

// Whether `statement` is an analyst's decision or word, which judges what its ends then were.
inline bool IsAnalysts(const Statement& statement) {
  return statement.basis == Basis::kAnalyst && statement.verdict != Verdict::kWithdrawn;
}

}  // namespace serieslink::linkage
