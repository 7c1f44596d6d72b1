#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/synth/dirt.h"

// How well the serving rules find the truth of a synthetic world.
namespace serieslink::bench {

// How far one partition is another. Only what has a company counts: pairs, and clusters of two or
// more.
struct PartitionScore {
  std::uint64_t true_pairs = 0;
  std::uint64_t found_pairs = 0;
  std::uint64_t right_pairs = 0;  // both true and found
  std::uint64_t true_clusters = 0;
  std::uint64_t found_clusters = 0;
  std::uint64_t right_clusters = 0;  // the very same members in both

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

struct LinkageQuality {
  PartitionScore weapons;  // of exhibits
  PartitionScore events;   // of records
  std::uint64_t records = 0;
  double seconds = 0;  // adapting and deriving, without the oracle
};

// Makes `records` records, adapts and derives them in order as the server does, in this process and
// without a store, and scores what stands at the end.
// Errors: INTERNAL (an adapter refuses a record; the derivation and the oracle of tests/property
// disagree), and those of the derivation.
absl::StatusOr<LinkageQuality> MeasureLinkageQuality(synth::DirtLevel level, std::uint64_t records,
                                                     std::uint64_t seed);

}  // namespace serieslink::bench
