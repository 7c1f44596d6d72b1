#include "services/linkage/generation_comparison.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "google/protobuf/arena.h"
#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/resolve.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"

namespace serieslink::linkage {
namespace {

constexpr std::size_t kRecordsAtOnce = 1024;
constexpr std::size_t kExhibitsAtOnce = 2048;
constexpr std::uint64_t kKeysOfNumber = 4;  // one of its likeness, three of its neighbours
// Of the work: reading what bears a number, once or twice; judging pairs; resolving weapons.
constexpr int kReadPercent = 60;
constexpr int kJudgedPercent = 90;

using BlockKeySet = std::vector<std::uint64_t>;

BlockKeySet KeysOf(const ExhibitFacts& facts, const RuleSet& rules) {
  const auto keys = BlockKeys(facts, rules);
  return {keys.begin(), keys.end()};
}

bool Has(const BlockKeySet& keys, std::uint64_t key) {
  return std::binary_search(keys.begin(), keys.end(), key);
}

// The largest number, which is no key but by chance, when they share none.
std::uint64_t SmallestShared(const BlockKeySet& a, const BlockKeySet& b) {
  for (const std::uint64_t key : a) {
    if (Has(b, key)) return key;
  }
  return std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

GenerationComparison::GenerationComparison(graph::GraphReader* reader, const RuleSet& current,
                                           const RuleSet& candidate, bool rules_confirm,
                                           const std::atomic<bool>& stopping,
                                           const ComparisonBounds& bounds)
    : reader_(reader),
      current_(current),
      candidate_(candidate),
      rules_confirm_(rules_confirm),
      stopping_(stopping),
      bounds_(bounds) {}

absl::Status GenerationComparison::CheckStopping() const {
  return stopping_.load() ? absl::CancelledError("the comparison was ended") : absl::OkStatus();
}

absl::Status GenerationComparison::Run() {
  SL_ASSIGN_OR_RETURN(const stored::v1::DeriverPosition position, reader_->Position());
  revision_ = position.revision();
  sequence_ = position.sequence();
  // No more exhibits bear numbers than the log has entries, but where a record lists several guns;
  // and most numbers have no more keys than this.
  const std::uint64_t shares = 1 + kKeysOfNumber * sequence_ / bounds_.entries_max;
  const int last = static_cast<int>(shares);
  if (shares == 1) {
    SL_ASSIGN_OR_RETURN(const std::vector<Entry> entries, ReadEntries(0, 1, 0, kReadPercent));
    FindGuarded(entries);
    SL_RETURN_IF_ERROR(JudgeBlocks(entries, kReadPercent, kJudgedPercent));
  } else {
    // A number that identifies nothing must be known before any pair is judged that bears it beside
    // another.
    for (int share = 0; share < last; ++share) {
      SL_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                          ReadEntries(share, shares, kReadPercent * share / last / 2,
                                      kReadPercent * (share + 1) / last / 2));
      FindGuarded(entries);
    }
    for (int share = 0; share < last; ++share) {
      const int from = kReadPercent / 2 + (kJudgedPercent - kReadPercent / 2) * share / last;
      const int until = kReadPercent / 2 + (kJudgedPercent - kReadPercent / 2) * (share + 1) / last;
      const int middle = (from + until) / 2;
      SL_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                          ReadEntries(share, shares, from, middle));
      SL_RETURN_IF_ERROR(JudgeBlocks(entries, middle, until));
    }
  }
  if (is_too_much_) {
    return absl::ResourceExhaustedError("more findings differ than a comparison holds");
  }
  SL_RETURN_IF_ERROR(CompareWeapons());
  std::stable_sort(examples_.begin(), examples_.end(),
                   [](const auto& a, const auto& b) { return a.change < b.change; });
  percent_.store(100);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<GenerationComparison::Entry>> GenerationComparison::ReadEntries(
    std::uint64_t share, std::uint64_t shares, int percent_from, int percent_until) {
  std::vector<Entry> entries;
  std::uint64_t versions = 0;
  for (graph::RecordNumber after = 0;;) {
    SL_RETURN_IF_ERROR(CheckStopping());
    google::protobuf::Arena arena;
    SL_ASSIGN_OR_RETURN(const auto states, reader_->ScanRecords(after, kRecordsAtOnce, &arena));
    if (states.empty()) break;
    after = states.back().first;
    for (const auto& [number, state] : states) {
      versions += static_cast<std::uint64_t>(state->versions_size());
      for (const ExhibitFacts& facts : view::StandingExhibits(*state, number)) {
        const BlockKeySet now = KeysOf(facts, current_);
        const BlockKeySet then = KeysOf(facts, candidate_);
        BlockKeySet both;
        std::set_union(now.begin(), now.end(), then.begin(), then.end(), std::back_inserter(both));
        for (const std::uint64_t key : both) {
          if (MixBits(key) % shares != share) continue;
          entries.push_back({.key = key,
                             .exhibit = facts.exhibit_number,
                             .in_current = Has(now, key),
                             .in_candidate = Has(then, key)});
        }
      }
    }
    percent_.store(percent_from + static_cast<int>((percent_until - percent_from) *
                                                   std::min<std::uint64_t>(versions, sequence_) /
                                                   std::max<std::uint64_t>(1, sequence_)));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::make_pair(a.key, a.exhibit) < std::make_pair(b.key, b.exhibit);
  });
  return entries;
}

void GenerationComparison::FindGuarded(absl::Span<const Entry> entries) {
  for (std::size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    std::size_t now = 0;
    std::size_t then = 0;
    for (; end < entries.size() && entries[end].key == entries[begin].key; ++end) {
      now += entries[end].in_current;
      then += entries[end].in_candidate;
    }
    if (current_.guard != 0 && now > current_.guard) guarded_now_.insert(entries[begin].key);
    if (candidate_.guard != 0 && then > candidate_.guard) guarded_then_.insert(entries[begin].key);
  }
}

absl::Status GenerationComparison::JudgeBlocks(absl::Span<const Entry> entries, int percent_from,
                                               int percent_until) {
  std::vector<Block> blocks;
  std::vector<graph::ExhibitNumber> exhibits;
  const auto judge = [&]() -> absl::Status {
    SL_RETURN_IF_ERROR(CheckStopping());
    Facts facts;
    SL_RETURN_IF_ERROR(LoadFacts(exhibits, facts));
    for (const Block& block : blocks) JudgeBlock(block, facts);
    blocks.clear();
    exhibits.clear();
    return absl::OkStatus();
  };
  for (std::size_t begin = 0, end = 0; begin < entries.size() && !is_too_much_; begin = end) {
    const std::uint64_t key = entries[begin].key;
    const bool stands_now = !guarded_now_.contains(key);
    const bool stands_then = !guarded_then_.contains(key);
    // Those that only the rules look at on which the key is crowded are left out: nothing is found
    // of them here, and they may be any number.
    Block block;
    block.key = key;
    for (; end < entries.size() && entries[end].key == key; ++end) {
      const Entry& entry = entries[end];
      if ((entry.in_current && stands_now) || (entry.in_candidate && stands_then)) {
        block.exhibits.push_back(entry.exhibit);
      }
    }
    if (block.exhibits.size() < 2) continue;
    exhibits.insert(exhibits.end(), block.exhibits.begin(), block.exhibits.end());
    blocks.push_back(std::move(block));
    if (exhibits.size() < kExhibitsAtOnce) continue;
    SL_RETURN_IF_ERROR(judge());
    percent_.store(percent_from +
                   static_cast<int>(static_cast<std::size_t>(percent_until - percent_from) * end /
                                    entries.size()));
  }
  return judge();
}

void GenerationComparison::JudgeBlock(const Block& block, const Facts& facts) {
  // Of each exhibit, the keys on which findings stand.
  struct Member {
    const ExhibitFacts* facts;
    BlockKeySet now;
    BlockKeySet then;
  };
  std::vector<Member> members;
  for (const graph::ExhibitNumber exhibit : block.exhibits) {
    const auto found = facts.find(exhibit);
    if (found == facts.end()) continue;
    Member& member = members.emplace_back();
    member.facts = &found->second;
    member.now = KeysOf(found->second, current_);
    member.then = KeysOf(found->second, candidate_);
    std::erase_if(member.now, [&](std::uint64_t key) { return guarded_now_.contains(key); });
    std::erase_if(member.then, [&](std::uint64_t key) { return guarded_then_.contains(key); });
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Member& a = members[i];
      const Member& b = members[j];
      // A pair that shares several numbers is judged once: under the smallest that says anything.
      if (std::min(SmallestShared(a.now, b.now), SmallestShared(a.then, b.then)) != block.key) {
        continue;
      }
      const auto judge = [&](const RuleSet& rules,
                             const absl::flat_hash_set<std::uint64_t>& guarded) {
        const auto judged = JudgePair(*a.facts, *b.facts, rules, &guarded);
        if (!judged.has_value()) return std::pair(Verdict::kUnspecified, 0.0);
        const bool confirms = judged->verdict == Verdict::kConfirmed;
        return std::pair(confirms && !rules_confirm_ ? Verdict::kLead : judged->verdict,
                         judged->weight_log2);
      };
      const auto [before, weight_before] = judge(current_, guarded_now_);
      const auto [after, weight_after] = judge(candidate_, guarded_then_);
      if (before != after) {
        AddDifference(*a.facts, *b.facts, before, after);
      } else {
        counts_.reweighed += weight_before != weight_after;
        counts_.leads_reweighed += before == Verdict::kLead && weight_before != weight_after;
      }
    }
  }
}

