#include "services/cli/clearance_page.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Written(const std::string& json, Format format) {
  firearm::v1::ClearFirearmResponse response;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &response).ok()) << json;
  std::ostringstream out;
  WriteClearance(response, format, 120, out);
  return out.str();
}

constexpr char kBlocked[] = R"({
  "weapon_id": "WP-1", "code": "NC-7-X", "revision": "7",
  "blockers": [{"kind": "CLEARANCE_BLOCKER_KIND_OPEN_LEAD", "explanation": "nobody has decided",
                "ids": ["EX-1", "EX-2"]}],
  "disposals": [{"event_id": "EV-1", "kind": "DISPOSAL_KIND_DESTROYED"}]})";

TEST(ClearancePageTest, WhatStandsAgainstItIsTold) {
  const std::string text = Written(kBlocked, Format::kTable);
  EXPECT_THAT(text, HasSubstr("WP-1: not clear"));
  EXPECT_THAT(text, HasSubstr("open lead"));
  EXPECT_THAT(text, HasSubstr("without clearance"));
  EXPECT_THAT(Written(kBlocked, Format::kCsv),
              HasSubstr("WP-1,no,NC-7-X,7,open lead,nobody has decided,EX-1 EX-2"));
  EXPECT_THAT(Written(kBlocked, Format::kJson), HasSubstr("\"code\": \"NC-7-X\""));
}

TEST(ClearancePageTest, AClearAnswerSaysSo) {
  constexpr char kClear[] =
      R"({"weapon_id": "WP-1", "code": "CL-7-X", "revision": "7", "is_clear": true,
          "valid_until": "2026-12-25"})";
  const std::string text = Written(kClear, Format::kTable);
  EXPECT_THAT(text, HasSubstr("nothing known here stands against it"));
  EXPECT_THAT(text, HasSubstr("2026-12-25"));
  EXPECT_THAT(text, Not(HasSubstr("What stands against it")));
  EXPECT_THAT(Written(kClear, Format::kCsv), HasSubstr("WP-1,yes,CL-7-X,7,,,,2026-12-25"));
}

TEST(ClearancePageTest, ACodeIsGenuineOrNot) {
  const auto written = [](bool is_genuine, bool is_clear) {
    firearm::v1::CheckClearanceResponse response;
    response.set_is_genuine(is_genuine);
    response.set_is_clear(is_clear);
    std::ostringstream out;
    WriteCheckedClearance(response, Format::kTable, 100, out);
    return out.str();
  };
  EXPECT_THAT(written(false, false),
              HasSubstr("No answer for this gun and purpose that you may see has this code"));
  EXPECT_THAT(written(true, true), HasSubstr("the answer was clear"));
  EXPECT_THAT(written(true, false), HasSubstr("the answer was not clear"));
  firearm::v1::CheckClearanceResponse expired;
  expired.set_is_genuine(true);
  expired.set_is_clear(true);
  expired.set_is_expired(true);
  expired.set_valid_until("2026-12-25");
  expired.set_agency("kent");
  std::ostringstream out;
  WriteCheckedClearance(expired, Format::kTable, 100, out);
  EXPECT_THAT(out.str(), HasSubstr("expired"));
  EXPECT_THAT(out.str(), HasSubstr("2026-12-25"));
  EXPECT_THAT(out.str(), HasSubstr("kent"));
  std::ostringstream csv;
  WriteCheckedClearance(expired, Format::kCsv, 100, csv);
  EXPECT_THAT(csv.str(), HasSubstr(",yes,kent"));
}

}  // namespace
}  // namespace serieslink::cli
