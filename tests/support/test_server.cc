#include "tests/support/test_server.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "google/protobuf/text_format.h"
#include "services/server/fsck_command.h"
#include "tests/support/test_pki.h"

namespace serieslink {

TestServer::TestServer(const linkage::RuleSet& rules) : rules_(rules) { Start(); }

TestServer::TestServer(const config::v1::LeadsConfig& leads, absl::Duration ago)
    : rules_(linkage::RuleSet::Serving()),
      leads_(leads),
      behind_us_(absl::ToInt64Microseconds(ago)) {
  Start();
}

TestServer::~TestServer() { server_->Stop(); }

void TestServer::Start() {
  auto server = server::Server::Start(
      Config(), [this] { failed_.store(true); }, rules_,
      [this] { return absl::Now() - absl::Microseconds(behind_us_.load()); });
  if (!server.ok()) {
    std::fprintf(stderr, "the server does not start: %s\n", server.status().ToString().c_str());
    std::abort();
  }
  server_ = *std::move(server);
}

config::v1::ServerConfig TestServer::Config() const {
  config::v1::ServerConfig config = TestServerConfig(directory_.path() + "/data");
  *config.mutable_leads() = leads_;
  return config;
}

AgencyClient TestServer::As(const std::string& agency, const std::string& principal) const {
  return AgencyClient(agency, NewChannel(address(), TestPki::Get().Client(agency, principal)));
}

void TestServer::Restart() {
  server_->Stop();
  server_.reset();
  Start();
}

std::string TestServer::StopAndCheckStore() {
  server_->Stop();
  const std::string path = directory_.path() + "/server.textproto";
  std::string text;
  google::protobuf::TextFormat::PrintToString(Config(), &text);
  std::ofstream(path) << text;
  std::ostringstream found;
  std::ostringstream progress;
  server::FsckArguments arguments;
  arguments.config_path = path;
  const int code = server::RunFsck(arguments, found, progress);
  return code == 2 ? progress.str() : found.str();
}

}  // namespace serieslink
