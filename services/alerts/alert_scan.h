#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/alerts/alert_position.h"
#include "services/alerts/weapon_news.h"
#include "services/view/revision_gate.h"
#include "services/view/set_finder.h"
#include "services/view/viewer.h"
#include "storage/graph/news_rows.h"
#include "storage/graph/public_id.h"

namespace serieslink::alerts {

// Tells one viewer what changed, revision after revision; of one revision in the order of the
// alerts' ids, which says nothing of what the viewer may not see. Holds the evidence around 64
// exhibits and some thousand alerts at once. Not thread-safe.
class AlertScan {
 public:
  // `emit` takes an alert and the position behind it; its error ends the scan.
  using Emit = std::function<absl::Status(const News& news, const AlertPosition& behind)>;
  // Called between reads, which together can take long; its error ends the scan.
  using Between = std::function<absl::Status(const AlertPosition& at)>;

  // `may_hear_of_leads`: whether the viewer belongs to a linking agency. `trusted`: whose
  // references confirm that consignments belong together. The rest must outlive it.
  AlertScan(const view::Viewer& viewer, bool may_hear_of_leads,
            const view::TrustedAgencies& trusted, const graph::IdKey& ids,
            const absl::TimeZone& zone)
      : viewer_(viewer),
        may_hear_of_leads_(may_hear_of_leads),
        trusted_(trusted),
        ids_(ids),
        zone_(zone) {}

  // Tells what is behind `at`, of a few revisions at most and of one at least, and moves `at`
  // along. True when everything that is derived in `cut` was told.
  // Errors: those of `emit`, `between` and the store; DATA_LOSS.
  absl::StatusOr<bool> Tell(view::Cut& cut, AlertPosition& at, const Emit& emit,
                            const Between& between);

 private:
  // Alerts of one revision by their ids.
  using NewsById = std::map<std::uint64_t, News>;

  // Tells the alerts of `at.revision` whose ids are above `at.id`, and moves `at` behind them.
  absl::Status TellRevision(view::Cut& cut, AlertPosition& at, const Emit& emit,
                            const Between& between);
  // The first alerts of `at.revision` whose ids are above `at.id`. True when those are all.
  absl::StatusOr<bool> GatherRevision(view::Cut& cut, const AlertPosition& at,
                                      const Between& between, NewsById& news);
  absl::StatusOr<std::vector<News>> NewsOf(view::Cut& cut, const graph::NewsRow& row);
  absl::Status AddWeapons(view::Cut& cut, std::vector<graph::ExhibitNumber> exhibits,
                          const NewsContext& context, std::vector<News>& news);
  absl::Status AddOneByOne(view::Cut& cut, const std::vector<graph::ExhibitNumber>& exhibits,
                           const NewsContext& context, std::vector<News>& news);
  absl::Status AddLeads(view::Cut& cut, const stored::v1::RevisionNews& row,
                        const NewsContext& context, std::vector<News>& news);
  // Everything around `members` was gathered.
  void SetDone(const std::vector<graph::ExhibitNumber>& members);

  const view::Viewer viewer_;
  const bool may_hear_of_leads_;
  const view::TrustedAgencies& trusted_;
  const graph::IdKey& ids_;
  const absl::TimeZone& zone_;
  // Exhibits around which everything was gathered for the parts of a revision so far: what several
  // parts touch is read once. A bounded number, of the latest.
  absl::flat_hash_set<graph::ExhibitNumber> done_;
  // Likewise, exhibits of components that are larger than is told of.
  absl::flat_hash_set<graph::ExhibitNumber> too_large_;
};

}  // namespace serieslink::alerts
