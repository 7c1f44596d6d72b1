// Goal: what makes two counts differ is told once, adds up to the difference, and does not depend
// on the order in which it was found.
// Method: events and weapons of two sides by hand.
#include "services/summary/core/change_collector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace serieslink::summary {
namespace {

const FigureKey kTotal{.measure = 0};
const FigureKey kOther{.measure = 1};

SideUnit Event(std::vector<std::uint64_t> records, Additions additions) {
  return {.kind = UnitKind::kEvent,
          .members = records,
          .records = records,
          .additions = std::move(additions)};
}

TEST(ChangeCollectorTest, WhatAddsTheSameOnBothSidesIsNotTold) {
  ChangeCollector collector;
  collector.Add(ChangeCollector::kEarlier, Event({1}, {{kTotal, {.counted = 1}}}));
  collector.Add(ChangeCollector::kLater, Event({1}, {{kTotal, {.counted = 1}}}));
  EXPECT_TRUE(collector.Take().empty());
}

TEST(ChangeCollectorTest, EventsThatBecameOneAreOneUnit) {
  ChangeCollector collector;
  collector.Add(ChangeCollector::kEarlier, Event({1}, {{kTotal, {.counted = 1}}}));
  collector.Add(ChangeCollector::kEarlier, Event({2}, {{kTotal, {.counted = 1}}}));
  collector.Add(ChangeCollector::kLater,
                Event({1, 2, 3}, {{kTotal, {.counted = 1}}, {kOther, {.undated = 1}}}));
  const auto changes = collector.Take();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].records, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(changes[0].differences.at(kTotal).counted, -1);
  EXPECT_EQ(changes[0].differences.at(kOther).undated, 1);
}

TEST(ChangeCollectorTest, DifferencesOfAllUnitsAddUp) {
  ChangeCollector collector;
  std::int64_t earlier = 0;
  std::int64_t later = 0;
  for (std::uint64_t i = 1; i <= 40; ++i) {
    const auto before = static_cast<std::int64_t>(i % 3);
    const auto after = static_cast<std::int64_t>(i % 4);
    earlier += before;
    later += after;
    if (before > 0) {
      collector.Add(ChangeCollector::kEarlier, Event({i}, {{kTotal, {.counted = before}}}));
    }
    if (after > 0) {
      collector.Add(ChangeCollector::kLater, Event({i, i + 100}, {{kTotal, {.counted = after}}}));
    }
  }
  const auto by_figure = ByFigure(collector.Take());
  std::int64_t sum = 0;
  for (const auto& [unit, amount] : by_figure.at(kTotal)) sum += amount.counted;
  EXPECT_EQ(sum, later - earlier);
}

TEST(ChangeCollectorTest, AnEventAndAWeaponOfOneNumberAreTwo) {
  ChangeCollector collector;
  collector.Add(ChangeCollector::kLater, Event({7}, {{kTotal, {.counted = 1}}}));
  SideUnit weapon = Event({7}, {{kOther, {.counted = 1}}});
  weapon.kind = UnitKind::kWeapon;
  collector.Add(ChangeCollector::kLater, weapon);
  EXPECT_EQ(collector.Take().size(), 2U);
}

TEST(ChangeCollectorTest, OnlyStatementsWithinTheUnitAreItsReasons) {
  ChangeCollector collector;
  SideUnit weapon{.kind = UnitKind::kWeapon, .members = {1, 2}, .records = {10, 20}};
  weapon.links = {{.first = 2, .second = 1, .record = 30, .basis = 2},
                  {.first = 9, .second = 1, .record = 40, .basis = 2}};
  weapon.additions = {{kTotal, {.counted = 1}}};
  collector.Add(ChangeCollector::kLater, weapon);
  const auto changes = collector.Take();
  ASSERT_EQ(changes.size(), 1U);
  ASSERT_EQ(changes[0].links.size(), 1U);
  EXPECT_EQ(changes[0].links[0].record, 30U);
}

TEST(ChangeCollectorTest, TheOrderOfUnitsMakesNoDifference) {
  std::vector<SideUnit> units;
  for (std::uint64_t i = 1; i <= 6; ++i) {
    units.push_back(Event({i, 10 - i}, {{kTotal, {.counted = static_cast<std::int64_t>(i)}}}));
  }
  const auto take = [&] {
    ChangeCollector collector;
    for (const SideUnit& unit : units) collector.Add(ChangeCollector::kLater, unit);
    return collector.Take();
  };
  const auto forwards = take();
  std::reverse(units.begin(), units.end());
  const auto backwards = take();
  ASSERT_EQ(forwards.size(), backwards.size());
  for (std::size_t i = 0; i < forwards.size(); ++i) {
    EXPECT_EQ(forwards[i].records, backwards[i].records);
    EXPECT_EQ(forwards[i].differences, backwards[i].differences);
  }
}

}  // namespace
}  // namespace serieslink::summary
