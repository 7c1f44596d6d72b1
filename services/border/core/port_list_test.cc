#include "services/border/core/port_list.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::border {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PortListTest, TheBuiltInListKnowsThePortsOfTheUnitedKingdom) {
  const auto list = PortList::Parse(DefaultPortsText());
  ASSERT_TRUE(list.ok()) << list.status();
  for (const char* const code : {"GBDVR", "GBLHR", "GBFXT", "GBFOL", "GBCVT", "GBBEL", "GBHLY"}) {
    EXPECT_TRUE((*list)->CanBePort(code)) << code;
  }
  EXPECT_FALSE((*list)->CanBePort("GBZZZ"));
  EXPECT_TRUE((*list)->CanBePort("NLZZZ")) << "of other countries only the form is looked at";
  EXPECT_FALSE((*list)->version().empty());
}

TEST(PortListTest, AnotherListStandsForItsCountries) {
  const auto list = PortList::Parse(
      "version: 'mine' countries { country: 'NL' groups { source: 'own' ports { code: 'RTM' name: "
      "'Rotterdam' } } }");
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_TRUE((*list)->CanBePort("NLRTM"));
  EXPECT_FALSE((*list)->CanBePort("NLZZZ"));
  EXPECT_TRUE((*list)->CanBePort("GBZZZ"));
}

TEST(PortListTest, PortsStandByCodeAndKind) {
  const auto list = PortList::Parse(
      "version: 'mine' "
      "countries { country: 'NL' groups { source: 'own' kind: PORT_KIND_SEA ports { code: 'RTM' "
      "name: 'Rotterdam' } } } "
      "countries { country: 'BE' groups { source: 'rail' kind: PORT_KIND_RAIL ports { code: 'ANR' "
      "name: 'Antwerpen-Zuid' } } groups { source: 'sea' kind: PORT_KIND_SEA ports { code: 'ANR' "
      "name: 'Antwerpen' } } }");
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_THAT((*list)->Countries(), ElementsAre("BE", "NL"));
  std::vector<std::string> ports;
  for (const ListedPort& one : (*list)->ports()) {
    ports.push_back(
        absl::StrCat(one.code, " ", static_cast<int>(one.kind), " ", one.name, " ", one.source));
  }
  EXPECT_THAT(ports, ElementsAre("BEANR 1 Antwerpen sea", "BEANR 3 Antwerpen-Zuid rail",
                                 "NLRTM 1 Rotterdam own"));
}

TEST(PortListTest, EverythingThatIsWrongIsNamed) {
  const auto fault = [](const std::string& text) {
    const auto list = PortList::Parse(text);
    EXPECT_EQ(list.status().code(), absl::StatusCode::kInvalidArgument) << text;
    return std::string(list.status().message());
  };
  EXPECT_THAT(fault(""), AllOf(HasSubstr("version"), HasSubstr("countries")));
  EXPECT_THAT(fault("ports {\n"), HasSubstr("line 1"));
  EXPECT_THAT(
      fault("version: 'V 1' countries { country: 'gb' } countries { country: 'GB' groups { ports { "
            "code: 'D1R' name: 'Dover' } ports { code: 'FXT' } ports { code: 'FXT' name: 'F' } } } "
            "countries { country: 'GB' groups { source: 'x' } }"),
      AllOf(HasSubstr("version"), HasSubstr("\"gb\": a country"), HasSubstr("no groups"),
            HasSubstr("GB: a group has no source"), HasSubstr("GBD1R: a code"),
            HasSubstr("GBFXT: a name"), HasSubstr("GBFXT: it is named twice"),
            HasSubstr("GB: it is listed twice"), HasSubstr("GB: a group has no ports")));
  std::string many = "version: 'v' countries { country: 'GB' groups { source: 'x' ";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&many, "ports { code: 'no' name: 'n' } ");
  EXPECT_THAT(fault(many + "} }"), HasSubstr("and 80 more"));
}

}  // namespace
}  // namespace serieslink::border
