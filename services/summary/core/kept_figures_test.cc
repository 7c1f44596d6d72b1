// Goal: a summary of a quarter that is put together from kept figures is the one that is counted
// from the same facts, and what is taken away leaves nothing behind.
// Method: random events and weapons, counted both ways.
#include "services/summary/core/kept_figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace serieslink::summary {
namespace {

using namespace ::serieslink::record::v1;  // NOLINT(google-build-using-namespace): enumerators

constexpr std::int64_t kDay_s = 86'400;

// Facts that stay where they are.
class RandomFacts {
 public:
  explicit RandomFacts(unsigned seed) : random_(seed) {}

  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  Moments When() {
    if (Below(20) == 0) return {};
    Moments when;
    when.earliest_s = 1'420'000'000 + kDay_s * Below(1500);
    when.latest_s = when.earliest_s + (Below(4) == 0 ? kDay_s * Below(200) : 0);
    if (Below(30) == 0) when.earliest_s = Moments::kOpenEarliest;
    return when;
  }

  const EventFacts& Event() {
    static constexpr int kKinds[] = {EVENT_KIND_INCIDENT, EVENT_KIND_INCIDENT,
                                     EVENT_KIND_RECOVERY, EVENT_KIND_LOSS,
                                     EVENT_KIND_DISPOSAL, EVENT_KIND_SURRENDER};
    EventFacts& event = events_.emplace_back();
    event.kind = kKinds[Below(6)];
    event.occurred = When();
    if (Below(3) != 0) event.uses = Bit(1 + Below(4));
    event.borough = std::string("E0900000") + std::to_string(1 + Below(4));
    event.police_force = Below(3) == 0 ? "kent" : "mps";
    event.lsoa = "E0100000" + std::to_string(Below(6));
    event.agencies = {"kent"};
    if (Below(2) == 0) event.agencies.push_back("mps");
    event.loss_kinds = event.kind == EVENT_KIND_LOSS ? Bit(1 + Below(2)) : 0;
    event.has_offences = true;
    event.offences[static_cast<std::size_t>(1 + Below(6))] = 1 + Below(2);
    event.persons.push_back({Below(2) == 0 ? "t" + std::to_string(Below(8)) : "",
                             PERSON_CATEGORY_VICTIM, Below(2) == 0 ? "15-19" : "20-24"});
    return event;
  }

  WeaponFacts Weapon() {
    WeaponFacts weapon;
    for (int count = 1 + Below(4); count > 0; --count) {
      ExhibitFact exhibit;
      exhibit.kind = Below(2) == 0 ? EXHIBIT_KIND_GUN : EXHIBIT_KIND_CASE_GROUP;
      exhibit.has_examination = Below(2) == 0;
      exhibit.received = When();
      exhibit.examined = When();
      exhibit.is_in_hand = Below(5) == 0;
      exhibit.in_hand_at = When();
      weapon.Add(exhibit, Below(10) == 0 ? nullptr : &Event());
    }
    weapon.is_police_issue = Below(10) == 0;
    return weapon;
  }

  LeadFacts Lead() {
    LeadFacts lead;
    lead.raised_s = 1'420'000'000 + kDay_s * Below(1500);
    if (Below(2) == 0) lead.decided_s = lead.raised_s + kDay_s * Below(500);
    return lead;
  }

