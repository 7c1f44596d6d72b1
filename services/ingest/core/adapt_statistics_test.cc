#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapt_testing.h"

namespace serieslink::ingest {
namespace {

using testing::AdaptText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::NormalRecord;
using testing::ShowRecord;
using testing::Violations;

TEST(AdaptStatisticsTest, AShareOfAnswersKeepsWhatItRestsOn) {
  const AdaptedMessage adapted = AdaptText("mopac", R"pb(
    statistics {
      system: "PAS"
      record_id: "worry/E09000014/2023Q2"
      version: 2
      series: "pas.worried_about_gun_crime"
      title: "Worried about gun crime"
      source: "Public Attitude Survey, 2023"
      kind: "SURVEY_SHARE"
      unit: "% of respondents"
      period: "2023-04-01/2023-06-30"
      area_kind: "BOROUGH"
      area_code: "E09000014"
      boundary_year: 2022
      age_band: "16-24"
      value: 31.5
      low: 27
      high: 36
      sample_size: 401
      sample_size_minimum: 100
      marking { visibility: "OPEN" }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "mopac" source_system: "PAS" source_id: "worry/E09000014/2023Q2" }
              source_version: 2
              kind: RECORD_KIND_STATISTIC
              visibility: VISIBILITY_OPEN
              statistic {
                series: "pas.worried_about_gun_crime"
                title: "Worried about gun crime"
                source: "Public Attitude Survey, 2023"
                kind: STATISTIC_KIND_SURVEY_SHARE
                unit: "% of respondents"
                period { text: "2023-04-01/2023-06-30" }
                area_kind: AREA_KIND_BOROUGH
                area_code: "E09000014"
                boundary_year: 2022
                age_band: "16-24"
                value: 31.5
                low: 27
                high: 36
                sample_size: 401
                sample_size_minimum: 100
              })pb"));
}

constexpr char kCount[] = R"pb(
  statistics {
    system: "S"
    record_id: "1"
    series: "knife"
    source: "Force"
    kind: "COUNT"
    unit: "offences"
    period: "2023-04"
    value: 12
  })pb";

// Of that with other fields.
std::vector<std::string> ViolationsWith(const std::string& more) {
  feed::v1::FeedMessage message = testing::Parse(kCount);
  EXPECT_TRUE(
      google::protobuf::TextFormat::MergeFromString("statistics { " + more + " }", &message))
      << more;
  return Violations(Adapt(message, {.agency = "mps", .received_time = testing::ReceivedTime()}));
}

TEST(AdaptStatisticsTest, ACellBelowTheSurveysDesignIsRefusedByName) {
  EXPECT_THAT(ViolationsWith(""), IsEmpty());
  const std::string share = "kind: 'SURVEY_SHARE' value: 40 sample_size_minimum: 100 ";
  EXPECT_THAT(ViolationsWith(share + "sample_size: 100"), IsEmpty());
  EXPECT_THAT(ViolationsWith(share + "sample_size: 99"),
              ElementsAre("statistics.sample_size FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("kind: 'SURVEY_SHARE'"),
              ElementsAre("statistics.sample_size FIELD_MISSING",
                          "statistics.sample_size_minimum FIELD_MISSING"));
  EXPECT_THAT(ViolationsWith("sample_size: -1"),
              ElementsAre("statistics.sample_size FIELD_INVALID"));
}

TEST(AdaptStatisticsTest, EveryBadFieldIsNamed) {
  EXPECT_THAT(Violations(AdaptText("mps", "statistics {}")),
              ElementsAre("statistics.system FIELD_MISSING", "statistics.record_id FIELD_MISSING",
                          "statistics.series FIELD_MISSING", "statistics.source FIELD_MISSING",
                          "statistics.kind FIELD_MISSING", "statistics.unit FIELD_MISSING",
                          "statistics.period FIELD_MISSING", "statistics.value FIELD_MISSING"));
  EXPECT_THAT(ViolationsWith("value: 12.5"), ElementsAre("statistics.value FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("value: -1"), ElementsAre("statistics.value FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("value: nan"), ElementsAre("statistics.value FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("value: inf"), ElementsAre("statistics.value FIELD_INVALID"));
  EXPECT_THAT(
      ViolationsWith("kind: 'SURVEY_SHARE' sample_size: 9 sample_size_minimum: 1 value: 101"),
      ElementsAre("statistics.value FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("low: 12.5 high: 13"), ElementsAre("statistics.low FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("low: 1 high: 11"), ElementsAre("statistics.high FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("low: 1"), ElementsAre("statistics.high FIELD_MISSING"));
  EXPECT_THAT(ViolationsWith("area_code: 'E09000014'"),
              ElementsAre("statistics.area_code FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("area_kind: 'BOROUGH'"),
              ElementsAre("statistics.area_code FIELD_MISSING"));
  EXPECT_THAT(ViolationsWith("area_kind: 'BOROUGH' area_code: 'E0900014'"),
              ElementsAre("statistics.area_code FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("area_kind: 'WARD' area_code: 'Haringey'"),
              ElementsAre("statistics.area_code FIELD_INVALID"));
  EXPECT_THAT(ViolationsWith("area_kind: 'FORCE' area_code: 'mps'"), IsEmpty());
  EXPECT_THAT(ViolationsWith("kind: 'POPULATION' value: 12 age_band: '10-15'"), IsEmpty());
}

}  // namespace
}  // namespace serieslink::ingest
