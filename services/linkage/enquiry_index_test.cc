#include "services/linkage/enquiry_index.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

feed::v1::EnquiryFile File(const std::string& gun, const std::string& more = "") {
  feed::v1::EnquiryFile file;
  const std::string text = absl::StrCat(
      "kind: 'STANDING_QUERY' unit: 'u' expire_time { seconds: 100 } tells_others: true gun { ",
      gun, " } ", more);
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &file)) << text;
  return file;
}

view::FirearmTerms Gun(const std::string& serial, const std::string& make = "GLOCK",
                       const std::string& calibre = "9x19 mm") {
  view::FirearmTerms terms;
  terms.kind = 1;
  terms.serials = {serial};
  terms.make = make;
  terms.model = "17";
  terms.calibre = calibre;
  terms.agency = "mps";
  terms.borough = "E09000022";
  return terms;
}

class EnquiryIndexTest : public testing::Test {
 protected:
  void Ask(std::uint64_t record, const std::string& gun, const std::string& agency = "kent",
           const std::string& more = "") {
    const feed::v1::EnquiryFile file = File(gun, more);
    index_.Set(record, agency, &file);
  }
  EnquiryIndex index_;
};

TEST_F(EnquiryIndexTest, WhoMayNotSeeAGunHasNoQueryForIt) {
  Ask(1, "make: 'Glock'", "kent");
  Ask(2, "make: 'Glock'", "mps");
  EXPECT_THAT(index_.QueriesFor(Gun("AB12345"), type::v1::VISIBILITY_OWNER), ElementsAre(2));
  EXPECT_THAT(index_.QueriesFor(Gun("AB12345"), type::v1::VISIBILITY_OPEN), ElementsAre(1, 2));
}

