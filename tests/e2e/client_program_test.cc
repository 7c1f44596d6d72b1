// The client as a person or a script runs it, against a server that may die at any moment.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/client_case.h"

namespace serieslink {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ClientProgramTest : public ClientCase {
 protected:
  ClientProgramTest() {
    // A client that ends early is for the expectations to tell.
    std::signal(SIGPIPE, SIG_IGN);
  }

  // Waits until the log has a revision.
  void WaitForRevision(std::int64_t revision) const {
    const AgencyClient mers = server_.As("mers");
    series::v1::ListSeriesRequest request;
    request.mutable_view()->set_min_revision(revision);
    // The call waits for it; a server that is away is asked again.
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!mers.ListSeries(request).ok()) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up);
    }
  }

  // Until the client has written down an answer that it had.
  void WaitForJournaledAnswer() const {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (std::string text; !absl::StrContains(text, "\nA ");) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up);
      const std::string push = client_.OnlyPush();
      if (push.empty()) continue;
      std::ifstream journal(client_.Path("state/pushes/" + push), std::ios::binary);
      text.assign(std::istreambuf_iterator<char>(journal), {});
    }
  }
};

TEST_F(ClientProgramTest, APushGoesOnWhenTheServerIsKilledAndComesBack) {
  constexpr int kRecords = 4000;
  // A pipe: the client cannot be done before the test has written the rest.
  ASSERT_EQ(mkfifo(client_.Path("pipe.jsonl").c_str(), 0600), 0);
  const auto child = client_.Start({"--format", "json", "push", "--feed", "force", "--batch-size",
                                    "32", client_.Path("pipe.jsonl")});
  std::ofstream pipe(client_.Path("pipe.jsonl"), std::ios::binary);
  pipe << Lines(0, kRecords / 2) << std::flush;
  WaitForRevision(1);
  server_.Kill();
  server_.Start();
  pipe << Lines(kRecords / 2, kRecords) << std::flush;
  pipe.close();
  const auto result = client_.Finish(*child);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(In(result, "acknowledged"), kRecords) << result.out;
  // What was written before the kill and not acknowledged is unchanged when it comes again.
  EXPECT_EQ(In(result, "created") + In(result, "unchanged"), kRecords) << result.out;
  // Once in effect, all of it.
  client_.Write("all.jsonl", Lines(0, kRecords));
  const auto again = Json({"push", "--feed", "force", "--no-journal", client_.Path("all.jsonl")});
  EXPECT_EQ(In(again, "unchanged"), kRecords) << again.out << again.err;
}

TEST_F(ClientProgramTest, AKilledClientIsResumedFromItsJournal) {
  constexpr int kRecords = 20000;
  client_.Write("all.jsonl", Lines(0, kRecords));
  const auto child =
      client_.Start({"push", "--feed", "force", "--batch-size", "1", client_.Path("all.jsonl")});
  WaitForJournaledAnswer();
  server_.Signal(SIGSTOP);
  child->Signal(SIGKILL);
  child->Wait();
  server_.Signal(SIGCONT);
  const std::string push = client_.OnlyPush();
  ASSERT_NE(push, "");
  EXPECT_THAT(client_.Run({"push", "list"}).out, HasSubstr("not finished"));
  const auto result = Json({"push", "--resume", push});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_LT(In(result, "acknowledged"), kRecords) << "what was acknowledged is not sent again";
  EXPECT_THAT(client_.Run({"push", "list"}).out, Not(HasSubstr("not finished")));
  const auto again = Json({"push", "--feed", "force", "--no-journal", client_.Path("all.jsonl")});
  EXPECT_EQ(In(again, "unchanged"), kRecords) << again.out << again.err;
  // There is nothing left to resume; a changed file is not gone on with.
  EXPECT_EQ(client_.Run({"push", "--resume", push}).exit_code, 0);
  EXPECT_EQ(client_.Run({"push", "--resume", "PU-0000-0000-0000"}).exit_code, 1);
}

