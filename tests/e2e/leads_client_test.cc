// Leads from the command line, as an analyst or a script works through them.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "serieslink/lead/v1/lead_service.pb.h"
#include "storage/graph/public_id.h"
#include "tests/support/program_pair.h"

namespace serieslink {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// An incident with a gun of no known make, so that equal numbers are a lead.
std::string Line(const std::string& id) {
  return absl::StrCat("{\"system\":\"NICHE\",\"record_id\":\"", id,
                      "\",\"version\":1,\"record_type\":\"INCIDENT\",\"crime_references\":[\"", id,
                      "/24\"],\"occurred\":\"2024-05-01\",\"marking\":{\"visibility\":\"OPEN\"},"
                      "\"guns\":[{\"reference\":\"G1\",\"calibre\":\"9x19\","
                      "\"serials\":[{\"text\":\"AB12345\",\"part\":\"FRAME\"}]}]}\n");
}

class LeadsClientTest : public testing::Test {
 protected:
  explicit LeadsClientTest(config::v1::LeadsConfig leads = {})
      : server_(SERIESLINK_SERVER, std::move(leads)),
        client_(SERIESLINK_CLIENT, server_.address(), "mers") {
    client_.Write("guns.jsonl", Line("1") + Line("2"));
    const auto pushed = client_.Run({"push", "--feed", "force", client_.Path("guns.jsonl")});
    EXPECT_EQ(pushed.exit_code, 0) << pushed.err;
  }

  // `leads ...` of `client` and the lead that it answers with.
  static lead::v1::Lead LeadOf(const ClientProgram& client, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--format", "json", "leads"});
    const auto result = client.Run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    lead::v1::GetLeadResponse response;
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(result.out, &response, options).ok())
        << result.out;
    return response.lead();
  }
  lead::v1::Lead Lead(std::vector<std::string> arguments) {
    return LeadOf(client_, std::move(arguments));
  }

  // The exhibits of the only lead.
  std::pair<std::string, std::string> OnlyLead() {
    const auto list = client_.Run({"--format", "csv", "leads", "list", "--min-revision", "1"});
    EXPECT_EQ(list.exit_code, 0) << list.err;
    const std::size_t row = list.out.find("EX-");
    if (row == std::string::npos) return {};
    return {list.out.substr(row, 18), list.out.substr(row + 19, 18)};
  }

  ServerProgram server_;
  ClientProgram client_;
};

TEST_F(LeadsClientTest, AnAnalystListsDecidesRefersAndTakesBack) {
  const auto list = client_.Run({"--format", "csv", "leads", "list", "--min-revision", "1"});
  ASSERT_EQ(list.exit_code, 0) << list.err;
  EXPECT_THAT(list.out, StartsWith("first,second,score,state,findings"));
  EXPECT_THAT(list.err, HasSubstr("Above the line: 1 (budget 20 a day, acted on today: 0)."));
  const auto [first, second] = OnlyLead();

  lead::v1::Lead lead = Lead({"get", first, second});
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_OPEN);
  EXPECT_EQ(lead.version(), 0u);
  lead = Lead({"refer", first, second, "--unit", "robbery", "--reason", "both local"});
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_REFERRED);
  EXPECT_EQ(lead.files(0).referrals(0).unit(), "mers/robbery");
  lead = Lead({"accept", first, second, "--reason", "taken on"});
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_ACCEPTED);
  lead = Lead({"outcome", first, second, "confirmed-link", "--reason", "seen side by side"});
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_OPEN);
  lead = Lead({"decide", first, second, "confirm", "--reason", "seen side by side"});
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_DECIDED);
  EXPECT_TRUE(lead.is_one_weapon());
  EXPECT_THAT(client_.Run({"series", "list"}).out, HasSubstr("1 series"));
  // The version that was looked at is an old one by now: exit code 3, and why.
  const auto stale = client_.Run({"leads", "decide", first, second, "eliminate", "--reason",
                                  "other finish", "--version", "2"});
  EXPECT_EQ(stale.exit_code, 3);
  EXPECT_THAT(stale.err, HasSubstr("ERROR_REASON_LEAD_CHANGED"));
  lead = Lead({"decide", first, second, "withdraw", "--reason", "wrong exhibit"});
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_OPEN);
  lead = Lead({"expire", first, second, "--reason", "both destroyed"});
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_EXPIRED);
  EXPECT_EQ(lead.version(), 6u);
  const auto shown = client_.Run({"leads", "get", first, second});
  EXPECT_THAT(shown.out, HasSubstr("both destroyed"));
  EXPECT_THAT(shown.out, HasSubstr("solvability: finding"));
  EXPECT_THAT(client_.Run({"leads", "list"}).err, HasSubstr("1 not to be followed"));
}

