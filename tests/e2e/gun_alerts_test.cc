// Goal: alerts tell what became of lost guns, and what cannot be of any gun.
// Method: as alerts_test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/e2e/alerts_case.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(AlertsTest, AStolenGunIsSightedAndRecoveredForBothSides) {
  site_.Push({Stolen("L", "AB12345")});
  site_.Push({Incident("A", "AB12345")});
  site_.Push({Police("btp", "R", "RECOVERY", "2017-05-01", "AB12345")});
  for (const char* const agency : {"kent", "mps", "btp"}) {
    EXPECT_THAT(site_.Told(agency),
                ElementsAre("2 STOLEN_GUN_SIGHTED 1 by A", "3 STOLEN_GUN_RECOVERED 1 by R"));
  }
  const std::vector<alert::v1::Alert> alerts = site_.Alerts("kent");
  EXPECT_THAT(alerts[0].losing_agencies(), ElementsAre("kent"));
  EXPECT_THAT(alerts[0].investigating_agencies(), ElementsAre("mps"));
  EXPECT_THAT(alerts[0].exhibits(), SizeIs(1));
  EXPECT_THAT(alerts[0].events(), ElementsAre(HasSubstr("EV-")));
  EXPECT_THAT(alerts[1].investigating_agencies(), ElementsAre("btp"));
}

TEST_F(AlertsTest, AStolenGunThatIsHandedInOrSeizedAtABorderIsToldOf) {
  site_.Push({Stolen("L", "AB12345"), Stolen("M", "CD67890")});
  site_.Push({Police("btp", "S", "SURRENDER", "2017-05-01", "AB12345")});
  site_.Push(
      {Of("border_force",
          "border_force { seizure_number: 'B' seized: '2017-06-01' guns { make: 'Glock' "
          "calibre: '9x19' serials { text: 'CD67890' } } marking { visibility: 'OPEN' } }")});
  for (const char* const agency : {"kent", "btp", "border_force"}) {
    EXPECT_THAT(site_.Told(agency),
                ElementsAre("2 STOLEN_GUN_RECOVERED 0 by S", "3 STOLEN_GUN_RECOVERED 0 by B"));
  }
  const alert::v1::Alert seized = site_.Alerts("kent")[1];
  EXPECT_THAT(seized.losing_agencies(), ElementsAre("kent"));
  EXPECT_THAT(seized.investigating_agencies(), ElementsAre("border_force"));
}

TEST_F(AlertsTest, APartThatWasStolenByItselfIsToldOfWhenItIsBack) {
  const std::string part =
      "items { kind: 'GUN_PART' part_kind: 'frame' make: 'Glock' calibre: '9x19' serials { text: "
      "'AB12345' part: 'FRAME' } } marking { visibility: 'OPEN' } }";
  site_.Push(
      {Of("kent", "licensing { report_id: 'L' loss_kind: 'STOLEN' lost: '2016-01-10' " + part)});
  site_.Push({Of("mps",
                 "force { system: 'S' record_id: 'R' record_type: 'RECOVERY' occurred: "
                 "'2017-05-01' " +
                     part)});
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 STOLEN_GUN_RECOVERED 0 by R"));
}

TEST_F(AlertsTest, APartOfAStolenGunIsToldOfAsThat) {
  const std::string frame =
      "items { kind: 'GUN_PART' part_kind: 'frame' make: 'Glock' calibre: '9x19' serials { text: "
      "'AB12345' part: 'FRAME' } } marking { visibility: 'OPEN' } }";
  site_.Push({Stolen("L", "AB12345")});
  site_.Push({Of("mps",
                 "force { system: 'S' record_id: 'R' record_type: 'RECOVERY' occurred: "
                 "'2017-03-01' " +
                     frame)});
  site_.Push(
      {Of("border_force", "border_force { seizure_number: 'B' seized: '2017-04-01' " + frame)});
  site_.Push({Police("btp", "W", "RECOVERY", "2017-05-01", "AB12345")});
  for (const char* const agency : {"kent", "mps"}) {
    EXPECT_THAT(site_.Told(agency),
                ElementsAre("2 STOLEN_GUN_RECOVERED 0 by R", "3 STOLEN_GUN_RECOVERED 0 by B",
                            "4 STOLEN_GUN_RECOVERED 0 by W"));
  }
  const std::vector<alert::v1::Alert> alerts = site_.Alerts("kent");
  EXPECT_THAT(alerts[0].explanation(), HasSubstr("a part of it"));
  EXPECT_THAT(alerts[0].losing_agencies(), ElementsAre("kent"));
  EXPECT_THAT(alerts[0].investigating_agencies(), ElementsAre("mps"));
  EXPECT_THAT(alerts[1].explanation(), HasSubstr("a part of it"));
  EXPECT_THAT(alerts[1].investigating_agencies(), ElementsAre("border_force"));
  // The gun itself.
  EXPECT_THAT(alerts[2].explanation(), IsEmpty());
  EXPECT_THAT(alerts[2].investigating_agencies(), ElementsAre("btp"));
}

