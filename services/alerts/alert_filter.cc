#include "services/alerts/alert_filter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/forces.h"
#include "services/view/view_selector.h"

namespace serieslink::alerts {
namespace {

// Of each list: more than there are kinds, forces or boroughs, and a bound for a request that has
// room for millions.
constexpr int kListMax = 200;

void CheckLength(int length, const char* field, std::vector<rpc::BadField>& bad) {
  if (length <= kListMax) return;
  bad.push_back({absl::StrCat("filter.", field), type::v1::ERROR_REASON_FIELD_INVALID,
                 absl::StrCat("give ", kListMax, " at most")});
}

}  // namespace

std::vector<rpc::BadField> CheckFilter(const alert::v1::AlertFilter& filter) {
  std::vector<rpc::BadField> bad;
  CheckLength(filter.kinds_size(), "kinds", bad);
  CheckLength(filter.agencies_size(), "agencies", bad);
  CheckLength(filter.areas_size(), "areas", bad);
  if (!bad.empty()) return bad;
  for (int i = 0; i < filter.kinds_size(); ++i) {
    if (alert::v1::AlertKind_IsValid(filter.kinds(i)) &&
        filter.kinds(i) != alert::v1::ALERT_KIND_UNSPECIFIED) {
      continue;
    }
    bad.push_back({absl::StrCat("filter.kinds[", i, "]"), type::v1::ERROR_REASON_FIELD_INVALID,
                   "give a kind of alert that this server knows"});
  }
  const auto check = [&bad](const std::string& agency, const std::string& area,
                            const std::string& path) {
    std::vector<rpc::BadField> found;
    if (agency.empty() && area.empty()) {
      bad.push_back({path, type::v1::ERROR_REASON_FIELD_INVALID, "it is empty; leave it out"});
    }
    view::CheckOrigin(agency, area, /*knows_unknown=*/false, path, found);
    for (rpc::BadField& one : found) {
      one.field = path;
      bad.push_back(std::move(one));
    }
  };
  for (int i = 0; i < filter.agencies_size(); ++i) {
    check(filter.agencies(i), "", absl::StrCat("filter.agencies[", i, "]"));
  }
  for (int i = 0; i < filter.areas_size(); ++i) {
    check("", filter.areas(i), absl::StrCat("filter.areas[", i, "]"));
  }
  return bad;
}

AlertQuery::AlertQuery(const alert::v1::AlertFilter& filter, const std::string& agency)
    : kinds_(filter.kinds().begin(), filter.kinds().end()),
      agencies_(filter.agencies().begin(), filter.agencies().end()) {
  for (const std::string& area : filter.areas()) {
    areas_.insert(linkage::PlaceKey(linkage::ForceName(area)));
  }
  if (filter.own()) own_ = agency;
}

bool AlertQuery::WantsAny(std::initializer_list<alert::v1::AlertKind> kinds) const {
  return kinds_.empty() || std::any_of(kinds.begin(), kinds.end(),
                                       [this](int kind) { return kinds_.contains(kind); });
}

bool AlertQuery::Matches(const News& news) const {
  const alert::v1::Alert& alert = news.alert;
  if (!kinds_.empty() && !kinds_.contains(alert.kind())) return false;
  const auto& agencies = alert.agencies();
  if (!own_.empty() && std::find(agencies.begin(), agencies.end(), own_) == agencies.end()) {
    return false;
  }
  if (!agencies_.empty() &&
      std::none_of(agencies.begin(), agencies.end(),
                   [this](const std::string& agency) { return agencies_.contains(agency); })) {
    return false;
  }
  return areas_.empty() || std::any_of(areas_.begin(), areas_.end(), [&](std::uint64_t area) {
           return news.areas.contains(area);
         });
}

}  // namespace serieslink::alerts
