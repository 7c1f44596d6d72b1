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
using testing::UnknownCodes;
using testing::Violations;

TEST(AdaptBorderForceTest, ASeizureKeepsItsConsignment) {
  const AdaptedMessage adapted = AdaptText("border_force", R"pb(
    border_force {
      seizure_number: "S-1"
      version: 1
      seized: "2024-05-01"
      recorded: "2024-05-02"
      place { kind: "postal hub" }
      consignment_id: "RR1"
      mode: "POST"
      port_code: "GBLHR"
      declared_origin: "TR"
      true_origin: "BG"
      transit: "RO"
      transit: "Moon"
      transit: "DE"
      carrier: "post"
      detection_method: "X-ray"
      concealment: "toy"
      destination: "Leeds"
      sister_seizures { source_id: "S-2" }
      items { kind: "GUN_PART" part_kind: "slide" }
      crime_references: "WYP 77/24"
      inquiry { operation: "OP" }
      marking { visibility: "OPEN" }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_THAT(UnknownCodes(adapted), ElementsAre("border_force.transit[1]=Moon"));
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "border_force" source_system: "SEIZURES" source_id: "S-1" }
              source_version: 1
              kind: RECORD_KIND_BORDER_SEIZURE
              event {
                kind: EVENT_KIND_BORDER_SEIZURE
                occurred { text: "2024-05-01" }
                recorded { text: "2024-05-02" }
                place { kind: "postal hub" }
                crime_references { issuing_force: "wyp" year: 2024 number: "77" text: "WYP 77/24" }
                consignment {
                  consignment_id: "RR1"
                  mode: TRANSPORT_MODE_POST
                  port_code: "GBLHR"
                  declared_origin: "TR"
                  true_origin: "BG"
                  transit: "RO"
                  transit: "DE"
                  carrier: "post"
                  detection_method: "X-ray"
                  concealment: "toy"
                  destination: "Leeds"
                  sister_consignments {
                    agency: "border_force"
                    source_system: "SEIZURES"
                    source_id: "S-2"
                  }
                }
              }
              exhibits { kind: EXHIBIT_KIND_GUN_PART part_kind: "slide" }
              operation: "OP"
              unknown_codes { field: "border_force.transit[1]" code: "Moon" }
              visibility: VISIBILITY_OPEN)pb"));
}

TEST(AdaptBorderForceTest, RefusalsNameItsOwnFields) {
  const AdaptedMessage adapted = AdaptText("border_force", R"pb(
    border_force {
      seized: "2024-05-02"
      recorded: "2024-05-01"
      consignment_id: "a\001"
      sister_seizures {}
      crime_references: "77/24"
    })pb");
  EXPECT_THAT(
      Violations(adapted),
      ElementsAre("border_force.seizure_number FIELD_MISSING", "border_force.recorded DATE_ORDER",
                  "border_force.consignment_id FIELD_INVALID",
                  "border_force.sister_seizures[0].source_id FIELD_MISSING",
                  "border_force.crime_references[0] FIELD_INVALID"));
}

}  // namespace
}  // namespace serieslink::ingest
