// The times of a life where dates are intervals: each has all that the dates allow, and no more.
#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/firearm/core/life_case.h"

namespace serieslink::firearm {
namespace {

std::vector<MeasureFacts> MeasuresOf(const LifeFacts& life) {
  std::vector<LossReportFacts> reports;
  for (std::uint32_t i = 0; i < life.events.size(); ++i) {
    if (life.events[i].kind != EventKind::kLoss) continue;
    LossReportFacts& report = reports.emplace_back();
    report.event = i;
    report.lost = life.events[i].occurred;
  }
  return MeasureLife(life, OrderOfEvents(life.events), FollowLosses(life.events, reports, {}));
}

// "3..9 days from 0 to 1", with "?" where the order is not certain; of several one after the other.
std::string Told(const LifeFacts& life, v1::MeasureKind kind) {
  std::string text;
  for (const MeasureFacts& one : MeasuresOf(life)) {
    if (one.kind != kind) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(one.minimum_s / kDay) + ".." +
            (one.maximum_s.has_value() ? std::to_string(*one.maximum_s / kDay) : "") +
            (one.order_is_uncertain ? "?" : "") + " from " + std::to_string(*one.from_event);
    if (one.to_event.has_value()) text += " to " + std::to_string(*one.to_event);
  }
  return text;
}

TEST(MeasuresTest, WhichUseWasTheLastCanBeOpen) {
  constexpr auto kKind = v1::MEASURE_KIND_FIRST_TO_LAST_USE;
  EXPECT_EQ(Told(Life({Use(Day(10)), Use(Day(20))}), kKind), "9..10 from 0 to 1");
  // The one that can have been the first can have been the last as well.
  EXPECT_EQ(Told(Life({Use(Days(10, 50)), Use(Day(20))}), kKind), "0..30? from 0 to 1");
  EXPECT_EQ(Told(Life({Use(Day(10)), Use(Days(12, 100)), Use(Day(20))}), kKind),
            "9..90 from 0 to 2");
  // One without a date widens the time, and takes nothing from what is certain.
  EXPECT_EQ(Told(Life({Use(Day(10)), Use(TimeInterval()), Use(Day(20))}), kKind),
            "9.. from 0 to 2");
  EXPECT_EQ(Told(Life({Use(Day(10))}), kKind), "");
}

TEST(MeasuresTest, WhichUseWasTheFirstAfterALossCanBeOpen) {
  constexpr auto kKind = v1::MEASURE_KIND_LOSS_TO_FIRST_USE;
  EXPECT_EQ(Told(Life({Theft(Day(1)), Use(Days(10, 50)), Use(Day(20))}), kKind),
            "8..19 from 0 to 1");
  EXPECT_EQ(
      Told(Life({Theft(Day(1)), Use({TimeInterval::kUnknownEarliest, 31 * kDay}), Use(Day(20))}),
           kKind),
      "0..19? from 0 to 1");
  // One that can have been before the loss need not have been the first after it.
  EXPECT_EQ(Told(Life({Theft(Days(11, 16)), Use(Days(4, 34)), Use(Days(152, 153))}), kKind),
            "0..142? from 0 to 1");
}

TEST(MeasuresTest, WhichRecoveryWasTheFirstAfterALossCanBeOpen) {
  constexpr auto kKind = v1::MEASURE_KIND_LOSS_TO_RECOVERY;
  EXPECT_EQ(Told(Life({Theft(Day(1)), Recovery(Days(10, 50)), Recovery(Day(20))}), kKind),
            "8..19 from 0 to 1");
  EXPECT_EQ(Told(Life({Theft(Day(1)), Recovery(TimeInterval()), Recovery(Day(20))}), kKind),
            "0..19? from 0 to 1");
  // What ended an earlier loss is none of a later one's.
  EXPECT_EQ(
      Told(Life({Theft(Day(1)), Recovery(Day(20)), Theft(Day(30)), Recovery(Day(50))}), kKind),
      "18..19 from 0 to 1, 19..20 from 2 to 3");
}

TEST(MeasuresTest, WhichUseWasTheLastBeforeARecoveryCanBeOpen) {
  constexpr auto kKind = v1::MEASURE_KIND_LAST_USE_TO_RECOVERY;
  EXPECT_EQ(Told(Life({Use(Days(10, 50)), Use(Day(20)), Recovery(Day(60))}), kKind),
            "9..40 from 0 to 2");
  // A use that can have been before the recovery can have been the last, and need not have been.
  EXPECT_EQ(Told(Life({Use(Day(5)), Recovery(Days(50, 60)), Use(Day(55))}), kKind),
            "0..50? from 2 to 1");
  EXPECT_EQ(Told(Life({Use(Day(5)), Recovery(Day(50)), Use(Day(55)), Recovery(Day(60))}), kKind),
            "44..45 from 0 to 1, 4..5 from 2 to 3");
}

TEST(MeasuresTest, AGunIsSubmittedFromTheRecoveryThatBroughtIt) {
  constexpr auto kKind = v1::MEASURE_KIND_EVENT_TO_SUBMISSION;
  LifeFacts life = Life({Recovery(Day(10)), Recovery(Day(40)), Use(Day(30))});
  life.exhibits.resize(1);
  life.exhibits[0].kind = linkage::ExhibitKind::kGun;
  life.exhibits[0].submitted = Day(12);
  EXPECT_EQ(Told(life, kKind), "1..2 from 0");
  life.exhibits[0].submitted = Day(45);
  EXPECT_EQ(Told(life, kKind), "4..5 from 1");
  // Used in between: nothing tells how it came there.
  life.exhibits[0].submitted = Day(35);
  EXPECT_EQ(Told(life, kKind), "");
  // What was left at a scene came from no recovery of the gun.
  life.exhibits[0].kind = linkage::ExhibitKind::kCaseGroup;
  life.exhibits[0].submitted = Day(12);
  EXPECT_EQ(Told(life, kKind), "");
  // It came from where another record has the same item.
  life.exhibits[0].same_item_event = 2;
  life.exhibits[0].submitted = Day(32);
  EXPECT_EQ(Told(life, kKind), "1..2 from 2");
}

// Goal: a time has all that the dates allow, and its bounds are met.
// Method: of a loss and some uses, and of some uses and a recovery, with random days every choice
// of days is tried; the times of the choices that have one are those that are told, to the day.
TEST(MeasuresTest, BoundsOfFirstAndLastAreWhatTheDatesAllow) {
  for (std::uint32_t seed = 1; seed <= 600; ++seed) {
    std::mt19937 random(seed);
    const bool is_of_loss = seed % 2 == 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> days;  // that of the loss or recovery first
    std::vector<LifeEventFacts> events;
    const std::uint32_t uses = 1 + random() % 3;
    for (std::uint32_t i = 0; i <= uses; ++i) {
      const std::int64_t first = random() % 9;
      days.emplace_back(first, first + random() % 6);
      const TimeInterval when{days.back().first * kDay, days.back().second * kDay};
      if (i > 0) {
        events.push_back(Use(when));
      } else {
        events.push_back(is_of_loss ? Theft(when) : Recovery(when));
      }
    }
    std::optional<std::int64_t> shortest;
    std::int64_t longest = 0;
    std::vector<std::int64_t> chosen;
    const auto choose = [&](const auto& self) -> void {
      if (chosen.size() < days.size()) {
        const auto [first, last] = days[chosen.size()];
        for (std::int64_t day = first; day <= last; ++day) {
          chosen.push_back(day);
          self(self);
          chosen.pop_back();
        }
        return;
      }
      std::optional<std::int64_t> nearest;
      for (std::size_t i = 1; i < chosen.size(); ++i) {
        const std::int64_t apart = is_of_loss ? chosen[i] - chosen[0] : chosen[0] - chosen[i];
        if (apart >= 0) nearest = std::min(nearest.value_or(apart), apart);
      }
      if (!nearest.has_value()) return;
      shortest = std::min(shortest.value_or(*nearest), *nearest);
      longest = std::max(longest, *nearest);
    };
    choose(choose);
    const v1::MeasureKind kind =
        is_of_loss ? v1::MEASURE_KIND_LOSS_TO_FIRST_USE : v1::MEASURE_KIND_LAST_USE_TO_RECOVERY;
    std::vector<MeasureFacts> told;
    for (const MeasureFacts& one : MeasuresOf(Life(events))) {
      if (one.kind == kind) told.push_back(one);
    }
    ASSERT_EQ(told.size(), shortest.has_value() ? 1u : 0u) << "seed " << seed;
    if (told.empty()) continue;
    EXPECT_EQ(told[0].minimum_s, *shortest * kDay) << "seed " << seed;
    ASSERT_TRUE(told[0].maximum_s.has_value()) << "seed " << seed;
    // To the day: moments between the days, which no choice has, are allowed too.
    const std::int64_t over_s = *told[0].maximum_s - longest * kDay;
    EXPECT_GE(over_s, 0) << "seed " << seed;
    EXPECT_LT(over_s, kDay) << "seed " << seed;
  }
}

// Goal: a time has all that the dates allow, and its bounds are met.
// Method: of some uses with random days every choice of days is tried, and the times between the
// first and the last of each choice are those that are told, to the day.
TEST(MeasuresTest, BoundsAreWhatTheDatesAllow) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    std::vector<LifeEventFacts> events;
    std::vector<std::pair<std::int64_t, std::int64_t>> days;
    for (std::uint32_t i = 0; i < 2 + random() % 3; ++i) {
      const std::int64_t first = random() % 8;
      days.emplace_back(first, first + random() % 5);
      // One moment of each day, so that days are what is measured.
      events.push_back(Use({days.back().first * kDay, days.back().second * kDay}));
    }
    std::int64_t shortest = 100;
    std::int64_t longest = 0;
    std::vector<std::int64_t> chosen;
    const auto choose = [&](const auto& self) -> void {
      if (chosen.size() == days.size()) {
        const auto [first, last] = std::minmax_element(chosen.begin(), chosen.end());
        shortest = std::min(shortest, *last - *first);
        longest = std::max(longest, *last - *first);
        return;
      }
      const auto [first, last] = days[chosen.size()];
      for (std::int64_t day = first; day <= last; ++day) {
        chosen.push_back(day);
        self(self);
        chosen.pop_back();
      }
    };
    choose(choose);
    const std::vector<MeasureFacts> measures = MeasuresOf(Life(events));
    ASSERT_EQ(measures.size(), 1u) << "seed " << seed;
    EXPECT_EQ(measures[0].minimum_s, shortest * kDay) << "seed " << seed;
    EXPECT_EQ(measures[0].maximum_s, longest * kDay) << "seed " << seed;
  }
}

}  // namespace
}  // namespace serieslink::firearm
