#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/summary/v1/summary_service.pb.h"
#include "services/rpc/service.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/figure_keeper.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::summary {

// summary.v1.SummaryService. Reads persisted rows only, so it serves as soon as the store is open.
// Thread-safe.
class SummaryService final : public rpc::Service {
 public:
  // `now` is the clock, `zone` the one whose days make up periods. `boundaries`, never null, place
  // points. `keeper`, where it is not null, has figures of the latest revision ready, and must
  // outlive the service; without it all is counted as it is asked.
  SummaryService(const view::Source& source, std::string trust_domain,
                 std::function<absl::Time()> now, absl::TimeZone zone,
                 std::shared_ptr<const Boundaries> boundaries, FigureKeeper* keeper = nullptr);

  // GetSummary for `viewer`, who is known. `should_stop` is asked between batches of records; what
  // it says ends the call. Errors: as the call.
  absl::Status SummariseFor(const view::Viewer& viewer, const v1::GetSummaryRequest& request,
                            const view::Patience& patience,
                            const std::function<absl::Status()>& should_stop,
                            v1::GetSummaryResponse& response) const;

 private:
  grpc::Status GetSummary(grpc::ServerContext* context, const v1::GetSummaryRequest* request,
                          v1::GetSummaryResponse* response);
  grpc::Status ListMeasures(grpc::ServerContext* context, const v1::ListMeasuresRequest* request,
                            v1::ListMeasuresResponse* response);
  grpc::Status GetMap(grpc::ServerContext* context, const v1::GetMapRequest* request,
                      v1::GetMapResponse* response);

  const view::Source source_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const absl::TimeZone zone_;
  const std::shared_ptr<const Boundaries> boundaries_;
  FigureKeeper* const keeper_;
};

}  // namespace serieslink::summary
