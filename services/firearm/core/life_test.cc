#include "services/firearm/core/life.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/firearm/core/life_case.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::linkage::ExhibitKind;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// What the core tells of a life.
struct Told {
  std::vector<std::uint32_t> order;
  LossCases losses;
  std::vector<MeasureFacts> measures;
  std::vector<RemarkFacts> remarks;

  std::vector<v1::RemarkKind> kinds() const {
    std::vector<v1::RemarkKind> kinds;
    for (const RemarkFacts& remark : remarks) kinds.push_back(remark.kind);
    return kinds;
  }
  // Minimum and maximum in days, "3..9"; "" when it was not measured.
  std::string Measure(v1::MeasureKind kind) const {
    std::string text;
    for (const MeasureFacts& measure : measures) {
      if (measure.kind != kind) continue;
      text += (text.empty() ? "" : ", ") + std::to_string(measure.minimum_s / kDay) + ".." +
              (measure.maximum_s.has_value() ? std::to_string(*measure.maximum_s / kDay) : "");
    }
    return text;
  }
};

// A report of each loss, by one source.
std::vector<LossReportFacts> ReportsOf(const LifeFacts& life) {
  std::vector<LossReportFacts> reports;
  for (std::uint32_t i = 0; i < life.events.size(); ++i) {
    if (life.events[i].kind != EventKind::kLoss) continue;
    LossReportFacts& report = reports.emplace_back();
    report.public_id = 1000 + life.events[i].public_id;
    report.event = i;
    report.source = stolen::v1::REPORT_SOURCE_LICENSING;
    report.lost = life.events[i].occurred;
    report.is_cancelled = life.events[i].is_cancelled;
  }
  return reports;
}

Told Tell(LifeFacts life, const std::vector<LossReportFacts>& reports) {
  AddRecoveriesShown(life);
  Told told;
  told.order = OrderOfEvents(life.events);
  told.losses = FollowLosses(life.events, reports, life.released);
  told.measures = MeasureLife(life, told.order, told.losses);
  told.remarks = RemarkOnLife(life, told.order, told.losses);
  return told;
}
Told Tell(const LifeFacts& life) { return Tell(life, ReportsOf(life)); }

std::vector<v1::FirearmState> StatesOf(const LossCaseFacts& one) {
  std::vector<v1::FirearmState> states;
  for (const LossCaseFacts::Step& step : one.steps) states.push_back(step.state);
  return states;
}

TEST(LifeTest, AGunMayHaveLeftUnlessItCertainlyCameBack) {
  const LifeEventFacts destroyed = Disposal(record::v1::DISPOSAL_KIND_DESTROYED, Day(20));
  EXPECT_FALSE(MayHaveLeft(Life({Recovery(Day(10))}).events));
  EXPECT_TRUE(MayHaveLeft(Life({Recovery(Day(10)), destroyed}).events));
  EXPECT_FALSE(MayHaveLeft(Life({destroyed, Recovery(Day(21))}).events));
  EXPECT_TRUE(MayHaveLeft(Life({destroyed, Use(Day(21))}).events));
  // Without a date, or within the days of the disposal.
  EXPECT_TRUE(MayHaveLeft(Life({destroyed, Recovery(TimeInterval())}).events));
  EXPECT_TRUE(MayHaveLeft(
      Life({Disposal(record::v1::DISPOSAL_KIND_RETURNED, Days(1, 31)), Recovery(Day(18))}).events));
  // What was kept is still there, unless its records disagree, or it left another way.
  LifeEventFacts kept = Disposal(record::v1::DISPOSAL_KIND_RETAINED, Day(20));
  EXPECT_FALSE(MayHaveLeft(Life({Recovery(Day(10)), kept}).events));
  const LifeEventFacts returned = Disposal(record::v1::DISPOSAL_KIND_RETURNED, Day(15));
  EXPECT_TRUE(MayHaveLeft(Life({Recovery(Day(10)), returned, kept}).events));
  kept.disposals_differ = true;
  EXPECT_TRUE(MayHaveLeft(Life({Recovery(Day(10)), kept}).events));
  // One disposal of two is enough.
  EXPECT_TRUE(MayHaveLeft(
      Life({destroyed, Recovery(Day(30)), Disposal(record::v1::DISPOSAL_KIND_RETURNED, Day(40))})
          .events));
}

TEST(LifeTest, AStolenGunIsUsedTwiceAndRecovered) {
  const Told told =
      Tell(Life({Recovery(Day(40)), Use(Day(30)), Theft(Days(10, 12)), Use(Day(20))}));
  EXPECT_THAT(told.order, ElementsAre(2, 3, 1, 0));
  ASSERT_EQ(told.losses.cases.size(), 1u);
  EXPECT_THAT(StatesOf(told.losses.cases[0]),
              ElementsAre(v1::FIREARM_STATE_OUTSTANDING, v1::FIREARM_STATE_SIGHTED,
                          v1::FIREARM_STATE_RECOVERED));
  EXPECT_EQ(told.losses.state, v1::FIREARM_STATE_RECOVERED);
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_FIRST_USE), "7..10");
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_RECOVERY), "27..30");
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_FIRST_TO_LAST_USE), "9..10");
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LAST_USE_TO_RECOVERY), "9..10");
  EXPECT_THAT(told.kinds(),
              ElementsAre(v1::REMARK_KIND_NOT_EXAMINED, v1::REMARK_KIND_FATE_NOT_RECORDED));
}

