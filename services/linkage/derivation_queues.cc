// Which pairs of exhibits are leads, and which are to be looked at again.
#include <algorithm>
#include <utility>

#include "services/linkage/core/lead_pair.h"
#include "services/linkage/core/lead_worth.h"
#include "services/linkage/derivation.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::linkage {
namespace {

std::string EncodeLead(const LeadNode& lead) {
  std::string payload;
  base::AppendBe64(&payload, static_cast<std::uint64_t>(lead.known_us));
  return payload;
}

std::string EncodeReexamination(const ReexaminationNode& node) {
  std::string payload;
  base::AppendBe64(&payload, static_cast<std::uint64_t>(node.since_us));
  base::AppendBe64(&payload, node.changed_revision);
  return payload;
}

}  // namespace

absl::Status Derivation::RestoreQueued(graph::EdgeType type, const graph::RankedEdge& edge) {
  const PairKey key(edge.source, edge.target);
  base::KeyReader reader(edge.payload);
  SL_ASSIGN_OR_RETURN(const std::uint64_t time_us, reader.ReadBe64());
  if (type == graph::EdgeType::kLead) {
    leads_[key] = LeadNode{edge.rank, static_cast<std::int64_t>(time_us)};
    return reader.Finish();
  }
  SL_ASSIGN_OR_RETURN(const std::uint64_t changed, reader.ReadBe64());
  reexaminations_[key] = ReexaminationNode{static_cast<std::int64_t>(time_us), changed, true};
  return reader.Finish();
}

// A rule's confirmation makes no lead, and most statements are such: they are passed over unless
// something else can be stated of the pair.
void Derivation::TouchPairBy(const StatementNode& node) {
  const ExhibitNode& newer = exhibits_[node.newer];
  const ExhibitNode& older = exhibits_[node.older];
  if (node.by_rule && node.can_join() && (!newer.was_asserted || !older.was_asserted) &&
      !leads_.contains(PairKey(NumberOf(newer), NumberOf(older)))) {
    return;
  }
  TouchPair(node.newer, node.older);
}

void Derivation::TouchPairsOf(ExhibitIndex exhibit, bool is_changed) {
  for (const StatementIndex index : exhibits_[exhibit].statements) {
    const StatementNode& node = statements_[index];
    if (node.by_rule && node.can_join()) continue;
    TouchPair(node.newer, node.older);
    if (!is_changed || node.from_revision == revision_ || !IsAnalysts(StatementOf(node))) {
      continue;
    }
    reexaminations_[PairKey(NumberOf(exhibits_[node.newer]), NumberOf(exhibits_[node.older]))]
        .changed_revision = revision_;
  }
}

void Derivation::SetSeriousness(RecordIndex record, std::uint32_t seriousness_log2) {
  const std::uint8_t value = KeptSeriousness(seriousness_log2);
  if (std::exchange(records_[record].seriousness_log2, value) == value) return;
  for (const ExhibitIndex exhibit : records_[record].exhibits) {
    TouchPairsOf(exhibit, /*is_changed=*/false);
  }
}

bool Derivation::IsReplaced(ExhibitIndex exhibit) const {
  if (exhibits_[exhibit].active) return false;
  const FewIndexes& siblings = records_[exhibits_[exhibit].record].exhibits;
  return std::any_of(siblings.begin(), siblings.end(),
                     [&](ExhibitIndex one) { return exhibits_[one].active; });
}

void Derivation::QueuePairsTouched() {
  std::sort(touched_pairs_.begin(), touched_pairs_.end());
  touched_pairs_.erase(std::unique(touched_pairs_.begin(), touched_pairs_.end()),
                       touched_pairs_.end());
  std::vector<Statement> statements;
  for (const auto& [newer, older] : touched_pairs_) {
    statements.clear();
    std::uint64_t oldest_word_revision = 0;
    const bool fewer_under_newer =
        exhibits_[newer].statements.size() <= exhibits_[older].statements.size();
    for (const StatementIndex index : exhibits_[fewer_under_newer ? newer : older].statements) {
      const StatementNode& node = statements_[index];
      if (node.newer != newer || node.older != older) continue;
      statements.push_back(StatementOf(node));
      if (IsAnalysts(statements.back()) &&
          (oldest_word_revision == 0 || node.from_revision < oldest_word_revision)) {
        oldest_word_revision = node.from_revision;
      }
    }
    QueueLead(newer, older, statements);
    QueueReexamination(newer, older, statements, oldest_word_revision);
  }
  touched_pairs_.clear();
}

