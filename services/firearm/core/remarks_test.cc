// What a life is remarked upon for: which examinations are the gun's, how it left, what it is in
// law.
#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/firearm/core/life_case.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::linkage::ExhibitKind;

// Whether a gun that was recovered counts as not examined, when an exhibit of this kind was.
bool IsNotExamined(ExhibitKind examined) {
  LifeFacts life;
  LifeEventFacts& recovery = life.events.emplace_back();
  recovery.kind = EventKind::kRecovery;
  recovery.occurred = {1'000, 2'000};
  recovery.has_gun = true;
  life.exhibits.resize(2);
  life.exhibits[0].kind = ExhibitKind::kGun;
  life.exhibits[0].event = 0;
  life.exhibits[1].kind = examined;
  life.exhibits[1].is_examined = true;
  life.exhibits[1].examined = linkage::TimeInterval{5'000, 6'000};
  const std::vector<RemarkFacts> remarks = RemarkOnLife(life, OrderOfEvents(life.events), {});
  return std::any_of(remarks.begin(), remarks.end(), [](const RemarkFacts& one) {
    return one.kind == v1::REMARK_KIND_NOT_EXAMINED;
  });
}

TEST(RemarksTest, AnExaminationOfWhatAGunLeftIsNoneOfTheGun) {
  EXPECT_FALSE(IsNotExamined(ExhibitKind::kGun));
  EXPECT_FALSE(IsNotExamined(ExhibitKind::kTestFireCases));
  EXPECT_TRUE(IsNotExamined(ExhibitKind::kCaseGroup));
  EXPECT_TRUE(IsNotExamined(ExhibitKind::kBulletGroup));
  EXPECT_TRUE(IsNotExamined(ExhibitKind::kGunPart));
}

// The events of the remark of this kind, one after the other; "none" without one, "!" before those
// of a contradiction.
std::string Remarked(const LifeFacts& life, v1::RemarkKind kind) {
  std::vector<LossReportFacts> reports;
  for (std::uint32_t i = 0; i < life.events.size(); ++i) {
    if (life.events[i].kind != EventKind::kLoss) continue;
    LossReportFacts& report = reports.emplace_back();
    report.event = i;
    report.lost = life.events[i].occurred;
  }
  for (const RemarkFacts& one : RemarkOnLife(life, OrderOfEvents(life.events),
                                             FollowLosses(life.events, reports, life.released))) {
    if (one.kind != kind) continue;
    std::string text = one.is_contradiction ? "!" : "";
    for (const std::uint32_t event : one.events) text += std::to_string(event);
    for (const std::uint32_t exhibit : one.exhibits) text += "x" + std::to_string(exhibit);
    return text;
  }
  return "none";
}

TEST(RemarksTest, AGunThatWasKeptHasNotLeft) {
  for (const record::v1::DisposalKind kind :
       {record::v1::DISPOSAL_KIND_RETURNED, record::v1::DISPOSAL_KIND_TRANSFERRED,
        record::v1::DISPOSAL_KIND_UNKNOWN}) {
    EXPECT_EQ(Remarked(Life({Recovery(Day(10)), Disposal(kind, Day(20)), Use(Day(30))}),
                       v1::REMARK_KIND_RELEASE_NOT_RECORDED),
              "none");
    EXPECT_EQ(Remarked(Life({Recovery(Day(10)), Disposal(kind, Day(20)), Theft(Day(30))}),
                       v1::REMARK_KIND_RETURN_NOT_RECORDED),
              "none");
  }
  LifeEventFacts kept = Disposal(record::v1::DISPOSAL_KIND_RETAINED, Day(20));
  EXPECT_EQ(
      Remarked(Life({Recovery(Day(10)), kept, Use(Day(30))}), v1::REMARK_KIND_RELEASE_NOT_RECORDED),
      "02");
  EXPECT_EQ(Remarked(Life({Recovery(Day(10)), kept, Theft(Day(30))}),
                     v1::REMARK_KIND_RETURN_NOT_RECORDED),
            "!02");
  // Another record of that disposal says otherwise.
  kept.disposals_differ = true;
  EXPECT_EQ(
      Remarked(Life({Recovery(Day(10)), kept, Use(Day(30))}), v1::REMARK_KIND_RELEASE_NOT_RECORDED),
      "none");
}

