#include "services/series/series_filter.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "google/protobuf/util/time_util.h"

namespace serieslink::series {
namespace {

bool IsIn(const type::v1::Place& place, const std::string& area) {
  return absl::EqualsIgnoreCase(place.borough_code(), area) ||
         absl::EqualsIgnoreCase(place.ward_code(), area) ||
         absl::EqualsIgnoreCase(place.police_force(), area);
}

}  // namespace

bool IsTime(const google::protobuf::Timestamp& time) {
  using google::protobuf::util::TimeUtil;
  return time.seconds() >= TimeUtil::kTimestampMinSeconds &&
         time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
         time.nanos() <= 999'999'999;
}

std::vector<rpc::BadField> CheckFilter(const v1::SeriesFilter& filter) {
  std::vector<rpc::BadField> bad;
  if (filter.incidents_min() < 0) {
    bad.push_back({"filter.incidents_min", type::v1::ERROR_REASON_FIELD_INVALID,
                   "a number of incidents is 0 or more"});
  }
  if (filter.incidents_max() < 0 ||
      (filter.incidents_max() > 0 && filter.incidents_max() < filter.incidents_min())) {
    bad.push_back({"filter.incidents_max", type::v1::ERROR_REASON_FIELD_INVALID,
                   "give 0 for no bound, or at least incidents_min"});
  }
  const auto check_time = [&](bool is_given, const google::protobuf::Timestamp& time,
                              const char* field) {
    if (!is_given || IsTime(time)) return;
    bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID,
                   "a time lies in the years 1 to 9999, with 0 to 999,999,999 nanoseconds"});
  };
  check_time(filter.has_occurred_from(), filter.occurred_from(), "filter.occurred_from");
  check_time(filter.has_occurred_before(), filter.occurred_before(), "filter.occurred_before");
  if (filter.has_occurred_from() && filter.has_occurred_before() &&
      filter.occurred_from() >= filter.occurred_before()) {
    bad.push_back({"filter.occurred_before", type::v1::ERROR_REASON_DATE_ORDER,
                   "the period must end after it begins"});
  }
  if (!v1::SeriesStatus_IsValid(filter.status())) {
    bad.push_back({"filter.status", type::v1::ERROR_REASON_FIELD_INVALID,
                   "this is no status that this service knows"});
  }
  return bad;
}

bool Satisfies(const v1::Series& series, const v1::SeriesFilter& filter) {
  if (series.series_id().empty()) return false;
  if (series.incident_count() < filter.incidents_min()) return false;
  if (filter.incidents_max() > 0 && series.incident_count() > filter.incidents_max()) return false;
  if (filter.status() != v1::SERIES_STATUS_UNSPECIFIED && series.status() != filter.status()) {
    return false;
  }
  if (!filter.agency().empty() && std::find(series.agencies().begin(), series.agencies().end(),
                                            filter.agency()) == series.agencies().end()) {
    return false;
  }
  if (!filter.area().empty() &&
      std::none_of(series.events().begin(), series.events().end(),
                   [&](const v1::Event& event) { return IsIn(event.place(), filter.area()); })) {
    return false;
  }
  if (filter.has_occurred_from() || filter.has_occurred_before()) {
    // A date that is not known can lie in any period.
    return std::any_of(series.events().begin(), series.events().end(), [&](const v1::Event& event) {
      if (event.kind() != record::v1::EVENT_KIND_INCIDENT) return false;
      const bool ended_before = filter.has_occurred_from() && event.occurred().has_latest() &&
                                event.occurred().latest() < filter.occurred_from();
      const bool began_after = filter.has_occurred_before() && event.occurred().has_earliest() &&
                               event.occurred().earliest() >= filter.occurred_before();
      return !ended_before && !began_after;
    });
  }
  return true;
}

}  // namespace serieslink::series
