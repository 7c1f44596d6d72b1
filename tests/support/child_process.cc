#include "tests/support/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"

extern char** environ;

namespace serieslink {

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& argv, const std::vector<std::string>& environment,
    const std::string& error_file) {
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.data()));
  arguments.push_back(nullptr);
  std::vector<char*> variables;
  for (const std::string& one : environment) variables.push_back(const_cast<char*>(one.data()));
  for (char** one = environ; *one != nullptr; ++one) variables.push_back(*one);
  variables.push_back(nullptr);

  int output[2];
  if (pipe2(output, O_CLOEXEC) != 0) return absl::InternalError("cannot make a pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  if (!error_file.empty()) {
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_file.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
  }
  // A pipe that the test writes must end when the test closes it, whatever was started meanwhile.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  if (error != 0) {
    close(output[0]);
    return absl::InternalError(absl::StrCat("cannot start ", argv[0], ": ", std::strerror(error)));
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, output[0]));
}

ChildProcess::~ChildProcess() {
  Signal(SIGKILL);
  Wait();
  close(output_);
}

absl::StatusOr<std::string> ChildProcess::ReadLine() {
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    char buffer[512];
    const ssize_t count = read(output_, buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return absl::OutOfRangeError("the program closed its output");
    unread_.append(buffer, static_cast<std::size_t>(count));
  }
}

void ChildProcess::Signal(int signal) {
  if (!waited_) kill(pid_, signal);
}

bool ChildProcess::HasEnded() {
  int status = 0;
  if (!waited_ && waitpid(pid_, &status, WNOHANG) == pid_) Note(status);
  return waited_;
}

int ChildProcess::Wait() {
  while (!waited_) {
    int status = 0;
    if (waitpid(pid_, &status, 0) != pid_) {
      if (errno == EINTR) continue;
      std::perror("waitpid");
      std::abort();
    }
    Note(status);
  }
  return ended_with_;
}

void ChildProcess::Note(int status) {
  ended_with_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  waited_ = true;
}

absl::Status RunProgram(const std::vector<std::string>& argv) {
  auto child = ChildProcess::Start(argv);
  if (!child.ok()) return child.status();
  while ((*child)->ReadLine().ok()) {
  }
  const int code = (*child)->Wait();
  if (code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(argv[0], " ended with ", code));
}

}  // namespace serieslink
