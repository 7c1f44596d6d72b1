// Goal: each measure counts what its definition says, and what records do not say is not counted.
#include "services/summary/core/measures.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace serieslink::summary {
namespace {

using namespace ::serieslink::record::v1;  // NOLINT(google-build-using-namespace): enumerators

constexpr std::int64_t kDay = 86400;

const Measure& Find(const std::string& id) {
  for (const auto& table : {EventMeasures(), RepeatMeasures(), WeaponMeasures(), TimeMeasures()}) {
    for (const Measure& measure : table) {
      if (id == measure.id) return measure;
    }
  }
  ADD_FAILURE() << "no measure " << id;
  return EventMeasures()[0];
}

// A period of days 1000 to 1090.
Window TestWindow() {
  Window window;
  window.from_s = 1000 * kDay;
  window.before_s = 1090 * kDay;
  window.year_before_end_s = (1090 - 365) * kDay;
  return window;
}

Moments OnDay(std::int64_t day) { return {day * kDay, day * kDay + kDay - 1}; }

EventFacts EventOn(EventKind kind, std::int64_t day) {
  EventFacts event;
  event.kind = kind;
  event.occurred = OnDay(day);
  return event;
}

// "yes 2 [fired]", one for each contribution.
std::vector<std::string> Said(const std::vector<Contribution>& contributions) {
  std::vector<std::string> said;
  for (const Contribution& one : contributions) {
    std::string text = one.truth == Truth::kYes ? "yes" : "unknown";
    if (one.placement == Placement::kStraddling) text += " straddling";
    if (one.placement == Placement::kUndated) text += " undated";
    if (one.amount != 1) text += " " + std::to_string(one.amount);
    for (const Category& category : one.categories) text += " [" + category.words + "]";
    said.push_back(text);
  }
  return said;
}

std::vector<std::string> Counted(const std::string& id, const EventFacts& event) {
  std::vector<Contribution> out;
  Find(id).count_event(event, out);
  return Said(out);
}

std::vector<std::string> Counted(const std::string& id, const WeaponFacts& weapon) {
  std::vector<Contribution> out;
  Find(id).count_weapon(weapon, TestWindow(), out);
  return Said(out);
}

using Words = std::vector<std::string>;

ExhibitFact Thing(ExhibitKind kind) {
  ExhibitFact exhibit;
  exhibit.kind = kind;
  return exhibit;
}

TEST(MeasuresTest, EachIsDefined) {
  std::set<std::string> ids;
  for (const auto& table : {EventMeasures(), RepeatMeasures(), WeaponMeasures(), TimeMeasures()}) {
    for (const Measure& measure : table) {
      EXPECT_TRUE(ids.insert(measure.id).second) << measure.id;
      EXPECT_GE(measure.version, 1) << measure.id;
      EXPECT_NE(std::string(measure.definition), "") << measure.id;
      EXPECT_NE(std::string(measure.source), "") << measure.id;
      const int functions = (measure.count_event != nullptr) + (measure.count_weapon != nullptr) +
                            (measure.take_times != nullptr) + (measure.repeat_keys != nullptr);
      EXPECT_EQ(functions, 1) << measure.id;
    }
  }
}

TEST(MeasuresTest, GunCrimeIsUseAndNotPossession) {
  EventFacts event = EventOn(EVENT_KIND_INCIDENT, 1010);
  EXPECT_EQ(Counted("gun_crime.incidents", event), Words{"unknown [not known]"});
  event.uses = Bit(FIREARM_USE_POSSESSION);
  EXPECT_EQ(Counted("gun_crime.incidents", event), Words{});
  event.uses = Bit(FIREARM_USE_UNKNOWN);
  EXPECT_EQ(Counted("gun_crime.incidents", event), Words{"unknown [not known]"});
  event.uses = Bit(FIREARM_USE_THREAT) | Bit(FIREARM_USE_POSSESSION);
  EXPECT_EQ(Counted("gun_crime.incidents", event), Words{"yes [used to threaten]"});
  event.uses = 0;
  event.discharged = Answer::kYes;
  EXPECT_EQ(Counted("gun_crime.incidents", event), Words{"yes [fired]"});
  event.kind = EVENT_KIND_SIGHTING;
  EXPECT_EQ(Counted("gun_crime.incidents", event), Words{});
}

TEST(MeasuresTest, OffencesAreCountedByClassAndNotPossession) {
  EventFacts event = EventOn(EVENT_KIND_INCIDENT, 1010);
  event.uses = Bit(FIREARM_USE_THREAT);
  EXPECT_EQ(Counted("gun_crime.offences", event), Words{"unknown [not known]"});
  event.has_offences = true;
  EXPECT_EQ(Counted("gun_crime.offences", event), Words{});  // all cancelled
  event.offences[OFFENCE_CLASS_ROBBERY_PERSONAL] = 2;
  event.offences[OFFENCE_CLASS_POSSESSION_OF_WEAPONS] = 1;
  event.offences[OFFENCE_CLASS_HOMICIDE] = 1;
  event.offences[OFFENCE_CLASS_UNSPECIFIED] = 1;
  EXPECT_EQ(Counted("gun_crime.offences", event),
            (Words{"unknown [not known]", "yes [homicide]", "yes 2 [robbery personal]"}));
  EXPECT_EQ(Counted("gun_crime.robbery", event),
            (Words{"unknown [not known]", "yes 2 [robbery personal]"}));
}

TEST(MeasuresTest, PossessionIsCountedWhateverElseHappened) {
  EventFacts event = EventOn(EVENT_KIND_INCIDENT, 1000);
  EXPECT_TRUE(Counted("possession.offences", event).empty());
  event.uses = Bit(FIREARM_USE_POSSESSION);
  event.offences[OFFENCE_CLASS_POSSESSION_OF_WEAPONS] = 2;
  event.offences[OFFENCE_CLASS_DRUGS] = 1;
  EXPECT_EQ(Counted("possession.offences", event), std::vector<std::string>{"yes 2"});
  event.kind = EVENT_KIND_RECOVERY;
  EXPECT_TRUE(Counted("possession.offences", event).empty());
}

TEST(MeasuresTest, ADischargeIsCoveredAsFarAsTheBestOfItsItems) {
  EventFacts event = EventOn(EVENT_KIND_INCIDENT, 1000);
  event.uses = Bit(FIREARM_USE_THREAT);
  event.discharged = Answer::kNo;
  EXPECT_TRUE(Counted("discharge.coverage", event).empty());
  event.discharged = Answer::kYes;
  EXPECT_EQ(Counted("discharge.coverage", event),
            std::vector<std::string>{"yes [no laboratory's record]"});
  event.exhibits.push_back({.kind = EXHIBIT_KIND_CASE_GROUP});
  EXPECT_EQ(Counted("discharge.coverage", event),
            std::vector<std::string>{"yes [no laboratory's record]"});
  event.exhibits.push_back({.kind = EXHIBIT_KIND_CASE_GROUP, .has_examination = true});
  EXPECT_EQ(Counted("discharge.coverage", event),
            std::vector<std::string>{"yes [at a laboratory, not examined]"});
  ExhibitFact examined{.kind = EXHIBIT_KIND_BULLET_GROUP, .has_examination = true};
  examined.examined = OnDay(1010);
  event.exhibits.insert(event.exhibits.begin(), examined);
  EXPECT_EQ(Counted("discharge.coverage", event), std::vector<std::string>{"yes [examined]"});
  event.discharged = Answer::kNotSaid;
  event.uses = 0;
  EXPECT_EQ(Counted("discharge.coverage", event), std::vector<std::string>{"unknown [examined]"});
}

TEST(MeasuresTest, WhatIsFoundAtASceneIsTimedUntilALaboratoryHasIt) {
  const EventFacts incident = EventOn(EVENT_KIND_INCIDENT, 1000);
  const EventFacts recovery = EventOn(EVENT_KIND_RECOVERY, 1000);
  WeaponFacts weapon;
  ExhibitFact cases{.kind = EXHIBIT_KIND_CASE_GROUP, .has_examination = true};
  cases.received = OnDay(1003);
  weapon.Add(cases, &incident);
  weapon.Add({.kind = EXHIBIT_KIND_BULLET_GROUP}, &incident);
  weapon.Add({.kind = EXHIBIT_KIND_GUN, .has_examination = true}, &incident);
  weapon.Add(cases, &recovery);
  weapon.Add(cases, nullptr);
  std::vector<TimeTaken> taken;
  Find("time.incident_to_laboratory").take_times(weapon, taken);
  ASSERT_EQ(taken.size(), 2u);
  ASSERT_TRUE(taken[0].shortest_longest_s.has_value());
  EXPECT_EQ(taken[0].shortest_longest_s->first, 2 * kDay + 1);
  EXPECT_EQ(taken[0].shortest_longest_s->second, 4 * kDay - 1);
  EXPECT_FALSE(taken[1].shortest_longest_s.has_value()) << "no receipt is known";
  EXPECT_EQ(taken[1].dated, OnDay(1000));
}

TEST(MeasuresTest, PlacesByPointAndContradictedOnesAreEventsByKindOfArea) {
  EventFacts event = EventOn(EVENT_KIND_LOSS, 1000);
  EXPECT_TRUE(Counted("quality.placed_by_point", event).empty());
  event.areas_by_point = Bit(type::v1::AREA_KIND_BOROUGH) | Bit(type::v1::AREA_KIND_WARD);
  event.areas_contradicted = Bit(type::v1::AREA_KIND_OUTPUT_AREA);
  EXPECT_EQ(Counted("quality.placed_by_point", event),
            std::vector<std::string>{"yes [borough] [ward]"});
  EXPECT_EQ(Counted("quality.place_contradicted", event),
            std::vector<std::string>{"yes [output area]"});
}

TEST(MeasuresTest, ALethalDischargeNeedsTheBarrelAndTheTarget) {
  EventFacts event = EventOn(EVENT_KIND_INCIDENT, 1010);
  EXPECT_EQ(Counted("discharge.incidents", event), Words{"unknown"});
  event.uses = Bit(FIREARM_USE_FIRED);
  EXPECT_EQ(Counted("discharge.incidents", event), Words{"yes"});
  EXPECT_EQ(Counted("discharge.lethal", event), Words{"unknown"});
  event.lethal_barrelled = Answer::kNo;
  EXPECT_EQ(Counted("discharge.lethal", event), Words{});
  event.lethal_barrelled = Answer::kYes;
  EXPECT_EQ(Counted("discharge.lethal", event), Words{"yes"});
  EXPECT_EQ(Counted("discharge.lethal_beyond_property", event), Words{"unknown"});
  event.targets = Bit(DISCHARGE_TARGET_PROPERTY);
  EXPECT_EQ(Counted("discharge.lethal", event), Words{"yes"});
  EXPECT_EQ(Counted("discharge.lethal_beyond_property", event), Words{});
  event.targets |= Bit(DISCHARGE_TARGET_PERSON);
  EXPECT_EQ(Counted("discharge.lethal_beyond_property", event), Words{"yes"});
  event.uses = 0;
  event.discharged = Answer::kNo;
  EXPECT_EQ(Counted("discharge.lethal", event), Words{});
}

TEST(MeasuresTest, InjuriesThatNobodyRecordedAreNotDetermined) {
  EventFacts event = EventOn(EVENT_KIND_INCIDENT, 1010);
  event.uses = Bit(FIREARM_USE_FIRED);
  EXPECT_EQ(Counted("injury.incidents", event), Words{"unknown [not known]"});
  event.injury = INJURY_FATAL;
  EXPECT_EQ(Counted("injury.incidents", event), Words{"yes [fatal]"});
  event.injury = INJURY_NONE;
  EXPECT_EQ(Counted("injury.incidents", event), Words{});
}

TEST(MeasuresTest, TypesThatCannotBeToldApartAreOneKind) {
  EventFacts event = EventOn(EVENT_KIND_INCIDENT, 1010);
  event.exhibits = {Thing(EXHIBIT_KIND_GUN), Thing(EXHIBIT_KIND_DESCRIBED_GUN),
                    Thing(EXHIBIT_KIND_CASE_GROUP)};
  event.exhibits[0].apparent_types = Bit(FIREARM_TYPE_PISTOL) | Bit(FIREARM_TYPE_REVOLVER);
  event.exhibits[0].confirmed_types = Bit(FIREARM_TYPE_CONVERTED_BLANK_FIRER);
  EXPECT_EQ(Counted("guns.apparent_type", event),
            (Words{"yes [several possible]", "yes [not known]"}));
  EXPECT_EQ(Counted("guns.confirmed_type", event),
            (Words{"yes [converted blank firer]", "unknown [not known]"}));
}

TEST(MeasuresTest, ALossIsToldInTimeOnlyWhereTheDatesLeaveNoDoubt) {
  EventFacts event = EventOn(EVENT_KIND_LOSS, 1010);
  EXPECT_EQ(Counted("licensing.notified", event), Words{});
  event.is_licensing_loss = true;
  EXPECT_EQ(Counted("licensing.notified", event), Words{"yes [not known]"});
  event.has_notified = true;
  event.notified = OnDay(1016);
  EXPECT_EQ(Counted("licensing.notified", event), Words{"yes [within seven days]"});
  event.notified = OnDay(1017);
  EXPECT_EQ(Counted("licensing.notified", event), Words{"yes [not known]"});
  event.notified = OnDay(1019);
  EXPECT_EQ(Counted("licensing.notified", event), Words{"yes [later]"});
  event.is_cancelled = true;
  EXPECT_EQ(Counted("licensing.notified", event), Words{});
}

TEST(MeasuresTest, AGunIsRecoveredOnceAPeriodAndWhatItLeftIsNoGun) {
  const EventFacts first = EventOn(EVENT_KIND_RECOVERY, 1010);
  const EventFacts second = EventOn(EVENT_KIND_RECOVERY, 1020);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &first);
  EXPECT_EQ(Counted("recovery.weapons_by_type", weapon), Words{});
  weapon.Add(Thing(EXHIBIT_KIND_GUN), &first);
  weapon.Add(Thing(EXHIBIT_KIND_GUN), &second);
  EXPECT_EQ(Counted("recovery.weapons_by_type", weapon), Words{"yes [not known]"});
  EXPECT_EQ(Counted("recovery.submission", weapon), Words{"yes [no laboratory's record]"});
}

