#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/linkage/v1/model.pb.h"

// What a score of compared marks weighs, from scores of pairs of which it is known whether one
// weapon made them.
namespace serieslink::linkage {

// One comparison by machine.
struct ScoredPair {
  std::string first_weapon;
  std::string second_weapon;
  bool is_one_weapon = false;
  double score = 0;
};

// Pairs with about equal predicted probability, of those that were not trained on.
struct ReliabilityBin {
  double predicted = 0;  // mean of what the calibration says
  double observed = 0;   // share that one weapon made
  double low = 0;        // 95 % interval of the share (E. B. Wilson, 1927)
  double high = 0;
  std::uint64_t pairs = 0;
};

struct MarkFit {
  v1::MarkCalibration calibration;
  std::uint64_t trained_same = 0;
  std::uint64_t trained_different = 0;
  std::uint64_t held_out_same = 0;
  std::uint64_t held_out_different = 0;
  // Cost of log likelihood ratios (N. Bruemmer and J. du Preez, 2006) on what was held out: bits a
  // pair; 1 says nothing, 0 is perfect.
  double cost_bits = 0;
  // The same of the best order-keeping calibration of these very pairs (pool adjacent violators):
  // what the score itself cannot tell. The difference is what the calibration loses.
  double cost_bits_least = 0;
  // Of what was held out: weights of more than 0 for two weapons, and less than 0 for one.
  std::uint64_t misleading_same = 0;
  std::uint64_t misleading_different = 0;
  std::vector<ReliabilityBin> bins;
};

// Calibrates by logistic regression. Three weapons in ten are held out whole, chosen by their
// names: a pair of two weapons is trained on when neither is held out, and tested on when both are.
// The weights are bounded by what as many pairs can support. `source` says where the scores come
// from. Deterministic.
// Errors: INVALID_ARGUMENT (fewer than ten pairs of one weapon, or of two, in either part; the
// score falls where it ought to rise).
absl::StatusOr<MarkFit> FitMark(const std::string& mark, const std::vector<ScoredPair>& pairs,
                                const std::string& source);

}  // namespace serieslink::linkage