TEST_F(AlertsTest, TheTheftMayBeReportedLast) {
  site_.Push({Incident("A", "AB12345"), Police("btp", "R", "RECOVERY", "2017-05-01", "AB12345")});
  site_.Push({Stolen("L", "AB12345")});
  EXPECT_THAT(site_.Told("kent"), testing::UnorderedElementsAre("2 STOLEN_GUN_SIGHTED 1 by L",
                                                                "2 STOLEN_GUN_RECOVERED 1 by L"));
  EXPECT_NE(site_.Alerts("kent")[0].alert_id(), site_.Alerts("kent")[1].alert_id());
}

TEST_F(AlertsTest, ALeadIsForTheLinkingAgencyAlone) {
  site_.Push({Stolen("L", "AB12345")});
  site_.Push({Incident("A", "AB12346")});
  EXPECT_THAT(site_.Told("nabis"), ElementsAre("2 STOLEN_GUN_LEAD 0 by A"));
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
  EXPECT_THAT(site_.Told("mps"), IsEmpty());
  const alert::v1::Alert lead = site_.Alerts("nabis")[0];
  EXPECT_THAT(lead.losing_agencies(), ElementsAre("kent"));
  EXPECT_THAT(lead.investigating_agencies(), ElementsAre("mps"));
  EXPECT_THAT(lead.exhibits(), SizeIs(2));
}

TEST_F(AlertsTest, ALeadIsNewsOnceAndNotWhenARecordIsOpenedOrAStreamIs) {
  site_.Push({Stolen("L", "AB12345")});
  site_.Push({Incident("A", "AB12346", 1, /*is_open=*/false)});
  site_.Push({Incident("A", "AB12346", 2)});
  site_.Push({Incident("B", "AB12355")});
  EXPECT_THAT(site_.Told("nabis"), ElementsAre("4 STOLEN_GUN_LEAD 0 by B"))
      << "the queue of leads has the one that was hidden when it was found";
  EXPECT_THAT(site_.Told("nabis", {}), IsEmpty()) << "what is there when a stream begins";
  site_.pipeline.Restart(LeadsOnly());
  EXPECT_THAT(site_.Told("nabis", {}), IsEmpty()) << "also while it is derived anew";
}

// What the laboratory has of a gun, or what was found, by its own words.
SentMessage Laboratory(const std::string& id, const std::string& text) {
  return Of("nabis", absl::StrCat("nabis { entry_id: '", id, "' ", text,
                                  " marking { visibility: 'OPEN' } }"));
}
std::string GunAtLaboratory(const std::string& found_at, const std::string& reference,
                            const std::string& serial) {
  return absl::StrCat("exhibit { exhibit_type: 'GUN' found_at: '", found_at,
                      "' occurred: '2017-03-01' crime_references: '", reference,
                      "' gun { make: 'Glock' calibre: '9x19' serials { text: '", serial,
                      "' } } received: '2017-05-02' }");
}

std::vector<std::string> OwnOf(Site& site, const std::string& agency) {
  alert::v1::WatchAlertsRequest request = FromTheBeginning();
  request.mutable_filter()->set_own(true);
  std::vector<std::string> kinds;
  for (const alert::v1::Alert& alert : site.Alerts(agency, request)) {
    kinds.push_back(
        absl::StrCat(alert.revision(), " ",
                     alert::v1::AlertKind_Name(alert.kind()).substr(sizeof("ALERT_KIND"))));
  }
  return kinds;
}

