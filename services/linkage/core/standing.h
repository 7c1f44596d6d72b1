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
// an undated one 0, before every dated one), then by name.
//
// Where policy asks for two people (Statement::alone), an analyst's statement that policy lets
// nobody make alone waits for a second person. It is seconded, and decides, when another person of
// its agency has said the same and nothing else since: by stated time, then name, so that of two
// who agree the later one's statement decides, whichever arrived first. One person who says it
// twice, or whom the agency does not name, seconds nothing. What waits counts as what an asserter
// says who may not decide, and takes the place of nothing that decides.
namespace serieslink::linkage {

// The statement that stands for one pair and channel.
struct StandingFinding {
  Statement statement;  // The statement that stands, as stated.
  // What it counts as: differs from statement.verdict where its asserter may not decide, or not
  // alone, or where equal dates disagree (then kEliminated, and `statement` is the elimination).
  Verdict verdict = Verdict::kUnspecified;
  bool conflicting = false;    // Equal dates disagree.
  bool disputed = false;       // An analyst contradicts the examiner's verdict.
  bool awaits_second = false;  // `statement` waits for a second person.
  // Verdicts of those that wait for one and would stand in this one's place, or as stated, if they
  // were seconded: ascending, each once.
  std::vector<Verdict> proposed;

  // Names of every statement that `conflicting` or `disputed` is about, ascending, without
  // statement.name.
  std::vector<uint64_t> against;
};

// Names of those of `statements`, all about one pair and channel, that wait for a second person,
// ascending. Does not depend on their order. O(s log s), and O(s) where policy asks for nobody.
// Thread-compatible, pure.
std::vector<uint64_t> WaitingForSecond(absl::Span<const Statement> statements);

// The findings that stand, one for each pair and channel that any statement is about, in ascending
// order of (first, second, channel). Does not depend on the order of `statements`; a statement
// given twice counts once. Statements on a channel, verdict or basis of kUnspecified, and those of
// an exhibit with itself, are left out. O(s log s) for s statements. Thread-compatible, pure.
std::vector<StandingFinding> ResolveStanding(absl::Span<const Statement> statements);

}  // namespace serieslink::linkage