TEST(LifeTest, ATheftThatWasNoticedLateLeavesTheOrderOpen) {
  LifeFacts life = Life({Theft(Days(1, 100)), Use(Day(50))});
  life.events[0].notified = Day(103);
  const Told told = Tell(life);
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_FIRST_USE), "0..49");
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_NOTICE), "2..102");
  EXPECT_THAT(told.kinds(),
              ElementsAre(v1::REMARK_KIND_OUTSTANDING, v1::REMARK_KIND_ORDER_NOT_CERTAIN));
  EXPECT_EQ(told.losses.cases[0].state, v1::FIREARM_STATE_SIGHTED);
}

TEST(LifeTest, OfOneDayALossLeavesTheOrderOpenAndAUseAndARecoveryDoNot) {
  for (const std::int64_t hours : {23, 24, 25}) {
    const TimeInterval day = {0, hours * 3'600 - 1};
    EXPECT_THAT(Tell(Life({Theft(day), Use(day)})).kinds(),
                ElementsAre(v1::REMARK_KIND_OUTSTANDING, v1::REMARK_KIND_ORDER_NOT_CERTAIN))
        << hours;
    EXPECT_THAT(Tell(Life({Use(day), Recovery(day)})).kinds(),
                ElementsAre(v1::REMARK_KIND_NOT_EXAMINED, v1::REMARK_KIND_FATE_NOT_RECORDED))
        << hours;
  }
}

// Dates of a loss and of what came of it that overlap, each way that records have it. None of them
// leaves the gun outstanding.
TEST(LifeTest, WhatCanHaveComeAfterTheLossCountsAsAfterIt) {
  const TimeInterval evening = {10 * kDay + 18 * 3'600, 10 * kDay + 18 * 3'600};
  const TimeInterval until = {TimeInterval::kUnknownEarliest, 90 * kDay};
  struct Dates {
    const char* name;
    TimeInterval lost;
    TimeInterval later;
    bool is_remarked;
  };
  for (const Dates& dates : {Dates{"a day, and an hour of it", evening, Day(10), true},
                             Dates{"a day, and the month", Day(10), Days(1, 30), true},
                             Dates{"no date", TimeInterval(), Day(200), false},
                             Dates{"an end alone", until, Day(40), true},
                             Dates{"neither has a date", TimeInterval(), TimeInterval(), false}}) {
    SCOPED_TRACE(dates.name);
    const Told used = Tell(Life({Use(dates.later), Theft(dates.lost)}));
    ASSERT_EQ(used.losses.cases.size(), 1u);
    const LossCaseFacts& sighted = used.losses.cases[0];
    EXPECT_THAT(StatesOf(sighted),
                ElementsAre(v1::FIREARM_STATE_OUTSTANDING, v1::FIREARM_STATE_SIGHTED));
    ASSERT_EQ(sighted.uses.size(), 1u);
    EXPECT_TRUE(sighted.uses[0].order_is_uncertain);
    EXPECT_TRUE(sighted.steps[1].order_is_uncertain);
    EXPECT_TRUE(sighted.order_is_uncertain);
    EXPECT_THAT(sighted.contradictions, IsEmpty());
    EXPECT_EQ(used.losses.state, v1::FIREARM_STATE_SIGHTED);

    const Told back = Tell(Life({Recovery(dates.later), Theft(dates.lost)}));
    EXPECT_THAT(StatesOf(back.losses.cases[0]),
                ElementsAre(v1::FIREARM_STATE_OUTSTANDING, v1::FIREARM_STATE_RECOVERED));
    EXPECT_TRUE(back.losses.cases[0].order_is_uncertain);
    for (const Told* const told : {&used, &back}) {
      EXPECT_THAT(told->kinds(), Contains(dates.is_remarked ? v1::REMARK_KIND_ORDER_NOT_CERTAIN
                                                            : v1::REMARK_KIND_DATE_NOT_KNOWN));
    }
    EXPECT_EQ(used.Measure(v1::MEASURE_KIND_LOSS_TO_FIRST_USE).substr(0, 3), "0..");
  }
  EXPECT_FALSE(Tell(Life({Theft(Day(10)), Use(Day(11))})).losses.cases[0].order_is_uncertain);
}

TEST(LifeTest, WhatEndsAnEarlierLossIsNotTakenFromIt) {
  // The recovery can have been after the second loss; then the first would never have ended.
  const Told told = Tell(Life({Theft(Day(1)), Recovery(Days(20, 60)), Theft(Day(40))}));
  ASSERT_EQ(told.losses.cases.size(), 2u);
  EXPECT_THAT(StatesOf(told.losses.cases[0]),
              ElementsAre(v1::FIREARM_STATE_OUTSTANDING, v1::FIREARM_STATE_RECOVERED));
  EXPECT_EQ(told.losses.cases[1].state, v1::FIREARM_STATE_OUTSTANDING);
  EXPECT_FALSE(told.losses.cases[0].order_is_uncertain);
  EXPECT_TRUE(told.losses.cases[1].order_is_uncertain);
  EXPECT_THAT(told.kinds(), Contains(v1::REMARK_KIND_ORDER_NOT_CERTAIN));
}

TEST(LifeTest, WhoLosesAGunAgainHadItBack) {
  // Of the second loss only the year is known, in which it was recovered and given back as well.
  const Told told = Tell(Life({Theft(Day(1)), Theft(Days(400, 765)), Recovery(Day(410)),
                               Disposal(record::v1::DISPOSAL_KIND_RETURNED, Day(420))}));
  ASSERT_EQ(told.losses.cases.size(), 2u);
  EXPECT_THAT(StatesOf(told.losses.cases[0]),
              ElementsAre(v1::FIREARM_STATE_OUTSTANDING, v1::FIREARM_STATE_RECOVERED,
                          v1::FIREARM_STATE_RETURNED));
  EXPECT_THAT(StatesOf(told.losses.cases[1]), ElementsAre(v1::FIREARM_STATE_OUTSTANDING));
  EXPECT_THAT(told.losses.cases[1].contradictions, IsEmpty());
  EXPECT_TRUE(told.losses.cases[1].order_is_uncertain);
}

TEST(LifeTest, AUseOfTheDayOfTheRecoveryWasBeforeIt) {
  const TimeInterval evening = {30 * kDay + 18 * 3'600, 30 * kDay + 18 * 3'600};
  const Told told = Tell(Life({Theft(Day(10)), Recovery(Day(30)), Use(evening)}));
  EXPECT_THAT(StatesOf(told.losses.cases[0]),
              ElementsAre(v1::FIREARM_STATE_OUTSTANDING, v1::FIREARM_STATE_SIGHTED,
                          v1::FIREARM_STATE_RECOVERED));
  EXPECT_EQ(told.losses.state, v1::FIREARM_STATE_RECOVERED);
  EXPECT_FALSE(told.losses.cases[0].order_is_uncertain);
}

// Licensing and police tell of one theft as two events.
TEST(LifeTest, ALossThatTwoSourcesTellIsOneCase) {
  const LifeFacts life =
      Life({Theft(Days(10, 12)), Theft(Day(11)), Use(Day(20)), Use(Day(30)), Recovery(Day(40))});
  std::vector<LossReportFacts> reports = ReportsOf(life);
  reports[1].source = stolen::v1::REPORT_SOURCE_POLICE;
  const Told told = Tell(life, reports);
  ASSERT_EQ(told.losses.cases.size(), 1u);
  const LossCaseFacts& one = told.losses.cases[0];
  EXPECT_THAT(one.losses, ElementsAre(0, 1));
  EXPECT_EQ(one.lost, Day(11));
  EXPECT_THAT(StatesOf(one), ElementsAre(v1::FIREARM_STATE_OUTSTANDING, v1::FIREARM_STATE_SIGHTED,
                                         v1::FIREARM_STATE_RECOVERED));
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_FIRST_USE), "8..9");
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_RECOVERY), "28..29");
  EXPECT_THAT(told.kinds(), Not(Contains(v1::REMARK_KIND_RECOVERY_NOT_RECORDED)));
  EXPECT_THAT(told.kinds(), Not(Contains(v1::REMARK_KIND_OUTSTANDING)));
}

