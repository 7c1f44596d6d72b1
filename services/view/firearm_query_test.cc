#include "services/view/firearm_query.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::view {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

firearm::v1::FirearmFilter FilterOf(const std::string& text) {
  firearm::v1::FirearmFilter filter;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &filter));
  return filter;
}

std::vector<std::string> BadFieldsOf(const std::string& text) {
  std::vector<std::string> fields;
  for (const rpc::BadField& bad : CheckFirearmFilter(FilterOf(text))) fields.push_back(bad.field);
  return fields;
}

TEST(FirearmQueryTest, NamesEveryBadField) {
  EXPECT_THAT(BadFieldsOf(R"(
      serial: "*?*" make: "unknown" model: "--" calibre: "n/a" kinds: 0 types: 77
      type_words: "shotgun" type_words: "raygun" type_words: "phaser"
      agency: "BTP" area: "Tower Hamlets"
      occurred_from { seconds: 10 } occurred_before { seconds: 10 })"),
              ElementsAre("filter.serial", "filter.make", "filter.model", "filter.calibre",
                          "filter.kinds", "filter.types", "filter.type_words", "filter.agency",
                          "filter.area", "filter.occurred_before"));
  const std::string long_text(300, 'A');
  firearm::v1::FirearmFilter filter;
  filter.set_serial(long_text);
  filter.set_agency(long_text);
  EXPECT_EQ(CheckFirearmFilter(filter).size(), 2u);
  filter.set_agency("");
  filter.set_serial(std::string(65, 'A'));
  EXPECT_EQ(CheckFirearmFilter(filter).size(), 1u);
  filter.set_serial(std::string(64, 'A'));
  EXPECT_THAT(CheckFirearmFilter(filter), IsEmpty());
  EXPECT_THAT(CheckFirearmFilter({}), IsEmpty());
}

TEST(FirearmQueryTest, NoErrorRepeatsWhatWasAsked) {
  for (const rpc::BadField& bad :
       CheckFirearmFilter(FilterOf(R"(calibre: "n/a" make: "unknown")"))) {
    EXPECT_THAT(bad.description, testing::Not(testing::HasSubstr("n/a")));
  }
}

// A gun of which everything is known.
FirearmTerms AGun() {
  FirearmTerms terms;
  terms.kind = record::v1::EXHIBIT_KIND_GUN;
  terms.types = 1u << record::v1::FIREARM_TYPE_PISTOL;
  terms.serials = {"AB1234", "CD12?4"};
  terms.make = "GLOCK";
  terms.model = "17GEN4";
  terms.calibre = "9x19 mm";
  terms.agency = "mps";
  terms.police_force = "MPS";
  terms.borough = "E09000014";
  terms.ward = "E05000276";
  terms.occurred = {1000, 2000};
  return terms;
}

// Whether the gun satisfies `text`; the facets must never say otherwise.
bool Matches(const std::string& text, const FirearmTerms& terms = AGun()) {
  const firearm::v1::FirearmFilter filter = FilterOf(text);
  EXPECT_THAT(CheckFirearmFilter(filter), IsEmpty()) << text;
  const FirearmQuery query(filter);
  const bool matches = query.Matches(terms);
  EXPECT_TRUE(!matches || query.MayMatch(FacetsOf(terms))) << text;
  return matches;
}

TEST(FirearmQueryTest, NothingAskedForIsSatisfied) {
  EXPECT_TRUE(Matches(""));
  EXPECT_TRUE(Matches("", FirearmTerms()));
}

TEST(FirearmQueryTest, ASerialIsReadAsLinkageReadsIt) {
  for (const char* serial :
       {"AB1234", "ab-12 34", "AB1234 (frame)", "AB12*", "*34", "ab?234", "*B12*", "CD12?4"}) {
    EXPECT_TRUE(Matches("serial: \"" + std::string(serial) + "\"")) << serial;
  }
  for (const char* serial : {"AB123", "B1234", "*35", "AB?34"}) {
    EXPECT_FALSE(Matches("serial: \"" + std::string(serial) + "\"")) << serial;
  }
  // An unread character of the record is not any character that is asked for.
  EXPECT_FALSE(Matches(R"(serial: "CD1234")"));
}

