#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/rules.h"

// What the score weighs by which a machine compared the marks of two exhibits. It is told beside
// the lead that the score makes, and decides nothing: only an examiner confirms or eliminates on
// marks (standing.h).
namespace serieslink::linkage {

// Whether `text` can name a kind of mark and score, such as "aperture_shear.ccf": lower-case
// letters, digits, "_" and ".", one at least.
bool IsMarkName(absl::string_view text);

// The terms, "prior" and "score", of what `score` of the kind of mark `mark` weighs by `model`,
// with their sources, which are the model's. They are multiples of 1/1024 bit, so that their sum is
// exact. Empty where the model does not know the kind of mark: then nobody can say what the score
// weighs. Pure.
std::vector<WeightTerm> ExplainScore(absl::string_view mark, double score, const Model& model);

}  // namespace serieslink::linkage