TEST(LifeTest, AUseBetweenTheDatesOfTwoReportsWasBeforeTheLoss) {
  const LifeFacts life = Life({Theft(Days(1, 20)), Use(Day(3)), Theft(Day(5))});
  std::vector<LossReportFacts> reports = ReportsOf(life);
  reports[1].source = stolen::v1::REPORT_SOURCE_POLICE;
  const Told told = Tell(life, reports);
  ASSERT_EQ(told.losses.cases.size(), 1u);
  EXPECT_THAT(told.losses.cases[0].contradictions,
              ElementsAre(stolen::v1::CASE_CONTRADICTION_KIND_USED_BEFORE_LOSS));
  EXPECT_THAT(told.kinds(), Contains(v1::REMARK_KIND_USED_BEFORE_LOSS));
}

TEST(LifeTest, AGunIsLostUntilItIsFoundAgain) {
  const LifeFacts life = Life({Theft(Day(10)), Use(Day(32))});
  std::vector<LossReportFacts> reports = ReportsOf(life);
  reports[0].is_cancelled = true;
  reports[0].found = Day(80);
  const Told told = Tell(life, reports);
  const LossCaseFacts& one = told.losses.cases[0];
  EXPECT_THAT(StatesOf(one), ElementsAre(v1::FIREARM_STATE_OUTSTANDING, v1::FIREARM_STATE_SIGHTED,
                                         v1::FIREARM_STATE_RETURNED));
  EXPECT_TRUE(one.steps[2].is_found);
  EXPECT_EQ(one.steps[2].found, Day(80));
  EXPECT_THAT(one.contradictions, IsEmpty());
  EXPECT_EQ(told.losses.state, v1::FIREARM_STATE_RETURNED);
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_FIRST_USE), "21..22");
  EXPECT_THAT(told.kinds(), Not(Contains(v1::REMARK_KIND_USED_AFTER_RETURN)));
  reports[0].found = Day(12);
  const Told later = Tell(life, reports);
  EXPECT_THAT(later.losses.cases[0].contradictions,
              ElementsAre(stolen::v1::CASE_CONTRADICTION_KIND_USED_AFTER_RETURN));
  EXPECT_THAT(later.kinds(), Contains(v1::REMARK_KIND_USED_AFTER_RETURN));
  EXPECT_EQ(later.losses.state, v1::FIREARM_STATE_SIGHTED);
  EXPECT_EQ(later.Measure(v1::MEASURE_KIND_LOSS_TO_FIRST_USE), "");
  reports[0].found.reset();  // it can have been after the use
  const Told undated = Tell(life, reports);
  EXPECT_THAT(undated.losses.cases[0].contradictions, IsEmpty());
  EXPECT_THAT(undated.kinds(), Not(Contains(v1::REMARK_KIND_USED_AFTER_RETURN)));
}

