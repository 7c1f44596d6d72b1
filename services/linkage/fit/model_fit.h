#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/linkage/v1/model.pb.h"
#include "services/linkage/fit/mixture.h"
#include "services/linkage/fit/training_set.h"

// Estimates the numbers of a linkage model from records, and from what analysts decided.
namespace serieslink::linkage {

// What an analyst decided of two exhibits, by their names (TrainingExhibit::name).
struct DecidedPair {
  std::string first;
  std::string second;
  bool is_one_gun = false;
};

// One estimation: pairs that were chosen in one way, and what came out.
struct FitSession {
  std::string name;  // "pairs that share a number"
  OutcomeCounts counts;
  double pairs = 0;
  MixtureFit fit;
};

struct ModelFit {
  v1::LinkageModel file;
  std::uint64_t records = 0;
  std::uint64_t exhibits = 0;
  std::vector<FitSession> sessions;
  // Pairs that were decided and are here, and how the new model weighs them.
  std::uint64_t decided_same = 0;
  std::uint64_t decided_different = 0;
  std::uint64_t decided_unknown = 0;  // an exhibit of them is not here
  std::vector<double> weights_decided_same;
  std::vector<double> weights_decided_different;
};

// Fits a model named `version`. What the data cannot tell (the spread of an agreement, thresholds,
// silent characters) is `base`'s, and so are its marks and what no pair of one gun compares.
//  * u of makes, calibres, models and types: shares among pairs drawn evenly from all.
//  * m of these: expectation maximisation over pairs that share a number, and over pairs that share
//    a crime reference, each weighing by the matches that it found.
//  * m of agreements of numbers: over pairs that share a crime reference; pairs that share a number
//    cannot tell how often numbers differ.
//  * Decisions count with the matches among them; where one comparison has fewer than a few dozen,
//    the estimate from the records still counts as ten.
//  * Bits of a character: the mean entropy of the places of numbers of one length.
//  * Frequencies of makes, calibres and types: of those that one exhibit in two hundred has.
// Deterministic. Errors: INVALID_ARGUMENT (fewer than 200 guns, or than 50 pairs that share a
// number or a crime reference: too few to tell anything; `base` lacks what it must give).
absl::StatusOr<ModelFit> FitModel(const TrainingSet& training,
                                  const std::vector<DecidedPair>& decided,
                                  const v1::LinkageModel& base, const std::string& version);

}  // namespace serieslink::linkage