TEST_F(AlertsTest, TheForceOfACrimeReferenceHearsOfWhatALaboratoryAloneRecorded) {
  site_.Push({Stolen("L", "AB12345")});
  site_.Push({Laboratory("N", GunAtLaboratory("INCIDENT", "MPS 950/17", "AB12345"))});
  EXPECT_THAT(OwnOf(site_, "mps"), testing::Contains("2 STOLEN_GUN_SIGHTED"));
  EXPECT_THAT(OwnOf(site_, "essex"), IsEmpty());
  for (const alert::v1::Alert& alert : site_.Alerts("kent")) {
    if (alert.kind() != alert::v1::ALERT_KIND_STOLEN_GUN_SIGHTED) continue;
    EXPECT_THAT(alert.losing_agencies(), ElementsAre("kent"));
    EXPECT_THAT(alert.investigating_agencies(), ElementsAre("mps", "nabis"));
  }
}

TEST_F(AlertsTest, AForceWhoseLossALaboratoryAloneRecordedIsTheOneThatLost) {
  site_.Push({Laboratory(
      "N",
      "event { event_type: 'LOSS' crime_references: 'MERS 44/17' occurred: '2016-01-05' loss_kind: "
      "'STOLEN' guns { make: 'Glock' calibre: '9x19' serials { text: 'AB12345' } } }")});
  site_.Push({Police("btp", "R", "RECOVERY", "2017-05-01", "AB12345")});
  EXPECT_THAT(OwnOf(site_, "mers"), ElementsAre("2 STOLEN_GUN_RECOVERED"));
  EXPECT_THAT(site_.Alerts("mers")[0].losing_agencies(), ElementsAre("mers", "nabis"));
}

TEST_F(AlertsTest, WhoComesToBeConcernedByAKnownTieHearsOfIt) {
  site_.Push({Stolen("L", "AB12345")});
  site_.Push({Incident("A", "AB12345")});
  // The laboratory's record of the same incident.
  site_.Push({Laboratory("N", GunAtLaboratory("INCIDENT", "MPS A/17", "AB12345"))});
  EXPECT_THAT(OwnOf(site_, "nabis"), testing::Contains("3 STOLEN_GUN_SIGHTED"));
  EXPECT_THAT(OwnOf(site_, "kent"), testing::Contains("2 STOLEN_GUN_SIGHTED"));
  EXPECT_THAT(OwnOf(site_, "kent"), testing::Not(testing::Contains("3 STOLEN_GUN_SIGHTED")));
}

TEST_F(AlertsTest, ALeadOfWhatAStolenGunLeftIsForTheLinkingAgencies) {
  site_.Push({Stolen("L", "AB12345")});
  site_.Push({Laboratory("E1", GunAtLaboratory("RECOVERY", "ESSEX 5/17", "AB12345"))});
  site_.Push(
      {Laboratory("E1T",
                  "exhibit { exhibit_type: 'TEST_FIRE_CASES' test_fire_of { source_id: 'E1' } "
                  "test_fired: '2017-05-03' }"),
       Laboratory("E2",
                  "exhibit { exhibit_type: 'CASE_GROUP' found_at: 'INCIDENT' occurred: "
                  "'2017-03-14' crime_references: 'MPS 77/17' item { kind: 'CASE_GROUP' "
                  "quantity: 3 calibre: '9x19' } }")});
  site_.Push(
      {Laboratory("C",
                  "comparison { first { source_id: 'E1T' } second { source_id: 'E2' } channel: "
                  "'CASE' verdict: 'LEAD' stage: 'ON_SCREEN' examined: '2017-06-05' }")});
  alert::v1::WatchAlertsRequest request = FromTheBeginning();
  request.mutable_filter()->add_kinds(alert::v1::ALERT_KIND_STOLEN_GUN_LEAD);
  const auto leads = site_.Alerts("nabis", request);
  ASSERT_THAT(leads, SizeIs(1));
  EXPECT_EQ(leads[0].revision(), 4);
  EXPECT_THAT(leads[0].losing_agencies(), ElementsAre("kent"));
  EXPECT_THAT(leads[0].investigating_agencies(), testing::Contains("nabis"));
  EXPECT_THAT(leads[0].exhibits(), SizeIs(3));
  EXPECT_THAT(site_.Alerts("kent", request), IsEmpty());
}

