#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "services/server/server.h"
#include "tests/support/agency_client.h"
#include "tests/support/temporary_directory.h"

namespace serieslink {

// The whole server within this process, over a data folder of its own. Ends the process when it
// cannot start. Not thread-safe; its clients are.
class TestServer {
 public:
  explicit TestServer(const linkage::RuleSet& rules = linkage::RuleSet::Serving());
  ~TestServer();

  const std::string& address() const { return server_->address(); }

  // A client with the good certificate of `agency`. Good until Restart.
  AgencyClient As(const std::string& agency) const;

  // Stops the server in good order and starts it again over the same data.
  void Restart();

  // Stops the server in good order, for good, and checks its store (serieslinkd fsck). What that
  // found, in words: "nothing is wrong" and a line end when there is nothing.
  std::string StopAndCheckStore();

  // Whether the server has asked to be stopped.
  bool has_failed() const { return failed_.load(); }

 private:
  void Start();

  const linkage::RuleSet rules_;
  TemporaryDirectory directory_;
  std::atomic<bool> failed_ = false;
  std::unique_ptr<server::Server> server_;
};

}  // namespace serieslink
