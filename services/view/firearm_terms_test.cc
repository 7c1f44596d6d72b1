#include "services/view/firearm_terms.h"

#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::view {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

record::v1::Record RecordOf(const std::string& text) {
  record::v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record));
  return record;
}

TEST(FirearmTermsTest, ASerialIsFoundAsLinkageReadsIt) {
  EXPECT_THAT(SerialTerms("ab-12 34"), ElementsAre("AB1234"));
  EXPECT_THAT(SerialTerms("O123O"), ElementsAre("01230"));
  // The number without its note, and the whole of it.
  EXPECT_THAT(SerialTerms("AB1234 (frame)"), ElementsAre("AB1234", "AB1234FRAME"));
}

TEST(FirearmTermsTest, WhatLinkageDoesNotCompareIsFoundAsWritten) {
  EXPECT_THAT(SerialTerms("obliterated"), ElementsAre("0BLITERATED"));
  EXPECT_THAT(SerialTerms("AB12??"), ElementsAre("AB12", "AB12??"));
  EXPECT_THAT(SerialTerms("0000"), ElementsAre("0000"));
  EXPECT_THAT(SerialTerms("12"), ElementsAre("12"));
  EXPECT_THAT(SerialTerms(""), IsEmpty());
  EXPECT_THAT(SerialTerms(" - "), IsEmpty());
}

TEST(FirearmTermsTest, ALongRemarkIsCut) {
  const std::vector<std::string> terms = SerialTerms(std::string(4000, 'W'));
  EXPECT_THAT(terms, ElementsAre(std::string(graph::kSerialPartBytesMax, 'W')));
}

TEST(FirearmTermsTest, MakesAndCalibresMeetUnderTheirNames) {
  EXPECT_EQ(MakeTerm("Smith and Wesson"), MakeTerm("S&W"));
  EXPECT_EQ(MakeTerm("glock"), "GLOCK");
  EXPECT_EQ(MakeTerm("Kettleby Arms Ltd"), MakeTerm("KETTLEBY ARMS"));
  EXPECT_EQ(MakeTerm("unknown"), "");
  EXPECT_EQ(MakeTerm("Homemade"), "HOMEMADE");
  EXPECT_EQ(CalibreTerm("9mm"), CalibreTerm("9x19"));
  EXPECT_EQ(CalibreTerm("9 x 19 mm"), "9x19 mm");
  EXPECT_EQ(CalibreTerm("17 pounder"), "17POUNDER");
  EXPECT_EQ(CalibreTerm("n/a"), "");
}

TEST(FirearmTermsTest, PlacesAreComparedWithoutCaseAndBlanks) {
  EXPECT_EQ(AreaTerm("e09000014 "), "E09000014");
  EXPECT_EQ(AreaTerm(std::string("a\0b", 3)), "AB");
}

constexpr char kRecord[] = R"(
  source { agency: "mps" }
  event {
    kind: EVENT_KIND_RECOVERY
    occurred { earliest { seconds: 86400 } latest { seconds: 172799 } }
    place { borough_code: "E09000014" police_force: "mps" }
  }
  exhibits {
    kind: EXHIBIT_KIND_GUN
    firearm {
      serials { text: "AB1234" part: SERIAL_PART_FRAME }
      serials { text: "ab 1234" part: SERIAL_PART_SLIDE }
      serials { text: "CD99" part: SERIAL_PART_BARREL }
      make: "Glock" model: "17 Gen-4" calibre: "9mm"
      apparent_types: FIREARM_TYPE_PISTOL
      apparent_types: FIREARM_TYPE_IMITATION
    }
  }
  exhibits {
    kind: EXHIBIT_KIND_CASE_GROUP
    ammunition { calibre: "9x19" possible_types: FIREARM_TYPE_PISTOL }
  })";

TEST(FirearmTermsTest, TermsOfAGun) {
  TermCache cache;
  const record::v1::Record record = RecordOf(kRecord);
  const FirearmTerms terms = FirearmTermsOf(record, record.exhibits(0), cache);
  EXPECT_EQ(terms.kind, record::v1::EXHIBIT_KIND_GUN);
  EXPECT_EQ(terms.types,
            1u << record::v1::FIREARM_TYPE_PISTOL | 1u << record::v1::FIREARM_TYPE_IMITATION);
  EXPECT_THAT(terms.serials, ElementsAre("AB1234", "CD99"));
  EXPECT_EQ(terms.make, "GLOCK");
  EXPECT_EQ(terms.model, "17GEN4");
  EXPECT_EQ(terms.calibre, "9x19 mm");
  EXPECT_EQ(terms.agency, "mps");
  EXPECT_EQ(terms.police_force, "MPS");
  EXPECT_EQ(terms.borough, "E09000014");
  EXPECT_EQ(terms.ward, "");
  EXPECT_EQ(terms.occurred, (linkage::TimeInterval{86400, 172799}));
  EXPECT_FALSE(terms.is_place_unknown());
}

