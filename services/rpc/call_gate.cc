#include "services/rpc/call_gate.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/error.h"
#include "services/rpc/process_log.h"

namespace serieslink::rpc {
namespace {

// Calls of one agency, beyond those that it may have, that may wait for a thread to refuse them.
constexpr std::size_t kRefusedMax = 32;

// A call that no thread took by then has gone without one: no thread could be made for it.
constexpr absl::Duration kWaitingMax = absl::Minutes(1);

// The operator's log tells of an agency's refused calls no more often.
constexpr absl::Duration kToldInterval = absl::Minutes(1);

class Interceptor final : public grpc::experimental::Interceptor {
 public:
  Interceptor(CallGate* gate, grpc::ServerContextBase* context) : gate_(gate), context_(context) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    using grpc::experimental::InterceptionHookPoints;
    // The first thing of a call that is met, and met once.
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      pass_.emplace(gate_->Admit(*context_));
      if (!pass_->status().ok()) context_->TryCancel();
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

// Runs on the threads that read connections, for every call, so it does little.
class CallGate::Processor final : public grpc::AuthMetadataProcessor {
 public:
  Processor(CallGate* gate, std::set<std::string> guarded)
      : gate_(gate), guarded_(std::move(guarded)) {}

  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& metadata, grpc::AuthContext* context, OutputMetadata*,
                       OutputMetadata*) override {
    const absl::StatusOr<Identity> caller = IdentityIn(*context, gate_->trust_domain_);
    if (!caller.ok()) {
      const auto path = metadata.find(":path");
      if (path == metadata.end() ||
          !guarded_.contains(std::string(path->second.data(), path->second.size()))) {
        return ToGrpcStatus(caller.status());
      }
    }
    if (gate_->Arrive(caller.ok() ? caller->agency : "")) return grpc::Status::OK;
    return {grpc::StatusCode::RESOURCE_EXHAUSTED,
            "your agency has far more calls under way than it may; retry after a wait"};
  }

 private:
  CallGate* const gate_;
  const std::set<std::string> guarded_;
};

CallGate::CallGate(std::string trust_domain, int calls_per_agency_max,
                   std::function<absl::Time()> now)
    : trust_domain_(std::move(trust_domain)),
      calls_per_agency_max_(calls_per_agency_max),
      now_(std::move(now)) {}

CallGate::Pass::Pass(Pass&& other) noexcept
    : gate_(std::exchange(other.gate_, nullptr)),
      caller_(std::move(other.caller_)),
      status_(std::move(other.status_)) {}

CallGate::Pass::~Pass() {
  if (gate_ != nullptr) gate_->Leave(*this);
}

bool CallGate::Arrive(const std::string& agency) {
  const absl::Time now = now_();
  {
    const std::lock_guard lock(mutex_);
    Agency& calls = agencies_[agency];
    while (!calls.waiting.empty() && calls.waiting.front() + kWaitingMax < now) {
      calls.waiting.pop_front();
    }
    if (calls.waiting.size() + static_cast<std::size_t>(calls.under_way + calls.refused) <
        static_cast<std::size_t>(calls_per_agency_max_) + kRefusedMax) {
      calls.waiting.push_back(now);
      return true;
    }
  }
  TellOfRefusal(agency);
  return false;
}

CallGate::Pass CallGate::Admit(const grpc::ServerContextBase& context) {
  absl::StatusOr<Identity> caller = IdentityOf(context, trust_domain_);
  if (caller.ok()) return Admit(*std::move(caller));
  const std::lock_guard lock(mutex_);
  Agency& nobody = agencies_[""];
  if (!nobody.waiting.empty()) nobody.waiting.pop_front();
  ++nobody.refused;
  return Pass(this, {}, caller.status());
}

CallGate::Pass CallGate::Admit(Identity caller) {
  {
    const std::lock_guard lock(mutex_);
    Agency& agency = agencies_[caller.agency];
    if (!agency.waiting.empty()) agency.waiting.pop_front();
    if (agency.under_way < calls_per_agency_max_) {
      ++agency.under_way;
      return Pass(this, std::move(caller), absl::OkStatus());
    }
    ++agency.refused;
  }
  TellOfRefusal(caller.agency);
  return Pass(
      this, std::move(caller),
      MakeError(absl::StatusCode::kResourceExhausted, type::v1::ERROR_REASON_OVERLOADED,
                absl::StrCat("your agency has ", calls_per_agency_max_,
                             " calls under way, streams among them, and may have no more; end "
                             "some, or retry after a wait"),
                {{"calls_per_agency_max", absl::StrCat(calls_per_agency_max_)}}));
}

void CallGate::Drain() { is_draining_.store(true); }

CallGate::Work::Work(CallGate* gate) : gate_(gate) {
  const std::lock_guard lock(gate_->mutex_);
  ++gate_->at_work_;
}

CallGate::Work::~Work() {
  const std::lock_guard lock(gate_->mutex_);
  if (--gate_->at_work_ == 0) gate_->is_idle_.notify_all();
}

void CallGate::AwaitIdle(absl::Time deadline) {
  std::unique_lock lock(mutex_);
  is_idle_.wait_until(lock, absl::ToChronoTime(deadline), [this] { return at_work_ == 0; });
}

void CallGate::Leave(const Pass& pass) {
  const std::lock_guard lock(mutex_);
  const auto found = agencies_.find(pass.caller_.agency);
  Agency& agency = found->second;
  --(pass.status_.ok() ? agency.under_way : agency.refused);
  if (agency.waiting.empty() && agency.under_way == 0 && agency.refused == 0) {
    agencies_.erase(found);
  }
}

void CallGate::TellOfRefusal(const std::string& agency) {
  {
    const absl::Time now = now_();
    const std::lock_guard lock(mutex_);
    const auto [told, is_first] = told_of_.try_emplace(agency, now);
    if (!is_first && now < told->second + kToldInterval) return;
    told->second = now;
  }
  LogEvent(LogLevel::kWarning, "calls_refused", {{"agency", agency}});
}

std::shared_ptr<grpc::AuthMetadataProcessor> CallGate::MakeProcessor(
    std::set<std::string> guarded) {
  return std::make_shared<Processor>(this, std::move(guarded));
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> CallGate::MakeInterceptors(
    std::set<std::string> guarded) {
  return std::make_unique<InterceptorFactory>(this, std::move(guarded));
}

}  // namespace serieslink::rpc
