#include "services/summary/summary_request.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/summary/core/leads.h"
#include "services/summary/core/measures.h"
#include "storage/graph/log.h"

namespace serieslink::summary {
namespace {

constexpr v1::Dimension kDefaultDimensions[] = {v1::DIMENSION_FORCE, v1::DIMENSION_BOROUGH,
                                                v1::DIMENSION_OWNING_UNIT, v1::DIMENSION_AGENCY};

}  // namespace

ShouldStop StopOf(const grpc::ServerContext& context, const std::function<absl::Time()>& now) {
  const absl::Time deadline = absl::FromChrono(context.deadline());
  return [&context, now, deadline]() -> absl::Status {
    if (context.IsCancelled()) return absl::CancelledError("nobody waits for the answer");
    if (now() < deadline) return absl::OkStatus();
    return rpc::MakeError(absl::StatusCode::kDeadlineExceeded,
                          type::v1::ERROR_REASON_DEADLINE_EXCEEDED,
                          "the records could not be read in time; allow the call more time");
  };
}

std::vector<v1::Dimension> DimensionsOf(const google::protobuf::RepeatedField<int>& asked,
                                        std::vector<rpc::BadField>& bad) {
  std::vector<v1::Dimension> dimensions;
  for (int i = 0; i < asked.size(); ++i) {
    const auto one = static_cast<v1::Dimension>(asked.Get(i));
    const std::string field = absl::StrCat("dimensions[", i, "]");
    if (one == v1::DIMENSION_UNSPECIFIED || !v1::Dimension_IsValid(one)) {
      bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID,
                     "this is no dimension that this service knows"});
    } else if (std::find(dimensions.begin(), dimensions.end(), one) != dimensions.end()) {
      bad.push_back(
          {field, type::v1::ERROR_REASON_DUPLICATE, "a dimension is asked for once at most"});
    } else {
      dimensions.push_back(one);
    }
  }
  if (asked.empty()) {
    dimensions.assign(std::begin(kDefaultDimensions), std::end(kDefaultDimensions));
  }
  return dimensions;
}

void CheckPeriod(const v1::Period* period, std::vector<rpc::BadField>& bad) {
  const std::string fault = FaultOf(period == nullptr ? v1::Period() : *period);
  if (fault.empty()) return;
  bad.push_back({"period",
                 period != nullptr ? type::v1::ERROR_REASON_FIELD_INVALID
                                   : type::v1::ERROR_REASON_FIELD_MISSING,
                 fault});
}

std::vector<Window> WindowsOf(const v1::Period& period, const absl::TimeZone& zone) {
  std::vector<Window> windows;
  for (const v1::Period& one : ComparedPeriods(period)) windows.push_back(WindowOf(one, zone));
  return windows;
}

void AddDefinitions(google::protobuf::RepeatedPtrField<v1::MeasureDefinition>& definitions) {
  for (const auto& table :
       {EventMeasures(), RepeatMeasures(), WeaponMeasures(), LeadMeasures(), TimeMeasures()}) {
    for (const Measure& measure : table) *definitions.Add() = DefinitionOf(measure);
  }
  *definitions.Add() = DefinitionOf(RiskMeasure());
}

absl::StatusOr<google::protobuf::Timestamp> KnownAt(const view::Cut& cut,
                                                    graph::Revision revision) {
  SL_ASSIGN_OR_RETURN(const absl::Time known_at, cut.reader.Log().CommitTime(revision));
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(known_at));
}

}  // namespace serieslink::summary
