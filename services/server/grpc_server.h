#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "services/rpc/call_gate.h"
#include "services/rpc/module.h"
#include "services/rpc/stream.h"
#include "services/server/listener.h"

namespace serieslink::server {

// Bounds that keep one caller from taking what belongs to all.
struct GrpcLimits {
  std::size_t message_bytes_max = 5u << 20;   // a batch of 4 MiB and its envelope
  std::size_t memory_bytes_max = 512u << 20;  // gRPC's own buffers, all connections together
  int threads_max = 512;                      // each call under way holds one
  int calls_per_agency_max = 64;              // so that no agency holds the threads of all
  int streams_per_connection_max = 64;
  rpc::Patience patience;  // with a call's client
  // Revoked and replaced certificates take effect on live connections after this age. Calls that
  // are then under way get `connection_age_grace` to end by themselves.
  absl::Duration connection_age_max = absl::Hours(1);
  absl::Duration connection_age_grace = absl::Minutes(1);
  // A connection without a call is closed after this; a client connects anew when it needs one.
  absl::Duration connection_idle_max = absl::Minutes(10);
  ConnectionLimits connections;
};

// A running gRPC server: health and reflection beside the services of the modules. Health is told
// of the server as a whole (""), of each service by its full name, and of what SetServing names.
class GrpcServer {
 public:
  // Listens on `address` ("host:port"; port 0 lets the system choose) and serves `modules`, which
  // must outlive it, to callers with an identity of `trust_domain`. `now` is the clock.
  // Errors: UNAVAILABLE (the address cannot be listened on).
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Listen(
      const std::string& address, std::shared_ptr<grpc::ServerCredentials> credentials,
      const std::string& trust_domain, const GrpcLimits& limits,
      const std::vector<std::unique_ptr<rpc::Module>>& modules, std::function<absl::Time()> now);

  // The host of `address` with the port that is listened on.
  const std::string& address() const { return listener_->address(); }

  // Reports to health checks of `name` whether it serves for the time being. Thread-safe.
  void SetServing(const std::string& name, bool serves);

  // Reports NOT_SERVING of everything to health checks from now on, so that load balancers turn
  // away.
  void SetNotServing();

  // Accepts no connection and no call any more, and reports NOT_SERVING.
  void Drain();

  // After Drain. Lets calls of the modules that are under way finish until `deadline`, cancels the
  // rest and whatever only watches health, and returns when none is left, a second or two later.
  void Shutdown(absl::Time deadline);

  ~GrpcServer();

 private:
  GrpcServer(std::unique_ptr<rpc::CallGate> gate, std::unique_ptr<grpc::Server> server,
             std::unique_ptr<Listener> listener, std::function<absl::Time()> now)
      : gate_(std::move(gate)),
        server_(std::move(server)),
        listener_(std::move(listener)),
        now_(std::move(now)) {}

  const std::unique_ptr<rpc::CallGate> gate_;  // outlives the server's calls
  const std::unique_ptr<grpc::Server> server_;
  const std::unique_ptr<Listener> listener_;
  const std::function<absl::Time()> now_;
};

}  // namespace serieslink::server
