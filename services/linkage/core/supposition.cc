#include "services/linkage/core/supposition.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "services/linkage/core/standing.h"

namespace serieslink::linkage {
namespace {

bool IsAbout(const Statement& s, const Supposition& supposition) {
  const auto [low, high] = std::minmax(supposition.first, supposition.second);
  const auto [first, second] = std::minmax(s.first, s.second);
  return low == first && high == second &&
         (supposition.finding == 0 || supposition.finding == s.name);
}

uint32_t ConfirmLeads(const Supposition& supposition, std::vector<Statement>& statements) {
  // What stands is decided by all that is said of the two.
  Supposition of_pair = supposition;
  of_pair.finding = 0;
  std::vector<Statement> said;
  for (const Statement& s : statements) {
    if (IsAbout(s, of_pair)) said.push_back(s);
  }
  uint32_t changed = 0;
  for (const StandingFinding& finding : ResolveStanding(said)) {
    if (finding.verdict != Verdict::kLead || !IsAbout(finding.statement, supposition)) continue;
    for (Statement& s : statements) {
      if (s.name != finding.statement.name || s.channel != finding.statement.channel) continue;
      s.verdict = Verdict::kConfirmed;
      s.trusted = true;
      s.supposed = true;
      s.alone = Alone::kDecides;
      if (IsBallistic(s.channel)) s.basis = Basis::kExaminer;
      ++changed;
    }
  }
  return changed;
}

// What is said of an exhibit under the present and a former id of its record is one finding.
uint32_t Withdraw(const Supposition& supposition, std::vector<Statement>& statements) {
  absl::flat_hash_set<uint64_t> names;
  for (const Statement& s : statements) {
    if (IsAbout(s, supposition)) names.insert(s.name);
  }
  return static_cast<uint32_t>(
      std::erase_if(statements, [&](const Statement& s) { return names.contains(s.name); }));
}

}  // namespace

std::vector<uint32_t> Suppose(absl::Span<const Supposition> suppositions,
                              std::vector<Statement>& statements) {
  std::vector<uint32_t> changed;
  for (const Supposition& supposition : suppositions) {
    switch (supposition.kind) {
      case SuppositionKind::kLeadIsConfirmed:
        changed.push_back(ConfirmLeads(supposition, statements));
        break;
      case SuppositionKind::kFindingIsWithdrawn:
        changed.push_back(Withdraw(supposition, statements));
        break;
    }
  }
  return changed;
}

}  // namespace serieslink::linkage
