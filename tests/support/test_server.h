#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "serieslink/config/v1/server_config.pb.h"
#include "services/server/server.h"
#include "tests/support/agency_client.h"
#include "tests/support/temporary_directory.h"

namespace serieslink {

// The whole server within this process, over a data folder of its own. Ends the process when it
// cannot start. Not thread-safe; its clients are.
class TestServer {
 public:
  explicit TestServer(const linkage::RuleSet& rules = linkage::RuleSet::Serving());
  // One with a policy for leads, whose clock is `ago` behind until SetClock says otherwise.
  TestServer(const config::v1::LeadsConfig& leads, absl::Duration ago);
  ~TestServer();

  const std::string& address() const { return server_->address(); }

  // A client with the good certificate of `agency` ("mps" has a second person, "analyst"). Good
  // until Restart.
  AgencyClient As(const std::string& agency, const std::string& principal = "feed") const;

  // Makes the server's clock `ago` behind. It never goes back.
  void SetClock(absl::Duration ago) { behind_us_.store(absl::ToInt64Microseconds(ago)); }

  // Stops the server in good order and starts it again over the same data.
  void Restart();

  // Stops the server in good order, for good, and checks its store (serieslinkd fsck). What that
  // found, in words: "nothing is wrong" and a line end when there is nothing.
  std::string StopAndCheckStore();

  // Whether the server has asked to be stopped.
  bool has_failed() const { return failed_.load(); }

 private:
  void Start();
  config::v1::ServerConfig Config() const;

  const linkage::RuleSet rules_;
  const config::v1::LeadsConfig leads_;
  TemporaryDirectory directory_;
  std::atomic<bool> failed_ = false;
  std::atomic<std::int64_t> behind_us_ = 0;
  std::unique_ptr<server::Server> server_;
};

}  // namespace serieslink
