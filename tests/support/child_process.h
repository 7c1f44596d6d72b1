#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace serieslink {

// A program that runs beside the test. It is started by posix_spawn, so it may be started whatever
// threads and gRPC objects this process has. Not thread-safe.
class ChildProcess {
 public:
  // Starts `argv[0]` with this process's environment and `environment` ("NAME=value") beside it.
  // Its standard output can be read here; its standard error goes to `error_file`, at the end, or
  // to this process's own when that is empty. It inherits no other file. Errors: INTERNAL (it
  // cannot be started).
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::vector<std::string>& argv, const std::vector<std::string>& environment = {},
      const std::string& error_file = "");

  // Kills the program when it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The next line of its standard output, without the line end.
  // Errors: OUT_OF_RANGE (there is none: it closed its output).
  absl::StatusOr<std::string> ReadLine();

  // Sends a signal. Without effect once the program has ended and was waited for.
  void Signal(int signal);

  // Its process id, good until it was waited for.
  pid_t pid() const { return pid_; }

  // Whether it has ended.
  bool HasEnded();

  // Waits for its end. The exit code, or minus the number of the signal that ended it.
  int Wait();

 private:
  ChildProcess(pid_t pid, int output) : pid_(pid), output_(output) {}

  void Note(int status);

  pid_t pid_;
  int output_;
  std::string unread_;
  bool waited_ = false;
  int ended_with_ = 0;
};

// Runs a program to its end. Errors: INTERNAL (it cannot be started, or ends with anything but 0;
// its standard error is this process's own).
absl::Status RunProgram(const std::vector<std::string>& argv);

}  // namespace serieslink
