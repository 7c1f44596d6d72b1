#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapt_testing.h"
#include "services/ingest/core/limits.h"

namespace serieslink::ingest {
namespace {

using testing::AdaptText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::NormalRecord;
using testing::Refusal;
using testing::ShowRecord;
using testing::UnknownCodes;
using testing::Violations;

TEST(AdaptNabisTest, AnEvent) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "EV~7741"
      version: 2
      event {
        event_type: "INCIDENT"
        crime_references: "MPS 2803303/17"
        occurred: "2017-03-17/2017-03-18"
        place { police_force: "mps" }
        offence { code: "5D" }
        shots { fired: "Y" }
        injury: "FATAL"
      }
      marking { visibility: "OPEN" }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "nabis" source_system: "NABIS" source_id: "EV~7741" }
              source_version: 2
              kind: RECORD_KIND_INCIDENT
              event {
                kind: EVENT_KIND_INCIDENT
                occurred { text: "2017-03-17/2017-03-18" }
                place { police_force: "mps" }
                crime_references {
                  issuing_force: "mps"
                  year: 2017
                  number: "2803303"
                  text: "MPS 2803303/17"
                }
                offences { code: "5D" }
                discharge { discharged: TRISTATE_YES }
                injury: INJURY_FATAL
              }
              visibility: VISIBILITY_OPEN)pb"));
}

TEST(AdaptNabisTest, AnEventKeepsItsUseAndEveryOffence) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "EV~2"
      former_ids { source_system: "OLD" source_id: "7" }
      event {
        event_type: "INCIDENT"
        occurred: "2017-03-18"
        reported: "2017-03-18"
        recorded: "2017-03-19"
        offence { code: "5D" }
        offences { code: "8F" recorded: "2017-03-18" }
        offences { code: "81" }
        firearm_uses: "FIRED"
        firearm_uses: "THREAT"
      }
      inquiry { outcomes { decided: "2018" } }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "nabis" source_system: "NABIS" source_id: "EV~2" }
              former_sources { agency: "nabis" source_system: "OLD" source_id: "7" }
              kind: RECORD_KIND_INCIDENT
              event {
                kind: EVENT_KIND_INCIDENT
                occurred { text: "2017-03-18" }
                reported { text: "2017-03-18" }
                recorded { text: "2017-03-19" }
                offences {
                  code: "8F"
                  recorded { text: "2017-03-18" }
                }
                offences { code: "81" }
                offences { code: "5D" }
                firearm_uses: FIREARM_USE_FIRED
                firearm_uses: FIREARM_USE_THREAT
              }
              judicial_outcomes { decided { text: "2018" } }
              visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptNabisTest, ADisposalSaysWhatBecameOfItsItems) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "EV~3"
      event {
        event_type: "DISPOSAL"
        occurred: "2019-05"
        disposal_kind: "DESTROYED"
        disposal_authority: "hub"
        guns {
          reference: "G"
          same_items { source_id: "EX~9001" }
        }
        items {
          reference: "P"
          kind: "GUN_PART"
          legal_classes { legal_class: "COMPONENT_PART" }
        }
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "nabis" source_system: "NABIS" source_id: "EV~3" }
              kind: RECORD_KIND_DISPOSAL
              event {
                kind: EVENT_KIND_DISPOSAL
                occurred { text: "2019-05" }
                disposal { kind: DISPOSAL_KIND_DESTROYED authority: "hub" }
              }
              exhibits {
                exhibit_reference: "G"
                kind: EXHIBIT_KIND_GUN
                firearm {}
                relations {
                  kind: EXHIBIT_RELATION_KIND_SAME_ITEM
                  exhibit { agency: "nabis" source_system: "NABIS" source_id: "EX~9001" }
                }
              }
              exhibits {
                exhibit_reference: "P"
                kind: EXHIBIT_KIND_GUN_PART
                legal_classes { legal_class: LEGAL_CLASS_COMPONENT_PART }
              }
              visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptNabisTest, EachKindOfEventKeepsItsOwnDetails) {
  const AdaptedMessage surrender = AdaptText(
      "nabis", "nabis { entry_id: '1' event { event_type: 'SURRENDER' campaign: 'amnesty' } }");
  EXPECT_THAT(Violations(surrender), IsEmpty());
  EXPECT_EQ(surrender.record.event().surrender().campaign(), "amnesty");
  const AdaptedMessage loss = AdaptText(
      "nabis", "nabis { entry_id: '1' event { event_type: 'LOSS' loss_kind: 'STOLEN' } }");
  EXPECT_THAT(Violations(loss), IsEmpty());
  EXPECT_EQ(loss.record.event().loss().kind(), record::v1::LOSS_KIND_STOLEN);
  EXPECT_THAT(
      Violations(AdaptText("nabis", "nabis { entry_id: '1' event { event_type: 'LOSS' } }")),
      IsEmpty())
      << "the registry need not know which";
  const AdaptedMessage missing = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "LOSS~7"
      event {
        event_type: "LOSS"
        loss_kind: "LOST"
        crime_references: "KENT 46/17"
        guns {
          reference: "A"
          make: "Glock"
          serials { text: "ABC123" part: "FRAME" }
        }
        items { reference: "B" kind: "GUN_PART" part_kind: "barrel" quantity: 2 }
      }
    })pb");
  EXPECT_THAT(Violations(missing), IsEmpty());
  ASSERT_EQ(missing.record.exhibits_size(), 2);
  EXPECT_EQ(missing.record.exhibits(0).kind(), record::v1::EXHIBIT_KIND_DESCRIBED_GUN);
  EXPECT_EQ(missing.record.exhibits(0).firearm().serials(0).text(), "ABC123");
  EXPECT_EQ(missing.record.exhibits(1).kind(), record::v1::EXHIBIT_KIND_GUN_PART);
  EXPECT_EQ(missing.record.event().crime_references(0).issuing_force(), "kent");
  const AdaptedMessage recovery =
      AdaptText("nabis",
                "nabis { entry_id: '1' event { event_type: 'RECOVERY' circumstances: 'warrant' "
                "criminal_circumstances: 'Y' } }");
  EXPECT_THAT(Violations(recovery), IsEmpty());
  EXPECT_EQ(recovery.record.event().recovery().circumstances(), "warrant");
  EXPECT_EQ(recovery.record.event().recovery().is_criminal(), record::v1::TRISTATE_YES);
}

