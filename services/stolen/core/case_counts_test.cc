#include "services/stolen/core/case_counts.h"

#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::stolen {
namespace {

v1::LossCase CaseOf(const std::string& text) {
  v1::LossCase one;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &one));
  return one;
}

// "matched/licensing + police 0 1 0", a line for each row.
std::string RowsOf(const CaseCounts& counts, const std::string& id) {
  for (const v1::CountTable& table : counts.Tables()) {
    if (table.id() != id) continue;
    return absl::StrJoin(table.rows(), "", [](std::string* out, const v1::CountRow& row) {
      absl::StrAppend(out, absl::StrJoin(row.keys(), "/"), " ", row.lost(), " ", row.stolen(), " ",
                      row.not_known(), "\n");
    });
  }
  return "no such table";
}

TEST(CaseCountsTest, ReportsEventsAndCasesAreThreeCounts) {
  CaseCounts counts;
  // Two guns gone at once, of which the police know one.
  counts.AddReport(v1::REPORT_SOURCE_LICENSING, record::v1::LOSS_KIND_STOLEN, 1, "EV-1");
  counts.AddReport(v1::REPORT_SOURCE_LICENSING, record::v1::LOSS_KIND_STOLEN, 1, "EV-1");
  counts.AddReport(v1::REPORT_SOURCE_POLICE, record::v1::LOSS_KIND_STOLEN, 1, "EV-1");
  counts.AddCase(CaseOf(R"(kind: LOSS_KIND_STOLEN state: LOSS_CASE_STATE_OUTSTANDING
      reconciliation: RECONCILIATION_MATCHED sources: REPORT_SOURCE_LICENSING
      sources: REPORT_SOURCE_POLICE)"));
  counts.AddCase(CaseOf(R"(kind: LOSS_KIND_STOLEN state: LOSS_CASE_STATE_RECOVERED
      reconciliation: RECONCILIATION_ONE_SOURCE sources: REPORT_SOURCE_LICENSING)"));
  EXPECT_EQ(RowsOf(counts, "reports.source"), "licensing 0 2 0\npolice 0 1 0\n");
  EXPECT_EQ(RowsOf(counts, "events"), " 0 1 0\n");
  EXPECT_EQ(RowsOf(counts, "cases.reconciliation"),
            "matched/licensing + police 0 1 0\none source/licensing 0 1 0\n");
  EXPECT_EQ(RowsOf(counts, "cases.state"), "outstanding 0 1 0\nrecovered 0 1 0\n");
}

// The same of pieces.
std::string PiecesIn(const CaseCounts& counts, const std::string& id) {
  for (const v1::CountTable& table : counts.Tables()) {
    if (table.id() != id) continue;
    if (table.pieces().empty()) return "not counted";
    return absl::StrJoin(table.rows(), "", [](std::string* out, const v1::CountRow& row) {
      absl::StrAppend(out, absl::StrJoin(row.keys(), "/"), " ", row.lost_pieces(), " ",
                      row.stolen_pieces(), " ", row.not_known_pieces(), "\n");
    });
  }
  return "no such table";
}

TEST(CaseCountsTest, PiecesOfPartsStandBesideCasesAndAreNoGuns) {
  CaseCounts counts;
  // A gun and a box of magazines, which licensing counts and the police do not.
  counts.AddReport(v1::REPORT_SOURCE_LICENSING, record::v1::LOSS_KIND_STOLEN, 1, "EV-1");
  counts.AddReport(v1::REPORT_SOURCE_LICENSING, record::v1::LOSS_KIND_STOLEN, 12, "EV-1");
  counts.AddReport(v1::REPORT_SOURCE_POLICE, record::v1::LOSS_KIND_LOST, 1, "EV-2");
  counts.AddCase(CaseOf(R"(kind: LOSS_KIND_STOLEN state: LOSS_CASE_STATE_OUTSTANDING quantity: 1
      completeness: COMPLETENESS_WHOLE_GUN place { police_force: "kent" })"));
  counts.AddCase(CaseOf(R"(kind: LOSS_KIND_STOLEN state: LOSS_CASE_STATE_SIGHTED quantity: 12
      completeness: COMPLETENESS_PART place { police_force: "kent" }
      uses { place { police_force: "mps" } })"));
  counts.AddCase(CaseOf(R"(state: LOSS_CASE_STATE_OUTSTANDING quantity: 2
      completeness: COMPLETENESS_PART)"));
  EXPECT_EQ(RowsOf(counts, "reports.source"), "licensing 0 2 0\npolice 1 0 0\n");
  EXPECT_EQ(PiecesIn(counts, "reports.source"), "licensing 0 13 0\npolice 1 0 0\n");
  EXPECT_EQ(RowsOf(counts, "cases.completeness"), "part 0 1 1\nwhole gun 0 1 0\n");
  EXPECT_EQ(PiecesIn(counts, "cases.completeness"), "part 0 12 2\nwhole gun 0 1 0\n");
  EXPECT_EQ(PiecesIn(counts, "cases.state"), "outstanding 0 1 2\nsighted 0 12 0\n");
  EXPECT_EQ(RowsOf(counts, "cases.london"), "elsewhere/London 0 1 0\n");
  EXPECT_EQ(PiecesIn(counts, "cases.london"), "elsewhere/London 0 12 0\n");
  EXPECT_EQ(PiecesIn(counts, "cases.place"),
            "/not used 0 0 2\nkent/mps 0 12 0\nkent/not used 0 1 0\n");
  EXPECT_EQ(PiecesIn(counts, "events"), "not counted");
}

TEST(CaseCountsTest, EventsThatReportsOfOneCaseTellAreOne) {
  CaseCounts counts;
  for (const char* const event : {"EV-1", "EV-2", "EV-3", "EV-4"}) {
    counts.AddReport(v1::REPORT_SOURCE_POLICE, record::v1::LOSS_KIND_STOLEN, 1, event);
  }
  EXPECT_EQ(RowsOf(counts, "events"), " 0 4 0\n");
  counts.AddCase(CaseOf("reports { event_id: 'EV-3' } reports { event_id: 'EV-2' }"));
  EXPECT_EQ(RowsOf(counts, "events"), " 0 3 0\n");
  counts.AddCase(CaseOf("reports { event_id: 'EV-1' } reports { event_id: 'EV-3' }"));
  counts.AddCase(CaseOf("reports { event_id: 'EV-1' } reports { event_id: 'EV-2' }"));
  EXPECT_EQ(RowsOf(counts, "events"), " 0 2 0\n");
  counts.AddCase(CaseOf("reports { event_id: 'EV-4' }"));
  EXPECT_EQ(RowsOf(counts, "events"), " 0 2 0\n");
}

TEST(CaseCountsTest, AnEventIsOfTheKindThatItsReportsAgreeOn) {
  const std::pair<record::v1::LossKind, const char*> reports[] = {
      {record::v1::LOSS_KIND_STOLEN, "EV-1"},
      {record::v1::LOSS_KIND_UNSPECIFIED, "EV-1"},
      {record::v1::LOSS_KIND_LOST, "EV-2"},
      {record::v1::LOSS_KIND_STOLEN, "EV-2"},
      {record::v1::LOSS_KIND_UNSPECIFIED, "EV-3"}};
  CaseCounts counts;
  CaseCounts reversed;
  for (std::size_t i = 0; i < std::size(reports); ++i) {
    const auto& [kind, event] = reports[i];
    counts.AddReport(v1::REPORT_SOURCE_POLICE, kind, 1, event);
    const auto& [last_kind, last_event] = reports[std::size(reports) - 1 - i];
    reversed.AddReport(v1::REPORT_SOURCE_POLICE, last_kind, 1, last_event);
  }
  EXPECT_EQ(RowsOf(counts, "events"), " 0 1 2\n");
  EXPECT_EQ(RowsOf(reversed, "events"), " 0 1 2\n");
}

TEST(CaseCountsTest, StolenElsewhereUsedInLondonAndTheReverse) {
  CaseCounts counts;
  counts.AddCase(CaseOf(R"(kind: LOSS_KIND_STOLEN place { police_force: "kent" }
      uses { place { police_force: "mps" borough_code: "E09000014" } }
      uses { place { borough_code: "E09000022" } })"));
  counts.AddCase(CaseOf(R"(kind: LOSS_KIND_LOST place { borough_code: "E09000001" }
      uses { place { police_force: "essex" } } uses {})"));
  counts.AddCase(CaseOf(R"(kind: LOSS_KIND_STOLEN place { police_force: "kent" })"));
  EXPECT_EQ(RowsOf(counts, "cases.london"),
            "London/ 1 0 0\nLondon/elsewhere 1 0 0\n"
            "elsewhere/London 0 1 0\n");
  EXPECT_EQ(RowsOf(counts, "cases.place"),
            "city/ 1 0 0\ncity/essex 1 0 0\nkent/mps 0 1 0\nkent/not used 0 1 0\n");
}

type::v1::Place PlaceOf(const std::string& text) {
  type::v1::Place place;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &place));
  return place;
}

TEST(CaseCountsTest, WhatSaysNothingOfLondonIsNotKnown) {
  const std::pair<const char*, const char*> sides[] = {
      {"", ""},
      {"country_code: 'GB'", ""},
      {"country_code: 'BE'", "elsewhere"},
      {"country_code: 'BE' police_force: 'mps'", "elsewhere"},
      {"police_force: 'btp'", ""},
      {"police_force: 'British Transport Police' borough_code: 'E09000007'", "London"},
      {"police_force: 'btp' borough_code: 'E08000012'", "elsewhere"},
      {"police_force: 'Metropolitan Police'", "London"},
      {"police_force: 'city-of-london'", "London"},
      {"police_force: 'E23000032'", "elsewhere"},
      {"police_force: 'harbour watch'", ""},
      {"ward_code: 'E05009317'", ""}};
  for (const auto& [place, side] : sides) {
    EXPECT_EQ(LondonOrElsewhere(PlaceOf(place)), side) << place;
  }
}

TEST(CaseCountsTest, APlaceIsCountedByForceElseByWhatIsKnown) {
  const std::pair<const char*, const char*> forces[] = {
      {"", ""},
      {"police_force: 'Kent Police' borough_code: 'E09000007'", "kent"},
      {"police_force: 'Harbour Watch'", "harbour watch"},
      {"police_force: 'btp'", ""},
      {"police_force: 'British Transport Police' borough_code: 'E09000007'", "mps"},
      {"police_force: 'btp' borough_code: 'E08000012'", "E08000012"},
      {"borough_code: 'E09000001'", "city"},
      {"borough_code: 'e09000014'", "mps"},
      {"borough_code: 'E08000012'", "E08000012"},
      {"country_code: 'BE'", "BE"},
      {"country_code: 'GB'", ""}};
  for (const auto& [place, force] : forces) EXPECT_EQ(ForceOf(PlaceOf(place)), force) << place;
}

TEST(CaseCountsTest, BoundariesPlaceWhatNamesNoBorough) {
  // As if the ward lay in Camden.
  CaseCounts counts([](const type::v1::Place& place) {
    type::v1::Place located = place;
    if (place.ward_code() != "E05000130") return located;
    if (place.borough_code().empty()) located.set_borough_code("E09000007");
    if (place.police_force().empty()) located.set_police_force("E23000001");
    return located;
  });
  counts.AddCase(CaseOf(R"(place { country_code: "BE" }
      uses { place { ward_code: "E05000130" } }
      uses { place { police_force: "btp" ward_code: "E05000130" } })"));
  EXPECT_EQ(RowsOf(counts, "cases.london"), "elsewhere/London 0 0 1\n");
  EXPECT_EQ(RowsOf(counts, "cases.place"), "BE/mps 0 0 1\n");
}

TEST(CaseCountsTest, AReportThatKnowsThePlaceIsEnough) {
  CaseCounts counts;
  counts.AddCase(CaseOf(R"(place { locality: "a barn, as the owner says" }
      reports { place { locality: "a barn, as the owner says" } }
      reports { place { borough_code: "E07000106" } }
      uses { place { police_force: "mps" } })"));
  EXPECT_EQ(RowsOf(counts, "cases.london"), "elsewhere/London 0 0 1\n");
  EXPECT_EQ(RowsOf(counts, "cases.place"), "E07000106/mps 0 0 1\n");
}

TEST(CaseCountsTest, WhatReportsDifferInIsCountedAsWhoKnowsItHasIt) {
  CaseCounts counts;
  counts.AddCase(CaseOf(R"(
      reports { source: REPORT_SOURCE_POLICE
                loss { storage: "unlocked" place_kind: "vehicle" certificate_kind: "firearm"
                       holder_kind: HOLDER_KIND_DEALER } }
      reports { source: REPORT_SOURCE_LICENSING
                loss { storage: "cabinet" place_kind: "dwelling" certificate_kind: "shotgun"
                       holder_kind: HOLDER_KIND_PRIVATE } })"));
  EXPECT_EQ(RowsOf(counts, "cases.storage"), "cabinet 0 0 1\n");
  EXPECT_EQ(RowsOf(counts, "cases.place_kind"), "vehicle 0 0 1\n");
  EXPECT_EQ(RowsOf(counts, "cases.certificate"), "shotgun 0 0 1\n");
  EXPECT_EQ(RowsOf(counts, "cases.holder"), "private 0 0 1\n");
}

TEST(CaseCountsTest, CasesWithARemarkAreCounted) {
  CaseCounts counts;
  counts.AddCase(CaseOf("remarks { kind: CASE_REMARK_KIND_MAY_BE_REPORTED_TWICE }"));
  counts.AddCase(CaseOf("remarks { kind: CASE_REMARK_KIND_MAY_BE_REPORTED_TWICE }"));
  counts.AddCase(CaseOf("completeness: COMPLETENESS_NOT_SAID"));
  EXPECT_EQ(RowsOf(counts, "cases.remarks"), "may be reported twice 0 0 2\n");
  EXPECT_THAT(RowsOf(counts, "cases.completeness"), testing::HasSubstr("not said 0 0 1\n"));
}

TEST(CaseCountsTest, StorageIsCountedAsTheFirstReportHasIt) {
  CaseCounts counts;
  counts.AddCase(CaseOf(R"(reports {} reports { loss { storage: " Cabinet" } })"));
  counts.AddCase(CaseOf(R"(reports { loss { storage: "cabinet" } })"));
  counts.AddCase(CaseOf("reports {}"));
  EXPECT_EQ(RowsOf(counts, "cases.storage"), "cabinet 0 0 2\n 0 0 1\n");
}

}  // namespace
}  // namespace serieslink::stolen
