// Goal: what a consignment has to do with the weapons inland: routes, and where a weapon comes
// from. Method: as in border_test.
#include "tests/e2e/border_case.h"

namespace serieslink {
namespace {

TEST_F(BorderTest, RoutesCountConsignmentsItemsAndWeaponsInlandApart) {
  Push(Seizure("S1", "2021-02-11",
               "mode: 'POST' port_code: 'GBLHR' declared_origin: 'DE' true_origin: 'TR' "
               "transit: 'BG' guns { reference: 'g' make: 'Ekol' } "
               "items { reference: 'p' kind: 'GUN_PART' make: 'Ekol' quantity: 3 } "));
  Push(Seizure("S2", "2021-05-11", "declared_origin: 'DE' "));
  Push(Seizure("S3", "2021-05-12", "declared_origin: 'DE' ", ""));
  const auto inland = [&](const std::string& id, const std::string& type, const std::string& gun) {
    Push(
        Of("kent", absl::StrCat("force { system: 'NICHE' record_id: '", id, "' record_type: '",
                                type, "' occurred: '2021-06-01' guns { ", gun, " } ", kOpen, "}")));
  };
  // Two records of one gun are one weapon; a gun at an incident is not in hand.
  const std::string gun =
      "make: 'Ekol' calibre: '9x19' serials { text: 'EK482137' part: 'FRAME' } ";
  inland("R1", "RECOVERY", gun + "country_of_origin: 'TR'");
  inland("R2", "SURRENDER", gun);
  inland("R3", "RECOVERY", "make: 'Glock'");
  inland("I1", "INCIDENT", "make: 'Glock' country_of_origin: 'AT'");
  // One that a laboratory was sent from an incident was found there.
  Push(Of("nabis", absl::StrCat("nabis { entry_id: 'E1' exhibit { exhibit_type: 'GUN' found_at: "
                                "'INCIDENT' occurred: '2021-06-01' gun { make: 'CZ' "
                                "country_of_origin: 'CZ' } } ",
                                kOpen, "}")));
  const auto rows = [&](const std::string& filter, const std::string& id) {
    border::v1::CountConsignmentsRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(filter, request.mutable_filter()));
    request.mutable_view()->set_min_revision(revision_);
    border::v1::CountConsignmentsResponse response;
    const absl::Status status = Service().Count(
        view::Viewer{"mps"}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
        response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> lines;
    for (const auto& table : response.tables()) {
      if (table.id() != id) continue;
      for (const auto& row : table.rows()) {
        lines.push_back(absl::StrCat(absl::StrJoin(row.keys(), "/"), " ", row.consignments(), " ",
                                     row.guns(), " ", row.parts(), " ", row.inland_weapons()));
      }
    }
    return lines;
  };
  EXPECT_THAT(rows("", "border.declared_origin"), ElementsAre("DE 2 1 3 0"));
  EXPECT_THAT(rows("", "border.true_origin"), ElementsAre("TR 1 1 3 0", "unknown 1 0 0 0"));
  EXPECT_THAT(rows("", "border.route"),
              ElementsAre("DE/unknown/unknown 1 0 0 0", "TR/BG/GBLHR 1 1 3 0"));
  EXPECT_THAT(rows("", "border.make"), ElementsAre("EKOL 1 1 3 0"));
  EXPECT_THAT(rows("", "border.quarter"), ElementsAre("2021Q1 1 1 3 0", "2021Q2 1 0 0 0"));
  EXPECT_THAT(rows("", "inland.country"),
              ElementsAre("CZ 0 0 0 1", "TR 0 0 0 1", "unknown 0 0 0 1"));
  EXPECT_THAT(rows("make: 'Ekol'", "inland.country"), ElementsAre("TR 0 0 0 1"));
  EXPECT_THAT(rows("port: 'GBLHR'", "inland.country"), IsEmpty());
  EXPECT_THAT(rows("port: 'GBLHR'", "border.mode"), ElementsAre("post 1 1 3 0"));
}

TEST_F(BorderTest, RoutesOfAMakeCountItemsOfThatMake) {
  Push(Seizure("S1", "2021-02-11",
               "port_code: 'GBLHR' declared_origin: 'US' guns { reference: 'g' make: 'Ekol' } "
               "items { reference: 'p' kind: 'GUN_PART' make: 'CZ' quantity: 3 } "
               "items { reference: 'q' kind: 'GUN_PART' part_kind: 'slide' quantity: 5 } "));
  border::v1::CountConsignmentsRequest request;
  request.mutable_filter()->set_make("CZ");
  request.mutable_view()->set_min_revision(revision_);
  border::v1::CountConsignmentsResponse response;
  const absl::Status status = Service().Count(
      view::Viewer{"mps"}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
      response);
  ASSERT_TRUE(status.ok()) << status;
  int border_tables = 0;
  for (const auto& table : response.tables()) {
    if (!table.id().starts_with("border.")) continue;
    ++border_tables;
    ASSERT_EQ(table.rows_size(), 1) << table.id();
    EXPECT_EQ(table.rows(0).consignments(), 1) << table.id();
    EXPECT_EQ(table.rows(0).guns(), 0) << table.id();
    EXPECT_EQ(table.rows(0).parts(), 3) << table.id();
  }
  EXPECT_EQ(border_tables, 8);
}

TEST_F(BorderTest, AWeaponSaysWhereItComesFrom) {
  const std::string gun =
      "make: 'Ekol' calibre: '9x19' serials { text: 'EK582137' part: 'FRAME' } ";
  const std::string seized =
      Push(Seizure("S1", "2021-02-11",
                   absl::StrCat("declared_origin: 'DE' true_origin: 'TR' guns { ", gun, "} "),
                   " marking { visibility: 'OPEN' grading_scheme: '3X5X2' source_grade: '1' "
                   "information_grade: 'A' handling_code: 'P' } "));
  const std::string recovered = Push(
      Of("kent", absl::StrCat("force { system: 'NICHE' record_id: 'R1' record_type: 'RECOVERY' "
                              "occurred: '2021-06-01' guns { ",
                              gun, "confirmed_types: 'CONVERTED_BLANK_FIRER' } }")));
  const auto supply = [&](const std::string& agency) {
    border::v1::GetWeaponSupplyRequest request;
    request.set_weapon_id(seized);
    request.mutable_view()->set_min_revision(revision_);
    const auto reply =
        Call<border::v1::GetWeaponSupplyResponse>(agency, &border::BorderService::Supply, request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->supply();
  };
  const linkage::v1::WeaponSupply own = supply("kent");
  EXPECT_THAT(own.kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_CONVERTED_BLANK_FIRER,
                                       linkage::v1::SUPPLY_KIND_IMPORTED));
  ASSERT_THAT(own.statements(), SizeIs(2));
  EXPECT_EQ(own.statements(0).record_id(), recovered);
  EXPECT_FALSE(own.statements(0).has_grading());
  EXPECT_EQ(own.statements(1).record_id(), seized);
  EXPECT_EQ(own.statements(1).grading().information(), "A");
  EXPECT_EQ(own.statements(1).origin(), "TR");
  // What another agency keeps to itself says nothing to others.
  EXPECT_THAT(supply("mers").kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_IMPORTED));
  // The life of the gun tells the same.
  firearm::v1::TraceFirearmRequest trace;
  trace.set_firearm_id(recovered);
  firearm::v1::TraceFirearmResponse story;
  const firearm::FirearmService firearms(pipeline_.source(), &pipeline_.ids(), &tokens_, "test",
                                         &DerivationPipeline::Now);
  const absl::Status traced =
      firearms.Trace(view::Viewer{"kent"}, trace, absl::InfiniteFuture(), story);
  ASSERT_TRUE(traced.ok()) << traced;
  EXPECT_EQ(story.story().supply().SerializeAsString(), own.SerializeAsString());
  Withdraw("kent", recovered);
  EXPECT_THAT(supply("kent").kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_IMPORTED));
}