TEST(AdaptNabisTest, APartCanBeDescribedInBothEntries) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "EX~5"
      exhibit {
        exhibit_type: "GUN_PART"
        police_exhibit_mark: "RJM/5"
        gun {
          exhibit_mark: "RJM/5"
          make: "Glock"
          calibre: "9x19"
          serials { text: "A1" }
          legal_classes { legal_class: "SECTION_5_PROHIBITED" }
        }
        item {
          make: "Glock"
          part_kind: "slide"
          serials { text: "B2" part: "SLIDE" }
          legal_classes { legal_class: "COMPONENT_PART" }
        }
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "nabis" source_system: "NABIS" source_id: "EX~5" }
              kind: RECORD_KIND_LABORATORY_ITEM
              exhibits {
                exhibit_mark: "RJM/5"
                kind: EXHIBIT_KIND_GUN_PART
                firearm {
                  serials { text: "A1" }
                  serials { text: "B2" part: SERIAL_PART_SLIDE }
                  make: "Glock"
                  calibre: "9x19"
                }
                part_kind: "slide"
                legal_classes { legal_class: LEGAL_CLASS_SECTION_5_PROHIBITED }
                legal_classes { legal_class: LEGAL_CLASS_COMPONENT_PART }
              }
              visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptNabisTest, DatesThatMayBeInOrderAreTaken) {
  EXPECT_THAT(Violations(AdaptText("nabis", R"pb(
                nabis {
                  entry_id: "1"
                  exhibit {
                    exhibit_type: "GUN"
                    found_at: "RECOVERY"
                    occurred: "2017-03"
                    submitted: "2017-03-01"
                    received: "2017"
                    examined: "2017-03-01T09:00Z"
                    gun { custody { from: "2010" until: "2011" } }
                  }
                  inquiry { outcomes { decided: "2016" } }
                })pb")),
              IsEmpty());
}

TEST(AdaptNabisTest, ASightingIsIntelligence) {
  const AdaptedMessage adapted =
      AdaptText("nabis", "nabis { entry_id: '1' event { event_type: 'SIGHTING' } }");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(adapted.record.kind(), record::v1::RECORD_KIND_INTELLIGENCE);
  EXPECT_EQ(adapted.record.event().kind(), record::v1::EVENT_KIND_SIGHTING);
}

TEST(AdaptNabisTest, AnExhibitTellsOfTheEventItComesFrom) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "EX~9001"
      exhibit {
        exhibit_type: "CASE_GROUP"
        police_exhibit_mark: "RJM/1"
        found_at: "INCIDENT"
        crime_references: "MPS 2801101/17"
        occurred: "2017-01-14"
        place { kind: "street" }
        item { quantity: 3 calibre: "9x19" }
        same_items { agency: "mps" source_system: "CRIS" source_id: "1" exhibit_reference: "C" }
        submitted: "2017-01-16"
        received: "2017-01-17"
        examined: "2017-01-20"
        stage: "MICROSCOPE"
        possible_types: "PISTOL"
        possible_types: "SUB_MACHINE_GUN"
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(
      ShowRecord(adapted.record), NormalRecord(R"pb(
        source { agency: "nabis" source_system: "NABIS" source_id: "EX~9001" }
        kind: RECORD_KIND_LABORATORY_ITEM
        event {
          kind: EVENT_KIND_INCIDENT
          occurred { text: "2017-01-14" }
          place { kind: "street" }
          crime_references {
            issuing_force: "mps"
            year: 2017
            number: "2801101"
            text: "MPS 2801101/17"
          }
        }
        exhibits {
          exhibit_mark: "RJM/1"
          kind: EXHIBIT_KIND_CASE_GROUP
          quantity: 3
          ammunition {
            calibre: "9x19"
            possible_types: FIREARM_TYPE_PISTOL
            possible_types: FIREARM_TYPE_SUB_MACHINE_GUN
          }
          relations {
            kind: EXHIBIT_RELATION_KIND_SAME_ITEM
            exhibit { agency: "mps" source_system: "CRIS" source_id: "1" exhibit_reference: "C" }
          }
          examination {
            submitted { text: "2017-01-16" }
            received { text: "2017-01-17" }
            examined { text: "2017-01-20" }
            stage: EXAMINATION_STAGE_MICROSCOPE
          }
        }
        visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptNabisTest, ATestFireIsNoEvent) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "TF~1"
      exhibit {
        exhibit_type: "TEST_FIRE_CASES"
        test_fire_of {
          agency: "mps"
          source_system: "CRIS"
          source_id: "2801101/17-R"
          exhibit_reference: "G1"
        }
        test_fired: "2017-06-23"
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "nabis" source_system: "NABIS" source_id: "TF~1" }
              kind: RECORD_KIND_LABORATORY_ITEM
              exhibits {
                kind: EXHIBIT_KIND_TEST_FIRE_CASES
                relations {
                  kind: EXHIBIT_RELATION_KIND_TEST_FIRE_OF
                  exhibit {
                    agency: "mps"
                    source_system: "CRIS"
                    source_id: "2801101/17-R"
                    exhibit_reference: "G1"
                  }
                }
                test_fired { text: "2017-06-23" }
              }
              visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptNabisTest, AGunWithoutOriginHasNoEvent) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "1"
      exhibit {
        exhibit_type: "GUN"
        gun { make: "CZ" exhibit_mark: "M/1" }
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_FALSE(adapted.record.has_event());
  EXPECT_EQ(adapted.record.exhibits(0).kind(), record::v1::EXHIBIT_KIND_GUN);
  EXPECT_EQ(adapted.record.exhibits(0).firearm().make(), "CZ");
  EXPECT_EQ(adapted.record.exhibits(0).exhibit_mark(), "M/1");
}

TEST(AdaptNabisTest, AComparisonIsAFinding) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "CMP~1"
      comparison {
        first { source_id: "EX~9001" }
        second { source_id: "EX~9003" }
        channel: "CASE"
        verdict: "CONFIRMED"
        stage: "MICROSCOPE"
        examined: "2017-04-10"
        examiner_token: "x7"
        text: "breech face"
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "nabis" source_system: "NABIS" source_id: "CMP~1" }
              kind: RECORD_KIND_EXAMINATION
              findings {
                first { agency: "nabis" source_system: "NABIS" source_id: "EX~9001" }
                second { agency: "nabis" source_system: "NABIS" source_id: "EX~9003" }
                channel: CHANNEL_CASE
                verdict: VERDICT_CONFIRMED
                basis: BASIS_EXAMINER
                stage: EXAMINATION_STAGE_MICROSCOPE
                examined { text: "2017-04-10" }
                examiner_token: "x7"
                text: "breech face"
              }
              visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptNabisTest, AScoreIsALeadOfNobodys) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "CMP~2"
      comparison {
        first { source_id: "EX~9001" }
        second { source_id: "EX~9003" }
        channel: "CASE"
        examined: "2017-04-10"
        mark: "aperture_shear.ccf"
        score: 0.61
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "nabis" source_system: "NABIS" source_id: "CMP~2" }
              kind: RECORD_KIND_EXAMINATION
              findings {
                first { agency: "nabis" source_system: "NABIS" source_id: "EX~9001" }
                second { agency: "nabis" source_system: "NABIS" source_id: "EX~9003" }
                channel: CHANNEL_CASE
                verdict: VERDICT_LEAD
                basis: BASIS_SOURCE_REFERENCE
                examined { text: "2017-04-10" }
                mark: "aperture_shear.ccf"
                score: 0.61
              }
              visibility: VISIBILITY_OWNER)pb"));
}

