// Goal: what became of a summary's figures is told whole, down to the records, and nothing else is.
// Method: records go through preparing, committing and deriving on an in-memory store; the
// comparison is held against the two summaries, which are counted without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "services/rpc/error.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/comparison_service.h"
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

SentMessage Incident(const std::string& id, const std::string& use, const std::string& occurred,
                     const std::string& more = "", int version = 1,
                     const std::string& visibility = "OPEN") {
  return Sent("kent", absl::StrCat("force { system: 'S' record_id: '", id, "' version: ", version,
                                   " record_type: 'INCIDENT' occurred: '", occurred,
                                   "' firearm_uses: '", use,
                                   "' place { borough_code: 'E09000014' lsoa_code: 'E01002025' } "
                                   "marking { visibility: '",
                                   visibility, "' } ", more, " }"));
}

std::string Gun(const std::string& serial) {
  return absl::StrCat("guns { reference: 'G1' make: 'Glock' calibre: '9x19' serials { text: '",
                      serial, "' part: 'FRAME' legibility: 'CLEAR' } }");
}

// An examiner's comparison of the guns of two of Kent's incidents.
SentMessage Comparison(const std::string& id, const std::string& first, const std::string& second,
                       const std::string& verdict) {
  const auto end = [](const std::string& source) {
    return absl::StrCat("{ agency: 'kent' source_system: 'S' source_id: '", source,
                        "' exhibit_reference: 'G1' }");
  };
  return Sent("nabis",
              absl::StrCat("nabis { system: 'NABIS' entry_id: '", id,
                           "' version: 1 marking { visibility: 'OPEN' } comparison { "
                           "first ",
                           end(first), " second ", end(second), " channel: 'CASE' verdict: '",
                           verdict, "' stage: 'VERIFIED' examined: '2022-10-01' } }"));
}

// A figure's place in a summary.
using Place = std::tuple<std::string, std::string, int, std::string, int, int>;
using Counts = std::array<std::int64_t, 4>;

Counts CountsOf(const v1::Count& count) {
  return {count.counted(), count.undetermined(), count.straddling(), count.undated()};
}

struct Answer {
  v1::ComparisonHead head;
  std::map<int, v1::ChangedUnit> units;
  std::vector<v1::ChangedFigure> figures;

  const v1::ChangedFigure* Total(const std::string& measure, int period = 0) const {
    for (const v1::ChangedFigure& figure : figures) {
      if (figure.measure_id() == measure && figure.period() == period && !figure.has_row() &&
          figure.category().empty()) {
        return &figure;
      }
    }
    return nullptr;
  }

  // What the records behind a total did.
  std::vector<v1::RecordChangeKind> Kinds(const std::string& measure) const {
    std::vector<v1::RecordChangeKind> kinds;
    const v1::ChangedFigure* const figure = Total(measure);
    if (figure == nullptr) return kinds;
    for (const v1::UnitContribution& one : figure->contributions()) {
      for (const v1::RecordChange& change : units.at(one.unit()).changes()) {
        kinds.push_back(change.kind());
      }
    }
    return kinds;
  }
};

