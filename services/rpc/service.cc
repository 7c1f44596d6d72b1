#include "services/rpc/service.h"

#include "services/rpc/error.h"

namespace serieslink::rpc {

void Service::Handler::RunHandler(const HandlerParameter& parameter) {
  Stream stream(parameter.call, service_->patience_.answer);
  if (service_->gate_ == nullptr) {
    stream.Finish(absl::InternalError("a service is served without a gate"));
    return;
  }
  const CallGate::Work work(service_->gate_);
  if (service_->gate_->is_draining()) {
    stream.Finish(MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_SHUTTING_DOWN,
                            "the server is going down; call again"));
    return;
  }
  const CallGate::Pass pass = service_->gate_->Admit(*parameter.server_context);
  if (!pass.status().ok()) {
    stream.Finish(pass.status());
    return;
  }
  run_(static_cast<grpc::ServerContext*>(parameter.server_context), &stream);
}

void Service::AddHandler(const char* call, Run run) {
  calls_.emplace_back(call);
  AddMethod(new grpc::internal::RpcServiceMethod(call, grpc::internal::RpcMethod::BIDI_STREAMING,
                                                 new Handler(this, std::move(run))));
}

bool Service::ReadRequest(Stream* stream, grpc::ByteBuffer* request) const {
  if (stream->Read(request, patience_.request,
                   [stream](const absl::Status& late) { stream->Finish(late); })) {
    return true;
  }
  stream->Finish(MakeError(absl::StatusCode::kCancelled, type::v1::ERROR_REASON_CANCELLED,
                           "the call ended before its request was there"));
  return false;
}

absl::Status Service::NotReadable() {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::ERROR_REASON_REQUEST_MALFORMED,
                   "the request cannot be read: it is no serialised message of this call, or a "
                   "text in it is not UTF-8");
}

}  // namespace serieslink::rpc
