#include "services/cli/command.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "services/cli/call_error.h"
#include "services/cli/exit_code.h"

namespace serieslink::cli {

int Fail(int exit_code, const std::string& text) {
  std::cerr << "serieslink: " << text << std::endl;
  return exit_code;
}

int CheckOutput(int exit_code) {
  if (std::cout.flush()) return exit_code;
  Fail(kExitOutputLost,
       "standard output is incomplete: it could not be written; is the disk full?");
  return exit_code == kExitOk ? kExitOutputLost : exit_code;
}

int FailCall(const grpc::Status& status, const Connection& connection) {
  const CallError error = ExplainCallError(status, connection);
  return Fail(error.exit_code, error.text);
}

absl::StatusOr<Connection> Connect(const CommandOptions& options) {
  const auto settings = ResolveSettings(options.connection,
                                        [](const char* variable) { return std::getenv(variable); });
  absl::StatusOr<Connection> connection =
      settings.ok() ? Connection::Open(*settings) : absl::StatusOr<Connection>(settings.status());
  if (!connection.ok()) std::cerr << "serieslink: " << connection.status().message() << std::endl;
  return connection;
}

void SetDeadline(grpc::ClientContext& context, const CommandOptions& options) {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(options.timeout_seconds));
}

Format FormatOf(const CommandOptions& options) {
  return ParseFormat(options.format).value_or(Format::kTable);
}

void RefuseOptions(const CLI::App& app, const std::set<std::string>& allowed,
                   const std::string& why) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name =
        option->get_lnames().empty() ? option->get_name() : option->get_lnames()[0];
    if (option->count() == 0 || allowed.contains(name)) continue;
    throw CLI::ValidationError(option->get_lnames().empty() ? name : "--" + name, why);
  }
}

}  // namespace serieslink::cli
