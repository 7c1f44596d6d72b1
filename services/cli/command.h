#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/client_context.h"
#include "services/cli/connection.h"
#include "services/cli/table.h"

namespace CLI {
class App;
}

namespace serieslink::cli {

// What every command takes.
struct CommandOptions {
  ConnectionFlags connection;
  std::string format = "table";  // table, json or csv
  int timeout_seconds = 30;      // of a call that is not a stream
};

// Runs when the command line is read; returns an exit code (exit_code.h).
using Command = std::function<int()>;

// Add a group of commands to `app`. The chosen command is left in `chosen`. `options` and `chosen`
// must outlive `app`.
void AddBoundaryCommands(CLI::App& app, Command& chosen);
void AddBorderCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddClearanceCommand(CLI::App& firearm, const CommandOptions& options, Command& chosen);
void AddEnquiryCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddFirearmCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddGenerationCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddLeadsCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddMeetingCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddModelCommands(CLI::App& app, Command& chosen);
void AddNetworkCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddPushCommand(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddPushUndoCommand(CLI::App& push, const CommandOptions& options, Command& chosen);
void AddPushListCommand(CLI::App& push, const CommandOptions& options, Command& chosen);
void AddRecordCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddRejectsCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
// What describes the whole program: to be added last.
void AddDescriptionCommands(CLI::App& app, Command& chosen);
void AddSeriesCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddSeriesReportCommand(CLI::App& series, const CommandOptions& options, Command& chosen);
void AddStolenCommands(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddStolenExchangeCommands(CLI::App& stolen, const CommandOptions& options, Command& chosen);
void AddVocabularyCommands(CLI::App& app, Command& chosen);
void AddWatchCommand(CLI::App& app, const CommandOptions& options, Command& chosen);
void AddWhatIfCommands(CLI::App& series, const CommandOptions& options, Command& chosen);
void AddSummaryCompareCommand(CLI::App& summary, const CommandOptions& options, Command& chosen);
void AddSummaryCommand(CLI::App& app, const CommandOptions& options, Command& chosen);

// Settings resolved and files read. On an error, says it on standard error.
// Errors: as ResolveSettings and Connection::Open.
absl::StatusOr<Connection> Connect(const CommandOptions& options);

// Says `text` on standard error behind the program's name, and returns `exit_code`.
int Fail(int exit_code, const std::string& text);

// What a command that ends with `exit_code` ends with once standard output is written: that, or
// kExitOutputLost when it would be kExitOk and not all could be written, which is said either way.
int CheckOutput(int exit_code);

// Says on standard error why a call failed, and returns the exit code.
int FailCall(const grpc::Status& status, const Connection& connection);

// Gives `context` its deadline.
void SetDeadline(grpc::ClientContext& context, const CommandOptions& options);

// Throws CLI::ValidationError, which says `why`, when an option of `app` was given that is not
// among `allowed`: what would go unheard is refused.
void RefuseOptions(const CLI::App& app, const std::set<std::string>& allowed,
                   const std::string& why);

// The format asked for; the command line has checked it.
Format FormatOf(const CommandOptions& options);

}  // namespace serieslink::cli