TEST_F(BorderTest, ALossThatALicensingUnitCancelsIsNoSupplyForThePolicesReportOfItEither) {
  const std::string gun = "make: 'Ekol' calibre: '9x19' serials { text: 'EK682137' part: 'FRAME' }";
  const auto license = [&](int version, const std::string& of_gun, const std::string& of_all) {
    pipeline_.Push({Of("kent", absl::StrCat("licensing { report_id: 'L1' version: ", version,
                                            " loss_kind: 'STOLEN' lost: '2021-02-10' guns { ", gun,
                                            of_gun, " } ", of_all, kOpen, "}"))});
    revision_ = static_cast<std::int64_t>(pipeline_.revision());
  };
  // No reference says that the two are of one event.
  const std::string police =
      Push(Of("kent", absl::StrCat("force { system: 'NICHE' record_id: 'P1' record_type: 'LOSS' "
                                   "occurred: '2021-02-10' loss_kind: 'STOLEN' guns { ",
                                   gun, " } ", kOpen, "}")));
  license(1, "", "");
  const auto supply = [&] {
    border::v1::GetWeaponSupplyRequest request;
    request.set_weapon_id(police);
    request.mutable_view()->set_min_revision(revision_);
    const auto reply =
        Call<border::v1::GetWeaponSupplyResponse>("mps", &border::BorderService::Supply, request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->supply();
  };
  EXPECT_THAT(supply().kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_STOLEN_LAWFUL));
  EXPECT_EQ(supply().statement_count(), 2);
  // Of the gun itself, or of all that went; taken back, it is a loss again.
  int version = 1;
  const std::string found = " cancelled_as_found: true ";
  for (const auto& [of_gun, of_all] : {std::pair(found, std::string()), {"", found}}) {
    license(++version, of_gun, of_all);
    EXPECT_THAT(supply().kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_UNKNOWN));
    license(++version, "", "");
    EXPECT_EQ(supply().statement_count(), 2);
  }
}

}  // namespace
}  // namespace serieslink