TEST_F(AlertsTest, ALeadThatStoodBeforeTheLossIsToldWhenTheLossComes) {
  site_.Push({Laboratory("E1", GunAtLaboratory("RECOVERY", "ESSEX 5/17", "AB12345")),
              Laboratory("E1T",
                         "exhibit { exhibit_type: 'TEST_FIRE_CASES' test_fire_of { source_id: 'E1' "
                         "} test_fired: '2017-05-03' }"),
              Laboratory("E2",
                         "exhibit { exhibit_type: 'CASE_GROUP' found_at: 'INCIDENT' occurred: "
                         "'2017-03-14' crime_references: 'MPS 77/17' item { kind: 'CASE_GROUP' "
                         "quantity: 3 calibre: '9x19' } }")});
  site_.Push(
      {Laboratory("C",
                  "comparison { first { source_id: 'E1T' } second { source_id: 'E2' } channel: "
                  "'CASE' verdict: 'LEAD' stage: 'ON_SCREEN' examined: '2017-06-05' }")});
  alert::v1::WatchAlertsRequest request = FromTheBeginning();
  request.mutable_filter()->add_kinds(alert::v1::ALERT_KIND_STOLEN_GUN_LEAD);
  EXPECT_THAT(site_.Alerts("nabis", request), IsEmpty()) << "of a gun that nobody lost";
  site_.Push({Stolen("L", "AB12345")});
  const auto leads = site_.Alerts("nabis", request);
  ASSERT_THAT(leads, SizeIs(1));
  EXPECT_EQ(leads[0].revision(), 3);
  EXPECT_THAT(leads[0].losing_agencies(), ElementsAre("kent"));
  EXPECT_THAT(leads[0].causes(), ElementsAre(site_.records.at("L")));
  EXPECT_THAT(leads[0].exhibits(), SizeIs(3));
  EXPECT_THAT(site_.Alerts("kent", request), IsEmpty()) << "a lead is for those who link";
  // It is told once: a further report makes nothing of it that was not so.
  site_.Push({Police("essex", "M", "LOSS", "2016-01-10", "AB12345", "loss_kind: 'STOLEN'")});
  EXPECT_THAT(site_.Alerts("nabis", request), SizeIs(1));
}

TEST_F(AlertsTest, AGunThatWasFiredInTheCrimeByWhichItWentWasUsed) {
  const auto stolen_and = [](const std::string& incident, Site& site) {
    const std::string gun =
        " guns { make: 'Glock' calibre: '9x19' serials { text: 'AB12345' } } marking { visibility: "
        "'OPEN' } }";
    site.Push({Of("kent",
                  "licensing { report_id: 'L' loss_kind: 'STOLEN' lost: '2017-02-01' "
                  "crime_references: 'KENT 5000/17'" +
                      gun)});
    site.Push({Of("kent",
                  "force { system: 'S' record_id: 'A' record_type: 'INCIDENT' occurred: "
                  "'2017-02-01' crime_references: '5000/17' " +
                      incident + gun)});
    return site.Told("kent");
  };
  const auto is_use = testing::Contains(testing::HasSubstr("STOLEN_GUN_SIGHTED"));
  Site fired;
  Site not_fired;
  EXPECT_THAT(stolen_and("shots { fired: 'Y' }", fired), is_use);
  EXPECT_THAT(stolen_and("shots { fired: 'N' }", not_fired), testing::Not(is_use));
  EXPECT_THAT(stolen_and("", site_), testing::Not(is_use));
  // Cases of it that lay there say so too, whoever examined them.
  site_.Push({Laboratory("E2",
                         "exhibit { exhibit_type: 'CASE_GROUP' found_at: 'INCIDENT' occurred: "
                         "'2017-02-01' crime_references: 'KENT 5000/17' item { kind: 'CASE_GROUP' "
                         "quantity: 3 calibre: '9x19' } }"),
              Laboratory("E1", GunAtLaboratory("RECOVERY", "ESSEX 5/17", "AB12345")),
              Laboratory("E1T",
                         "exhibit { exhibit_type: 'TEST_FIRE_CASES' test_fire_of { source_id: 'E1' "
                         "} test_fired: '2017-05-03' }"),
              Laboratory("C",
                         "comparison { first { source_id: 'E1T' } second { source_id: 'E2' } "
                         "channel: 'CASE' verdict: 'CONFIRMED' stage: 'MICROSCOPE' examined: "
                         "'2017-06-05' }")});
  EXPECT_THAT(site_.Told("kent"), is_use);
}

