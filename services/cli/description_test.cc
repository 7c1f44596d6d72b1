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
    send->add_option("files", files_, "What");
    send->add_option("--feed", feed_, "Whose")->check(CLI::IsMember({"mps", "force"}));
    send->add_flag("--wait", wait_, "Wait");
    send->footer("\nMore.\n\nExamples:\n  tool send 'a-b' \\x\n  .tool\nEnd.");
    send->add_subcommand("undo", "Takes back");
  }

  CLI::App app_;
  std::string server_;
  std::string feed_;
  std::vector<std::string> files_;
  bool wait_ = false;
};

TEST_F(DescriptionTest, CompletionKnowsCommandsOptionsAndFixedValues) {
  const std::string script = BashCompletion(app_);
  EXPECT_THAT(script, HasSubstr("\"\") words=\"--help --server send\" ;;"));
  EXPECT_THAT(script, HasSubstr("\"send\") words=\"--feed --help --server --wait undo\" ;;"));
  EXPECT_THAT(script, HasSubstr("\"send undo\") words="));
  EXPECT_THAT(script, HasSubstr("--feed) words=\"mps force\" ;;"));
  EXPECT_THAT(script, HasSubstr("complete -o default -F _tool tool"));
  EXPECT_THAT(ZshCompletion(app_), HasSubstr("bashcompinit\n# Completion of tool"));
}

TEST_F(DescriptionTest, TheManualPageHasEverythingAndNothingThatRoffWouldTake) {
  const std::string page = ManPage(app_, "1.2");
  EXPECT_THAT(page, HasSubstr(".SH NAME\ntool \\- Does things\n"));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-server\\fR \\fIVALUE\\fR\nWhere it is Required.\n"));
  EXPECT_THAT(page, HasSubstr(".SS tool send\n\\fBtool send\\fR [\\fIOPTIONS\\fR] [\\fIfiles"));
  EXPECT_THAT(page, HasSubstr(".SS tool send undo\n"));
  EXPECT_THAT(page,
              HasSubstr(".RS 4\n.EX\ntool send 'a\\-b' \\ex\n\\&.tool\n.EE\n.RE\n.PP\nEnd.\n"));
  EXPECT_THAT(page, Not(HasSubstr("\n.tool")));
}

}  // namespace
}  // namespace serieslink::cli
