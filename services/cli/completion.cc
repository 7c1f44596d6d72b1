#include "services/cli/completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace serieslink::cli {
namespace {

// Words by the command that they may follow, "" being the program itself.
struct Words {
  std::map<std::string, std::vector<std::string>> of_command;
  std::map<std::string, std::string> of_option;  // the values of those that have fixed ones
};

// The fixed values of an option, with spaces between them; empty when it has none.
std::string ValuesOf(CLI::Option& option) {
  std::string values;
  try {
    // CLI::IsMember describes itself as "{a,b,c}".
    values = option.get_validator(0)->get_description();
  } catch (const CLI::OptionNotFound&) {
    return "";
  }
  if (values.size() < 2 || values.front() != '{' || values.back() != '}') return "";
  return absl::StrReplaceAll(values.substr(1, values.size() - 2), {{",", " "}});
}

void Collect(CLI::App& app, const std::string& path, const std::vector<std::string>& inherited,
             Words& words) {
  std::vector<std::string> options = inherited;
  for (CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      options.push_back("--" + name);
      if (const std::string values = ValuesOf(*option); !values.empty()) {
        words.of_option["--" + name] = values;
      }
    }
  }
  std::vector<std::string>& own = words.of_command[path];
  own = options;
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    own.push_back(command->get_name());
    Collect(*command, path.empty() ? command->get_name() : path + " " + command->get_name(),
            options, words);
  }
}

}  // namespace

std::string BashCompletion(CLI::App& app) {
  Words words;
  Collect(app, "", {}, words);
  const std::string name = app.get_name();
  std::string commands;
  std::string cases;
  for (const auto& [path, following] : words.of_command) {
    if (!path.empty()) absl::StrAppend(&commands, "    [\"", path, "\"]=1\n");
    std::vector<std::string> once = following;
    std::sort(once.begin(), once.end());
    once.erase(std::unique(once.begin(), once.end()), once.end());
    absl::StrAppend(&cases, "    \"", path, "\") words=\"", absl::StrJoin(once, " "), "\" ;;\n");
  }
  std::string values;
  for (const auto& [option, known] : words.of_option) {
    absl::StrAppend(&values, "    ", option, ") words=\"", known, "\" ;;\n");
  }
  return absl::StrCat("# Completion of ", name, " for bash, as '", name,
                      " completion bash' prints it.\n_", name, R"(() {
  local cur="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
  local path="" words="" at
  local -A commands=(
)",
                      commands, R"(  )
  for ((at = 1; at < COMP_CWORD; ++at)); do
    local longer="${path:+$path }${COMP_WORDS[at]}"
    if [[ -n "${commands[$longer]:-}" ]]; then path="$longer"; fi
  done
  case "$previous" in
)",
                      values, R"(  esac
  if [[ -z "$words" ]]; then
    case "$path" in
)",
                      cases, R"(    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -o default -F _)",
                      name, " ", name, "\n");
}

std::string ZshCompletion(CLI::App& app) {
  return absl::StrCat("autoload -U +X bashcompinit && bashcompinit\n", BashCompletion(app));
}

}  // namespace serieslink::cli