TEST_F(AlertsTest, TwoLegalClassesForOneDayContradict) {
  const auto classed = [](const std::string& agency, const std::string& id,
                          const std::string& legal_class, const std::string& day) {
    return Of(agency, absl::StrCat("force { system: 'S' record_id: '", id,
                                   "' record_type: 'RECOVERY' occurred: '2016-01-01' guns { make: "
                                   "'Glock' calibre: '9x19' serials { text: 'AB12345' } "
                                   "legal_classes { legal_class: '",
                                   legal_class, "' as_of: '", day,
                                   "' } } marking { visibility: 'OPEN' } }"));
  };
  site_.Push({Stolen("L", "AB12345")});
  site_.Push({classed("kent", "A", "SECTION_1", "2017-02-01")});
  site_.Push({classed("mps", "B", "SECTION_5_PROHIBITED", "2017-02-02")});
  const auto is_told = testing::Contains(testing::HasSubstr("LEGAL_CLASSES_DIFFER"));
  EXPECT_THAT(site_.Told("kent"), testing::Not(is_told)) << "a class can change from day to day";
  site_.Push({classed("essex", "C", "SECTION_5_PROHIBITED", "2017-02-01")});
  EXPECT_THAT(site_.Told("kent"), is_told);
}

TEST_F(AlertsTest, TheRecordOfTheTheftItselfIsNoUse) {
  const std::string gun =
      " guns { make: 'Glock' calibre: '9x19' serials { text: 'AB12345' } } marking { visibility: "
      "'OPEN' } }";
  site_.Push({Of("kent",
                 "licensing { report_id: 'L' loss_kind: 'STOLEN' lost: '2017-02-01' "
                 "crime_references: 'KENT 5000/17'" +
                     gun)});
  site_.Push({Of("kent",
                 "force { system: 'S' record_id: 'A' record_type: 'INCIDENT' occurred: "
                 "'2017-02-01' crime_references: '5000/17'" +
                     gun)});
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
  // Under another reference it is a use.
  site_.Push({Incident("B", "AB12345")});
  EXPECT_THAT(site_.Told("kent"), testing::Contains("3 STOLEN_GUN_SIGHTED 2 by B"));
}

TEST_F(AlertsTest, AGunThatIsReturnedAfterItsDestructionContradicts) {
  site_.Push(
      {Police("kent", "R", "RECOVERY", "2015-01-01", "AB12345"),
       Police("kent", "D", "DISPOSAL", "2016-01-01", "AB12345", "disposal_kind: 'DESTROYED'")});
  site_.Push(
      {Police("kent", "E", "DISPOSAL", "2016-01-21", "AB12345", "disposal_kind: 'RETURNED'")});
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 CONTRADICTION 0 by E USED_AFTER_DESTRUCTION"));
}

TEST_F(AlertsTest, UseAfterDestructionContradicts) {
  site_.Push(
      {Police("kent", "R", "RECOVERY", "2015-01-01", "AB12345"),
       Police("kent", "D", "DISPOSAL", "2016-01-01", "AB12345", "disposal_kind: 'DESTROYED'")});
  site_.Push({Incident("A", "AB12345")});
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 CONTRADICTION 1 by A USED_AFTER_DESTRUCTION"));
  EXPECT_THAT(site_.Alerts("mps")[0].agencies(), ElementsAre("kent", "mps"));
}

TEST_F(AlertsTest, AVersionThatChangesOnlyHowAGunWasDisposedOfIsLookedAt) {
  const auto disposal = [](const std::string& kind, int version) {
    return Police("kent", "D", "DISPOSAL", "2016-01-01", "AB12345",
                  absl::StrCat("disposal_kind: '", kind, "' version: ", version));
  };
  site_.Push({Police("kent", "R", "RECOVERY", "2015-01-01", "AB12345"), disposal("RETURNED", 1)});
  site_.Push({Incident("A", "AB12345")});
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 CONTRADICTION 1 by A USED_AFTER_RETURN"));
  alert::v1::WatchAlertsRequest from_there;
  from_there.set_after_revision(2);
  site_.Push({disposal("DESTROYED", 2)});
  EXPECT_THAT(site_.Told("kent", from_there),
              ElementsAre("3 CONTRADICTION 1 by D USED_AFTER_DESTRUCTION"));
}

