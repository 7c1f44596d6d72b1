// Goal: no small count follows from what is shown, as little is hidden as needs be, and what cannot
// be protected is told.
#include "services/summary/disclosure/cell_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace serieslink::summary {
namespace {

constexpr std::int64_t kSmallBelow = 5;

absl::Status GoOn() { return absl::OkStatus(); }

Cell Shown(std::int64_t value, double cost = 1) {
  const bool is_small = value > 0 && value < kSmallBelow;
  return {.value = value,
          .state = is_small ? CellState::kHidden : CellState::kShown,
          .is_sensitive = is_small,
          .cost = cost};
}
Cell Known(std::int64_t value) { return {.value = value, .state = CellState::kKnown}; }
Cell Open(std::int64_t value) {
  return {
      .value = value, .state = CellState::kOpen, .is_sensitive = value > 0 && value < kSmallBelow};
}

// Cell 0 is the sum of all others.
Equation SumOf(const std::vector<Cell>& cells) {
  Equation equation{.terms = {{0, -1}}};
  for (std::size_t i = 1; i < cells.size(); ++i) equation.terms.push_back({i, 1});
  return equation;
}

std::string StatesOf(const std::vector<Cell>& cells) {
  std::string text;
  for (const Cell& cell : cells) {
    text += cell.state == CellState::kHidden ? 'c' : cell.state == CellState::kShown ? '.' : '-';
  }
  return text;
}

TEST(CellSystemTest, OneSmallCountTakesAnotherWithItThatIsLargeEnough) {
  // With 6 hidden beside it, 3 can be anything from 1 to 8; 5 would do too, and costs more.
  std::vector<Cell> cells = {Shown(34, 100), Shown(3), Shown(5, 2), Shown(6), Shown(20, 3)};
  const auto done = HideToProtect(cells, {SumOf(cells)}, kSmallBelow, GoOn);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(StatesOf(cells), ".c.c.");
  EXPECT_EQ(done->tried, 1);
  EXPECT_EQ(done->safe, 1);
}

TEST(CellSystemTest, TwoSmallCountsAreNotEnoughWhenTheirSumBetraysThem) {
  // 1 + 1 = 2, and nothing that is 0 is hidden: both would be 1.
  std::vector<Cell> cells = {Shown(22, 100), Shown(1), Shown(1), Shown(20), Shown(0)};
  const auto done = HideToProtect(cells, {SumOf(cells)}, kSmallBelow, GoOn);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(StatesOf(cells), ".ccc.");
  EXPECT_EQ(done->safe, 2);
}

TEST(CellSystemTest, ATotalIsHiddenWhereNothingElseCanBe) {
  std::vector<Cell> cells = {Shown(5, 100), Shown(3), Shown(2), Shown(0)};
  const auto done = HideToProtect(cells, {SumOf(cells)}, kSmallBelow, GoOn);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(StatesOf(cells), "ccc.");
  EXPECT_EQ(done->safe, 2);
}

TEST(CellSystemTest, WhatIsKnownAlreadyProtectsNothing) {
  std::vector<Cell> cells = {Shown(33, 100), Shown(3), Known(6), Shown(20), Shown(4)};
  const auto done = HideToProtect(cells, {SumOf(cells)}, kSmallBelow, GoOn);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(StatesOf(cells), ".c-.c");
  EXPECT_EQ(done->safe, 2);

  std::vector<Cell> all_known = {Known(9), Shown(3), Known(6)};
  const auto told = HideToProtect(all_known, {SumOf(all_known)}, kSmallBelow, GoOn);
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ(told->exposed, std::vector<std::size_t>{1});
}

TEST(CellSystemTest, ADifferenceThatIsPublishedNowhereIsProtectedToo) {
  // A year, three quarters that are known, and a fourth that nobody has published.
  std::vector<Cell> cells = {Shown(33), Known(10), Known(12), Known(8), Open(3)};
  const auto done = HideToProtect(cells, {SumOf(cells)}, kSmallBelow, GoOn);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(StatesOf(cells), "c----");
  EXPECT_EQ(done->safe, 1);
}

TEST(CellSystemTest, WhoStopsGetsWhatStoppedIt) {
  std::vector<Cell> cells = {Shown(9), Shown(3), Shown(6)};
  const auto done = HideToProtect(cells, {SumOf(cells)}, kSmallBelow,
                                  [] { return absl::CancelledError("enough"); });
  EXPECT_EQ(done.status(), absl::CancelledError("enough"));
}

// Tries all whole numbers that a reader must take to be possible.
class Attack {
 public:
  Attack(const std::vector<Cell>& cells, const std::vector<Equation>& equations, std::int64_t most)
      : cells_(cells), equations_(equations), most_(most), values_(cells.size()) {
    for (const Equation& equation : equations_) sums_.push_back(SumIn(equation, TrueValues()));
  }

