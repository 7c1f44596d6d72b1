// Which exhibits are compared by their numbers, and what the rule says of them.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "services/linkage/derivation.h"

namespace serieslink::linkage {

bool Derivation::IsGuarded(std::uint64_t block_key) const {
  const auto block = exhibits_by_block_.find(block_key);
  return rules_.guard != 0 && block != exhibits_by_block_.end() &&
         block->second.size() > rules_.guard;
}

std::uint32_t Derivation::PlaceOfRules(const std::string& name) {
  const auto found = std::find(rule_names_.begin(), rule_names_.end(), name);
  if (found == rule_names_.end()) {
    rule_names_.push_back(name);
    return static_cast<std::uint32_t>(rule_names_.size() - 1);
  }
  return static_cast<std::uint32_t>(found - rule_names_.begin());
}

void Derivation::AdoptRules(RuleSet rules) {
  rules_ = std::move(rules);
  rules_place_ = PlaceOfRules(RuleName(rules_));
  exhibits_by_block_.clear();
  for (ExhibitIndex exhibit = 0; exhibit < exhibits_.size(); ++exhibit) {
    if (!exhibits_[exhibit].active) continue;
    for (const BlockPlace& place : BlockPlacesOf(exhibits_[exhibit].facts, rules_)) {
      exhibits_by_block_[place.key].push_back({place.glance, exhibit});
    }
  }
  // What stood, and then what the blocks make; a pair that is looked at twice is the same twice.
  for (ExhibitIndex exhibit = 0; exhibit < exhibits_.size(); ++exhibit) {
    const Indexes open = exhibits_[exhibit].statements;
    for (const StatementIndex index : open) {
      const StatementNode& node = statements_[index];
      if (node.by_rule && node.newer == exhibit) UpdateRuleStatement(node.newer, node.older);
    }
    if (!exhibits_[exhibit].active) continue;
    for (const BlockPlace& place : BlockPlacesOf(exhibits_[exhibit].facts, rules_)) {
      if (IsGuarded(place.key)) continue;
      for (const BlockMember& other : exhibits_by_block_.at(place.key)) {
        if (other.exhibit < exhibit && MayNearlyAgree(place.glance, other.glance)) {
          UpdateRuleStatement(exhibit, other.exhibit);
        }
      }
    }
  }
}

void Derivation::AddToBlocks(ExhibitIndex exhibit) {
  const BlockPlaces places = BlockPlacesOf(exhibits_[exhibit].facts, rules_);
  for (const BlockPlace& place : places) exhibits_by_block_.prefetch(place.key);
  for (const BlockPlace& place : places) {
    Block& block = exhibits_by_block_[place.key];
    block.push_back({place.glance, exhibit});
    if (rules_.guard != 0 && block.size() > rules_.guard) {
      if (block.size() == rules_.guard + 1) ReviewFindings(block);
      continue;
    }
    for (const BlockMember& other : block) {
      if (other.exhibit != exhibit && MayNearlyAgree(place.glance, other.glance)) {
        UpdateRuleStatement(exhibit, other.exhibit);
      }
    }
  }
}

void Derivation::RemoveFromBlocks(ExhibitIndex exhibit) {
  for (const BlockPlace& place : BlockPlacesOf(exhibits_[exhibit].facts, rules_)) {
    Block& block = exhibits_by_block_[place.key];
    block.erase(std::find_if(block.begin(), block.end(),
                             [&](const BlockMember& member) { return member.exhibit == exhibit; }));
    if (rules_.guard != 0 && block.size() == rules_.guard) {
      // The guard lets go: what the key alone holds together stands again.
      for (std::size_t i = 0; i < block.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (MayNearlyAgree(block[i].glance, block[j].glance)) {
            UpdateRuleStatement(block[i].exhibit, block[j].exhibit);
          }
        }
      }
    }
  }
  const Indexes open = exhibits_[exhibit].statements;
  for (const StatementIndex index : open) {
    if (statements_[index].by_rule) CloseStatement(index);
  }
}

void Derivation::ReviewFindings(const Block& block) {
  absl::flat_hash_set<ExhibitIndex> members;
  for (const BlockMember& member : block) members.insert(member.exhibit);
  for (const BlockMember& member : block) {
    const Indexes open = exhibits_[member.exhibit].statements;
    for (const StatementIndex index : open) {
      const StatementNode& node = statements_[index];
      if (node.by_rule && node.newer == member.exhibit && members.contains(node.older)) {
        UpdateRuleStatement(node.newer, node.older);
      }
    }
  }
}

void Derivation::UpdateRuleStatement(ExhibitIndex a, ExhibitIndex b) {
  // Most who meet under a neighbour key have nothing in common; only what has is asked about
  // guards.
  std::optional<Statement> wanted = JudgePair(exhibits_[a].facts, exhibits_[b].facts, rules_);
  if (wanted.has_value()) {
    absl::flat_hash_set<std::uint64_t> guarded;
    for (const std::uint64_t key : BlockKeys(exhibits_[a].facts, rules_)) {
      if (IsGuarded(key)) guarded.insert(key);
    }
    if (!guarded.empty()) {
      wanted = JudgePair(exhibits_[a].facts, exhibits_[b].facts, rules_, &guarded);
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
    const Statement& standing = statements_[found].statement;
    if (wanted.has_value() && wanted->name == standing.name &&
        wanted->verdict == standing.verdict && wanted->weight_log2 == standing.weight_log2) {
      return;
    }
    CloseStatement(found);
  }
  if (wanted.has_value()) OpenStatement(*wanted, a, b, /*by_rule=*/true);
}

}  // namespace serieslink::linkage
