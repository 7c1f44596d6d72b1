// `serieslink watch` against serieslinkd, both as programs: whatever is killed in between, each
// alert comes, and comes with the same id again.
#include <csignal>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "serieslink/alert/v1/alert_service.pb.h"
#include "tests/support/client_case.h"

namespace serieslink {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class WatchProgramTest : public ClientCase {
 protected:
  // Two incidents of a gun: a series.
  void PushSeries(int number) {
    const std::string serial = absl::StrCat("AB", 51234 + number * 137);
    const std::string name = absl::StrCat("series", number, ".jsonl");
    client_.Write(name, Line(absl::StrCat("A", number), 1, serial) +
                            Line(absl::StrCat("B", number), 1, serial));
    ASSERT_EQ(client_.Run({"push", "--feed", "force", "--wait", client_.Path(name)}).exit_code, 0);
  }

  std::unique_ptr<ChildProcess> StartWatch(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"--format", "json", "watch", "--position",
                                          client_.Path("position")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return client_.Start(arguments);
  }

  static alert::v1::Alert AlertOf(const std::string& line) {
    alert::v1::Alert alert;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(line, &alert).ok()) << line;
    return alert;
  }
  static alert::v1::Alert Next(ChildProcess& watch) {
    const absl::StatusOr<std::string> line = watch.ReadLine();
    EXPECT_TRUE(line.ok()) << line.status();
    return line.ok() ? AlertOf(*line) : alert::v1::Alert();
  }

  // All alerts from the beginning.
  std::vector<alert::v1::Alert> All() const {
    const auto result =
        client_.Run({"--format", "json", "watch", "--after-revision", "0", "--until-now"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<alert::v1::Alert> all;
    for (const absl::string_view line : absl::StrSplit(result.out, '\n', absl::SkipEmpty())) {
      all.push_back(AlertOf(std::string(line)));
    }
    return all;
  }
};

TEST_F(WatchProgramTest, NothingIsMissedWhateverIsKilled) {
  // From now on: what was before is not told.
  PushSeries(0);
  ASSERT_EQ(client_.Run({"watch", "--until-now", "--position", client_.Path("position")}).out, "");

  std::vector<std::string> heard;
  auto watch = StartWatch();
  PushSeries(1);
  heard.push_back(Next(*watch).alert_id());

  // The server dies under the watch, which goes on by itself.
  server_.Kill();
  server_.Start();
  PushSeries(2);
  heard.push_back(Next(*watch).alert_id());

  // The watch dies, and the server; meanwhile something comes.
  watch->Signal(SIGKILL);
  watch->Wait();
  PushSeries(3);
  server_.Kill();
  server_.Start();
  PushSeries(4);
  watch = StartWatch();
  std::set<std::string> rest;
  // The second one may come again: the watch was killed when it had told it.
  while (rest.size() < 2) {
    const std::string id = Next(*watch).alert_id();
    if (id != heard[1]) rest.insert(id);
  }

  // An orderly stop on either side.
  server_.Stop();
  server_.Start();
  PushSeries(5);
  const std::string last = Next(*watch).alert_id();
  watch->Signal(SIGINT);
  EXPECT_EQ(watch->Wait(), 7);

  const std::vector<alert::v1::Alert> all = All();
  ASSERT_THAT(all, SizeIs(6));
  for (const alert::v1::Alert& alert : all) {
    EXPECT_EQ(alert.kind(), alert::v1::ALERT_KIND_SERIES_FORMED);
    EXPECT_EQ(alert.incident_count(), 2);
  }
  EXPECT_EQ(heard[0], all[1].alert_id());
  EXPECT_EQ(heard[1], all[2].alert_id());
  EXPECT_EQ(rest, (std::set<std::string>{all[3].alert_id(), all[4].alert_id()}));
  EXPECT_EQ(last, all[5].alert_id());
}

TEST_F(WatchProgramTest, IsReadByPeopleAndSpreadsheets) {
  PushSeries(1);
  const std::vector<std::string> from = {"watch", "--after-revision", "0", "--until-now"};
  EXPECT_THAT(client_.Run(from).out, HasSubstr("series formed  SL-"));
  std::vector<std::string> csv = {"--format", "csv"};
  csv.insert(csv.end(), from.begin(), from.end());
  EXPECT_THAT(client_.Run(csv).out, testing::StartsWith("alert_id,revision,time,kind,"));
  EXPECT_EQ(
      client_.Run({"watch", "--after-revision", "0", "--until-now", "--kind", "contradiction"}).out,
      "");
}

TEST_F(WatchProgramTest, WhatCannotBeIsSaid) {
  const auto bad_area = client_.Run({"watch", "--area", "West Ham", "--until-now"});
  EXPECT_EQ(bad_area.exit_code, 3);
  EXPECT_THAT(bad_area.err, HasSubstr("borough"));
  EXPECT_EQ(client_.Run({"watch", "--kind", "everything"}).exit_code, 1);
  client_.Write("position", "no position");
  const auto bad_position =
      client_.Run({"watch", "--until-now", "--position", client_.Path("position")});
  EXPECT_EQ(bad_position.exit_code, 1);
  EXPECT_THAT(bad_position.err, HasSubstr("--after-revision"));
  const auto ahead = client_.Run({"watch", "--until-now", "--after-revision", "100"});
  EXPECT_EQ(ahead.exit_code, 3);
  EXPECT_THAT(ahead.err, HasSubstr("after the end of the log"));
  server_.Stop();
  EXPECT_EQ(client_.Run({"watch", "--until-now"}).exit_code, 4);
  server_.Start();
}

}  // namespace
}  // namespace serieslink
