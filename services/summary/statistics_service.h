#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/summary/v1/summary_statistics_service.pb.h"
#include "services/rpc/service.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/summary_request.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::summary {

// summary.v1.SummaryStatisticsService. Reads persisted rows only: one pass over all records, and
// one over those that the log had at each of up to fifteen earlier times. Thread-safe.
class StatisticsService final : public rpc::Service {
 public:
  // `now` is the clock, `zone` the one whose days make up periods. `boundaries`, never null, place
  // points.
  StatisticsService(const view::Source& source, std::string trust_domain,
                    std::function<absl::Time()> now, absl::TimeZone zone,
                    std::shared_ptr<const Boundaries> boundaries);

  // GetStatistics for `viewer`, who is known. Errors: as the call.
  absl::Status StatisticsFor(const view::Viewer& viewer, const v1::GetStatisticsRequest& request,
                             const view::Patience& patience, const ShouldStop& should_stop,
                             v1::GetStatisticsResponse& response) const;

 private:
  grpc::Status GetStatistics(grpc::ServerContext* context, const v1::GetStatisticsRequest* request,
                             v1::GetStatisticsResponse* response);

  const view::Source source_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const absl::TimeZone zone_;
  const std::shared_ptr<const Boundaries> boundaries_;
};

}  // namespace serieslink::summary