class SummaryComparisonTest : public testing::Test {
 protected:
  SummaryComparisonTest() { EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &london_)); }

  absl::Status Ask(const std::string& agency, const v1::CompareSummariesRequest& request,
                   Answer& answer, std::size_t parts_max = 1'000'000) {
    const summary::ComparisonService service(pipeline_.source(), "test", &DerivationPipeline::Now,
                                             london_, boundaries_);
    std::size_t parts = 0;
    return service.CompareFor(
        view::Viewer{agency}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
        [&](const v1::CompareSummariesResponse& part) {
          if (part.has_head()) answer.head = part.head();
          if (part.has_unit()) {
            v1::ChangedUnit& unit = answer.units[part.unit().number()];
            if (unit.number() == 0) unit = part.unit();
          }
          if (part.has_figure()) answer.figures.push_back(part.figure());
          return ++parts < parts_max;
        });
  }

  v1::CompareSummariesRequest Request(graph::Revision earlier, graph::Revision later) {
    v1::CompareSummariesRequest request;
    request.mutable_period()->set_kind(v1::PERIOD_KIND_QUARTER);
    request.mutable_period()->set_year(2022);
    request.mutable_period()->set_quarter(3);
    request.mutable_earlier()->set_revision(static_cast<std::int64_t>(earlier));
    request.mutable_later()->set_revision(static_cast<std::int64_t>(later));
    return request;
  }

  v1::GetSummaryResponse Summary(const std::string& agency, graph::Revision at) {
    const summary::SummaryService service(pipeline_.source(), "test", &DerivationPipeline::Now,
                                          london_, boundaries_);
    v1::GetSummaryRequest request;
    *request.mutable_period() = Request(1, 1).period();
    request.mutable_view()->set_revision(static_cast<std::int64_t>(at));
    v1::GetSummaryResponse response;
    EXPECT_TRUE(service
                    .SummariseFor(
                        view::Viewer{agency}, request, absl::InfiniteFuture(),
                        [] { return absl::OkStatus(); }, response)
                    .ok());
    return response;
  }

  static std::map<Place, Counts> CountsOfAll(const v1::GetSummaryResponse& summary) {
    std::map<Place, Counts> counts;
    const auto add = [&](const std::string& measure, const std::string& category, int dimension,
                         const v1::Row& row, const v1::Figure& figure) {
      for (int i = 0; i < figure.counts_size(); ++i) {
        const Counts one = CountsOf(figure.counts(i));
        if (one == Counts{}) continue;
        counts[{measure, category, dimension, row.key(), row.boundary_year(), i}] = one;
      }
    };
    for (const v1::MeasureFigures& figures : summary.measures()) {
      if (figures.measure_id().starts_with("leads.")) continue;  // which are not compared
      add(figures.measure_id(), "", 0, {}, figures.total());
      for (const auto& one : figures.categories()) {
        add(figures.measure_id(), one.category(), 0, {}, one.figure());
      }
      for (const auto& dimension : figures.dimensions()) {
        for (const v1::Row& row : dimension.rows()) {
          add(figures.measure_id(), "", dimension.dimension(), row, row.figure());
        }
      }
    }
    return counts;
  }

  // Compares, and holds the answer against the two summaries: every figure that differs is told
  // with what it was and is, no other one is, and what units add makes up the difference.
  Answer Compare(const std::string& agency, graph::Revision earlier, graph::Revision later) {
    Answer answer;
    const absl::Status status = Ask(agency, Request(earlier, later), answer);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(answer.head.changed_figures(), static_cast<std::int64_t>(answer.figures.size()));
    EXPECT_EQ(answer.head.changed_units(), static_cast<std::int64_t>(answer.units.size()));
    const auto before = CountsOfAll(Summary(agency, earlier));
    const auto after = CountsOfAll(Summary(agency, later));
    std::map<Place, std::pair<Counts, Counts>> expected;
    for (const auto& [place, counts] : before) expected[place].first = counts;
    for (const auto& [place, counts] : after) expected[place].second = counts;
    std::erase_if(expected, [](const auto& one) { return one.second.first == one.second.second; });
    std::map<Place, std::pair<Counts, Counts>> told;
    for (const v1::ChangedFigure& figure : answer.figures) {
      EXPECT_GT(figure.contributions_size(), 0) << figure.ShortDebugString();
      if (figure.has_later_times()) continue;
      told[{figure.measure_id(), figure.category(), figure.has_row() ? figure.dimension() : 0,
            figure.row().key(), figure.row().boundary_year(), figure.period()}] = {
          CountsOf(figure.earlier()), CountsOf(figure.later())};
      if (figure.measure_id().starts_with("repeat.")) continue;
      Counts sum = CountsOf(figure.earlier());
      for (const v1::UnitContribution& one : figure.contributions()) {
        sum[0] += one.counted();
        sum[1] += one.undetermined();
        sum[2] += one.straddling();
        sum[3] += one.undated();
      }
      EXPECT_EQ(sum, CountsOf(figure.later())) << figure.ShortDebugString();
    }
    EXPECT_EQ(told, expected);
    return answer;
  }

  DerivationPipeline pipeline_;
  absl::TimeZone london_;
  std::shared_ptr<const summary::Boundaries> boundaries_ =
      std::make_shared<const summary::Boundaries>();
};