TEST(MeasuresTest, AStolenGunIsOutstandingUntilItIsInHandAgain) {
  EventFacts theft = EventOn(EVENT_KIND_LOSS, 500);
  theft.loss_kinds = Bit(LOSS_KIND_STOLEN);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_DESCRIBED_GUN), &theft);
  EXPECT_EQ(Counted("stolen.outstanding", weapon), Words{"yes [not known to be used]"});
  EXPECT_EQ(Counted("loss.stolen", weapon), Words{});  // it was long before
  const EventFacts use = EventOn(EVENT_KIND_INCIDENT, 1005);
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &use);
  EXPECT_EQ(Counted("stolen.outstanding", weapon), Words{"yes [used in an incident since]"});
  EXPECT_EQ(Counted("stolen.used", weapon), Words{"yes"});
  const EventFacts late = EventOn(EVENT_KIND_RECOVERY, 1095);
  weapon.Add(Thing(EXHIBIT_KIND_GUN), &late);
  EXPECT_EQ(Counted("stolen.outstanding", weapon), Words{"yes [used in an incident since]"});
  const EventFacts recovery = EventOn(EVENT_KIND_RECOVERY, 1010);
  weapon.Add(Thing(EXHIBIT_KIND_GUN), &recovery);
  EXPECT_EQ(Counted("stolen.outstanding", weapon), Words{});
  EXPECT_EQ(Counted("stolen.recovered", weapon), Words{"yes"});
}