class TwoPeopleClientTest : public LeadsClientTest {
 protected:
  static config::v1::LeadsConfig Policy() {
    config::v1::LeadsConfig leads;
    leads.add_two_person_decisions("CONFIRMED");
    leads.set_budget_per_day(1);
    return leads;
  }
  TwoPeopleClientTest()
      : LeadsClientTest(Policy()),
        ana_(SERIESLINK_CLIENT, server_.address(), "mps"),
        ben_(SERIESLINK_CLIENT, server_.address(), "mps", "analyst") {}

  ClientProgram ana_;
  ClientProgram ben_;
};

TEST_F(TwoPeopleClientTest, TwoPeopleConfirmAndOneEliminates) {
  const auto [first, second] = OnlyLead();
  lead::v1::Lead lead = LeadOf(ana_, {"get", first, second});
  const std::vector<std::string> confirm = {"leads",
                                            "decide",
                                            first,
                                            second,
                                            "confirm",
                                            "--reason",
                                            "same marks",
                                            "--judged",
                                            std::to_string(lead.first().from_revision()),
                                            std::to_string(lead.second().from_revision())};
  const auto proposed = ana_.Run(confirm);
  EXPECT_EQ(proposed.exit_code, 0) << proposed.err;
  EXPECT_THAT(proposed.err, HasSubstr("until another person of your agency seconds it"));
  EXPECT_THAT(proposed.out, HasSubstr("waits for a second"));
  EXPECT_THAT(ana_.Run({"series", "list"}).out, HasSubstr("0 series"));
  // The day's budget is one act, and it is used.
  EXPECT_THAT(
      ana_.Run({"leads", "list"}).err,
      HasSubstr("Above the line: 0 (budget 1 a day, acted on today: 1). Below: 1 in hand."));
  EXPECT_THAT(ben_.Run({"leads", "list"}).err, HasSubstr("acted on today: 0"));
  const std::vector<std::string> agree = {"leads",    "decide",           first, second, "second",
                                          "--reason", "photographs agree"};
  const auto alone = ana_.Run(agree);
  EXPECT_EQ(alone.exit_code, 3);
  EXPECT_THAT(alone.err, HasSubstr("ERROR_REASON_SECOND_PERSON_NEEDED"));
  const auto seconded = ben_.Run(agree);
  EXPECT_EQ(seconded.exit_code, 0) << seconded.err;
  EXPECT_THAT(seconded.out, HasSubstr("seconded by analyst"));
  EXPECT_THAT(ana_.Run({"series", "list"}).out, HasSubstr("1 series"));
  lead = LeadOf(ben_, {"decide", first, second, "eliminate", "--reason", "other number"});
  EXPECT_EQ(lead.state(), lead::v1::LEAD_STATE_DECIDED);
  EXPECT_THAT(ana_.Run({"series", "list"}).out, HasSubstr("0 series"));
}

TEST_F(LeadsClientTest, WhatIsWrongIsSaidWithItsExitCode) {
  EXPECT_EQ(client_.Run({"leads", "decide", "EX-1", "EX-2", "perhaps", "--reason", "x"}).exit_code,
            1);
  const auto malformed = client_.Run({"leads", "get", "EX-1", "EX-2"});
  EXPECT_EQ(malformed.exit_code, 3);
  EXPECT_THAT(malformed.err, HasSubstr("first_id"));
  const auto unknown = [](graph::IdKind kind) {
    return graph::FormatPublicId(kind, graph::PublicId(12345));
  };
  EXPECT_EQ(
      client_
          .Run({"leads", "get", unknown(graph::IdKind::kExhibit), unknown(graph::IdKind::kRecord)})
          .exit_code,
      6);
  const auto sample = client_.Run({"leads", "sample", "--precision"});
  EXPECT_EQ(sample.exit_code, 0) << sample.err;
  EXPECT_THAT(sample.err, HasSubstr("nothing was known here when that week began"));
  EXPECT_EQ(client_.Run({"leads", "reexamine"}).exit_code, 0);
  EXPECT_THAT(client_.Run({"leads", "laboratory"}).out, HasSubstr("2 exhibits, by 1 leads"));
}

}  // namespace
}  // namespace serieslink
