#include "tests/bench/partition_score.h"

#include <map>
#include <numeric>

#include "absl/container/flat_hash_map.h"

namespace serieslink::bench {
namespace {

std::uint64_t PairsOf(std::uint64_t members) { return members * (members - 1) / 2; }

double Of(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

PartitionScore ScorePartition(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& things) {
  absl::flat_hash_map<std::uint64_t, std::uint64_t> truly;
  absl::flat_hash_map<std::uint64_t, std::uint64_t> found;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> both;
  for (const auto& thing : things) {
    ++truly[thing.first];
    ++found[thing.second];
    ++both[thing];
  }
  PartitionScore score;
  for (const auto& [cluster, members] : truly) {
    score.true_pairs += PairsOf(members);
    score.true_clusters += members > 1;
  }
  for (const auto& [cluster, members] : found) {
    score.found_pairs += PairsOf(members);
    score.found_clusters += members > 1;
  }
  double precision = 0;
  double recall = 0;
  for (const auto& [clusters, members] : both) {
    const std::uint64_t of_true = truly[clusters.first];
    const std::uint64_t of_found = found[clusters.second];
    score.right_pairs += PairsOf(members);
    score.right_clusters += members > 1 && of_true == members && of_found == members;
    precision += static_cast<double>(members) * Of(members, of_found);
    recall += static_cast<double>(members) * Of(members, of_true);
  }
  if (!things.empty()) {
    score.bcubed_precision = precision / static_cast<double>(things.size());
    score.bcubed_recall = recall / static_cast<double>(things.size());
  }
  return score;
}

DisjointSets::DisjointSets(std::size_t size) : parent_(size) {
  std::iota(parent_.begin(), parent_.end(), std::size_t{0});
}

std::size_t DisjointSets::Find(std::size_t at) {
  while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
  return at;
}

std::vector<std::vector<std::size_t>> DisjointSets::Sets() {
  std::map<std::size_t, std::vector<std::size_t>> sets;
  for (std::size_t i = 0; i < parent_.size(); ++i) sets[Find(i)].push_back(i);
  std::vector<std::vector<std::size_t>> out;
  for (auto& [root, members] : sets) out.push_back(std::move(members));
  return out;
}

}  // namespace serieslink::bench
