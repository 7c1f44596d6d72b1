#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::series {

// series.v1.SeriesService. Reads persisted rows only, so it serves as soon as the store is open.
// Thread-safe.
class SeriesService final : public rpc::Service {
 public:
  // `tokens` must outlive it; `now` is the clock.
  SeriesService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                std::string trust_domain, std::function<absl::Time()> now);

 private:
  grpc::Status GetSeries(grpc::ServerContext* context, const v1::GetSeriesRequest* request,
                         v1::GetSeriesResponse* response);
  grpc::Status ListSeries(grpc::ServerContext* context, const v1::ListSeriesRequest* request,
                          v1::ListSeriesResponse* response);
  absl::Status Get(const view::Viewer& viewer, const v1::GetSeriesRequest& request,
                   absl::Time deadline, v1::GetSeriesResponse& response) const;
  absl::Status List(const view::Viewer& viewer, const v1::ListSeriesRequest& request,
                    absl::Time deadline, v1::ListSeriesResponse& response) const;

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
};

}  // namespace serieslink::series