TEST_F(EnquiryIndexTest, AQueryIsFoundByWhateverItAsksFor) {
  Ask(1, "serial: 'AB 12345'");
  Ask(2, "serial: 'AB1*'");
  Ask(3, "serial: '*345'");
  Ask(4, "serial: '?B12345'");
  Ask(5, "make: 'glock'");
  Ask(6, "model: '17'");
  Ask(7, "model: '1*'");
  Ask(8, "calibre: '9x19'");
  Ask(9, "area: 'E09000022'");
  Ask(10, "agency: 'mps'");
  Ask(11, "kinds: EXHIBIT_KIND_GUN");
  Ask(12, "serial: 'AB1*' make: 'Glock' kinds: EXHIBIT_KIND_GUN");
  Ask(20, "serial: 'AB12346'");
  Ask(21, "serial: 'AB2*'");
  Ask(22, "make: 'Walther'");
  Ask(23, "serial: 'AB1*' make: 'Walther'");
  Ask(24, "area: 'E09000001'");
  Ask(25, "agency: 'kent'");
  EXPECT_THAT(index_.QueriesFor(Gun("AB12345"), type::v1::VISIBILITY_OPEN),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
  for (std::uint64_t record = 1; record <= 12; ++record) index_.Set(record, "kent", nullptr);
  EXPECT_THAT(index_.QueriesFor(Gun("AB12345"), type::v1::VISIBILITY_OPEN), IsEmpty());
  EXPECT_TRUE(index_.has_queries());
}

TEST_F(EnquiryIndexTest, WhatEndedOrExpiredFindsNothing) {
  Ask(1, "serial: 'AB12345'", "kent", "ended { kind: 'END' }");
  Ask(2, "serial: 'AB12345'");
  Ask(3, "serial: 'AB12345'", "kent", "expire_time { seconds: 200 }");
  index_.DropExpired(99'999'999);
  EXPECT_THAT(index_.QueriesFor(Gun("AB12345"), type::v1::VISIBILITY_OPEN), ElementsAre(2, 3));
  index_.DropExpired(100'000'000);
  EXPECT_THAT(index_.QueriesFor(Gun("AB12345"), type::v1::VISIBILITY_OPEN), ElementsAre(3));
  EXPECT_FALSE(index_.Has(2));
  Ask(2, "serial: 'AB12345'", "kent", "expire_time { seconds: 300 }");
  EXPECT_THAT(index_.QueriesFor(Gun("AB12345"), type::v1::VISIBILITY_OPEN), ElementsAre(2, 3))
      << "it was renewed";
}

TEST_F(EnquiryIndexTest, ATraceRequestIsNoStandingQuery) {
  Ask(1, "serial: 'AB12345'", "kent", "kind: 'TRACE_REQUEST'");
  EXPECT_FALSE(index_.has_queries());
  EXPECT_THAT(index_.QueriesFor(Gun("AB12345"), type::v1::VISIBILITY_OPEN), IsEmpty());
}

TEST_F(EnquiryIndexTest, ANumberThatWasReadInPartMayBeWhatIsAskedFor) {
  Ask(1, "serial: 'KW48217'");
  Ask(2, "serial: 'KW482*'");
  Ask(3, "serial: '*W48217'");
  Ask(4, "make: 'Glock' serial: '*48217*'");
  Ask(20, "serial: 'KW48218'");
  Ask(21, "serial: 'KW482171'");
  Ask(22, "serial: 'KW48217' make: 'Walther'");
  Ask(23, "serial: 'KX482*'");
  EXPECT_THAT(index_.QueriesFor(Gun("KW4?217"), type::v1::VISIBILITY_OPEN),
              ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(index_.QueriesFor(Gun("KW4?2171"), type::v1::VISIBILITY_OPEN), ElementsAre(2, 4, 21));
  EXPECT_THAT(index_.QueriesFor(Gun("K????17"), type::v1::VISIBILITY_OPEN), IsEmpty())
      << "three characters are too few";
  index_.Set(1, "kent", nullptr);
  EXPECT_THAT(index_.QueriesFor(Gun("KW4?217"), type::v1::VISIBILITY_OPEN), ElementsAre(2, 3, 4));
}

TEST_F(EnquiryIndexTest, TwoUnitsMayAskAboutOneGun) {
  Ask(1, "serial: 'KW48217'");
  Ask(2, "serial: 'KW4?217'", "mps");
  Ask(3, "serial: 'K?48217'", "essex");
  Ask(4, "serial: 'KW4?218'", "leeds");
  Ask(5, "serial: 'KW4?217' make: 'Glock'", "wales");
  Ask(6, "serial: 'KW48217' make: 'Walther'", "leeds");
  EXPECT_THAT(index_.OthersAbout(1), ElementsAre(2, 3, 5, 6));
  EXPECT_THAT(index_.OthersAbout(2), ElementsAre(1, 3, 5, 6));
  EXPECT_THAT(index_.OthersAbout(4), IsEmpty());
  EXPECT_THAT(index_.OthersAbout(5), ElementsAre(1, 2, 3)) << "6 is of another make";
}

TEST_F(EnquiryIndexTest, TwoUnitsAskAboutOneGun) {
  Ask(1, "serial: 'AB 12345' make: 'Glock' calibre: '9x19'");
  Ask(2, "serial: 'ab12345'", "mps", "kind: 'TRACE_REQUEST'");
  Ask(3, "serial: 'AB12345' calibre: '9mm'", "essex");
  Ask(4, "serial: 'AB12345' make: 'Walther'", "wales");         // another make than 1
  Ask(5, "serial: 'AB12345' calibre: '.22 LR'", "wales");       // another calibre than 1 and 3
  Ask(6, "serial: 'AB12345'", "kent", "unit: 'v'");             // another unit of one agency
  Ask(7, "serial: 'AB12345'", "kent");                          // the unit of 1
  Ask(8, "serial: 'AB12345'", "leeds", "tells_others: false");  // lets nobody be told
  Ask(9, "serial: 'AB1234*'", "leeds");                         // a pattern is not the number
  Ask(10, "serial: 'AB12346'", "leeds");
  EXPECT_THAT(index_.OthersAbout(1), ElementsAre(2, 3, 6));
  EXPECT_THAT(index_.OthersAbout(2), ElementsAre(1, 3, 4, 5, 6, 7));
  EXPECT_THAT(index_.OthersAbout(8), IsEmpty());
  EXPECT_THAT(index_.OthersAbout(9), IsEmpty());
}

TEST_F(EnquiryIndexTest, PatternsAreOneWhenTheyAreEqual) {
  Ask(1, "serial: 'AB-12*9'");
  Ask(2, "serial: 'ab12*9'", "mps");
  Ask(3, "serial: 'ab12**9'", "essex");
  Ask(4, "serial: 'ab12?9'", "leeds");
  EXPECT_THAT(index_.OthersAbout(1), ElementsAre(2, 3));
  Ask(5, "serial: '*9'", "leeds");
  Ask(6, "serial: '*9'", "wales");
  EXPECT_THAT(index_.OthersAbout(5), IsEmpty()) << "that says of no gun which it is";
}

TEST_F(EnquiryIndexTest, WhatIsNoNumberIsNoGun) {
  Ask(1, "serial: 'unknown'");
  Ask(2, "serial: 'unknown'", "mps");
  Ask(3, "make: 'Glock'");
  Ask(4, "make: 'Glock'", "mps");
  EXPECT_THAT(index_.OthersAbout(1), IsEmpty());
  EXPECT_THAT(index_.OthersAbout(3), IsEmpty());
}

TEST_F(EnquiryIndexTest, AGunThatManyAskAboutTellsNothing) {
  const std::size_t max = EnquiryIndex::kSameNumberMax;
  for (std::uint64_t i = 0; i <= max; ++i) Ask(i + 1, "serial: 'AB12345'", absl::StrCat("a", i));
  EXPECT_EQ(index_.OthersAbout(1).size(), max);
  Ask(max + 3, "serial: 'AB12345'", "a1");
  EXPECT_EQ(index_.OthersAbout(1).size(), max + 1) << "one unit asks twice";
  Ask(max + 2, "serial: 'AB12345'", "z");
  EXPECT_THAT(index_.OthersAbout(1), IsEmpty());
}

}  // namespace
}  // namespace serieslink::linkage
