#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/firearm/v1/firearm_service.pb.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "services/view/visible_component.h"
#include "storage/graph/public_id.h"

namespace serieslink::firearm {

// firearm.v1.FirearmService. Reads persisted rows only, so it serves as soon as the store is open.
// Thread-safe.
class FirearmService final : public rpc::Service {
 public:
  // `ids`, which made the public ids, and `tokens` must outlive it; `now` is the clock;
  // TraceFirearm holds evidence within `bounds`.
  FirearmService(const view::Source& source, const graph::IdKey* ids,
                 const rpc::PageTokenSealer* tokens, std::string trust_domain,
                 std::function<absl::Time()> now, const view::EvidenceBounds& bounds = {});

  // SearchFirearms for `viewer`, who is known.
  // Errors: as the call.
  absl::Status SearchFor(const view::Viewer& viewer, const v1::SearchFirearmsRequest& request,
                         const view::Patience& patience,
                         v1::SearchFirearmsResponse& response) const;
  // TraceFirearm for `viewer`, who is known.
  // Errors: as the call.
  absl::Status Trace(const view::Viewer& viewer, const v1::TraceFirearmRequest& request,
                     const view::Patience& patience, v1::TraceFirearmResponse& response) const;

 private:
  grpc::Status SearchFirearms(grpc::ServerContext* context,
                              const v1::SearchFirearmsRequest* request,
                              v1::SearchFirearmsResponse* response);
  grpc::Status TraceFirearm(grpc::ServerContext* context, const v1::TraceFirearmRequest* request,
                            v1::TraceFirearmResponse* response);

  const view::Source source_;
  const graph::IdKey* const ids_;
  const rpc::PageTokenSealer* const tokens_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const view::EvidenceBounds bounds_;
};

}  // namespace serieslink::firearm
