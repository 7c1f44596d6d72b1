#include "services/linkage/core/resolve.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/linkage/core/custody.h"

namespace serieslink::linkage {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

// Why two clusters may not be joined, as far as is known. Ranks and indices: smaller is kept.
struct Barrier {
  uint32_t by_channel[kChannelCount];  // Smallest standing elimination of each channel, or kNone.
  uint32_t by_analyst = kNone;         // Smallest one that rests on an analyst.
  std::pair<uint32_t, uint32_t> apart = {kNone, kNone};  // Two exhibits listed apart, in order.
  // Two exhibits in custody apart, in order.
  std::pair<uint32_t, uint32_t> in_custody = {kNone, kNone};

  Barrier() { std::fill(std::begin(by_channel), std::end(by_channel), kNone); }

  void Merge(const Barrier& other) {
    for (int c = 0; c < kChannelCount; ++c) {
      by_channel[c] = std::min(by_channel[c], other.by_channel[c]);
    }
    by_analyst = std::min(by_analyst, other.by_analyst);
    apart = std::min(apart, other.apart);
    in_custody = std::min(in_custody, other.in_custody);
  }

  // The elimination that forbids a join on `channel`, or kNone.
  uint32_t Forbids(Channel channel) const {
    return std::min(by_channel[static_cast<int>(channel)], by_analyst);
  }
  // Any elimination, or kNone.
  uint32_t Eliminates() const {
    return *std::min_element(std::begin(by_channel), std::end(by_channel));
  }
};

// Disjoint sets of exhibits that know which others they may not join. Exhibits are ranks by public
// id here, so that nothing depends on the order of the caller's exhibits.
class Clusters {
 public:
  explicit Clusters(size_t count) : parent_(count), weight_(count, 1), extras_(count) {
    std::iota(parent_.begin(), parent_.end(), 0u);
  }

  uint32_t Root(uint32_t x) {
    while (parent_[x] != x) {
      parent_[x] = parent_[parent_[x]];
      x = parent_[x];
    }
    return x;
  }

  // Before any join.
  void SetApartKey(uint32_t exhibit, uint64_t apart_key) {
    ExtrasOf(exhibit).apart.emplace(apart_key, exhibit);
    ++weight_[exhibit];
  }

  // Before any join.
  void Eliminate(uint32_t a, uint32_t b, uint32_t finding, Channel channel, bool by_analyst) {
    Barrier barrier;
    barrier.by_channel[static_cast<int>(channel)] = finding;
    if (by_analyst) barrier.by_analyst = finding;
    AddBarrier(a, b, barrier);
    ++weight_[a];
    ++weight_[b];
  }

  // Before any join.
  void SetCustody(uint32_t exhibit, const CustodyAccount& custody) {
    ExtrasOf(exhibit).held.Add(custody, exhibit);
    weight_[exhibit] += custody.held.size();
  }

  // The elimination that forbids to join two roots by `s`, or kNone.
  uint32_t Forbidden(uint32_t a, uint32_t b, const Statement& s) const {
    const Barrier* barrier = FindBarrier(a, b);
    if (barrier == nullptr) return kNone;
    return s.relation == Relation::kOneInferredWeapon ? barrier->Eliminates()
                                                      : barrier->Forbids(s.channel);
  }

  // Two exhibits that different holders had in custody at the same time, one in each of two roots,
  // or kNone twice. Remembered, likewise.
  std::pair<uint32_t, uint32_t> InCustodyApart(uint32_t a, uint32_t b) {
    std::pair<uint32_t, uint32_t> apart = {kNone, kNone};
    if (extras_[a] == nullptr || extras_[b] == nullptr) return apart;
    const Barrier* barrier = FindBarrier(a, b);
    if (barrier != nullptr && barrier->in_custody.first != kNone) return barrier->in_custody;
    const HeldTimes* few = &extras_[a]->held;
    const HeldTimes* many = &extras_[b]->held;
    if (few->size() > many->size()) std::swap(few, many);
    const auto pair = few->ContradictingPair(*many);
    if (!pair.has_value()) return apart;
    Barrier found;
    found.in_custody = *pair;
    AddBarrier(a, b, found);
    return found.in_custody;
  }

