#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/firearm/v1/submission_service.pb.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::firearm {

// firearm.v1.SubmissionService. Reads persisted rows only, so it serves as soon as the store is
// open. Thread-safe.
class SubmissionService final : public rpc::Service {
 public:
  // `tokens` must outlive it; `now` is the clock; days are counted in `zone`.
  SubmissionService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                    std::string trust_domain, std::function<absl::Time()> now, absl::TimeZone zone);

  // ListUnsubmitted for `viewer`, who is known.
  // Errors: as the call.
  absl::Status List(const view::Viewer& viewer, const v1::ListUnsubmittedRequest& request,
                    const view::Patience& patience, v1::ListUnsubmittedResponse& response) const;

 private:
  grpc::Status ListUnsubmitted(grpc::ServerContext* context,
                               const v1::ListUnsubmittedRequest* request,
                               v1::ListUnsubmittedResponse* response);

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const absl::TimeZone zone_;
};

}  // namespace serieslink::firearm