TEST(FirearmQueryTest, MakesModelsAndCalibresMeet) {
  EXPECT_TRUE(Matches(R"(make: "Glock GmbH" model: "17 Gen 4" calibre: "9mm Luger")"));
  EXPECT_TRUE(Matches(R"(calibre: "9 mm class")"));
  EXPECT_TRUE(Matches(R"(model: "17*")"));
  EXPECT_FALSE(Matches(R"(make: "Taurus")"));
  EXPECT_FALSE(Matches(R"(model: "17")"));
  EXPECT_FALSE(Matches(R"(calibre: ".22")"));
  FirearmTerms odd = AGun();
  odd.make = "KETTLEBY";
  odd.calibre = "17POUNDER";
  EXPECT_TRUE(Matches(R"(make: "Kettleby Ltd." calibre: "17-pounder")", odd));
  EXPECT_FALSE(Matches(R"(calibre: "17 pounds")", odd));
  EXPECT_FALSE(Matches(R"(calibre: "9mm")", odd));
  EXPECT_FALSE(Matches(R"(make: "Glock")", FirearmTerms()));
  EXPECT_FALSE(Matches(R"(calibre: "9mm")", FirearmTerms()));
}

TEST(FirearmQueryTest, KindsTypesAndAgencies) {
  EXPECT_TRUE(Matches("kinds: EXHIBIT_KIND_GUN_PART kinds: EXHIBIT_KIND_GUN"));
  EXPECT_FALSE(Matches("kinds: EXHIBIT_KIND_GUN_PART"));
  EXPECT_TRUE(Matches("types: FIREARM_TYPE_PISTOL types: FIREARM_TYPE_RIFLE"));
  EXPECT_FALSE(Matches("types: FIREARM_TYPE_RIFLE"));
  EXPECT_TRUE(Matches(R"(agency: "mps")"));
  EXPECT_FALSE(Matches(R"(agency: "kent")"));
}

TEST(FirearmQueryTest, AnAreaIsABoroughAWardOrAForceAndAnUnknownOneIsInNone) {
  for (const char* area : {"e09000014", "E05000276", "mps", "MPS"}) {
    EXPECT_TRUE(Matches("area: \"" + std::string(area) + "\"")) << area;
  }
  EXPECT_FALSE(Matches(R"(area: "E09000012")"));
  EXPECT_FALSE(Matches(R"(area: "unknown")"));
  EXPECT_TRUE(Matches(R"(area: "unknown")", FirearmTerms()));
  EXPECT_FALSE(Matches(R"(area: "mps")", FirearmTerms()));
  // Only the force is known: it can have been in the borough, and is not known to have been.
  FirearmTerms somewhere = AGun();
  somewhere.borough.clear();
  somewhere.ward.clear();
  EXPECT_FALSE(Matches(R"(area: "E09000014")", somewhere));
  EXPECT_FALSE(Matches(R"(area: "unknown")", somewhere));
}

TEST(FirearmQueryTest, ADateThatIsNotKnownCanLieInAnyPeriod) {
  EXPECT_TRUE(Matches("occurred_from { seconds: 2000 }"));
  EXPECT_FALSE(Matches("occurred_from { seconds: 2001 }"));
  EXPECT_FALSE(Matches("occurred_before { seconds: 1000 }"));
  EXPECT_TRUE(Matches("occurred_before { seconds: 1001 }"));
  EXPECT_TRUE(Matches("occurred_from { seconds: 1400 } occurred_before { seconds: 1500 }"));
  EXPECT_TRUE(Matches("occurred_from { seconds: 99999 }", FirearmTerms()));
  FirearmTerms old = AGun();
  old.occurred = {-5'000'000'000, -4'000'000'000};  // before the first day that facets have
  EXPECT_TRUE(Matches("occurred_before { seconds: -4500000000 }", old));
}

TEST(FirearmQueryTest, FacetsRuleOutWhatIsNotAskedFor) {
  const graph::FirearmFacets facets = FacetsOf(AGun());
  for (const char* text :
       {R"(make: "Taurus")", R"(model: "18")", R"(calibre: ".22")", "types: FIREARM_TYPE_RIFLE",
        "kinds: EXHIBIT_KIND_GUN_PART", R"(agency: "kent")", R"(area: "kent")",
        R"(area: "unknown")", "occurred_from { seconds: 864000 }"}) {
    EXPECT_FALSE(FirearmQuery(FilterOf(text)).MayMatch(facets)) << text;
  }
}

}  // namespace
}  // namespace serieslink::view
