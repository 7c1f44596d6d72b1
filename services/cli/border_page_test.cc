#include "services/cli/border_page.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message>
Message Of(const std::string& json) {
  Message message;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &message).ok()) << json;
  return message;
}

template <typename Response, typename Write>
std::string Written(const std::string& json, Format format, Write write) {
  std::ostringstream out;
  write(Of<Response>(json), format, 200, out);
  return out.str();
}

constexpr char kConsignment[] = R"({
  "revision": "7",
  "consignment": {
    "record_id": "RC-1", "agency": "border_force", "source": {"source_id": "BF/1"},
    "details": {"mode": "TRANSPORT_MODE_FAST_PARCEL", "port_code": "GBDVR", "declared_origin": "DE",
                "true_origin": "TR", "transit": ["BG", "NL"], "destination": "Sefton",
                "sister_consignments": [{"source_id": "BF/2"}]},
    "gun_count": 1, "part_count": "12", "other_count": 2,
    "items": [{"exhibit_id": "EX-1", "weapon_id": "WP-1", "series_id": "SL-1",
               "exhibit": {"kind": "EXHIBIT_KIND_GUN", "firearm": {"make": "Ekol"}}},
              {"exhibit_id": "EX-2", "is_part": true,
               "exhibit": {"kind": "EXHIBIT_KIND_GUN"}},
              {"exhibit_id": "EX-3", "is_part": true,
               "exhibit": {"kind": "EXHIBIT_KIND_GUN_PART", "part_kind": "slide", "quantity": 11}}],
    "remarks": [{"kind": "CONSIGNMENT_REMARK_KIND_ORIGIN_MISDECLARED", "is_contradiction": true,
                 "explanation": "it came from another country than was declared"}]}})";

TEST(BorderPageTest, AConsignmentIsToldWithItsItemsAndRemarks) {
  const std::string text =
      Written<border::v1::GetConsignmentResponse>(kConsignment, Format::kTable, WriteConsignment);
  EXPECT_THAT(text, HasSubstr("RC-1: 1 gun, 12 parts, 2 other"));
  EXPECT_THAT(text, HasSubstr("fast parcel"));
  EXPECT_THAT(text, HasSubstr("BG > NL"));
  EXPECT_THAT(text, HasSubstr("it came from another country than was declared"));
  EXPECT_THAT(text, HasSubstr("gun, not whole"));
  EXPECT_THAT(text, HasSubstr("SL-1"));
  const std::string csv =
      Written<border::v1::GetConsignmentResponse>(kConsignment, Format::kCsv, WriteConsignment);
  EXPECT_THAT(csv, HasSubstr("record,seized,item,what,part,quantity"));
  EXPECT_THAT(csv, HasSubstr("RC-1,,EX-3,gun part,slide,11"));
}

TEST(BorderPageTest, ARowOfTheListSaysHowItCame) {
  EXPECT_THAT(ConsignmentRow(Of<border::v1::GetConsignmentResponse>(kConsignment).consignment()),
              ElementsAre("", "border_force", "BF/1", "fast parcel", "GBDVR", "DE", "TR", "BG > NL",
                          "Sefton", "1 gun, 12 parts, 2 other", "origin misdeclared", "RC-1"));
  EXPECT_EQ(ConsignmentHeadings().size(), 12u);
}

constexpr char kSet[] = R"({
  "revision": "7",
  "set": {
    "set_id": "RC-1", "consignment_count": 2, "part_kinds": ["barrel", "slide"],
    "names_not_found": 3, "is_guarded": true,
    "consignments": [{"record_id": "RC-1", "agency": "border_force", "part_count": "1"},
                     {"record_id": "RC-2", "agency": "border_force", "part_count": "1"}],
    "links": [{"from_record": "RC-1", "to_record": "RC-2", "state": "SET_LINK_STATE_CONFIRMED",
               "basis": "SET_LINK_BASIS_REFERENCE", "explanation": "this one names the other"},
              {"from_record": "RC-1", "to_record": "RC-3", "state": "SET_LINK_STATE_LEAD",
               "basis": "SET_LINK_BASIS_SENT_APART", "rule": "sent-apart/1",
               "explanation": "other parts", "days_apart_minimum": 4}]},
  "appearances": [{"event": {"event_id": "EV-1", "kind": "EVENT_KIND_INCIDENT"},
                   "weapon_id": "WP-1", "item_id": "EX-1", "state": "SET_LINK_STATE_LEAD",
                   "order": "APPEARANCE_ORDER_AFTER"}]})";

TEST(BorderPageTest, ASetSaysWhyAndWhereItWasSeen) {
  const std::string text =
      Written<border::v1::GetPartSetResponse>(kSet, Format::kTable, WritePartSet);
  EXPECT_THAT(text, HasSubstr("RC-1: 2 consignments"));
  EXPECT_THAT(text, HasSubstr("3 that stand for no border seizure that you may see"));
  EXPECT_THAT(text, HasSubstr("the rule says nothing"));
  EXPECT_THAT(text, HasSubstr("sent-apart/1"));
  EXPECT_THAT(text, HasSubstr("EV-1"));
  EXPECT_THAT(Written<border::v1::GetPartSetResponse>(kSet, Format::kCsv, WritePartSet),
              HasSubstr("lead,RC-1,RC-3,sent apart,4,sent-apart/1,other parts"));
  EXPECT_THAT(PartSetRow(Of<border::v1::GetPartSetResponse>(kSet).set()),
              ElementsAre("RC-1", "", "2", "1", "1", "barrel, slide", "", "border_force"));
}

