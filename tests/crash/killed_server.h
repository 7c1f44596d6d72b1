#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/agency_client.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

namespace serieslink {

// serieslinkd over one data folder, as often as it is started. Not thread-safe.
class KilledServer {
 public:
  KilledServer();
  // Over a copy of what `other`, which does not run, holds.
  explicit KilledServer(const KilledServer& other);
  KilledServer& operator=(const KilledServer&) = delete;

  std::string DataFolder() const { return directory_.path() + "/data"; }

  // Starts it and waits until it serves. Where it does; empty when it ended before that (a fault
  // point, or a store that it refuses).
  std::string Start(const std::string& fault_point, const std::vector<std::string>& more = {});

  // How it ended, when it has ended by itself.
  int Wait() { return child_->Wait(); }

  // Ends it as a power cut does, and returns how it ended.
  int Kill();
  // Ends it in good order, and returns how it ended.
  int Stop();

  // Checks the store while nothing runs on it. What was found, or why it could not be checked;
  // empty when nothing is wrong.
  std::string CheckStore();
  // The exit code of the same with its result written to `file`.
  int CheckStoreInto(const std::string& file);

  std::string Log() const;

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<ChildProcess> child_;
};

// A client of `agency` on a connection of its own.
AgencyClient ClientOf(const std::string& address, const std::string& agency,
                      const std::string& principal = "feed");

// When a server is killed: so many acknowledgements, and then so much time, after the work on it
// began.
struct Death {
  std::size_t after = 0;
  std::chrono::microseconds delay{};
};

// Told how many acts were acknowledged just now. Thread-safe.
using Moved = std::function<void(std::size_t acknowledged)>;

// Works on the server from a thread each, and kills it when `death` says so. Whether all work was
// complete; each says so of itself.
bool WorkUntil(KilledServer& server, const std::vector<std::function<bool(const Moved&)>>& works,
               std::optional<Death> death);

}  // namespace serieslink
