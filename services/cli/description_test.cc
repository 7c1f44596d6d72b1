#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "services/cli/completion.h"
#include "services/cli/man_page.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DescriptionTest : public testing::Test {
 protected:
  DescriptionTest() : app_("Does things.", "tool") {
    app_.add_option("--server", server_, "Where it is")->required();
    CLI::App* send = app_.add_subcommand("send", "Sends");
    send->add_option("files", files_, "What")->type_name(kFileType);
    send->add_option("--map", map_, "How")->type_name(kFileType);
    send->add_option("--feed", feed_, "Whose")->check(CLI::IsMember({"mps", "force"}));
    send->add_option("--count", count_, "How many");
    send->add_flag("--wait", wait_, "Wait");
    send->footer("\nMore.\n\nExamples:\n  tool send 'a-b' \\x\n  .tool\nEnd.");
    CLI::App* undo = send->add_subcommand("undo", "Takes back");
    undo->add_option("how", how_, "How much")->check(CLI::IsMember({"all", "some"}));
    undo->add_option("--feed", feed_, "Another")->check(CLI::IsMember({"x"}));
  }

  CLI::App app_;
  std::string server_;
  std::string feed_;
  std::string map_;
  std::string how_;
  std::vector<std::string> files_;
  std::uint32_t count_ = 0;
  bool wait_ = false;
};

TEST_F(DescriptionTest, CompletionKnowsCommandsOptionsAndFixedValuesWhereTheyMayStand) {
  const std::string script = BashCompletion(app_);
  EXPECT_THAT(script,
              HasSubstr("\"\") names=\"send\" files=0\n      options=\"--help --server\" ;;"));
  EXPECT_THAT(script, HasSubstr("\"send\") names=\"undo\" files=1\n      options=\"--count --feed "
                                "--help --map --server --wait\" ;;"));
  EXPECT_THAT(script, HasSubstr("\"send undo\") names=\"all some\" files=0\n      options=\"--feed "
                                "--help --server\" ;;"));
  EXPECT_THAT(script, HasSubstr("\"send --feed\") is_value=1 names=\"mps force\" files=0 ;;"));
  EXPECT_THAT(script, HasSubstr("\"send undo --feed\") is_value=1 names=\"x\" files=0 ;;"));
  EXPECT_THAT(script, HasSubstr("\"send --map\") is_value=1 names=\"\" files=1 ;;"));
  EXPECT_THAT(script, HasSubstr("complete -F _tool tool"));
  const std::string zsh = ZshCompletion(app_);
  EXPECT_THAT(zsh, testing::StartsWith("#compdef tool\n"));
  EXPECT_THAT(zsh, HasSubstr("(\"send --feed\") is_value=1 names=(mps force) files=0 ;;"));
}

TEST_F(DescriptionTest, TheManualPageHasEverythingAndNothingThatRoffWouldTake) {
  const std::string page = ManPage(app_, "1.2");
  EXPECT_THAT(page, HasSubstr(".SH NAME\ntool \\- Does things\n"));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-server\\fR \\fIVALUE\\fR\nWhere it is Required.\n"));
  EXPECT_THAT(page, HasSubstr("\n\\fB\\-\\-count\\fR \\fINUMBER\\fR\nHow many\n"));
  EXPECT_THAT(page, HasSubstr(".SS tool send\n\\fBtool send\\fR [\\fIOPTIONS\\fR] [\\fIfiles"));
  EXPECT_THAT(page, HasSubstr(".SS tool send undo\n"));
  EXPECT_THAT(page,
              HasSubstr(".RS 4\n.EX\ntool send 'a\\-b' \\ex\n\\&.tool\n.EE\n.RE\n.PP\nEnd.\n"));
  EXPECT_THAT(page, Not(HasSubstr("\n.tool")));
}

}  // namespace
}  // namespace serieslink::cli
