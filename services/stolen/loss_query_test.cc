#include "services/stolen/loss_query.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::stolen {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename Message>
Message Of(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

constexpr char kReport[] = R"(
  source { agency: "kent" }
  event {
    kind: EVENT_KIND_LOSS
    occurred { earliest { seconds: 864000 } latest { seconds: 950399 } }
    place { police_force: "kent" borough_code: "E07000106" }
    crime_references { issuing_force: "kent" year: 2018 number: "A/12" }
    loss { kind: LOSS_KIND_STOLEN holder_kind: HOLDER_KIND_PRIVATE holder_token: "h1"
           certificate_token: "c1" premises_token: "p1" certificate_kind: "Firearm"
           place_kind: "dwelling" storage: "cabinet" }
  }
  exhibits { kind: EXHIBIT_KIND_DESCRIBED_GUN
             firearm { make: "Glock" model: "17" calibre: "9x19" serials { text: "AB 12" }
                       apparent_types: FIREARM_TYPE_PISTOL } })";

bool Matches(const std::string& filter) {
  const auto parsed = Of<v1::LossCaseFilter>(filter);
  EXPECT_THAT(CheckFilter(parsed), IsEmpty()) << filter;
  const LossQuery query(parsed);
  const auto record = Of<record::v1::Record>(kReport);
  view::TermCache cache;
  const view::FirearmTerms terms = view::FirearmTermsOf(record, record.exhibits(0), cache);
  const bool matches = query.MatchesReport(record, terms, v1::REPORT_SOURCE_LICENSING);
  // What the index says may not rule out what matches.
  EXPECT_TRUE(!matches || query.MayMatch(view::FacetsOf(terms))) << filter;
  return matches;
}

TEST(LossQueryTest, AnyFieldOfAReportIsSearched) {
  for (const char* const filter :
       {"",
        "serial: 'ab-12'",
        "make: 'GLOCK'",
        "model: '1 7'",
        "calibre: '9mm Parabellum'",
        "types: FIREARM_TYPE_PISTOL",
        "agency: 'kent'",
        "area: 'KENT'",
        "area: 'E07000106'",
        "crime_reference { issuing_force: 'kent' year: 2018 number: 'a 12' }",
        "holder_token: 'H1'",
        "premises_token: 'p1'",
        "certificate_token: 'C1'",
        "certificate_kind: 'FIREARM'",
        "place_kind: 'Dwelling'",
        "storage: ' cabinet'",
        "holder_kinds: HOLDER_KIND_PRIVATE",
        "loss_kinds: LOSS_KIND_STOLEN",
        "sources: REPORT_SOURCE_LICENSING",
        "occurred_from { seconds: 950399 } occurred_before { seconds: 2000000 }"}) {
    EXPECT_TRUE(Matches(filter)) << filter;
  }
  for (const char* const filter :
       {"serial: 'AB1'",
        "make: 'Colt'",
        "model: '19'",
        "calibre: '.22'",
        "types: FIREARM_TYPE_RIFLE",
        "agency: 'mps'",
        "area: 'mps'",
        "area: 'unknown'",
        "crime_reference { issuing_force: 'mps' year: 2018 number: 'a 12' }",
        "holder_token: 'h2'",
        "premises_token: 'p2'",
        "certificate_token: 'c2'",
        "certificate_kind: 'shotgun'",
        "place_kind: 'vehicle'",
        "storage: 'unlocked'",
        "holder_kinds: HOLDER_KIND_DEALER",
        "loss_kinds: LOSS_KIND_LOST",
        "sources: REPORT_SOURCE_NABIS",
        "occurred_from { seconds: 950400 }",
        "occurred_before { seconds: 864000 }"}) {
    EXPECT_FALSE(Matches(filter)) << filter;
  }
}

TEST(LossQueryTest, WhatTheFewestReportsShareDrivesTheScan) {
  const auto part = [](const std::string& filter) {
    return LossQuery(Of<v1::LossCaseFilter>(filter)).part();
  };
  EXPECT_EQ(part(""), "a");
  EXPECT_EQ(part("make: 'Glock' serial: 'AB12' agency: 'kent'"), "sAB12");
  EXPECT_EQ(part("agency: 'kent' area: 'e09000014'"), "lE09000014");
  EXPECT_EQ(part("agency: 'kent' holder_token: 'h1'"), "hH1");
  EXPECT_EQ(part("area: 'unknown'"), "a");
  EXPECT_EQ(part("storage: 'Cabinet' loss_kinds: LOSS_KIND_STOLEN"), "yCABINET");
  EXPECT_EQ(part("loss_kinds: LOSS_KIND_STOLEN"), "k2");
  EXPECT_EQ(part("loss_kinds: LOSS_KIND_STOLEN loss_kinds: LOSS_KIND_LOST"), "a");
}

TEST(LossQueryTest, ACaseIsAskedForItsStateAndLaterUse) {
  const auto told = Of<v1::LossCase>(R"(
      state: LOSS_CASE_STATE_SIGHTED reconciliation: RECONCILIATION_MATCHED
      completeness: COMPLETENESS_WHOLE_GUN notice { verdict: NOTICE_VERDICT_LATE }
      uses { place { borough_code: "E09000014" police_force: "mps" } })");
  const auto matches = [&](const std::string& filter) {
    return LossQuery(Of<v1::LossCaseFilter>(filter)).MatchesCase(told);
  };
  for (const char* const filter :
       {"", "states: LOSS_CASE_STATE_SIGHTED", "reconciliations: RECONCILIATION_MATCHED",
        "completeness: COMPLETENESS_WHOLE_GUN", "notices: NOTICE_VERDICT_LATE",
        "used_area: 'e09000014'", "used_area: 'mps'"}) {
    EXPECT_TRUE(matches(filter)) << filter;
  }
  for (const char* const filter :
       {"states: LOSS_CASE_STATE_OUTSTANDING", "reconciliations: RECONCILIATION_ONE_SOURCE",
        "completeness: COMPLETENESS_PART", "notices: NOTICE_VERDICT_IN_TIME", "used_area: 'kent'",
        "has_contradiction: true"}) {
    EXPECT_FALSE(matches(filter)) << filter;
  }
}

TEST(LossQueryTest, EveryBadFieldIsNamed) {
  std::vector<std::string> fields;
  for (const rpc::BadField& bad : CheckFilter(Of<v1::LossCaseFilter>(
           "serial: '-' make: 'unknown' model: '.' holder_token: ' ' storage: ' ' agency: 'Kent' "
           "used_area: 'Tower Hamlets' crime_reference {} states: LOSS_CASE_STATE_UNSPECIFIED "
           "occurred_from { seconds: 2 } occurred_before { seconds: 1 }"))) {
    fields.push_back(bad.field);
  }
  EXPECT_THAT(fields, testing::UnorderedElementsAre(
                          "filter.serial", "filter.make", "filter.model", "filter.holder_token",
                          "filter.storage", "filter.agency", "filter.used_area",
                          "filter.crime_reference", "filter.states", "filter.occurred_before"));
}

}  // namespace
}  // namespace serieslink::stolen
