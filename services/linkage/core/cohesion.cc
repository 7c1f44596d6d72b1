#include "services/linkage/core/cohesion.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace serieslink::linkage {
namespace {

constexpr std::uint32_t kNoMember = std::numeric_limits<std::uint32_t>::max();

// The exhibits of a weapon by public id, each with its place in that order.
class Members {
 public:
  Members(absl::Span<const ExhibitFacts> exhibits, const Weapon& weapon)
      : by_place_(weapon.members) {
    std::sort(by_place_.begin(), by_place_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return exhibits[a].public_id < exhibits[b].public_id;
    });
    for (std::uint32_t place = 0; place < by_place_.size(); ++place) {
      place_of_[exhibits[by_place_[place]].public_id] = place;
    }
  }

  std::size_t size() const { return by_place_.size(); }
  std::uint32_t exhibit(std::uint32_t place) const { return by_place_[place]; }
  std::uint32_t PlaceOf(std::uint64_t public_id) const { return place_of_.at(public_id); }

 private:
  std::vector<std::uint32_t> by_place_;
  absl::flat_hash_map<std::uint64_t, std::uint32_t> place_of_;
};

// The first step of the way from a place to the goal, by the joins.
struct Step {
  std::uint32_t from = kNoMember;
  std::uint32_t to = kNoMember;
  std::uint32_t finding = kNoMember;  // index into Resolution::standing
};

// The first step from every other place to `goal`, nearer places first. The joins are a tree: there
// is one way from each.
std::vector<Step> WaysTo(const Members& members, const Resolution& resolution, const Weapon& weapon,
                         std::uint32_t goal) {
  std::vector<std::vector<Step>> joins(members.size());
  for (const std::uint32_t f : weapon.joining) {
    const std::uint32_t a = members.PlaceOf(resolution.standing[f].statement.first);
    const std::uint32_t b = members.PlaceOf(resolution.standing[f].statement.second);
    joins[a].push_back({b, a, f});
    joins[b].push_back({a, b, f});
  }
  std::vector<Step> steps;
  std::vector<bool> is_reached(members.size());
  std::vector<std::uint32_t> waiting = {goal};
  is_reached[goal] = true;
  for (std::size_t next = 0; next < waiting.size(); ++next) {
    for (const Step& step : joins[waiting[next]]) {
      if (is_reached[step.from]) continue;
      is_reached[step.from] = true;
      steps.push_back(step);
      waiting.push_back(step.from);
    }
  }
  return steps;
}

// Which places a minimum cut parts from the others: Stoer and Wagner. `weights` is a symmetric
// matrix of `count` rows. Consumes it.
std::vector<std::uint32_t> MinimumCut(std::vector<std::uint32_t> weights, std::size_t count) {
  std::vector<std::vector<std::uint32_t>> merged(count);
  for (std::uint32_t i = 0; i < count; ++i) merged[i] = {i};
  std::vector<std::uint32_t> left(count);
  std::iota(left.begin(), left.end(), 0u);
  std::uint32_t least = kNoMember;
  std::vector<std::uint32_t> cut;
  while (left.size() > 1) {
    // A phase: take what is most tightly connected to what was taken, until one is left over.
    std::vector<std::uint32_t> tightness(count, 0);
    std::vector<std::uint32_t> waiting = left;
    std::uint32_t last = kNoMember;
    std::uint32_t before_last = kNoMember;
    while (!waiting.empty()) {
      auto most = waiting.begin();
      for (auto it = waiting.begin(); it != waiting.end(); ++it) {
        if (tightness[*it] > tightness[*most]) most = it;
      }
      before_last = std::exchange(last, *most);
      waiting.erase(most);
      for (const std::uint32_t other : waiting) tightness[other] += weights[last * count + other];
    }
    if (tightness[last] < least) {
      least = tightness[last];
      cut = merged[last];
    }
    merged[before_last].insert(merged[before_last].end(), merged[last].begin(), merged[last].end());
    left.erase(std::find(left.begin(), left.end(), last));
    for (const std::uint32_t other : left) {
      if (other == before_last) continue;
      weights[before_last * count + other] += weights[last * count + other];
      weights[other * count + before_last] = weights[before_last * count + other];
    }
  }
  return cut;
}