TEST(FirearmTermsTest, WhatAnExaminationFoundCountsBeforeLooks) {
  TermCache cache;
  record::v1::Record record = RecordOf(kRecord);
  record.mutable_exhibits(0)->mutable_firearm()->add_confirmed_types(
      record::v1::FIREARM_TYPE_BLANK_FIRER);
  EXPECT_EQ(FirearmTermsOf(record, record.exhibits(0), cache).types,
            1u << record::v1::FIREARM_TYPE_BLANK_FIRER);
}

TEST(FirearmTermsTest, OfARecordThatSaysNothingNothingIsKnown) {
  TermCache cache;
  record::v1::Record record;
  record.mutable_source()->set_agency("kent");
  record.add_exhibits();
  const FirearmTerms terms = FirearmTermsOf(record, record.exhibits(0), cache);
  EXPECT_TRUE(terms.is_place_unknown());
  EXPECT_EQ(terms.occurred, linkage::TimeInterval());
  EXPECT_EQ(FacetsOf(terms).earliest_day, 0u);
  EXPECT_EQ(FacetsOf(terms).latest_day, 65535u);
}

TEST(FirearmTermsTest, WhatWasReadBeforeReadsTheSame) {
  TermCache cache;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 1500; ++i) {
      const std::string made_up = "Maker " + std::to_string(i);
      EXPECT_EQ(cache.Make(made_up), MakeTerm(made_up));
      EXPECT_EQ(cache.Make("Glock GmbH"), MakeTerm("Glock GmbH"));
      EXPECT_EQ(cache.Calibre("9x19"), CalibreTerm("9x19"));
      EXPECT_EQ(cache.Calibre(made_up), CalibreTerm(made_up));
    }
  }
}

TEST(FirearmTermsTest, EntriesOfAGunAndOfACaseGroup) {
  TermCache cache;
  const record::v1::Record record = RecordOf(kRecord);
  const auto keys_of = [&](int exhibit) {
    graph::FirearmEntries entries;
    AddFirearmEntries(record, record.exhibits(exhibit), stolen::v1::REPORT_SOURCE_UNSPECIFIED,
                      graph::MakeExhibitNumber(7, exhibit), 9, cache, entries);
    std::map<graph::FirearmOrder, std::vector<std::vector<std::string>>> parts;
    entries.ForEach([&](std::string_view key, std::string_view value) {
      const graph::FirearmKey parsed = graph::ParseFirearmKey(key).value();
      EXPECT_EQ(parsed.exhibit, graph::MakeExhibitNumber(7, exhibit));
      EXPECT_EQ(parsed.sequence, 9u);
      EXPECT_EQ(graph::ParseFirearmFacets(value).value(),
                FacetsOf(FirearmTermsOf(record, record.exhibits(exhibit), cache)));
      parts[parsed.order].push_back(parsed.parts);
    });
    return parts;
  };
  const auto gun = keys_of(0);
  EXPECT_THAT(gun.at(graph::FirearmOrder::kSerial),
              ElementsAre(ElementsAre("AB1234"), ElementsAre("CD99")));
  EXPECT_THAT(gun.at(graph::FirearmOrder::kReversedSerial),
              ElementsAre(ElementsAre("4321BA"), ElementsAre("99DC")));
  EXPECT_THAT(gun.at(graph::FirearmOrder::kMake), ElementsAre(ElementsAre("GLOCK", "17GEN4")));
  EXPECT_THAT(gun.at(graph::FirearmOrder::kPlace),
              ElementsAre(ElementsAre("mps", "MPS", "E09000014", "")));
  const auto cases = keys_of(1);
  EXPECT_EQ(cases.size(), 1u);
  EXPECT_THAT(cases.at(graph::FirearmOrder::kPlace),
              ElementsAre(ElementsAre("mps", "MPS", "E09000014", "")));
}

}  // namespace
}  // namespace serieslink::view