TEST(LifeTest, FoundAgainAndLostAgainAreTwoLossesHoweverNear) {
  const LifeFacts life = Life({Theft(Day(10)), Theft(Day(20))});
  std::vector<LossReportFacts> reports = ReportsOf(life);
  for (LossReportFacts& report : reports) report.is_cancelled = true;
  reports[1].source = stolen::v1::REPORT_SOURCE_POLICE;
  EXPECT_EQ(Tell(life, reports).losses.cases.size(), 1u);
  reports[0].found = Day(12);
  EXPECT_EQ(Tell(life, reports).losses.cases.size(), 2u);
}

TEST(LifeTest, AnExaminationFromBeforeItCameBackIsNone) {
  LifeFacts life =
      Life({Theft(Day(1)), Recovery(Day(10)), Disposal(record::v1::DISPOSAL_KIND_RETURNED, Day(20)),
            Theft(Day(30)), Recovery(Day(40))});
  life.exhibits.resize(1);
  life.exhibits[0].event = 1;
  life.exhibits[0].is_examined = true;
  life.exhibits[0].examined = Day(12);
  EXPECT_THAT(Tell(life).kinds(), Contains(v1::REMARK_KIND_NOT_EXAMINED));
  life.exhibits[0].examined = Day(40);
  EXPECT_THAT(Tell(life).kinds(), Not(Contains(v1::REMARK_KIND_NOT_EXAMINED)));
  // Nobody says when.
  life.exhibits[0].examined.reset();
  EXPECT_THAT(Tell(life).kinds(), Not(Contains(v1::REMARK_KIND_NOT_EXAMINED)));
}

TEST(LifeTest, TwoRecordsOfOneDestructionContradictNothing) {
  const auto destroyed = [](std::int64_t day) {
    return Disposal(record::v1::DISPOSAL_KIND_DESTROYED, Day(day));
  };
  const Told told = Tell(Life({Recovery(Day(10)), destroyed(20), destroyed(25)}));
  EXPECT_THAT(told.kinds(),
              ElementsAre(v1::REMARK_KIND_NOT_EXAMINED, v1::REMARK_KIND_DESTROYED_TWICE));
  for (const RemarkFacts& remark : told.remarks) EXPECT_FALSE(remark.is_contradiction);
  EXPECT_THAT(Tell(Life({Recovery(Day(10)), destroyed(20), Recovery(Day(25))})).kinds(),
              Contains(v1::REMARK_KIND_USED_AFTER_DESTRUCTION));
}

TEST(LifeTest, AUseAfterAReturnContradictsUnlessSomethingTellsOfItBetween) {
  const LifeEventFacts returned = Disposal(record::v1::DISPOSAL_KIND_RETURNED, Day(20));
  const Told told = Tell(Life({Recovery(Day(10)), returned, Use(Day(30)), Use(Day(40))}));
  ASSERT_EQ(told.remarks[0].kind, v1::REMARK_KIND_USED_AFTER_RETURN);
  EXPECT_TRUE(told.remarks[0].is_contradiction);
  EXPECT_THAT(told.remarks[0].events, ElementsAre(1, 2));
  for (const LifeEventFacts& between :
       {Theft(Day(25)), Theft(Days(15, 25)), Theft(TimeInterval()), Recovery(Day(25)),
        Disposal(record::v1::DISPOSAL_KIND_TRANSFERRED, Day(25))}) {
    EXPECT_THAT(Tell(Life({Recovery(Day(10)), returned, Use(Day(30)), between})).kinds(),
                Not(Contains(v1::REMARK_KIND_USED_AFTER_RETURN)));
  }
  EXPECT_THAT(Tell(Life({Recovery(Day(10)), returned, Use(Days(15, 30))})).kinds(),
              Not(Contains(v1::REMARK_KIND_USED_AFTER_RETURN)));
}

