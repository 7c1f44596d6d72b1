#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/impl/codegen/config_protobuf.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/impl/rpc_service_method.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/method_handler.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/error.h"
#include "services/rpc/stream.h"
#include "storage/base/prompt_work.h"

namespace serieslink::rpc {

// Base of our gRPC services. What is added here is reached by calls that the gate lets in and by no
// other: one without an identity, or of an agency that holds too much already, is refused with its
// reason before any of its request is taken. A call keeps its place until its answer is sent, for
// which its client has a limited time, as for sending the request.
class Service : public grpc::Service {
 public:
  // Sets the gate, which must outlive all calls, and how long clients are waited for. Once, before
  // the service is served.
  void Guard(CallGate* gate, const Patience& patience) {
    gate_ = gate;
    patience_ = patience;
  }

  // "/package.Service/Call" of everything that was added.
  const std::vector<std::string>& calls() const { return calls_; }

 protected:
  // `call` is "/package.Service/Call", a literal. `owner` is the service itself.
  template <typename Owner, typename Request, typename Response>
  void AddUnary(const char* call, Owner* owner,
                grpc::Status (Owner::*run)(grpc::ServerContext*, const Request*, Response*)) {
    AddHandler(call, [this, owner, run](grpc::ServerContext* context, Stream* stream) {
      grpc::ByteBuffer bytes;
      if (!ReadRequest(stream, &bytes)) return;
      // Until the answer is sent.
      const base::PromptWork work(base::PromptWork::Length::kShort);
      Request request;
      if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, Request>(&bytes, &request).ok()) {
        stream->Finish(NotReadable());
        return;
      }
      Response response;
      const grpc::Status status = (owner->*run)(context, &request, &response);
      stream->Finish(status, response);
    });
  }

  // One request, and a stream of answers. It ends with what `run` returns.
  template <typename Owner, typename Request>
  void AddAnswerStream(const char* call, Owner* owner,
                       absl::Status (Owner::*run)(grpc::ServerContext*, const Request&, Stream*)) {
    AddHandler(call, [this, owner, run](grpc::ServerContext* context, Stream* stream) {
      grpc::ByteBuffer bytes;
      if (!ReadRequest(stream, &bytes)) return;
      const base::PromptWork work(base::PromptWork::Length::kLong);
      Request request;
      if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, Request>(&bytes, &request).ok()) {
        stream->Finish(NotReadable());
        return;
      }
      stream->Finish((owner->*run)(context, request, stream));
    });
  }

  // A stream in both directions, or any other call whose requests `run` reads itself. It ends with
  // what `run` returns, unless that has finished it.
  template <typename Owner>
  void AddStream(const char* call, Owner* owner,
                 absl::Status (Owner::*run)(grpc::ServerContext*, Stream*)) {
    AddHandler(call, [owner, run](grpc::ServerContext* context, Stream* stream) {
      stream->Finish((owner->*run)(context, stream));
    });
  }

  // How long a stream waits for its next request.
  absl::Duration next_patience() const { return patience_.next; }
  // The one request of a call. False when there is none; the call is then finished.
  bool ReadRequest(Stream* stream, grpc::ByteBuffer* request) const;

 private:
  using Run = std::function<void(grpc::ServerContext*, Stream*)>;

  // To gRPC every call is a stream in both directions, which on the wire is the same: it hands one
  // over as soon as it has begun, not when its request is there.
  class Handler final : public grpc::internal::MethodHandler {
   public:
    Handler(Service* service, Run run) : service_(service), run_(std::move(run)) {}
    void RunHandler(const HandlerParameter& parameter) override;

   private:
    Service* const service_;
    const Run run_;
  };

  void AddHandler(const char* call, Run run);
  static absl::Status NotReadable();

  CallGate* gate_ = nullptr;
  Patience patience_;
  std::vector<std::string> calls_;
};

}  // namespace serieslink::rpc
