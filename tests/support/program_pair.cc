#include "tests/support/program_pair.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "google/protobuf/text_format.h"
#include "tests/support/test_pki.h"

namespace serieslink {
namespace {

[[noreturn]] void StopTest(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  std::abort();
}

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

ServerProgram::ServerProgram(std::string program, config::v1::LeadsConfig leads)
    : program_(std::move(program)), leads_(std::move(leads)) {
  Start();
}

void ServerProgram::Start() {
  config::v1::ServerConfig config = TestServerConfig(directory_.path() + "/data");
  config.set_listen_address(address_);
  *config.mutable_leads() = leads_;
  config.set_vocabulary_file(vocabulary_file_);
  std::string text;
  google::protobuf::TextFormat::PrintToString(config, &text);
  std::ofstream(directory_.path() + "/server.textproto") << text;
  auto started =
      ChildProcess::Start({program_, "--config", directory_.path() + "/server.textproto"}, {},
                          directory_.path() + "/log");
  if (!started.ok()) StopTest(started.status().ToString());
  child_ = *std::move(started);
  const auto line = child_->ReadLine();
  const std::string serving = "serving on ";
  if (!line.ok() || !absl::StartsWith(*line, serving)) {
    StopTest("the server does not start: " + ReadAll(directory_.path() + "/log"));
  }
  address_ = line->substr(serving.size());
}

AgencyClient ServerProgram::As(const std::string& agency) const {
  return AgencyClient(agency, NewChannel(address_, TestPki::Get().Client(agency)));
}

void ServerProgram::SetVocabulary(const std::string& text) {
  vocabulary_file_ = directory_.path() + "/vocabulary.textproto";
  std::ofstream(vocabulary_file_, std::ios::binary) << text;
}

void ServerProgram::Stop() {
  child_->Signal(SIGTERM);
  if (child_->Wait() != 0)
    StopTest("the server did not end well: " + ReadAll(directory_.path() + "/log"));
}

void ServerProgram::Kill() {
  child_->Signal(SIGKILL);
  child_->Wait();
}

ClientProgram::ClientProgram(std::string program, const std::string& address,
                             const std::string& agency, const std::string& principal)
    : program_(std::move(program)) {
  const std::string pki = TestPki::Get().directory();
  const std::string own = pki + "/clients/" + agency + "/" + principal;
  Write("config.toml", "server = \"" + address + "\"\nca = \"" + pki + "/ca.pem\"\ncert = \"" +
                           own + ".pem\"\nkey = \"" + own + ".key\"\n");
}

void ClientProgram::Write(const std::string& name, const std::string& text) const {
  std::ofstream(Path(name), std::ios::binary) << text;
}

std::string ClientProgram::Read(const std::string& name) const { return ReadAll(Path(name)); }

std::string ClientProgram::OnlyPush() const {
  std::string id;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(Path("state/pushes"), error)) {
    // What lies beside a journal is no push.
    if (entry.is_directory()) continue;
    if (!id.empty()) StopTest("there is more than one push");
    id = entry.path().filename().string();
  }
  return id;
}

std::unique_ptr<ChildProcess> ClientProgram::Start(
    const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv = {program_, "--config", Path("config.toml")};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  std::filesystem::remove(Path("err"));
  auto started = ChildProcess::Start(argv, {"SERIESLINK_STATE=" + Path("state")}, Path("err"));
  if (!started.ok()) StopTest(started.status().ToString());
  return *std::move(started);
}

ClientProgram::Result ClientProgram::Finish(ChildProcess& child) const {
  Result result;
  for (auto line = child.ReadLine(); line.ok(); line = child.ReadLine()) {
    result.out += *line + "\n";
  }
  result.exit_code = child.Wait();
  result.err = Read("err");
  return result;
}

ClientProgram::Result ClientProgram::Shell(const std::string& script,
                                           const std::string& shell) const {
  std::filesystem::remove(Path("err"));
  const std::string whole = "cd '" + directory_.path() + "'\nSERIESLINK='" + program_ +
                            "'\nserieslink() { \"$SERIESLINK\" --config config.toml \"$@\"; }\n" +
                            script;
  auto started = ChildProcess::Start({"/usr/bin/env", shell, "-c", whole},
                                     {"SERIESLINK_STATE=" + Path("state")}, Path("err"));
  if (!started.ok()) StopTest(started.status().ToString());
  return Finish(**started);
}

ClientProgram::Result ClientProgram::Run(const std::vector<std::string>& arguments) const {
  return Finish(*Start(arguments));
}

}  // namespace serieslink
