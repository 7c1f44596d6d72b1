#include "services/border/core/part_set.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::border {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kDay = 86'400;

// A consignment with one part of `kind`, seized on day `day` of 2025.
ConsignmentFacts Parcel(const std::string& kind, std::int64_t day) {
  ConsignmentFacts facts;
  const std::int64_t start = 1'735'689'600 + (day - 1) * kDay;
  facts.seized = {start, start + kDay - 1};
  facts.sent_apart = "LT SEFTON";
  facts.part_kinds = {kind};
  facts.has_parts = true;
  return facts;
}

bool AreApart(const ConsignmentFacts& a, const ConsignmentFacts& b) {
  EXPECT_EQ(CanBeSentApart(a, b), CanBeSentApart(b, a));
  return CanBeSentApart(a, b);
}

TEST(PartSetTest, OtherPartsOnOneWayWithinAMonthMayBelongTogether) {
  const ConsignmentFacts slide = Parcel("slide", 10);
  EXPECT_TRUE(AreApart(slide, Parcel("barrel", 12)));
  EXPECT_TRUE(AreApart(slide, Parcel("barrel", 41)));
  EXPECT_FALSE(AreApart(slide, Parcel("barrel", 42)));
  // The same part again is another gun's.
  EXPECT_FALSE(AreApart(slide, Parcel("slide", 12)));
  ConsignmentFacts both = Parcel("barrel", 12);
  both.part_kinds = {"barrel", "slide"};
  EXPECT_FALSE(AreApart(slide, both));
  both.part_kinds = {"barrel"};
  EXPECT_TRUE(AreApart(slide, both));
}

TEST(PartSetTest, AMonthInWhichSummerTimeEndsIsAMonth) {
  // In London the 1st of October 2025 begins an hour before that of universal time, and the 1st of
  // November, 31 days later, ends with it.
  ConsignmentFacts slide = Parcel("slide", 1);
  ConsignmentFacts barrel = Parcel("barrel", 1);
  slide.seized = {1'759'273'200, 1'759'359'599};
  barrel.seized = {1'761'955'200, 1'762'041'599};
  EXPECT_TRUE(AreApart(slide, barrel));
  barrel.seized.earliest_s += kDay;
  barrel.seized.latest_s += kDay;
  EXPECT_FALSE(AreApart(slide, barrel));
}

TEST(PartSetTest, WhatIsNotKnownMakesNoLead) {
  const ConsignmentFacts slide = Parcel("slide", 10);
  ConsignmentFacts other = Parcel("barrel", 12);
  other.sent_apart = "TR SEFTON";
  EXPECT_FALSE(AreApart(slide, other));
  ConsignmentFacts nowhere = Parcel("barrel", 12);
  nowhere.sent_apart.clear();
  ConsignmentFacts neither = Parcel("slide", 10);
  neither.sent_apart.clear();
  EXPECT_FALSE(AreApart(neither, nowhere));
  ConsignmentFacts undated = Parcel("barrel", 12);
  undated.seized = {};
  EXPECT_FALSE(AreApart(slide, undated));
  ConsignmentFacts sometime = Parcel("barrel", 12);
  sometime.seized.latest_s += 300 * kDay;
  EXPECT_FALSE(AreApart(slide, sometime));
  ConsignmentFacts unnamed = Parcel("barrel", 12);
  unnamed.part_kinds.clear();
  EXPECT_FALSE(AreApart(slide, unnamed));
  ConsignmentFacts whole = Parcel("barrel", 12);
  whole.has_parts = false;
  EXPECT_FALSE(AreApart(slide, whole));
}

TEST(PartSetTest, MakesThatDifferAreNotOfOneGun) {
  ConsignmentFacts slide = Parcel("slide", 10);
  ConsignmentFacts barrel = Parcel("barrel", 12);
  slide.part_makes = {"RETAY"};
  EXPECT_TRUE(AreApart(slide, barrel));
  barrel.part_makes = {"EKOL"};
  EXPECT_FALSE(AreApart(slide, barrel));
  barrel.part_makes = {"EKOL", "RETAY"};
  EXPECT_TRUE(AreApart(slide, barrel));
}

TEST(PartSetTest, NumbersInCommon) {
  ConsignmentFacts slide = Parcel("slide", 10);
  ConsignmentFacts barrel = Parcel("barrel", 200);
  EXPECT_FALSE(HaveOneNumber(slide, barrel));
  EXPECT_THAT(SharedPartNumbers(slide, barrel), IsEmpty());
  slide.number = barrel.number = "N1";
  EXPECT_TRUE(HaveOneNumber(slide, barrel));
  slide.part_numbers = {"A11111", "B22222"};
  barrel.part_numbers = {"B22222", "C33333"};
  EXPECT_THAT(SharedPartNumbers(slide, barrel), ElementsAre("B22222"));
}

TEST(PartSetTest, DaysApartAreTheFewestPossible) {
  EXPECT_EQ(DaysApart(Parcel("slide", 10).seized, Parcel("barrel", 10).seized), 0);
  EXPECT_EQ(DaysApart(Parcel("slide", 10).seized, Parcel("barrel", 13).seized), 2);
  EXPECT_EQ(DaysApart(Parcel("slide", 13).seized, Parcel("barrel", 10).seized), 2);
  EXPECT_EQ(DaysApart(Parcel("slide", 10).seized, linkage::TimeInterval()), 0);
}

}  // namespace
}  // namespace serieslink::border