TEST_F(AlertsTest, WhateverTellsOfADestroyedGunContradicts) {
  const auto destroyed = [](const std::string& id, const std::string& serial) {
    return Police("kent", id, "DISPOSAL", "2016-01-01", serial, "disposal_kind: 'DESTROYED'");
  };
  site_.Push({destroyed("D1", "AB12345"), destroyed("D2", "CD67890"), destroyed("D3", "EF24680"),
              destroyed("D4", "GH13579")});
  site_.Push({Police("mps", "R", "RECOVERY", "2017-01-01", "AB12345")});
  site_.Push({Police("mps", "S", "SURRENDER", "2017-01-01", "CD67890")});
  site_.Push({Police("mps", "L", "LOSS", "2017-01-01", "EF24680", "loss_kind: 'STOLEN'")});
  // Another agency's record of the same end.
  site_.Push(
      {Police("mps", "D", "DISPOSAL", "2016-01-09", "GH13579", "disposal_kind: 'DESTROYED'")});
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 CONTRADICTION 0 by R USED_AFTER_DESTRUCTION",
                                              "3 CONTRADICTION 0 by S USED_AFTER_DESTRUCTION",
                                              "4 CONTRADICTION 0 by L USED_AFTER_DESTRUCTION"));
  const alert::v1::Alert alert = site_.Alerts("mps")[0];
  EXPECT_THAT(alert.events(), ElementsAre(HasSubstr("EV-")));
  EXPECT_THAT(alert.agencies(), ElementsAre("kent", "mps"));
}

TEST_F(AlertsTest, AGunThatIsGivenBackAndUsedIsToldOfWhetherOrNotItWasLost) {
  const auto returned = [](const std::string& id, const std::string& serial) {
    return Police("kent", id, "DISPOSAL", "2016-08-01", serial, "disposal_kind: 'RETURNED'");
  };
  site_.Push({Stolen("L", "AB12345"), Police("kent", "R", "RECOVERY", "2016-05-01", "AB12345"),
              returned("D1", "AB12345"), returned("D2", "CD67890")});
  site_.Push({Incident("A", "AB12345")});
  site_.Push({Incident("B", "CD67890")});
  // A further loss that can lie between explains it.
  site_.Push({Police("kent", "M", "LOSS", "2016-12-01", "CD67890", "loss_kind: 'STOLEN'")});
  EXPECT_THAT(site_.Told("mps"),
              testing::UnorderedElementsAre(
                  "1 STOLEN_GUN_RECOVERED 0 by L, R, D1", "2 STOLEN_GUN_SIGHTED 1 by A",
                  "2 CONTRADICTION 1 by A USED_AFTER_RETURN",
                  "3 CONTRADICTION 1 by B USED_AFTER_RETURN", "4 STOLEN_GUN_SIGHTED 1 by M"));
}

TEST_F(AlertsTest, WhatCanHaveComeAfterALossWithoutADateIsTold) {
  const auto lost = [](const std::string& id, const std::string& serial, const std::string& when) {
    return Police("kent", id, "LOSS", when, serial, "loss_kind: 'STOLEN'");
  };
  site_.Push({lost("L1", "AB12345", ""), lost("L2", "CD67890", "2017-05-01T18:00Z"),
              lost("L3", "EF24680", "2017-05-10")});
  site_.Push({Police("mps", "A", "INCIDENT", "2017-05-01", "AB12345")});
  site_.Push({Police("mps", "R", "RECOVERY", "2017-05-01", "CD67890")});
  site_.Push({Police("mps", "B", "RECOVERY", "2017-05", "EF24680")});
  EXPECT_THAT(site_.Told("kent"),
              ElementsAre("2 STOLEN_GUN_SIGHTED 1 by A", "3 STOLEN_GUN_RECOVERED 0 by R",
                          "4 STOLEN_GUN_RECOVERED 0 by B"));
}

