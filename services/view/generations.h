#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/linkage/v1/generation.pb.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/linkage/core/rules.h"
#include "services/rpc/error.h"
#include "storage/graph/log.h"

// Generations of rules as they are told and stored, and the rules that they mean.
namespace serieslink::view {

// Everything that is wrong with `rules`, with paths below `path`: what a serving system may not
// run.
std::vector<rpc::BadField> CheckRules(const linkage::v1::RuleParameters& rules,
                                      const std::string& path);

// The rules of a generation: those that its linkage model gives a serving system, or stricter ones.
// Whatever `rules` says, nothing that only benchmarks run comes of it.
// Errors: INVALID_ARGUMENT (the model is none).
absl::StatusOr<linkage::RuleSet> RulesOf(const linkage::v1::RuleParameters& rules);

// The reverse, with every field set but the model.
linkage::v1::RuleParameters ParametersOf(const linkage::RuleSet& rules);

// The generation that was in force at `revision`, without its linkage model; number 0, with the
// rules of the serving system, before the first was adopted.
linkage::v1::Generation GenerationAt(const stored::v1::DeriverPosition& position,
                                     graph::Revision revision);

// The same with the model, where it has one of its own, which `log` gives.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<linkage::v1::Generation> WholeGenerationAt(
    const stored::v1::DeriverPosition& position, graph::Revision revision,
    const graph::LogReader& log);

}  // namespace serieslink::view