TEST_F(ClientProgramTest, UndoTakesAWholePushBack) {
  client_.Write("first.jsonl", Line("1", 1, "AB12345") + Line("2", 1, "CD12345"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", "--no-journal", client_.Path("first.jsonl")})
                .exit_code,
            0);
  // Record 2 is superseded, record 3 created and superseded, record 1 as it was, record 4 created.
  client_.Write("second.jsonl", Line("2", 2, "WRONG99") + Line("3", 1, "WRONG98") +
                                    Line("3", 2, "WRONG97") + Line("1", 1, "AB12345") +
                                    Line("4", 1, "WRONG96"));
  const auto pushed = client_.Run({"push", "--feed", "force", client_.Path("second.jsonl")});
  ASSERT_EQ(pushed.exit_code, 0) << pushed.err;
  const std::string push = client_.OnlyPush();
  EXPECT_THAT(pushed.out, HasSubstr("serieslink push undo " + push));
  // Another push supersedes record 4 meanwhile.
  client_.Write("third.jsonl", Line("4", 2, "RIGHT96"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", "--no-journal", client_.Path("third.jsonl")})
                .exit_code,
            0);

  const std::vector<std::string> undo = {"push", "undo", push, "--reason", "wrong mapping"};
  const auto asked = client_.Run(undo);
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_THAT(asked.err, HasSubstr("give --yes"));
  for (const bool is_dry : {true, false}) {
    auto command = undo;
    command.push_back(is_dry ? "--dry-run" : "--yes");
    const auto undone = Json(command);
    EXPECT_EQ(undone.exit_code, 2) << "one is left alone" << undone.err;
    EXPECT_EQ(In(undone, "restored"), 1) << undone.out;
    EXPECT_EQ(In(undone, "withdrawn"), 1) << undone.out;
    EXPECT_EQ(In(undone, "left_alone"), 1) << undone.out;
  }
  EXPECT_THAT(client_.Run({"push", "list"}).out, HasSubstr("partly taken back"));

  // What stood before the push stands, and the push may be mended and come again with the versions
  // that it had.
  const auto before = Json({"push", "--feed", "force", "--dry-run", client_.Path("first.jsonl")});
  EXPECT_EQ(In(before, "unchanged"), 2) << before.out;
  client_.Write("mended.jsonl", Line("2", 2, "RIGHT99") + Line("3", 2, "RIGHT97"));
  const auto mended = Json({"push", "--feed", "force", client_.Path("mended.jsonl")});
  EXPECT_EQ(In(mended, "superseded"), 2) << mended.out << mended.err;
}

TEST_F(ClientProgramTest, AnUndoThatWasCutGoesOn) {
  client_.Write("all.jsonl", Lines(0, 3));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", client_.Path("all.jsonl")}).exit_code, 0);
  const std::string push = client_.OnlyPush();
  server_.Kill();
  const std::vector<std::string> undo = {"push", "undo", push, "--reason", "wrong", "--yes"};
  const auto cut = client_.Run(undo);
  EXPECT_EQ(cut.exit_code, 4);
  EXPECT_THAT(cut.err, HasSubstr("the same command again goes on"));
  server_.Start();
  EXPECT_THAT(client_.Run({"push", "list"}).out, HasSubstr("partly taken back"));
  EXPECT_EQ(client_.Run({"push", "--resume", push}).exit_code, 1);
  const auto undone = Json(undo);
  EXPECT_EQ(undone.exit_code, 0) << undone.err;
  EXPECT_EQ(In(undone, "withdrawn"), 3) << undone.out;
}

TEST_F(ClientProgramTest, ADryRunSaysWhatAPushWouldAndChangesNothing) {
  client_.Write("some.jsonl", Line("1", 1, "AB12345") + Line("2", 1, "CD12345", "no date"));
  for (int i = 0; i < 2; ++i) {
    const auto checked = Json({"push", "--feed", "force", "--dry-run", client_.Path("some.jsonl")});
    EXPECT_EQ(checked.exit_code, 2);
    EXPECT_EQ(In(checked, "created"), 1);
    EXPECT_EQ(In(checked, "rejected"), 1);
    EXPECT_THAT(checked.err, HasSubstr("some.jsonl:2: force.occurred: DATE_MALFORMED"));
  }
  EXPECT_EQ(client_.OnlyPush(), "");
  EXPECT_EQ(server_.As("mers").ListSeries({})->revision(), 0);
  EXPECT_THAT(client_.Run({"rejects", "list"}).out, HasSubstr("0 kept"));
}

TEST_F(ClientProgramTest, RejectsAreListedMendedAndSentAgain) {
  client_.Write("some.jsonl", Line("1", 1, "AB12345") + Line("2", 1, "CD12345", "no date") +
                                  Line("3", 1, "EF12345", "never"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", client_.Path("some.jsonl")}).exit_code, 2);
  const auto list = client_.Run({"rejects", "list"});
  EXPECT_THAT(list.out, HasSubstr("NICHE 2 v1"));
  EXPECT_THAT(list.out, HasSubstr("2 kept"));
  const std::string id = list.out.substr(list.out.find("RJ-"), 18);
  EXPECT_THAT(client_.Run({"rejects", "show", id}).out, HasSubstr("force.occurred"));

  const std::string file = client_.Path("mend.jsonl");
  ASSERT_EQ(client_.Run({"rejects", "fix", "--write", file}).exit_code, 0);
  EXPECT_EQ(client_.Run({"rejects", "fix", "--write", file}).exit_code, 1) << "kept from loss";
  const std::string written = client_.Read("mend.jsonl");
  client_.Write("mend.jsonl", absl::StrReplaceAll(
                                  written, {{"no date", "2024-06-01"}, {"never", "nobody knows"}}));
  const auto fixed = Json({"rejects", "fix", file});
  EXPECT_EQ(fixed.exit_code, 2) << fixed.err;
  EXPECT_EQ(In(fixed, "created"), 1) << fixed.out;
  EXPECT_EQ(In(fixed, "rejected"), 1) << fixed.out;
  const auto left = client_.Run({"rejects", "list"});
  EXPECT_THAT(left.out, HasSubstr("1 kept")) << "the one still refused stands once";
  EXPECT_THAT(left.out, HasSubstr("NICHE 3 v1"));
  const auto unasked = client_.Run({"rejects", "delete", "--all"});
  EXPECT_EQ(unasked.exit_code, 1);
  EXPECT_THAT(unasked.err, HasSubstr("--yes"));
  EXPECT_THAT(client_.Run({"rejects", "list"}).out, HasSubstr("1 kept"));
  EXPECT_EQ(client_.Run({"rejects", "delete", "--all", "--yes"}).exit_code, 0);
  EXPECT_THAT(client_.Run({"rejects", "list"}).out, HasSubstr("0 kept"));
  EXPECT_EQ(client_.Run({"rejects", "delete", id, "--yes"}).exit_code, 6);
}

TEST_F(ClientProgramTest, ARejectsFileIsMendedAndPushedLikeItsInput) {
  client_.Write("map.toml",
                "feed = \"force\"\n"
                "[[field]]\npath = \"system\"\nconstant = \"NICHE\"\n"
                "[[field]]\npath = \"record_type\"\nconstant = \"INCIDENT\"\n"
                "[[field]]\npath = \"record_id\"\ncolumn = \"id\"\n"
                "[[field]]\npath = \"occurred\"\ncolumn = \"when\"\n"
                "[[field]]\npath = \"guns[0].make\"\ncolumn = \"make\"\n");
  client_.Write("guns.csv", "id,when,make\n1,2024-05-01,Glock\n2,soon,\"Smith, Wesson\"\n");
  const std::vector<std::string> push = {"push", "--mapping", client_.Path("map.toml"),
                                         "--rejects"};
  auto first = push;
  first.insert(first.end(), {client_.Path("refused.csv"), client_.Path("guns.csv")});
  EXPECT_EQ(client_.Run(first).exit_code, 2);
  const std::string refused = client_.Read("refused.csv");
  EXPECT_THAT(refused, HasSubstr("id,when,make,serieslink_line,serieslink_problems\n"));
  EXPECT_THAT(refused, HasSubstr("2,soon,\"Smith, Wesson\","));
  client_.Write("mended.csv", absl::StrReplaceAll(refused, {{"soon", "2024-05-02"}}));
  auto second = push;
  second.insert(second.end(), {client_.Path("again.csv"), client_.Path("mended.csv")});
  const auto mended = client_.Run(second);
  EXPECT_EQ(mended.exit_code, 0) << mended.err;
  EXPECT_THAT(client_.Run({"rejects", "list"}).out, HasSubstr("0 kept"));
}

TEST_F(ClientProgramTest, ARejectsFileThatIsAnInputIsRefusedAndKept) {
  const std::string lines = Lines(0, 2);
  client_.Write("some.jsonl", lines);
  client_.Write("others.jsonl", Lines(2, 4));
  ASSERT_EQ(symlink(client_.Path("some.jsonl").c_str(), client_.Path("link.jsonl").c_str()), 0);
  for (const char* rejects : {"some.jsonl", "link.jsonl", "./some.jsonl"}) {
    const auto result =
        client_.Run({"push", "--feed", "force", client_.Path("others.jsonl"),
                     client_.Path("some.jsonl"), "--rejects", client_.Path(rejects)});
    EXPECT_EQ(result.exit_code, 1) << rejects;
    EXPECT_THAT(result.err, HasSubstr("is an input, and would be emptied")) << rejects;
    EXPECT_EQ(client_.Read("some.jsonl"), lines) << rejects;
  }
  EXPECT_EQ(client_.OnlyPush(), "") << "nothing was sent";
}

TEST_F(ClientProgramTest, WhatIsSupposedIsMarkedInEveryFormat) {
  client_.Write("two.jsonl", Line("1", 1, "K5832") + Line("2", 1, "K5832"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", client_.Path("two.jsonl")}).exit_code, 0);
  WaitForRevision(1);
  const auto found = Json({"firearm", "search", "--serial", "K5832"});
  ASSERT_EQ(found.exit_code, 0) << found.err;
  std::vector<std::string> exhibits;
  for (std::size_t at = 0; (at = found.out.find("\"EX-", at)) != std::string::npos; ++at) {
    const std::string id = found.out.substr(at + 1, found.out.find('"', at + 1) - at - 1);
    if (std::find(exhibits.begin(), exhibits.end(), id) == exhibits.end()) exhibits.push_back(id);
  }
  ASSERT_EQ(exhibits.size(), 2u) << found.out;
  const std::string pair = exhibits[0] + "," + exhibits[1];
  const auto started = Json({"series", "what-if", "start", "--confirm", pair});
  ASSERT_EQ(started.exit_code, 0) << started.err;
  EXPECT_EQ(In(started, "supposed_count"), 1);
  google::protobuf::Struct object;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(started.out, &object).ok());
  const std::string view = object.fields().at("what_if").string_value();
  for (const char* format : {"table", "json", "csv"}) {
    const auto got =
        client_.Run({"--format", format, "series", "what-if", "get", view, exhibits[0]});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("SUPPOSITION, NOT KNOWLEDGE"));
  }
  EXPECT_EQ(client_.Run({"series", "what-if", "start", "--confirm", exhibits[0]}).exit_code, 1);
  EXPECT_EQ(client_.Run({"generation", "list"}).exit_code, 5) << "for administrators";
}

TEST_F(ClientProgramTest, WeaponsIssuedToPoliceHaveAListOfTheirOwn) {
  client_.Write("police.jsonl",
                absl::StrReplaceAll(Line("1", 1, "AB12345") + Line("2", 1, "AB12345", "2024-05-09"),
                                    {{"\"make\"", "\"is_police_issue\":true,\"make\""}}));
  const auto pushed =
      client_.Run({"push", "--wait", "--feed", "force", client_.Path("police.jsonl")});
  ASSERT_EQ(pushed.exit_code, 0) << pushed.err;
  EXPECT_THAT(client_.Run({"series", "list", "--format", "csv"}).out, Not(HasSubstr("WP-")));
  const auto listed = client_.Run({"series", "list", "--police-issue", "--format", "csv"});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("police issue"));
  EXPECT_THAT(listed.out, Not(HasSubstr("SL-")));
  const std::size_t begin = listed.out.find("WP-");
  ASSERT_NE(begin, std::string::npos) << listed.out;
  const std::string weapon = listed.out.substr(begin, listed.out.find(',', begin) - begin);
  const auto page = client_.Run({"series", "get", weapon});
  EXPECT_THAT(page.out, HasSubstr("Weapon " + weapon + ", not a series"));
  EXPECT_THAT(page.out, HasSubstr("police issue"));
  // No series bears the flag: it is not offered, rather than found on none.
  EXPECT_EQ(client_.Run({"series", "list", "--flag", "police-issue"}).exit_code, 1);
  EXPECT_EQ(client_.Run({"series", "list", "--flag", "police-issue-disputed"}).exit_code, 0);
}

TEST_F(ClientProgramTest, AWeaponIsExplainedOnScreenForACourtAndForCharts) {
  client_.Write("two.jsonl", Line("1", 1, "AB583214") + Line("2", 1, "AB583214"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", client_.Path("two.jsonl")}).exit_code, 0);
  WaitForRevision(1);
  const auto listed = Json({"series", "list"});
  const std::size_t at = listed.out.find("\"SL-");
  ASSERT_NE(at, std::string::npos) << listed.out << listed.err;
  const std::string id = listed.out.substr(at + 1, listed.out.find('"', at + 1) - at - 1);
  const auto explain = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"series", "explain"});
    const auto result = client_.Run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  };
  EXPECT_THAT(explain({id}), HasSubstr("What holds series " + id + " together\n"));
  EXPECT_THAT(explain({id, "--format", "json"}), HasSubstr("\"joining_count\": 1"));
  EXPECT_THAT(explain({id, "--format", "csv"}), HasSubstr(",total,,"));
  const std::string court = explain({id, "--format", "court"});
  EXPECT_THAT(court, HasSubstr("Explanation of a linked series\n"));
  EXPECT_THAT(court, HasSubstr("AB583214"));
  // The command that it ends with gives it again.
  const std::size_t as_at = court.find("--as-at ");
  ASSERT_NE(as_at, std::string::npos) << court;
  const std::string revision =
      court.substr(as_at + 8, court.find_first_of(" \n", as_at + 8) - (as_at + 8));
  EXPECT_EQ(explain({id, "--as-at", revision, "--format", "court"}), court);
  // Of two exhibits likewise.
  EXPECT_THAT(explain({id, id, "--format", "court"}), HasSubstr("This is one exhibit."));
  EXPECT_EQ(client_.Run({"series", "explain", id, "--format", "html"}).exit_code, 1);
  EXPECT_EQ(client_.Run({"--format", "court", "series", "get", id}).exit_code, 1);
}

TEST_F(ClientProgramTest, AnAdministratorComparesAModelAndAdoptsIt) {
  client_.Write("two.jsonl", Line("1", 1, "AB5832") + Line("2", 1, "AB5832"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", client_.Path("two.jsonl")}).exit_code, 0);
  WaitForRevision(1);
  const ClientProgram nabis(SERIESLINK_CLIENT, server_.address(), "nabis");
  const char* source = std::getenv("SERIESLINK_SOURCE_DIR");
  std::ifstream built_in(absl::StrCat(source == nullptr ? "." : source,
                                      "/services/linkage/core/default_model.textproto"));
  std::ostringstream text;
  text << built_in.rdbuf();
  const std::string model = absl::StrReplaceAll(
      text.str(),
      {{"\"assumed-2\"", "\"longer-1\""}, {"confirm_characters: 6", "confirm_characters: 7"}});
  ASSERT_NE(model, text.str());
  nabis.Write("model.textproto", model);
  nabis.Write("none.textproto", "version: \"a\"\nprior {");
  const auto malformed =
      nabis.Run({"generation", "compare", "--model", nabis.Path("none.textproto")});
  EXPECT_EQ(malformed.exit_code, 1);
  EXPECT_THAT(malformed.err, HasSubstr("line 2"));
  const auto compared = nabis.Run(
      {"--format", "json", "generation", "compare", "--model", nabis.Path("model.textproto")});
  ASSERT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("\"weapons_split\": \"1\""));
  const std::string::size_type named = compared.err.find("comparison ");
  ASSERT_NE(named, std::string::npos) << compared.err;
  const std::string id =
      compared.err.substr(named + sizeof("comparison ") - 1, sizeof("0123456789abcdef") - 1);
  EXPECT_THAT(client_.Run({"series", "list", "--format", "csv"}).out, HasSubstr("SL-"))
      << "a comparison changes nothing";
  const auto adopted = nabis.Run({"generation", "adopt", id, "--reason", "test"});
  EXPECT_EQ(adopted.exit_code, 0) << adopted.err;
  EXPECT_THAT(adopted.out, HasSubstr("generation 1 is in force"));
  WaitForRevision(2);
  EXPECT_THAT(client_.Run({"series", "list", "--format", "csv"}).out, Not(HasSubstr("SL-")));
  EXPECT_THAT(nabis.Run({"generation", "list", "--format", "csv"}).out, HasSubstr("longer-1"));
}

TEST_F(ClientProgramTest, ExitCodesSayWhatHappened) {
  client_.Write("some.jsonl", Line("1", 1, "AB12345"));
  const std::string file = client_.Path("some.jsonl");
  const auto wrong = client_.Run({"push", "--fed", "force", file});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("See: serieslink push --help"));
  const auto unknown = client_.Run({"series", "lits"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_EQ(unknown.err,
            "serieslink: there is no command 'series lits'\nSee: serieslink series --help\n");
  const auto missing = client_.Run({"push", "--feed", "force", client_.Path("none.jsonl")});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("check the path"));
  EXPECT_EQ(client_.Run({"push", "--feed", "force", "--agency", "btp", file}).exit_code, 5);
  EXPECT_EQ(client_.Run({"record", "get", "RC-0000"}).exit_code, 3);
  feed::v1::FeedMessage hidden;
  hidden.mutable_force()->set_system("NICHE");
  hidden.mutable_force()->set_record_id("1");
  hidden.mutable_force()->set_record_type("INCIDENT");
  hidden.mutable_force()->set_occurred("2024-05-01");
  const auto foreign = server_.As("btp").Submit({hidden});
  ASSERT_TRUE(foreign.ok()) << foreign.status.error_message();
  EXPECT_EQ(client_.Run({"record", "get", foreign->acknowledgements(0).record_id()}).exit_code, 6);
  EXPECT_EQ(client_.Run({"push", "--feed", "force", file}).exit_code, 0);

  // Interrupted: what was acknowledged stays, and how to go on is said.
  ASSERT_EQ(mkfifo(client_.Path("pipe.jsonl").c_str(), 0600), 0);
  const auto child =
      client_.Start({"push", "--feed", "force", "--batch-size", "1", client_.Path("pipe.jsonl")});
  std::ofstream pipe(client_.Path("pipe.jsonl"), std::ios::binary);
  pipe << Line("2", 1, "CD12345") << std::flush;
  WaitForRevision(3);
  child->Signal(SIGINT);
  // Every line wakes the reader of the pipe, until the client has ended and it has none.
  for (int i = 0; pipe; ++i) pipe << Lines(i, i + 1) << std::flush;
  pipe.close();
  const auto interrupted = client_.Finish(*child);
  EXPECT_EQ(interrupted.exit_code, 7) << interrupted.err;
  EXPECT_THAT(interrupted.err, HasSubstr("push --resume PU-"));

  server_.Kill();
  EXPECT_EQ(client_.Run({"push", "--feed", "force", file}).exit_code, 4);
}

}  // namespace
}  // namespace serieslink
