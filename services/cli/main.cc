#include <google/protobuf/stubs/logging.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"

namespace {

constexpr char kFooter[] = R"(
Connection settings come from their flag, else from the environment (SERIESLINK_SERVER, _CA, _CERT,
_KEY, _SERVER_NAME), else from the configuration file, e.g.:
  server = "serieslink.example:7443"
  ca = "ca.pem"
  cert = "agency.pem"
  key = "agency.key"

Exit codes:
  0  done, and every record was accepted
  1  the command line or a file cannot be used; nothing was sent
  2  some records were rejected, could not be read, or were left alone by an undo, or a file not read
     to its end
  3  the server answered with an error
  4  no connection, or it was lost
  5  not permitted: the certificate or its agency (what a feed refuses is rejected: 2)
  6  the server knows nothing of that name
  7  interrupted by a signal, or a question was answered with no
  8  done, but what it has to say could not be written: is the disk full?

Examples:
  serieslink push --feed mps reports.jsonl
  serieslink push --feed force --mapping guns.toml guns.csv --rejects refused.csv
  serieslink series list --incidents-min 3
  serieslink series get SL-7K2M-9QXD-4TFBG
  serieslink firearm search --serial 'AB12*' --make Glock
  serieslink stolen list --state outstanding
  serieslink border sets --state lead
  serieslink watch --own --position alerts.position
  serieslink query add --serial 'AB12*' --unit trident --purpose "shooting in May" --days 90
  serieslink leads list --limit 20
  serieslink summary 2026Q3)";

// An empty value, as of a variable that a script has not set, is no value: it would pass for an
// option that was not given.
void RefuseEmptyValues(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() == 0) continue;
    option->check(CLI::Validator(
        [](std::string& value) { return std::string(value.empty() ? "give a value" : ""); }, ""));
  }
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    RefuseEmptyValues(*command);
  }
}

}  // namespace

int main(int argc, char** argv) {
  namespace cli = serieslink::cli;
  // gRPC's own log would stand beside our errors; whoever wants it sets the variable.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  google::protobuf::SetLogHandler(nullptr);  // likewise
  // Standard input in blocks.
  std::ios::sync_with_stdio(false);
  cli::CommandOptions options;
  cli::Command chosen;
  CLI::App app("Sends an agency's firearms records to a Serieslink server and reads linked series.",
               "serieslink");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(kFooter);
  app.get_formatter()->column_width(34);
  auto& settings = options.connection.settings;
  app.add_option("--server", settings.server, "The server, host:port");
  app.add_option("--ca", settings.ca_file, "PEM file of the server's certificate authority")
      ->type_name(cli::kFileType);
  app.add_option("--cert", settings.certificate_file, "PEM file of your agency's certificate")
      ->type_name(cli::kFileType);
  app.add_option("--key", settings.key_file, "PEM file of its private key")
      ->type_name(cli::kFileType);
  app.add_option("--server-name", settings.server_name,
                 "Name to expect in the server's certificate [the host in --server]");
  app.add_option("--config", options.connection.config_file,
                 "Configuration file [~/.config/serieslink/config.toml]")
      ->type_name(cli::kFileType);
  app.add_option("--format", options.format, "table, json or csv [table]")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  app.add_option("--timeout", options.timeout_seconds, "Seconds to wait for an answer [30]")
      ->check(CLI::Range(1, 86400));
  cli::AddPushCommand(app, options, chosen);
  cli::AddRecordCommands(app, options, chosen);
  cli::AddRejectsCommands(app, options, chosen);
  cli::AddSeriesCommands(app, options, chosen);
  cli::AddFirearmCommands(app, options, chosen);
  cli::AddStolenCommands(app, options, chosen);
  cli::AddBorderCommands(app, options, chosen);
  cli::AddWatchCommand(app, options, chosen);
  cli::AddEnquiryCommands(app, options, chosen);
  cli::AddNetworkCommands(app, options, chosen);
  cli::AddLeadsCommands(app, options, chosen);
  cli::AddModelCommands(app, chosen);
  cli::AddVocabularyCommands(app, chosen);
  cli::AddBoundaryCommands(app, chosen);
  cli::AddGenerationCommands(app, options, chosen);
  cli::AddSummaryCommand(app, options, chosen);
  cli::AddMeetingCommands(app, options, chosen);
  CLI::App* version = app.add_subcommand("version", "Prints the program's version");
  version->footer("\nExample:\n  serieslink version");
  version->callback([&chosen] {
    chosen = [] {
      std::cout << "serieslink " << SERIESLINK_VERSION << std::endl;
      return cli::kExitOk;
    };
  });
  cli::AddDescriptionCommands(app, chosen);
  RefuseEmptyValues(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return cli::CheckOutput(app.exit(error));
    std::string path = "serieslink";
    const CLI::App* at = &app;
    for (auto named = at->get_subcommands(); !named.empty(); named = at->get_subcommands()) {
      at = named.front();
      path += " " + at->get_name();
    }
    // CLI11's own words, but where a command is mistyped; and what to do next.
    const std::vector<std::string> unknown = app.remaining(true);
    const bool lacks_command = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
                               !at->get_subcommands([](const CLI::App*) { return true; }).empty();
    std::cerr << "serieslink: ";
    if (lacks_command && !unknown.empty()) {
      const std::string command = at == &app ? "" : path.substr(path.find(' ') + 1) + " ";
      std::cerr << "there is no command '" << command << unknown.front() << "'";
    } else if (lacks_command) {
      std::cerr << "name a command";
    } else {
      std::cerr << error.what();
    }
    std::cerr << "\nSee: " << path << " --help" << std::endl;
    return cli::kExitUsage;
  }
  return cli::CheckOutput(chosen());
}
