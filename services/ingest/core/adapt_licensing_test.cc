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

TEST(AdaptLicensingTest, ALossKeepsItsDetails) {
  const AdaptedMessage adapted = AdaptText("kent", R"pb(
    licensing {
      report_id: "L-1"
      version: 4
      loss_kind: "STOLEN"
      lost: "2024-01-08/2024-01-10"
      notified: "2024-01-10"
      recorded: "2024-01-11"
      place { kind: "dwelling" }
      place_kind: "outbuilding"
      storage: "cabinet"
      holder_kind: "PRIVATE"
      certificate_kind: "SHOTGUN"
      certificate_force: "kent"
      certificate_token: "c"
      holder_token: "h"
      premises_token: "p"
      crime_references: "KENT 46/198233/24"
      crime_references: "46/198233/24"
      guns { reference: "1" is_complete: false }
      guns { reference: "2" }
      cancelled_as_found: true
      found: "2024-03"
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "kent" source_system: "NFLMS" source_id: "L-1" }
              source_version: 4
              kind: RECORD_KIND_LOSS
              event {
                kind: EVENT_KIND_LOSS
                occurred { text: "2024-01-08/2024-01-10" }
                reported { text: "2024-01-10" }
                recorded { text: "2024-01-11" }
                place { kind: "dwelling" }
                crime_references {
                  issuing_force: "kent"
                  year: 2024
                  number: "46/198233"
                  text: "KENT 46/198233/24"
                }
                loss {
                  kind: LOSS_KIND_STOLEN
                  holder_kind: HOLDER_KIND_PRIVATE
                  certificate_kind: "SHOTGUN"
                  certificate_force: "kent"
                  certificate_token: "c"
                  holder_token: "h"
                  premises_token: "p"
                  place_kind: "outbuilding"
                  storage: "cabinet"
                  notified { text: "2024-01-10" }
                  cancelled_as_found: true
                  found { text: "2024-03" }
                }
              }
              exhibits {
                exhibit_reference: "1"
                kind: EXHIBIT_KIND_DESCRIBED_GUN
                firearm { is_complete: false }
              }
              exhibits {
                exhibit_reference: "2"
                kind: EXHIBIT_KIND_DESCRIBED_GUN
                firearm {}
              }
              visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptLicensingTest, ALossCanBeOfAmmunitionAndKeepsItsInquiry) {
  const AdaptedMessage adapted = AdaptText("kent", R"pb(
    licensing {
      report_id: "L-2"
      loss_kind: "LOST"
      lost: "2024-01"
      former_ids { source_system: "OLD" source_id: "9" }
      items {
        kind: "AMMUNITION_LOT"
        quantity: 50
        legal_classes { legal_class: "SECTION_1" }
      }
      offences { code: "49" recorded: "2024-01-31" }
      inquiry {
        owning_unit: "CID"
        operation: "VIPER"
        flags { name: "x" }
        persons { token: "p" category: "HOLDER" }
        outcomes { decided: "2024-02" }
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "kent" source_system: "NFLMS" source_id: "L-2" }
              former_sources { agency: "kent" source_system: "OLD" source_id: "9" }
              kind: RECORD_KIND_LOSS
              event {
                kind: EVENT_KIND_LOSS
                occurred { text: "2024-01" }
                offences {
                  code: "49"
                  recorded { text: "2024-01-31" }
                }
                loss { kind: LOSS_KIND_LOST }
              }
              exhibits {
                kind: EXHIBIT_KIND_AMMUNITION_LOT
                quantity: 50
                legal_classes { legal_class: LEGAL_CLASS_SECTION_1 }
              }
              persons { person_token: "p" category: PERSON_CATEGORY_HOLDER }
              judicial_outcomes { decided { text: "2024-02" } }
              owning_unit: "CID"
              operation: "VIPER"
              flags { name: "x" }
              visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptLicensingTest, DatesOutOfOrderAreNamed) {
  EXPECT_THAT(
      Violations(AdaptText("kent", R"pb(
        licensing {
          report_id: "1"
          loss_kind: "LOST"
          lost: "2024-01-08"
          notified: "2024-01-10"
          recorded: "2024-01-09"
          guns {}
          offences { recorded: "2024-01-07" }
          inquiry { outcomes { decided: "2024-01-07" } }
        })pb")),
      ElementsAre("licensing.recorded DATE_ORDER", "licensing.offences[0].recorded DATE_ORDER",
                  "licensing.inquiry.outcomes[0].decided DATE_ORDER"));
}

TEST(AdaptLicensingTest, WhatWasFoundAgainIsALossThatIsCancelledAndNotBeforeIt) {
  EXPECT_THAT(Violations(AdaptText("kent", R"pb(
                licensing {
                  report_id: "1"
                  loss_kind: "LOST"
                  lost: "2024-01-08"
                  guns {}
                  found: "2024-01-07"
                })pb")),
              ElementsAre("licensing.found DATE_ORDER", "licensing.found FIELD_INVALID"));
}

TEST(AdaptLicensingTest, NoneOfAnItemIsRefusedAndSoIsAPartThatIsAWholeGun) {
  const AdaptedMessage adapted = AdaptText("kent", R"pb(
    licensing {
      report_id: "L-3"
      loss_kind: "LOST"
      items { reference: "1" kind: "AMMUNITION_LOT" quantity: 0 }
      items { reference: "2" kind: "GUN_PART" quantity: -1 }
      items { reference: "3" kind: "GUN" }
    })pb");
  EXPECT_THAT(Violations(adapted), ElementsAre("licensing.items[0].quantity FIELD_INVALID",
                                               "licensing.items[1].quantity FIELD_INVALID",
                                               "licensing.items[2].kind FIELD_INVALID"));
}

TEST(AdaptLicensingTest, RefusalsNameItsOwnFields) {
  EXPECT_THAT(Violations(AdaptText("kent", "licensing { report_id: '1' }")),
              ElementsAre("licensing.loss_kind FIELD_MISSING", "licensing.guns FIELD_MISSING"));
  EXPECT_THAT(Violations(AdaptText("kent", R"pb(
                licensing {
                  report_id: "1"
                  loss_kind: "BORROWED"
                  lost: "2024-02"
                  notified: "2024-01"
                  recorded: "2023"
                  guns {}
                })pb")),
              ElementsAre("licensing.loss_kind FIELD_INVALID", "licensing.notified DATE_ORDER",
                          "licensing.recorded DATE_ORDER"));
}

}  // namespace
}  // namespace serieslink::ingest
