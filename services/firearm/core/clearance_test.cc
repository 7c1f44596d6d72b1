#include "services/firearm/core/clearance.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::firearm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kDestruction = v1::CLEARANCE_PURPOSE_DESTRUCTION;
constexpr auto kReturn = v1::CLEARANCE_PURPOSE_RETURN;

std::vector<std::string> BlockersOfStory(const std::string& text, v1::ClearancePurpose purpose,
                                         const ClearanceFacts& facts = {}) {
  v1::LifeStory story;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &story)) << text;
  std::vector<std::string> kinds;
  for (const v1::ClearanceBlocker& one : BlockersOf(story, facts, purpose)) {
    EXPECT_FALSE(one.explanation().empty());
    kinds.push_back(v1::ClearanceBlockerKind_Name(one.kind()).substr(23));
  }
  return kinds;
}

TEST(ClearanceTest, AGunInHandThatWasExaminedAndUsedNowhereMayGo) {
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED", kDestruction), IsEmpty());
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED", kReturn), IsEmpty());
}

TEST(ClearanceTest, EachBlockerStandsAgainstIt) {
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED remarks { kind: "
                              "REMARK_KIND_NOT_EXAMINED }",
                              kDestruction),
              ElementsAre("NOT_EXAMINED"));
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED events { event { event_id: 'EV-1' "
                              "kind: EVENT_KIND_INCIDENT } }",
                              kReturn),
              ElementsAre("USED"));
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED series_id: 'SL-1' events { event { "
                              "event_id: 'EV-1' kind: EVENT_KIND_INCIDENT } }",
                              kReturn),
              ElementsAre("SERIES"));
  ClearanceFacts held;
  held.legal_holds = {"RC-1"};
  held.leads = {"EX-1"};
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED", kReturn, held),
              ElementsAre("LEGAL_HOLD", "OPEN_LEAD"));
  EXPECT_THAT(
      BlockersOfStory("state: FIREARM_STATE_DESTROYED remarks { is_contradiction: true }", kReturn),
      ElementsAre("NOT_IN_HAND", "CONTRADICTION"));
  // What cannot be in a case of its loss, of which the remarks tell nothing; not what its reports
  // say otherwise of how it was kept.
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED loss_cases { state: "
                              "FIREARM_STATE_RETURNED loss_events: 'EV-1' contradictions { kind: "
                              "CASE_CONTRADICTION_KIND_LOSS_KINDS_DIFFER } }",
                              kReturn),
              ElementsAre("CONTRADICTION"));
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED loss_cases { state: "
                              "FIREARM_STATE_RETURNED loss_events: 'EV-1' contradictions { kind: "
                              "CASE_CONTRADICTION_KIND_STORAGE_DIFFERS } }",
                              kReturn),
              IsEmpty());
  ClearanceFacts contradicted;
  contradicted.contradictions = {"EX-1", "EX-2"};
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED", kDestruction, contradicted),
              ElementsAre("CONTRADICTION"));
}

TEST(ClearanceTest, AStolenGunThatCameBackMayBeReturnedAndNotDestroyed) {
  constexpr char kBack[] =
      "state: FIREARM_STATE_RECOVERED loss_cases { loss_event: 'EV-1' state: "
      "FIREARM_STATE_RECOVERED }";
  EXPECT_THAT(BlockersOfStory(kBack, kReturn), IsEmpty());
  EXPECT_THAT(BlockersOfStory(kBack, kDestruction), ElementsAre("OUTSTANDING_LOSS"));
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_OUTSTANDING loss_cases { loss_event: 'EV-1' "
                              "state: FIREARM_STATE_OUTSTANDING }",
                              kReturn),
              ElementsAre("OUTSTANDING_LOSS", "NOT_IN_HAND"));
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED loss_cases { loss_event: 'EV-1' "
                              "is_cancelled: true state: FIREARM_STATE_RETURNED }",
                              kDestruction),
              IsEmpty());
}

TEST(ClearanceTest, ALossBeforeTheOneThatEndedStandsAgainstDestructionOnly) {
  constexpr char kTwice[] =
      "state: FIREARM_STATE_RECOVERED loss_cases { loss_event: 'EV-1' state: "
      "FIREARM_STATE_OUTSTANDING } loss_cases { loss_event: 'EV-2' state: FIREARM_STATE_RECOVERED "
      "}";
  EXPECT_THAT(BlockersOfStory(kTwice, kReturn), IsEmpty());
  EXPECT_THAT(BlockersOfStory(kTwice, kDestruction), ElementsAre("OUTSTANDING_LOSS"));
}

TEST(ClearanceTest, AGunThatWasKeptMayGoLater) {
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RETAINED", kDestruction), IsEmpty());
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RETAINED", kReturn), IsEmpty());
  // Of one that was stolen its holder is to be asked first.
  constexpr char kStolen[] =
      "state: FIREARM_STATE_RETAINED loss_cases { loss_event: 'EV-1' state: FIREARM_STATE_RETAINED "
      "}";
  EXPECT_THAT(BlockersOfStory(kStolen, kReturn), IsEmpty());
  EXPECT_THAT(BlockersOfStory(kStolen, kDestruction), ElementsAre("OUTSTANDING_LOSS"));
  for (const char* const gone : {"RETURNED", "DESTROYED", "TRANSFERRED", "SIGHTED", "NOT_KNOWN"}) {
    EXPECT_THAT(BlockersOfStory(std::string("state: FIREARM_STATE_") + gone, kReturn),
                ElementsAre("NOT_IN_HAND"))
        << gone;
  }
}

TEST(ClearanceTest, AGunThatMayHaveLeftIsNotInHand) {
  ClearanceFacts facts;
  facts.may_have_left = true;
  EXPECT_THAT(BlockersOfStory("state: FIREARM_STATE_RECOVERED", kReturn, facts),
              ElementsAre("NOT_IN_HAND"));
}

TEST(ClearanceTest, AMarkerIsAHoldUntilItIsTakenBack) {
  EXPECT_TRUE(IsLegalHold("legal hold", ""));
  EXPECT_TRUE(IsLegalHold("LEGAL-HOLD", "yes"));
  EXPECT_TRUE(IsLegalHold("Legal_Hold", "until trial"));
  EXPECT_TRUE(IsLegalHold("legal hold", "No. 4471/2020"));
  EXPECT_FALSE(IsLegalHold("legal hold", "No"));
  EXPECT_FALSE(IsLegalHold("legal hold", "false"));
  EXPECT_FALSE(IsLegalHold("legal hold", "lifted 2020-01-02"));
  EXPECT_FALSE(IsLegalHold("legal hold", "lifted"));
  EXPECT_FALSE(IsLegalHold("gang", ""));
}

}  // namespace
}  // namespace serieslink::firearm