TEST_F(SummaryComparisonTest, ALateRecordIsTheReason) {
  pipeline_.Push({Incident("A", "FIRED", "2022-08-01")});
  const auto first = pipeline_.revision();
  const auto late = pipeline_.Push({Incident("B", "FIRED", "2022-08-02")});
  const Answer answer = Compare("btp", first, pipeline_.revision());
  EXPECT_EQ(answer.Kinds("gun_crime.incidents"), std::vector{v1::RECORD_CHANGE_KIND_LATE});
  ASSERT_EQ(answer.units.size(), 1U);
  const v1::RecordChange& change = answer.units.at(1).changes(0);
  EXPECT_EQ(change.record(), late[0].record_id());
  EXPECT_EQ(change.revision(), static_cast<std::int64_t>(pipeline_.revision()));
  EXPECT_EQ(change.source_version(), 1U);
  // Two incidents at one place make a repeat, which is no sum.
  ASSERT_NE(answer.Total("repeat.locations"), nullptr);
  EXPECT_EQ(answer.Total("repeat.locations")->later().counted(), 1);
}

TEST_F(SummaryComparisonTest, WithdrawalsAndCorrectionsAreReasons) {
  const auto sent =
      pipeline_.Push({Incident("A", "FIRED", "2022-08-01"), Incident("B", "FIRED", "2022-08-02")});
  const auto first = pipeline_.revision();
  pipeline_.Withdraw("kent", sent[0].record_id());
  pipeline_.Push({Incident("B", "THREAT", "2022-06-02", "", 2)});
  const Answer answer = Compare("btp", first, pipeline_.revision());
  EXPECT_EQ(answer.Kinds("gun_crime.incidents"),
            (std::vector{v1::RECORD_CHANGE_KIND_WITHDRAWN, v1::RECORD_CHANGE_KIND_NEW_VERSION}));
  // It moved to the quarter before, of which the summary tells too.
  ASSERT_NE(answer.Total("gun_crime.incidents", 1), nullptr);
  EXPECT_EQ(answer.Total("gun_crime.incidents", 1)->later().counted(), 1);
}

TEST_F(SummaryComparisonTest, WhatDoesNotChangeAFigureIsNotTold) {
  pipeline_.Push({Incident("A", "FIRED", "2022-08-01")});
  const auto first = pipeline_.revision();
  // Another day of the same quarter, and an event of another year.
  pipeline_.Push(
      {Incident("A", "FIRED", "2022-08-05", "", 2), Incident("B", "FIRED", "2019-08-01")});
  const Answer answer = Compare("btp", first, pipeline_.revision());
  EXPECT_TRUE(answer.figures.empty());
  EXPECT_TRUE(answer.units.empty());
}

