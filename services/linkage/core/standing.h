#pragma once

#include <vector>

#include "absl/types/span.h"
#include "services/linkage/core/facts.h"

// Which statement stands. For each pair of exhibits and channel exactly one statement of a view
// stands, chosen by what the statements say of themselves and never by when they arrived.
//
// Case and bullet channels. Only a trusted examiner confirms, eliminates or withdraws.
//  * The statements of the highest stage decide; among them those with the latest examination date.
//    So a statement gives way only to one of the same or a higher stage with a later date: a later
//    on-screen look never displaces what a microscope showed.
//  * Dates are intervals. One date is later than another when all of it is; dates that overlap
//    count as equal, and an unknown date overlaps every other.
//  * Equal dates that disagree: where one confirms and another eliminates (at whatever stage, as
//    neither has the later date), the pair stands as eliminated, in conflict. At one stage and date
//    an inconclusive or withdrawn statement beside a confirmation stands, in conflict. A lead or
//    inconclusive statement of a lower stage disagrees with nothing: it is the usual way to the
//    microscope.
//  * Without an examiner, what others say stands at most as a lead: a confirmation is read as a
//    lead, an elimination as inconclusive (so it never forbids a join).
//  * An analyst who contradicts the examiner disputes the finding. That is reported, and suspends
//    nothing.
//
// Other channels. An analyst's decision stands before an examiner's word (a restored number, say),
// that before a source reference, that before a rule; within one basis the later by stated time (of
// an undated one 0, before every dated one), then by name. Where policy asks for two people
// (Statement::alone), an analyst's statement that nobody seconds decides nothing, or takes the
// place of no other decision; it is seconded by one of the same verdict by another person of the
// agency.
namespace serieslink::linkage {

// The statement that stands for one pair and channel.
struct StandingFinding {
  Statement statement;  // The statement that stands, as stated.
  // What it counts as: differs from statement.verdict where its asserter may not decide, or not
  // alone, or where equal dates disagree (then kEliminated, and `statement` is the elimination).
  Verdict verdict = Verdict::kUnspecified;
  bool conflicting = false;  // Equal dates disagree.
  bool disputed = false;     // An analyst contradicts the examiner's verdict.
  bool awaits_second = false;  // Nobody seconds it, and it alone decides nothing.
  // A single analyst's statement, this or another, would stand as stated if it were seconded.
  bool has_proposal = false;

  // Names of every statement that `conflicting` or `disputed` is about, ascending, without
  // statement.name.
  std::vector<uint64_t> against;
};

// Whether `statement` decides as far as the number of people goes: policy lets one person state it,
// or another person of the agency states the same in `group`, statements about its pair. O(group).
bool IsSeconded(const Statement& statement, absl::Span<const Statement> group);

// The findings that stand, one for each pair and channel that any statement is about, in ascending
// order of (first, second, channel). Does not depend on the order of `statements`; a statement
// given twice counts once. Statements on a channel, verdict or basis of kUnspecified, and those of
// an exhibit with itself, are left out. O(s log s) for s statements. Thread-compatible, pure.
std::vector<StandingFinding> ResolveStanding(absl::Span<const Statement> statements);

}  // namespace serieslink::linkage