  // Two exhibits listed apart, one in each of two roots, or kNone twice. Remembered: what is apart
  // stays so, and a barrier travels with its cluster.
  std::pair<uint32_t, uint32_t> Apart(uint32_t a, uint32_t b) {
    std::pair<uint32_t, uint32_t> apart = {kNone, kNone};
    if (extras_[a] == nullptr || extras_[b] == nullptr) return apart;
    const Barrier* barrier = FindBarrier(a, b);
    if (barrier != nullptr && barrier->apart.first != kNone) return barrier->apart;
    const auto* few = &extras_[a]->apart;
    const auto* many = &extras_[b]->apart;
    if (few->size() > many->size()) std::swap(few, many);
    for (const auto& [key, exhibit] : *few) {
      const auto other = many->find(key);
      if (other == many->end()) continue;
      apart = std::min(apart, std::pair<uint32_t, uint32_t>(std::minmax(exhibit, other->second)));
    }
    if (apart.first != kNone) {
      Barrier found;
      found.apart = apart;
      AddBarrier(a, b, found);
    }
    return apart;
  }

  // Joins two different roots. The lighter one's members, eliminations and apart keys move, so that
  // each moves O(log) times.
  void Join(uint32_t a, uint32_t b) {
    if (weight_[a] < weight_[b]) std::swap(a, b);
    parent_[b] = a;
    weight_[a] += weight_[b];
    const std::unique_ptr<Extras> moved = std::move(extras_[b]);
    if (moved == nullptr) return;
    Extras& kept = ExtrasOf(a);
    kept.apart.insert(moved->apart.begin(), moved->apart.end());
    kept.held.Merge(moved->held);
    for (const auto& [other, barrier] : moved->barriers) {
      extras_[other]->barriers.erase(b);
      if (other != a) AddBarrier(a, other, barrier);
    }
  }

 private:
  struct Extras {
    absl::flat_hash_map<uint32_t, Barrier> barriers;  // By the other root; kept on both sides.
    absl::flat_hash_map<uint64_t, uint32_t> apart;    // Apart key to the exhibit that has it.
    HeldTimes held;
  };

  Extras& ExtrasOf(uint32_t root) {
    if (extras_[root] == nullptr) extras_[root] = std::make_unique<Extras>();
    return *extras_[root];
  }

  void AddBarrier(uint32_t a, uint32_t b, const Barrier& barrier) {
    ExtrasOf(a).barriers[b].Merge(barrier);
    ExtrasOf(b).barriers[a].Merge(barrier);
  }

  const Barrier* FindBarrier(uint32_t a, uint32_t b) const {
    if (extras_[a] == nullptr) return nullptr;
    const auto found = extras_[a]->barriers.find(b);
    return found == extras_[a]->barriers.end() ? nullptr : &found->second;
  }

  std::vector<uint32_t> parent_;
  std::vector<uint64_t> weight_;  // Members, eliminations and apart keys ever gathered.
  std::vector<std::unique_ptr<Extras>> extras_;
};

int JoinRank(const Statement& s) { return IsTestFire(s) ? 0 : static_cast<int>(s.basis); }

// One call of Resolve.
class Resolver {
 public:
  Resolver(absl::Span<const ExhibitFacts> exhibits, absl::Span<const Statement> statements)
      : exhibits_(exhibits), by_rank_(exhibits.size()), clusters_(exhibits.size()) {
    out_.standing = ResolveStanding(statements);
    std::iota(by_rank_.begin(), by_rank_.end(), 0u);
    std::sort(by_rank_.begin(), by_rank_.end(), [&](uint32_t a, uint32_t b) {
      return exhibits_[a].public_id < exhibits_[b].public_id;
    });
    rank_.reserve(exhibits.size());
    for (uint32_t r = 0; r < by_rank_.size(); ++r) {
      rank_.emplace(exhibits_[by_rank_[r]].public_id, r);
    }
  }

  Resolution Run() && {
    PlaceFindings();
    SetBarriers();
    JoinAll();
    CollectWeapons();
    CollectConfirmed();
    CollectConflicts();
    return std::move(out_);
  }

 private:
  struct Ends {
    uint32_t first = kNone;
    uint32_t second = kNone;
  };

  uint32_t RankOf(uint64_t public_id) const {
    const auto found = rank_.find(public_id);
    return found == rank_.end() ? kNone : found->second;
  }

  bool Placed(uint32_t finding) const { return ends_[finding].first != kNone; }

  void PlaceFindings() {
    ends_.resize(out_.standing.size());
    for (uint32_t f = 0; f < out_.standing.size(); ++f) {
      const Statement& s = out_.standing[f].statement;
      const Ends ends = {RankOf(s.first), RankOf(s.second)};
      if (ends.first == kNone || ends.second == kNone) {
        out_.stale.push_back(f);
      } else {
        ends_[f] = ends;
        if (out_.standing[f].verdict == Verdict::kConfirmed &&
            (ProvesNothing(ends.first) || ProvesNothing(ends.second))) {
          out_.standing[f].verdict = Verdict::kLead;
        }
      }
    }
  }

