#include "services/linkage/core/lead_pair.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "services/linkage/core/custody.h"
#include "services/linkage/core/standing.h"

namespace serieslink::linkage {
namespace {

// One or two leads in a hundred do not become hits under the microscope (COPS Office, Community
// Policing Dispatch, March 2021, on crime gun intelligence centers).
constexpr double kExaminersLeadLog2 = -0.02;
// Assumed: of what an agency only refers to, and of what policy does not trust, half is so.
constexpr double kWordLog2 = -1.0;

double ChanceOf(const StandingFinding& finding) {
  const Statement& statement = finding.statement;
  if (statement.basis == Basis::kRule) {
    // The weight is log2 of odds w; the chance is w / (1 + w).
    return -std::log2(1.0 + std::exp2(-std::clamp(statement.weight_log2, -60.0, 60.0)));
  }
  const bool by_examiner =
      statement.basis == Basis::kExaminer && statement.trusted && IsBallistic(statement.channel);
  return by_examiner ? kExaminersLeadLog2 : kWordLog2;
}

}  // namespace

PairBounds BoundsOf(const ExhibitFacts& a, const ExhibitFacts& b) {
  PairBounds bounds;
  bounds.never_confirms = NeverConfirms(a.kind) || NeverConfirms(b.kind);
  bounds.are_apart = a.apart_key != 0 && a.apart_key == b.apart_key;
  bounds.are_apart |=
      a.custody != nullptr && b.custody != nullptr && AreOfDifferentGuns(*a.custody, *b.custody);
  return bounds;
}

PairState StateOfPair(absl::Span<const Statement> statements, const PairBounds& bounds) {
  PairState state;
  for (const Statement& statement : statements) {
    state.is_proposed |= IsUndecided(statement) && statement.verdict == Verdict::kLead;
  }
  const std::vector<StandingFinding> standing = ResolveStanding(statements);
  for (const StandingFinding& finding : standing) {
    state.is_disputed |= finding.disputed;
    state.is_conflicting |= finding.conflicting;
    state.is_proposed |= !finding.proposed.empty();
    state.is_decided |=
        !IsBallistic(finding.statement.channel) && finding.statement.basis == Basis::kAnalyst &&
        finding.statement.trusted && !finding.awaits_second &&
        (finding.verdict == Verdict::kConfirmed || finding.verdict == Verdict::kEliminated ||
         finding.verdict == Verdict::kInconclusive);
  }
  std::optional<double> chance;
  for (const StandingFinding& finding : standing) {
    const bool is_lead = finding.verdict == Verdict::kLead ||
                         (finding.verdict == Verdict::kConfirmed && bounds.never_confirms);
    if (!is_lead) continue;
    const bool is_ballistic = IsBallistic(finding.statement.channel);
    if (state.is_decided && !is_ballistic) continue;
    if (bounds.are_apart && !(is_ballistic && finding.statement.basis == Basis::kExaminer)) {
      continue;
    }
    chance = std::max(chance.value_or(-60.0), ChanceOf(finding));
  }
  state.is_lead = chance.has_value();
  state.chance_log2 = chance.value_or(state.is_proposed ? kWordLog2 : 0.0);
  return state;
}

}  // namespace serieslink::linkage