TEST(MeasuresTest, ADisposalOfWhichRecordsDifferIsNotDetermined) {
  EventFacts disposal = EventOn(EVENT_KIND_DISPOSAL, 1010);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_GUN), &disposal);
  EXPECT_EQ(Counted("destruction.weapons", weapon), Words{"unknown"});
  disposal.disposals = Bit(DISPOSAL_KIND_DESTROYED) | Bit(DISPOSAL_KIND_UNKNOWN);
  EXPECT_EQ(Counted("destruction.weapons", weapon), Words{"yes"});
  disposal.disposals = Bit(DISPOSAL_KIND_DESTROYED) | Bit(DISPOSAL_KIND_RETAINED);
  EXPECT_EQ(Counted("destruction.weapons", weapon), Words{"unknown"});
  disposal.disposals = Bit(DISPOSAL_KIND_RETAINED);
  EXPECT_EQ(Counted("destruction.weapons", weapon), Words{});
}

TEST(MeasuresTest, ATheftAfterThePeriodChangesNothingInIt) {
  EventFacts theft = EventOn(EVENT_KIND_LOSS, 500);
  theft.loss_kinds = Bit(LOSS_KIND_STOLEN);
  EventFacts later = EventOn(EVENT_KIND_LOSS, 1095);
  later.loss_kinds = Bit(LOSS_KIND_STOLEN);
  const EventFacts use = EventOn(EVENT_KIND_INCIDENT, 1005);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_DESCRIBED_GUN), &theft);
  weapon.Add(Thing(EXHIBIT_KIND_DESCRIBED_GUN), &later);
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &use);
  EXPECT_EQ(Counted("stolen.outstanding", weapon), Words{"yes [used in an incident since]"});
  EXPECT_EQ(Counted("stolen.used", weapon), Words{"yes"});
  const EventFacts recovery = EventOn(EVENT_KIND_RECOVERY, 1010);
  weapon.Add(Thing(EXHIBIT_KIND_GUN), &recovery);
  EXPECT_EQ(Counted("stolen.recovered", weapon), Words{"yes"});
  EXPECT_EQ(Counted("stolen.outstanding", weapon), Words{});
}

