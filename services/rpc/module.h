#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/rpc/service.h"

namespace serieslink::rpc {

// A service as the server runs it. The server starts modules in the order of their dependencies,
// then serves their gRPC services, and on SIGTERM drains and stops them in the reverse order. Calls
// come from one thread.
class Module {
 public:
  virtual ~Module() = default;

  // The module's name in configuration, logs and health checks, e.g. "ingest".
  virtual std::string_view name() const = 0;

  // Makes the module ready to serve.
  // Errors: whatever keeps it from serving; the server then stops what it had started and exits.
  virtual absl::Status Start() = 0;

  // The gRPC services that it offers, valid from construction to destruction. May be empty. Each
  // derives from rpc::Service and adds its calls there, so that none is served without the gate.
  virtual std::vector<Service*> services() { return {}; }

  // Takes no more work from outside, and ends streams at a point from which their clients can go
  // on. What was accepted is finished. Returns at once or soon.
  virtual void Drain() {}

  // Ends all threads of the module. After Drain, when no call is under way any more.
  virtual void Stop() = 0;
};

}  // namespace serieslink::rpc
