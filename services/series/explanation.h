#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/linkage/v1/explanation.pb.h"
#include "services/view/component_evidence.h"
#include "storage/graph/graph_reader.h"

// Why two exhibits are one weapon, or why they are not.
namespace serieslink::series {

// Links of a chain that one answer holds. A chain is longer only in a weapon of more exhibits than
// any real gun has left.
inline constexpr std::size_t kChainLinksMax = 500;
// Conflicts that an explanation tells of.
inline constexpr int kConflictsMax = 1'000;

struct ExplainedLink {
  linkage::v1::LinkExplanation explanation;
  // Places in the view of the exhibits along the chain; of two weapons, of the two; each once.
  std::vector<std::uint32_t> places;
};

// What holds the exhibits at places `first` and `second` of `view` together, or keeps them apart.
// `view` is of `evidence`, which was loaded for both. Errors: those of the store; DATA_LOSS;
// RESOURCE_EXHAUSTED with EVIDENCE_TOO_LARGE (a chain of more than kChainLinksMax links).
absl::StatusOr<ExplainedLink> Explain(const view::ComponentEvidence& evidence,
                                      const view::ResolvedView& view, std::uint32_t first,
                                      std::uint32_t second, const graph::GraphReader& reader);

// What this explanation and that of a whole weapon have in common.

// What waits for a second person decides nothing, and is to be known all the same.
inline constexpr char kWaitingSentence[] =
    "Policy asks for two people: what one analyst states beside one of these findings waits until "
    "another person of the agency states the same.";

// The exhibit at `place` of `view`, as the version of its record that stands has it.
linkage::v1::ExhibitVersion ExhibitVersionOf(const view::ResolvedView& view, std::uint32_t place);

// What a basis reads as in a sentence: "examiners' findings".
const char* BasisWords(linkage::Basis basis);

// Whether a conflict of this kind is a join that was refused; else it lies within a weapon, or is
// about what examiners and analysts say of a pair.
bool IsRefusal(linkage::ConflictKind kind);

// What a weapon's conflicts are, in sentences: `within` of them contradict within it, `refused`
// would have joined more to it. None where there are none.
std::vector<std::string> ContrarySentences(int within, int refused);

}  // namespace serieslink::series