TEST(MeasuresTest, TheTheftOfAPartIsNoTheftOfTheGun) {
  EventFacts theft = EventOn(EVENT_KIND_LOSS, 1000);
  theft.loss_kinds = Bit(LOSS_KIND_STOLEN);
  const EventFacts use = EventOn(EVENT_KIND_INCIDENT, 1020);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_GUN_PART), &theft);
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &use);
  std::vector<TimeTaken> taken;
  Find("time.theft_to_use").take_times(weapon, taken);
  EXPECT_TRUE(taken.empty());
}

TEST(MeasuresTest, WhetherALossWasATheftMayNotBeKnown) {
  EventFacts loss = EventOn(EVENT_KIND_LOSS, 1010);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_DESCRIBED_GUN), &loss);
  EXPECT_EQ(Counted("loss.stolen", weapon), Words{"unknown"});
  EXPECT_EQ(Counted("loss.lost", weapon), Words{"unknown"});
  EXPECT_EQ(Counted("stolen.outstanding", weapon), Words{"unknown [not known to be used]"});
  loss.loss_kinds = Bit(LOSS_KIND_LOST);
  EXPECT_EQ(Counted("loss.stolen", weapon), Words{});
  EXPECT_EQ(Counted("loss.lost", weapon), Words{"yes"});
  EXPECT_EQ(Counted("stolen.outstanding", weapon), Words{});
  loss.is_cancelled = true;
  EXPECT_EQ(Counted("loss.lost", weapon), Words{});
}

