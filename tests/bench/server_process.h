#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/agency_client.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::bench {

// A server in a process of its own, over a data folder of its own, configured as a new installation
// is. Whatever goes wrong ends this process with a message. Not thread-safe; its clients are.
class ServerProcess {
 public:
  // `command` starts the server; the path of its configuration is added at the end.
  explicit ServerProcess(std::vector<std::string> command);

  // Starts it and waits until it serves. Returns how many seconds that took.
  double Start();
  // Ends it in good order.
  void Stop();
  // Ends it as a crash would.
  void Kill();
  // Checks that it is still there.
  void MustRun();

  // User and system time since it started, s.
  double CpuSeconds() const;
  // The most that it has ever had in memory, bytes.
  double PeakBytes() const;

  AgencyClient As(const std::string& agency) const;
  const std::string& address() const { return address_; }

 private:
  std::string Log() const;

  const std::vector<std::string> command_;
  TemporaryDirectory folder_;
  std::unique_ptr<ChildProcess> child_;
  std::string address_;
};

}  // namespace serieslink::bench