TEST(LifeTest, UseBeforeTheLossIsAContradictionOnlyWhenItIsCertain) {
  EXPECT_THAT(Tell(Life({Theft(Days(10, 20)), Use(Day(5))})).kinds(),
              Contains(v1::REMARK_KIND_USED_BEFORE_LOSS));
  EXPECT_THAT(Tell(Life({Theft(Days(4, 20)), Use(Day(5))})).kinds(),
              Not(Contains(v1::REMARK_KIND_USED_BEFORE_LOSS)));
  // It had been with the police before: another loss, or a return.
  EXPECT_THAT(Tell(Life({Theft(Day(10)), Use(Day(5)), Recovery(Day(7))})).kinds(),
              Not(Contains(v1::REMARK_KIND_USED_BEFORE_LOSS)));
}

TEST(LifeTest, AGunFoundAgainAndStolenAgainHasTwoCases) {
  LifeEventFacts found = Theft(Day(10));
  found.is_cancelled = true;
  const Told told = Tell(Life({found, Theft(Day(50)), Use(Day(60))}));
  ASSERT_EQ(told.losses.cases.size(), 2u);
  EXPECT_TRUE(told.losses.cases[0].is_cancelled);
  EXPECT_EQ(told.losses.cases[0].state, v1::FIREARM_STATE_RETURNED);
  EXPECT_EQ(told.losses.cases[1].state, v1::FIREARM_STATE_SIGHTED);
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_FIRST_USE), "9..10");
  EXPECT_THAT(told.kinds(), ElementsAre(v1::REMARK_KIND_OUTSTANDING));
}

TEST(LifeTest, AnotherLossThatWasFoundAgainEndsNoneBeforeIt) {
  LifeEventFacts found = Theft(Day(50));
  found.is_cancelled = true;
  const Told told = Tell(Life({Theft(Day(10)), found, Recovery(Day(60))}));
  ASSERT_EQ(told.losses.cases.size(), 2u);
  EXPECT_THAT(StatesOf(told.losses.cases[0]), ElementsAre(v1::FIREARM_STATE_OUTSTANDING));
  EXPECT_THAT(StatesOf(told.losses.cases[1]),
              ElementsAre(v1::FIREARM_STATE_RETURNED, v1::FIREARM_STATE_RECOVERED));
  EXPECT_THAT(told.kinds(), Contains(v1::REMARK_KIND_RECOVERY_NOT_RECORDED));
}

TEST(LifeTest, AGunAtALaboratoryWasRecovered) {
  LifeFacts life = Life({Theft(Day(10)), Use(Day(20))});
  life.exhibits.resize(1);
  life.exhibits[0].kind = ExhibitKind::kGun;
  life.exhibits[0].is_examined = true;
  life.exhibits[0].in_hand = Day(30);
  const Told told = Tell(life);
  EXPECT_EQ(told.losses.state, v1::FIREARM_STATE_RECOVERED);
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_RECOVERY), "19..20");
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LAST_USE_TO_RECOVERY), "9..10");
  EXPECT_THAT(told.kinds(),
              ElementsAre(v1::REMARK_KIND_FATE_NOT_RECORDED, v1::REMARK_KIND_ARRIVAL_NOT_RECORDED));
  // Used later: it left, and nobody says how.
  life.exhibits[0].in_hand = Day(15);
  EXPECT_EQ(Tell(life).losses.state, v1::FIREARM_STATE_SIGHTED);
  EXPECT_THAT(Tell(life).kinds(), Contains(v1::REMARK_KIND_RELEASE_NOT_RECORDED));
  // Without a date it was recovered at some time.
  life.exhibits[0].in_hand = TimeInterval();
  EXPECT_EQ(Tell(life).losses.state, v1::FIREARM_STATE_RECOVERED);
  EXPECT_THAT(Tell(life).kinds(), Not(Contains(v1::REMARK_KIND_DATE_NOT_KNOWN)));
}

TEST(LifeTest, ARecoveryThatIsToldBroughtItToTheLaboratory) {
  LifeFacts life = Life({Recovery(Day(10)), Use(Day(20))});
  life.exhibits.resize(2);
  life.exhibits[0].in_hand = Day(12);
  EXPECT_THAT(Tell(life).kinds(), Not(Contains(v1::REMARK_KIND_ARRIVAL_NOT_RECORDED)));
  // Not to the one after the use, and the first of two brought both.
  life.exhibits[0].in_hand = Day(30);
  life.exhibits[1].in_hand = Day(40);
  AddRecoveriesShown(life);
  ASSERT_EQ(life.events.size(), 3u);
  EXPECT_EQ(life.events[2].shown_by, 0u);
  EXPECT_TRUE(ComesIntoHand(life.events[2]));
}

TEST(LifeTest, PartsSentApartAreMeasuredWhicheverCameFirst) {
  const auto seizure = [](std::int64_t day) {
    LifeEventFacts event = EventOf(EventKind::kBorderSeizure, Day(day));
    event.has_gun = false;
    event.has_part = true;
    return event;
  };
  LifeFacts life = Life({seizure(30), seizure(10)});
  life.sisters.push_back({0, Day(20)});
  life.sisters.push_back({0, Days(22, 35)});
  life.sisters.push_back({0, TimeInterval()});
  const Told told = Tell(life);
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_SEIZURE_TO_SISTER_PARTS), "19..20, 9..10, 0..8, 0..");
  EXPECT_EQ(told.measures[0].from_event, 1u);
  EXPECT_EQ(told.measures[0].to_event, 0u);
  EXPECT_EQ(told.measures[1].to_sister, 0u);
  // A part is no gun in hand.
  EXPECT_EQ(told.losses.state, v1::FIREARM_STATE_NOT_KNOWN);
}

