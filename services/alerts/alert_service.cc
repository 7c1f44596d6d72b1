#include "services/alerts/alert_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "services/alerts/alert_filter.h"
#include "services/alerts/alert_stream.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "storage/base/status_macros.h"

namespace serieslink::alerts {
namespace {

absl::Status ShuttingDown() {
  return rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_SHUTTING_DOWN,
                        "the server is going down; watch again with the last position");
}

absl::Status TooManyStreams(int most) {
  return rpc::MakeError(
      absl::StatusCode::kResourceExhausted, type::v1::ERROR_REASON_OVERLOADED,
      absl::StrCat("your agency watches with ", most, " streams already; end one, or share it"),
      {{"streams_max", absl::StrCat(most)}});
}

absl::Status TooManyStreamsInAll() {
  return rpc::MakeError(absl::StatusCode::kResourceExhausted, type::v1::ERROR_REASON_OVERLOADED,
                        "the server has as many streams of alerts as it serves at once; watch "
                        "again later");
}

}  // namespace

AlertService::AlertService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                           const graph::IdKey* ids, AlertOptions options)
    : source_(source), tokens_(tokens), ids_(ids), options_(std::move(options)) {
  AddAnswerStream("/serieslink.alert.v1.AlertService/WatchAlerts", this,
                  &AlertService::WatchAlerts);
}

void AlertService::Drain() {
  const std::lock_guard lock(mutex_);
  is_draining_ = true;
}

bool AlertService::is_draining() const {
  const std::lock_guard lock(mutex_);
  return is_draining_;
}

int AlertService::StreamsPerAgencyMax() const {
  return std::clamp(options_.streams_max / 4, 1, kStreamsPerAgencyMax);
}

absl::Status AlertService::Enter(const std::string& agency) {
  const std::lock_guard lock(mutex_);
  const auto found = streams_.find(agency);
  const int most = StreamsPerAgencyMax();
  if (found != streams_.end() && found->second >= most) return TooManyStreams(most);
  if (streams_in_all_ >= options_.streams_max) return TooManyStreamsInAll();
  ++streams_[agency];
  ++streams_in_all_;
  return absl::OkStatus();
}

void AlertService::Leave(const std::string& agency) {
  const std::lock_guard lock(mutex_);
  const auto found = streams_.find(agency);
  if (--found->second == 0) streams_.erase(found);
  --streams_in_all_;
}

absl::Status AlertService::WatchAlerts(grpc::ServerContext* context,
                                       const alert::v1::WatchAlertsRequest& request,
                                       rpc::Stream* stream) {
  SL_ASSIGN_OR_RETURN(const rpc::Identity caller, rpc::IdentityOf(*context, options_.trust_domain));
  return Watch(
      view::Viewer{caller.agency}, request, [context] { return context->IsCancelled(); },
      [stream](const alert::v1::WatchAlertsResponse& message) { return stream->Write(message); });
}

absl::Status AlertService::Watch(const view::Viewer& viewer,
                                 const alert::v1::WatchAlertsRequest& request,
                                 const std::function<bool()>& is_gone, const Send& send) {
  std::vector<rpc::BadField> bad = CheckFilter(request.filter());
  if (request.after_revision() < 0) {
    bad.push_back({"after_revision", type::v1::ERROR_REASON_FIELD_INVALID,
                   "a revision is 0 (from the beginning) or more"});
  }
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  SL_RETURN_IF_ERROR(Enter(viewer.agency));
  const absl::Cleanup leave = [&] { Leave(viewer.agency); };
  const auto may_go_on = [&] {
    if (is_draining()) return ShuttingDown();
    return is_gone() ? absl::CancelledError("nobody listens to the alerts") : absl::OkStatus();
  };
  return AlertStream({.source = source_,
                      .tokens = *tokens_,
                      .ids = *ids_,
                      .zone = options_.zone,
                      .locate = options_.locate,
                      .trusted = options_.reference_agencies,
                      .now = options_.now,
                      .may_go_on = may_go_on,
                      .send = send},
                     viewer, options_.linking_agencies.contains(viewer.agency), request)
      .Run();
}

}  // namespace serieslink::alerts
