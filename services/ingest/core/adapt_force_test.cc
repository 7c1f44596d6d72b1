#include <string>

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

TEST(AdaptForceTest, TakesOverEveryField) {
  const AdaptedMessage adapted = AdaptText("btp", R"pb(
    force {
      system: "BTP"
      record_id: "B-661/17"
      version: 3
      former_ids { source_system: "OLD" source_id: "661" }
      record_type: "INCIDENT"
      crime_references: "B-661/17"
      other_references: "MPS 2803303/2017"
      inquiry_references: "B-660/17"
      inquiry_references: "MERS 7/16"
      occurred: "2017-03-18"
      reported: "2017-03-19"
      recorded: "2017-03-20"
      place {
        borough_code: "E09000014"
        investigating_borough_code: "E09000010"
        ward_code: "E05000276"
        lsoa_code: "E01002050"
        boundary_year: 2013
        latitude_degrees: 51.6
        longitude_degrees: -0.07
        locality: "near a station"
        country_code: "GB"
        kind: "street"
        police_force: "MPS"
      }
      offences {
        code: "5D"
        code_scheme: "HOCR"
        text: "Attempted murder"
        offence_class: "VIOLENCE_WITH_INJURY"
        status: "LIVE"
        recorded: "2017-03-21"
      }
      firearm_uses: "FIRED"
      firearm_uses: "THREAT"
      shots { fired: "Y" lethal_barrelled: "N" at: "PERSON" at: "AIR" count: 0 }
      injury: "SLIGHT"
      guns {
        reference: "G1"
        exhibit_mark: "RJM/1"
        serials { text: "XKR417" part: "FRAME" legibility: "CLEAR" }
        serials { part: "SLIDE" legibility: "OBLITERATED" }
        make: "Glock"
        make_code: "GLC"
        make_code_scheme: "NCIC"
        model: "17"
        calibre: "9x19"
        original_calibre: "9 mm P.A.K."
        apparent_types: "PISTOL"
        apparent_types: "BLANK_FIRER"
        confirmed_types: "CONVERTED_BLANK_FIRER"
        finish: "black"
        barrel_length_mm: 114
        conversion: "bored"
        country_of_origin: "TR"
        marks: "CIP"
        is_complete: true
        is_police_issue: false
        custody { holder: "store" from: "2017-03-18" until: "2017-04" released_to: "lab" }
        legal_classes {
          legal_class: "SECTION_5_PROHIBITED"
          as_of: "2017-04-01"
          basis: "calibre"
          assessed_by: "lab"
          accreditation: "ACCREDITED"
        }
        same_items { agency: "NABIS" source_system: "NABIS" source_id: "EX~9001" }
      }
      items {
        reference: "C1"
        exhibit_mark: "RJM/2"
        kind: "CASE_GROUP"
        quantity: 3
        calibre: "9x19"
        head_stamp: "GECO"
        make: "Geco"
        custody { holder: "store" }
        same_items { agency: "nabis" source_system: "NABIS" source_id: "EX~9002" }
      }
      items {
        reference: "P1"
        kind: "GUN_PART"
        part_kind: "barrel"
        make: "Glock"
        calibre: "9x19"
        rifling: "6 right"
        serials { text: "B1" part: "BARREL" }
        part_of { source_id: "B-600/17", exhibit_reference: "G9" }
      }
      inquiry {
        owning_unit: "CID"
        operation: "VIPER"
        summary: "shots near a station"
        flags { name: "gang" value: "x" reliability: "UNRELIABLE" }
        persons { token: "p1" category: "VICTIM" age_band: "15-19" injury: "SLIGHT" }
        outcomes {
          court: "Crown"
          outcome: "convicted"
          sentence: "5 years"
          decided: "2018"
          person_token: "p2"
          custody_months: 60
        }
      }
      marking {
        grading_scheme: "3X5X2"
        source_grade: "1"
        information_grade: "A"
        handling_code: "P"
        handling_conditions: "ask first"
        classification: "OFFICIAL"
        sensitive: true
        caveats: "UK EYES ONLY"
        visibility: "OPEN"
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_THAT(UnknownCodes(adapted), IsEmpty());
  EXPECT_EQ(
      ShowRecord(adapted.record), NormalRecord(R"pb(
        source { agency: "btp" source_system: "BTP" source_id: "B-661/17" }
        source_version: 3
        former_sources { agency: "btp" source_system: "OLD" source_id: "661" }
        kind: RECORD_KIND_INCIDENT
        event {
          kind: EVENT_KIND_INCIDENT
          occurred { text: "2017-03-18" }
          reported { text: "2017-03-19" }
          recorded { text: "2017-03-20" }
          place {
            point { latitude_degrees: 51.6 longitude_degrees: -0.07 }
            borough_code: "E09000014"
            investigating_borough_code: "E09000010"
            ward_code: "E05000276"
            boundary_year: 2013
            police_force: "mps"
            locality: "near a station"
            country_code: "GB"
            kind: "street"
            lsoa_code: "E01002050"
          }
          crime_references { issuing_force: "btp" year: 2017 number: "B-661" text: "B-661/17" }
          crime_references {
            issuing_force: "mps"
            year: 2017
            number: "2803303"
            text: "MPS 2803303/2017"
          }
          inquiry_references { issuing_force: "btp" year: 2017 number: "B-660" text: "B-660/17" }
          inquiry_references { issuing_force: "mers" year: 2016 number: "7" text: "MERS 7/16" }
          offences {
            code: "5D"
            code_scheme: "HOCR"
            text: "Attempted murder"
            offence_class: OFFENCE_CLASS_VIOLENCE_WITH_INJURY
            status: OFFENCE_STATUS_LIVE
            recorded { text: "2017-03-21" }
          }
          firearm_uses: FIREARM_USE_FIRED
          firearm_uses: FIREARM_USE_THREAT
          discharge {
            discharged: TRISTATE_YES
            lethal_barrelled: TRISTATE_NO
            targets: DISCHARGE_TARGET_PERSON
            targets: DISCHARGE_TARGET_AIR
            shots: 0
          }
          injury: INJURY_SLIGHT
        }
        exhibits {
          exhibit_reference: "G1"
          exhibit_mark: "RJM/1"
          kind: EXHIBIT_KIND_GUN
          firearm {
            serials { text: "XKR417" part: SERIAL_PART_FRAME legibility: SERIAL_LEGIBILITY_CLEAR }
            serials { part: SERIAL_PART_SLIDE legibility: SERIAL_LEGIBILITY_OBLITERATED }
            make: "Glock"
            make_code: "GLC"
            make_code_scheme: "NCIC"
            model: "17"
            calibre: "9x19"
            original_calibre: "9 mm P.A.K."
            apparent_types: FIREARM_TYPE_PISTOL
            apparent_types: FIREARM_TYPE_BLANK_FIRER
            confirmed_types: FIREARM_TYPE_CONVERTED_BLANK_FIRER
            finish: "black"
            barrel_length_mm: 114
            conversion: "bored"
            country_of_origin: "TR"
            marks: "CIP"
            is_complete: true
            is_police_issue: false
          }
          relations {
            kind: EXHIBIT_RELATION_KIND_SAME_ITEM
            exhibit { agency: "nabis" source_system: "NABIS" source_id: "EX~9001" }
          }
          custody {
            holder: "store"
            from { text: "2017-03-18" }
            until { text: "2017-04" }
            released_to: "lab"
          }
          legal_classes {
            legal_class: LEGAL_CLASS_SECTION_5_PROHIBITED
            as_of { text: "2017-04-01" }
            basis: "calibre"
            assessed_by: "lab"
            accreditation: ACCREDITATION_ACCREDITED
          }
        }
        exhibits {
          exhibit_reference: "C1"
          exhibit_mark: "RJM/2"
          kind: EXHIBIT_KIND_CASE_GROUP
          quantity: 3
          ammunition { calibre: "9x19" head_stamp: "GECO" make: "Geco" }
          relations {
            kind: EXHIBIT_RELATION_KIND_SAME_ITEM
            exhibit { agency: "nabis" source_system: "NABIS" source_id: "EX~9002" }
          }
          custody { holder: "store" }
        }
        exhibits {
          exhibit_reference: "P1"
          kind: EXHIBIT_KIND_GUN_PART
          part_kind: "barrel"
          firearm {
            serials { text: "B1" part: SERIAL_PART_BARREL }
            make: "Glock"
            calibre: "9x19"
          }
          ammunition { rifling: "6 right" }
          relations {
            kind: EXHIBIT_RELATION_KIND_PART_OF
            exhibit {
              agency: "btp"
              source_system: "BTP"
              source_id: "B-600/17"
              exhibit_reference: "G9"
            }
          }
        }
        persons {
          person_token: "p1"
          category: PERSON_CATEGORY_VICTIM
          age_band: "15-19"
          injury: INJURY_SLIGHT
        }
        judicial_outcomes {
          court: "Crown"
          outcome: "convicted"
          sentence: "5 years"
          decided { text: "2018" }
          person_token: "p2"
          custody_months: 60
        }
        owning_unit: "CID"
        operation: "VIPER"
        summary: "shots near a station"
        flags { name: "gang" value: "x" reliability: FLAG_RELIABILITY_UNRELIABLE }
        grading { scheme: GRADING_SCHEME_3X5X2 source: "1" information: "A" handling: "P" }
        handling {
          code: "P"
          conditions: "ask first"
          classification: CLASSIFICATION_OFFICIAL
          sensitive: true
          caveats: "UK EYES ONLY"
        }
        visibility: VISIBILITY_OPEN)pb"));
}

TEST(AdaptForceTest, AgeBandsOfAnyBoundsAreTakenAndOtherTextsAreNoted) {
  const auto noted = [](std::string_view band) {
    const AdaptedMessage adapted = AdaptText(
        "kent", absl::StrCat("force { system: 'N' record_id: '1' record_type: 'INCIDENT' inquiry { "
                             "persons { token: 'p' category: 'VICTIM' age_band: '",
                             AbslView(band), "' } } }"));
    EXPECT_EQ(adapted.record.persons(0).age_band(), band);
    return adapted.record.unknown_codes_size() == 1 &&
           adapted.record.unknown_codes(0).field() == "force.inquiry.persons[0].age_band" &&
           adapted.record.unknown_codes(0).code() == band;
  };
  for (const char* band : {"15-19", "0-9", "18-18", "60+", "100+", "UNKNOWN"}) {
    EXPECT_FALSE(noted(band)) << band;
  }
  for (const char* band :
       {"19-15", "15 - 19", "adult", "15", "-19", "15-", "+", "1000+", "15-19+"}) {
    EXPECT_TRUE(noted(band)) << band;
  }
}

TEST(AdaptForceTest, WhatIsNotKnownIsToldFromWhatIsNotSaid) {
  const AdaptedMessage adapted = AdaptText(
      "kent",
      "force { system: 'N' record_id: '1' record_type: 'INCIDENT' occurred: '../..' "
      "place { is_unknown: true } shots { fired: 'UNKNOWN' } injury: 'UNKNOWN' "
      "guns { serials { part: 'UNKNOWN' legibility: 'UNREAD' } apparent_types: 'UNIDENTIFIED' } }");
  const record::v1::Event& event = adapted.record.event();
  EXPECT_EQ(event.occurred().precision(), type::v1::DATE_PRECISION_UNKNOWN);
  EXPECT_FALSE(event.occurred().has_earliest());
  EXPECT_TRUE(event.place().is_unknown());
  EXPECT_EQ(event.discharge().discharged(), record::v1::TRISTATE_UNKNOWN);
  EXPECT_EQ(event.discharge().lethal_barrelled(), record::v1::TRISTATE_UNSPECIFIED);
  EXPECT_EQ(event.injury(), record::v1::INJURY_UNKNOWN);
  EXPECT_EQ(adapted.record.exhibits(0).firearm().serials(0).part(),
            record::v1::SERIAL_PART_UNKNOWN);
  EXPECT_EQ(adapted.record.unknown_codes_size(), 0);
}

TEST(AdaptForceTest, TheRecordTypeSaysWhatTheGunsAre) {
  const auto kinds = [](std::string_view type, std::string_view more) {
    const AdaptedMessage adapted = AdaptText(
        "kent", absl::StrCat("force { system: 'N' record_id: '1' record_type: '", AbslView(type),
                             "' guns { make: 'CZ' } ", AbslView(more), "}"));
    EXPECT_THAT(Violations(adapted), IsEmpty());
    return absl::StrCat(record::v1::RecordKind_Name(adapted.record.kind()), " ",
                        record::v1::EventKind_Name(adapted.record.event().kind()), " ",
                        record::v1::ExhibitKind_Name(adapted.record.exhibits(0).kind()));
  };
  EXPECT_EQ(kinds("INCIDENT", ""), "RECORD_KIND_INCIDENT EVENT_KIND_INCIDENT EXHIBIT_KIND_GUN");
  EXPECT_EQ(kinds("RECOVERY", "circumstances: 'warrant' criminal_circumstances: 'Y'"),
            "RECORD_KIND_RECOVERY EVENT_KIND_RECOVERY EXHIBIT_KIND_GUN");
  EXPECT_EQ(kinds("SURRENDER", "campaign: 'amnesty'"),
            "RECORD_KIND_SURRENDER EVENT_KIND_SURRENDER EXHIBIT_KIND_GUN");
  EXPECT_EQ(kinds("LOSS", "loss_kind: 'LOST'"),
            "RECORD_KIND_LOSS EVENT_KIND_LOSS EXHIBIT_KIND_DESCRIBED_GUN");
  EXPECT_EQ(kinds("DISPOSAL", "disposal_kind: 'DESTROYED' disposal_authority: 'court'"),
            "RECORD_KIND_DISPOSAL EVENT_KIND_DISPOSAL EXHIBIT_KIND_GUN");
  EXPECT_EQ(kinds("INTELLIGENCE", ""),
            "RECORD_KIND_INTELLIGENCE EVENT_KIND_SIGHTING EXHIBIT_KIND_SIGHTED_GUN");
}

TEST(AdaptForceTest, DetailsOfTheRecordTypeAreKept) {
  const AdaptedMessage surrender = AdaptText(
      "kent", "force { system: 'N' record_id: '1' record_type: 'SURRENDER' campaign: 'amnesty' }");
  EXPECT_EQ(surrender.record.event().surrender().campaign(), "amnesty");
  const AdaptedMessage found = AdaptText(
      "kent",
      "force { system: 'N' record_id: '1' record_type: 'LOSS' loss_kind: 'LOST' occurred: "
      "'2024-01' cancelled_as_found: true found: '2024-02-01' }");
  EXPECT_THAT(Violations(found), IsEmpty());
  EXPECT_TRUE(found.record.event().loss().cancelled_as_found());
  EXPECT_EQ(found.record.event().loss().found().text(), "2024-02-01");
  const AdaptedMessage disposal = AdaptText(
      "kent",
      "force { system: 'N' record_id: '1' record_type: 'DISPOSAL' disposal_kind: 'DESTROYED' "
      "disposal_authority: 'court' }");
  EXPECT_EQ(disposal.record.event().disposal().kind(), record::v1::DISPOSAL_KIND_DESTROYED);
  EXPECT_EQ(disposal.record.event().disposal().authority(), "court");
  const AdaptedMessage recovery = AdaptText(
      "kent",
      "force { system: 'N' record_id: '1' record_type: 'RECOVERY' circumstances: 'warrant' "
      "criminal_circumstances: 'N' }");
  EXPECT_EQ(recovery.record.event().recovery().circumstances(), "warrant");
  EXPECT_EQ(recovery.record.event().recovery().is_criminal(), record::v1::TRISTATE_NO);
}

TEST(AdaptForceTest, ASameWeaponIsASourceReference) {
  const AdaptedMessage adapted = AdaptText("kent", R"pb(
    force {
      system: "NICHE"
      record_id: "7"
      record_type: "RECOVERY"
      guns { reference: "G1" }
      same_weapon_as { agency: "mps" source_system: "CRIS" source_id: "1/17" }
      same_weapon_as { source_id: "6" exhibit_reference: "G2" }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  record::v1::Record findings;
  *findings.mutable_findings() = adapted.record.findings();
  EXPECT_EQ(
      ShowRecord(findings), NormalRecord(R"pb(
        findings {
          finding_reference: "same_weapon_as/mps/CRIS/1/17/"
          first { agency: "kent" source_system: "NICHE" source_id: "7" exhibit_reference: "G1" }
          second { agency: "mps" source_system: "CRIS" source_id: "1/17" }
          channel: CHANNEL_SOURCE_REFERENCE
          verdict: VERDICT_CONFIRMED
          basis: BASIS_SOURCE_REFERENCE
        }
        findings {
          finding_reference: "same_weapon_as/kent/NICHE/6/G2"
          first { agency: "kent" source_system: "NICHE" source_id: "7" exhibit_reference: "G1" }
          second { agency: "kent" source_system: "NICHE" source_id: "6" exhibit_reference: "G2" }
          channel: CHANNEL_SOURCE_REFERENCE
          verdict: VERDICT_CONFIRMED
          basis: BASIS_SOURCE_REFERENCE
        })pb"));
}

TEST(AdaptForceTest, UnknownCodesAreAcceptedAndKept) {
  const AdaptedMessage adapted = AdaptText("kent", R"pb(
    force {
      system: "N"
      record_id: "1"
      record_type: "INCIDENT"
      place { borough_code: "HARINGEY" country_code: "England" }
      offences { offence_class: "AFFRAY" status: "PENDING" }
      firearm_uses: "FIRED"
      firearm_uses: "WAVED"
      shots { fired: "MAYBE" at: "TREE" }
      guns {
        reference: "1"
        apparent_types: "PISTOL"
        apparent_types: "RAYGUN"
        serials { legibility: "FADED" part: "TRIGGER" }
        country_of_origin: "gb"
        legal_classes { legal_class: "SECTION_99" accreditation: "SOON" }
      }
      items { reference: "2" kind: "HOLSTER" part_kind: "leather" }
      inquiry {
        persons { category: "BYSTANDER" injury: "SHOCK" }
        flags { name: "f" reliability: "HIGH" }
      }
      marking { grading_scheme: "7X7" source_grade: "1" visibility: "FRIENDS" }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_THAT(
      UnknownCodes(adapted),
      ElementsAre(
          "force.place.borough_code=HARINGEY", "force.place.country_code=England",
          "force.offences[0].offence_class=AFFRAY", "force.offences[0].status=PENDING",
          "force.firearm_uses[1]=WAVED", "force.shots.fired=MAYBE", "force.shots.at[0]=TREE",
          "force.guns[0].serials[0].part=TRIGGER", "force.guns[0].serials[0].legibility=FADED",
          "force.guns[0].apparent_types[1]=RAYGUN", "force.guns[0].country_of_origin=gb",
          "force.guns[0].legal_classes[0].legal_class=SECTION_99",
          "force.guns[0].legal_classes[0].accreditation=SOON", "force.items[0].kind=HOLSTER",
          "force.inquiry.flags[0].reliability=HIGH", "force.inquiry.persons[0].category=BYSTANDER",
          "force.inquiry.persons[0].injury=SHOCK", "force.marking.grading_scheme=7X7",
          "force.marking.visibility=FRIENDS"));
  EXPECT_EQ(adapted.record.visibility(), type::v1::VISIBILITY_OWNER);
  EXPECT_EQ(adapted.record.event().place().borough_code(), "");
  EXPECT_THAT(adapted.record.exhibits(0).firearm().apparent_types(),
              ElementsAre(record::v1::FIREARM_TYPE_PISTOL));
}

TEST(AdaptForceTest, TypesAreCodesOrWordsOfTheVocabulary) {
  const AdaptedMessage adapted = AdaptText("kent", R"pb(
    force {
      system: "N"
      record_id: "1"
      record_type: "INCIDENT"
      guns {
        reference: "1"
        apparent_types: "Self-loading pistol"
        apparent_types: "handgun"
        apparent_types: ""
        apparent_types: "ray gun"
        confirmed_types: "PISTOL"
        confirmed_types: "espingarda"
      }
      marking { visibility: "OPEN" }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_THAT(UnknownCodes(adapted), ElementsAre("force.guns[0].apparent_types[3]=ray gun"));
  EXPECT_THAT(adapted.record.exhibits(0).firearm().apparent_types(),
              ElementsAre(record::v1::FIREARM_TYPE_PISTOL, record::v1::FIREARM_TYPE_REVOLVER));
  EXPECT_THAT(adapted.record.exhibits(0).firearm().confirmed_types(),
              ElementsAre(record::v1::FIREARM_TYPE_PISTOL, record::v1::FIREARM_TYPE_SHOTGUN_LONG));
}

TEST(AdaptForceTest, VisibilityIsTheOwnersUnlessItIsOpen) {
  const auto visibility = [](std::string_view marking) {
    return AdaptText("kent", absl::StrCat("force { system: 'N' record_id: '1' record_type: "
                                          "'INCIDENT' ",
                                          AbslView(marking), "}"))
        .record.visibility();
  };
  EXPECT_EQ(visibility(""), type::v1::VISIBILITY_OWNER);
  EXPECT_EQ(visibility("marking {}"), type::v1::VISIBILITY_OWNER);
  EXPECT_EQ(visibility("marking { visibility: 'OWNER' }"), type::v1::VISIBILITY_OWNER);
  EXPECT_EQ(visibility("marking { visibility: 'OPEN' }"), type::v1::VISIBILITY_OPEN);
}

TEST(AdaptForceTest, NamesEveryBadFieldAtOnce) {
  const AdaptedMessage adapted = AdaptText("kent", R"pb(
    force {
      record_id: " "
      record_type: "RAID"
      occurred: "yesterday"
      place {
        latitude_degrees: 91
        longitude_degrees: -181
        boundary_year: 1899
        ward_code: "E0500027"
      }
      guns {
        serials { text: "1" }
        serials { text: "" }
        barrel_length_mm: 0
      }
      guns { reference: "G1" }
    })pb");
  EXPECT_THAT(
      Violations(adapted),
      ElementsAre("force.system FIELD_MISSING", "force.record_id FIELD_MISSING",
                  "force.record_type FIELD_INVALID", "force.occurred DATE_MALFORMED",
                  "force.place.ward_code FIELD_INVALID", "force.place.boundary_year FIELD_INVALID",
                  "force.place.latitude_degrees COORDINATES_INVALID",
                  "force.place.longitude_degrees COORDINATES_INVALID",
                  "force.guns[0].reference FIELD_MISSING",
                  "force.guns[0].serials[1].text FIELD_MISSING",
                  "force.guns[0].barrel_length_mm FIELD_INVALID"));
}

TEST(AdaptForceTest, ListsAndTextsHaveTheirLimits) {
  feed::v1::FeedMessage message =
      testing::Parse("force { system: 'N' record_id: '1' record_type: 'INCIDENT' }");
  feed::v1::ForceRecord* force = message.mutable_force();
  const auto adapt = [&] {
    return Adapt(message, {.agency = "kent", .received_time = testing::ReceivedTime()});
  };
  force->set_record_id(std::string(kMaxIdBytes, 'x'));
  force->mutable_inquiry()->set_operation(std::string(kMaxTextBytes, 'x'));
  feed::v1::GunEntry* gun = force->add_guns();
  for (int i = 0; i < kMaxSerials; ++i) gun->add_serials()->set_text("1");
  EXPECT_THAT(Violations(adapt()), IsEmpty());

  force->set_record_id(std::string(kMaxIdBytes + 1, 'x'));
  force->mutable_inquiry()->set_operation(std::string(kMaxTextBytes + 1, 'x'));
  gun->add_serials()->set_text("1");
  gun->set_reference(std::string(kMaxIdBytes + 1, 'x'));
  for (int i = 0; i <= kMaxHandlingConditions; ++i) {
    force->mutable_marking()->add_handling_conditions("x");
  }
  force->mutable_marking()->add_caveats(std::string(kMaxConditionBytes + 1, 'x'));
  force->add_crime_references(std::string(kMaxIdBytes + 1, '1'));
  EXPECT_THAT(
      Violations(adapt()),
      ElementsAre("force.record_id FIELD_TOO_LONG", "force.crime_references[0] FIELD_TOO_LONG",
                  "force.guns[0].reference FIELD_TOO_LONG", "force.guns[0].serials FIELD_TOO_LONG",
                  "force.inquiry.operation FIELD_TOO_LONG",
                  "force.marking.handling_conditions FIELD_TOO_LONG",
                  "force.marking.caveats[0] FIELD_TOO_LONG"));

  force->Clear();
  for (int i = 0; i <= kMaxGuns; ++i) force->add_guns();
  EXPECT_THAT(Violations(adapt()),
              ElementsAre("force.system FIELD_MISSING", "force.record_id FIELD_MISSING",
                          "force.record_type FIELD_MISSING", "force.guns FIELD_TOO_LONG"));
}

class ForceRefusals : public ::testing::TestWithParam<Refusal> {};

TEST_P(ForceRefusals, SayWhatIsWrong) {
  const AdaptedMessage adapted = AdaptText(
      "kent",
      absl::StrCat("force { system: 'N' record_id: '1' ", AbslView(GetParam().message), "}"));
  EXPECT_EQ(Violations(adapted), GetParam().violations);
}

INSTANTIATE_TEST_SUITE_P(
    All, ForceRefusals,
    ::testing::Values(
        Refusal{"NoType", "", {"force.record_type FIELD_MISSING"}},
        Refusal{"ControlCharacterInText",
                "record_type: 'INCIDENT' guns { reference: 'a\\tb' make_code: 'x\\302\\205' }",
                {"force.guns[0].reference FIELD_INVALID", "force.guns[0].make_code FIELD_INVALID"}},
        Refusal{"LossWithoutKind", "record_type: 'LOSS'", {"force.loss_kind FIELD_MISSING"}},
        Refusal{"LossOfUnknownKind",
                "record_type: 'LOSS' loss_kind: 'GONE'",
                {"force.loss_kind FIELD_INVALID"}},
        Refusal{"FoundWithoutBeingCancelled",
                "record_type: 'LOSS' loss_kind: 'LOST' occurred: '2024-02' found: '2024-01'",
                {"force.found DATE_ORDER", "force.found FIELD_INVALID"}},
        Refusal{"FieldsOfOtherKinds",
                "record_type: 'INCIDENT' campaign: 'x' loss_kind: 'LOST' disposal_kind: 'x' "
                "disposal_authority: 'x' circumstances: 'x' criminal_circumstances: 'Y' "
                "cancelled_as_found: true found: '2024'",
                {"force.circumstances FIELD_INVALID", "force.criminal_circumstances FIELD_INVALID",
                 "force.campaign FIELD_INVALID", "force.loss_kind FIELD_INVALID",
                 "force.cancelled_as_found FIELD_INVALID", "force.found FIELD_INVALID",
                 "force.disposal_kind FIELD_INVALID", "force.disposal_authority FIELD_INVALID"}},
        Refusal{"OneCoordinate",
                "record_type: 'INCIDENT' place { latitude_degrees: 51 }",
                {"force.place.longitude_degrees COORDINATES_INVALID"}},
        Refusal{"NoNumbers",
                "record_type: 'INCIDENT' place { latitude_degrees: nan longitude_degrees: inf }",
                {"force.place.latitude_degrees COORDINATES_INVALID",
                 "force.place.longitude_degrees COORDINATES_INVALID"}},
        Refusal{"LowerCaseGssCode",
                "record_type: 'INCIDENT' place { borough_code: 'e09000014' }",
                {"force.place.borough_code FIELD_INVALID"}},
        Refusal{"SameReferenceTwice",
                "record_type: 'INCIDENT' guns { reference: 'A' } "
                "items { reference: 'A' kind: 'CASE_GROUP' } "
                "items { kind: 'CASE_GROUP' }",
                {"force.items[0].reference DUPLICATE", "force.items[1].reference FIELD_MISSING"}},
        Refusal{"WholeGunAsItem",
                "record_type: 'INCIDENT' items { kind: 'GUN' }",
                {"force.items[0].kind FIELD_INVALID"}},
        Refusal{"TestFireAsItem",
                "record_type: 'INCIDENT' items { kind: 'TEST_FIRE_CASES' }",
                {"force.items[0].kind FIELD_INVALID"}},
        Refusal{"ItemWithoutKind",
                "record_type: 'INCIDENT' items {}",
                {"force.items[0].kind FIELD_MISSING"}},
        Refusal{"CasesAsPart",
                "record_type: 'INCIDENT' items { kind: 'CASE_GROUP' part_kind: 'slide' "
                "serials { text: '1' } part_of { source_id: '2' } quantity: 1000001 }",
                {"force.items[0].quantity FIELD_INVALID", "force.items[0].part_kind FIELD_INVALID",
                 "force.items[0].serials FIELD_INVALID", "force.items[0].part_of FIELD_INVALID"}},
        Refusal{"ShotsOutOfRange",
                "record_type: 'INCIDENT' shots { count: 10001 }",
                {"force.shots.count FIELD_INVALID"}},
        Refusal{"ReportedBeforeItHappened",
                "record_type: 'INCIDENT' occurred: '2017-03-18' reported: '2017-03-17' "
                "recorded: '2017-03-16'",
                {"force.reported DATE_ORDER", "force.recorded DATE_ORDER"}},
        Refusal{"RecordedBeforeItWasReported",
                "record_type: 'INCIDENT' reported: '2017-03-18' recorded: '2017-03-17'",
                {"force.recorded DATE_ORDER"}},
        Refusal{"CustodyEndsBeforeItBegins",
                "record_type: 'INCIDENT' guns { custody { from: '2017-03-18' until: '2017-03' } "
                "custody { from: '2017-03-18' until: '2017-02' } }",
                {"force.guns[0].custody[1].until DATE_ORDER"}},
        Refusal{"IntervalBackwards",
                "record_type: 'INCIDENT' occurred: '2018/2017'",
                {"force.occurred DATE_ORDER"}},
        Refusal{"Future",
                "record_type: 'INCIDENT' occurred: '2024-06-03'",
                {"force.occurred DATE_IN_FUTURE"}},
        Refusal{
            "OtherForceUnnamed",
            "record_type: 'INCIDENT' other_references: '2803303/17' crime_references: ' '",
            {"force.crime_references[0] FIELD_MISSING", "force.other_references[0] FIELD_INVALID"}},
        Refusal{
            "FormerIdOfAnotherAgency",
            "record_type: 'INCIDENT' former_ids { agency: 'mps' source_system: 'CRIS' "
            "source_id: '1' } former_ids { source_id: '1' exhibit_reference: 'G' } "
            "former_ids { source_id: '1' } former_ids { source_id: '3' } "
            "former_ids { source_id: '3' }",
            {"force.former_ids[0].agency FIELD_INVALID",
             "force.former_ids[1].exhibit_reference FIELD_INVALID",
             "force.former_ids[2].source_id DUPLICATE", "force.former_ids[4].source_id DUPLICATE"}},
        Refusal{"ReferenceWithoutParts",
                "record_type: 'INCIDENT' guns { same_items { agency: 'nabis' } }",
                {"force.guns[0].same_items[0].source_system FIELD_MISSING",
                 "force.guns[0].same_items[0].source_id FIELD_MISSING"}},
        Refusal{"ReferenceToItself",
                "record_type: 'INCIDENT' guns { reference: 'G' same_items { source_id: '1' "
                "exhibit_reference: 'G' } }",
                {"force.guns[0].same_items[0] FIELD_INVALID"}},
        Refusal{"SameWeaponOfWhich",
                "record_type: 'INCIDENT' guns { reference: '1' } guns { reference: '2' } "
                "same_weapon_as { source_id: '9' }",
                {"force.same_weapon_as FIELD_INVALID"}},
        Refusal{"SameWeaponAsItself",
                "record_type: 'INCIDENT' guns {} same_weapon_as { source_id: '1' } "
                "same_weapon_as { source_id: '2' } same_weapon_as { source_id: '2' }",
                {"force.same_weapon_as[0] FIELD_INVALID", "force.same_weapon_as[2] DUPLICATE"}},
        Refusal{"PersonWithoutCategory",
                "record_type: 'INCIDENT' inquiry { persons {} flags {} "
                "outcomes { custody_months: 1201 } }",
                {"force.inquiry.flags[0].name FIELD_MISSING",
                 "force.inquiry.persons[0].category FIELD_MISSING",
                 "force.inquiry.outcomes[0].custody_months FIELD_INVALID"}},
        Refusal{"GradesWithoutScheme",
                "record_type: 'INCIDENT' marking { source_grade: '1' }",
                {"force.marking.grading_scheme FIELD_MISSING"}},
        Refusal{"UnknownClassification",
                "record_type: 'INCIDENT' marking { classification: 'TOP_SECRET' }",
                {"force.marking.classification FIELD_INVALID"}}),
    testing::RefusalName);

}  // namespace
}  // namespace serieslink::ingest
