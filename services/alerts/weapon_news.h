#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/alert/v1/alert_service.pb.h"
#include "services/linkage/core/place_areas.h"
#include "services/view/component_evidence.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/public_id.h"

// What a commit of the log changed for one viewer: the difference between what it could know before
// and after. What it may not see is in neither, so nothing of that comes out.
namespace serieslink::alerts {

// Of each list of an alert.
inline constexpr int kAlertListMax = 100;

// An alert, and what filters ask of it.
struct News {
  alert::v1::Alert alert;
  std::uint64_t id = 0;           // the 60 bits of the alert's id
  std::set<std::uint64_t> areas;  // AreaKeys of the gun's events
};

// What all alerts of one commit are made with. All must outlive it.
struct NewsContext {
  graph::Revision revision = 0;
  absl::Time time;
  const graph::GraphReader& reader;
  const graph::IdKey& ids;
  const absl::TimeZone& zone;
  const linkage::LocatePlace& locate;
  const std::string& agency;  // of the viewer
};

// Adds to what filters ask of `news` where something was.
void AddAreas(const linkage::AreaKeys& areas, News& news);

// An alert of the commit, known by its kind, revision, what it is about and `detail`: so it has the
// same id whenever it is told.
News NewNews(alert::v1::AlertKind kind, std::uint64_t about, const std::string& detail,
             const NewsContext& context);

// What the commit changed of the weapons of `evidence`, which is of one viewer. In no order that
// means anything; each id once.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<News>> NewsOfWeapons(const view::ComponentEvidence& evidence,
                                                const NewsContext& context);

// That the record of an exhibit changed, around which is more than is told of.
News Unresolved(std::uint64_t exhibit_public_id, std::uint64_t record_public_id,
                const std::string& agency, const NewsContext& context);

}  // namespace serieslink::alerts
