#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"
#include "services/cli/model_input.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::cli {
namespace {

int Check(const std::string& file) {
  const absl::Status used = UseVocabularyFile(file);
  if (!used.ok()) return Fail(kExitUsage, std::string(used.message()));
  std::cout << "vocabulary " << linkage::VocabularyInUse().version() << " can be used\n"
            << std::flush;
  return kExitOk;
}

}  // namespace

void AddVocabularyCommands(CLI::App& app, Command& chosen) {
  CLI::App* vocabulary = app.add_subcommand(
      "vocabulary",
      "What servers read makes, models, calibres, types and serial numbers by. No server is asked");
  vocabulary->require_subcommand(1);
  vocabulary->footer("\nExample:\n  serieslink vocabulary check mine.textproto");

  auto file = std::make_shared<std::string>();
  CLI::App* check = vocabulary->add_subcommand(
      "check", "Says whether a vocabulary's file can be used, and which lines are wrong");
  check->add_option("file", *file, "The file")->required()->type_name(kFileType);
  check->footer(R"(
Examples:
  serieslink vocabulary check mine.textproto)");
  check->callback([&chosen, file] { chosen = [file] { return Check(*file); }; });

  CLI::App* show = vocabulary->add_subcommand("show", "Prints the built-in vocabulary's file");
  show->footer(R"(
Examples:
  serieslink vocabulary show > mine.textproto)");
  show->callback([&chosen] {
    chosen = [] {
      std::cout << linkage::DefaultVocabularyText() << std::flush;
      return kExitOk;
    };
  });
}

}  // namespace serieslink::cli
