#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/impl/codegen/config_protobuf.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/impl/rpc_service_method.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/method_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/error.h"
#include "services/rpc/stream.h"

namespace serieslink::rpc {

// Base of our gRPC services. What is added here is reached by calls that the gate lets in and by no
// other: one without an identity, or of an agency that holds too much already, is refused with its
// reason before any code of the service runs. So is one whose request cannot be read, with
// INVALID_ARGUMENT and REQUEST_MALFORMED. A call keeps its place until its answer is sent, however
// slowly its client takes it.
class Service : public grpc::Service {
 public:
  // Sets the gate, which must outlive all calls. Once, before the service is served.
  void Guard(CallGate* gate) { gate_ = gate; }

  // "/package.Service/Call" of everything that was added.
  const std::vector<std::string>& calls() const { return calls_; }

 protected:
  // `call` is "/package.Service/Call", a literal. `owner` is the service itself.
  template <typename Owner, typename Request, typename Response>
  void AddUnary(const char* call, Owner* owner,
                grpc::Status (Owner::*run)(grpc::ServerContext*, const Request*, Response*)) {
    Add(call, grpc::internal::RpcMethod::NORMAL_RPC,
        new UnaryHandler<Request, Response>(
            this, [owner, run](Service*, grpc::ServerContext* context, const Request* request,
                               Response* response) {
              return (owner->*run)(context, request, response);
            }));
  }

  // A stream in both directions. It ends with what `run` returns, unless that has finished it.
  template <typename Owner>
  void AddStream(const char* call, Owner* owner,
                 absl::Status (Owner::*run)(grpc::ServerContext*, Stream*)) {
    Add(call, grpc::internal::RpcMethod::BIDI_STREAMING,
        new StreamHandler(this, [owner, run](grpc::ServerContext* context, Stream* stream) {
          return (owner->*run)(context, stream);
        }));
  }

 private:
  template <typename Request, typename Response>
  class UnaryHandler final : public grpc::internal::MethodHandler {
   public:
    template <typename Run>
    UnaryHandler(Service* service, Run run)
        : service_(service), handler_(std::move(run), service) {}

    void RunHandler(const HandlerParameter& parameter) override {
      const absl::StatusOr<CallGate::Pass> pass = service_->Admit(*parameter.server_context);
      if (pass.ok()) {
        handler_.RunHandler(parameter);
        return;
      }
      // With an error, gRPC's handler takes it that there is no request, and sends the error.
      if (parameter.request != nullptr) static_cast<Request*>(parameter.request)->~Request();
      handler_.RunHandler(HandlerParameter(parameter.call, parameter.server_context, nullptr,
                                           ToGrpcStatus(pass.status()), nullptr, nullptr));
    }

    // Called before RunHandler, which gets the status and sends it.
    void* Deserialize(grpc_call* call, grpc_byte_buffer* request, grpc::Status* status,
                      void** data) override {
      void* const read = handler_.Deserialize(call, request, status, data);
      // gRPC takes what a client sent for a failure of its own.
      if (!status->ok()) *status = ToGrpcStatus(RequestMalformed());
      return read;
    }

   private:
    Service* const service_;
    grpc::internal::RpcMethodHandler<Service, Request, Response> handler_;
  };

  class StreamHandler final : public grpc::internal::MethodHandler {
   public:
    using Run = std::function<absl::Status(grpc::ServerContext*, Stream*)>;
    StreamHandler(Service* service, Run run) : service_(service), run_(std::move(run)) {}
    void RunHandler(const HandlerParameter& parameter) override;

   private:
    Service* const service_;
    const Run run_;
  };

  absl::StatusOr<CallGate::Pass> Admit(const grpc::ServerContextBase& context) const;
  static absl::Status RequestMalformed();
  void Add(const char* call, grpc::internal::RpcMethod::RpcType type,
           grpc::internal::MethodHandler* handler);

  CallGate* gate_ = nullptr;
  std::vector<std::string> calls_;
};

}  // namespace serieslink::rpc
