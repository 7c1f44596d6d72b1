// A police force's reports of losses in files, with the client as a person runs it: who held the
// guns and that one of them was found again comes in, is refused where it is wrong, and is told.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/client_case.h"

namespace serieslink {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kMapping[] = R"(feed = "force"
[[field]]
path = "system"
constant = "NICHE"
[[field]]
path = "record_id"
column = "id"
[[field]]
path = "record_type"
column = "type"
[[field]]
path = "occurred"
column = "when"
[[field]]
path = "loss_kind"
column = "kind"
[[field]]
path = "loss.holder_kind"
column = "holder"
[[field]]
path = "loss.certificate_kind"
column = "certificate"
[[field]]
path = "loss.notified"
column = "told"
[[field]]
path = "guns[0].serials[0].text"
column = "serial"
[[field]]
path = "guns[0].make"
constant = "Glock"
[[field]]
path = "guns[0].cancelled_as_found"
column = "back"
values = { "yes" = "true", "no" = "false" }
[[field]]
path = "guns[0].found"
column = "back_on"
[[field]]
path = "marking.visibility"
constant = "OPEN"
)";

constexpr char kHeader[] = "id,type,when,kind,holder,certificate,told,serial,back,back_on\n";

using StolenClientTest = ClientCase;

TEST_F(StolenClientTest, APoliceReportSaysWhoHeldTheGunsAndThatOneWasFoundAgain) {
  const ClientProgram mps(SERIESLINK_CLIENT, server_.address(), "mps");
  mps.Write(
      "reports.jsonl",
      "{\"report_number\":\"77/24-L\",\"report_type\":\"LOSS\",\"loss_kind\":\"STOLEN\","
      "\"committed\":\"2024-03-10\",\"loss\":{\"holder_kind\":\"CLUB\",\"certificate_kind\":"
      "\"firearm certificate\",\"holder_token\":\"H-71\",\"premises_token\":\"P-9\",\"place_kind\":"
      "\"club "
      "house\",\"storage\":\"cabinet\",\"notified\":\"2024-03-12\"},\"guns\":[{\"reference\":"
      "\"A\",\"make\":\"Glock\",\"serials\":[{\"text\":\"QX701933\"}]},{\"reference\":\"B\","
      "\"make\":\"Glock\",\"serials\":[{\"text\":\"QX868244\"}],\"cancelled_as_found\":true,"
      "\"found\":\"2024-04-02\"}],\"marking\":{\"visibility\":\"OPEN\"}}\n");
  const auto pushed = mps.Run({"push", "--wait", "--feed", "mps", mps.Path("reports.jsonl")});
  EXPECT_EQ(pushed.exit_code, 0) << pushed.err;

  const auto list = [&](const std::string& option, const std::string& value) {
    const auto result = client_.Run({"--format", "csv", "stolen", "list", option, value});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  };
  EXPECT_THAT(list("--state", "outstanding"),
              AllOf(HasSubstr("QX701933"), Not(HasSubstr("QX868244")), HasSubstr("in time")));
  EXPECT_THAT(list("--state", "cancelled"),
              AllOf(HasSubstr("QX868244"), Not(HasSubstr("QX701933"))));
  EXPECT_THAT(list("--holder-token", "h-71"), AllOf(HasSubstr("QX868244"), HasSubstr("QX701933")));

  // Of each gun, what its case and its report say of it.
  const auto get = [&](const std::string& serial) {
    const std::string found = list("--serial", serial);
    const std::size_t record = found.find("RC-");
    const std::size_t weapon = found.find("WP-");
    EXPECT_NE(record, std::string::npos) << found;
    EXPECT_NE(weapon, std::string::npos) << found;
    const auto result =
        client_.Run({"stolen", "get", found.substr(weapon, found.find(',', weapon) - weapon)});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  };
  EXPECT_THAT(get("QX701933"), AllOf(HasSubstr("outstanding"), HasSubstr("club house"),
                                     HasSubstr("firearm certificate"), HasSubstr("cabinet"),
                                     HasSubstr("2024-03-12"), Not(HasSubstr("2024-04-02"))));
  EXPECT_THAT(get("QX868244"), AllOf(HasSubstr("cancelled"), HasSubstr("firearm certificate"),
                                     HasSubstr("2024-04-02")));
}

TEST_F(StolenClientTest, RowsOfASpreadsheetSayTheSameAndAreRefusedByTheirFields) {
  client_.Write("losses.toml", kMapping);
  client_.Write(
      "losses.csv",
      absl::StrCat(kHeader,
                   "1,LOSS,2024-03-10,STOLEN,DEALER,rfd,,QX701933,yes,2024-03-20\n"
                   "2,LOSS,2024-03-10,LOST,PRIVATE,shotgun,2024-03-09,QX868244,no,2024-03-20\n"
                   "3,RECOVERY,2024-05-10,,PRIVATE,shotgun,2024-03-09,QX993871,yes,2024-03-20\n"
                   "4,RECOVERY,2024-05-10,,,,,QX993871,,\n"));
  const auto pushed =
      client_.Run({"push", "--wait", "--mapping", client_.Path("losses.toml"), "--rejects",
                   client_.Path("refused.csv"), client_.Path("losses.csv")});
  EXPECT_EQ(pushed.exit_code, 2) << pushed.err;
  const std::string refused = client_.Read("refused.csv");
  for (const char* const field : {"loss.notified", "guns[0].found", "loss.holder_kind",
                                  "loss.certificate_kind", "guns[0].cancelled_as_found"}) {
    EXPECT_THAT(refused, HasSubstr(field));
  }
  EXPECT_THAT(refused, AllOf(Not(HasSubstr("QX701933")), HasSubstr("QX868244")));
  EXPECT_THAT(pushed.err, Not(HasSubstr("QX868244")));
  const auto cases = client_.Run({"--format", "csv", "stolen", "list"});
  EXPECT_THAT(cases.out,
              AllOf(HasSubstr("QX701933"), HasSubstr("cancelled"), HasSubstr("not applicable")));
}

}  // namespace
}  // namespace serieslink