TEST_F(AlertsTest, AUseBeforeAGunWasFoundAgainContradictsNothing) {
  const auto found = [](const std::string& id, const std::string& serial, const std::string& more) {
    return Police("kent", id, "LOSS", "2017-02-10", serial,
                  "loss_kind: 'STOLEN' cancelled_as_found: true " + more);
  };
  site_.Push({found("L1", "AB12345", "found: '2017-03-20'"), found("L2", "CD67890", ""),
              found("L3", "EF24680", "found: '2017-02-12'")});
  site_.Push({Incident("A", "AB12345")});
  site_.Push({Incident("B", "CD67890")});
  site_.Push({Incident("C", "EF24680")});
  EXPECT_THAT(site_.Told("kent"),
              testing::UnorderedElementsAre(
                  "2 STOLEN_GUN_SIGHTED 1 by A", "3 STOLEN_GUN_SIGHTED 1 by B",
                  "4 STOLEN_GUN_SIGHTED 1 by C", "4 CONTRADICTION 1 by C USED_AFTER_RETURN"));
}

TEST_F(AlertsTest, AUseAfterOneOfSeveralGunsWasFoundAgainContradicts) {
  site_.Push(
      {Of("kent",
          "force { system: 'S' record_id: 'L' record_type: 'LOSS' loss_kind: 'STOLEN' "
          "occurred: '2016-02-10' guns { reference: 'A' make: 'Glock' calibre: '9x19' "
          "serials { text: 'AB12345' } cancelled_as_found: true found: '2016-02-12' } "
          "guns { reference: 'B' make: 'Glock' calibre: '9x19' serials { text: 'CD67890' } } "
          "marking { visibility: 'OPEN' } }")});
  site_.Push({Incident("A", "AB12345")});
  site_.Push({Incident("B", "CD67890")});
  EXPECT_THAT(site_.Told("kent"),
              testing::UnorderedElementsAre("2 STOLEN_GUN_SIGHTED 1 by A",
                                            "2 CONTRADICTION 1 by A USED_AFTER_RETURN",
                                            "3 STOLEN_GUN_SIGHTED 1 by B"));
}

TEST_F(AlertsTest, UseInCustodyContradicts) {
  site_.Push({Police("kent", "R", "RECOVERY", "2016-01-01", "AB12345")});
  site_.Push({Incident("A", "AB12345")});
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 CONTRADICTION 1 by A CUSTODY"));
}

TEST_F(AlertsTest, UseOfAGunThatWasKeptContradicts) {
  site_.Push(
      {Police("kent", "R", "RECOVERY", "2016-01-01", "AB12345"),
       Police("kent", "D", "DISPOSAL", "2016-06-01", "AB12345", "disposal_kind: 'RETAINED'")});
  site_.Push({Incident("A", "AB12345")});
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 CONTRADICTION 1 by A CUSTODY"));
}

TEST_F(AlertsTest, ALossInCustodyContradicts) {
  site_.Push(
      {Of("kent",
          "force { system: 'S' record_id: 'R' record_type: 'RECOVERY' occurred: '2016-01-01' "
          "guns { make: 'Glock' calibre: '9x19' serials { text: 'AB12345' } custody { holder: "
          "'Kent store' from: '2016-01-02' until: '2016-12-01' } } marking { visibility: 'OPEN' } "
          "}")});
  site_.Push({Police("mps", "L", "LOSS", "2016-06-01", "AB12345", "loss_kind: 'STOLEN'")});
  EXPECT_THAT(site_.Told("kent"),
              testing::UnorderedElementsAre("2 CONTRADICTION 0 by L CUSTODY",
                                            "2 CONTRADICTION 0 by L BEFORE_LOSS"));
}

TEST_F(AlertsTest, AUseBeforeTheLossAndReportsThatDifferAreContradictions) {
  site_.Push({Incident("A", "AB12345"), Stolen("L", "CD67890")});
  site_.Push({Police("kent", "M", "LOSS", "2017-12-01", "AB12345", "loss_kind: 'STOLEN'")});
  site_.Push({Police("kent", "N", "LOSS", "2016-01-10", "CD67890", "loss_kind: 'LOST'")});
  EXPECT_THAT(site_.Told("kent"), ElementsAre("2 CONTRADICTION 1 by M BEFORE_LOSS",
                                              "3 CONTRADICTION 0 by N LOSS_KINDS_DIFFER"));
}

}  // namespace
}  // namespace serieslink
