#include "tests/support/test_server.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "google/protobuf/text_format.h"
#include "services/server/fsck_command.h"
#include "tests/support/test_pki.h"

namespace serieslink {

TestServer::TestServer(const linkage::RuleSet& rules) : rules_(rules) { Start(); }

TestServer::~TestServer() { server_->Stop(); }

void TestServer::Start() {
  auto server = server::Server::Start(
      TestServerConfig(directory_.path() + "/data"), [this] { failed_.store(true); }, rules_);
  if (!server.ok()) {
    std::fprintf(stderr, "the server does not start: %s\n", server.status().ToString().c_str());
    std::abort();
  }
  server_ = *std::move(server);
}

AgencyClient TestServer::As(const std::string& agency) const {
  return AgencyClient(agency, NewChannel(address(), TestPki::Get().Client(agency)));
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
  google::protobuf::TextFormat::PrintToString(TestServerConfig(directory_.path() + "/data"), &text);
  std::ofstream(path) << text;
  std::ostringstream found;
  std::ostringstream progress;
  server::FsckArguments arguments;
  arguments.config_path = path;
  const int code = server::RunFsck(arguments, found, progress);
  return code == 2 ? progress.str() : found.str();
}

}  // namespace serieslink
