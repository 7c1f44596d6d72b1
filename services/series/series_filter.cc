#include "services/series/series_filter.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/series.h"
#include "services/series/series_flags.h"
#include "services/view/view_selector.h"

namespace serieslink::series {
namespace {

// Wrong flags that are named: a request has room for millions.
constexpr std::size_t kFlagFaultsMax = 100;

using ::google::protobuf::util::TimeUtil;
using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::TimeInterval;

bool HasAgency(const view::ResolvedView& view, std::uint32_t weapon, const std::string& agency) {
  for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
    if (view.exhibits[member].record->agency == agency) return true;
  }
  for (const std::uint32_t event : view.histories[weapon].events) {
    for (const std::uint32_t record : view.events.events[event].records) {
      if (view.events_of_records[record].record->agency == agency) return true;
    }
  }
  return false;
}

bool HasArea(const view::ResolvedView& view, std::uint32_t weapon, std::uint64_t area) {
  for (const std::uint32_t event : view.histories[weapon].events) {
    for (const std::uint32_t record : view.events.events[event].records) {
      for (const std::uint64_t one : view.events_of_records[record].version->areas) {
        if (one == area) return true;
      }
    }
  }
  return false;
}

}  // namespace

std::vector<rpc::BadField> CheckFilter(const v1::SeriesFilter& filter) {
  std::vector<rpc::BadField> bad;
  if (filter.incidents_min() < 0) {
    bad.push_back({"filter.incidents_min", type::v1::ERROR_REASON_FIELD_INVALID,
                   "a number of incidents is 0 or more"});
  }
  if (filter.incidents_max() < 0) {
    bad.push_back({"filter.incidents_max", type::v1::ERROR_REASON_FIELD_INVALID,
                   "a number of incidents is 0, for no bound, or more"});
  } else if (filter.incidents_max() > 0 && filter.incidents_min() > filter.incidents_max()) {
    bad.push_back({"filter.incidents_min", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("the minimum of incidents, ", filter.incidents_min(),
                                ", is above incidents_max, ", filter.incidents_max())});
  }
  view::CheckPeriod(filter.has_occurred_from() ? &filter.occurred_from() : nullptr,
                    filter.has_occurred_before() ? &filter.occurred_before() : nullptr, "filter",
                    bad);
  view::CheckOrigin(filter.agency(), filter.area(), false, "filter", bad);
  if (!v1::SeriesStatus_IsValid(filter.status())) {
    bad.push_back({"filter.status", type::v1::ERROR_REASON_FIELD_INVALID,
                   "this is no status that this service knows"});
  }
  if (filter.any_weapon() && filter.flags().empty()) {
    bad.push_back({"filter.flags", type::v1::ERROR_REASON_FIELD_MISSING,
                   "say which flags the weapons bear: any_weapon lists flagged ones only"});
  }
  if (filter.any_weapon() && filter.police_issue()) {
    bad.push_back({"filter.any_weapon", type::v1::ERROR_REASON_FIELD_INVALID,
                   "give any_weapon or police_issue, not both"});
  }
  const std::size_t named_max = bad.size() + kFlagFaultsMax;
  for (int i = 0; i < filter.flags_size() && bad.size() < named_max; ++i) {
    const bool is_known =
        v1::FlagKind_IsValid(filter.flags(i)) && filter.flags(i) != v1::FLAG_KIND_UNSPECIFIED;
    // No series bears it: an empty answer would read as if there were no such weapons.
    const bool is_of_none = filter.flags(i) == v1::FLAG_KIND_POLICE_ISSUE &&
                            !filter.police_issue() && !filter.any_weapon();
    if (is_known && !is_of_none) continue;
    bad.push_back({absl::StrCat("filter.flags[", i, "]"), type::v1::ERROR_REASON_FIELD_INVALID,
                   is_known ? "a weapon with this flag is no series: police_issue lists them"
                            : "this is no flag that this service knows"});
  }
  return bad;
}

v1::SeriesStatus StatusOf(const view::ResolvedView& view, std::uint32_t weapon) {
  const linkage::WeaponHistory& history = view.histories[weapon];
  if (history.inferred) return v1::SERIES_STATUS_INFERRED;
  // Used after it came into hand, when an incident can only have happened later.
  for (const std::uint32_t index : history.events) {
    const linkage::Event& event = view.events.events[index];
    if (event.kind == EventKind::kIncident && history.in_hand_by_s < event.occurred.earliest_s) {
      return v1::SERIES_STATUS_USED_AFTER_RECOVERY;
    }
  }
  return v1::SERIES_STATUS_RECOVERED;
}

bool Satisfies(const view::ResolvedView& view, std::uint32_t weapon,
               const std::vector<linkage::WeaponFlag>& flags, const v1::SeriesFilter& filter) {
  const linkage::WeaponHistory& history = view.histories[weapon];
  const bool is_listed =
      filter.police_issue()
          ? history.is_police_issue && history.incident_count >= linkage::kSeriesIncidents
          : history.is_series || filter.any_weapon();
  if (!is_listed || !HasFlag(flags, filter)) return false;
  const std::int64_t incidents = history.incident_count;
  if (incidents < filter.incidents_min()) return false;
  if (filter.incidents_max() > 0 && incidents > filter.incidents_max()) return false;
  if (filter.status() != v1::SERIES_STATUS_UNSPECIFIED &&
      StatusOf(view, weapon) != filter.status()) {
    return false;
  }
  if (!filter.agency().empty() && !HasAgency(view, weapon, filter.agency())) return false;
  if (!filter.area().empty() && !HasArea(view, weapon, linkage::PlaceKey(filter.area()))) {
    return false;
  }
  if (filter.has_occurred_from() || filter.has_occurred_before()) {
    // A date that is not known can lie in any period.
    return std::any_of(history.events.begin(), history.events.end(), [&](std::uint32_t index) {
      const linkage::Event& event = view.events.events[index];
      if (event.kind != EventKind::kIncident) return false;
      const TimeInterval& when = event.occurred;
      const bool ended_before =
          filter.has_occurred_from() && when.latest_s != TimeInterval::kUnknownLatest &&
          TimeUtil::SecondsToTimestamp(when.latest_s) < filter.occurred_from();
      const bool began_after =
          filter.has_occurred_before() && when.earliest_s != TimeInterval::kUnknownEarliest &&
          TimeUtil::SecondsToTimestamp(when.earliest_s) >= filter.occurred_before();
      return !ended_before && !began_after;
    });
  }
  return true;
}

}  // namespace serieslink::series
