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
#include "services/view/visible_component.h"

namespace serieslink::series {

// series.v1.SeriesService. Reads persisted rows only, so it serves as soon as the store is open.
// Thread-safe.
class SeriesService final : public rpc::Service {
 public:
  // `tokens` must outlive it; `now` is the clock; one call holds evidence within `bounds`.
  SeriesService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                std::string trust_domain, std::function<absl::Time()> now,
                const view::EvidenceBounds& bounds = {});

  // What the calls answer to a caller who is known.
  absl::Status Get(const view::Viewer& viewer, const v1::GetSeriesRequest& request,
                   const view::Patience& patience, v1::GetSeriesResponse& response) const;
  absl::Status Explain(const view::Viewer& viewer, const v1::ExplainLinkRequest& request,
                       const view::Patience& patience, v1::ExplainLinkResponse& response) const;
  absl::Status Explain(const view::Viewer& viewer, const v1::ExplainSeriesRequest& request,
                       const view::Patience& patience, v1::ExplainSeriesResponse& response) const;
  absl::Status List(const view::Viewer& viewer, const v1::ListSeriesRequest& request,
                    const view::Patience& patience, v1::ListSeriesResponse& response) const;

 private:
  grpc::Status GetSeries(grpc::ServerContext* context, const v1::GetSeriesRequest* request,
                         v1::GetSeriesResponse* response);
  grpc::Status ExplainLink(grpc::ServerContext* context, const v1::ExplainLinkRequest* request,
                           v1::ExplainLinkResponse* response);
  grpc::Status ExplainSeries(grpc::ServerContext* context, const v1::ExplainSeriesRequest* request,
                             v1::ExplainSeriesResponse* response);
  grpc::Status ListSeries(grpc::ServerContext* context, const v1::ListSeriesRequest* request,
                          v1::ListSeriesResponse* response);
  // The page of series that are named after exhibits behind `after`.
  absl::Status ListFrom(const view::Viewer& viewer, const v1::SeriesFilter& filter, int page_size,
                        const std::string& binding, absl::Time deadline, graph::ExhibitNumber after,
                        view::Cut& cut, v1::ListSeriesResponse& response) const;

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const view::EvidenceBounds bounds_;
};

}  // namespace serieslink::series
