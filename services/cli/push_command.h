#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/cli/command.h"
#include "services/cli/exchange_reader.h"
#include "services/cli/push_stream.h"

namespace serieslink::cli {

// What is pushed, and how.
struct PushOptions {
  std::string feed;
  std::string mapping_file;
  std::optional<ExchangeInput> exchange;  // the files are another register's
  std::string agency;
  std::string rejects_file;
  int batch_messages = kBatchMessages;
  bool wait_for_linkage = false;
  bool dry_run = false;
  bool no_journal = false;
  bool last_row_complete = false;
  std::string resume;  // id of the push to go on with
  bool server_moved = false;
  int retry_seconds = 300;
  std::vector<std::string> files;
};

// The options of a push that do not say what its files are.
void AddSendingOptions(CLI::App& command, PushOptions& options);

// Reads the files, sends what they hold, and says what became of it. Returns an exit code.
int RunPush(const CommandOptions& common, PushOptions options);

}  // namespace serieslink::cli