  // What nobody had in hand as the gun itself proves nothing of it.
  bool ProvesNothing(uint32_t rank) const { return NeverConfirms(exhibits_[by_rank_[rank]].kind); }

  void SetBarriers() {
    for (uint32_t r = 0; r < by_rank_.size(); ++r) {
      const uint64_t apart_key = exhibits_[by_rank_[r]].apart_key;
      if (apart_key != 0) clusters_.SetApartKey(r, apart_key);
      const auto& custody = exhibits_[by_rank_[r]].custody;
      if (custody != nullptr) clusters_.SetCustody(r, *custody);
    }
    for (uint32_t f = 0; f < out_.standing.size(); ++f) {
      const StandingFinding& finding = out_.standing[f];
      if (!Placed(f) || finding.verdict != Verdict::kEliminated) continue;
      clusters_.Eliminate(ends_[f].first, ends_[f].second, f, finding.statement.channel,
                          finding.statement.basis == Basis::kAnalyst);
    }
  }

  void JoinAll() {
    std::vector<uint32_t> order;
    for (uint32_t f = 0; f < out_.standing.size(); ++f) {
      if (Placed(f) && out_.standing[f].verdict == Verdict::kConfirmed) order.push_back(f);
    }
    SortInJoinOrder(out_.standing, order);
    for (const uint32_t f : order) JoinOne(f);
    std::sort(joining_.begin(), joining_.end());
  }

  void JoinOne(uint32_t f) {
    const uint32_t a = clusters_.Root(ends_[f].first);
    const uint32_t b = clusters_.Root(ends_[f].second);
    if (a == b) return;
    const auto refuse = [&](ConflictKind kind) -> Conflict& {
      Conflict& refused = out_.conflicts.emplace_back();
      refused.kind = kind;
      refused.finding = f;
      return refused;
    };
    const Statement& s = out_.standing[f].statement;
    const uint32_t elimination = clusters_.Forbidden(a, b, s);
    if (elimination != kNone) {
      refuse(ConflictKind::kJoinRefused).forbidden_by = elimination;
      return;
    }
    const auto apart = clusters_.Apart(a, b);
    if (apart.first != kNone) {
      refuse(ConflictKind::kListedApart).apart =
          std::make_pair(by_rank_[apart.first], by_rank_[apart.second]);
      return;
    }
    const auto in_custody =
        IsOneItem(s) ? std::make_pair(kNone, kNone) : clusters_.InCustodyApart(a, b);
    if (in_custody.first != kNone) {
      refuse(ConflictKind::kInCustodyApart).apart =
          std::make_pair(by_rank_[in_custody.first], by_rank_[in_custody.second]);
      return;
    }
    clusters_.Join(a, b);
    joining_.push_back(f);
  }

  void CollectWeapons() {
    std::vector<uint32_t> arrival(exhibits_.size());
    std::iota(arrival.begin(), arrival.end(), 0u);
    std::sort(arrival.begin(), arrival.end(), [&](uint32_t a, uint32_t b) {
      return exhibits_[a].exhibit_number < exhibits_[b].exhibit_number;
    });
    std::vector<uint32_t> rank_of_index(exhibits_.size());
    for (uint32_t r = 0; r < by_rank_.size(); ++r) rank_of_index[by_rank_[r]] = r;

    out_.weapon_of.resize(exhibits_.size());
    std::vector<uint32_t> weapon_of_root(exhibits_.size(), kNone);
    for (const uint32_t index : arrival) {
      uint32_t& weapon = weapon_of_root[clusters_.Root(rank_of_index[index])];
      if (weapon == kNone) {
        weapon = static_cast<uint32_t>(out_.weapons.size());
        out_.weapons.emplace_back();
      }
      out_.weapons[weapon].members.push_back(index);
      out_.weapon_of[index] = weapon;
    }
  }

  uint32_t WeaponOfRank(uint32_t rank) const { return out_.weapon_of[by_rank_[rank]]; }

  void CollectConfirmed() {
    for (uint32_t f = 0; f < out_.standing.size(); ++f) {
      if (!Placed(f) || out_.standing[f].verdict != Verdict::kConfirmed) continue;
      const uint32_t weapon = WeaponOfRank(ends_[f].first);
      if (weapon == WeaponOfRank(ends_[f].second)) out_.weapons[weapon].confirmed.push_back(f);
    }
    for (const uint32_t f : joining_) {
      Weapon& weapon = out_.weapons[WeaponOfRank(ends_[f].first)];
      weapon.joining.push_back(f);
      const Statement& s = out_.standing[f].statement;
      if (!IsTestFire(s)) weapon.floor = std::max(weapon.floor, BasisOf(s));
    }
  }

