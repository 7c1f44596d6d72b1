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

TEST(FlagRemarksTest, WhatHappenedInCustodyIsToldOfEachEventOnce) {
  LifeFacts life;
  life.events.resize(3);
  life.events[0].kind = linkage::EventKind::kIncident;
  life.events[1].kind = linkage::EventKind::kLoss;
  life.events[2].kind = linkage::EventKind::kIncident;
  std::vector<RemarkFacts> remarks(3);
  remarks[0].kind = v1::REMARK_KIND_USED_IN_CUSTODY;
  remarks[0].is_contradiction = true;
  remarks[0].events = {0};
  remarks[0].exhibits = {5};
  remarks[1].kind = v1::REMARK_KIND_LEGAL_CLASSES_DIFFER;
  remarks[1].is_contradiction = true;
  remarks[2].kind = v1::REMARK_KIND_RELEASE_NOT_RECORDED;
  remarks[2].events = {2};
  RemarkOnHeld(life, std::vector<std::uint32_t>{0, 1, 2}, remarks);
  std::vector<std::string> told;
  for (const RemarkFacts& one : remarks) {
    told.push_back(absl::StrCat(v1::RemarkKind_Name(one.kind).substr(12), " ",
                                absl::StrJoin(one.events, ","), one.is_contradiction ? "" : "?"));
  }
  EXPECT_THAT(told, ElementsAre("USED_IN_CUSTODY 0", "USED_IN_CUSTODY 2", "LOST_IN_CUSTODY 1",
                                "LEGAL_CLASSES_DIFFER ", "RELEASE_NOT_RECORDED 2?"));
}

TEST(FlagRemarksTest, WhatWantsTidyingIsNone) {
  EXPECT_THAT(Told({{FlagKind::kStaleFinding, {1}, {}},
                    {FlagKind::kReferenceClash, {}, {1, 2}},
                    {FlagKind::kProbableDuplicate, {}, {1, 2}}}),
              IsEmpty());
}

}  // namespace
}  // namespace serieslink::firearm
