#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "serieslink/config/v1/server_config.pb.h"
#include "services/linkage/core/rules.h"
#include "services/rpc/page_token.h"
#include "services/server/grpc_server.h"
#include "services/server/lifecycle.h"
#include "storage/api/store.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::server {

// All modules over one embedded store, served over mutual TLS. Start, Stop and destruction from one
// thread.
class Server {
 public:
  // Opens the store, starts the modules and listens. `on_failure` is called, from any thread, when
  // the server can no longer do its work and must be stopped. Errors: INVALID_ARGUMENT
  // (configuration, certificates), FAILED_PRECONDITION (the store is in use), UNAVAILABLE
  // (address), DATA_LOSS (store).
  // `rules` are the serving ones, except where a benchmark compares with another system: no
  // configuration changes them. `now` is the clock of everything but the network, likewise another
  // one only in tests. A store that has lost acknowledged commits is opened only if its log now
  // ends at `accepted_log_end`.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const config::v1::ServerConfig& config, std::function<void()> on_failure,
      const linkage::RuleSet& rules = linkage::RuleSet::Serving(),
      const std::function<absl::Time()>& now = absl::Now,
      std::optional<storage::Position> accepted_log_end = std::nullopt);

  // "host:port" that is listened on.
  const std::string& address() const { return grpc_->address(); }

  // Turns new work away, finishes what was accepted (for as long as the configuration says), and
  // closes the store. Idempotent.
  void Stop();

  ~Server();

 private:
  Server() = default;
  absl::Status Open(const config::v1::ServerConfig& config, std::function<void()> on_failure,
                    const linkage::RuleSet& rules, const std::function<absl::Time()>& now,
                    std::optional<storage::Position> accepted_log_end);
  void SetLinkageFollows(bool follows);

  std::atomic<bool> is_draining_ = false;
  std::mutex health_mutex_;
  bool linkage_follows_ = false;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<graph::Graph> graph_;
  std::unique_ptr<graph::RecentCommits> recent_;
  std::unique_ptr<graph::IdKey> ids_;
  std::unique_ptr<rpc::PageTokenSealer> tokens_;
  Lifecycle lifecycle_;
  std::unique_ptr<GrpcServer> grpc_;
  absl::Duration drain_ = absl::Seconds(20);
};

}  // namespace serieslink::server
