#include "services/summary/core/leads.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace serieslink::summary {
namespace {

constexpr std::int64_t kDayS = 86'400;

// Days 1000 to 1090, and the ninety before.
std::vector<Window> TwoWindows() {
  std::vector<Window> windows(2);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    windows[i].period.set_kind(v1::PERIOD_KIND_QUARTER);
    windows[i].period.set_year(2026);
    windows[i].period.set_quarter(static_cast<int>(2 - i));
    const std::int64_t first = 1000 - 90 * static_cast<std::int64_t>(i);
    windows[i].from_s = first * kDayS;
    windows[i].before_s = (first + 90) * kDayS;
    windows[i].end_day = windows[i].first_day + 90;
  }
  return windows;
}

std::map<std::string, std::vector<std::int64_t>> Figures(const std::vector<LeadFacts>& leads,
                                                         const std::string& id) {
  const std::vector<Window> windows = TwoWindows();
  LeadTally tally(windows);
  for (const LeadFacts& lead : leads) tally.Add(lead);
  v1::GetSummaryResponse response;
  tally.Fill(response);
  std::map<std::string, std::vector<std::int64_t>> counts;
  for (const v1::MeasureFigures& figures : response.measures()) {
    if (figures.measure_id() != id) continue;
    const auto counts_of = [](const v1::Figure& figure) {
      return std::vector<std::int64_t>{figure.counts(0).counted(), figure.counts(1).counted()};
    };
    counts["total"] = counts_of(figures.total());
    for (const v1::CategoryFigure& category : figures.categories()) {
      counts[category.category()] = counts_of(category.figure());
    }
  }
  return counts;
}

using Expected = std::map<std::string, std::vector<std::int64_t>>;

TEST(LeadTallyTest, ALeadIsOpenUntilItIsDecidedAndAgesMeanwhile) {
  const std::vector<LeadFacts> leads = {
      {.raised_s = 1089 * kDayS},                            // a day old
      {.raised_s = 995 * kDayS},                             // 95 days, and 5 at the end before
      {.raised_s = 995 * kDayS, .decided_s = 1000 * kDayS},  // open at the end before
      {.raised_s = 980 * kDayS, .decided_s = 990 * kDayS},   // decided in the period before
      {.raised_s = 500 * kDayS, .decided_s = 2000 * kDayS},  // decided long after
      {.raised_s = 1090 * kDayS},                            // after the period
  };
  EXPECT_EQ(Figures(leads, "leads.open"), (Expected{{"total", {3, 3}},
                                                    {"up to 2 days", {1, 0}},
                                                    {"up to 7 days", {0, 2}},
                                                    {"up to a year", {1, 0}},
                                                    {"more than a year", {1, 1}}}));
  EXPECT_EQ(Figures(leads, "leads.decided"),
            (Expected{{"total", {1, 1}}, {"up to 7 days", {1, 0}}, {"up to 30 days", {0, 1}}}));
}

TEST(LeadTallyTest, NoLeadsAreZero) {
  EXPECT_EQ(Figures({}, "leads.open"), (Expected{{"total", {0, 0}}}));
}

TEST(LeadTallyTest, EachMeasureIsDefined) {
  for (const Measure& measure : LeadMeasures()) {
    EXPECT_NE(std::string(measure.definition), "");
    EXPECT_NE(std::string(measure.source), "");
    EXPECT_EQ(measure.unit, v1::UNIT_LEAD);
  }
}

}  // namespace
}  // namespace serieslink::summary