  void AddConflict(uint32_t f, ConflictKind kind) {
    Conflict& conflict = out_.conflicts.emplace_back();
    conflict.finding = f;
    conflict.kind = kind;
  }

  // Where a laboratory's inferred gun could not be joined because one of cases and bullets speaks
  // against it, and the other ties one of the two to its weapon: the scene's gun is that weapon by
  // the one and not by the other.
  void AddExchangesAcross() {
    // Ends of confirmed ballistic findings within a weapon, with the channel. Refusals are few.
    absl::flat_hash_set<std::pair<uint32_t, Channel>> tied;
    bool is_gathered = false;
    std::set<uint32_t> contradicting;
    for (const Conflict& refused : out_.conflicts) {
      if (refused.kind != ConflictKind::kJoinRefused ||
          out_.standing[refused.finding].statement.relation != Relation::kOneInferredWeapon) {
        continue;
      }
      const Channel eliminated = out_.standing[*refused.forbidden_by].statement.channel;
      if (!IsBallistic(eliminated)) continue;
      if (!is_gathered) {
        is_gathered = true;
        for (const Weapon& weapon : out_.weapons) {
          for (const uint32_t f : weapon.confirmed) {
            const Channel channel = out_.standing[f].statement.channel;
            if (!IsBallistic(channel)) continue;
            tied.emplace(ends_[f].first, channel);
            tied.emplace(ends_[f].second, channel);
          }
        }
      }
      const Channel other = eliminated == Channel::kCase ? Channel::kBullet : Channel::kCase;
      if (tied.contains(std::make_pair(ends_[refused.finding].first, other)) ||
          tied.contains(std::make_pair(ends_[refused.finding].second, other))) {
        contradicting.insert(*refused.forbidden_by);
      }
    }
    for (const uint32_t f : contradicting) AddConflict(f, ConflictKind::kChannelsContradict);
  }

  void CollectConflicts() {
    AddExchangesAcross();
    for (uint32_t f = 0; f < out_.standing.size(); ++f) {
      if (!Placed(f)) continue;
      const StandingFinding& finding = out_.standing[f];
      if (finding.verdict == Verdict::kEliminated &&
          WeaponOfRank(ends_[f].first) == WeaponOfRank(ends_[f].second)) {
        AddConflict(f, ConflictKind::kChannelsContradict);
      }
      if (finding.conflicting) AddConflict(f, ConflictKind::kExaminationsDisagree);
      if (finding.disputed) AddConflict(f, ConflictKind::kDisputed);
    }
    std::sort(out_.conflicts.begin(), out_.conflicts.end(),
              [](const Conflict& a, const Conflict& b) {
                return std::make_tuple(a.finding, a.kind) < std::make_tuple(b.finding, b.kind);
              });
    for (Conflict& conflict : out_.conflicts) {
      const auto [low, high] = std::minmax({WeaponOfRank(ends_[conflict.finding].first),
                                            WeaponOfRank(ends_[conflict.finding].second)});
      conflict.weapons.push_back(low);
      if (high != low) conflict.weapons.push_back(high);
    }
  }

  const absl::Span<const ExhibitFacts> exhibits_;
  std::vector<uint32_t> by_rank_;                 // Rank by public id to index.
  absl::flat_hash_map<uint64_t, uint32_t> rank_;  // Public id to rank.
  std::vector<Ends> ends_;                        // For each standing finding, its ranks.
  std::vector<uint32_t> joining_;
  Clusters clusters_;
  Resolution out_;
};

}  // namespace

void SortInJoinOrder(absl::Span<const StandingFinding> standing, std::vector<uint32_t>& findings) {
  // `standing` is in the order of pair and channel already, so the index decides last.
  std::sort(findings.begin(), findings.end(), [&](uint32_t a, uint32_t b) {
    const Statement& x = standing[a].statement;
    const Statement& y = standing[b].statement;
    return std::make_tuple(JoinRank(x), -x.weight_log2, a) <
           std::make_tuple(JoinRank(y), -y.weight_log2, b);
  });
}

Resolution Resolve(absl::Span<const ExhibitFacts> exhibits,
                   absl::Span<const Statement> statements) {
  return Resolver(exhibits, statements).Run();
}

}  // namespace serieslink::linkage
