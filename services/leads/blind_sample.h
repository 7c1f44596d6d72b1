#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/leads/queue_scan.h"
#include "storage/graph/public_id.h"

// The weekly blind sample: pairs that a rule's finding is about, some confirmed and some leads,
// which an analyst judges without being told which. What is said of the confirmed ones measures how
// often the rule is right.
namespace serieslink::leads {

// A pair of the sample.
struct SampledPair {
  Pair pair;
  bool is_rule_confirmed = false;
};

// The sample of `week` of the analysts of `viewer`'s agency: `size` pairs or fewer, a quarter of
// them leads where there are as many, in an order that says nothing. It is drawn by a secret of the
// store from the rules' findings that stood at `revision`, so that the same week always has the
// same one; of these, pairs that the viewer may see, and whose exhibits are still there. In a store
// of many findings it is drawn from 64 runs of neighbours, chosen by the same secret. Errors: those
// of the store; DATA_LOSS.
absl::StatusOr<std::vector<SampledPair>> DrawSample(view::Cut& cut, const view::Viewer& viewer,
                                                    const graph::IdKey& ids,
                                                    const std::string& week,
                                                    graph::Revision revision, int size);

// The word of `agency`'s judgement of `pair` in `week`; empty when there is none.
std::string JudgementOf(const Pair& pair, std::string_view agency, std::string_view week);

}  // namespace serieslink::leads
