// Consignments at the border from the command line, as an analyst or a script reads them.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program_pair.h"

namespace serieslink {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A consignment with one part, on a way of its own.
std::string Line(const std::string& number, const std::string& seized, const std::string& part,
                 const std::string& more) {
  return absl::StrCat("{\"seizure_number\":\"", number, "\",\"seized\":\"", seized,
                      "\",\"mode\":\"FAST_PARCEL\",\"port_code\":\"GBDVR\",\"declared_origin\":"
                      "\"LT\",\"true_origin\":\"TR\",\"destination\":\"Sefton\",",
                      more,
                      "\"marking\":{\"visibility\":\"OPEN\"},\"items\":[{\"reference\":\"P1\",",
                      "\"kind\":\"GUN_PART\",\"part_kind\":\"", part, "\",\"make\":\"Retay\"}]}\n");
}

class BorderClientTest : public testing::Test {
 protected:
  BorderClientTest()
      : server_(SERIESLINK_SERVER), client_(SERIESLINK_CLIENT, server_.address(), "border_force") {
    client_.Write(
        "seizures.jsonl",
        Line("BF/1", "2025-02-11", "slide", "\"sister_seizures\":[{\"source_id\":\"BF/2\"}],") +
            Line("BF/2", "2025-02-13", "barrel", "") + Line("BF/3", "2025-02-20", "frame", ""));
    const auto pushed =
        client_.Run({"push", "--feed", "border_force", client_.Path("seizures.jsonl")});
    EXPECT_EQ(pushed.exit_code, 0) << pushed.err;
  }

  std::string Border(std::vector<std::string> arguments, const std::string& format = "csv") {
    arguments.insert(arguments.begin(), {"--format", format, "border"});
    arguments.insert(arguments.end(), {"--min-revision", "1"});
    const auto result = client_.Run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  // The id of the record in the list's row of `number`.
  std::string RecordOf(const std::string& number) {
    const std::string list = Border({"list"});
    const std::size_t row = list.find("," + number + ",");
    EXPECT_NE(row, std::string::npos) << list;
    const std::size_t id = list.find("RC-", row);
    return id == std::string::npos ? std::string() : list.substr(id, 18);
  }

  ServerProgram server_;
  ClientProgram client_;
};

TEST_F(BorderClientTest, AnAnalystGoesFromTheListToTheSet) {
  EXPECT_THAT(Border({"list"}),
              AllOf(StartsWith("seized,agency,number,mode,port,declared,found"),
                    HasSubstr("2025-02-20,border_force,BF/3,fast parcel,GBDVR,LT,TR,,Sefton,1 part,"
                              "origin misdeclared,RC-")));
  EXPECT_THAT(Border({"list", "--country", "tr", "--mode", "fast-parcel", "--parts"}),
              HasSubstr("BF/1"));
  EXPECT_THAT(Border({"list", "--true-origin", "unknown"}), Not(HasSubstr("BF/")));
  const std::string first = RecordOf("BF/1");
  EXPECT_THAT(
      Border({"get", first}, "table"),
      AllOf(HasSubstr("1 part"), HasSubstr("it came from another country"), HasSubstr("slide")));
  EXPECT_THAT(Border({"sets", "--state", "confirmed"}),
              AllOf(StartsWith("set,seized,consignments,confirmed,leads,parts"),
                    HasSubstr(first + ",\"2025-02-11, 2025-02-13\",2,1,")));
  const std::string set = Border({"set", RecordOf("BF/2")});
  EXPECT_THAT(set, AllOf(HasSubstr("confirmed," + first), HasSubstr("lead,"),
                         HasSubstr(RecordOf("BF/3")), HasSubstr("sent-apart/1")));
  EXPECT_THAT(Border({"set", first}, "json"), HasSubstr("\"consignment_count\": 2"));
}

TEST_F(BorderClientTest, RoutesAndSupplyAreForPeopleAndPrograms) {
  EXPECT_THAT(Border({"routes"}), HasSubstr("border.true_origin,TR,,,3,0,3,0,"));
  EXPECT_THAT(Border({"routes", "--port", "GBDVR"}, "table"),
              AllOf(HasSubstr("border.route"), Not(HasSubstr("inland.country"))));
  EXPECT_THAT(Border({"supply", RecordOf("BF/1")}),
              AllOf(StartsWith("weapon,supply,basis,date,grade"),
                    HasSubstr(",imported,border seizure,2025-02-11,,border_force,")));
}

TEST_F(BorderClientTest, WhatIsMistypedIsSaid) {
  const auto mode = client_.Run({"border", "list", "--mode", "tunnel"});
  EXPECT_NE(mode.exit_code, 0);
  const auto country = client_.Run({"border", "list", "--country", "Turkey"});
  EXPECT_NE(country.exit_code, 0);
  EXPECT_THAT(country.err, HasSubstr("filter.country"));
  const auto absent = client_.Run({"border", "get", "RC-0000-0000-00000"});
  EXPECT_NE(absent.exit_code, 0);
}

}  // namespace
}  // namespace serieslink
