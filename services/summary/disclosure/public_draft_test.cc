// Goal: no small count of a draft follows from it and what was issued before, whichever tables,
// measures and periods a reader puts together; and no more is hidden than that needs.
#include "services/summary/disclosure/public_draft.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "services/summary/core/tally.h"

namespace serieslink::summary {
namespace {

absl::Status NeverStop() { return absl::OkStatus(); }

v1::Period Period(v1::PeriodKind kind, int year, int quarter) {
  v1::Period period;
  period.set_kind(kind);
  period.set_year(year);
  period.set_quarter(quarter);
  return period;
}
v1::Period Quarter(int quarter) { return Period(v1::PERIOD_KIND_QUARTER, 2026, quarter); }

// Shots, so many in each borough and quarter of 2026, at property where `lethal` says nothing else.
struct Shots {
  std::string borough;
  int quarter;
  int number;
};

struct Drafted {
  v1::PublicSummary summary;
  v1::DisclosureAudit audit;
};

class PublicDraftTest : public ::testing::Test {
 protected:
  Drafted Draft(const v1::Period& period, const std::vector<Shots>& shots,
                std::vector<EarlierSummary> earlier = {}, PublicPolicy policy = {},
                const std::vector<v1::Dimension>& breakdowns = {v1::DIMENSION_BOROUGH}) {
    PublicTally tally(PublicWindowsOf(period, zone_, earlier));
    for (const Shots& one : shots) {
      for (int i = 0; i < one.number; ++i) {
        EventFacts event;
        event.kind = record::v1::EVENT_KIND_INCIDENT;
        const Window quarter = WindowOf(Quarter(one.quarter), zone_);
        event.occurred = {quarter.from_s + 86400, quarter.from_s + 90000};
        event.discharged = Answer::kYes;
        event.lethal_barrelled = Answer::kNo;
        event.uses = Bit(record::v1::FIREARM_USE_FIRED);
        event.police_force = "mps";
        event.borough = one.borough;
        event.injury = record::v1::INJURY_NONE;
        event.has_offences = true;
        tally.AddEvent(event, nullptr);
      }
    }
    Drafted drafted;
    const auto audit =
        DraftPublicSummary(tally, breakdowns, policy, earlier, Areas(), NeverStop, drafted.summary);
    EXPECT_TRUE(audit.ok()) << audit.status();
    if (audit.ok()) drafted.audit = *audit;
    return drafted;
  }

  // Figures of discharges: "mps/E09000014" is a borough, "mps" a force, "" the total; -1: hidden.
  static std::map<std::string, std::int64_t> Shown(const v1::PublicSummary& summary) {
    std::map<std::string, std::int64_t> shown;
    for (const v1::PublicMeasure& measure : summary.measures()) {
      if (measure.definition().id() != "discharge.incidents") continue;
      for (const v1::PublicFigure& figure : measure.figures()) {
        const std::int64_t value = figure.has_value() ? figure.value() : -1;
        if (figure.part() == v1::PUBLIC_PART_TOTAL) shown[""] = value;
        if (figure.part() == v1::PUBLIC_PART_FORCE && !figure.key().empty()) {
          shown[figure.key()] = value;
        }
        if (figure.part() == v1::PUBLIC_PART_BOROUGH) {
          shown[figure.parent() + "/" + figure.key()] = value;
        }
      }
    }
    return shown;
  }

