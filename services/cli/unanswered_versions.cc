#include "services/cli/unanswered_versions.h"

#include <utility>

#include "serieslink/ingest/v1/ingest_service.grpc.pb.h"

namespace serieslink::cli {

grpc::Status FindUnansweredVersions(
    const std::shared_ptr<grpc::Channel>& channel, const UnansweredBatches& unanswered,
    const std::function<void(grpc::ClientContext&)>& set_deadline,
    const std::function<void(const std::string& record_id, const feed::v1::FeedMessage&)>&
        on_version) {
  const auto stub = ingest::v1::IngestService::NewStub(channel);
  for (ingest::v1::Batch& batch : unanswered.Read()) {
    ingest::v1::SubmitRequest request;
    *request.mutable_batch() = std::move(batch);
    request.mutable_batch()->set_validate_only(true);
    request.mutable_batch()->set_wait_for_linkage(false);
    ingest::v1::SubmitResponse response;
    grpc::ClientContext context;
    set_deadline(context);
    const grpc::Status status = stub->Submit(&context, request, &response);
    if (!status.ok()) return status;
    const auto& acknowledgements = response.result().acknowledgements();
    if (acknowledgements.size() != request.batch().messages_size()) {
      return grpc::Status(grpc::StatusCode::DATA_LOSS,
                          "the server's answer does not belong to what was sent");
    }
    for (int i = 0; i < acknowledgements.size(); ++i) {
      const std::string& record_id = acknowledgements[i].record_id();
      if (!record_id.empty()) on_version(record_id, request.batch().messages(i));
    }
  }
  return grpc::Status::OK;
}

}  // namespace serieslink::cli
