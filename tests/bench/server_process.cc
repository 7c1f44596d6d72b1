#include "tests/bench/server_process.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"
#include "tests/bench/byte_stream.h"
#include "tests/bench/figures.h"
#include "tests/support/test_pki.h"

namespace serieslink::bench {

ServerProcess::ServerProcess(std::vector<std::string> command) : command_(std::move(command)) {
  config::v1::ServerConfig config = TestServerConfig(folder_.path() + "/data");
  config.mutable_limits()->set_block_cache_bytes(256u << 20);
  config.clear_feed_permissions();  // as in a new installation
  std::string text;
  google::protobuf::TextFormat::PrintToString(config, &text);
  std::ofstream(folder_.path() + "/server.textproto") << text;
}

double ServerProcess::Start() {
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::string> argv = command_;
  argv.push_back(folder_.path() + "/server.textproto");
  auto child = ChildProcess::Start(argv, {}, folder_.path() + "/log");
  if (!child.ok()) Die("the server does not start");
  child_ = *std::move(child);
  const auto line = child_->ReadLine();
  constexpr absl::string_view kServing = "serving on ";
  if (!line.ok() || !absl::StartsWith(*line, kServing)) Die("the server does not serve: " + Log());
  address_ = line->substr(kServing.size());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void ServerProcess::Stop() {
  child_->Signal(SIGTERM);
  if (child_->Wait() != 0) Die("the server did not end well: " + Log());
}

void ServerProcess::Kill() {
  child_->Signal(SIGKILL);
  child_->Wait();
}

void ServerProcess::MustRun() {
  if (child_->HasEnded()) Die("the server ended: " + Log());
}

double ServerProcess::CpuSeconds() const {
  const std::string stat = ReadFile("/proc/" + std::to_string(child_->pid()) + "/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  std::string field;
  for (int i = 0; i < 11; ++i) fields >> field;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double ServerProcess::PeakBytes() const {
  std::istringstream status(ReadFile("/proc/" + std::to_string(child_->pid()) + "/status"));
  for (std::string line; std::getline(status, line);) {
    if (absl::StartsWith(line, "VmHWM:")) return std::stod(line.substr(6)) * 1024;
  }
  return 0;
}

AgencyClient ServerProcess::As(const std::string& agency) const {
  return AgencyClient(agency, NewChannel(address_, TestPki::Get().Client(agency)));
}

std::string ServerProcess::Log() const { return ReadFile(folder_.path() + "/log"); }

}  // namespace serieslink::bench
