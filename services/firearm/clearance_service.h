#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/firearm/v1/clearance_service.pb.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/public_id.h"

namespace serieslink::firearm {

// firearm.v1.ClearanceService. Reads persisted rows only, so it serves as soon as the store is
// open. Thread-safe.
class ClearanceService final : public rpc::Service {
 public:
  // `ids`, which made the public ids and makes the codes, must outlive it; `now` is the clock.
  ClearanceService(const view::Source& source, const graph::IdKey* ids, std::string trust_domain,
                   std::function<absl::Time()> now);

  // The calls for `viewer`, who is known.
  // Errors: as the calls.
  absl::Status Clear(const view::Viewer& viewer, const v1::ClearFirearmRequest& request,
                     const view::Patience& patience, v1::ClearFirearmResponse& response) const;
  absl::Status Check(const view::Viewer& viewer, const v1::CheckClearanceRequest& request,
                     const view::Patience& patience, v1::CheckClearanceResponse& response) const;

 private:
  grpc::Status ClearFirearm(grpc::ServerContext* context, const v1::ClearFirearmRequest* request,
                            v1::ClearFirearmResponse* response);
  grpc::Status CheckClearance(grpc::ServerContext* context,
                              const v1::CheckClearanceRequest* request,
                              v1::CheckClearanceResponse* response);

  const view::Source source_;
  const graph::IdKey* const ids_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
};

}  // namespace serieslink::firearm