TEST_F(SummaryComparisonTest, LoadedBoundariesPlacePointsOnBothSidesAndNameRows) {
  auto set = summary::BoundarySet::Parse(
      R"({"type":"FeatureCollection","features":[{"type":"Feature",
          "properties":{"code":"E07000999","name":"Seaside"},"geometry":{"type":"Polygon",
          "coordinates":[[[1,51],[2,51],[2,52],[1,52],[1,51]]]}}]})",
      {.kind = type::v1::AREA_KIND_BOROUGH,
       .boundary_year = 2022,
       .code_property = "code",
       .name_property = "name"});
  ASSERT_TRUE(set.ok()) << set.status();
  std::vector<std::unique_ptr<const summary::BoundarySet>> sets;
  sets.push_back(*std::move(set));
  boundaries_ = *summary::Boundaries::Of(std::move(sets));
  const auto at_point = [](const std::string& id) {
    return Sent("kent", absl::StrCat("force { system: 'S' record_id: '", id,
                                     "' record_type: 'INCIDENT' occurred: '2022-08-01' "
                                     "firearm_uses: 'FIRED' marking { visibility: 'OPEN' } "
                                     "place { latitude_degrees: 51.5 longitude_degrees: 1.5 } }"));
  };
  pipeline_.Push({at_point("A")});
  const auto first = pipeline_.revision();
  pipeline_.Push({at_point("B")});
  const Answer answer = Compare("btp", first, pipeline_.revision());
  ASSERT_EQ(answer.head.boundaries_size(), 1);
  EXPECT_EQ(answer.head.boundaries(0).boundary_year(), 2022);
  int named = 0;
  for (const v1::ChangedFigure& figure : answer.figures) {
    if (figure.dimension() != v1::DIMENSION_BOROUGH) continue;
    ++named;
    EXPECT_EQ(figure.row().key(), "E07000999");
    EXPECT_EQ(figure.row().name(), "Seaside");
    if (figure.measure_id() != "gun_crime.incidents") continue;
    EXPECT_EQ(figure.earlier().counted(), 1) << figure.ShortDebugString();
    EXPECT_EQ(figure.later().counted(), 2) << figure.ShortDebugString();
  }
  EXPECT_GT(named, 0);
}

TEST_F(SummaryComparisonTest, OneThatCameForOneThatWentIsNoChangeOfTheFigure) {
  const auto sent = pipeline_.Push({Incident("A", "FIRED", "2022-08-01")});
  const auto first = pipeline_.revision();
  pipeline_.Withdraw("kent", sent[0].record_id());
  pipeline_.Push({Incident("B", "FIRED", "2022-08-02")});
  const Answer answer = Compare("btp", first, pipeline_.revision());
  EXPECT_EQ(answer.Total("gun_crime.incidents"), nullptr);
  EXPECT_EQ(answer.units.size(), 2U);
}

TEST_F(SummaryComparisonTest, AnExaminersFindingThatMakesASeriesIsTheReason) {
  pipeline_.Push({Incident("A", "FIRED", "2022-08-01", Gun("MKR40758")),
                  Incident("B", "FIRED", "2022-08-02", Gun("TLW31906"))});
  const auto first = pipeline_.revision();
  pipeline_.Push({Comparison("C1", "A", "B", "CONFIRMED")});
  const auto second = pipeline_.revision();
  const Answer formed = Compare("btp", first, second);
  EXPECT_EQ(formed.Kinds("series.new"), std::vector{v1::RECORD_CHANGE_KIND_EXAMINATION});
  pipeline_.Push({Comparison("C2", "A", "B", "ELIMINATED")});
  const Answer dissolved = Compare("btp", second, pipeline_.revision());
  ASSERT_NE(dissolved.Total("series.new"), nullptr);
  EXPECT_EQ(dissolved.Total("series.new")->later().counted(), 0);
  EXPECT_THAT(dissolved.Kinds("series.new"), testing::Contains(v1::RECORD_CHANGE_KIND_EXAMINATION));
}

TEST_F(SummaryComparisonTest, WhatACallerMayNotSeeChangesNothing) {
  pipeline_.Push({Incident("A", "FIRED", "2022-08-01")});
  const auto first = pipeline_.revision();
  pipeline_.Push({Incident("B", "FIRED", "2022-08-02", "", 1, "")});
  EXPECT_TRUE(Compare("btp", first, pipeline_.revision()).figures.empty());
  EXPECT_EQ(Compare("kent", first, pipeline_.revision()).units.size(), 1U);
}

