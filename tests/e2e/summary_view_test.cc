// Goal: a summary counts what its caller may see, as it was known, and nothing twice.
// Method: records go through preparing, committing and deriving on an in-memory store; the service
// answers agencies that see all of them, or few.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "services/rpc/error.h"
#include "services/summary/summary_service.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

namespace v1 = summary::v1;

SentMessage Sent(const std::string& agency, const std::string& text) {
  SentMessage made;
  made.agency = agency;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &made.message)) << text;
  return made;
}

// An incident of `agency` in Haringey at which a gun of `serial`, if any, was used.
SentMessage Incident(const std::string& agency, const std::string& id, const std::string& use,
                     const std::string& occurred, const std::string& more = "",
                     const std::string& visibility = "OPEN", int version = 1) {
  return Sent(agency,
              absl::StrCat("force { system: 'S' record_id: '", id, "' version: ", version,
                           " record_type: 'INCIDENT' occurred: '", occurred, "' firearm_uses: '",
                           use, "' place { borough_code: 'E09000014' } marking { visibility: '",
                           visibility, "' } ", more, " }"));
}

std::string Gun(const std::string& serial) {
  return absl::StrCat("guns { reference: 'G1' make: 'Glock' calibre: '9x19' serials { text: '",
                      serial, "' part: 'FRAME' legibility: 'CLEAR' } }");
}