TEST(LifeTest, WhatWasFoundNowhereIsRemarkedOn) {
  LifeFacts life = Life({Use(Day(5))});
  life.exhibits.resize(3);
  life.exhibits[0].kind = ExhibitKind::kCaseGroup;
  life.exhibits[0].event = 0;
  life.exhibits[1].kind = ExhibitKind::kBulletGroup;
  life.exhibits[2].kind = ExhibitKind::kTestFireCases;
  const Told told = Tell(life);
  EXPECT_THAT(told.kinds(), ElementsAre(v1::REMARK_KIND_EVENT_NOT_RECORDED));
  EXPECT_THAT(told.remarks[0].exhibits, ElementsAre(1));
}

TEST(LifeTest, OfADisposalWhoseRecordsDisagreeNothingIsKnown) {
  LifeEventFacts disposal = Disposal(record::v1::DISPOSAL_KIND_DESTROYED, Day(20));
  disposal.disposals_differ = true;
  const Told told = Tell(Life({Recovery(Day(10)), disposal}));
  EXPECT_EQ(told.losses.state, v1::FIREARM_STATE_NOT_KNOWN);
  EXPECT_THAT(told.kinds(), Contains(v1::REMARK_KIND_DISPOSALS_DIFFER));
}

TEST(LifeTest, OfOneKindNotMoreRemarksAreMadeThanAreTold) {
  std::vector<LifeEventFacts> events = {Disposal(record::v1::DISPOSAL_KIND_DESTROYED, Day(1))};
  for (int i = 0; i < 1'500; ++i) events.push_back(Use(Day(10 + i)));
  EXPECT_EQ(Tell(Life(events)).remarks.size(), kRemarksOfKindMax);
}

TEST(LifeTest, AGunReturnedByMistakeAndUsedAgainIsSightedAgain) {
  const Told told =
      Tell(Life({Theft(Day(1)), Recovery(Day(10)),
                 Disposal(record::v1::DISPOSAL_KIND_RETURNED, Day(20)), Use(Day(30))}));
  EXPECT_THAT(StatesOf(told.losses.cases[0]),
              ElementsAre(v1::FIREARM_STATE_OUTSTANDING, v1::FIREARM_STATE_RECOVERED,
                          v1::FIREARM_STATE_RETURNED, v1::FIREARM_STATE_SIGHTED));
  EXPECT_THAT(told.kinds(), Not(Contains(v1::REMARK_KIND_RELEASE_NOT_RECORDED)));
  EXPECT_THAT(told.kinds(), Contains(v1::REMARK_KIND_USED_AFTER_RETURN));
}

TEST(LifeTest, WhatNobodyRecordedIsRemarkedOn) {
  EXPECT_THAT(Tell(Life({Recovery(Day(10)), Use(Day(30))})).kinds(),
              Contains(v1::REMARK_KIND_RELEASE_NOT_RECORDED));
  EXPECT_THAT(Tell(Life({Recovery(Day(10)), Theft(Day(20)), Use(Day(30))})).kinds(),
              ElementsAre(v1::REMARK_KIND_RETURN_NOT_RECORDED, v1::REMARK_KIND_NOT_EXAMINED,
                          v1::REMARK_KIND_OUTSTANDING));
  EXPECT_THAT(Tell(Life({Theft(Day(10)), Theft(Day(90))})).kinds(),
              ElementsAre(v1::REMARK_KIND_RECOVERY_NOT_RECORDED, v1::REMARK_KIND_OUTSTANDING));
  EXPECT_THAT(Tell(Life({Use(TimeInterval())})).kinds(),
              ElementsAre(v1::REMARK_KIND_DATE_NOT_KNOWN));
}

TEST(LifeTest, NothingHappensWithADestroyedGun) {
  const LifeEventFacts destroyed = Disposal(record::v1::DISPOSAL_KIND_DESTROYED, Day(20));
  const Told told = Tell(Life({Recovery(Day(10)), destroyed, Use(Day(30))}));
  ASSERT_FALSE(told.remarks.empty());
  EXPECT_EQ(told.remarks[0].kind, v1::REMARK_KIND_USED_AFTER_DESTRUCTION);
  EXPECT_TRUE(told.remarks[0].is_contradiction);
  EXPECT_THAT(told.remarks[0].events, ElementsAre(1, 2));
  EXPECT_THAT(Tell(Life({Recovery(Day(10)), destroyed, Use(Day(15))})).kinds(),
              Not(Contains(v1::REMARK_KIND_USED_AFTER_DESTRUCTION)));
  EXPECT_EQ(Tell(Life({Recovery(Day(10)), destroyed})).losses.state, v1::FIREARM_STATE_DESTROYED);
}

TEST(LifeTest, CustodyExcludesUseOnlyWhereItIsCertain) {
  LifeFacts life = Life({Use(Day(50))});
  life.exhibits.resize(2);
  life.custody.push_back({0, 7, Days(10, 20), Days(90, 99)});
  EXPECT_THAT(Tell(life).kinds(), ElementsAre(v1::REMARK_KIND_USED_IN_CUSTODY));
  life.custody[0].from = Days(10, 60);
  EXPECT_THAT(Tell(life).kinds(), IsEmpty());
  // An end that nobody wrote down may have come at once.
  life.custody[0] = {0, 7, Day(10), TimeInterval()};
  EXPECT_THAT(Tell(life).kinds(), IsEmpty());
  life.custody[0] = {0, 7, Day(10), Day(90)};
  life.custody.push_back({1, 8, Day(80), Day(120)});
  EXPECT_THAT(Tell(life).kinds(),
              ElementsAre(v1::REMARK_KIND_USED_IN_CUSTODY, v1::REMARK_KIND_HELD_BY_TWO));
  life.custody[1].holder_key = 7;
  EXPECT_THAT(Tell(life).kinds(), ElementsAre(v1::REMARK_KIND_USED_IN_CUSTODY));
}

TEST(LifeTest, LegalClassesOfOneDayMustAgree) {
  LifeFacts life = Life({});
  life.exhibits.resize(2);
  life.legal_classes.push_back({0, record::v1::LEGAL_CLASS_SECTION_1, Day(5)});
  life.legal_classes.push_back({1, record::v1::LEGAL_CLASS_SECTION_5_PROHIBITED, Day(9)});
  EXPECT_THAT(Tell(life).kinds(), IsEmpty());
  life.legal_classes[1].as_of = Day(5);
  EXPECT_THAT(Tell(life).kinds(), ElementsAre(v1::REMARK_KIND_LEGAL_CLASSES_DIFFER));
  life.legal_classes[1].legal_class = record::v1::LEGAL_CLASS_UNKNOWN;
  EXPECT_THAT(Tell(life).kinds(), IsEmpty());
}

TEST(LifeTest, AShortenedShotgunShows) {
  LifeFacts life = Life({Theft(Day(1)), Recovery(Day(50))});
  life.exhibits.resize(3);
  life.exhibits[0].event = 1;
  life.exhibits[0].barrel_length_mm = 320;
  life.exhibits[0].types = {record::v1::FIREARM_TYPE_SHOTGUN_SAWN_OFF};
  life.exhibits[0].is_examined = true;
  life.exhibits[1].event = 0;
  life.exhibits[1].barrel_length_mm = 711;
  life.exhibits[1].types = {record::v1::FIREARM_TYPE_SHOTGUN_LONG};
  life.exhibits[2].calibre = linkage::ReadCalibre("9x19");
  life.exhibits[2].original_calibre = linkage::ReadCalibre("8 mm blank");
  const std::vector<AlterationFacts> found = FindAlterations(life, OrderOfEvents(life.events));
  ASSERT_GE(found.size(), 2u);
  EXPECT_EQ(found[0].kind, v1::ALTERATION_KIND_SHORTENED);
  EXPECT_EQ(found[0].before, 1u);
  EXPECT_EQ(found[0].after, 0u);
  EXPECT_EQ(found[1].kind, v1::ALTERATION_KIND_TYPE_CHANGED);
  life.exhibits[0].barrel_length_mm = 700;
  life.exhibits[0].types = life.exhibits[1].types;
  EXPECT_THAT(FindAlterations(life, OrderOfEvents(life.events)),
              Not(Contains(testing::Field(&AlterationFacts::before, std::optional(1u)))));
}

TEST(LifeTest, DatesWithoutBoundsGiveMeasuresWithoutBounds) {
  const Told told = Tell(Life({Theft({TimeInterval::kUnknownEarliest, 12 * kDay}), Use(Day(20))}));
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_LOSS_TO_FIRST_USE), "8..");
}

