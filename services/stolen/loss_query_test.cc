#include "services/stolen/loss_query.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/linkage/core/events.h"
#include "services/view/loss_terms.h"

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

// The first parts of keys that are gone through for the filter, list by list.
std::string PartsOf(const std::string& filter) {
  const LossQuery query(Of<v1::LossCaseFilter>(filter));
  std::vector<std::string> lists;
  for (const auto& ranges : query.lists()) {
    std::vector<std::string> parts;
    for (const LossRange& range : ranges) parts.push_back(range.part);
    lists.push_back(absl::StrJoin(parts, " "));
  }
  return absl::StrJoin(lists, " & ");
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

TEST(LossQueryTest, WhatHappenedOnOtherDaysIsNotRead) {
  const auto query = LossQuery(Of<v1::LossCaseFilter>(
      "occurred_from { seconds: 864000 } occurred_before { seconds: 950400 }"));
  graph::FirearmFacets facets;
  const auto may_match = [&](std::int64_t earliest_s, std::int64_t latest_s) {
    facets.earliest_day = graph::FirearmEarliestDay(earliest_s);
    facets.latest_day = graph::FirearmLatestDay(latest_s);
    return query.MayMatch(facets);
  };
  EXPECT_TRUE(may_match(864'000, 950'399));
  EXPECT_TRUE(may_match(0, 864'000));
  EXPECT_TRUE(may_match(950'399, 2'000'000));
  EXPECT_FALSE(may_match(0, 863'999));
  // Each day of a busy register has some hundred reports.
  EXPECT_FALSE(may_match(950'400, 1'036'799));
}

TEST(LossQueryTest, ReportsAreFoundByAllThatIsAskedOfThem) {
  EXPECT_EQ(PartsOf(""), "a");
  EXPECT_EQ(PartsOf("area: 'unknown'"), "N");
  EXPECT_EQ(PartsOf("loss_kinds: LOSS_KIND_STOLEN"), "k2");
  EXPECT_EQ(PartsOf("loss_kinds: LOSS_KIND_STOLEN loss_kinds: LOSS_KIND_LOST"), "k2 k1");
  EXPECT_EQ(
      PartsOf("types: FIREARM_TYPE_PISTOL types: FIREARM_TYPE_RIFLE"),
      absl::StrCat("d", record::v1::FIREARM_TYPE_PISTOL, " d", record::v1::FIREARM_TYPE_RIFLE));
  EXPECT_EQ(PartsOf("storage: 'Cabinet' loss_kinds: LOSS_KIND_STOLEN"), "yCABINET & k2");
  EXPECT_EQ(PartsOf("make: 'Glock' states: LOSS_CASE_STATE_RECOVERED"), "mGLOCK & b");
  EXPECT_EQ(PartsOf("notices: NOTICE_VERDICT_LATE sources: REPORT_SOURCE_POLICE"), "z2 & u2");
  // Of few the rest is looked at.
  EXPECT_EQ(PartsOf("make: 'Glock' serial: 'AB12' sources: REPORT_SOURCE_POLICE"), "sAB12");
  EXPECT_EQ(PartsOf("agency: 'kent' holder_token: 'h1'"), "hH1");
  // Facets say it.
  EXPECT_EQ(PartsOf("agency: 'kent' area: 'e09000014' make: 'Glock'"), "lE09000014");
  EXPECT_EQ(PartsOf("area: 'unknown' storage: 'cabinet'"), "yCABINET");
  EXPECT_EQ(PartsOf("agency: 'kent' states: LOSS_CASE_STATE_RECOVERED"), "b & gkent");
}

TEST(LossQueryTest, EveryFieldOfACaseNarrowsTheScan) {
  EXPECT_EQ(PartsOf("states: LOSS_CASE_STATE_OUTSTANDING"), "a");
  EXPECT_EQ(PartsOf("states: LOSS_CASE_STATE_RECOVERED"), "b");
  EXPECT_EQ(PartsOf("states: LOSS_CASE_STATE_DESTROYED"),
            absl::StrCat("q", record::v1::DISPOSAL_KIND_DESTROYED, " q*"));
  EXPECT_EQ(PartsOf("states: LOSS_CASE_STATE_NOT_KNOWN"), "q");
  EXPECT_EQ(PartsOf("states: LOSS_CASE_STATE_SIGHTED"), "v");
  EXPECT_EQ(PartsOf("states: LOSS_CASE_STATE_SIGHTED states: LOSS_CASE_STATE_RECOVERED"), "v b");
  EXPECT_EQ(PartsOf("states: LOSS_CASE_STATE_SIGHTED states: LOSS_CASE_STATE_CANCELLED"), "v C");
  EXPECT_EQ(PartsOf("states: LOSS_CASE_STATE_CANCELLED"), "C");
  EXPECT_EQ(PartsOf("states: LOSS_CASE_STATE_SIGHTED states: LOSS_CASE_STATE_OUTSTANDING"), "a");
  EXPECT_EQ(PartsOf("reconciliations: RECONCILIATION_MATCHED"), "e");
  EXPECT_EQ(PartsOf("reconciliations: RECONCILIATION_CONTRADICTING"), "jr");
  EXPECT_EQ(PartsOf("reconciliations: RECONCILIATION_CONTRADICTING "
                    "reconciliations: RECONCILIATION_MATCHED"),
            "e jr");
  EXPECT_EQ(PartsOf("reconciliations: RECONCILIATION_ONE_SOURCE"), "a");
  EXPECT_EQ(PartsOf("has_contradiction: true"), "j");
  EXPECT_EQ(PartsOf("completeness: COMPLETENESS_PART"), "P");
  EXPECT_EQ(PartsOf("completeness: COMPLETENESS_REPORTS_DIFFER"), "Pr");
  EXPECT_EQ(PartsOf("completeness: COMPLETENESS_WHOLE_GUN"), "a");
  EXPECT_EQ(PartsOf("used_area: 'mps'"),
            absl::StrCat("v", view::UsedAreaTerm(linkage::PlaceKey("mps")), " v*"));
  // A code that is not known here can be a borough's too.
  const std::string ward = view::UsedAreaTerm(linkage::PlaceKey("E05000276"));
  EXPECT_EQ(PartsOf("used_area: 'E05000276'"), absl::StrCat("v", ward, " v* vw", ward, " vw*"));
  EXPECT_EQ(PartsOf("notices: NOTICE_VERDICT_LATE"), "z2");
  EXPECT_EQ(PartsOf("notices: NOTICE_VERDICT_IN_TIME notices: NOTICE_VERDICT_UNDECIDABLE"),
            "z1 z3");
  EXPECT_EQ(PartsOf("notices: NOTICE_VERDICT_NOT_SAID notices: NOTICE_VERDICT_LATE"), "a");
  // More is asked than that the gun went, and nothing else is.
  EXPECT_EQ(PartsOf("reconciliations: RECONCILIATION_CONTRADICTING "
                    "reconciliations: RECONCILIATION_ONE_SOURCE states: LOSS_CASE_STATE_SIGHTED"),
            "v");
}

TEST(LossQueryTest, APeriodIsGoneThroughOnTheDaysThatItsLossesCanHave) {
  const std::string period =
      "occurred_from { seconds: 864000 } occurred_before { seconds: 950400 }";
  const LossQuery query(Of<v1::LossCaseFilter>(period + " sources: REPORT_SOURCE_NABIS"));
  ASSERT_EQ(query.lists().size(), 1u);
  const auto& ranges = query.lists()[0];
  EXPECT_EQ(PartsOf(period + " sources: REPORT_SOURCE_NABIS"), "u3 x0u3 x1u3 x2u3 u3");
  ASSERT_EQ(ranges.size(), 5u);
  // Of an unknown day; by how far apart their dates are; and near the period.
  EXPECT_EQ(ranges[0].last_day, "0000");
  const std::string near = view::LossDayPart(950'400 + view::kNarrowLossMaxS);
  for (int i = 1; i < 4; ++i) EXPECT_EQ(ranges[i].end_day, near);
  EXPECT_EQ(ranges[1].first_day, view::LossDayPart(950'400 + view::kWideLossMaxS[0]));
  EXPECT_EQ(ranges[2].first_day, view::LossDayPart(950'400 + view::kWideLossMaxS[1]));
  EXPECT_EQ(ranges[3].first_day, "");
  EXPECT_EQ(ranges[4].first_day, near);
  EXPECT_EQ(ranges[4].last_day, view::LossDayPart(864'000));
  // What is looked for without an end has nothing behind it.
  EXPECT_EQ(PartsOf("occurred_from { seconds: 864000 }"), "a");
  EXPECT_EQ(PartsOf(period + " serial: 'AB12'"), "sAB12");
}

TEST(LossQueryTest, ACaseIsAskedForItsStateAndLaterUse) {
  view::ToldCase told;
  told.told = Of<v1::LossCase>(R"(
      state: LOSS_CASE_STATE_SIGHTED reconciliation: RECONCILIATION_MATCHED
      completeness: COMPLETENESS_WHOLE_GUN notice { verdict: NOTICE_VERDICT_LATE }
      )");
  // Also of those behind the first hundred, which the case as told does not have.
  told.uses.resize(101);
  told.uses.back() = Of<v1::LaterUse>(R"(place { borough_code: "E09000014" police_force: "mps" })");
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

TEST(LossQueryTest, AForceIsAskedForByAnyOfItsNamesAsCountsHaveIt) {
  const auto report = [](const std::string& place) {
    return Of<record::v1::Record>("event { kind: EVENT_KIND_LOSS place { " + place +
                                  " } } exhibits { kind: EXHIBIT_KIND_DESCRIBED_GUN }");
  };
  const auto finds = [&](const std::string& area, const std::string& place) {
    const LossQuery query(Of<v1::LossCaseFilter>("area: '" + area + "'"));
    const auto record = report(place);
    view::TermCache cache;
    const view::FirearmTerms terms = view::FirearmTermsOf(record, record.exhibits(0), cache);
    const bool matches = query.MatchesReport(record, terms, v1::REPORT_SOURCE_LICENSING);
    EXPECT_TRUE(!matches || query.MayMatch(view::FacetsOf(terms))) << place;
    const std::vector<std::string> parts =
        view::LossParts(record, record.exhibits(0), v1::REPORT_SOURCE_LICENSING, terms);
    // The list that is gone through has what matches.
    EXPECT_TRUE(!matches ||
                std::find(parts.begin(), parts.end(), query.lists()[0][0].part) != parts.end())
        << place;
    view::ToldCase one;
    *one.told.add_uses() = Of<v1::LaterUse>("place { " + place + " }");
    one.uses.assign(one.told.uses().begin(), one.told.uses().end());
    EXPECT_EQ(LossQuery(Of<v1::LossCaseFilter>("used_area: '" + area + "'")).MatchesCase(one),
              matches)
        << place;
    return matches;
  };
  for (const std::string area : {"mps", "E23000001", "e23000001"}) {
    for (const std::string place :
         {"police_force: 'mps'", "police_force: 'Metropolitan Police'", "police_force: 'E23000001'",
          "borough_code: 'E09000012'", "police_force: 'btp' borough_code: 'E09000012'"}) {
      EXPECT_TRUE(finds(area, place)) << area << " " << place;
    }
    for (const std::string place :
         {"police_force: 'kent' borough_code: 'E09000012'", "borough_code: 'E09000001'",
          "police_force: 'btp'", "locality: 'Hackney'"}) {
      EXPECT_FALSE(finds(area, place)) << area << " " << place;
    }
  }
  EXPECT_TRUE(finds("city", "borough_code: 'E09000001'"));
}

TEST(LossQueryTest, ACaseIsFoundByItsRemark) {
  const LossQuery query(Of<v1::LossCaseFilter>("remarks: CASE_REMARK_KIND_MAY_BE_REPORTED_TWICE"));
  view::ToldCase one;
  EXPECT_FALSE(query.MatchesCase(one));
  one.told.add_remarks()->set_kind(v1::CASE_REMARK_KIND_CERTIFICATE_FORCE_NOT_KNOWN);
  EXPECT_FALSE(query.MatchesCase(one));
  one.told.add_remarks()->set_kind(v1::CASE_REMARK_KIND_MAY_BE_REPORTED_TWICE);
  EXPECT_TRUE(query.MatchesCase(one));
}

TEST(LossQueryTest, APatternOfASerialIsRefused) {
  const auto bad = CheckFilter(Of<v1::LossCaseFilter>("serial: 'SA4*'"));
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].field, "filter.serial");
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