  const absl::TimeZone zone_ = absl::UTCTimeZone();
  using Figures = std::map<std::string, std::int64_t>;
};

TEST_F(PublicDraftTest, ASmallBoroughTakesAnotherWithIt) {
  const Drafted draft = Draft(Quarter(1), {{"A", 1, 3}, {"B", 1, 7}, {"C", 1, 30}, {"D", 1, 5}});
  EXPECT_EQ(
      Shown(draft.summary),
      (Figures{{"", 45}, {"mps", 45}, {"mps/A", -1}, {"mps/B", 7}, {"mps/C", 30}, {"mps/D", -1}}));
  EXPECT_EQ(draft.audit.exposed_before(), 0);
  EXPECT_EQ(draft.audit.tried(), draft.audit.safe());
  EXPECT_GT(draft.audit.hidden_with_them(), 0);
}

TEST_F(PublicDraftTest, WithoutSmallCountsNothingIsHidden) {
  const Drafted draft = Draft(Quarter(1), {{"A", 1, 5}, {"B", 1, 7}});
  EXPECT_EQ(Shown(draft.summary), (Figures{{"", 12}, {"mps", 12}, {"mps/A", 5}, {"mps/B", 7}}));
  EXPECT_EQ(draft.audit.hidden_small() + draft.audit.hidden_with_them(), 0);
}

TEST_F(PublicDraftTest, AYearDoesNotBetrayTheQuarterThatNobodyPublished) {
  const std::vector<Shots> shots = {{"A", 1, 10}, {"A", 2, 12}, {"A", 3, 8}, {"A", 4, 3},
                                    {"B", 1, 9},  {"B", 2, 9},  {"B", 3, 9}, {"B", 4, 20}};
  std::vector<EarlierSummary> earlier;
  for (const int quarter : {1, 2, 3}) {
    EarlierSummary one;
    one.name = "2026Q" + std::to_string(quarter) + "-1";
    one.summary = Draft(Quarter(quarter), shots).summary;
    EXPECT_EQ(Shown(one.summary)["mps/A"], quarter == 1 ? 10 : quarter == 2 ? 12 : 8);
    earlier.push_back(std::move(one));
  }
  const Drafted year = Draft(Period(v1::PERIOD_KIND_YEAR, 2026, 0), shots, earlier);
  EXPECT_EQ(year.audit.earlier_size(), 3);
  EXPECT_EQ(year.audit.tried(), year.audit.safe());
  // 33 would leave 3 for the fourth quarter; with B shown, the total would give it.
  Figures shown = Shown(year.summary);
  EXPECT_EQ(shown["mps/A"], -1);
  EXPECT_EQ(shown["mps/B"], -1);
  EXPECT_EQ(shown[""], 80);
  // Then the fourth quarter is issued, and must not betray it either.
  earlier.push_back({"2026-1", year.summary});
  const Drafted last = Draft(Quarter(4), shots, earlier);
  EXPECT_EQ(last.audit.tried(), last.audit.safe());
  EXPECT_EQ(Shown(last.summary)["mps/A"], -1);
  EXPECT_EQ(Shown(last.summary)["mps/B"], -1);
}

TEST_F(PublicDraftTest, ANewEditionDoesNotShowWhatTheOneBeforeHid) {
  const std::vector<Shots> shots = {{"A", 1, 3}, {"B", 1, 7}, {"C", 1, 30}, {"D", 1, 6}};
  const Drafted first = Draft(Quarter(1), shots);
  EXPECT_EQ(Shown(first.summary)["mps/D"], -1);
  // A late record makes B the smaller companion; but B was shown, so D stays hidden.
  const std::vector<Shots> later = {{"A", 1, 3}, {"B", 1, 7}, {"C", 1, 31}, {"D", 1, 9}};
  const Drafted second = Draft(Quarter(1), later, {{"2026Q1-1", first.summary}});
  EXPECT_EQ(
      Shown(second.summary),
      (Figures{{"", 50}, {"mps", 50}, {"mps/A", -1}, {"mps/B", 7}, {"mps/C", 31}, {"mps/D", -1}}));
  EXPECT_EQ(second.audit.tried(), second.audit.safe());
}

TEST_F(PublicDraftTest, WhatCameLateIsNoDifferenceOfTwoEditions) {
  const Drafted first = Draft(Quarter(1), {{"B", 1, 20}, {"C", 1, 30}});
  EXPECT_EQ(Shown(first.summary)[""], 50);
  // B and C are shown and have not changed, so 52 would tell that A has 2.
  const Drafted second =
      Draft(Quarter(1), {{"A", 1, 2}, {"B", 1, 20}, {"C", 1, 30}}, {{"2026Q1-1", first.summary}});
  EXPECT_EQ(Shown(second.summary),
            (Figures{{"", -1}, {"mps", -1}, {"mps/A", -1}, {"mps/B", 20}, {"mps/C", 30}}));
  EXPECT_EQ(second.audit.tried(), second.audit.safe());
}

TEST_F(PublicDraftTest, WhatWasHiddenWithASmallOneStaysHiddenWhenThatHasGrown) {
  const Drafted first = Draft(Quarter(1), {{"A", 1, 4}, {"B", 1, 8}, {"C", 1, 30}});
  EXPECT_EQ(Shown(first.summary)["mps/B"], -1);
  // Shown now, 8 would tell that A had 4 when 12 were left to both.
  const Drafted second =
      Draft(Quarter(1), {{"A", 1, 6}, {"B", 1, 8}, {"C", 1, 30}}, {{"2026Q1-1", first.summary}});
  Figures shown = Shown(second.summary);
  EXPECT_EQ(shown["mps/A"], -1);
  EXPECT_EQ(shown["mps/B"], -1);
  EXPECT_EQ(shown[""], 44);
}

TEST_F(PublicDraftTest, ADraftThatWouldBetrayASmallCountWhateverItHidesSaysSo) {
  // The first quarter was issued with 8, the year with 10, all of the first quarter. Then 2 turned
  // out to be of the second, and the third was issued without any. Without any in the fourth, the
  // second would be known.
  const std::vector<Shots> shots = {{"A", 1, 8}, {"A", 2, 2}};
  const v1::Period year = Period(v1::PERIOD_KIND_YEAR, 2026, 0);
  const Drafted fourth = Draft(Quarter(4), shots,
                               {{"2026-1", Draft(year, {{"A", 1, 10}}).summary},
                                {"2026Q1-1", Draft(Quarter(1), {{"A", 1, 8}}).summary},
                                {"2026Q3-1", Draft(Quarter(3), {{"A", 1, 8}}).summary}});
  EXPECT_GT(fourth.audit.exposed_by_draft(), 0);
}

TEST_F(PublicDraftTest, WhatWasIssuedBeforeCanBetrayWhatBecomesSmallByPolicy) {
  const std::vector<Shots> shots = {{"A", 1, 6}, {"B", 1, 30}};
  const Drafted first = Draft(Quarter(1), shots);
  const Drafted second =
      Draft(Quarter(1), shots, {{"2026Q1-1", first.summary}}, {.small_below = 10});
  EXPECT_GT(second.audit.exposed_before(), 0);
  EXPECT_EQ(second.audit.exposed_by_draft(), 0) << "it tells of it whether it is issued or not";
  EXPECT_EQ(Shown(second.summary)["mps/A"], -1);
}

TEST_F(PublicDraftTest, FiguresAreRoundedEachByItself) {
  const Drafted draft =
      Draft(Quarter(1), {{"A", 1, 7}, {"B", 1, 8}}, {}, {.small_below = 5, .rounding_base = 5});
  EXPECT_EQ(Shown(draft.summary), (Figures{{"", 15}, {"mps", 15}, {"mps/A", 5}, {"mps/B", 10}}));
}

TEST_F(PublicDraftTest, PeriodsThatOverlapAreCountedTogetherAndOthersAreNot) {
  std::vector<EarlierSummary> earlier(3);
  earlier[0].name = "12M2026Q3-1";
  *earlier[0].summary.mutable_period() =
      SpanOf(WindowOf(Period(v1::PERIOD_KIND_ROLLING_YEAR, 2026, 3), zone_));
  earlier[1].name = "2025Q4-1";
  *earlier[1].summary.mutable_period() =
      SpanOf(WindowOf(Period(v1::PERIOD_KIND_QUARTER, 2025, 4), zone_));
  earlier[2].name = "2025Q3-1";
  *earlier[2].summary.mutable_period() =
      SpanOf(WindowOf(Period(v1::PERIOD_KIND_QUARTER, 2025, 3), zone_));
  std::vector<std::string> labels;
  for (const Window& one : PublicWindowsOf(Quarter(2), zone_, earlier)) {
    labels.push_back(LabelOf(one.period));
  }
  EXPECT_EQ(labels,
            (std::vector<std::string>{"2026Q2", "12M2026Q3", "2025Q4", "2026Q1", "2026Q3"}));
  ASSERT_EQ(earlier.size(), 2U);
  EXPECT_EQ(earlier[0].name, "12M2026Q3-1");
  EXPECT_EQ(earlier[1].name, "2025Q4-1");
}

TEST_F(PublicDraftTest, AMonthIsTooShort) {
  EXPECT_EQ(PublicFaultOf(Quarter(1)), "");
  v1::Period month;
  month.set_kind(v1::PERIOD_KIND_MONTH);
  EXPECT_NE(PublicFaultOf(month), "");
}

}  // namespace
}  // namespace serieslink::summary