TEST_F(SummaryComparisonTest, ALiftedRestrictionIsToldAndCountsOnBothSides) {
  const auto sent = pipeline_.Push({Incident("A", "FIRED", "2022-08-01", "", 1, "")});
  const auto first = pipeline_.revision();
  pipeline_.Push({Incident("A", "FIRED", "2022-08-01", "", 2, "OPEN")});
  const Answer answer = Compare("btp", first, pipeline_.revision());
  EXPECT_TRUE(answer.figures.empty());
  EXPECT_EQ(answer.head.opened_records(), 1);
  EXPECT_THAT(answer.head.opened_record_ids(), testing::ElementsAre(sent[0].record_id()));
  EXPECT_EQ(Compare("kent", first, pipeline_.revision()).head.opened_records(), 0);
}

TEST_F(SummaryComparisonTest, RandomHistoriesAddUp) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    const auto pick = [&](int below) {
      return static_cast<int>(random() % static_cast<unsigned>(below));
    };
    static const std::vector<std::string> kSerials = {"MKR40758", "TLW31906", "QZX55021"};
    static const std::vector<std::string> kUses = {"FIRED", "THREAT", "BLUNT_INSTRUMENT"};
    std::vector<graph::Revision> revisions;
    struct Known {
      int version = 0;
      std::string record{};
      bool stands = false;
    };
    std::map<std::string, Known> all;
    for (int step = 0; step < 14; ++step) {
      const std::string id = absl::StrCat("S", seed, "-", pick(8));
      Known& known = all[id];
      if (known.stands && pick(4) == 0) {
        pipeline_.Withdraw("kent", known.record);
        known.stands = false;
      } else {
        std::string more = pick(3) == 0 ? "" : Gun(kSerials[static_cast<std::size_t>(pick(3))]);
        if (pick(3) == 0) absl::StrAppend(&more, " crime_references: '", pick(2) + 1, "/22'");
        const auto sent =
            pipeline_.Push({Incident(id, kUses[static_cast<std::size_t>(pick(3))],
                                     absl::StrCat("2022-0", 4 + pick(6), "-0", 1 + pick(9)), more,
                                     ++known.version, pick(5) == 0 ? "" : "OPEN")});
        known.record = sent[0].record_id();
        known.stands = true;
      }
      revisions.push_back(pipeline_.revision());
    }
    for (int i = 0; i < 4; ++i) {
      graph::Revision a = revisions[static_cast<std::size_t>(pick(14))];
      graph::Revision b = revisions[static_cast<std::size_t>(pick(14))];
      if (a > b) std::swap(a, b);
      Compare("btp", a, b);
      Compare("kent", a, b);
    }
  }
}

TEST_F(SummaryComparisonTest, BadRequestsNameEveryBadField) {
  pipeline_.Push({Incident("A", "FIRED", "2022-08-01")});
  v1::CompareSummariesRequest request;
  request.add_dimensions(v1::DIMENSION_UNSPECIFIED);
  request.mutable_later()->set_revision(-1);
  Answer answer;
  const absl::Status status = Ask("btp", request, answer);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::string said = rpc::ToGrpcStatus(status).error_details();
  for (const char* field : {"period", "dimensions[0]", "earlier", "later.revision"}) {
    EXPECT_THAT(said, testing::HasSubstr(field));
  }
  pipeline_.Push({Incident("B", "FIRED", "2022-08-01")});
  EXPECT_EQ(Ask("btp", Request(2, 1), answer).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Ask("btp", Request(1, 99), answer).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SummaryComparisonTest, ACallThatNobodyReadsEnds) {
  pipeline_.Push({Incident("A", "FIRED", "2022-08-01")});
  pipeline_.Push({Incident("B", "FIRED", "2022-08-01")});
  Answer answer;
  EXPECT_EQ(Ask("btp", Request(1, 2), answer, 1).code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace serieslink
