#pragma once

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "serieslink/alert/v1/alert_service.pb.h"
#include "services/alerts/weapon_news.h"
#include "services/rpc/error.h"

namespace serieslink::alerts {

// Everything that is wrong with `filter`, with paths below "filter".
std::vector<rpc::BadField> CheckFilter(const alert::v1::AlertFilter& filter);

// What a caller wants to hear of. Immutable, thread-safe.
class AlertQuery {
 public:
  // `filter` has passed CheckFilter; `agency` is the caller's.
  AlertQuery(const alert::v1::AlertFilter& filter, const std::string& agency);

  bool Matches(const News& news) const;

  // Whether it can match an alert of any of `kinds`.
  bool WantsAny(std::initializer_list<alert::v1::AlertKind> kinds) const;

 private:
  std::set<int> kinds_;             // empty: all
  std::set<std::string> agencies_;  // empty: all
  std::set<std::uint64_t> areas_;   // PlaceKeys; empty: all
  std::string own_;                 // empty: not asked
};

}  // namespace serieslink::alerts
