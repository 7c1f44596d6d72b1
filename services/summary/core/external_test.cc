#include "services/summary/core/external.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/time_util.h"
#include "services/summary/core/measures.h"

namespace serieslink::summary {
namespace {

using record::v1::Statistic;

absl::TimeZone LondonTime() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &zone));
  return zone;
}

std::int64_t SecondsOf(absl::CivilDay day) {
  return absl::ToUnixSeconds(absl::FromCivil(absl::CivilSecond(day), LondonTime()));
}

Statistic StatisticOf(const std::string& text, absl::CivilDay first, absl::CivilDay last) {
  Statistic statistic;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &statistic)) << text;
  statistic.mutable_period()->mutable_earliest()->set_seconds(SecondsOf(first));
  statistic.mutable_period()->mutable_latest()->set_seconds(SecondsOf(last + 1) - 1);
  return statistic;
}

Statistic Residents(const std::string& band, double value, int year = 2025,
                    const std::string& more = "") {
  Statistic statistic = StatisticOf(
      "series: 'mye' source: 'S' kind: STATISTIC_KIND_POPULATION unit: 'residents' "
      "area_kind: AREA_KIND_BOROUGH area_code: 'E09000014' " +
          more,
      absl::CivilDay(year, 6, 30), absl::CivilDay(year, 6, 30));
  statistic.set_age_band(band);
  statistic.set_value(value);
  return statistic;
}

class ExternalTest : public testing::Test {
 protected:
  ExternalTest() {
    v1::Period period;
    period.set_kind(v1::PERIOD_KIND_QUARTER);
    period.set_year(2026);
    period.set_quarter(3);
    for (const v1::Period& one : ComparedPeriods(period)) {
      windows_.push_back(WindowOf(one, LondonTime()));
    }
  }

  static EventFacts Shooting(absl::CivilDay day, const std::vector<std::string>& victims) {
    EventFacts event;
    event.kind = record::v1::EVENT_KIND_INCIDENT;
    event.occurred = {SecondsOf(day), SecondsOf(day + 1) - 1};
    event.uses = Bit(record::v1::FIREARM_USE_FIRED);
    event.borough = "E09000014";
    event.police_force = "mps";
    int token = 0;
    for (const std::string& band : victims) {
      event.persons.push_back({.token = std::to_string(++token),
                               .category = record::v1::PERSON_CATEGORY_VICTIM,
                               .age_band = band});
    }
    return event;
  }

  v1::GetSummaryResponse Filled(const std::vector<Statistic>& statistics,
                                const std::vector<EventFacts>& events) const {
    ExternalTally tally(windows_, LondonTime());
    for (const EventFacts& event : events) tally.AddEvent(event);
    for (const Statistic& statistic : statistics) tally.AddStatistic(statistic, "mopac");
    v1::GetSummaryResponse response;
    tally.Fill(response);
    return response;
  }

  std::vector<Window> windows_;
};

TEST(AgeBandTest, ABandIsWithinAnotherApartOrNeither) {
  EXPECT_EQ(RelationOf("15-19", "15-19"), BandRelation::kWithin);
  EXPECT_EQ(RelationOf("15-19", "10-24"), BandRelation::kWithin);
  EXPECT_EQ(RelationOf("60+", "50+"), BandRelation::kWithin);
  EXPECT_EQ(RelationOf("15-19", ""), BandRelation::kWithin) << "all ages";
  EXPECT_EQ(RelationOf("15-19", "20-24"), BandRelation::kApart);
  EXPECT_EQ(RelationOf("60+", "10-24"), BandRelation::kApart);
  EXPECT_EQ(RelationOf("15-19", "18-24"), BandRelation::kMayBeWithin);
  EXPECT_EQ(RelationOf("15+", "10-24"), BandRelation::kMayBeWithin);
  EXPECT_EQ(RelationOf("", "10-24"), BandRelation::kMayBeWithin);
  EXPECT_EQ(RelationOf("UNKNOWN", "10-24"), BandRelation::kMayBeWithin);
  EXPECT_EQ(RelationOf("19-15", "10-24"), BandRelation::kMayBeWithin) << "no band";
}

TEST_F(ExternalTest, RiskIsVictimsForEachThousandResidentsOfTheirBand) {
  const auto response =
      Filled({Residents("15-24", 32'000), Residents("25+", 200'000)},
             {Shooting(absl::CivilDay(2026, 7, 1), {"15-19", "20-24", "40-49", "", "20-29"}),
              Shooting(absl::CivilDay(2026, 9, 30), {"15-24"}),
              Shooting(absl::CivilDay(2026, 6, 30), {"15-24"})});
  ASSERT_EQ(response.risks_size(), 2);
  const v1::RiskFigure& young = response.risks(0);
  EXPECT_EQ(young.measure_id(), "victims.risk");
  EXPECT_EQ(young.residents().age_band(), "15-24");
  EXPECT_EQ(young.residents().area_name(), "Haringey");
  EXPECT_EQ(young.residents().last_day(), "2025-06-30");
  EXPECT_EQ(young.victims(), 3);
  EXPECT_EQ(young.possible_victims(), 2) << "one of no band, one who may be older";
  EXPECT_DOUBLE_EQ(young.per_thousand(), 0.0938) << "3 of 32,000";
  // Garwood's interval of 3: 0.6187 to 8.7673.
  EXPECT_DOUBLE_EQ(young.low(), 0.0193);
  EXPECT_DOUBLE_EQ(young.high(), 0.2740);
  EXPECT_EQ(response.risks(1).victims(), 1);
}

