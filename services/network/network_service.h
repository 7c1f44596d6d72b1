#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/network/v1/network_service.pb.h"
#include "services/network/walk.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"

namespace serieslink::network {

// network.v1.NetworkService. Reads persisted rows only, so it serves as soon as the store is open.
// Thread-safe.
class NetworkService final : public rpc::Service {
 public:
  // `now` is the clock.
  NetworkService(const view::Source& source, std::string trust_domain,
                 std::function<absl::Time()> now);

  // What the calls answer to a caller who is known. `emit` takes the messages of the answer.
  absl::Status ExpandFor(const view::Viewer& viewer, const v1::ExpandRequest& request,
                         const view::Patience& patience, const Emit& emit) const;
  absl::Status PathFor(const view::Viewer& viewer, const v1::FindPathRequest& request,
                       const view::Patience& patience, v1::FindPathResponse& response) const;
  absl::Status CoOccurringFor(const view::Viewer& viewer,
                              const v1::ListCoOccurringWeaponsRequest& request,
                              const view::Patience& patience,
                              v1::ListCoOccurringWeaponsResponse& response) const;

 private:
  absl::Status Expand(grpc::ServerContext* context, const v1::ExpandRequest& request,
                      rpc::Stream* stream);
  grpc::Status FindPath(grpc::ServerContext* context, const v1::FindPathRequest* request,
                        v1::FindPathResponse* response);
  grpc::Status ListCoOccurringWeapons(grpc::ServerContext* context,
                                      const v1::ListCoOccurringWeaponsRequest* request,
                                      v1::ListCoOccurringWeaponsResponse* response);
  WalkBounds BoundsWithin(const view::Patience& patience, std::size_t nodes_max) const;

  const view::Source source_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
};

}  // namespace serieslink::network
