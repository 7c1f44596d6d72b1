// What a push reads, where it may go on, and that it can be taken back whole, whatever broke.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/client_case.h"
#include "tests/support/test_pki.h"

namespace serieslink {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ClientPushTest : public ClientCase {
 protected:
  ClientProgram::Result Undo(const std::string& push,
                             const std::vector<std::string>& others = {}) const {
    std::vector<std::string> arguments = {"push", "undo", push, "--reason", "wrong", "--yes"};
    arguments.insert(arguments.end(), others.begin(), others.end());
    return Json(arguments);
  }
  // What the server would make of all lines of a file.
  ClientProgram::Result WouldBecome(const std::string& file) const {
    return Json({"push", "--feed", "force", "--dry-run", client_.Path(file)});
  }
};

TEST_F(ClientPushTest, StandardInputIsReadHoweverItComes) {
  client_.Write("map.toml",
                "feed = \"force\"\n"
                "[[field]]\npath = \"system\"\nconstant = \"NICHE\"\n"
                "[[field]]\npath = \"record_type\"\nconstant = \"INCIDENT\"\n"
                "[[field]]\npath = \"record_id\"\ncolumn = \"id\"\n"
                "[[field]]\npath = \"occurred\"\ncolumn = \"when\"\n");
  client_.Write("file.jsonl", Lines(0, 300));
  client_.Write("pipe.jsonl", Lines(300, 600));
  client_.Write("packed.jsonl", Lines(600, 900));
  client_.Write("file.csv", "id,when\n1,2024-05-01\n2,2024-05-01\n");
  client_.Write("pipe.csv", "id,when\n3,2024-05-01\n4,2024-05-01\n");
  const std::string push = "serieslink --format json push --feed force ";
  EXPECT_EQ(In(client_.Shell(push + "- < file.jsonl"), "created"), 300);
  EXPECT_EQ(In(client_.Shell("cat pipe.jsonl | " + push + "-"), "created"), 300);
  EXPECT_EQ(In(client_.Shell("gzip packed.jsonl; zcat packed.jsonl.gz | " + push + "-"), "created"),
            300);
  EXPECT_EQ(In(client_.Shell(push + "--mapping map.toml - < file.csv"), "created"), 2);
  EXPECT_EQ(In(client_.Shell("cat pipe.csv | " + push + "--mapping map.toml -"), "created"), 2);
}

TEST_F(ClientPushTest, OptionsThatDoNotApplyAreRefusedByName) {
  client_.Write("some.jsonl", Lines(0, 2));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", client_.Path("some.jsonl")}).exit_code, 0);
  const std::string push = client_.OnlyPush();
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& option) {
    const auto result = client_.Run(arguments);
    EXPECT_EQ(result.exit_code, 1) << option;
    EXPECT_EQ(result.out, "") << option;
    EXPECT_THAT(result.err, HasSubstr(option));
  };
  refused({"push", "--dry-run", "undo", push, "--reason", "wrong", "--yes"}, "--dry-run");
  refused({"push", "undo", "--feed", "mps", push, "--reason", "wrong", "--yes"}, "--feed");
  refused({"push", "list", "--feed", "mps"}, "--feed");
  refused({"push", "--feed", "mps", "list"}, "--feed");
  refused({"push", "list", client_.Path("some.jsonl")}, "files");
  refused({"push", "--resume", push, "--no-journal"}, "--no-journal");
  refused({"push", "--resume", push, "--feed", "mps"}, "--feed");
  EXPECT_EQ(In(WouldBecome("some.jsonl"), "unchanged"), 2) << "nothing was taken back";
}