TEST(RemarksTest, AGunIsOutByItsLossOrByAUseSinceItWasBack) {
  constexpr auto kKind = v1::REMARK_KIND_OUTSTANDING;
  EXPECT_EQ(Remarked(Life({Theft(Day(1)), Use(Day(10))}), kKind), "0");
  EXPECT_EQ(Remarked(Life({Theft(Day(1)), Recovery(Day(5)),
                           Disposal(record::v1::DISPOSAL_KIND_TRANSFERRED, Day(7)), Use(Day(10)),
                           Use(Day(12))}),
                     kKind),
            "4");
}

TEST(RemarksTest, LegalClassesOfOneDayDifferHoweverTheDayIsTold) {
  constexpr auto kKind = v1::REMARK_KIND_LEGAL_CLASSES_DIFFER;
  LifeFacts life = Life({Recovery(Day(10))});
  life.exhibits.resize(2);
  life.legal_classes = {
      {0, record::v1::LEGAL_CLASS_SECTION_1, Day(11)},
      {1, record::v1::LEGAL_CLASS_SECTION_5_PROHIBITED, {11 * kDay + 36'000, 11 * kDay + 36'059}}};
  EXPECT_EQ(Remarked(life, kKind), "!x0x1");
  life.legal_classes[1].as_of = {12 * kDay + 36'000, 12 * kDay + 36'059};
  EXPECT_EQ(Remarked(life, kKind), "none");
  // Not known to the day: either can have come first.
  life.legal_classes[1].as_of = Days(5, 40);
  EXPECT_EQ(Remarked(life, kKind), "none");
}

TEST(RemarksTest, AWholeGunThatIsClassedAsAPartIsAContradiction) {
  LifeFacts life = Life({Recovery(Day(10))});
  life.exhibits.resize(2);
  EXPECT_EQ(Remarked(life, v1::REMARK_KIND_WHOLE_AND_PART), "none");
  life.exhibits[1].is_whole_and_part = true;
  EXPECT_EQ(Remarked(life, v1::REMARK_KIND_WHOLE_AND_PART), "!x1");
}

TEST(RemarksTest, CasesWereFoundWhereTheSameItemWas) {
  LifeFacts life = Life({Use(Day(10))});
  life.exhibits.resize(2);
  life.exhibits[0].kind = ExhibitKind::kCaseGroup;
  life.exhibits[0].event = 0;
  life.exhibits[1].kind = ExhibitKind::kCaseGroup;
  EXPECT_EQ(Remarked(life, v1::REMARK_KIND_EVENT_NOT_RECORDED), "x1");
  life.exhibits[1].same_item_event = 0;
  EXPECT_EQ(Remarked(life, v1::REMARK_KIND_EVENT_NOT_RECORDED), "none");
}

TEST(RemarksTest, ALossOfWhatWasInHandContradictsUnlessSomethingGaveItBack) {
  constexpr auto kKind = v1::REMARK_KIND_RETURN_NOT_RECORDED;
  LifeFacts life = Life({Recovery(Day(10)), Theft(Day(30))});
  EXPECT_EQ(Remarked(life, kKind), "!01");
  life.released = {Day(20)};
  EXPECT_EQ(Remarked(life, kKind), "none");
  life.released = {Day(40)};
  EXPECT_EQ(Remarked(life, kKind), "!01");
}

TEST(RemarksTest, AUseOfAGunThatWasGoneThenIsNotBeforeItsNextLoss) {
  constexpr auto kKind = v1::REMARK_KIND_USED_BEFORE_LOSS;
  const LifeFacts life =
      Life({Theft(Day(3)), Use(Day(10)), Theft(Day(60)), Recovery(Day(130)), Use(Day(40))});
  std::vector<LossReportFacts> reports(2);
  reports[0].public_id = 1;
  reports[0].event = 0;
  reports[0].lost = Day(3);
  reports[0].is_cancelled = true;
  reports[0].found = Day(20);
  reports[1].public_id = 2;
  reports[1].event = 2;
  reports[1].lost = Day(60);
  const LossCases losses = FollowLosses(life.events, reports, {});
  ASSERT_EQ(losses.cases.size(), 2u);
  std::string contradictions;
  for (const RemarkFacts& one : RemarkOnLife(life, OrderOfEvents(life.events), losses)) {
    if (!one.is_contradiction) continue;
    EXPECT_NE(one.kind, kKind);
    contradictions += v1::RemarkKind_Name(one.kind) + " ";
  }
  // Of the use between, once: it was with its holder again.
  EXPECT_EQ(contradictions, "REMARK_KIND_USED_AFTER_RETURN ");
  EXPECT_EQ(Remarked(Life({Use(Day(1)), Theft(Day(3))}), kKind), "!01");
}

