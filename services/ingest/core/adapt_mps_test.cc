#include "absl/strings/str_cat.h"
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

TEST(AdaptMpsTest, ACrimeGoesUnderItsOwnNumber) {
  const AdaptedMessage adapted = AdaptText("mps", R"pb(
    mps {
      report_number: "2803303/17"
      version: 1
      report_type: "CRIME"
      crime_number: "2803303/17"
      other_references: "BTP B-661/17"
      other_references: "MPS 2803303/2017"
      committed: "2017-03-18T02:15"
      reported: "2017-03-18"
      recorded: "2017-03-19"
      venue { borough_code: "E09000014" is_unknown: true }
      classifications { code: "5D" }
      firearm_features: "FIRED"
      shots { fired: "Y" }
      injury: "NONE"
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(
      ShowRecord(adapted.record), NormalRecord(R"pb(
        source { agency: "mps" source_system: "CRIS" source_id: "2803303/17" }
        source_version: 1
        kind: RECORD_KIND_INCIDENT
        event {
          kind: EVENT_KIND_INCIDENT
          occurred { text: "2017-03-18T02:15" }
          reported { text: "2017-03-18" }
          recorded { text: "2017-03-19" }
          place { borough_code: "E09000014" is_unknown: true }
          crime_references { issuing_force: "mps" year: 2017 number: "2803303" text: "2803303/17" }
          crime_references { issuing_force: "btp" year: 2017 number: "B-661" text: "BTP B-661/17" }
          offences { code: "5D" }
          firearm_uses: FIREARM_USE_FIRED
          discharge { discharged: TRISTATE_YES }
          injury: INJURY_NONE
        }
        visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptMpsTest, ARecoveryCitesTheCrimeItWasMadeUnder) {
  const AdaptedMessage adapted = AdaptText("mps", R"pb(
    mps {
      system: "CONNECT"
      report_number: "2801101/17-R"
      report_type: "RECOVERY"
      former_numbers { source_system: "CRIS" source_id: "2801101/17-R" }
      crime_number: "2801101/17"
      circumstances: "warrant"
      guns {
        reference: "G1"
        serials { text: "XKR417" }
      }
      guns {
        reference: "G2"
        serials { text: "ground off" legibility: "OBLITERATED" }
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "mps" source_system: "CONNECT" source_id: "2801101/17-R" }
              former_sources { agency: "mps" source_system: "CRIS" source_id: "2801101/17-R" }
              kind: RECORD_KIND_RECOVERY
              event {
                kind: EVENT_KIND_RECOVERY
                inquiry_references {
                  issuing_force: "mps"
                  year: 2017
                  number: "2801101"
                  text: "2801101/17"
                }
                recovery { circumstances: "warrant" }
              }
              exhibits {
                exhibit_reference: "G1"
                kind: EXHIBIT_KIND_GUN
                firearm { serials { text: "XKR417" } }
              }
              exhibits {
                exhibit_reference: "G2"
                kind: EXHIBIT_KIND_GUN
                firearm { serials { text: "ground off" legibility: SERIAL_LEGIBILITY_OBLITERATED } }
              }
              visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptMpsTest, ALossDescribesItsGuns) {
  const AdaptedMessage adapted = AdaptText("mps", R"pb(
    mps {
      report_number: "1/17"
      report_type: "LOSS"
      loss_kind: "STOLEN"
      guns { make: "CZ" }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(adapted.record.event().loss().kind(), record::v1::LOSS_KIND_STOLEN);
  EXPECT_EQ(adapted.record.exhibits(0).kind(), record::v1::EXHIBIT_KIND_DESCRIBED_GUN);
}

TEST(AdaptMpsTest, DatesOutOfOrderAreNamed) {
  EXPECT_THAT(Violations(AdaptText("mps", R"pb(
                mps {
                  report_number: "1/17"
                  report_type: "CRIME"
                  committed: "2017-03-18"
                  reported: "2017-03-20"
                  recorded: "2017-03-19"
                  classifications { recorded: "2017-03-17" }
                  inquiry { outcomes { decided: "2017-03-17" } }
                })pb")),
              ElementsAre("mps.recorded DATE_ORDER", "mps.classifications[0].recorded DATE_ORDER",
                          "mps.inquiry.outcomes[0].decided DATE_ORDER"));
}

TEST(AdaptMpsTest, RefusalsNameItsOwnFields) {
  const AdaptedMessage adapted = AdaptText("mps", R"pb(
    mps {
      report_type: "INCIDENT"
      crime_number: "/17"
      committed: "2017-13"
      venue { borough_code: "E9" ward_code: "E050" }
      classifications { recorded: "?" }
    })pb");
  EXPECT_THAT(Violations(adapted),
              ElementsAre("mps.report_number FIELD_MISSING", "mps.report_type FIELD_INVALID",
                          "mps.crime_number FIELD_INVALID", "mps.committed DATE_MALFORMED",
                          "mps.venue.ward_code FIELD_INVALID",
                          "mps.classifications[0].recorded DATE_MALFORMED"));
}

}  // namespace
}  // namespace serieslink::ingest
