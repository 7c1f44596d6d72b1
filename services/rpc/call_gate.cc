#include "services/rpc/call_gate.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/error.h"
#include "services/rpc/process_log.h"
#include "storage/base/status_macros.h"

namespace serieslink::rpc {
namespace {

class Interceptor final : public grpc::experimental::Interceptor {
 public:
  Interceptor(CallGate* gate, grpc::ServerContextBase* context) : gate_(gate), context_(context) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    using grpc::experimental::InterceptionHookPoints;
    // The first thing of a call that is met, and met once.
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      absl::StatusOr<CallGate::Pass> pass = gate_->Admit(*context_);
      if (pass.ok()) {
        pass_.emplace(*std::move(pass));
      } else {
        context_->TryCancel();
      }
    }
    methods->Proceed();
  }

 private:
  CallGate* const gate_;
  grpc::ServerContextBase* const context_;
  std::optional<CallGate::Pass> pass_;
};

class InterceptorFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  InterceptorFactory(CallGate* gate, std::set<std::string> guarded)
      : gate_(gate), guarded_(std::move(guarded)) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    if (info->method() != nullptr && guarded_.contains(info->method())) return nullptr;
    return new Interceptor(gate_, info->server_context());
  }

 private:
  CallGate* const gate_;
  const std::set<std::string> guarded_;
};

}  // namespace

CallGate::CallGate(std::string trust_domain, int calls_per_agency_max)
    : trust_domain_(std::move(trust_domain)), calls_per_agency_max_(calls_per_agency_max) {}

absl::StatusOr<CallGate::Pass> CallGate::Admit(const grpc::ServerContextBase& context) {
  SL_ASSIGN_OR_RETURN(Identity caller, IdentityOf(context, trust_domain_));
  return Admit(std::move(caller));
}

absl::StatusOr<CallGate::Pass> CallGate::Admit(Identity caller) {
  bool is_news = false;
  {
    const std::lock_guard lock(mutex_);
    Agency& agency = agencies_[caller.agency];
    if (agency.under_way < calls_per_agency_max_) {
      ++agency.under_way;
      return Pass(this, std::move(caller));
    }
    is_news = !std::exchange(agency.is_told, true);
  }
  if (is_news) LogEvent(LogLevel::kWarning, "calls_refused", {{"agency", caller.agency}});
  return MakeError(
      absl::StatusCode::kResourceExhausted, type::v1::ERROR_REASON_OVERLOADED,
      absl::StrCat("your agency has ", calls_per_agency_max_,
                   " calls under way, streams among them, and may have no more; end some, or retry "
                   "after a wait"),
      {{"calls_per_agency_max", absl::StrCat(calls_per_agency_max_)}});
}

void CallGate::Leave(const std::string& agency) {
  const std::lock_guard lock(mutex_);
  const auto found = agencies_.find(agency);
  if (--found->second.under_way == 0) {
    agencies_.erase(found);
  } else if (found->second.under_way <= calls_per_agency_max_ / 2) {
    found->second.is_told = false;
  }
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> CallGate::MakeInterceptors(
    std::set<std::string> guarded) {
  return std::make_unique<InterceptorFactory>(this, std::move(guarded));
}

}  // namespace serieslink::rpc