TEST(RemarksTest, AUseOfWhatHadBeenInOtherHandsContradictsNoLoss) {
  constexpr auto kKind = v1::REMARK_KIND_USED_BEFORE_LOSS;
  const LifeEventFacts returned = Disposal(record::v1::DISPOSAL_KIND_RETURNED, Day(20));
  const LifeFacts life = Life({Recovery(Day(10)), returned, Use(Day(30)), Theft(Day(40))});
  EXPECT_EQ(Remarked(life, kKind), "none");
  EXPECT_EQ(Remarked(life, v1::REMARK_KIND_USED_AFTER_RETURN), "!12");
}

// What brings a part of the gun into hand.
LifeEventFacts PartRecovery(const TimeInterval& occurred) {
  LifeEventFacts event = EventOf(EventKind::kBorderSeizure, occurred);
  event.has_gun = false;
  event.has_part = true;
  return event;
}

TEST(RemarksTest, AGunThatIsUsedAfterAPartOfItWasInHandIsRemarkedOn) {
  constexpr auto kKind = v1::REMARK_KIND_PART_RELEASE_NOT_RECORDED;
  EXPECT_EQ(Remarked(Life({PartRecovery(Day(10)), Use(Day(20)), Use(Day(30))}), kKind), "01");
  EXPECT_EQ(Remarked(Life({PartRecovery(Day(10)), Use(Day(5))}), kKind), "none");
  EXPECT_EQ(Remarked(Life({PartRecovery(Day(10)), Theft(Day(15)), Use(Day(20))}), kKind), "none");
  EXPECT_EQ(
      Remarked(Life({PartRecovery(Day(10)), Use(Day(20))}), v1::REMARK_KIND_RELEASE_NOT_RECORDED),
      "none");
}

TEST(RemarksTest, WhoDisposedOfALostGunHadItInHand) {
  constexpr auto kKind = v1::REMARK_KIND_ARRIVAL_NOT_RECORDED;
  const LifeEventFacts destroyed = Disposal(record::v1::DISPOSAL_KIND_DESTROYED, Day(30));
  EXPECT_EQ(Remarked(Life({Theft(Day(10)), destroyed}), kKind), "1");
  EXPECT_EQ(Remarked(Life({Theft(Day(10)), Use(Day(15)), destroyed}), kKind), "2");
  EXPECT_EQ(Remarked(Life({Theft(Day(10)), destroyed, Recovery(Day(20))}), kKind), "none");
  // It can have come before.
  EXPECT_EQ(Remarked(Life({Theft(Day(10)), destroyed, Recovery(TimeInterval())}), kKind), "none");
  EXPECT_EQ(Remarked(Life({destroyed}), kKind), "none");
}

TEST(RemarksTest, TwoHoldersOfWhomNobodySaysThatOneGaveItUpAreRemarkedOn) {
  constexpr auto kHeld = v1::REMARK_KIND_HELD_BY_TWO;
  constexpr auto kOpen = v1::REMARK_KIND_CUSTODY_NOT_ENDED;
  LifeFacts life = Life({Recovery(Day(10))});
  life.exhibits.resize(2);
  life.custody = {{0, 7, Day(10), TimeInterval(), true}, {0, 9, Day(20), TimeInterval(), true}};
  // In one record both hold it.
  EXPECT_EQ(Remarked(life, kHeld), "!x0");
  EXPECT_EQ(Remarked(life, kOpen), "none");
  // In two, the first may have passed it on.
  life.custody[1].exhibit = 1;
  EXPECT_EQ(Remarked(life, kHeld), "none");
  EXPECT_EQ(Remarked(life, kOpen), "x0x1");
  // It says to whom it was released.
  life.custody[0].is_open = false;
  life.custody[1].is_open = false;
  EXPECT_EQ(Remarked(life, kOpen), "none");
  // The other one's had ended before.
  life.custody[0].is_open = true;
  life.custody[1] = {1, 9, Day(1), Day(5)};
  EXPECT_EQ(Remarked(life, kOpen), "none");
  // One holder, or one that is not told.
  life.custody[1] = {1, 7, Day(20), TimeInterval(), true};
  EXPECT_EQ(Remarked(life, kOpen), "none");
  life.custody[1].holder_key = 0;
  EXPECT_EQ(Remarked(life, kOpen), "none");
  // It left in between.
  life.events.push_back(Disposal(record::v1::DISPOSAL_KIND_RETURNED, Day(15)));
  life.custody[1].holder_key = 9;
  EXPECT_EQ(Remarked(life, kOpen), "none");
}

}  // namespace
}  // namespace serieslink::firearm