// Groups of places: a gun with its test-fires is one, and so is an exhibit under the present and
// the former id of its record.
std::vector<std::uint32_t> GroupsOf(const Members& members, const Resolution& resolution,
                                    const Weapon& weapon, std::size_t* count) {
  std::vector<std::uint32_t> parent(members.size());
  std::iota(parent.begin(), parent.end(), 0u);
  const auto root = [&](std::uint32_t x) {
    while (parent[x] != x) x = parent[x] = parent[parent[x]];
    return x;
  };
  for (const std::uint32_t f : weapon.confirmed) {
    const Statement& statement = resolution.standing[f].statement;
    if (!IsTestFire(statement) && statement.relation != Relation::kOneRecord) continue;
    const std::uint32_t a = root(members.PlaceOf(statement.first));
    const std::uint32_t b = root(members.PlaceOf(statement.second));
    parent[std::max(a, b)] = std::min(a, b);
  }
  std::vector<std::uint32_t> group_of(members.size());
  *count = 0;
  for (std::uint32_t place = 0; place < members.size(); ++place) {
    // A root is the smallest place of its group, so it has its number before the others ask.
    group_of[place] =
        root(place) == place ? static_cast<std::uint32_t>((*count)++) : group_of[root(place)];
  }
  return group_of;
}

}  // namespace

std::vector<std::uint32_t> ChainBetween(absl::Span<const ExhibitFacts> exhibits,
                                        const Resolution& resolution, std::uint32_t from,
                                        std::uint32_t to) {
  if (from == to || resolution.weapon_of[from] != resolution.weapon_of[to]) return {};
  const Weapon& weapon = resolution.weapons[resolution.weapon_of[from]];
  const Members members(exhibits, weapon);
  const std::uint32_t goal = members.PlaceOf(exhibits[to].public_id);
  std::vector<Step> towards(members.size());
  for (const Step& step : WaysTo(members, resolution, weapon, goal)) towards[step.from] = step;
  std::vector<std::uint32_t> chain;
  for (std::uint32_t place = members.PlaceOf(exhibits[from].public_id); place != goal;
       place = towards[place].to) {
    chain.push_back(towards[place].finding);
  }
  return chain;
}

std::vector<Basis> WeakestBases(absl::Span<const ExhibitFacts> exhibits,
                                const Resolution& resolution, std::uint32_t weapon,
                                std::uint32_t anchor) {
  const Members members(exhibits, resolution.weapons[weapon]);
  std::vector<Basis> by_place(members.size(), Basis::kUnspecified);
  const std::uint32_t goal = members.PlaceOf(exhibits[anchor].public_id);
  for (const Step& step : WaysTo(members, resolution, resolution.weapons[weapon], goal)) {
    const Statement& statement = resolution.standing[step.finding].statement;
    const Basis basis = IsTestFire(statement) ? Basis::kUnspecified : statement.basis;
    by_place[step.from] = std::max(by_place[step.to], basis);
  }
  std::vector<Basis> bases;
  for (const std::uint32_t member : resolution.weapons[weapon].members) {
    bases.push_back(by_place[members.PlaceOf(exhibits[member].public_id)]);
  }
  return bases;
}

std::optional<Bridge> WeakestBridge(absl::Span<const ExhibitFacts> exhibits,
                                    const Resolution& resolution, std::uint32_t index,
                                    std::size_t exhibits_max) {
  const Weapon& weapon = resolution.weapons[index];
  if (weapon.members.size() < 2 || weapon.members.size() > exhibits_max) return std::nullopt;
  const Members members(exhibits, weapon);
  std::size_t count = 0;
  const std::vector<std::uint32_t> group_of = GroupsOf(members, resolution, weapon, &count);
  if (count < 2) return std::nullopt;
  // Between two groups, each once: what is said of an exhibit under two ids of its record is one
  // finding.
  struct Tie {
    std::uint32_t finding;
    std::uint32_t a;
    std::uint32_t b;
  };
  std::vector<Tie> ties;
  absl::flat_hash_set<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>> counted;
  for (const std::uint32_t f : weapon.confirmed) {
    const Statement& statement = resolution.standing[f].statement;
    const auto [a, b] = std::minmax(
        {group_of[members.PlaceOf(statement.first)], group_of[members.PlaceOf(statement.second)]});
    if (a == b || !counted.emplace(a, b, statement.name).second) continue;
    ties.push_back({f, a, b});
  }
  std::vector<std::uint32_t> weights(count * count, 0);
  for (const auto& [f, a, b] : ties) {
    ++weights[a * count + b];
    ++weights[b * count + a];
  }
  std::vector<bool> is_parted(count, false);
  for (const std::uint32_t group : MinimumCut(std::move(weights), count)) is_parted[group] = true;

  Bridge bridge;
  for (const auto& [f, a, b] : ties) {
    if (is_parted[a] != is_parted[b]) bridge.findings.push_back(f);
  }
  std::size_t parted = 0;
  for (std::uint32_t place = 0; place < members.size(); ++place) {
    parted += is_parted[group_of[place]];
  }
  const std::size_t rest = members.size() - parted;
  const bool is_other_side = parted > rest || (parted == rest && is_parted[group_of[0]]);
  for (std::uint32_t place = 0; place < members.size(); ++place) {
    if (is_parted[group_of[place]] != is_other_side)
      bridge.parted.push_back(members.exhibit(place));
  }
  return bridge;
}

}  // namespace serieslink::linkage
