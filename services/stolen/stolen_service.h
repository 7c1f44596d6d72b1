#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/stolen/v1/stolen_service.pb.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/stolen/core/case_counts.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::stolen {

// stolen.v1.StolenService. Reads persisted rows only, so it serves as soon as the store is open.
// Thread-safe.
class StolenService final : public rpc::Service {
 public:
  // `tokens` must outlive it; `now` is the clock; notice of a loss is judged in days of `zone`;
  // `locate` places what counts are by, and is called by many threads at once.
  StolenService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                std::string trust_domain, std::function<absl::Time()> now, absl::TimeZone zone,
                linkage::LocatePlace locate = nullptr);

  // The calls for `viewer`, who is known.
  // Errors: as the calls.
  absl::Status List(const view::Viewer& viewer, const v1::ListLossCasesRequest& request,
                    const view::Patience& patience, v1::ListLossCasesResponse& response) const;
  absl::Status Get(const view::Viewer& viewer, const v1::GetLossCasesRequest& request,
                   const view::Patience& patience, v1::GetLossCasesResponse& response) const;
  // `should_stop` is asked now and then, and its error ends the call.
  absl::Status Count(const view::Viewer& viewer, const v1::CountLossCasesRequest& request,
                     const view::Patience& patience,
                     const std::function<absl::Status()>& should_stop,
                     v1::CountLossCasesResponse& response) const;
  absl::Status ListRepeats(const view::Viewer& viewer, const v1::ListRepeatLossesRequest& request,
                           const view::Patience& patience,
                           v1::ListRepeatLossesResponse& response) const;

 private:
  grpc::Status ListLossCases(grpc::ServerContext* context, const v1::ListLossCasesRequest* request,
                             v1::ListLossCasesResponse* response);
  grpc::Status GetLossCases(grpc::ServerContext* context, const v1::GetLossCasesRequest* request,
                            v1::GetLossCasesResponse* response);
  grpc::Status CountLossCases(grpc::ServerContext* context,
                              const v1::CountLossCasesRequest* request,
                              v1::CountLossCasesResponse* response);
  grpc::Status ListRepeatLosses(grpc::ServerContext* context,
                                const v1::ListRepeatLossesRequest* request,
                                v1::ListRepeatLossesResponse* response);

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const absl::TimeZone zone_;
  const linkage::LocatePlace locate_;
};

}  // namespace serieslink::stolen