TEST(AdaptNabisTest, OtherChannelsAreTheAnalystsUnlessTheySay) {
  const auto basis = [](std::string_view more) {
    const AdaptedMessage adapted = AdaptText(
        "nabis", absl::StrCat("nabis { entry_id: '1' comparison { first { source_id: '2' } second "
                              "{ source_id: '3' } channel: 'SERIAL' verdict: 'LEAD' ",
                              AbslView(more), "} }"));
    EXPECT_THAT(Violations(adapted), IsEmpty());
    return adapted.record.findings(0).basis();
  };
  EXPECT_EQ(basis(""), record::v1::BASIS_ANALYST);
  EXPECT_EQ(basis("basis: 'EXAMINER'"), record::v1::BASIS_EXAMINER);
}

TEST(AdaptNabisTest, AnInferredWeaponListsItsMembers) {
  const AdaptedMessage adapted = AdaptText("nabis", R"pb(
    nabis {
      entry_id: "W~1"
      inferred_weapon {
        label: "gun A"
        members { source_id: "EX~1" }
        members { source_id: "EX~2" }
        possible_types: "PISTOL"
        possible_types: "NEW"
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_THAT(UnknownCodes(adapted), ElementsAre("nabis.inferred_weapon.possible_types[1]=NEW"));
  EXPECT_EQ(adapted.record.kind(), record::v1::RECORD_KIND_EXAMINATION);
  EXPECT_FALSE(adapted.record.has_event());
  EXPECT_EQ(adapted.record.findings_size(), 0);
  ASSERT_EQ(adapted.record.inferred_weapons_size(), 1);
  EXPECT_EQ(adapted.record.inferred_weapons(0).label(), "gun A");
  ASSERT_EQ(adapted.record.inferred_weapons(0).members_size(), 2);
  EXPECT_EQ(adapted.record.inferred_weapons(0).members(1).source_id(), "EX~2");
  EXPECT_THAT(adapted.record.inferred_weapons(0).possible_types(),
              ElementsAre(record::v1::FIREARM_TYPE_PISTOL));
}

class NabisRefusals : public ::testing::TestWithParam<Refusal> {};

TEST_P(NabisRefusals, SayWhatIsWrong) {
  const AdaptedMessage adapted =
      AdaptText("nabis", absl::StrCat("nabis { entry_id: '1' ", AbslView(GetParam().message), "}"));
  EXPECT_EQ(Violations(adapted), GetParam().violations);
}

INSTANTIATE_TEST_SUITE_P(
    All, NabisRefusals,
    ::testing::Values(
        Refusal{"NoEntry", "", {"nabis.entry FIELD_MISSING"}},
        Refusal{"EventWithoutType", "event {}", {"nabis.event.event_type FIELD_MISSING"}},
        Refusal{"UnknownEventType",
                "event { event_type: 'RAID' crime_references: '2803303/17' }",
                {"nabis.event.event_type FIELD_INVALID",
                 "nabis.event.crime_references[0] FIELD_INVALID"}},
        Refusal{"CircumstancesOfNoRecovery",
                "event { event_type: 'LOSS' criminal_circumstances: 'Y' }",
                {"nabis.event.criminal_circumstances FIELD_INVALID"}},
        Refusal{"ExhibitWithoutType", "exhibit {}", {"nabis.exhibit.exhibit_type FIELD_MISSING"}},
        Refusal{"ExhibitOfUnknownType",
                "exhibit { exhibit_type: 'HOLSTER' }",
                {"nabis.exhibit.exhibit_type FIELD_INVALID"}},
        Refusal{"TestFireOfNothing",
                "exhibit { exhibit_type: 'TEST_FIRE_BULLETS' }",
                {"nabis.exhibit.test_fire_of FIELD_MISSING"}},
        Refusal{"TestFireOfItself",
                "exhibit { exhibit_type: 'TEST_FIRE_BULLETS' test_fire_of { source_id: '1' } }",
                {"nabis.exhibit.test_fire_of FIELD_INVALID"}},
        Refusal{
            "TestFireWithOrigin",
            "exhibit { exhibit_type: 'TEST_FIRE_CASES' test_fire_of { source_id: '2' } "
            "found_at: 'RECOVERY' crime_references: 'MPS 1/17' occurred: '2017' place {} }",
            {"nabis.exhibit.found_at FIELD_INVALID", "nabis.exhibit.crime_references FIELD_INVALID",
             "nabis.exhibit.occurred FIELD_INVALID", "nabis.exhibit.place FIELD_INVALID"}},
        Refusal{"TestFiredBeforeTheGunWasThere",
                "exhibit { exhibit_type: 'TEST_FIRE_CASES' test_fire_of { source_id: '2' } "
                "test_fired: '2017-01' submitted: '2017-02' received: '2017-03' }",
                {"nabis.exhibit.test_fired DATE_ORDER"}},
        Refusal{"TestFireExaminedBeforeItWasFired",
                "exhibit { exhibit_type: 'TEST_FIRE_CASES' test_fire_of { source_id: '2' } "
                "test_fired: '2017-02' examined: '2017-01' }",
                {"nabis.exhibit.examined DATE_ORDER"}},
        Refusal{"SubmittedBeforeItOccurred",
                "exhibit { exhibit_type: 'CASE_GROUP' occurred: '2017-03' submitted: '2017-02' }",
                {"nabis.exhibit.submitted DATE_ORDER"}},
        Refusal{"ReceivedBeforeItOccurred",
                "exhibit { exhibit_type: 'CASE_GROUP' occurred: '2017-03' received: '2017-02' }",
                {"nabis.exhibit.received DATE_ORDER"}},
        Refusal{"ExaminedBeforeItOccurred",
                "exhibit { exhibit_type: 'CASE_GROUP' occurred: '2017-03' examined: '2017-02' }",
                {"nabis.exhibit.examined DATE_ORDER"}},
        Refusal{"ExaminedBeforeItWasSubmitted",
                "exhibit { exhibit_type: 'CASE_GROUP' submitted: '2017-03' examined: '2017-02' }",
                {"nabis.exhibit.examined DATE_ORDER"}},
        Refusal{"EventDatesBackwards",
                "event { event_type: 'INCIDENT' occurred: '2017-03' reported: '2017-02' "
                "recorded: '2017-01' offence { recorded: '2017-02' } "
                "offences { recorded: '2017-02' } } inquiry { outcomes { decided: '2016' } }",
                {"nabis.event.reported DATE_ORDER", "nabis.event.recorded DATE_ORDER",
                 "nabis.event.offences[0].recorded DATE_ORDER",
                 "nabis.event.offence.recorded DATE_ORDER",
                 "nabis.inquiry.outcomes[0].decided DATE_ORDER"}},
        Refusal{"DecidedBeforeTheIncidentOfAnExhibit",
                "exhibit { exhibit_type: 'CASE_GROUP' found_at: 'INCIDENT' occurred: '2017-03' } "
                "inquiry { outcomes { decided: '2016' } }",
                {"nabis.inquiry.outcomes[0].decided DATE_ORDER"}},
        Refusal{"DetailsOfOtherEvents",
                "event { event_type: 'INCIDENT' campaign: 'x' loss_kind: 'LOST' circumstances: 'x' "
                "disposal_kind: 'DESTROYED' disposal_authority: 'x' guns {} }",
                {"nabis.event.guns FIELD_INVALID", "nabis.event.circumstances FIELD_INVALID",
                 "nabis.event.campaign FIELD_INVALID", "nabis.event.loss_kind FIELD_INVALID",
                 "nabis.event.disposal_kind FIELD_INVALID",
                 "nabis.event.disposal_authority FIELD_INVALID"}},
        Refusal{"GunsOfALossWithoutReferences",
                "event { event_type: 'LOSS' guns {} guns {} }",
                {"nabis.event.guns[0].reference FIELD_MISSING",
                 "nabis.event.guns[1].reference FIELD_MISSING"}},
        Refusal{
            "PartOfWhichBothSayOtherThings",
            "exhibit { exhibit_type: 'GUN_PART' gun { make: 'A' calibre: 'B' exhibit_mark: "
            "'C/1' } item { make: 'X' calibre: 'Y' exhibit_mark: 'Z/1' } }",
            {"nabis.exhibit.item.exhibit_mark FIELD_INVALID",
             "nabis.exhibit.item.make FIELD_INVALID", "nabis.exhibit.item.calibre FIELD_INVALID"}},
        Refusal{"OtherMarksThanThePolices",
                "exhibit { exhibit_type: 'GUN_PART' police_exhibit_mark: 'A/1' "
                "gun { exhibit_mark: 'B/1' } item { exhibit_mark: 'C/1' } }",
                {"nabis.exhibit.gun.exhibit_mark FIELD_INVALID",
                 "nabis.exhibit.item.exhibit_mark FIELD_INVALID"}},
        Refusal{
            "NoTestFire",
            "exhibit { exhibit_type: 'GUN' test_fire_of { source_id: '2' } test_fired: "
            "'2017' }",
            {"nabis.exhibit.test_fire_of FIELD_INVALID", "nabis.exhibit.test_fired FIELD_INVALID"}},
        Refusal{"PartAsWholeGun",
                "exhibit { exhibit_type: 'GUN_PART' gun { is_complete: true } }",
                {"nabis.exhibit.gun.is_complete FIELD_INVALID"}},
        Refusal{"CasesAsGun",
                "exhibit { exhibit_type: 'CASE_GROUP' gun { reference: 'G' } }",
                {"nabis.exhibit.gun FIELD_INVALID", "nabis.exhibit.gun.reference FIELD_INVALID"}},
        Refusal{"GunAsItem",
                "exhibit { exhibit_type: 'GUN' item {} possible_types: 'PISTOL' }",
                {"nabis.exhibit.item FIELD_INVALID", "nabis.exhibit.possible_types FIELD_INVALID"}},
        Refusal{"ItemOfAnotherKind",
                "exhibit { exhibit_type: 'CASE_GROUP' item { kind: 'BULLET_GROUP' } }",
                {"nabis.exhibit.item.kind FIELD_INVALID"}},
        Refusal{"ClockBackwards",
                "exhibit { exhibit_type: 'GUN' submitted: '2017-03' received: '2017-02' "
                "examined: '2017-01' }",
                {"nabis.exhibit.received DATE_ORDER", "nabis.exhibit.examined DATE_ORDER"}},
        Refusal{
            "ComparisonOfNothing",
            "comparison {}",
            {"nabis.comparison.first FIELD_MISSING", "nabis.comparison.second FIELD_MISSING",
             "nabis.comparison.channel FIELD_MISSING", "nabis.comparison.verdict FIELD_MISSING"}},
        Refusal{"ComparisonWithItself",
                "comparison { first { source_id: '2' } second { source_id: '2' agency: 'NABIS' } "
                "channel: 'SOURCE_REFERENCE' verdict: 'PERHAPS' basis: 'RULE' stage: 'X' }",
                {"nabis.comparison.second DUPLICATE", "nabis.comparison.channel FIELD_INVALID",
                 "nabis.comparison.verdict FIELD_INVALID", "nabis.comparison.basis FIELD_INVALID",
                 "nabis.comparison.stage FIELD_INVALID"}},
        Refusal{"MarksWithoutExaminer",
                "comparison { first { source_id: '2' } second { source_id: '3' } "
                "channel: 'BULLET' verdict: 'CONFIRMED' basis: 'ANALYST' }",
                {"nabis.comparison.basis FIELD_INVALID", "nabis.comparison.stage FIELD_MISSING",
                 "nabis.comparison.examined FIELD_MISSING"}},
        Refusal{"StageOfAnAnalyst",
                "comparison { first { source_id: '2' } second { source_id: '3' } "
                "channel: 'DESCRIPTION' verdict: 'LEAD' stage: 'VERIFIED' }",
                {"nabis.comparison.stage FIELD_INVALID"}},
        Refusal{"ScoreWithAPersonsWord",
                "comparison { first { source_id: '2' } second { source_id: '3' } "
                "channel: 'CASE' verdict: 'CONFIRMED' basis: 'EXAMINER' stage: 'VERIFIED' "
                "examiner_token: 'x7' mark: 'breech_face.cmc' score: 9 }",
                {"nabis.comparison.verdict FIELD_INVALID", "nabis.comparison.basis FIELD_INVALID",
                 "nabis.comparison.stage FIELD_INVALID",
                 "nabis.comparison.examiner_token FIELD_INVALID"}},
        Refusal{"ScoreOfNoMark",
                "comparison { first { source_id: '2' } second { source_id: '3' } "
                "channel: 'SERIAL' score: nan }",
                {"nabis.comparison.score FIELD_INVALID", "nabis.comparison.mark FIELD_MISSING",
                 "nabis.comparison.channel FIELD_INVALID"}},
        Refusal{"MarkWithoutScore",
                "comparison { first { source_id: '2' } second { source_id: '3' } "
                "channel: 'BULLET' mark: 'Land Engraved' }",
                {"nabis.comparison.score FIELD_MISSING", "nabis.comparison.mark FIELD_INVALID"}},
        Refusal{"NoMembers", "inferred_weapon {}", {"nabis.inferred_weapon.members FIELD_MISSING"}},
        Refusal{"MemberTwice",
                "inferred_weapon { members { source_id: '2' } members { source_id: '2' } "
                "members { source_id: ' ' } }",
                {"nabis.inferred_weapon.members[1] DUPLICATE",
                 "nabis.inferred_weapon.members[2].source_id FIELD_MISSING"}}),
    testing::RefusalName);

TEST(AdaptNabisTest, MembersHaveALimit) {
  feed::v1::FeedMessage message = testing::Parse("nabis { entry_id: '1' inferred_weapon {} }");
  for (int i = 0; i <= kMaxMembers; ++i) {
    message.mutable_nabis()->mutable_inferred_weapon()->add_members()->set_source_id(
        absl::StrCat(i));
  }
  EXPECT_THAT(
      Violations(Adapt(message, {.agency = "nabis", .received_time = testing::ReceivedTime()})),
      ElementsAre("nabis.inferred_weapon.members FIELD_TOO_LONG"));
}

}  // namespace
}  // namespace serieslink::ingest
