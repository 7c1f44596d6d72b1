#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_interceptor.h"
#include "services/rpc/identity.h"

namespace serieslink::rpc {

// Lets calls in: says who calls, and keeps one agency from holding what belongs to all. Every call
// under way holds a thread of the server for as long as its client likes, so one agency's may be
// only some of them. Thread-safe.
class CallGate {
 public:
  // `calls_per_agency_max` is 1 or more.
  CallGate(std::string trust_domain, int calls_per_agency_max);

  // A call that was let in. Its place is given back when this goes; the gate must live until then.
  class Pass {
   public:
    Pass(CallGate* gate, Identity caller) : gate_(gate), caller_(std::move(caller)) {}
    Pass(Pass&& other) noexcept : gate_(other.gate_), caller_(std::move(other.caller_)) {
      other.gate_ = nullptr;
    }
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->Leave(caller_.agency);
    }

    const Identity& caller() const { return caller_; }

   private:
    CallGate* gate_;
    Identity caller_;
  };

  // Errors: UNAUTHENTICATED with IDENTITY_MISSING (as IdentityOf); RESOURCE_EXHAUSTED with
  // OVERLOADED (the agency has as many calls under way as it may).
  absl::StatusOr<Pass> Admit(const grpc::ServerContextBase& context);
  absl::StatusOr<Pass> Admit(Identity caller);

  // For calls of services that are not ours and so cannot refuse in their own words: counts each
  // call whose name is not among `guarded`, and cancels those that are not let in. The gate must
  // outlive the server.
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeInterceptors(
      std::set<std::string> guarded);

 private:
  struct Agency {
    int under_way = 0;
    bool is_told = false;  // the operator's log tells of its refused calls, once
  };

  void Leave(const std::string& agency);

  const std::string trust_domain_;
  const int calls_per_agency_max_;
  std::mutex mutex_;
  std::map<std::string, Agency> agencies_;  // with calls under way
};

}  // namespace serieslink::rpc
