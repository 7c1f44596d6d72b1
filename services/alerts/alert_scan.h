#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/alerts/alert_filter.h"
#include "services/alerts/alert_position.h"
#include "services/alerts/enquiry_news.h"
#include "services/alerts/weapon_news.h"
#include "services/linkage/core/place_areas.h"
#include "services/view/revision_gate.h"
#include "services/view/set_finder.h"
#include "services/view/viewer.h"
#include "storage/graph/news_rows.h"
#include "storage/graph/public_id.h"

namespace serieslink::alerts {

// What a scan holds at once.
struct ScanBounds {
  // Revisions that are gathered from one cut.
  int revisions_max = 16;
  // Alerts, and the bytes of them; one is held whatever its size. Of a revision that has more,
  // those with the lowest ids are told, and its parts are gone through again. A batch can be twice
  // as large.
  std::size_t news_max = 4096;
  std::size_t bytes_max = 4u << 20;
};

// An alert, and the position behind it.
struct GatheredNews {
  News news;
  AlertPosition behind;
};

// Alerts in the order in which they are told.
struct NewsBatch {
  std::vector<GatheredNews> news;
  bool is_all = false;  // of everything that was derived in the cut
};

// Gathers for one viewer what changed, revision after revision; of one revision in the order of the
// alerts' ids, which says nothing of what the viewer may not see. Nobody waits for a client while a
// cut is held: alerts are handed out, to be sent when it is gone. Holds the evidence around 64
// exhibits at once, and what ScanBounds allows. Not thread-safe.
class AlertScan {
 public:
  // Called between reads, which together can take long: whether to read on. Where not, what was
  // gathered of a revision is kept for the next call. Its error ends the scan.
  using Between = std::function<absl::StatusOr<bool>()>;

  // `may_hear_of_leads`: whether the viewer belongs to a linking agency. `trusted`: whose
  // references confirm that consignments belong together. `locate`: where events lie that do not
  // say it. `query`: what it can match is gathered, with some that it does not. The rest must
  // outlive the scan.
  AlertScan(const view::Viewer& viewer, const AlertQuery& query, bool may_hear_of_leads,
            const view::TrustedAgencies& trusted, const graph::IdKey& ids,
            const absl::TimeZone& zone, const linkage::LocatePlace& locate,
            const ScanBounds& bounds = {})
      : viewer_(viewer),
        wants_(WantsOf(query, may_hear_of_leads)),
        trusted_(trusted),
        ids_(ids),
        zone_(zone),
        locate_(locate),
        bounds_(bounds) {}

  // What is behind `at`, and moves `at` behind that. Reads on with each call.
  // Errors: those of `between` and the store; DATA_LOSS.
  absl::StatusOr<NewsBatch> Next(view::Cut& cut, AlertPosition& at, const Between& between);

  // What was derived before is derived anew.
  void Forget() { gathered_.reset(); }

 private:
  // Alerts of one revision by their ids.
  using NewsById = std::map<std::uint64_t, News>;

  // Of what somebody waits to hear.
  struct Wants {
    bool lost_guns = true;      // weapons of which a loss is reported
    bool other_weapons = true;  // those of which none is
    bool leads = true;
    bool sets = true;
    bool enquiries = true;
  };
  static Wants WantsOf(const AlertQuery& query, bool may_hear_of_leads);

  // What was gathered of a revision, of ids above `above`.
  struct Gathered {
    graph::Revision revision = 0;
    absl::Time time;  // of its commit
    std::uint64_t above = 0;
    graph::NewsKey from;  // of what is to be read next
    NewsById news;
    MatchesRead matches;
    std::size_t bytes = 0;
    bool is_all = true;                    // none above the last one
    std::optional<std::uint64_t> dropped;  // the lowest id for which there was no room
  };

  // Gathers in gathered_ the first alerts of `at.revision` whose ids are above `at.id`. False:
  // there is more to read.
  absl::StatusOr<bool> GatherRevision(view::Cut& cut, const AlertPosition& at,
                                      const Between& between);
  void Keep(News news);
  absl::StatusOr<std::vector<News>> NewsOf(view::Cut& cut, const graph::NewsRow& row,
                                           const Between& between);
  absl::Status AddWeapons(view::Cut& cut, std::vector<graph::ExhibitNumber> exhibits,
                          const NewsContext& context, std::vector<News>& news);
  absl::Status AddOneByOne(view::Cut& cut, const std::vector<graph::ExhibitNumber>& exhibits,
                           const NewsContext& context, std::vector<News>& news);
  absl::Status AddLeads(view::Cut& cut, const stored::v1::RevisionNews& row,
                        const NewsContext& context, std::vector<News>& news);
  // Of pairs of exhibits, by turns.
  absl::Status AddLeadsOf(view::Cut& cut,
                          const google::protobuf::RepeatedField<std::uint64_t>& pairs,
                          bool were_known, const NewsContext& context, std::vector<News>& news);
  // Everything around `members` was gathered.
  void SetDone(const std::vector<graph::ExhibitNumber>& members);

  const view::Viewer viewer_;
  const Wants wants_;
  const view::TrustedAgencies& trusted_;
  const graph::IdKey& ids_;
  const absl::TimeZone& zone_;
  const linkage::LocatePlace& locate_;
  const ScanBounds bounds_;
  std::optional<Gathered> gathered_;
  // Exhibits around which everything was gathered for the parts of a revision so far: what several
  // parts touch is read once. A bounded number, of the latest.
  absl::flat_hash_set<graph::ExhibitNumber> done_;
  // Likewise, exhibits of components that are larger than is told of.
  absl::flat_hash_set<graph::ExhibitNumber> too_large_;
};

}  // namespace serieslink::alerts