 private:
  std::mt19937 random_;
  std::deque<EventFacts> events_;
};

const std::vector<v1::Dimension> kDimensions = {v1::DIMENSION_BOROUGH, v1::DIMENSION_FORCE,
                                                v1::DIMENSION_AGENCY};

Statistic Residents(double value) {
  Statistic residents;
  residents.set_kind(STATISTIC_KIND_POPULATION);
  residents.set_series("census");
  residents.set_area_kind(type::v1::AREA_KIND_BOROUGH);
  residents.set_area_code("E09000001");
  residents.set_age_band("15-19");
  residents.set_value(value);
  residents.mutable_period()->mutable_earliest()->set_seconds(1'300'000'000);
  residents.mutable_period()->mutable_latest()->set_seconds(1'300'000'000);
  return residents;
}

std::vector<Window> WindowsOfQuarter(int year, int quarter) {
  v1::Period period;
  period.set_kind(v1::PERIOD_KIND_QUARTER);
  period.set_year(year);
  period.set_quarter(quarter);
  std::vector<Window> windows;
  for (const v1::Period& one : ComparedPeriods(period)) {
    windows.push_back(WindowOf(one, absl::UTCTimeZone()));
  }
  return windows;
}

std::string TextOf(const std::vector<Window>& windows,
                   const std::function<void(Tally&, LeadTally&, ExternalTally&)>& fill) {
  Tally tally(windows, kDimensions);
  LeadTally leads(windows);
  ExternalTally external(windows, absl::UTCTimeZone());
  fill(tally, leads, external);
  v1::GetSummaryResponse response;
  tally.Fill(response);
  leads.Fill(response);
  external.Fill(response);
  return response.DebugString();
}

TEST(KeptFiguresTest, WhatIsPutTogetherIsWhatIsCounted) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    RandomFacts random(seed);
    const Quarters quarters(2014, 2019, absl::UTCTimeZone());
    KeptFigures all(quarters, absl::UTCTimeZone());
    KeptFigures more(quarters, absl::UTCTimeZone());
    std::vector<const EventFacts*> events;
    std::vector<WeaponFacts> weapons;
    std::vector<LeadFacts> leads;
    for (int i = 0; i < 200; ++i) {
      events.push_back(&random.Event());
      weapons.push_back(random.Weapon());
      leads.push_back(random.Lead());
    }
    const auto add = [&](std::size_t i, bool is_less, KeptFigures& to) {
      to.TakeAway(is_less);
      to.AddEvent(*events[i], nullptr);
      to.AddWeapon(weapons[i], nullptr);
      to.leads().Add(leads[i]);
    };
    // Every tenth is hidden from strangers, and for the one who sees it, every twentieth other
    // counts for nothing.
    const auto is_hidden = [](std::size_t i) { return i % 10 == 0; };
    const auto is_undone = [](std::size_t i) { return i % 20 == 5; };
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (is_hidden(i)) {
        add(i, false, more);
      } else {
        add(i, false, all);
      }
      if (is_undone(i)) add(i, true, more);
    }
    // And what came, went.
    for (std::size_t i = 0; i < events.size(); i += 3) add(i, false, all);
    for (std::size_t i = 0; i < events.size(); i += 3) add(i, true, all);
    all.TakeAway(false);
    all.AddStatistic(Residents(2000), "ons");
    all.AddStatistic(Residents(3000), "ons");
    all.TakeAway(true);
    all.AddStatistic(Residents(3000), "ons");
    for (int year = 2015; year <= 2018; ++year) {
      for (int quarter = 1; quarter <= 4; ++quarter) {
        const std::vector<Window> windows = WindowsOfQuarter(year, quarter);
        std::vector<std::size_t> places;
        for (const Window& one : windows) places.push_back(quarters.PlaceOf(one).value());
        for (const bool sees_more : {false, true}) {
          const std::string kept =
              TextOf(windows, [&](auto& tally, auto& of_leads, auto& external) {
                all.AddTo(sees_more ? &more : nullptr, places, tally, of_leads, external);
              });
          const std::string counted =
              TextOf(windows, [&](Tally& tally, LeadTally& of_leads, ExternalTally& external) {
                for (std::size_t i = 0; i < events.size(); ++i) {
                  if (is_hidden(i) && !sees_more) continue;
                  if (is_undone(i) && sees_more) continue;
                  tally.AddEvent(*events[i]);
                  external.AddEvent(*events[i]);
                  tally.AddWeapon(weapons[i]);
                  of_leads.Add(leads[i]);
                }
                external.AddStatistic(Residents(2000), "ons");
              });
          ASSERT_EQ(kept, counted) << year << "Q" << quarter << (sees_more ? " all" : " open");
        }
      }
    }
  }
}

TEST(KeptFiguresTest, AQuarterIsFoundByItsDays) {
  const Quarters quarters(2014, 2015, absl::UTCTimeZone());
  EXPECT_EQ(quarters.PlaceOf(WindowsOfQuarter(2014, 1)[0]), std::optional<std::size_t>(0));
  EXPECT_EQ(quarters.PlaceOf(WindowsOfQuarter(2015, 4)[0]), std::optional<std::size_t>(7));
  EXPECT_FALSE(quarters.PlaceOf(WindowsOfQuarter(2016, 1)[0]).has_value());
  const Window& second = quarters.all()[1];
  using Places = std::pair<std::size_t, std::size_t>;
  EXPECT_EQ(quarters.Of({second.from_s, second.from_s}), Places(1, 2));
  EXPECT_EQ(quarters.Of({second.from_s - 1, second.before_s}), Places(0, 3));
  EXPECT_EQ(quarters.Of({}), Places(0, 8));
  EXPECT_EQ(quarters.Of({0, 1}), Places(0, 0));
}

}  // namespace
}  // namespace serieslink::summary
