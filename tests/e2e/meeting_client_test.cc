// Meetings from the command line, as their secretary works with them, against serieslinkd; both as
// programs.
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "serieslink/meeting/v1/meeting_service.pb.h"
#include "tests/support/client_case.h"

namespace serieslink {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class MeetingClientTest : public ClientCase {
 protected:
  MeetingClientTest() : kent_(SERIESLINK_CLIENT, server_.address(), "kent") {}

  // The action that `client` is answered with.
  static meeting::v1::MeetingAction ActionOf(const ClientProgram& client,
                                             std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--format", "json"});
    const auto result = client.Run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    meeting::v1::GetMeetingActionResponse response;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(result.out, &response).ok())
        << result.out;
    return response.action();
  }

  static std::string Read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in.good()) << path;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  // Within the ten years that the server's clock allows for a good while.
  static std::vector<std::string> Add(const std::string& what, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"meeting",  "action",  "add",    "2024Q2",
                                          "--what",   what,      "--unit", "trident",
                                          "--four-p", "protect", "--due",  "2031-12-31"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  ClientProgram kent_;
};

TEST_F(MeetingClientTest, AnActionIsRecordedChangedAndClosed) {
  const std::string id = ActionOf(client_, Add("visit dealers", {"--share", "kent"})).action_id();
  EXPECT_THAT(client_.Run({"meeting", "action", "list"}).out, HasSubstr(id));
  EXPECT_THAT(kent_.Run({"meeting", "action", "list"}).out, HasSubstr("visit dealers"));
  EXPECT_EQ(ActionOf(client_, {"meeting", "action", "update", id, "--note", "half done"}).version(),
            2);
  EXPECT_THAT(client_.Run({"meeting", "action", "get", id}).out, HasSubstr("half done"));
  EXPECT_NE(kent_.Run({"meeting", "action", "update", id, "--note", "mine"}).exit_code, 0);
  EXPECT_EQ(
      ActionOf(client_, {"meeting", "action", "update", id, "--status", "done", "--note", "all"})
          .status(),
      meeting::v1::ACTION_STATUS_DONE);
  EXPECT_THAT(client_.Run({"meeting", "action", "list"}).out, Not(HasSubstr(id)));
  EXPECT_THAT(client_.Run({"meeting", "action", "list", "--status", "done"}).out, HasSubstr(id));
}

TEST_F(MeetingClientTest, EachPartnerGetsAPackOfItsOwn) {
  client_.Write("gun.jsonl", Line("1", 1, "AB51234"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", "--wait", client_.Path("gun.jsonl")}).exit_code,
            0);
  ActionOf(client_, Add("for us alone"));
  ActionOf(client_, Add("for kent", {"--share", "kent"}));
  const std::string folder = client_.Path("packs");
  const auto made = client_.Run({"meeting", "pack", "2024Q2", "--partner", "kent", "--partner",
                                 "mers", "--format", "html", "--into", folder});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const std::string for_kent = Read(folder + "/meeting-2024Q2-kent.html");
  const std::string own = Read(folder + "/meeting-2024Q2-mers.html");
  EXPECT_THAT(made.out, HasSubstr("meeting-2024Q2-kent.html"));
  EXPECT_THAT(for_kent, HasSubstr("for kent"));
  EXPECT_THAT(for_kent, Not(HasSubstr("for us alone")));
  EXPECT_THAT(own, HasSubstr("for us alone"));
  for (const std::string& page : {for_kent, own}) {
    EXPECT_THAT(page, HasSubstr("<!DOCTYPE html>"));
    EXPECT_THAT(page, HasSubstr("New and rising among guns"));
    EXPECT_THAT(page, HasSubstr("gun_crime.incidents"));
    EXPECT_THAT(page, Not(HasSubstr("http://")));
    EXPECT_THAT(page, Not(HasSubstr("https://")));
  }
  const auto text = kent_.Run({"meeting", "pack", "2024q2"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("Meeting pack 2024Q2 for kent"));
  EXPECT_THAT(text.out, HasSubstr("for kent"));
}

TEST_F(MeetingClientTest, ASeriesIsReportedToAPartner) {
  client_.Write("two.jsonl", Line("1", 1, "AB583214") + Line("2", 1, "AB583214"));
  ASSERT_EQ(client_.Run({"push", "--feed", "force", "--wait", client_.Path("two.jsonl")}).exit_code,
            0);
  const auto listed = Json({"series", "list"});
  const std::size_t at = listed.out.find("\"SL-");
  ASSERT_NE(at, std::string::npos) << listed.out << listed.err;
  const std::string id = listed.out.substr(at + 1, listed.out.find('"', at + 1) - at - 1);
  const auto page = client_.Run({"series", "report", id, "--partner", "kent", "--format", "html"});
  ASSERT_EQ(page.exit_code, 0) << page.err;
  EXPECT_THAT(page.out, HasSubstr("<h1>Linked series " + id + " for kent</h1>"));
  EXPECT_THAT(page.out, HasSubstr("It was made by mers for kent"));
  const auto text = kent_.Run({"series", "report", id});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("What is not known"));
  EXPECT_THAT(text.out, HasSubstr("same number, not examined"));
  const auto refused = client_.Run({"series", "report", "SL-1", "--partner", "Kent Police"});
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("partner"));
  EXPECT_THAT(refused.err, HasSubstr("series_id"));
}

TEST_F(MeetingClientTest, WhatIsWrongIsSaid) {
  const auto no_quarter = client_.Run({"meeting", "pack", "2024"});
  EXPECT_EQ(no_quarter.exit_code, 1);
  EXPECT_THAT(no_quarter.err, HasSubstr("quarter"));
  const auto nowhere =
      client_.Run({"meeting", "pack", "2024Q2", "--partner", "kent", "--partner", "nabis"});
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("--into"));
  auto late = Add("visit dealers", {"--owner-agency", "Kent Police"});
  late[11] = "2001-01-01";
  const auto refused = client_.Run(late);
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.err, HasSubstr("due_day"));
  EXPECT_THAT(refused.err, HasSubstr("owner_agency"));
}

}  // namespace
}  // namespace serieslink