TEST_F(ClientPushTest, APushIsTakenBackAndGoneOnWithWhereItWentAndByWhoseItIs) {
  client_.Write("some.jsonl", Lines(0, 2));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", client_.Path("some.jsonl")}).exit_code, 0);
  const std::string push = client_.OnlyPush();
  const ServerProgram other(SERIESLINK_SERVER);
  const std::string kent = TestPki::Get().directory() + "/clients/kent/feed";
  const std::vector<std::string> there = {"--server", other.address()};
  const std::vector<std::string> as_kent = {"--cert", kent + ".pem", "--key", kent + ".key"};

  for (const auto& [wrong, advice] : {std::pair(there, "give --server " + server_.address()),
                                      std::pair(as_kent, std::string("give --cert and --key"))}) {
    const auto undone = Undo(push, wrong);
    EXPECT_EQ(undone.exit_code, 1);
    EXPECT_THAT(undone.err, HasSubstr(advice));
    // As if it had not been finished.
    const std::string journal = client_.Read("state/pushes/" + push);
    client_.Write("state/pushes/" + push, journal.substr(0, journal.find("\nE\n") + 1));
    auto resume = wrong;
    resume.insert(resume.begin(), {"push", "--resume", push});
    const auto resumed = client_.Run(resume);
    EXPECT_EQ(resumed.exit_code, 1);
    EXPECT_THAT(resumed.err, HasSubstr(advice));
    client_.Write("state/pushes/" + push, journal);
  }
  EXPECT_THAT(client_.Run({"push", "list"}).out, HasSubstr("finished"));

  // Whoever says that the server has moved, and is wrong, has lost nothing.
  const auto elsewhere = Undo(push, {"--server", other.address(), "--server-moved"});
  EXPECT_EQ(elsewhere.exit_code, 2);
  EXPECT_EQ(In(elsewhere, "unknown"), 2) << elsewhere.out;
  EXPECT_THAT(client_.Run({"push", "list"}).out, Not(HasSubstr("taken back")));
  const auto here = Undo(push);
  EXPECT_EQ(here.exit_code, 0) << here.err;
  EXPECT_EQ(In(here, "withdrawn"), 2) << here.out;
  EXPECT_THAT(client_.Run({"push", "list"}).out,
              AllOf(HasSubstr("taken back"), Not(HasSubstr("partly"))));
  EXPECT_THAT(Undo(push).err, HasSubstr("nothing left to do"));
}

TEST_F(ClientPushTest, WhatWasLeftAloneCanBeTriedAgain) {
  client_.Write("first.jsonl", Line("1", 1, "WRONG1"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", client_.Path("first.jsonl")}).exit_code, 0);
  const std::string first = client_.OnlyPush();
  client_.Write("second.jsonl", Line("1", 2, "WRONG2"));
  const auto pushed = client_.Run({"push", "--feed", "force", client_.Path("second.jsonl")});
  const std::string second = pushed.out.substr(pushed.out.find("PU-"), 17);
  EXPECT_EQ(In(Undo(first), "left_alone"), 1);
  EXPECT_EQ(In(Undo(second), "restored"), 1);
  EXPECT_EQ(In(Undo(first), "withdrawn"), 1);
}

TEST_F(ClientPushTest, AnUndoThatDiedBeforeItCouldNoteItsAnswerIsWholeTheNextTime) {
  client_.Write("some.jsonl", Lines(0, 3));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", client_.Path("some.jsonl")}).exit_code, 0);
  const std::string push = client_.OnlyPush();
  const std::string journal = client_.Read("state/pushes/" + push);
  ASSERT_EQ(Undo(push).exit_code, 0);
  client_.Write("state/pushes/" + push, journal);
  const auto again = Undo(push);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(In(again, "taken_back_before"), 3) << again.out;
  EXPECT_EQ(In(again, "left_alone"), 0) << again.out;
}

TEST_F(ClientPushTest, ARecordIsFoundByWhatItsAgencyCallsIt) {
  client_.Write("some.jsonl", Line("28/00123/17", 1, "AB12345"));
  ASSERT_EQ(
      client_.Run({"push", "--feed", "force", "--wait", client_.Path("some.jsonl")}).exit_code, 0);
  const std::vector<std::string> source = {"--source", "NICHE", "28/00123/17"};
  const auto with_source = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), source.begin(), source.end());
    return client_.Run(arguments);
  };
  EXPECT_THAT(with_source({"record", "get"}).out, HasSubstr("NICHE 28/00123/17"));
  // A day is its end, and today is now.
  const auto today = client_.Shell(
      "serieslink record get --source NICHE 28/00123/17 --as-at "
      "$(TZ=Europe/London date +%F)");
  EXPECT_THAT(today.out, HasSubstr("NICHE 28/00123/17")) << today.err;
  EXPECT_EQ(with_source({"record", "get", "--as-at", "2020-01-31"}).exit_code, 6);
  // Another agency has no such record, whether this one has or not.
  const ClientProgram kent(SERIESLINK_CLIENT, server_.address(), "kent");
  std::vector<std::string> get = {"record", "get"};
  get.insert(get.end(), source.begin(), source.end());
  EXPECT_EQ(kent.Run(get).exit_code, 6);
  EXPECT_EQ(client_.Run({"record", "get"}).exit_code, 1);
  EXPECT_EQ(with_source({"record", "get", "RC-7K2M-9QXD-4TFBG"}).exit_code, 1) << "not both";
  EXPECT_EQ(with_source({"record", "withdraw", "--reason", "entered twice"}).exit_code, 0);
  EXPECT_THAT(with_source({"record", "withdraw", "--reason", "entered twice"}).out,
              HasSubstr("unchanged"));
}

