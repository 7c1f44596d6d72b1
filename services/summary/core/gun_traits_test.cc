#include "services/summary/core/gun_traits.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"

namespace serieslink::summary {
namespace {

// "MAKE=GLOCK;MODEL=GLOCK 17;" of the exhibit of a record.
std::string TraitsIn(const std::string& exhibit, const std::string& event = "") {
  record::v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      absl::StrCat("event { ", event, " } exhibits { ", exhibit, " }"), &record))
      << exhibit;
  std::string text;
  for (const auto& [trait, value] : TraitsOf(record, record.exhibits(0)).values) {
    absl::StrAppend(&text, meeting::v1::GunTrait_Name(trait).substr(sizeof("GUN_TRAIT_") - 1), "=",
                    value, ";");
  }
  return text;
}

TEST(GunTraitsTest, SpellingsThatAreOneAreOneValue) {
  EXPECT_EQ(TraitsIn("kind: EXHIBIT_KIND_GUN firearm { make: 'Glock' model: '17' }"),
            TraitsIn("kind: EXHIBIT_KIND_GUN firearm { make: 'GLOCK ' model: ' 17. ' }"));
  EXPECT_EQ(TraitsIn("kind: EXHIBIT_KIND_GUN firearm { make: 'Glock' model: '17' }"),
            "MAKE=GLOCK;MODEL=GLOCK 17;");
}

TEST(GunTraitsTest, WhatIsNotKnownIsNoValue) {
  EXPECT_EQ(TraitsIn("kind: EXHIBIT_KIND_GUN firearm { make: 'unknown' model: 'N/A' conversion: "
                     "'none' calibre: 'not known' }"),
            "");
  EXPECT_EQ(TraitsIn("kind: EXHIBIT_KIND_GUN firearm { model: '17' }"), "")
      << "models of other makes have the same names";
}

TEST(GunTraitsTest, ConversionsAreOfTypesRemarksAndCalibres) {
  EXPECT_EQ(TraitsIn("kind: EXHIBIT_KIND_GUN firearm { conversion: 'Barrel drilled' "
                     "apparent_types: FIREARM_TYPE_PISTOL confirmed_types: "
                     "FIREARM_TYPE_CONVERTED_BLANK_FIRER }"),
            "CONVERSION=BARREL DRILLED;CONVERSION=converted blank-firer;");
  EXPECT_EQ(TraitsIn("kind: EXHIBIT_KIND_GUN firearm { apparent_types: "
                     "FIREARM_TYPE_CONVERTED_BLANK_FIRER confirmed_types: FIREARM_TYPE_PISTOL }"),
            "")
      << "an examination goes before looks";
}

TEST(GunTraitsTest, OriginsAreOfMakeAndOfTheParcel) {
  EXPECT_EQ(TraitsIn("kind: EXHIBIT_KIND_GUN firearm { country_of_origin: 'TR' }",
                     "consignment { declared_origin: 'DE' true_origin: 'BG' }"),
            "COUNTRY_OF_MAKE=TR;SENT_FROM=BG;");
}

TEST(GunTraitsTest, AmmunitionAndTestFiresAreNoGuns) {
  EXPECT_EQ(TraitsIn("kind: EXHIBIT_KIND_AMMUNITION_LOT ammunition { calibre: '9x19' }"), "");
  EXPECT_EQ(TraitsIn("kind: EXHIBIT_KIND_TEST_FIRE_CASES ammunition { calibre: '9x19' }"), "");
  EXPECT_NE(TraitsIn("kind: EXHIBIT_KIND_CASE_GROUP ammunition { calibre: '9x19' }"), "");
}

}  // namespace
}  // namespace serieslink::summary
