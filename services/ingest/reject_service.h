#pragma once

#include <string>

#include "grpcpp/server_context.h"
#include "serieslink/ingest/v1/reject_service.pb.h"
#include "services/ingest/reject_keeper.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"

namespace serieslink::ingest {

// ingest.v1.RejectService: an agency's own rejects, and nobody else's. Thread-safe.
class RejectService final : public rpc::Service {
 public:
  // Everything must outlive the service.
  RejectService(RejectKeeper* rejects, const rpc::PageTokenSealer* tokens,
                std::string trust_domain);

 private:
  grpc::Status ListRejects(grpc::ServerContext* context, const v1::ListRejectsRequest* request,
                           v1::ListRejectsResponse* response);
  grpc::Status GetReject(grpc::ServerContext* context, const v1::GetRejectRequest* request,
                         v1::GetRejectResponse* response);
  grpc::Status DeleteRejects(grpc::ServerContext* context, const v1::DeleteRejectsRequest* request,
                             v1::DeleteRejectsResponse* response);
  absl::Status List(const std::string& agency, const v1::ListRejectsRequest& request,
                    v1::ListRejectsResponse& response) const;

  RejectKeeper* const rejects_;
  const rpc::PageTokenSealer* const tokens_;
  const std::string trust_domain_;
};

}  // namespace serieslink::ingest
