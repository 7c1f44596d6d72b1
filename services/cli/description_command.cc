#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"
#include "services/cli/man_page.h"

namespace serieslink::cli {

void AddDescriptionCommands(CLI::App& app, Command& chosen) {
  auto shell = std::make_shared<std::string>();
  CLI::App* completion = app.add_subcommand(
      "completion", "Prints what makes a shell complete this program's commands");
  completion->add_option("shell", *shell, "bash or zsh")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
  completion->footer(R"(
Examples:
  mkdir -p ~/.local/share/bash-completion/completions
  serieslink completion bash > ~/.local/share/bash-completion/completions/serieslink
  source <(serieslink completion zsh))");
  completion->callback([&app, &chosen, shell] {
    chosen = [&app, shell] {
      std::cout << (*shell == "bash" ? BashCompletion(app) : ZshCompletion(app)) << std::flush;
      return kExitOk;
    };
  });
  CLI::App* man = app.add_subcommand("man", "Prints this program's manual page");
  man->footer(R"(
Examples:
  serieslink man | man -l -
  mkdir -p ~/.local/share/man/man1
  serieslink man > ~/.local/share/man/man1/serieslink.1)");
  man->callback([&app, &chosen] {
    chosen = [&app] {
      std::cout << ManPage(app, SERIESLINK_VERSION) << std::flush;
      return kExitOk;
    };
  });
}

}  // namespace serieslink::cli
