#include "services/cli/man_page.h"

#include <CLI/CLI.hpp>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/cli/completion.h"

namespace serieslink::cli {
namespace {

// Text that roff shows as it is.
std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  // A line that begins so would be a request.
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

// What an option takes: its fixed values, or what they are. CLI11 says "TEXT:{a,b}", "INT:INT in
// [1 - 9]" and the like.
std::string ValueOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t colon = type.find(':');
  if (colon != std::string::npos && type.compare(colon + 1, 1, "{") == 0) {
    // With blanks, for a line must end somewhere.
    return absl::StrReplaceAll(type.substr(colon + 1), {{",", ", "}});
  }
  // What a command calls it, such as "SYSTEM ID".
  if (type == kFileType || (colon == std::string::npos && type.find(' ') != std::string::npos)) {
    return type;
  }
  return absl::StartsWith(type, "INT") || absl::StartsWith(type, "UINT") ? "NUMBER" : "VALUE";
}

void AddOptions(CLI::App& app, std::string& page) {
  for (const CLI::Option* option : app.get_options()) {
    std::vector<std::string> names;
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    if (names.empty()) continue;
    std::string head;
    for (const std::string& name : names) {
      absl::StrAppend(&head, head.empty() ? "" : ", ", "\\fB", Escaped(name), "\\fR");
    }
    if (option->get_items_expected_max() > 0) {
      absl::StrAppend(&head, " \\fI", Escaped(ValueOf(*option)), "\\fR");
    }
    absl::StrAppend(&page, ".TP\n", head, "\n", Escaped(option->get_description()),
                    option->get_required() ? " Required." : "", "\n");
  }
}

// A footer: paragraphs, and what is set off, line by line.
void AddFooter(const std::string& footer, bool follows_heading, std::string& page) {
  bool is_set_off = false;
  bool is_first = true;
  for (const absl::string_view view : absl::StrSplit(footer, '\n')) {
    const std::string line(absl::StripTrailingAsciiWhitespace(view));
    const bool sets_off = absl::StartsWith(line, "  ");
    if (is_set_off && !sets_off) page += ".EE\n.RE\n";
    if (line.empty()) {
      is_first = true;
    } else if (sets_off) {
      if (!is_set_off) page += ".RS 4\n.EX\n";
      absl::StrAppend(&page, Escaped(line.substr(2)), "\n");
    } else {
      if ((is_first || is_set_off) && !std::exchange(follows_heading, false)) page += ".PP\n";
      absl::StrAppend(&page, Escaped(line), "\n");
      is_first = false;
    }
    is_set_off = sets_off;
  }
  if (is_set_off) page += ".EE\n.RE\n";
}

// "serieslink push [OPTIONS] [files...]"
std::string SynopsisOf(CLI::App& app, const std::string& path) {
  std::string text = absl::StrCat("\\fB", Escaped(path), "\\fR [\\fIOPTIONS\\fR]");
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const bool many = option->get_items_expected_max() > 1;
    absl::StrAppend(&text, option->get_required() ? " \\fI" : " [\\fI",
                    Escaped(option->get_name(true)), many ? "\\fR..." : "\\fR",
                    option->get_required() ? "" : "]");
  }
  return text;
}

std::vector<CLI::App*> CommandsOf(CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

void AddCommands(CLI::App& app, const std::string& path, std::string& page) {
  for (CLI::App* command : CommandsOf(app)) {
    const std::string own = absl::StrCat(path, " ", command->get_name());
    absl::StrAppend(&page, ".SS ", Escaped(own), "\n", SynopsisOf(*command, own), "\n.PP\n",
                    Escaped(command->get_description()), ".\n");
    for (const CLI::Option* option : command->get_options()) {
      if (!option->get_positional()) continue;
      absl::StrAppend(&page, ".TP\n\\fI", Escaped(option->get_name(true)), "\\fR\n",
                      Escaped(option->get_description()), "\n");
    }
    AddOptions(*command, page);
    AddFooter(command->get_footer(), false, page);
    AddCommands(*command, own, page);
  }
}

}  // namespace

std::string ManPage(CLI::App& app, const std::string& version) {
  const std::string name = app.get_name();
  const std::string description = app.get_description();
  std::string page = absl::StrCat(
      ".TH ", absl::AsciiStrToUpper(name), " 1 \"\" \"", name, " ", version, "\"\n.SH NAME\n", name,
      " \\- ", Escaped(description.substr(0, description.find_last_not_of('.') + 1)),
      "\n.SH SYNOPSIS\n\\fB", name, "\\fR [\\fIOPTIONS\\fR] \\fICOMMAND\\fR ...\n",
      ".SH OPTIONS\nThey may stand behind any command.\n");
  AddOptions(app, page);
  absl::StrAppend(&page, ".SH COMMANDS\n");
  AddCommands(app, name, page);
  absl::StrAppend(&page, ".SH SETTINGS, EXIT STATUS AND EXAMPLES\n");
  AddFooter(app.get_footer(), true, page);
  return page;
}

}  // namespace serieslink::cli