TEST(LifeTest, TheLaboratorysClockIsMeasured) {
  LifeFacts life = Life({Recovery(Day(10))});
  life.exhibits.resize(1);
  life.exhibits[0].event = 0;
  life.exhibits[0].submitted = Day(12);
  life.exhibits[0].received = Day(13);
  life.exhibits[0].examined = Day(40);
  life.exhibits[0].is_examined = true;
  const Told told = Tell(life);
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_EVENT_TO_SUBMISSION), "1..2");
  EXPECT_EQ(told.Measure(v1::MEASURE_KIND_SUBMISSION_TO_EXAMINATION), "27..28");
  EXPECT_THAT(told.kinds(), ElementsAre(v1::REMARK_KIND_FATE_NOT_RECORDED));
}

// Exhibits of one event, and those of none, come in an order of their own, whatever came first.
TEST(LifeTest, WhatExhibitsTellDoesNotFollowTheirArrival) {
  LifeFacts life = Life({Recovery(Day(20)), Recovery(Day(10))});
  life.exhibits.resize(5);
  for (std::uint32_t i = 0; i < life.exhibits.size(); ++i) {
    LifeExhibitFacts& exhibit = life.exhibits[i];
    exhibit.public_id = 100 + i;
    if (i < 4) exhibit.event = i % 2;
    exhibit.submitted = Day(30 + i);
    exhibit.examined = Day(40);
    exhibit.calibre = linkage::ReadCalibre("9x19");
    exhibit.original_calibre = linkage::ReadCalibre("8 mm blank");
  }
  const auto told_of = [](const LifeFacts& of) {
    const std::vector<std::uint32_t> order = OrderOfEvents(of.events);
    std::vector<std::uint64_t> ids;
    for (const MeasureFacts& measure : MeasureLife(of, order, LossCases())) {
      if (measure.kind == v1::MEASURE_KIND_SUBMISSION_TO_EXAMINATION) {
        ids.push_back(of.exhibits[*measure.exhibit].public_id);
      }
    }
    for (const AlterationFacts& one : FindAlterations(of, order)) {
      ids.push_back(of.exhibits[one.after].public_id);
    }
    return ids;
  };
  const auto expected = ElementsAre(101, 103, 100, 102, 104, 101, 103, 100, 102, 104);
  EXPECT_THAT(told_of(life), expected);
  std::reverse(life.exhibits.begin(), life.exhibits.end());
  EXPECT_THAT(told_of(life), expected);
}

