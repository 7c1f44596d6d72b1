#include "services/linkage/core/mark_score.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace serieslink::linkage {

bool IsMarkName(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '_' || c == '.';
  });
}

std::vector<WeightTerm> ExplainScore(absl::string_view mark, double score, const Model& model) {
  const auto known = model.marks.find(mark);
  if (known == model.marks.end()) return {};
  return {{"prior", model.prior.log2, model.prior.source},
          {"score", model.MarkWeight(mark, score), known->second.source}};
}

}  // namespace serieslink::linkage