TEST(BorderPageTest, WhatIsNotShownIsSaid) {
  auto response = Of<border::v1::GetPartSetResponse>(kSet);
  response.mutable_set()->set_link_count(7);
  response.set_appearance_count(3);
  std::ostringstream out;
  WritePartSet(response, Format::kTable, 200, out);
  EXPECT_THAT(out.str(), HasSubstr("2 of 7 links"));
  EXPECT_THAT(out.str(), HasSubstr("1 of 3 appearances inland"));
  EXPECT_THAT(out.str(), Not(HasSubstr("2 of 2")));
  EXPECT_THAT(PartSetRow(response.set()),
              ElementsAre("RC-1", "", "2", "1", "1+", "barrel, slide", "", "border_force"));
}

constexpr char kRoutes[] = R"({
  "revision": "7",
  "tables": [{"id": "border.mode", "counts": "by how they travelled", "keys": ["mode"],
              "rows": [{"keys": ["rail"], "consignments": "2", "guns": "3", "parts": "4"}]},
             {"id": "inland.make", "counts": "weapons", "keys": ["make"],
              "rows": [{"keys": ["EKOL"], "inland_weapons": "5"}]}]})";

TEST(BorderPageTest, CountsSayWhatTheyCount) {
  const std::string text =
      Written<border::v1::CountConsignmentsResponse>(kRoutes, Format::kTable, WriteRoutes);
  EXPECT_THAT(text, HasSubstr("border.mode: by how they travelled"));
  EXPECT_THAT(text, HasSubstr("weapons"));
  const std::string csv =
      Written<border::v1::CountConsignmentsResponse>(kRoutes, Format::kCsv, WriteRoutes);
  EXPECT_THAT(csv, HasSubstr("border.mode,rail,,,2,3,4,0,by how they travelled"));
  EXPECT_THAT(csv, HasSubstr("inland.make,EKOL,,,0,0,0,5,weapons"));
}

constexpr char kSupply[] = R"({
  "revision": "7", "weapon_id": "WP-1",
  "supply": {"kind": "SUPPLY_KIND_CONVERTED_BLANK_FIRER",
             "kinds": ["SUPPLY_KIND_CONVERTED_BLANK_FIRER", "SUPPLY_KIND_IMPORTED"],
             "statements": [{"kind": "SUPPLY_KIND_IMPORTED",
                             "basis": "SUPPLY_BASIS_BORDER_SEIZURE", "origin": "TR",
                             "grading": {"source": "1", "information": "A", "handling": "P"},
                             "record_id": "RC-1", "agency": "border_force",
                             "exhibit_id": "EX-1"}]}})";

TEST(BorderPageTest, SupplyIsToldWithBasisAndGrade) {
  const std::string text =
      Written<border::v1::GetWeaponSupplyResponse>(kSupply, Format::kTable, WriteSupply);
  EXPECT_THAT(text, HasSubstr("WP-1: converted blank firer"));
  EXPECT_THAT(text, HasSubstr("converted blank firer, imported"));
  EXPECT_THAT(text, HasSubstr("1AP"));
  EXPECT_THAT(text, Not(HasSubstr("two makings")));
  EXPECT_THAT(Written<border::v1::GetWeaponSupplyResponse>(kSupply, Format::kCsv, WriteSupply),
              HasSubstr("WP-1,imported,border seizure,,1AP,border_force,RC-1,EX-1,TR,,"));
}

TEST(BorderPageTest, PortsAreToldWithTheListTheyAreOf) {
  border::v1::ListPortsResponse ports;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(
                  R"({"version": "mine", "listed_countries": ["BE", "GB"],
                      "ports": [{"code": "GBDVR", "name": "Dover", "kind": "PORT_KIND_SEA",
                                 "source": "UNECE"}]})",
                  &ports)
                  .ok());
  std::ostringstream table;
  WritePorts(ports, Format::kTable, 120, table);
  EXPECT_THAT(table.str(), HasSubstr("GBDVR"));
  EXPECT_THAT(table.str(), HasSubstr("1 port of the list mine, which has ports of BE, GB"));
  std::ostringstream csv;
  WritePorts(ports, Format::kCsv, 120, csv);
  EXPECT_EQ(csv.str(), "code,name,kind,source\r\nGBDVR,Dover,sea,UNECE\r\n");
  std::ostringstream json;
  WritePorts(ports, Format::kJson, 120, json);
  EXPECT_THAT(json.str(), HasSubstr("\"listed_countries\""));
}

}  // namespace
}  // namespace serieslink::cli