  // Whether the cell can have the value.
  bool CanBe(std::size_t cell, std::int64_t value) { return Try(0, cell, value); }

 private:
  std::vector<std::int64_t> TrueValues() const {
    std::vector<std::int64_t> values;
    for (const Cell& cell : cells_) values.push_back(cell.value);
    return values;
  }
  static std::int64_t SumIn(const Equation& equation, const std::vector<std::int64_t>& values) {
    std::int64_t sum = 0;
    for (const Equation::Term& term : equation.terms) sum += term.factor * values[term.cell];
    return sum;
  }
  bool Try(std::size_t at, std::size_t cell, std::int64_t value) {
    // As soon as all of an equation is chosen it must hold.
    for (std::size_t i = 0; i < equations_.size(); ++i) {
      std::size_t last = 0;
      for (const Equation::Term& term : equations_[i].terms) last = std::max(last, term.cell);
      if (last + 1 == at && SumIn(equations_[i], values_) != sums_[i]) return false;
    }
    if (at == cells_.size()) return true;
    std::int64_t from = cells_[at].value;
    std::int64_t to = from;
    if (cells_[at].state == CellState::kHidden || cells_[at].state == CellState::kOpen) {
      from = cells_[at].state == CellState::kHidden ? 1 : 0;
      to = most_;
    }
    if (at == cell) from = to = value;
    for (values_[at] = from; values_[at] <= to; ++values_[at]) {
      if (Try(at + 1, cell, value)) return true;
    }
    return false;
  }

  const std::vector<Cell>& cells_;
  const std::vector<Equation>& equations_;
  const std::int64_t most_;
  std::vector<std::int64_t> values_;
  std::vector<std::int64_t> sums_;
};

TEST(CellSystemTest, WhoeverTriesAllWholeNumbersCannotTellASmallCount) {
  // Two rows by three columns with margins: cell = 4 * row + column, margins last.
  std::mt19937 random(1);
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    std::vector<Cell> cells(12);
    std::vector<std::int64_t> values(12);
    for (const std::size_t at : {0, 1, 2, 4, 5, 6}) {
      const auto value = static_cast<std::int64_t>(random() % 9);
      for (const std::size_t to : {at, at / 4 * 4 + 3, 8 + at % 4, std::size_t{11}}) {
        values[to] += value;
      }
    }
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = Shown(values[i]);
    std::vector<Equation> equations;
    for (std::size_t row = 0; row < 3; ++row) {
      equations.push_back({{{4 * row, 1}, {4 * row + 1, 1}, {4 * row + 2, 1}, {4 * row + 3, -1}}});
    }
    for (std::size_t column = 0; column < 4; ++column) {
      equations.push_back({{{column, 1}, {4 + column, 1}, {8 + column, -1}}});
    }
    const auto done = HideToProtect(cells, equations, kSmallBelow, GoOn);
    ASSERT_TRUE(done.ok()) << done.status();
    EXPECT_TRUE(done->exposed.empty());
    // What readers know anyway: which cells are 0.
    std::vector<Cell> all_hidden = cells;
    for (Cell& cell : all_hidden) {
      if (cell.value > 0) cell.state = CellState::kHidden;
    }
    Attack attack(cells, equations, 30);
    Attack least(all_hidden, equations, 30);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!cells[i].is_sensitive) continue;
      std::int64_t lowest = 1;
      while (!least.CanBe(i, lowest)) ++lowest;
      for (const std::int64_t value : {lowest, kSmallBelow}) {
        EXPECT_TRUE(attack.CanBe(i, value)) << StatesOf(cells) << " cell " << i << " as " << value;
      }
    }
  }
}

}  // namespace
}  // namespace serieslink::summary
