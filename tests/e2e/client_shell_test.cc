// Completion and the manual page, in the shells and programs that people use; and what the client
// does when nobody takes what it says.
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

TEST(ClientOutputTest, TheManualPageHasNoFaultAndExamplesCanBeRun) {
  const ClientProgram client(SERIESLINK_CLIENT, "127.0.0.1:1", "mers");
  const auto page = client.Shell("serieslink man | groff -k -man -ww -Tutf8 > /dev/null");
  EXPECT_EQ(page.err, "");
  const auto examples = client.Shell("serieslink man | sed -n '/^.EX/,/^.EE/p'").out;
  EXPECT_THAT(examples, HasSubstr("serieslink series explain"));
  EXPECT_THAT(examples, Not(HasSubstr("…"))) << "an example must be one that can be typed in";
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
