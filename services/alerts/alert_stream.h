#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/alert/v1/alert_service.pb.h"
#include "services/alerts/alert_filter.h"
#include "services/alerts/alert_position.h"
#include "services/alerts/alert_scan.h"
#include "services/linkage/core/place_areas.h"
#include "services/rpc/page_token.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/public_id.h"

namespace serieslink::alerts {

// What a stream works with. All must outlive it.
struct StreamContext {
  const view::Source& source;
  const rpc::PageTokenSealer& tokens;
  const graph::IdKey& ids;
  // In whose days notice of a loss is judged.
  const absl::TimeZone& zone;
  // Where events lie that do not say it.
  const linkage::LocatePlace& locate;
  // Whose references confirm that consignments belong together.
  const view::TrustedAgencies& trusted;
  // The clock that the store's waits go by.
  const std::function<absl::Time()>& now;
  // Why the stream has to end, if it has to: asked again and again.
  std::function<absl::Status()> may_go_on;
  // Sends a message. False: the client takes no more.
  std::function<bool(const alert::v1::WatchAlertsResponse& message)> send;
};

// One stream of alerts, for one viewer. Not thread-safe.
class AlertStream {
 public:
  // `request` is well formed. `may_hear_of_leads`: whether the viewer belongs to a linking agency.
  AlertStream(const StreamContext& context, const view::Viewer& viewer, bool may_hear_of_leads,
              const alert::v1::WatchAlertsRequest& request);

  // Tells what there is and what comes, until its time is over.
  // Errors: as the call; those of `may_go_on`; CANCELLED (the client takes no more).
  absl::Status Run();

 private:
  // Where the request wants to begin; `log` is of now.
  // Errors: INVALID_ARGUMENT (the position is not from here, or of a log that was put back).
  absl::Status Begin(const graph::LogReader& log);
  absl::Status BeginAt(const std::string& position, const graph::LogReader& log);
  // Whether everything that was committed when the stream began, or when what is derived was seen
  // to begin anew, is derived. Before that, labels are those of a past that may since have been
  // closed.
  absl::StatusOr<bool> MayTell(const view::Cut& cut);
  // Puts what is new in `cut` on its way. True when that is all.
  absl::StatusOr<bool> GatherNews(view::Cut& cut);
  // Puts on its way a message at at_.
  absl::Status Gather(alert::v1::WatchAlertsResponse message, const AlertPosition& at,
                      const graph::LogReader& log);
  // One that says how far the stream has come, which also finds clients that are gone.
  absl::Status GatherPlace(const graph::LogReader& log, bool is_current, bool is_derived_anew);
  // Sends what is on its way, as fast as the client takes it: no cut may be held.
  absl::Status Send();
  // Waits until what is derived is beyond `position`, or it is time to say something.
  absl::Status AwaitMore(storage::Position position);
  absl::StatusOr<std::string> Sealed(const AlertPosition& at, const graph::LogReader& log);

  const StreamContext context_;
  const view::Viewer viewer_;
  const alert::v1::WatchAlertsRequest request_;
  const AlertQuery query_;
  AlertScan scan_;
  std::optional<AlertPosition> at_;  // behind what is on its way; none: not begun
  std::vector<alert::v1::WatchAlertsResponse> on_their_way_;
  DerivedBy derived_by_;         // whose alerts were told
  graph::Revision floor_ = 0;    // see MayTell
  graph::Revision derived_ = 0;  // in the last cut
  // Up to where it is told, as far as the caller knows that. The revision that a stream has reached
  // says that it touched something, which may be hidden.
  graph::Revision known_ = 0;
  absl::Time end_;
  absl::Time beat_;
  bool was_current_ = false;
  std::pair<graph::Revision, std::uint64_t> log_digest_;  // that was read last, of which revision
};

}  // namespace serieslink::alerts
