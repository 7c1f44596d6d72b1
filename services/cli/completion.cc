#include "services/cli/completion.h"

#include <CLI/CLI.hpp>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

// What may follow a command, "" being the program itself.
struct Following {
  std::vector<std::string> names;  // commands below it, and the fixed values of what it takes
  std::vector<std::string>
      options;  // "--feed", its own and those that may stand behind any command
  bool takes_files = false;
};

// What may follow an option that takes a value.
struct Value {
  std::string words;  // its fixed values, with blanks between them; empty: there are none
  bool is_file = false;
};

struct Words {
  std::map<std::string, Following> of_command;
  std::map<std::string, Value> of_option;  // by the command and the option, "push --feed"
};

// The fixed values of an option, with blanks between them; empty when it has none.
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

// `inherited`: the options of the commands above, in whose place those of `app` come.
void Collect(CLI::App& app, const std::string& path, std::map<std::string, CLI::Option*> inherited,
             Words& words) {
  Following& own = words.of_command[path];
  for (CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      own.takes_files |= absl::StartsWith(option->get_type_name(), kFileType);
      if (const std::string values = ValuesOf(*option); !values.empty()) {
        own.names.push_back(values);
      }
    }
    for (const std::string& name : option->get_lnames()) inherited["--" + name] = option;
  }
  for (const auto& [name, option] : inherited) {
    own.options.push_back(name);
    if (option->get_items_expected_max() == 0) continue;
    words.of_option[absl::StrCat(path, " ", name)] = {
        ValuesOf(*option), absl::StartsWith(option->get_type_name(), kFileType)};
  }
  // What stands behind a command is its own or the program's: those of a command between are not
  // taken below it.
  std::map<std::string, CLI::Option*> of_program;
  const CLI::App* program = &app;
  while (program->get_parent() != nullptr) program = program->get_parent();
  for (const auto& [name, option] : inherited) {
    if (program->get_option_no_throw(name) == option) of_program[name] = option;
  }
  for (CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    own.names.push_back(command->get_name());
    Collect(*command, path.empty() ? command->get_name() : path + " " + command->get_name(),
            of_program, words);
  }
}

Words WordsOf(CLI::App& app) {
  Words words;
  Collect(app, "", {}, words);
  return words;
}

// How a shell writes the members of an array, the beginning of a pattern of `case`, and a list.
struct Syntax {
  struct Around {
    std::string_view before;
    std::string_view after;
  };
  Around known;
  std::string_view pattern;
  Around list;
};

// What a script knows, as its shell writes it.
struct Lists {
  std::string commands;  // members of the array of commands
  std::string cases;     // what follows a command
  std::string values;    // what follows an option
};

Lists ListsOf(const Words& words, const Syntax& syntax) {
  const auto list = [&](const std::string& text) {
    return absl::StrCat(AbslView(syntax.list.before), text, AbslView(syntax.list.after));
  };
  const auto pattern = [&](const std::string& text) {
    return absl::StrCat("    ", AbslView(syntax.pattern), "\"", text, "\") ");
  };
  Lists lists;
  for (const auto& [path, following] : words.of_command) {
    if (!path.empty()) {
      absl::StrAppend(&lists.commands, "    ", AbslView(syntax.known.before), path,
                      AbslView(syntax.known.after), "\n");
    }
    absl::StrAppend(&lists.cases, pattern(path),
                    "names=", list(absl::StrJoin(following.names, " ")),
                    " files=", following.takes_files ? 1 : 0,
                    "\n      options=", list(absl::StrJoin(following.options, " ")), " ;;\n");
  }
  for (const auto& [option, value] : words.of_option) {
    absl::StrAppend(&lists.values, pattern(option), "is_value=1 names=", list(value.words),
                    " files=", value.is_file ? 1 : 0, " ;;\n");
  }
  return lists;
}

}  // namespace

std::string BashCompletion(CLI::App& app) {
  const Words words = WordsOf(app);
  const std::string name = app.get_name();
  const Lists lists =
      ListsOf(words, {.known = {"[\"", "\"]=1"}, .pattern = "", .list = {"\"", "\""}});
  return absl::StrCat("# Completion of ", name, " for bash, as '", name,
                      " completion bash' prints it.\n_", name, R"(() {
  local cur="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
  local where="" names="" options="" files=0 is_value=0 at longer
  local -A known=(
)",
                      lists.commands, R"(  )
  for ((at = 1; at < COMP_CWORD; ++at)); do
    longer="${where:+$where }${COMP_WORDS[at]}"
    if [[ -n "${known[$longer]:-}" ]]; then where="$longer"; fi
  done
  case "$where $previous" in
)",
                      lists.values, R"(  esac
  if ((!is_value)); then
    case "$where" in
)",
                      lists.cases, R"(    esac
    if [[ "$cur" == -* || ( -z "$names" && "$files" == 0 ) ]]; then names="$options" files=0; fi
  fi
  COMPREPLY=()
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$names" -- "$cur")
  if ((files)); then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
    compopt -o filenames 2> /dev/null
  fi
}
complete -F _)",
                      name, " ", name, "\n");
}

std::string ZshCompletion(CLI::App& app) {
  const Words words = WordsOf(app);
  const std::string name = app.get_name();
  const Lists lists = ListsOf(words, {.known = {"\"", "\" 1"}, .pattern = "(", .list = {"(", ")"}});
  return absl::StrCat("#compdef ", name, "\n# Completion of ", name, " for zsh, as '", name,
                      " completion zsh' prints it: a file _", name,
                      " in a folder of\n# $fpath, or read by 'source'.\n_", name, R"(() {
  local where="" longer at files=0 is_value=0
  local -a names options
  local -A known
  known=(
)",
                      lists.commands, R"(  )
  for ((at = 2; at < CURRENT; ++at)); do
    longer="${where:+$where }${words[at]}"
    if [[ -n "${known[$longer]}" ]]; then where="$longer"; fi
  done
  case "$where ${words[CURRENT-1]}" in
)",
                      lists.values, R"(  esac
  if ((!is_value)); then
    case "$where" in
)",
                      lists.cases, R"(    esac
    if [[ "${words[CURRENT]}" == -* ]] || ((! ${#names} && ! files)); then
      names=("${options[@]}")
      files=0
    fi
  fi
  if ((${#names})); then compadd -- "${names[@]}"; fi
  if ((files)); then _files; fi
}
if [[ "${funcstack[1]}" == "_)",
                      name, R"(" ]]; then
  _)",
                      name, R"( "$@"
else
  if ! (( ${+functions[compdef]} )); then autoload -Uz compinit && compinit; fi
  compdef _)",
                      name, " ", name, "\nfi\n");
}

}  // namespace serieslink::cli