TEST_F(ExternalTest, WhatIsNotCertainIsBesideTheRisk) {
  EventFacts straddling = Shooting(absl::CivilDay(2026, 7, 1), {"15-24"});
  straddling.occurred.earliest_s -= 86'400;
  EventFacts unsure = Shooting(absl::CivilDay(2026, 8, 1), {"15-24"});
  unsure.uses = 0;
  EventFacts possession = unsure;
  possession.uses = Bit(record::v1::FIREARM_USE_POSSESSION);
  EventFacts elsewhere = Shooting(absl::CivilDay(2026, 8, 1), {"15-24"});
  elsewhere.borough = "E09000012";
  EventFacts repeated = Shooting(absl::CivilDay(2026, 8, 2), {"15-24"});
  repeated.persons.push_back(repeated.persons.front());
  const auto response =
      Filled({Residents("15-24", 1000)}, {straddling, unsure, possession, elsewhere, repeated});
  ASSERT_EQ(response.risks_size(), 1);
  EXPECT_EQ(response.risks(0).victims(), 1) << "a person of two lists is one";
  EXPECT_EQ(response.risks(0).possible_victims(), 2);
  EXPECT_FALSE(Filled({Residents("15-24", 0)}, {repeated}).risks(0).has_per_thousand());
}

TEST_F(ExternalTest, ResidentsAreTheLatestThatWereCountedBeforeThePeriodsEnd) {
  std::vector<Statistic> statistics = {Residents("15-24", 1, 2024), Residents("15-24", 2, 2026),
                                       Residents("15-24", 3, 2025), Residents("15-24", 4, 2027)};
  for (int order = 0; order < 2; ++order) {
    const auto response = Filled(statistics, {});
    ASSERT_EQ(response.risks_size(), 1);
    EXPECT_EQ(response.risks(0).residents().value(), 2);
    ASSERT_EQ(response.external_figures_size(), 1);
    std::reverse(statistics.begin(), statistics.end());
  }
}

TEST_F(ExternalTest, WardsOfOtherBoundaryYearsAreOtherWards) {
  EventFacts event = Shooting(absl::CivilDay(2026, 8, 1), {"15-24"});
  event.ward = "E05000276@2018";
  Statistic residents = Residents("15-24", 1000);
  residents.set_area_kind(type::v1::AREA_KIND_WARD);
  residents.set_area_code("E05000276");
  residents.set_boundary_year(2022);
  EXPECT_EQ(Filled({residents}, {event}).risks(0).victims(), 0);
  residents.set_boundary_year(2018);
  EXPECT_EQ(Filled({residents}, {event}).risks(0).victims(), 1);
}

TEST_F(ExternalTest, FiguresOfThePeriodsAreShownInOrder) {
  const auto survey = [](absl::CivilDay first, absl::CivilDay last, double value) {
    Statistic statistic = StatisticOf(
        "series: 'pas' source: 'S' kind: STATISTIC_KIND_SURVEY_SHARE unit: '%' low: 1 high: 99 "
        "sample_size: 400 sample_size_minimum: 100",
        first, last);
    statistic.set_value(value);
    return statistic;
  };
  const auto response =
      Filled({survey(absl::CivilDay(2026, 7, 1), absl::CivilDay(2026, 9, 30), 31),
              survey(absl::CivilDay(2026, 4, 1), absl::CivilDay(2026, 6, 30), 30),
              survey(absl::CivilDay(2025, 9, 30), absl::CivilDay(2025, 12, 31), 29),
              survey(absl::CivilDay(2026, 1, 1), absl::CivilDay(2026, 3, 31), 28)},
             {});
  std::vector<double> values;
  for (const v1::ExternalFigure& figure : response.external_figures()) {
    values.push_back(figure.value());
  }
  EXPECT_THAT(values, testing::ElementsAre(29, 30, 31)) << "in none of the periods is 28";
  EXPECT_EQ(response.external_figures(0).first_day(), "2025-09-30");
  EXPECT_EQ(response.external_figures(0).sample_size(), 400);
  EXPECT_EQ(response.external_figures(0).agency(), "mopac");
  EXPECT_EQ(response.risks_size(), 0);
}

TEST_F(ExternalTest, MoreThanAnAnswerHoldsAreCounted) {
  std::vector<Statistic> statistics;
  for (int i = 0; i < 2'003; ++i) {
    statistics.push_back(
        StatisticOf("series: 'S" + std::to_string(i) +
                        "' source: 'S' kind: STATISTIC_KIND_COUNT unit: 'offences'",
                    absl::CivilDay(2026, 7, 1), absl::CivilDay(2026, 7, 31)));
  }
  const auto response = Filled(statistics, {});
  EXPECT_EQ(response.external_figures_size(), 2'000);
  EXPECT_EQ(response.external_figures_left_out(), 3);
}

}  // namespace
}  // namespace serieslink::summary
