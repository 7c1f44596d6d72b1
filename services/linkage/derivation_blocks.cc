// Which exhibits are compared by their numbers, and what the rule says of them.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "services/linkage/derivation.h"
#include "storage/base/status_macros.h"

namespace serieslink::linkage {

bool Derivation::IsGuarded(std::uint64_t block_key) const {
  return rules_.guard != 0 && blocks_.SizeOf(block_key) > rules_.guard;
}

std::uint32_t Derivation::PlaceOfRules(const std::string& name) {
  const auto found = std::find(rule_names_.begin(), rule_names_.end(), name);
  if (found == rule_names_.end()) {
    rule_names_.push_back(name);
    return static_cast<std::uint32_t>(rule_names_.size() - 1);
  }
  return static_cast<std::uint32_t>(found - rule_names_.begin());
}

absl::Status Derivation::AdoptRules(RuleSet rules, bool is_alone) {
  // What else is in the commit could take back what the rules just stated, and a statement that
  // came and went within one revision must not be written.
  const bool hands_on = is_alone && take_statements_ != nullptr;
  rules_ = std::move(rules);
  rules_place_ = PlaceOfRules(RuleName(rules_));
  blocks_.clear();
  for (ExhibitIndex exhibit = 0; exhibit < exhibits_.size(); ++exhibit) {
    if (!exhibits_[exhibit].active) continue;
    for (const BlockPlace& place : BlockPlacesOf(FactsOf(exhibit), rules_)) {
      AddToBlock(place, exhibit);
    }
  }
  // What stood, and then what the blocks make; a pair that is looked at twice is the same twice.
  for (ExhibitIndex exhibit = 0; exhibit < exhibits_.size(); ++exhibit) {
    const FewIndexes open = exhibits_[exhibit].statements;
    for (const StatementIndex index : open) {
      const StatementNode& node = statements_[index];
      if (node.by_rule && node.newer == exhibit) UpdateRuleStatement(node.newer, node.older);
    }
    if (!exhibits_[exhibit].active) continue;
    for (const BlockPlace& place : BlockPlacesOf(FactsOf(exhibit), rules_)) {
      if (IsGuarded(place.key)) continue;
      for (const BlockMember& other : blocks_.Meeting(place.key)) {
        if (other.exhibit < exhibit && MayNearlyAgree(place.glance, other.glance)) {
          UpdateRuleStatement(exhibit, other.exhibit);
        }
      }
    }
    if (hands_on && changes_->statements.size() >= statements_held_max_) {
      SL_RETURN_IF_ERROR(take_statements_(*changes_));
    }
  }
  return absl::OkStatus();
}

std::size_t Derivation::AddToBlock(const BlockPlace& place, ExhibitIndex exhibit) {
  return blocks_.Add(place.key, {place.glance, exhibit}, [&](ExhibitIndex other) {
    for (const BlockPlace& one : BlockPlacesOf(FactsOf(other), rules_)) {
      if (one.key == place.key) return one.glance;
    }
    return SerialGlance();
  });
}

void Derivation::AddToBlocks(ExhibitIndex exhibit, const ExhibitFacts& facts) {
  const BlockPlaces places = BlockPlacesOf(facts, rules_);
  for (const BlockPlace& place : places) blocks_.Prefetch(place.key);
  for (const BlockPlace& place : places) {
    const std::size_t size = AddToBlock(place, exhibit);
    if (size == 1) continue;
    if (rules_.guard != 0 && size > rules_.guard) {
      if (size == rules_.guard + 1) ReviewFindings(place.key);
      continue;
    }
    for (const BlockMember& other : blocks_.Meeting(place.key)) {
      if (other.exhibit != exhibit && MayNearlyAgree(place.glance, other.glance)) {
        UpdateRuleStatement(exhibit, other.exhibit);
      }
    }
  }
}

void Derivation::RemoveFromBlocks(ExhibitIndex exhibit) {
  for (const BlockPlace& place : BlockPlacesOf(FactsOf(exhibit), rules_)) {
    if (blocks_.Remove(place.key, exhibit) != rules_.guard || rules_.guard == 0) continue;
    // The guard lets go: what the key alone holds together stands again.
    const absl::Span<const BlockMember> block = blocks_.Meeting(place.key);
    for (std::size_t i = 0; i < block.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (MayNearlyAgree(block[i].glance, block[j].glance)) {
          UpdateRuleStatement(block[i].exhibit, block[j].exhibit);
        }
      }
    }
  }
  const FewIndexes open = exhibits_[exhibit].statements;
  for (const StatementIndex index : open) {
    if (statements_[index].by_rule) CloseStatement(index);
  }
}

void Derivation::ReviewFindings(std::uint64_t block_key) {
  const absl::Span<const BlockMember> block = blocks_.Meeting(block_key);
  absl::flat_hash_set<ExhibitIndex> members;
  for (const BlockMember& member : block) members.insert(member.exhibit);
  for (const BlockMember& member : block) {
    const FewIndexes open = exhibits_[member.exhibit].statements;
    for (const StatementIndex index : open) {
      const StatementNode& node = statements_[index];
      if (node.by_rule && node.newer == member.exhibit && members.contains(node.older)) {
        UpdateRuleStatement(node.newer, node.older);
      }
    }
  }
}

void Derivation::UpdateRuleStatement(ExhibitIndex a, ExhibitIndex b) {
  const ExhibitFacts facts_a = FactsOf(a);
  const ExhibitFacts facts_b = FactsOf(b);
  // Most who meet under a neighbour key have nothing in common; only what has is asked about
  // guards.
  std::optional<Statement> wanted = JudgePair(facts_a, facts_b, rules_);
  if (wanted.has_value()) {
    absl::flat_hash_set<std::uint64_t> guarded;
    for (const std::uint64_t key : BlockKeys(facts_a, rules_)) {
      if (IsGuarded(key)) guarded.insert(key);
    }
    if (!guarded.empty()) {
      wanted = JudgePair(facts_a, facts_b, rules_, &guarded);
    }
  }
  if (wanted.has_value()) wanted->trusted = policy_.Trusts(Basis::kRule, {});
  const ExhibitIndex fewer =
      exhibits_[a].statements.size() < exhibits_[b].statements.size() ? a : b;
  const ExhibitIndex other = fewer == a ? b : a;
  StatementIndex found = kNone;
  for (const StatementIndex index : exhibits_[fewer].statements) {
    const StatementNode& node = statements_[index];
    if (node.by_rule && (node.newer == other || node.older == other)) found = index;
  }
  if (found != kNone) {
    const StatementNode& standing = statements_[found];
    if (wanted.has_value() && wanted->name == standing.name &&
        wanted->verdict == standing.verdict && wanted->weight_log2 == standing.weight_log2) {
      return;
    }
    CloseStatement(found);
  }
  if (wanted.has_value()) OpenStatement(*wanted, a, b, /*by_rule=*/true);
}

}  // namespace serieslink::linkage
