#pragma once

#include <memory>
#include <string>
#include <vector>

#include "serieslink/config/v1/server_config.pb.h"
#include "tests/support/agency_client.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

namespace serieslink {

// serieslinkd in a process of its own, as often as it is started, over one data folder and behind
// one address. Not thread-safe.
class ServerProgram {
 public:
  // `program` is the path of serieslinkd, `leads` its policy for leads. Ends the process when it
  // does not serve.
  explicit ServerProgram(std::string program, config::v1::LeadsConfig leads = {});

  // "host:port", the same after every start.
  const std::string& address() const { return address_; }
  AgencyClient As(const std::string& agency) const;

  void Start();
  // `text` is the vocabulary from the next start on.
  void SetVocabulary(const std::string& text);
  void Signal(int signal) { child_->Signal(signal); }
  // Ends it in good order. Ends the process when it does not end so.
  void Stop();
  // Ends it as a power cut does.
  void Kill();

 private:
  const std::string program_;
  const config::v1::LeadsConfig leads_;
  TemporaryDirectory directory_;
  std::string vocabulary_file_;  // Empty: none.
  std::string address_ = "127.0.0.1:0";
  std::unique_ptr<ChildProcess> child_;
};

// serieslink, run as one principal of one agency against one server.
class ClientProgram {
 public:
  struct Result {
    int exit_code = -1;
    std::string out;
    std::string err;
  };

  // `program` is the path of serieslink.
  ClientProgram(std::string program, const std::string& address, const std::string& agency,
                const std::string& principal = "feed");

  // A folder for files of the test; the program's state lies in it too.
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }
  void Write(const std::string& name, const std::string& text) const;
  std::string Read(const std::string& name) const;
  // The id of the only push that has a journal; empty when there is none.
  std::string OnlyPush() const;

  // Starts it beside the test.
  std::unique_ptr<ChildProcess> Start(const std::vector<std::string>& arguments) const;
  // What it said until it ended.
  Result Finish(ChildProcess& child) const;
  Result Run(const std::vector<std::string>& arguments) const;
  // What a script of `shell` ("sh", "bash", "zsh") says and ends with, in which `serieslink` is the
  // program as Run runs it, $SERIESLINK the program itself, and the folder the current one.
  Result Shell(const std::string& script, const std::string& shell = "sh") const;

 private:
  const std::string program_;
  TemporaryDirectory directory_;
};

}  // namespace serieslink
