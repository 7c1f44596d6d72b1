#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/security/auth_metadata_processor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_interceptor.h"
#include "services/rpc/identity.h"

namespace serieslink::rpc {

// Lets calls in: says who calls, and keeps one agency from holding what belongs to all. Every call
// under way holds a thread of the server, so one agency's may be only some of them.
//
// A call passes twice. When its headers come, on the thread that reads its connection, it is turned
// away at once if its agency has as many calls as it may and some more: then no thread takes it and
// no queue grows, however many thousand calls a client begins and resets. When a thread takes it,
// it is admitted, or refused in full, with a reason and details, which the first pass cannot send.
// Thread-safe.
class CallGate {
 public:
  // `calls_per_agency_max` is 1 or more. `now` is the clock.
  CallGate(std::string trust_domain, int calls_per_agency_max, std::function<absl::Time()> now);

  // A call that a thread has taken. It counts until this goes; the gate must live until then.
  class Pass {
   public:
    Pass(Pass&& other) noexcept;
    Pass& operator=(Pass&&) = delete;
    ~Pass();

    // OK: admitted. Errors: UNAUTHENTICATED with IDENTITY_MISSING (as IdentityOf);
    // RESOURCE_EXHAUSTED with OVERLOADED (the agency has as many calls under way as it may).
    const absl::Status& status() const { return status_; }
    // Who calls; of an admitted call.
    const Identity& caller() const { return caller_; }

   private:
    friend class CallGate;
    Pass(CallGate* gate, Identity caller, absl::Status status)
        : gate_(gate), caller_(std::move(caller)), status_(std::move(status)) {}

    CallGate* gate_;
    Identity caller_;  // without an agency: nobody that is known
    absl::Status status_;
  };

  // The first pass, of a call of `agency`, empty for nobody that is known. False: turn it away.
  bool Arrive(const std::string& agency);

  // The second one.
  Pass Admit(const grpc::ServerContextBase& context);
  Pass Admit(Identity caller);

  // From now on calls of services that are guarded are refused, and AwaitIdle waits for those under
  // way. What gRPC serves itself goes on: health checks say that the server is going down.
  void Drain();
  bool is_draining() const { return is_draining_.load(); }

  // A call of a guarded service that does its work. The gate must live until it goes.
  class Work {
   public:
    explicit Work(CallGate* gate);
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    CallGate* const gate_;
  };

  // Waits until no call of a guarded service is under way, or `deadline`.
  void AwaitIdle(absl::Time deadline);

  // Performs the first pass for every call, and turns away each without an identity whose path is
  // not among `guarded`: those refuse in their own words. The gate must outlive the server.
  std::shared_ptr<grpc::AuthMetadataProcessor> MakeProcessor(std::set<std::string> guarded);

  // Performs the second pass for calls of services that are not ours, whose name is not among
  // `guarded`: they cannot refuse in their own words, so what is not admitted is cancelled. The
  // gate must outlive the server.
  std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeInterceptors(
      std::set<std::string> guarded);

 private:
  class Processor;

  struct Agency {
    std::deque<absl::Time> waiting;  // since when calls wait for a thread
    int under_way = 0;               // admitted
    int refused = 0;                 // and have not yet been told
  };

  void Leave(const Pass& pass);
  void TellOfRefusal(const std::string& agency);

  const std::string trust_domain_;
  const int calls_per_agency_max_;
  const std::function<absl::Time()> now_;
  std::atomic<bool> is_draining_ = false;
  std::mutex mutex_;
  std::condition_variable is_idle_;
  int at_work_ = 0;                            // calls of guarded services
  std::map<std::string, Agency> agencies_;     // with calls
  std::map<std::string, absl::Time> told_of_;  // when the operator's log told of refused calls
};

}  // namespace serieslink::rpc
