#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/summary/v1/summary_comparison_service.pb.h"
#include "services/rpc/service.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/summary_request.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::summary {

// summary.v1.SummaryComparisonService. Reads persisted rows only: a pass over all records for each
// of the two revisions, in one snapshot. Holds what SummaryService does, twice, and what is told of
// events and weapons that records between the two revisions touch. Thread-safe.
class ComparisonService final : public rpc::Service {
 public:
  // Takes one part of an answer. False ends the call.
  using Send = std::function<bool(const v1::CompareSummariesResponse& part)>;

  // `now` is the clock, `zone` the one whose days make up periods. `boundaries`, never null, place
  // points.
  ComparisonService(const view::Source& source, std::string trust_domain,
                    std::function<absl::Time()> now, absl::TimeZone zone,
                    std::shared_ptr<const Boundaries> boundaries);

  // CompareSummaries for `viewer`, who is known. Errors: as the call; CANCELLED (`send` says so).
  absl::Status CompareFor(const view::Viewer& viewer, const v1::CompareSummariesRequest& request,
                          const view::Patience& patience, const ShouldStop& should_stop,
                          const Send& send) const;

 private:
  absl::Status CompareSummaries(grpc::ServerContext* context,
                                const v1::CompareSummariesRequest& request, rpc::Stream* stream);

  const view::Source source_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const absl::TimeZone zone_;
  const std::shared_ptr<const Boundaries> boundaries_;
};

}  // namespace serieslink::summary