TEST(MeasuresTest, OneOfSeveralGunsOfALossCanHaveBeenFoundAgain) {
  Record record;
  record.mutable_event()->set_kind(EVENT_KIND_LOSS);
  record.mutable_event()->mutable_loss()->set_kind(LOSS_KIND_LOST);
  for (int i = 0; i < 2; ++i) record.add_exhibits()->set_kind(EXHIBIT_KIND_DESCRIBED_GUN);
  record.mutable_exhibits(1)->set_cancelled_as_found(true);
  const auto gather = [&record] {
    EventGatherer gatherer;
    gatherer.Add(record, "kent");
    return gatherer.Take(OnDay(1010));
  };
  const auto counted = [&](const EventFacts& loss, int place) {
    WeaponFacts weapon;
    weapon.Add(ExhibitFactOf(record, record.exhibits(place)), &loss);
    return Counted("loss.lost", weapon);
  };
  const EventFacts loss = gather();
  EXPECT_FALSE(loss.is_cancelled);
  EXPECT_EQ(counted(loss, 0), Words{"yes"});
  EXPECT_EQ(counted(loss, 1), Words{});
  record.mutable_event()->mutable_loss()->set_certificate_kind("shotgun");
  EXPECT_EQ(Counted("licensing.notified", gather()), Words{"yes [not known]"});
  record.mutable_exhibits(0)->set_cancelled_as_found(true);
  EXPECT_EQ(Counted("licensing.notified", gather()), Words{});
}