void Derivation::QueueLead(ExhibitIndex newer, ExhibitIndex older,
                           absl::Span<const Statement> statements) {
  const ExhibitNode& a = exhibits_[newer];
  const ExhibitNode& b = exhibits_[older];
  const PairKey key(NumberOf(a), NumberOf(b));
  const auto found = leads_.find(key);
  std::optional<LeadNode> wanted;
  if (a.active && b.active && !statements.empty()) {
    const ExhibitFacts facts_a = FactsOf(newer);
    const ExhibitFacts facts_b = FactsOf(older);
    const PairState state = StateOfPair(statements, BoundsOf(facts_a, facts_b));
    if (state.is_candidate()) {
      const WorthFacts facts = {.chance_log2 = state.chance_log2,
                                .kinds = {facts_a.kind, facts_b.kind},
                                .seriousness_log2 = std::max(records_[a.record].seriousness_log2,
                                                             records_[b.record].seriousness_log2)};
      wanted.emplace();
      wanted->known_us = found == leads_.end() ? commit_time_us_ : found->second.known_us;
      wanted->rank = RankOf(facts, wanted->known_us);
    }
  }
  auto& entries = changes_->queues;
  const bool was_known = found != leads_.end();
  if (found != leads_.end()) {
    if (wanted.has_value() && wanted->rank == found->second.rank) return;
    entries[{graph::EdgeType::kLead, found->second.rank, key.first, key.second}].reset();
    if (!wanted.has_value()) {
      entries[{graph::EdgeType::kLeadKnown, 0, key.first, key.second}].reset();
    }
    leads_.erase(found);
  }
  if (!wanted.has_value()) return;
  if (!was_known) NoteLeadNews(newer, older);
  entries[{graph::EdgeType::kLeadKnown, 0, key.first, key.second}] = EncodeLead(*wanted);
  leads_[key] = *wanted;
  entries[{graph::EdgeType::kLead, wanted->rank, key.first, key.second}] = EncodeLead(*wanted);
}

void Derivation::QueueReexamination(ExhibitIndex newer, ExhibitIndex older,
                                    absl::Span<const Statement> statements,
                                    std::uint64_t oldest_word_revision) {
  const PairKey key(NumberOf(exhibits_[newer]), NumberOf(exhibits_[older]));
  const auto found = reexaminations_.find(key);
  const ReexaminationNode before =
      found == reexaminations_.end() ? ReexaminationNode() : found->second;
  bool is_wanted = false;
  ReexaminationNode wanted = before;
  if (oldest_word_revision == 0 || oldest_word_revision >= before.changed_revision) {
    wanted.changed_revision = 0;
  }
  if (exhibits_[newer].active && exhibits_[older].active) {
    is_wanted = wanted.changed_revision != 0;
    if (!is_wanted && !statements.empty()) {
      const PairState state = StateOfPair(statements);
      is_wanted = state.is_disputed || state.is_conflicting;
    }
  } else if (IsReplaced(newer) || IsReplaced(older)) {
    is_wanted = std::any_of(statements.begin(), statements.end(), [](const Statement& one) {
      return one.basis != Basis::kRule && !IsUndecided(one) && one.verdict != Verdict::kWithdrawn;
    });
  }
  const auto entry = [&](const ReexaminationNode& node) -> std::optional<std::string>& {
    return changes_->queues[{graph::EdgeType::kReexamination, RankOfReexamination(node.since_us),
                             key.first, key.second}];
  };
  if (!is_wanted) {
    if (before.is_queued) entry(before).reset();
    if (found != reexaminations_.end()) reexaminations_.erase(found);
    return;
  }
  // A cause that is there already is no new one; a change of what identifies an exhibit is.
  const bool is_new = !before.is_queued || wanted.changed_revision == revision_;
  if (!is_new && wanted.changed_revision == before.changed_revision) return;
  if (is_new) wanted.since_us = commit_time_us_;
  if (before.is_queued) entry(before).reset();
  wanted.is_queued = true;
  reexaminations_[key] = wanted;
  entry(wanted) = EncodeReexamination(wanted);
}

}  // namespace serieslink::linkage
