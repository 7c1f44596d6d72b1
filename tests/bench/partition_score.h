#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

// How far one way of putting things together is another.
namespace serieslink::bench {

// Pairs and clusters count only what has a company; B-cubed counts every thing alike.
struct PartitionScore {
  std::uint64_t true_pairs = 0;
  std::uint64_t found_pairs = 0;
  std::uint64_t right_pairs = 0;  // both true and found
  std::uint64_t true_clusters = 0;
  std::uint64_t found_clusters = 0;
  std::uint64_t right_clusters = 0;  // the very same members in both
  // Means over all things (A. Bagga and B. Baldwin, 1998): of the found company of a thing, itself
  // included, the share that is true; of its true company the share that was found.
  double bcubed_precision = 1;
  double bcubed_recall = 1;

  // Of what was found, how much is true; of what is true, how much was found. 1 where there is
  // none.
  double PairPrecision() const { return Share(right_pairs, found_pairs); }
  double PairRecall() const { return Share(right_pairs, true_pairs); }
  double ClusterPrecision() const { return Share(right_clusters, found_clusters); }
  double ClusterRecall() const { return Share(right_clusters, true_clusters); }

 private:
  static double Share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole);
  }
};

// Scores things by the name of the cluster that each is in: the true one and the found one.
PartitionScore ScorePartition(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& things);

// Members of a partition that is made by joining.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t size);
  std::size_t Find(std::size_t at);
  void Join(std::size_t a, std::size_t b) { parent_[Find(a)] = Find(b); }
  // Every set, by its rising first name.
  std::vector<std::vector<std::size_t>> Sets();

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace serieslink::bench