TEST(MeasuresTest, ASeriesIsNewActiveDormantOrClosed) {
  const EventFacts first = EventOn(EVENT_KIND_INCIDENT, 400);
  const EventFacts second = EventOn(EVENT_KIND_INCIDENT, 1020);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &first);
  EXPECT_EQ(Counted("series.new", weapon), Words{});
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &second);
  EXPECT_EQ(Counted("series.new", weapon), Words{"yes"});
  EXPECT_EQ(Counted("series.active", weapon), Words{"yes"});
  EXPECT_EQ(Counted("series.size", weapon), Words{"yes [2 incidents]"});
  EXPECT_EQ(Counted("weapons.inferred", weapon), Words{"yes [used before]"});
  const EventFacts recovery = EventOn(EVENT_KIND_RECOVERY, 1030);
  weapon.Add(Thing(EXHIBIT_KIND_GUN), &recovery);
  EXPECT_EQ(Counted("series.active", weapon), Words{});
  EXPECT_EQ(Counted("series.closed", weapon), Words{"yes"});
  EXPECT_EQ(Counted("weapons.inferred", weapon), Words{});
  // Used again: what was in hand got out.
  const EventFacts again = EventOn(EVENT_KIND_INCIDENT, 1040);
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &again);
  EXPECT_EQ(Counted("series.closed", weapon), Words{});
  EXPECT_EQ(Counted("series.active", weapon), Words{"yes"});

  const EventFacts old = EventOn(EVENT_KIND_INCIDENT, 600);
  WeaponFacts dormant;
  dormant.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &first);
  dormant.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &old);
  EXPECT_EQ(Counted("series.dormant", dormant), Words{"yes"});
  EXPECT_EQ(Counted("series.new", dormant), Words{});
}

TEST(MeasuresTest, ASeriesWhoseSecondIncidentStraddlesIsNotNewForCertain) {
  const EventFacts first = EventOn(EVENT_KIND_INCIDENT, 400);
  EventFacts second = EventOn(EVENT_KIND_INCIDENT, 990);
  second.occurred.latest_s = 1010 * kDay;
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &first);
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &second);
  EXPECT_EQ(Counted("series.new", weapon), Words{"yes straddling"});
  EXPECT_EQ(Counted("series.active", weapon), Words{"yes"});
  second.occurred = Moments();
  EXPECT_EQ(Counted("series.new", weapon), Words{"yes undated"});
  EXPECT_EQ(Counted("series.active", weapon), Words{"unknown"});
}