void GenerationComparison::AddDifference(const ExhibitFacts& a, const ExhibitFacts& b,
                                         Verdict before, Verdict after) {
  const auto count = [&](Verdict verdict, ComparisonChange gained, std::uint64_t& gains,
                         ComparisonChange lost, std::uint64_t& losses) {
    if (after == verdict) {
      ++gains;
      AddExample(gained, a.exhibit_number, b.exhibit_number);
    } else if (before == verdict) {
      ++losses;
      AddExample(lost, a.exhibit_number, b.exhibit_number);
    }
  };
  count(Verdict::kConfirmed, ComparisonChange::kConfirmationGained, counts_.confirmations_gained,
        ComparisonChange::kConfirmationLost, counts_.confirmations_lost);
  count(Verdict::kLead, ComparisonChange::kLeadGained, counts_.leads_gained,
        ComparisonChange::kLeadLost, counts_.leads_lost);
  if (before != Verdict::kConfirmed && after != Verdict::kConfirmed) return;
  is_too_much_ |= differences_.size() == bounds_.differences_max;
  if (is_too_much_) return;
  differences_.push_back({a.exhibit_number, b.exhibit_number, before, after});
}

void GenerationComparison::AddExample(ComparisonChange change, graph::ExhibitNumber first,
                                      graph::ExhibitNumber second) {
  if (examples_of_[change]++ < bounds_.examples_max) examples_.push_back({change, first, second});
}

