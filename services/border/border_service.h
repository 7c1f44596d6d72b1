#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/border/v1/border_service.pb.h"
#include "services/border/core/port_list.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/set_finder.h"
#include "services/view/viewer.h"
#include "storage/graph/public_id.h"

namespace serieslink::border {

// border.v1.BorderService. Reads persisted rows only, so it serves as soon as the store is open.
// Thread-safe.
class BorderService final : public rpc::Service {
 public:
  // `ids` and `tokens` must outlive it; `now` is the clock; quarters are those of `zone`; `trusted`
  // are the agencies whose references confirm, all where it is empty.
  BorderService(const view::Source& source, const graph::IdKey* ids,
                const rpc::PageTokenSealer* tokens, std::string trust_domain,
                std::function<absl::Time()> now, absl::TimeZone zone,
                view::TrustedAgencies trusted);

  // The calls for `viewer`, who is known.
  // Errors: as the calls.
  absl::Status List(const view::Viewer& viewer, const v1::ListConsignmentsRequest& request,
                    const view::Patience& patience, v1::ListConsignmentsResponse& response) const;
  absl::Status Get(const view::Viewer& viewer, const v1::GetConsignmentRequest& request,
                   const view::Patience& patience, v1::GetConsignmentResponse& response) const;
  absl::Status ListSets(const view::Viewer& viewer, const v1::ListPartSetsRequest& request,
                        const view::Patience& patience, v1::ListPartSetsResponse& response) const;
  absl::Status GetSet(const view::Viewer& viewer, const v1::GetPartSetRequest& request,
                      const view::Patience& patience, v1::GetPartSetResponse& response) const;
  absl::Status Supply(const view::Viewer& viewer, const v1::GetWeaponSupplyRequest& request,
                      const view::Patience& patience, v1::GetWeaponSupplyResponse& response) const;
  // `should_stop` is asked now and then, and its error ends the call.
  absl::Status Count(const view::Viewer& viewer, const v1::CountConsignmentsRequest& request,
                     const view::Patience& patience,
                     const std::function<absl::Status()>& should_stop,
                     v1::CountConsignmentsResponse& response) const;

  // Of `ports`, which outlive the call: those that this process goes by.
  absl::Status Ports(const view::Viewer& viewer, const PortList& ports,
                     const v1::ListPortsRequest& request, v1::ListPortsResponse& response) const;

 private:
  grpc::Status ListConsignments(grpc::ServerContext* context,
                                const v1::ListConsignmentsRequest* request,
                                v1::ListConsignmentsResponse* response);
  grpc::Status GetConsignment(grpc::ServerContext* context,
                              const v1::GetConsignmentRequest* request,
                              v1::GetConsignmentResponse* response);
  grpc::Status ListPartSets(grpc::ServerContext* context, const v1::ListPartSetsRequest* request,
                            v1::ListPartSetsResponse* response);
  grpc::Status GetPartSet(grpc::ServerContext* context, const v1::GetPartSetRequest* request,
                          v1::GetPartSetResponse* response);
  grpc::Status GetWeaponSupply(grpc::ServerContext* context,
                               const v1::GetWeaponSupplyRequest* request,
                               v1::GetWeaponSupplyResponse* response);
  grpc::Status CountConsignments(grpc::ServerContext* context,
                                 const v1::CountConsignmentsRequest* request,
                                 v1::CountConsignmentsResponse* response);
  grpc::Status ListPorts(grpc::ServerContext* context, const v1::ListPortsRequest* request,
                         v1::ListPortsResponse* response);

  const view::Source source_;
  const graph::IdKey* const ids_;
  const rpc::PageTokenSealer* const tokens_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const absl::TimeZone zone_;
  const view::TrustedAgencies trusted_;
};

}  // namespace serieslink::border