TEST(MeasuresTest, AWeaponIssuedToPoliceCountsAsNoSeries) {
  const EventFacts first = EventOn(EVENT_KIND_INCIDENT, 1010);
  const EventFacts second = EventOn(EVENT_KIND_INCIDENT, 1020);
  WeaponFacts weapon;
  weapon.is_police_issue = true;
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &first);
  EXPECT_EQ(Counted("weapons.police_issue", weapon), Words{});
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &second);
  EXPECT_EQ(Counted("weapons.police_issue", weapon), Words{"yes"});
  for (const char* const id : {"series.new", "series.active", "series.dormant", "series.closed",
                               "series.size", "series.cross_border"}) {
    EXPECT_EQ(Counted(id, weapon), Words{}) << id;
  }
  EXPECT_EQ(Counted("weapons.inferred", weapon), Words{"yes [used before]"});
  std::vector<TimeTaken> times;
  Find("time.first_to_last_use").take_times(weapon, times);
  EXPECT_EQ(times.size(), 0u);
  weapon.is_police_issue = false;
  EXPECT_EQ(Counted("weapons.police_issue", weapon), Words{});
  EXPECT_EQ(Counted("series.new", weapon), Words{"yes"});
  Find("time.first_to_last_use").take_times(weapon, times);
  EXPECT_EQ(times.size(), 1u);
}

TEST(MeasuresTest, AnUndatedIncidentLeavesASurelyActiveSeriesActive) {
  const EventFacts first = EventOn(EVENT_KIND_INCIDENT, 1010);
  const EventFacts second = EventOn(EVENT_KIND_INCIDENT, 1020);
  EventFacts undated = EventOn(EVENT_KIND_INCIDENT, 1030);
  undated.occurred = Moments();
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &first);
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &second);
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &undated);
  EXPECT_EQ(Counted("series.active", weapon), Words{"yes"});
  EXPECT_EQ(Counted("series.dormant", weapon), Words{});
}

TEST(MeasuresTest, ATestFireIsNoUseAndShowsTheGunInHand) {
  const EventFacts use = EventOn(EVENT_KIND_INCIDENT, 1010);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &use);
  EXPECT_EQ(Counted("weapons.inferred", weapon), Words{"yes [used once]"});
  ExhibitFact shots = Thing(EXHIBIT_KIND_TEST_FIRE_CASES);
  shots.is_in_hand = true;
  shots.in_hand_at = OnDay(1030);
  const EventFacts laboratory = EventOn(EVENT_KIND_INCIDENT, 1030);
  weapon.Add(shots, &laboratory);
  EXPECT_EQ(weapon.events.size(), 1u);
  EXPECT_EQ(Counted("weapons.inferred", weapon), Words{});
}

TEST(MeasuresTest, ASeriesCrossesBordersWhereTwoForcesAreKnown) {
  EventFacts first = EventOn(EVENT_KIND_INCIDENT, 400);
  EventFacts second = EventOn(EVENT_KIND_INCIDENT, 1010);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &first);
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &second);
  first.police_force = "mps";
  EXPECT_EQ(Counted("series.cross_border", weapon), Words{"unknown"});
  second.police_force = "mps";
  EXPECT_EQ(Counted("series.cross_border", weapon), Words{});
  second.police_force = "kent";
  EXPECT_EQ(Counted("series.cross_border", weapon), Words{"yes"});
}

TEST(MeasuresTest, TimesCarryTheirUncertainty) {
  EventFacts theft = EventOn(EVENT_KIND_LOSS, 1000);
  theft.loss_kinds = Bit(LOSS_KIND_STOLEN);
  theft.occurred.latest_s = 1010 * kDay;
  const EventFacts use = EventOn(EVENT_KIND_INCIDENT, 1020);
  WeaponFacts weapon;
  weapon.Add(Thing(EXHIBIT_KIND_DESCRIBED_GUN), &theft);
  weapon.Add(Thing(EXHIBIT_KIND_CASE_GROUP), &use);
  std::vector<TimeTaken> taken;
  Find("time.theft_to_use").take_times(weapon, taken);
  ASSERT_EQ(taken.size(), 1u);
  ASSERT_TRUE(taken[0].shortest_longest_s.has_value());
  EXPECT_EQ(taken[0].shortest_longest_s->first, 10 * kDay);
  EXPECT_EQ(taken[0].shortest_longest_s->second, 21 * kDay - 1);
  EXPECT_EQ(taken[0].dated, use.occurred);

  theft.occurred = Moments();
  taken.clear();
  Find("time.theft_to_use").take_times(weapon, taken);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_FALSE(taken[0].shortest_longest_s.has_value());
}

