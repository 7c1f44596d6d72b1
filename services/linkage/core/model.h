#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serieslink/linkage/v1/model.pb.h"
#include "services/linkage/core/serial_agreement.h"

// The numbers that rules weigh by. A rule is code and its model is data: a file in the text format
// of linkage.v1.LinkageModel, in which each number has its source.
namespace serieslink::linkage {

// One weight: a multiple of 1/1024 bit, so that sums are exact in any order.
struct ModelWeight {
  double log2 = 0;
  std::string source;
};

// What agreement and difference of one attribute weigh.
struct AttributeWeights {
  ModelWeight same;
  ModelWeight compatible;
  ModelWeight different;
  // Weights of `same` for single values, by their key: agreement on a rare one weighs more.
  absl::flat_hash_map<uint64_t, ModelWeight> by_value;

  const ModelWeight& Same(uint64_t value) const {
    const auto found = by_value.find(value);
    return found == by_value.end() ? same : found->second;
  }
};

// What the score of a comparison of marks weighs.
struct MarkWeights {
  double intercept_log2 = 0;
  double slope_log2 = 0;
  double min_log2 = 0;
  double max_log2 = 0;
  std::string source;
};

// A model that is ready for use. Immutable.
struct Model {
  std::string version;
  ModelWeight prior;
  // By agreement and by how many characters agree (at most 20).
  std::array<std::array<ModelWeight, kMaxSerialLength + 1>, kSerialAgreementCount> serial;
  AttributeWeights make;     // By MakeKey.
  AttributeWeights calibre;  // By CalibreId.
  AttributeWeights model;    // By ModelKey.
  AttributeWeights type;     // By TypeSet.
  bool weighs_types = false;
  double confirm_log2 = 0;
  double lead_log2 = 0;
  uint8_t confirm_characters = 0;
  uint8_t lead_characters = 0;
  uint32_t guard_exhibits = 0;
  std::map<std::string, MarkWeights, std::less<>> marks;

  const ModelWeight& Serial(SerialAgreement agreement, uint8_t characters) const {
    return serial[static_cast<size_t>(agreement)][characters];
  }
  // Bits that `score` of the mark weighs; 0 for a mark that the model does not know.
  double MarkWeight(absl::string_view mark, double score) const;
};

// What becomes of a share of a value that the vocabulary does not know, or knows as one that is
// there already. A model that was good when it was adopted stays one under another vocabulary.
enum class UnknownValues { kRefused, kPassedOver };

// Makes a model ready. Errors: INVALID_ARGUMENT, which names every field that is missing or out of
// its range, with what is wrong.
absl::StatusOr<std::shared_ptr<const Model>> MakeModel(
    const v1::LinkageModel& file, UnknownValues unknown = UnknownValues::kRefused);

// Reads a file's text; it may still be no model. Errors: INVALID_ARGUMENT (names every field that
// is not known, with its line, and what MakeModel would name; where it stops being text format, the
// line of that).
absl::StatusOr<v1::LinkageModel> ParseModelText(absl::string_view text);

// The text of the model that is built in, and the model. The same file is installed. Never null.
absl::string_view DefaultModelText();
const std::shared_ptr<const Model>& DefaultModel();

}  // namespace serieslink::linkage
