#include "services/firearm/core/flag_remarks.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::linkage::FlagKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Told(const std::vector<linkage::WeaponFlag>& flags) {
  std::vector<std::string> told;
  for (const FlagRemark& one : RemarksOfFlags(flags)) {
    told.push_back(absl::StrCat(v1::RemarkKind_Name(one.kind).substr(12), " ",
                                absl::StrJoin(one.exhibits, ","), " ",
                                absl::StrJoin(one.events, ",")));
  }
  return told;
}

TEST(FlagRemarksTest, FindingsPartsAndTravelAreContradictionsOfALife) {
  EXPECT_THAT(
      Told({{FlagKind::kConflict, {4, 9}, {}},
            {FlagKind::kPartsExchange, {1, 2}, {}},
            {FlagKind::kImpossibleTravel, {}, {3, 5}}}),
      ElementsAre("FINDINGS_CONTRADICT 4,9 ", "PARTS_EXCHANGED 1,2 ", "IMPOSSIBLE_TRAVEL  3,5"));
}

TEST(FlagRemarksTest, AJoinThatCustodyRefusesIsOneOfTheFindings) {
  // Its uses in custody are told by the remarks on events.
  EXPECT_THAT(Told({{FlagKind::kCustodyContradiction, {}, {7}}}), IsEmpty());
  EXPECT_THAT(
      Told({{FlagKind::kCustodyContradiction, {1, 6}, {7}}, {FlagKind::kConflict, {4, 6}, {}}}),
      ElementsAre("FINDINGS_CONTRADICT 1,4,6 "));
}

TEST(FlagRemarksTest, WhatWantsTidyingIsNone) {
  EXPECT_THAT(Told({{FlagKind::kStaleFinding, {1}, {}},
                    {FlagKind::kReferenceClash, {}, {1, 2}},
                    {FlagKind::kProbableDuplicate, {}, {1, 2}}}),
              IsEmpty());
}

}  // namespace
}  // namespace serieslink::firearm