TEST_F(ClientPushTest, RejectsFilesLoseNothingAndKeepNothingOld) {
  client_.Write("bad.jsonl",
                absl::StrReplaceAll(Line("1", 1, "AB12345"), {{"2024-05-01", "soon"}}));
  client_.Write("good.jsonl", Lines(0, 1));
  const auto push = [&](const std::string& file) {
    return client_.Run({"push", "--feed", "force", "--rejects", client_.Path("refused.jsonl"),
                        client_.Path(file)});
  };
  EXPECT_EQ(push("bad.jsonl").exit_code, 2);
  client_.Write("refused.jsonl", "mended by hand\n");
  const auto clean = push("good.jsonl");
  EXPECT_EQ(clean.exit_code, 0);
  EXPECT_THAT(clean.err, HasSubstr("is kept as"));
  EXPECT_EQ(client_.Read("refused.jsonl.kept-1"), "mended by hand\n");
  EXPECT_FALSE(std::filesystem::exists(client_.Path("refused.jsonl.problems")));

  server_.Kill();
  const std::string file = client_.Path("mend.jsonl");
  EXPECT_EQ(client_.Run({"rejects", "fix", "--write", file}).exit_code, 4);
  EXPECT_FALSE(std::filesystem::exists(file)) << "there is nothing in it";
  server_.Start();
  EXPECT_EQ(client_.Run({"rejects", "fix", "--write", file}).exit_code, 0);
}

// Client and server die in the middle of a push; of half of the records it brings two versions that
// have no number, so that sending them again brings both again.
class BrokenPushTest : public ClientPushTest, public testing::WithParamInterface<bool> {
 protected:
  static constexpr int kRecords = 3000;
  static constexpr int kBefore = 500;  // that an earlier push brought, the last of them

  static std::string Text(int begin, int end, bool with_first = true, bool with_second = true) {
    std::string text;
    for (int i = begin; i < end; ++i) {
      const std::string id = absl::StrCat("R", i);
      if (i % 2 == 0) {
        text += Line(id, 1, absl::StrCat("AB", 10000 + i));
        continue;
      }
      if (with_first) text += Line(id, 0, absl::StrCat("CD", 10000 + i));
      if (with_second) text += Line(id, 0, absl::StrCat("EF", 10000 + i));
    }
    return text;
  }
};

TEST_P(BrokenPushTest, IsTakenBackWhole) {
  const bool resumes = GetParam();
  // The same as the push will send stood before it, and is none of its.
  client_.Write("before.jsonl", Lines(0, kBefore));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", "--no-journal", client_.Path("before.jsonl")})
                .exit_code,
            0);
  client_.Write("push.jsonl",
                Lines(0, kBefore / 2) + Text(kBefore, kRecords) + Lines(kBefore / 2, kBefore));
  client_.Write("firsts.jsonl", Text(kBefore, kRecords, true, false));
  client_.Write("seconds.jsonl", Text(kBefore, kRecords, false, true));
  const auto child =
      client_.Start({"push", "--feed", "force", "--batch-size", "16", client_.Path("push.jsonl")});
  series::v1::ListSeriesRequest some;
  some.mutable_view()->set_min_revision(5);
  ASSERT_TRUE(server_.As("mers").ListSeries(some).ok());
  // The server takes what is under way, and the client hears nothing of it.
  child->Signal(SIGSTOP);
  feed::v1::FeedMessage mark;
  mark.mutable_force()->set_system("NICHE");
  mark.mutable_force()->set_record_id("MARK");
  mark.mutable_force()->set_record_type("INCIDENT");
  mark.mutable_force()->set_occurred("2024-05-01");
  ASSERT_TRUE(server_.As("mers").Submit({mark}).ok());
  child->Signal(SIGKILL);
  child->Wait();
  server_.Kill();
  server_.Start();
  const std::string push = client_.OnlyPush();
  if (resumes) {
    const auto resumed = Json({"push", "--resume", push});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_FALSE(std::filesystem::exists(client_.Path("state/pushes/" + push + ".unanswered")));
  }
  const auto undone = Undo(push);
  EXPECT_EQ(undone.exit_code, 0) << undone.out << undone.err;
  for (const char* file : {"firsts.jsonl", "seconds.jsonl"}) {
    EXPECT_EQ(In(WouldBecome(file), "unchanged"), 0) << "none of them stands";
    EXPECT_EQ(In(WouldBecome(file), "stale"), 0) << "none of them stands";
  }
  EXPECT_EQ(In(WouldBecome("before.jsonl"), "unchanged"), kBefore) << "all of them stand";
  EXPECT_THAT(client_.Run({"push", "list"}).out, HasSubstr("taken back"));
}

INSTANTIATE_TEST_SUITE_P(, BrokenPushTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Resumed" : "NotResumed"; });

}  // namespace
}  // namespace serieslink
