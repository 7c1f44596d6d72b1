#include "tests/crash/killed_server.h"

#include <sys/wait.h>

#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/test_pki.h"

namespace serieslink {

KilledServer::KilledServer() {
  const config::v1::ServerConfig config = TestServerConfig(DataFolder());
  std::string text;
  google::protobuf::TextFormat::PrintToString(config, &text);
  std::ofstream(directory_.path() + "/server.textproto") << text;
}

KilledServer::KilledServer(const KilledServer& other) : KilledServer() {
  std::filesystem::copy(other.DataFolder(), DataFolder(), std::filesystem::copy_options::recursive);
}

std::string KilledServer::Start(const std::string& fault_point,
                                const std::vector<std::string>& more) {
  std::vector<std::string> environment;
  if (!fault_point.empty()) environment.push_back("SERIESLINK_FAULT_POINT=" + fault_point);
  std::vector<std::string> arguments = {SERIESLINK_SERVER, "--config",
                                        directory_.path() + "/server.textproto"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto started = ChildProcess::Start(arguments, environment, directory_.path() + "/log");
  EXPECT_TRUE(started.ok()) << started.status();
  if (!started.ok()) return {};
  child_ = *std::move(started);
  const auto line = child_->ReadLine();
  constexpr absl::string_view kServing = "serving on ";
  if (!line.ok() || !absl::StartsWith(*line, kServing)) return {};
  return line->substr(kServing.size());
}

int KilledServer::Kill() {
  child_->Signal(SIGKILL);
  return child_->Wait();
}

int KilledServer::Stop() {
  child_->Signal(SIGTERM);
  return child_->Wait();
}

std::string KilledServer::CheckStore() {
  auto started = ChildProcess::Start(
      {SERIESLINK_SERVER, "fsck", "--config", directory_.path() + "/server.textproto"}, {},
      directory_.path() + "/fsck");
  if (!started.ok()) return started.status().ToString();
  std::string found;
  for (auto line = (*started)->ReadLine(); line.ok(); line = (*started)->ReadLine()) {
    absl::StrAppend(&found, *line, "\n");
  }
  const int code = (*started)->Wait();
  return code == 0 ? "" : absl::StrCat("exit code ", code, "\n", found);
}

int KilledServer::CheckStoreInto(const std::string& file) {
  const int ended =
      std::system(absl::StrCat("'", SERIESLINK_SERVER, "' fsck --config '", directory_.path(),
                               "/server.textproto' >'", file, "' 2>'", directory_.path(), "/fsck'")
                      .c_str());
  return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
}

std::string KilledServer::Log() const {
  std::ifstream file(directory_.path() + "/log");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

AgencyClient ClientOf(const std::string& address, const std::string& agency,
                      const std::string& principal) {
  return AgencyClient(agency, NewChannel(address, TestPki::Get().Client(agency, principal)));
}

bool WorkUntil(KilledServer& server, const std::vector<std::function<bool(const Moved&)>>& works,
               std::optional<Death> death) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t moved = 0;
  std::size_t finished = 0;
  std::size_t complete = 0;
  std::vector<std::thread> threads;
  for (const auto& work : works) {
    threads.emplace_back([&] {
      const bool is_complete = work([&](std::size_t acknowledged) {
        const std::lock_guard lock(mutex);
        moved += acknowledged;
        changed.notify_all();
      });
      const std::lock_guard lock(mutex);
      ++finished;
      complete += is_complete ? 1 : 0;
      changed.notify_all();
    });
  }
  if (death.has_value()) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return moved >= death->after || finished == works.size(); });
    // Anywhere in the commits that follow.
    changed.wait_for(lock, death->delay, [&] { return finished == works.size(); });
    lock.unlock();
    server.Kill();
  }
  for (std::thread& thread : threads) thread.join();
  return complete == works.size();
}

}  // namespace serieslink
