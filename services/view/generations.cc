#include "services/view/generations.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/model.h"
#include "storage/base/status_macros.h"

namespace serieslink::view {
namespace {

using ::serieslink::linkage::RuleSet;
using ::serieslink::linkage::v1::RuleParameters;

// No serial is longer (serial.h).
constexpr std::uint32_t kLengthMax = 20;
// A number on one exhibit alone makes no finding.
constexpr std::uint32_t kGuardMin = 2;
constexpr std::size_t kModelBytesMax = 64 * 1024;

std::uint32_t OrDefault(std::uint32_t value, std::uint32_t fallback) {
  return value == 0 ? fallback : value;
}

// The rules of a serving system with the model of `rules`, or the one that the program comes with.
absl::StatusOr<RuleSet> ServingWith(const RuleParameters& rules, linkage::UnknownValues unknown) {
  if (!rules.has_model()) return RuleSet::Serving();
  SL_ASSIGN_OR_RETURN(auto model, linkage::MakeModel(rules.model(), unknown));
  return RuleSet::Serving(std::move(model));
}

const stored::v1::GenerationInForce* InForceAt(const stored::v1::DeriverPosition& position,
                                               graph::Revision revision) {
  const stored::v1::GenerationInForce* in_force = nullptr;
  for (const stored::v1::GenerationInForce& one : position.generations()) {
    if (one.from_revision() <= revision) in_force = &one;
  }
  return in_force;
}

}  // namespace

std::vector<rpc::BadField> CheckRules(const RuleParameters& rules, const std::string& path) {
  std::vector<rpc::BadField> bad;
  if (rules.model().ByteSizeLong() > kModelBytesMax) {
    return {{path + ".model", type::v1::ERROR_REASON_FIELD_TOO_LONG,
             absl::StrCat("at most ", kModelBytesMax, " bytes")}};
  }
  const absl::StatusOr<RuleSet> with_model = ServingWith(rules, linkage::UnknownValues::kRefused);
  if (!with_model.ok()) {
    return {{path + ".model", type::v1::ERROR_REASON_FIELD_INVALID,
             std::string(with_model.status().message())}};
  }
  const RuleSet& serving = *with_model;
  if (rules.has_model() && serving.model->version == linkage::DefaultModel()->version &&
      rules.model().SerializeAsString() !=
          linkage::ParseModelText(linkage::DefaultModelText())->SerializeAsString()) {
    bad.push_back({path + ".model.version", type::v1::ERROR_REASON_FIELD_INVALID,
                   "the model that the program comes with has this version; name it otherwise"});
  }
  const auto confirm_min = std::uint32_t{serving.confirm_length};
  const auto lead_min = std::uint32_t{serving.lead_length};
  const std::uint32_t confirm = OrDefault(rules.confirm_length(), confirm_min);
  const std::uint32_t lead = OrDefault(rules.lead_length(), lead_min);
  const std::uint32_t guard = OrDefault(rules.guard(), serving.guard);
  if (confirm < confirm_min || confirm > kLengthMax) {
    bad.push_back({path + ".confirm_length", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("0 (", confirm_min, "), or ", confirm_min, " to ", kLengthMax)});
  }
  if (lead < lead_min || lead > confirm) {
    bad.push_back({path + ".lead_length", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("0 (", lead_min, "), or ", lead_min, " to confirm_length")});
  }
  if (guard < kGuardMin || guard > serving.guard) {
    bad.push_back({path + ".guard", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("0 (", serving.guard, "), or ", kGuardMin, " to ", serving.guard)});
  }
  return bad;
}

absl::StatusOr<RuleSet> RulesOf(const RuleParameters& rules) {
  SL_ASSIGN_OR_RETURN(RuleSet set, ServingWith(rules, linkage::UnknownValues::kPassedOver));
  const std::uint32_t confirm = OrDefault(rules.confirm_length(), set.confirm_length);
  const std::uint32_t lead = OrDefault(rules.lead_length(), set.lead_length);
  const std::uint32_t guard = OrDefault(rules.guard(), set.guard);
  // Never looser than the serving system, even where an entry of the log were to say so.
  set.confirm_length =
      static_cast<std::uint8_t>(std::clamp<std::uint32_t>(confirm, set.confirm_length, kLengthMax));
  set.lead_length =
      static_cast<std::uint8_t>(std::clamp<std::uint32_t>(lead, set.lead_length, kLengthMax));
  set.guard = std::clamp(guard, kGuardMin, set.guard);
  set.confirms = !rules.leads_only();
  set.leads = !rules.no_weak_leads();
  return set;
}

RuleParameters ParametersOf(const RuleSet& rules) {
  RuleParameters parameters;
  parameters.set_confirm_length(rules.confirm_length);
  parameters.set_lead_length(rules.lead_length);
  parameters.set_guard(rules.guard);
  parameters.set_leads_only(!rules.confirms);
  parameters.set_no_weak_leads(!rules.leads);
  return parameters;
}

linkage::v1::Generation GenerationAt(const stored::v1::DeriverPosition& position,
                                     graph::Revision revision) {
  const stored::v1::GenerationInForce* in_force = InForceAt(position, revision);
  if (in_force != nullptr) return in_force->generation();
  linkage::v1::Generation generation;
  *generation.mutable_rules() = ParametersOf(RuleSet::Serving());
  return generation;
}

absl::StatusOr<linkage::v1::Generation> WholeGenerationAt(
    const stored::v1::DeriverPosition& position, graph::Revision revision,
    const graph::LogReader& log) {
  const stored::v1::GenerationInForce* in_force = InForceAt(position, revision);
  if (in_force == nullptr || !in_force->has_model()) return GenerationAt(position, revision);
  SL_ASSIGN_OR_RETURN(const auto entries, log.Entries({in_force->sequence()}));
  if (!entries[0].has_adoption()) {
    return absl::DataLossError("what adopted a generation of rules is no adoption");
  }
  return entries[0].adoption().generation();
}

}  // namespace serieslink::view
