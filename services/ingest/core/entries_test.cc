#include "services/ingest/core/entries.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapt_testing.h"

// What the entries that feeds share must not say, in a message of a force.
namespace serieslink::ingest {
namespace {

using testing::AdaptText;
using ::testing::IsEmpty;
using testing::Refusal;
using testing::Violations;

TEST(EntriesTest, ARecoveryMayTellOfAnOlderCrime) {
  EXPECT_THAT(Violations(AdaptText("kent", R"pb(
                force {
                  system: "N"
                  record_id: "1"
                  record_type: "RECOVERY"
                  occurred: "2020-03-18"
                  offences { recorded: "2017-03-18" }
                  guns {
                    custody { from: "2001" until: "2016" }
                    legal_classes { as_of: "1968" }
                  }
                  inquiry { outcomes { decided: "2018-01" } }
                })pb")),
              IsEmpty());
}

TEST(EntriesTest, WhatIsNoContradictionIsTaken) {
  for (const std::string_view more :
       {"shots { fired: 'N' count: 0 lethal_barrelled: 'N' at: 'UNKNOWN' at: 'n/a' }",
        "shots { count: 5 at: 'AIR' }",
        "place { is_unknown: true borough_code: 'E09000014' police_force: 'kent' }",
        "marking { grading_scheme: '3X5X2' handling_code: 'C' handling_conditions: 'ask' }",
        "marking { grading_scheme: '3X5X2' handling_code: 'P' }",
        "marking { grading_scheme: '4X4' handling_code: 'C' }"}) {
    EXPECT_THAT(
        Violations(AdaptText("kent", absl::StrCat("force { system: 'N' record_id: '1' record_type: "
                                                  "'INCIDENT' ",
                                                  AbslView(more), "}"))),
        IsEmpty())
        << more;
  }
}

TEST(EntriesTest, AnOrderSaysWhichDatesComeFirst) {
  const AdaptedMessage adapted =
      AdaptText("kent",
                "force { system: 'N' record_id: '1' record_type: 'INCIDENT' occurred: '2017-03-18' "
                "reported: '2017-03-19' recorded: '2017-03-17' }");
  ASSERT_EQ(adapted.violations.size(), 1U);
  EXPECT_EQ(adapted.violations[0].description(),
            "is before occurred and reported, which must precede it");
}

class EntryRefusals : public ::testing::TestWithParam<Refusal> {};

TEST_P(EntryRefusals, SayWhatIsWrong) {
  const AdaptedMessage adapted = AdaptText(
      "kent",
      absl::StrCat("force { system: 'N' record_id: '1' ", AbslView(GetParam().message), "}"));
  EXPECT_EQ(Violations(adapted), GetParam().violations);
}

INSTANTIATE_TEST_SUITE_P(
    All, EntryRefusals,
    ::testing::Values(
        Refusal{
            "OffenceAndCourtBeforeTheIncident",
            "record_type: 'INCIDENT' occurred: '2017-03-18' offences { recorded: '2017-03-17' } "
            "inquiry { outcomes { decided: '2017-02' } }",
            {"force.offences[0].recorded DATE_ORDER",
             "force.inquiry.outcomes[0].decided DATE_ORDER"}},
        Refusal{"CourtBeforeTheLoss",
                "record_type: 'LOSS' loss_kind: 'STOLEN' occurred: '2017-03-18/..' "
                "inquiry { outcomes { decided: '2017-02' } }",
                {"force.inquiry.outcomes[0].decided DATE_ORDER"}},
        Refusal{"CasesHeldBeforeTheyWereLeft",
                "record_type: 'INCIDENT' occurred: '2017-03-18' items { kind: 'CASE_GROUP' custody "
                "{ from: '2017-03-17' } custody { until: '2017-03-17' } }",
                {"force.items[0].custody[0].from DATE_ORDER",
                 "force.items[0].custody[1].until DATE_ORDER"}},
        Refusal{"ShotsThatWereNotFired",
                "record_type: 'INCIDENT' shots { fired: 'N' count: 5 at: 'PERSON' }",
                {"force.shots.count FIELD_INVALID", "force.shots.at FIELD_INVALID",
                 "force.shots.fired FIELD_INVALID"}},
        Refusal{"CoordinatesOfAnUnknownPlace",
                "record_type: 'INCIDENT' place { is_unknown: true latitude_degrees: 51 "
                "longitude_degrees: 0 }",
                {"force.place.latitude_degrees FIELD_INVALID",
                 "force.place.longitude_degrees FIELD_INVALID",
                 "force.place.is_unknown FIELD_INVALID"}},
        Refusal{"WardOfAnUnknownPlace",
                "record_type: 'INCIDENT' place { is_unknown: true ward_code: 'E05000276' "
                "lsoa_code: 'E01002050' }",
                {"force.place.ward_code FIELD_INVALID", "force.place.lsoa_code FIELD_INVALID",
                 "force.place.is_unknown FIELD_INVALID"}},
        Refusal{"ConditionsNotStated",
                "record_type: 'INCIDENT' marking { grading_scheme: '3X5X2' handling_code: 'C' "
                "handling_conditions: ' ' }",
                {"force.marking.handling_conditions FIELD_MISSING"}}),
    testing::RefusalName);

}  // namespace
}  // namespace serieslink::ingest
