#pragma once

#include <fstream>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/linkage/v1/model.pb.h"
#include "services/linkage/core/model.h"
#include "services/linkage/fit/mark_fit.h"
#include "services/linkage/fit/model_fit.h"
#include "services/linkage/fit/training_set.h"

// What the commands about linkage models read. No error tells anything that a record says.
namespace serieslink::cli {

// A file to read. Errors: NOT_FOUND (names the file).
absl::StatusOr<std::ifstream> OpenInput(const std::string& file);

// The linkage model in a file. Errors: NOT_FOUND (it cannot be opened), INVALID_ARGUMENT (it is no
// model, or one that cannot be used, with all that is wrong). Each names the file.
absl::StatusOr<linkage::v1::LinkageModel> ReadModelFile(
    const std::string& file, linkage::UnknownValues unknown = linkage::UnknownValues::kRefused);

// Makes this process read makes, models, calibres, types and serial numbers by the vocabulary in a
// file. Errors: NOT_FOUND (it cannot be opened), INVALID_ARGUMENT (it is no vocabulary, with every
// line that is wrong).
// Each names the file.
absl::Status UseVocabularyFile(const std::string& file);

// Lines and records that were left out.
struct LeftOut {
  std::uint64_t unreadable = 0;  // no message of the feed
  std::uint64_t refused = 0;     // a server would reject them
};

// Adds the records of a file of JSON lines of `agency` on `feed` to `training`, as a server would
// read them at `now`. Errors: INVALID_ARGUMENT (unknown feed; as CheckJsonLines), DATA_LOSS.
absl::Status ReadTrainingRecords(std::istream& in, const std::string& agency,
                                 const std::string& feed, absl::Time now,
                                 linkage::TrainingSet& training, LeftOut& left_out);

// Lines such as {"first": "mps/crims/77#G1", "second": "nabis/nabis/9", "oneGun": true}: agency,
// source system, source id, and behind "#" the exhibit reference where there is one. Errors:
// INVALID_ARGUMENT (names every line that is no such object, up to ten).
absl::StatusOr<std::vector<linkage::DecidedPair>> ReadDecisions(std::istream& in);

// CSV with the columns weapon1, weapon2, same_weapon (1 or 0) and `column`. Errors:
// INVALID_ARGUMENT (a column is missing; names every row that has no number there, up to ten).
absl::StatusOr<std::vector<linkage::ScoredPair>> ReadScores(std::istream& in,
                                                            const std::string& column);

}  // namespace serieslink::cli
