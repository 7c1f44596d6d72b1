#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/alert/v1/alert_service.pb.h"
#include "services/linkage/core/place_areas.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/set_finder.h"
#include "services/view/viewer.h"
#include "storage/graph/public_id.h"

namespace serieslink::alerts {

struct AlertOptions {
  std::string trust_domain;
  // Agencies that hear of leads about stolen guns.
  std::set<std::string> linking_agencies;
  // Agencies whose references confirm that consignments belong together; empty: every agency's.
  view::TrustedAgencies reference_agencies;
  // In whose days notice of a loss is judged.
  absl::TimeZone zone;
  // Where events lie that do not say it: loaded boundaries. Null: there are none.
  linkage::LocatePlace locate = nullptr;
  // By which streams wait: the clock that the store's waits go by.
  std::function<absl::Time()> now;
  // Streams at once in all: fewer than calls, so that they leave room for others.
  int streams_max = 256;
};

// alert.v1.AlertService. Keeps nothing: an alert is made when it is read, from what is persisted.
// Thread-safe.
class AlertService final : public rpc::Service {
 public:
  // Streams of one agency at once: this many, or a quarter of those in all where that is less.
  static constexpr int kStreamsPerAgencyMax = 16;

  // `tokens` and `ids` must outlive it.
  AlertService(const view::Source& source, const rpc::PageTokenSealer* tokens,
               const graph::IdKey* ids, AlertOptions options);

  // False: the client takes no more.
  using Send = std::function<bool(const alert::v1::WatchAlertsResponse& message)>;
  // The stream for `viewer`, who is known, until `is_gone()` or the time for one is over.
  // Errors: as the call.
  absl::Status Watch(const view::Viewer& viewer, const alert::v1::WatchAlertsRequest& request,
                     const std::function<bool()>& is_gone, const Send& send);

  // Ends streams, and takes no more.
  void Drain();

 private:
  absl::Status WatchAlerts(grpc::ServerContext* context,
                           const alert::v1::WatchAlertsRequest& request, rpc::Stream* stream);
  int StreamsPerAgencyMax() const;
  // Errors: RESOURCE_EXHAUSTED with OVERLOADED (too many streams, of the agency or in all).
  absl::Status Enter(const std::string& agency);
  void Leave(const std::string& agency);
  bool is_draining() const;

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const graph::IdKey* const ids_;
  const AlertOptions options_;
  mutable std::mutex mutex_;
  bool is_draining_ = false;
  std::map<std::string, int> streams_;  // by agency
  int streams_in_all_ = 0;
};

}  // namespace serieslink::alerts
