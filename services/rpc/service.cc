#include "services/rpc/service.h"

namespace serieslink::rpc {

void Service::StreamHandler::RunHandler(const HandlerParameter& parameter) {
  Stream stream(parameter.call);
  const absl::StatusOr<CallGate::Pass> pass = service_->Admit(*parameter.server_context);
  stream.Finish(pass.ok()
                    ? run_(static_cast<grpc::ServerContext*>(parameter.server_context), &stream)
                    : pass.status());
}

absl::StatusOr<CallGate::Pass> Service::Admit(const grpc::ServerContextBase& context) const {
  if (gate_ == nullptr) return absl::InternalError("a service is served without a gate");
  return gate_->Admit(context);
}

absl::Status Service::RequestMalformed() {
  return MakeError(absl::StatusCode::kInvalidArgument, type::v1::ERROR_REASON_REQUEST_MALFORMED,
                   "the request cannot be read: it is no serialised message of this call, or a "
                   "text in it is not UTF-8");
}

void Service::Add(const char* call, grpc::internal::RpcMethod::RpcType type,
                  grpc::internal::MethodHandler* handler) {
  calls_.emplace_back(call);
  AddMethod(new grpc::internal::RpcServiceMethod(call, type, handler));
}

}  // namespace serieslink::rpc