class SummaryViewTest : public testing::Test {
 protected:
  SummaryViewTest() { EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &london_)); }

  absl::Status Ask(const std::string& agency, const v1::GetSummaryRequest& request,
                   v1::GetSummaryResponse& response, absl::Status stop = absl::OkStatus()) {
    const summary::SummaryService service(pipeline_.source(), "test", &DerivationPipeline::Now,
                                          london_, boundaries_);
    return service.SummariseFor(
        view::Viewer{agency}, request, absl::InfiniteFuture(), [stop] { return stop; }, response);
  }

  v1::GetSummaryRequest Request(int quarter) {
    v1::GetSummaryRequest request;
    request.mutable_period()->set_kind(v1::PERIOD_KIND_QUARTER);
    request.mutable_period()->set_year(2022);
    request.mutable_period()->set_quarter(quarter);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    return request;
  }

  v1::GetSummaryResponse Summary(const std::string& agency, int quarter, std::int64_t as_at = 0) {
    v1::GetSummaryRequest request = Request(quarter);
    if (as_at > 0) request.mutable_view()->set_revision(as_at);
    v1::GetSummaryResponse response;
    const absl::Status status = Ask(agency, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  static v1::Count Total(const v1::GetSummaryResponse& summary, const std::string& measure) {
    for (const v1::MeasureFigures& figures : summary.measures()) {
      if (figures.measure_id() == measure) return figures.total().counts(0);
    }
    ADD_FAILURE() << "no measure " << measure;
    return {};
  }

  std::int64_t Counted(const std::string& agency, int quarter, const std::string& measure) {
    return Total(Summary(agency, quarter), measure).counted();
  }

  // Two boroughs beside each other, of half a degree.
  static std::shared_ptr<const summary::Boundaries> TwoBoroughs() {
    const auto square = [](const char* code, double west) {
      return absl::StrCat(R"({"type":"Feature","properties":{"code":")", code,
                          R"("},"geometry":{"type":"Polygon","coordinates":[[[)", west, ",51],[",
                          west + 0.5, ",51],[", west + 0.5, ",52],[", west, ",52],[", west,
                          ",51]]]}}");
    };
    auto set = summary::BoundarySet::Parse(
        absl::StrCat(R"({"type":"FeatureCollection","features":[)", square("E09000014", 0), ",",
                     square("E09000012", 0.5), "]}"),
        {.kind = type::v1::AREA_KIND_BOROUGH, .boundary_year = 2022, .code_property = "code"});
    EXPECT_TRUE(set.ok()) << set.status();
    std::vector<std::unique_ptr<const summary::BoundarySet>> sets;
    sets.push_back(*std::move(set));
    return *summary::Boundaries::Of(std::move(sets));
  }

  DerivationPipeline pipeline_;
  absl::TimeZone london_;
  std::shared_ptr<const summary::Boundaries> boundaries_ = std::make_shared<summary::Boundaries>();
};

TEST_F(SummaryViewTest, OneIncidentOfTwoRecordsIsOne) {
  pipeline_.Push({Incident("kent", "A", "FIRED", "2022-08-01", "crime_references: '1/22'"),
                  Incident("mers", "B", "THREAT", "2022-08-01", "other_references: 'KENT 1/22'"),
                  Incident("kent", "C", "FIRED", "2022-08-01", "crime_references: '2/22'")});
  const v1::GetSummaryResponse summary = Summary("btp", 3);
  EXPECT_EQ(Total(summary, "gun_crime.incidents").counted(), 2);
  EXPECT_EQ(Total(summary, "discharge.incidents").counted(), 2);
}

TEST_F(SummaryViewTest, LoadedBoundariesPlacePointsAndARecordsOwnCodeGoesFirst) {
  const auto at = [](const char* id, const char* place, const char* visibility) {
    return Sent("kent",
                absl::StrCat("force { system: 'S' record_id: '", id,
                             "' record_type: 'INCIDENT' occurred: '2022-08-01' firearm_uses: "
                             "'FIRED' marking { visibility: '",
                             visibility, "' } place { latitude_degrees: 51.5 ", place, " } }"));
  };
  pipeline_.Push(
      {at("A", "longitude_degrees: 0.25", "OPEN"), at("B", "longitude_degrees: 0.75", "OPEN"),
       at("C", "longitude_degrees: 0.75 borough_code: 'E09000014'", "OPEN"),
       at("D", "longitude_degrees: 5", "OPEN"), at("E", "longitude_degrees: 0.75", "OWNER")});
  const auto by_borough = [&](const std::string& agency) {
    std::map<std::string, std::int64_t> counts;
    const v1::GetSummaryResponse summary = Summary(agency, 3);
    for (const v1::MeasureFigures& figures : summary.measures()) {
      if (figures.measure_id() != "gun_crime.incidents") continue;
      for (const v1::DimensionFigures& dimension : figures.dimensions()) {
        if (dimension.dimension() != v1::DIMENSION_BOROUGH) continue;
        for (const v1::Row& row : dimension.rows()) {
          counts[row.key()] = row.figure().counts(0).counted();
        }
      }
    }
    return counts;
  };
  using Counts = std::map<std::string, std::int64_t>;
  EXPECT_EQ(by_borough("btp"), (Counts{{"", 3}, {"E09000014", 1}})) << "no boundaries";
  boundaries_ = TwoBoroughs();
  EXPECT_EQ(by_borough("btp"), (Counts{{"", 1}, {"E09000012", 1}, {"E09000014", 2}}));
  EXPECT_EQ(by_borough("kent"), (Counts{{"", 1}, {"E09000012", 2}, {"E09000014", 2}}));
  EXPECT_EQ(Counted("btp", 3, "quality.placed_by_point"), 2);
  EXPECT_EQ(Counted("kent", 3, "quality.placed_by_point"), 3);
  EXPECT_EQ(Counted("btp", 3, "quality.place_contradicted"), 1);
  const v1::GetSummaryResponse summary = Summary("btp", 3);
  ASSERT_EQ(summary.boundaries_size(), 1);
  EXPECT_EQ(summary.boundaries(0).boundary_year(), 2022);
}

TEST_F(SummaryViewTest, WhatOneAnalystStatesIsALeadThatTheSecondDecides) {
  const auto word = [](const char* id, const char* token, const char* day) {
    const auto end = [](const char* record) {
      return absl::StrCat("{ agency: 'kent' source_system: 'S' source_id: '", record,
                          "' exhibit_reference: 'G1' }");
    };
    return Sent(
        "nabis",
        absl::StrCat("nabis { entry_id: '", id, "' comparison { first ", end("A"), " second ",
                     end("B"), " channel: 'DESCRIPTION' verdict: 'CONFIRMED' examined: '", day,
                     "' examiner_token: '", token, "' } marking { visibility: 'OPEN' } }"));
  };
  linkage::ConfirmationPolicy policy;
  policy.two_person_verdicts = {linkage::Verdict::kConfirmed};
  pipeline_.Restart(policy);
  pipeline_.Push({Incident("kent", "A", "FIRED", "2022-01-02", Gun("MKR40758")),
                  Incident("kent", "B", "FIRED", "2022-01-03", Gun("HXB91532")),
                  word("C1", "A1", "2022-02-01"), word("C2", "A1", "2022-03-01")});
  EXPECT_EQ(Counted("kent", 1, "leads.open"), 1);
  EXPECT_EQ(Counted("kent", 2, "leads.open"), 1);
  EXPECT_EQ(Counted("kent", 1, "leads.decided"), 0);
  pipeline_.Push({word("C3", "A2", "2022-05-01")});
  EXPECT_EQ(Counted("kent", 1, "leads.open"), 1) << "it waited until then";
  EXPECT_EQ(Counted("kent", 2, "leads.open"), 0);
  EXPECT_EQ(Counted("kent", 2, "leads.decided"), 1);
  EXPECT_EQ(Counted("kent", 1, "leads.decided"), 0);
}

TEST_F(SummaryViewTest, WhatACallerMayNotSeeDoesNotCount) {
  pipeline_.Push({Incident("kent", "A", "FIRED", "2022-08-01"),
                  Incident("kent", "B", "FIRED", "2022-08-02", Gun("MKR40758"), ""),
                  Incident("mers", "C", "FIRED", "2022-08-03", Gun("MKR40758"))});
  EXPECT_EQ(Counted("kent", 3, "gun_crime.incidents"), 3);
  EXPECT_EQ(Counted("kent", 3, "series.new"), 1);
  EXPECT_EQ(Counted("btp", 3, "gun_crime.incidents"), 2);
  EXPECT_EQ(Counted("btp", 3, "series.new"), 0);
  const auto theirs = Summary("btp", 3);
  for (const v1::MeasureFigures& figures : theirs.measures()) {
    for (const v1::DimensionFigures& dimension : figures.dimensions()) {
      for (const v1::Row& row : dimension.rows()) {
        EXPECT_LE(row.figure().counts(0).counted(), 2) << figures.measure_id();
      }
    }
  }
}

TEST_F(SummaryViewTest, ASummaryAsAtARevisionStaysAsItWas) {
  pipeline_.Push({Incident("kent", "A", "FIRED", "2022-08-01", Gun("MKR40758"))});
  const auto first = static_cast<std::int64_t>(pipeline_.revision());
  const std::string before = Summary("btp", 3).SerializeAsString();
  // A late record, a correction that moves the first one, and one that is withdrawn.
  const auto acknowledged =
      pipeline_.Push({Incident("mers", "B", "THREAT", "2022-07-01", Gun("MKR40758"))});
  pipeline_.Push({Incident("kent", "A", "THREAT", "2022-06-30", Gun("MKR40758"), "OPEN", 2)});
  EXPECT_EQ(Counted("btp", 3, "gun_crime.incidents"), 1);
  EXPECT_EQ(Counted("btp", 2, "gun_crime.incidents"), 1);
  EXPECT_EQ(Counted("btp", 3, "series.new"), 1);
  pipeline_.Withdraw("mers", acknowledged[0].record_id());
  EXPECT_EQ(Counted("btp", 3, "gun_crime.incidents"), 0);
  EXPECT_EQ(Counted("btp", 3, "series.new"), 0);
  EXPECT_EQ(Summary("btp", 3, first).SerializeAsString(), before);
  EXPECT_EQ(Total(Summary("btp", 3, first), "discharge.incidents").counted(), 1);
}

TEST_F(SummaryViewTest, AWeaponIssuedToPoliceIsCountedBesideTheSeriesUntilItsLossIsTold) {
  const auto issued = [](SentMessage made) {
    made.message.mutable_force()->mutable_guns(0)->set_is_police_issue(true);
    return made;
  };
  pipeline_.Push({issued(Incident("kent", "A", "FIRED", "2022-08-01", Gun("MKR40758"))),
                  issued(Incident("kent", "B", "FIRED", "2022-08-02", Gun("MKR40758")))});
  const auto before = static_cast<std::int64_t>(pipeline_.revision());
  EXPECT_EQ(Counted("btp", 3, "series.new"), 0);
  EXPECT_EQ(Counted("btp", 3, "series.size"), 0);
  EXPECT_EQ(Counted("btp", 3, "weapons.police_issue"), 1);
  EXPECT_EQ(Counted("btp", 3, "gun_crime.incidents"), 2) << "they happened all the same";
  const auto acknowledged = pipeline_.Push(
      {Sent("mers", absl::StrCat("force { system: 'S' record_id: 'L' version: 1 record_type: "
                                 "'LOSS' loss_kind: 'STOLEN' occurred: '2021-01-01' marking { "
                                 "visibility: 'OPEN' } ",
                                 Gun("MKR40758"), " }"))});
  EXPECT_EQ(Counted("btp", 3, "series.new"), 1);
  EXPECT_EQ(Counted("btp", 3, "weapons.police_issue"), 0);
  EXPECT_EQ(Total(Summary("btp", 3, before), "weapons.police_issue").counted(), 1);
  pipeline_.Withdraw("mers", acknowledged.at(0).record_id());
  EXPECT_EQ(Counted("btp", 3, "series.new"), 0);
  EXPECT_EQ(Counted("btp", 3, "weapons.police_issue"), 1);
}

TEST_F(SummaryViewTest, DaysAreLondons) {
  // In summer London is an hour ahead: the last of these is July there.
  pipeline_.Push({Incident("kent", "A", "FIRED", "2022-06-30"),
                  Incident("kent", "B", "FIRED", "2022-07-01"),
                  Incident("kent", "C", "FIRED", "2022-06-30T22:59:59Z"),
                  Incident("kent", "D", "FIRED", "2022-06-30T23:00:00Z")});
  EXPECT_EQ(Counted("btp", 2, "gun_crime.incidents"), 2);
  EXPECT_EQ(Counted("btp", 3, "gun_crime.incidents"), 2);
}

TEST_F(SummaryViewTest, ADateThatReachesIntoTwoQuartersIsInNeither) {
  pipeline_.Push({Incident("kent", "A", "FIRED", "2022-06-29/2022-07-02"),
                  Incident("kent", "B", "FIRED", "../2022-08-01")});
  for (const int quarter : {2, 3}) {
    const v1::Count count = Total(Summary("btp", quarter), "gun_crime.incidents");
    EXPECT_EQ(count.counted(), 0);
    EXPECT_EQ(count.straddling(), 1);
    EXPECT_EQ(count.undated(), 1);
  }
}

TEST_F(SummaryViewTest, ASeriesIsCountedOnceHoweverManyExhibitsItHas) {
  std::vector<SentMessage> messages;
  for (int i = 0; i < 5; ++i) {
    messages.push_back(Incident("kent", absl::StrCat("R", i), "FIRED", absl::StrCat("2022-08-1", i),
                                Gun("MKR40758")));
  }
  messages.push_back(Incident("kent", "X", "FIRED", "2022-08-10", Gun("TLW31906")));
  pipeline_.Push(messages);
  const v1::GetSummaryResponse summary = Summary("btp", 3);
  EXPECT_EQ(Total(summary, "series.new").counted(), 1);
  EXPECT_EQ(Total(summary, "series.active").counted(), 1);
  EXPECT_EQ(Total(summary, "series.size").counted(), 1);
  EXPECT_EQ(Total(summary, "guns.apparent_type").counted(), 6);
}

TEST_F(SummaryViewTest, EmptyStoresHaveFigures) {
  const v1::GetSummaryResponse summary = Summary("btp", 1);
  EXPECT_EQ(summary.revision(), 0);
  EXPECT_FALSE(summary.has_known_at());
  EXPECT_EQ(Total(summary, "gun_crime.incidents").counted(), 0);
}

TEST_F(SummaryViewTest, BadRequestsNameEveryBadField) {
  v1::GetSummaryRequest request;
  request.mutable_period()->set_kind(v1::PERIOD_KIND_QUARTER);
  request.add_dimensions(v1::DIMENSION_WARD);
  request.add_dimensions(v1::DIMENSION_WARD);
  request.mutable_view()->set_revision(-1);
  v1::GetSummaryResponse response;
  const absl::Status status = Ask("btp", request, response);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::string said = rpc::ToGrpcStatus(status).error_details();
  for (const char* field : {"period", "dimensions[1]", "view.revision"}) {
    EXPECT_THAT(said, testing::HasSubstr(field));
  }
}

TEST_F(SummaryViewTest, ACallThatNobodyWaitsForEnds) {
  pipeline_.Push({Incident("kent", "A", "FIRED", "2022-08-01")});
  v1::GetSummaryResponse response;
  EXPECT_EQ(Ask("btp", Request(3), response, absl::CancelledError("gone")).code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace serieslink
