// Completion and the manual page, in the shells and programs that people use; and what the client
// does when nobody takes what it says.
#include <algorithm>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/graph/public_id.h"
#include "tests/support/program_pair.h"

namespace serieslink {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

class ClientShellTest : public testing::TestWithParam<const char*> {
 protected:
  // No server: nothing here asks one.
  ClientShellTest() : client_(SERIESLINK_CLIENT, "127.0.0.1:1", "mers") {
    client_.Write("guns.csv", "id\n1\n");
  }

  // What the shell offers for the last of `words`.
  std::vector<std::string> Offers(const std::vector<std::string>& words) const {
    const bool is_zsh = std::string(GetParam()) == "zsh";
    std::string script;
    if (is_zsh) {
      // The functions of zsh that a completion calls say what they are given.
      script =
          "compdef() { }; source <(serieslink completion zsh)\n"
          "compadd() { shift; local one; for one; do [[ $one == ${words[CURRENT]}* ]] && print -r "
          "-- $one; done }\n_files() { print -r -- ${words[CURRENT]}*(N) }\n"
          "words=(serieslink ";
    } else {
      script = "source <(serieslink completion bash)\nCOMP_WORDS=(serieslink ";
    }
    for (const std::string& word : words) absl::StrAppend(&script, "'", word, "' ");
    script += is_zsh ? absl::StrCat(")\nCURRENT=", words.size() + 1, "\n_serieslink\n")
                     : absl::StrCat(")\nCOMP_CWORD=", words.size(),
                                    "\n_serieslink\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
    const auto result = client_.Shell(script, GetParam());
    EXPECT_EQ(result.err, "") << absl::StrJoin(words, " ");
    return absl::StrSplit(result.out, absl::ByAnyChar("\n "), absl::SkipEmpty());
  }

  ClientProgram client_;
};

TEST_P(ClientShellTest, CompletesWhatMayStandThere) {
  EXPECT_THAT(Offers({""}), IsSupersetOf({"push", "record", "completion"}));
  EXPECT_THAT(Offers({"pu"}), testing::ElementsAre("push"));
  EXPECT_THAT(Offers({"push", ""}), IsSupersetOf({"undo", "list", "guns.csv"}));
  EXPECT_THAT(Offers({"push", "--feed", ""}), IsSupersetOf({"mps", "force"}));
  EXPECT_THAT(Offers({"push", "--feed", "f"}), testing::ElementsAre("force"));
  EXPECT_THAT(Offers({"push", "--mapping", "gu"}), testing::ElementsAre("guns.csv"));
  EXPECT_THAT(Offers({"push", "--reason", "x", "--ma"}), testing::ElementsAre("--mapping"));
  EXPECT_THAT(Offers({"push", "undo", "--"}), IsSupersetOf({"--reason", "--journal", "--format"}));
  EXPECT_THAT(Offers({"push", "undo", "--"}), Not(Contains("--mapping")));
  EXPECT_THAT(Offers({"completion", ""}), testing::UnorderedElementsAre("bash", "zsh"));
  EXPECT_THAT(Offers({"rejects", "fix", "gu"}), testing::ElementsAre("guns.csv"));
  EXPECT_THAT(Offers({"push", "--agency", ""}), IsEmpty());
  EXPECT_THAT(Offers({"--format", ""}), testing::UnorderedElementsAre("table", "json", "csv"));
  EXPECT_THAT(Offers({"series", "list", "--format", "c"}), testing::ElementsAre("csv"));
  // Two commands have an option of this name, with other values.
  EXPECT_THAT(Offers({"firearm", "search", "--kind", ""}), Contains("gun"));
  EXPECT_THAT(Offers({"network", "expand", "--kind", ""}), Not(Contains("gun")));
}

INSTANTIATE_TEST_SUITE_P(, ClientShellTest, testing::Values("bash", "zsh"),
                         [](const auto& info) { return std::string(info.param); });

TEST(ClientZshTest, CompletesAtThePrompt) {
  const ClientProgram client(SERIESLINK_CLIENT, "127.0.0.1:1", "mers");
  // An interactive zsh in a terminal of its own, to which a line and a tab are typed. It has read
  // no file of its user's, so that completion must be begun by what is sourced.
  const auto result = client.Shell(
      "mkdir bin home && ln -s \"$SERIESLINK\" bin/serieslink\n"
      "export HOME=$PWD/home PATH=$PWD/bin:$PATH TERM=dumb\n"
      "zmodload zsh/zpty\n"
      "zpty prompt zsh -f -i\n"
      "zpty -w prompt 'source <(serieslink completion zsh); print READY'\n"
      "zpty -r prompt line '*READY*READY*'\n"
      "zpty -w -n prompt $'serieslink rejects del\\t--al\\t'\n"
      "zpty -r prompt line '*delete*--all*' && print -r -- completed\n"
      "zpty -d prompt\n",
      "zsh");
  EXPECT_THAT(result.out, HasSubstr("completed")) << result.err;
}

TEST(ClientOutputTest, AFullDiskIsSaid) {
  const ClientProgram client(SERIESLINK_CLIENT, "127.0.0.1:1", "mers");
  for (const char* command : {"man", "completion bash", "version", "--help", "push list",
                              "--format json push list", "--format csv push list"}) {
    const auto result = client.Shell(absl::StrCat("serieslink ", command, " > /dev/full"));
    EXPECT_EQ(result.exit_code, 8) << command;
    EXPECT_THAT(result.err, HasSubstr("standard output is incomplete")) << command;
  }
}

TEST(ClientOutputTest, TheManualPageHasNoFault) {
  const ClientProgram client(SERIESLINK_CLIENT, "127.0.0.1:1", "mers");
  const auto page = client.Shell("serieslink man | groff -k -man -ww -Tutf8 > /dev/null");
  EXPECT_EQ(page.err, "");
}

// A command, and the examples that its section of the manual page has, as they are typed.
struct Described {
  std::string command;  // without the program's name; empty: the program itself
  std::vector<std::string> examples;
};

std::vector<Described> DescribedCommands(const std::string& man_page) {
  std::vector<Described> described;
  bool is_set_off = false;
  bool goes_on = false;
  const std::vector<std::string> lines = absl::StrSplit(man_page, '\n');
  for (const std::string& line : lines) {
    if (absl::StartsWith(line, ".SS ") || absl::StartsWith(line, ".SH ")) {
      const std::string name = absl::StrReplaceAll(line.substr(4), {{"\\-", "-"}});
      described.push_back({std::string(absl::StripPrefix(name, "serieslink ")), {}});
      if (line[2] == 'H') described.back().command = "";
    }
    if (line == ".EX" || line == ".EE") is_set_off = line == ".EX";
    if (!is_set_off || described.empty() || line == ".EX") continue;
    const std::string text = absl::StrReplaceAll(line, {{"\\-", "-"}, {"\\e", "\\"}});
    std::vector<std::string>& examples = described.back().examples;
    if (goes_on) {
      absl::StrAppend(&examples.back(), "\n", text);
    } else if (absl::StrContains(text, "serieslink ")) {
      examples.push_back(text);
    } else {
      continue;
    }
    goes_on = absl::EndsWith(text, "\\");
  }
  return described;
}

TEST(ClientExamplesTest, EveryCommandHasOneAndAllCanBeTypedIn) {
  const ClientProgram client(SERIESLINK_CLIENT, "127.0.0.1:1", "mers");
  // Commands that ask no server, and those that first read files which are not here.
  const std::vector<std::string> without_server = {"push",       "rejects fix", "stolen import",
                                                   "boundary",   "model",       "vocabulary",
                                                   "completion", "man",         "version"};
  // Some write below the home of whoever types them; what another example gives is here already.
  const auto typed_in = [&client](const std::string& example) {
    return client.Shell(absl::StrCat("export HOME=$PWD view=view.1\n", example), "bash");
  };
  int count = 0;
  for (const auto& [command, examples] : DescribedCommands(client.Run({"man"}).out)) {
    SCOPED_TRACE(command);
    if (command.empty()) {  // a section that is no command's, or the program's own
      for (const std::string& example : examples) {
        EXPECT_THAT(typed_in(example).err, Not(HasSubstr("See: serieslink"))) << example;
      }
      continue;
    }
    EXPECT_THAT(examples, Contains(HasSubstr(command))) << "it has no example";
    const bool asks_server =
        std::none_of(without_server.begin(), without_server.end(),
                     [&](const std::string& one) { return absl::StartsWith(command, one); });
    for (const std::string& example : examples) {
      ++count;
      EXPECT_THAT(example, Not(HasSubstr("…")));
      const auto typed = typed_in(example);
      EXPECT_THAT(typed.err, Not(HasSubstr("See: serieslink"))) << example;
      // All that keeps it from being done is that no server is there. (What ends with another
      // program ends as that does.)
      if (asks_server && !absl::StrContains(example, "|")) {
        EXPECT_EQ(typed.exit_code, 4) << example << "\n" << typed.err;
      }
      static const std::regex kId("\\b(RC|EX|EV|WP|SL|FN)-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}");
      for (std::sregex_iterator id(example.begin(), example.end(), kId);
           id != std::sregex_iterator(); ++id) {
        EXPECT_TRUE(graph::ParsePublicId(id->str()).ok()) << id->str();
      }
    }
  }
  EXPECT_GT(count, 60);
}

TEST(ClientOutputTest, WhatIsMistypedOrEmptyIsNamed) {
  const ClientProgram client(SERIESLINK_CLIENT, "127.0.0.1:1", "mers");
  EXPECT_EQ(client.Run({"nosuch"}).err,
            "serieslink: there is no command 'nosuch'\nSee: serieslink --help\n");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"firearm", "search", "--serial", ""},
        {"firearm", "search", "--make", ""},
        {"series", "list", "--agency", ""},
        {"push", "--feed", "force", ""}}) {
    const auto result = client.Run(arguments);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("give a value")) << absl::StrJoin(arguments, " ");
  }
}

}  // namespace
}  // namespace serieslink