absl::Status GenerationComparison::LoadFacts(absl::Span<const graph::ExhibitNumber> exhibits,
                                             Facts& facts) const {
  std::set<graph::RecordNumber> numbers;
  for (const graph::ExhibitNumber exhibit : exhibits) numbers.insert(graph::RecordOf(exhibit));
  const std::vector<graph::RecordNumber> records(numbers.begin(), numbers.end());
  for (std::size_t at = 0; at < records.size(); at += kRecordsAtOnce) {
    const auto some = absl::MakeConstSpan(records).subspan(at, kRecordsAtOnce);
    SL_ASSIGN_OR_RETURN(const auto states, reader_->Records(some));
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (!states[i].has_value()) continue;
      for (ExhibitFacts& one : view::StandingExhibits(*states[i], some[i])) {
        const graph::ExhibitNumber exhibit = one.exhibit_number;
        facts.emplace(exhibit, std::move(one));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status GenerationComparison::CompareWeapons() {
  // What hangs together now, and what a rule would join or part: connected by exhibits alone and
  // whole components of the evidence.
  std::vector<graph::ExhibitNumber> ends;
  for (const Difference& one : differences_) ends.insert(ends.end(), {one.first, one.second});
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  std::vector<std::optional<std::uint64_t>> components;
  for (std::size_t at = 0; at < ends.size(); at += kExhibitsAtOnce) {
    SL_RETURN_IF_ERROR(CheckStopping());
    SL_ASSIGN_OR_RETURN(
        auto some, reader_->Components(graph::NodeType::kExhibit,
                                       absl::MakeConstSpan(ends).subspan(at, kExhibitsAtOnce)));
    components.insert(components.end(), some.begin(), some.end());
  }
  const auto place_of = [&](graph::ExhibitNumber exhibit) {
    return static_cast<std::uint32_t>(std::lower_bound(ends.begin(), ends.end(), exhibit) -
                                      ends.begin());
  };
  std::vector<std::uint32_t> parent(ends.size());
  std::iota(parent.begin(), parent.end(), 0u);
  const auto root = [&](std::uint32_t x) {
    while (parent[x] != x) x = parent[x] = parent[parent[x]];
    return x;
  };
  absl::flat_hash_map<std::uint64_t, std::uint32_t> first_of;  // of each component
  for (std::uint32_t i = 0; i < ends.size(); ++i) {
    if (!components[i].has_value()) continue;
    const auto [found, is_new] = first_of.emplace(*components[i], i);
    if (!is_new) parent[root(i)] = root(found->second);
  }
  for (const Difference& one : differences_) {
    parent[root(place_of(one.first))] = root(place_of(one.second));
  }
  struct Group {
    std::set<std::uint64_t> components;
    std::vector<graph::ExhibitNumber> alone;
    std::vector<const Difference*> differences;
  };
  std::map<std::uint32_t, Group> groups;
  for (std::uint32_t i = 0; i < ends.size(); ++i) {
    Group& group = groups[root(i)];
    if (components[i].has_value()) {
      group.components.insert(*components[i]);
    } else {
      group.alone.push_back(ends[i]);
    }
  }
  for (const Difference& one : differences_) {
    groups[root(place_of(one.first))].differences.push_back(&one);
  }
  std::size_t done = 0;
  for (const auto& [unused, group] : groups) {
    SL_RETURN_IF_ERROR(CheckStopping());
    std::vector<graph::ExhibitNumber> members = group.alone;
    for (const std::uint64_t component : group.components) {
      SL_ASSIGN_OR_RETURN(const auto some,
                          reader_->ComponentMembers(graph::NodeType::kExhibit, component));
      members.insert(members.end(), some.begin(), some.end());
    }
    std::sort(members.begin(), members.end());
    if (members.size() > bounds_.group_exhibits_max) {
      counts_.exhibits_not_compared += members.size();
    } else {
      SL_RETURN_IF_ERROR(CompareGroup(members, group.differences));
    }
    percent_.store(kJudgedPercent +
                   static_cast<int>((100 - kJudgedPercent) * ++done / groups.size()));
  }
  return absl::OkStatus();
}

absl::Status GenerationComparison::CompareGroup(const std::vector<graph::ExhibitNumber>& members,
                                                const std::vector<const Difference*>& differences) {
  Facts loaded;
  SL_RETURN_IF_ERROR(LoadFacts(members, loaded));
  std::vector<ExhibitFacts> exhibits;
  absl::flat_hash_map<graph::ExhibitNumber, std::size_t> place_of;
  for (const graph::ExhibitNumber member : members) {
    const auto found = loaded.find(member);
    if (found == loaded.end()) continue;
    place_of[member] = exhibits.size();
    exhibits.push_back(std::move(found->second));
  }
  std::vector<Statement> now;
  std::vector<Statement> then;
  absl::flat_hash_set<std::pair<std::uint64_t, std::uint64_t>> changed;
  for (const Difference* one : differences) {
    const auto a = place_of.find(one->first);
    const auto b = place_of.find(one->second);
    if (a == place_of.end() || b == place_of.end()) continue;
    const auto [low, high] =
        std::minmax(exhibits[a->second].public_id, exhibits[b->second].public_id);
    changed.emplace(low, high);
  }
  for (std::size_t at = 0; at < members.size(); at += kExhibitsAtOnce) {
    SL_ASSIGN_OR_RETURN(
        const auto under,
        reader_->StatementsUnderEach(absl::MakeConstSpan(members).subspan(at, kExhibitsAtOnce)));
    for (const auto& of_one : under) {
      for (const stored::v1::Statement& stored : of_one) {
        const graph::RevisionInterval interval = {stored.from_revision(),
                                                  graph::FromStoredEnd(stored.to_revision())};
        if (!interval.Contains(revision_) || !place_of.contains(stored.newer_exhibit()) ||
            !place_of.contains(stored.older_exhibit())) {
          continue;
        }
        Statement statement = view::StatementOf(stored);
        now.push_back(statement);
        if (stored.rule().empty()) {
          then.push_back(statement);
        } else if (!changed.contains({statement.first, statement.second})) {
          // It stays what it is; its weight decides which joins come first.
          const auto judged =
              JudgePair(exhibits[place_of.at(stored.newer_exhibit())],
                        exhibits[place_of.at(stored.older_exhibit())], candidate_, &guarded_then_);
          if (judged.has_value()) statement.weight_log2 = judged->weight_log2;
          then.push_back(statement);
        }
      }
    }
  }
  for (const Difference* one : differences) {
    if (one->after == Verdict::kUnspecified) continue;
    const auto a = place_of.find(one->first);
    const auto b = place_of.find(one->second);
    if (a == place_of.end() || b == place_of.end()) continue;
    std::optional<Statement> judged =
        JudgePair(exhibits[a->second], exhibits[b->second], candidate_, &guarded_then_);
    if (!judged.has_value()) continue;
    judged->trusted = rules_confirm_;
    then.push_back(*judged);
  }
  const Resolution before = Resolve(exhibits, now);
  const Resolution after = Resolve(exhibits, then);
  absl::flat_hash_map<std::uint64_t, std::uint32_t> place_of_id;
  for (std::uint32_t i = 0; i < exhibits.size(); ++i) place_of_id[exhibits[i].public_id] = i;
  // Weapons of one resolution that several of the other make up. The example is two exhibits whose
  // own finding joins the parts: who sees both sees that finding. Any two of the weapon would tell
  // that evidence holds them together which not everybody sees.
  const auto count = [&](const Resolution& whole, const Resolution& parts, ComparisonChange change,
                         std::uint64_t& counted) {
    for (const Weapon& weapon : whole.weapons) {
      for (const std::uint32_t finding : weapon.joining) {
        const Statement& statement = whole.standing[finding].statement;
        const std::uint32_t first = place_of_id.at(statement.first);
        const std::uint32_t second = place_of_id.at(statement.second);
        if (parts.weapon_of[first] == parts.weapon_of[second]) continue;
        ++counted;
        AddExample(change, exhibits[first].exhibit_number, exhibits[second].exhibit_number);
        break;
      }
    }
  };
  count(after, before, ComparisonChange::kWeaponsJoined, counts_.weapons_joined);
  count(before, after, ComparisonChange::kWeaponSplit, counts_.weapons_split);
  for (std::uint32_t i = 0; i < exhibits.size(); ++i) {
    counts_.exhibits_moved +=
        before.NamingExhibit(before.weapon_of[i]) != after.NamingExhibit(after.weapon_of[i]);
  }
  return absl::OkStatus();
}

}  // namespace serieslink::linkage