TEST(MeasuresTest, AGunIsInHandFromTheFirstDateThatItsRecordGives) {
  const auto set = [](std::int64_t day, type::v1::DateInterval& date) {
    date.mutable_earliest()->set_seconds(OnDay(day).earliest_s);
    date.mutable_latest()->set_seconds(OnDay(day).latest_s);
  };
  Exhibit exhibit;
  exhibit.set_kind(EXHIBIT_KIND_GUN);
  set(1040, *exhibit.mutable_examination()->mutable_received());
  EXPECT_EQ(ExhibitFactOf(Record(), exhibit).in_hand_at, OnDay(1040));
  set(1030, *exhibit.mutable_examination()->mutable_submitted());
  EXPECT_EQ(ExhibitFactOf(Record(), exhibit).in_hand_at, OnDay(1030));
  exhibit.add_custody();
  set(1025, *exhibit.add_custody()->mutable_from());
  set(1020, *exhibit.add_custody()->mutable_from());
  const ExhibitFact fact = ExhibitFactOf(Record(), exhibit);
  EXPECT_TRUE(fact.is_in_hand);
  EXPECT_EQ(fact.in_hand_at, OnDay(1020));
  EXPECT_EQ(fact.received, OnDay(1040));
}

TEST(MeasuresTest, AReferenceToAPersonIsItsAgencysOwn) {
  Record record;
  record.mutable_event()->set_kind(EVENT_KIND_INCIDENT);
  record.mutable_event()->add_firearm_uses(FIREARM_USE_FIRED);
  PersonReference& victim = *record.add_persons();
  victim.set_person_token("p-1");
  victim.set_category(PERSON_CATEGORY_VICTIM);
  victim.set_age_band("18-24");
  EventGatherer gatherer;
  gatherer.Add(record, "mps");
  gatherer.Add(record, "mps");
  gatherer.Add(record, "kent");
  EXPECT_EQ(Counted("victims.age_band", gatherer.Take(OnDay(1010))),
            (Words{"yes [18-24]", "yes [18-24]"}));
}

TEST(MeasuresTest, RecordsOfOneEventAreToldTogether) {
  Record one;
  one.mutable_event()->set_kind(EVENT_KIND_INCIDENT);
  one.mutable_event()->add_firearm_uses(FIREARM_USE_THREAT);
  one.mutable_event()->mutable_discharge()->set_discharged(TRISTATE_NO);
  one.mutable_event()->add_offences()->set_offence_class(OFFENCE_CLASS_ROBBERY_PERSONAL);
  one.mutable_event()->set_injury(INJURY_SLIGHT);
  Record other;
  other.mutable_event()->set_kind(EVENT_KIND_INCIDENT);
  other.mutable_event()->mutable_discharge()->set_discharged(TRISTATE_YES);
  for (int i = 0; i < 2; ++i) {
    other.mutable_event()->add_offences()->set_offence_class(OFFENCE_CLASS_ROBBERY_PERSONAL);
  }
  Offence& cancelled = *other.mutable_event()->add_offences();
  cancelled.set_offence_class(OFFENCE_CLASS_HOMICIDE);
  cancelled.set_status(OFFENCE_STATUS_CANCELLED);
  other.mutable_event()->set_injury(INJURY_UNKNOWN);
  for (const bool is_reversed : {false, true}) {
    EventGatherer gatherer;
    gatherer.Add(is_reversed ? other : one, is_reversed ? "kent" : "mps");
    gatherer.Add(is_reversed ? one : other, is_reversed ? "mps" : "kent");
    const EventFacts event = gatherer.Take(OnDay(1010));
    EXPECT_EQ(event.discharged, Answer::kYes);
    EXPECT_EQ(event.injury, INJURY_SLIGHT);
    EXPECT_EQ(event.offences[OFFENCE_CLASS_ROBBERY_PERSONAL], 2);
    EXPECT_EQ(event.offences[OFFENCE_CLASS_HOMICIDE], 0);
    EXPECT_EQ(event.agencies, (std::vector<std::string>{"kent", "mps"}));
  }
}

}  // namespace
}  // namespace serieslink::summary