// Whatever the dates: what certainly came first is told first; measures are not negative and not
// upside down; and the order in which events are given decides nothing.
TEST(LifeTest, HoldsForAnyDates) {
  for (std::uint32_t seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t n) { return static_cast<std::int64_t>(random() % n); };
    std::vector<LifeEventFacts> events(1 + random() % 8);
    for (LifeEventFacts& event : events) {
      static constexpr EventKind kKinds[] = {EventKind::kLoss, EventKind::kIncident,
                                             EventKind::kRecovery, EventKind::kDisposal};
      const std::int64_t first = below(20);
      event = EventOf(kKinds[random() % 4], Days(first, first + below(6)));
      if (below(6) == 0) event.occurred.earliest_s = TimeInterval::kUnknownEarliest;
      if (below(6) == 0) event.occurred.latest_s = TimeInterval::kUnknownLatest;
      event.is_cancelled = event.kind == EventKind::kLoss && below(4) == 0;
    }
    LifeFacts life = Life(events);
    life.exhibits.resize(random() % 3);
    for (LifeExhibitFacts& exhibit : life.exhibits) {
      exhibit.public_id = 100 + static_cast<std::uint64_t>(&exhibit - life.exhibits.data());
      if (below(2) == 0) exhibit.in_hand = Day(below(25));
    }
    std::vector<LossReportFacts> reports = ReportsOf(life);
    for (LossReportFacts& report : reports) {
      report.source = static_cast<stolen::v1::ReportSource>(1 + below(3));
      if (report.is_cancelled && below(2) == 0) report.found = Day(below(30));
    }
    const Told told = Tell(life, reports);
    AddRecoveriesShown(life);
    for (const LossCaseFacts& one : told.losses.cases) {
      // Nothing that certainly was before the loss ends it.
      for (std::size_t i = 1; i < one.steps.size(); ++i) {
        if (one.steps[i].is_found) continue;
        EXPECT_FALSE(linkage::Before(life.events[one.steps[i].event].occurred, one.lost) &&
                     one.contradictions.empty() && one.reports.size() == 1)
            << "seed " << seed;
      }
    }
    for (std::size_t a = 0; a < told.order.size(); ++a) {
      for (std::size_t b = a + 1; b < told.order.size(); ++b) {
        EXPECT_FALSE(linkage::Before(life.events[told.order[b]].occurred,
                                     life.events[told.order[a]].occurred))
            << "seed " << seed;
      }
    }
    for (const MeasureFacts& measure : told.measures) {
      EXPECT_GE(measure.minimum_s, 0) << "seed " << seed;
      EXPECT_GE(measure.maximum_s.value_or(measure.minimum_s), measure.minimum_s)
          << "seed " << seed;
    }
    LifeFacts shuffled = life;
    std::erase_if(shuffled.events,
                  [](const LifeEventFacts& event) { return event.shown_by.has_value(); });
    std::shuffle(shuffled.events.begin(), shuffled.events.end(), random);
    for (LossReportFacts& report : reports) {
      const std::uint64_t of = life.events[report.event].public_id;
      report.event = static_cast<std::uint32_t>(
          std::find_if(shuffled.events.begin(), shuffled.events.end(),
                       [&](const LifeEventFacts& event) { return event.public_id == of; }) -
          shuffled.events.begin());
    }
    std::shuffle(reports.begin(), reports.end(), random);
    const Told again = Tell(shuffled, reports);
    AddRecoveriesShown(shuffled);
    ASSERT_EQ(again.order.size(), told.order.size());
    for (std::size_t i = 0; i < told.order.size(); ++i) {
      EXPECT_EQ(shuffled.events[again.order[i]].public_id, life.events[told.order[i]].public_id)
          << "seed " << seed;
    }
    EXPECT_EQ(again.losses.state, told.losses.state) << "seed " << seed;
    ASSERT_EQ(again.losses.cases.size(), told.losses.cases.size()) << "seed " << seed;
    for (std::size_t i = 0; i < told.losses.cases.size(); ++i) {
      EXPECT_EQ(StatesOf(again.losses.cases[i]), StatesOf(told.losses.cases[i])) << "seed " << seed;
    }
    EXPECT_EQ(again.kinds(), told.kinds()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace serieslink::firearm
