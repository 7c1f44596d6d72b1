// Goal: statistics of a period are made of what its caller may see, and say where they cannot say.
// Method: records go through preparing, committing and deriving on an in-memory store, whose clock
// stands: so the log has no past of which quarters could have grown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/text_format.h"
#include "services/cli/summary_statistics_page.h"
#include "services/rpc/error.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/statistics_service.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

namespace v1 = summary::v1;

SentMessage Sent(const std::string& text) {
  SentMessage made;
  made.agency = "kent";
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &made.message)) << text;
  return made;
}

SentMessage Record(const std::string& id, const std::string& type, const std::string& occurred,
                   const std::string& borough, const std::string& more = "",
                   const std::string& visibility = "OPEN") {
  return Sent(absl::StrCat("force { system: 'S' record_id: '", id, "' version: 1 record_type: '",
                           type, "' occurred: '", occurred, "' place { borough_code: '", borough,
                           "' } marking { visibility: '", visibility, "' } ", more, " }"));
}

std::string Gun(const std::string& serial) {
  return absl::StrCat("guns { reference: 'G1' make: 'Glock' calibre: '9x19' serials { text: '",
                      serial, "' part: 'FRAME' legibility: 'CLEAR' } }");
}

class SummaryStatisticsTest : public testing::Test {
 protected:
  SummaryStatisticsTest() { EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &london_)); }

  absl::Status Ask(const std::string& agency, const v1::GetStatisticsRequest& request,
                   v1::GetStatisticsResponse& response) {
    const summary::StatisticsService service(pipeline_.source(), "test", &DerivationPipeline::Now,
                                             london_,
                                             std::make_shared<const summary::Boundaries>());
    return service.StatisticsFor(
        view::Viewer{agency}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
        response);
  }

  v1::GetStatisticsResponse Statistics(const std::string& agency) {
    v1::GetStatisticsRequest request;
    request.mutable_period()->set_kind(v1::PERIOD_KIND_QUARTER);
    request.mutable_period()->set_year(2022);
    request.mutable_period()->set_quarter(3);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    v1::GetStatisticsResponse response;
    const absl::Status status = Ask(agency, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  // `count` incidents in a quarter in a borough.
  void PushQuarter(int year, int quarter, const std::string& borough, int count) {
    std::vector<SentMessage> messages;
    for (int i = 0; i < count; ++i) {
      messages.push_back(Record(absl::StrCat("I", ++last_), "INCIDENT",
                                absl::StrFormat("%d-%02d-%02d", year, 3 * quarter - 1, 1 + i % 28),
                                borough, "firearm_uses: 'THREAT'"));
    }
    if (!messages.empty()) pipeline_.Push(messages);
  }

  DerivationPipeline pipeline_;
  absl::TimeZone london_;
  int last_ = 0;
};

const v1::Ranking& RankingOf(const v1::GetStatisticsResponse& statistics,
                             const std::string& measure, v1::Dimension dimension) {
  for (const v1::Ranking& one : statistics.rankings()) {
    if (one.measure_id() == measure && one.dimension() == dimension) return one;
  }
  ADD_FAILURE() << "no ranking of " << measure;
  return v1::Ranking::default_instance();
}

const v1::SpellFigures& SpellOf(const v1::GetStatisticsResponse& statistics,
                                const std::string& measure) {
  for (const v1::SpellFigures& one : statistics.spells()) {
    if (one.measure_id() == measure) return one;
  }
  ADD_FAILURE() << "no spells " << measure;
  return v1::SpellFigures::default_instance();
}

TEST_F(SummaryStatisticsTest, TwentyQuartersAreLookedAtAndAFallIsFound) {
  for (int i = 0; i < 20; ++i) {
    const int at = 2017 * 4 + 3 + i;  // from 2017Q4 to 2022Q3
    // Lambeth falls after 2020Q1, Hackney varies by one.
    PushQuarter(at / 4, at % 4 + 1, "E09000022", at <= 2020 * 4 ? 18 + i % 2 : 4 + i % 2);
    PushQuarter(at / 4, at % 4 + 1, "E09000012", 9 + i % 2);
  }
  const v1::GetStatisticsResponse statistics = Statistics("btp");
  EXPECT_EQ(statistics.quarters_size(), 20);
  EXPECT_EQ(statistics.quarters(0).label(), "2017Q4");
  EXPECT_EQ(statistics.quarters(19).label(), "2022Q3");
  const v1::ChangeSearch& search = statistics.change_search();
  EXPECT_GE(search.tested(), 3);
  bool is_lambeth_found = false;
  for (const v1::LevelChange& change : search.changes()) {
    EXPECT_NE(change.row().key(), "E09000012") << "Hackney did not change";
    if (change.row().key() != "E09000022") continue;
    is_lambeth_found = true;
    EXPECT_EQ(change.first_quarter(), "2020Q2");
    EXPECT_GT(change.mean_before(), 17);
    EXPECT_LT(change.mean_after(), 6);
  }
  EXPECT_TRUE(is_lambeth_found) << search.ShortDebugString();
  const v1::Ranking& ranking = RankingOf(statistics, "gun_crime.incidents", v1::DIMENSION_BOROUGH);
  ASSERT_EQ(ranking.rows_size(), 2);
  EXPECT_EQ(ranking.rows(0).row().key(), "E09000012");
  EXPECT_EQ(ranking.rows(0).rank_high(), 2) << "ten against five is no order";
  EXPECT_THAT(ranking.words(), testing::HasSubstr("cannot be said"));
  // What was loaded at once tells nothing of growth.
  EXPECT_EQ(statistics.expected_finals().figures_size(), 0);
  EXPECT_THAT(statistics.expected_finals().words(), testing::HasSubstr("cannot be said"));

  std::ostringstream text;
  cli::WriteStatisticsText(statistics, 80, text);
  EXPECT_THAT(text.str(), testing::HasSubstr("2020Q2"));
  std::ostringstream html;
  cli::WriteStatisticsHtml(statistics, html);
  EXPECT_THAT(html.str(), testing::HasSubstr("<caption>"));
  const cli::Table rows = cli::StatisticsRows(statistics);
  for (const auto& row : rows.rows) EXPECT_EQ(row.size(), rows.headings.size());
}

TEST_F(SummaryStatisticsTest, GunsThatAreStillOutCount) {
  std::vector<SentMessage> messages;
  for (int i = 0; i < 3; ++i) {
    const std::string serial = absl::StrCat("MKR4075", i);
    messages.push_back(Record(absl::StrCat("L", i), "LOSS", "2022-01-10", "E09000022",
                              absl::StrCat("loss_kind: 'STOLEN' ", Gun(serial))));
  }
  messages.push_back(Record("R", "RECOVERY", "2022-02-09", "E09000022", Gun("MKR40750")));
  pipeline_.Push(messages);
  const v1::GetStatisticsResponse statistics = Statistics("btp");
  const v1::SpellFigures& spells = SpellOf(statistics, "spell.theft_to_recovery");
  EXPECT_EQ(spells.begun(), 3);
  EXPECT_EQ(spells.ended(), 1);
  EXPECT_THAT(spells.words(), testing::HasSubstr("cannot be said yet"));
}

TEST_F(SummaryStatisticsTest, WhatACallerMayNotSeeIsInNone) {
  pipeline_.Push({Record("A", "INCIDENT", "2022-08-01", "E09000022", "firearm_uses: 'FIRED'", "")});
  EXPECT_EQ(RankingOf(Statistics("btp"), "gun_crime.incidents", v1::DIMENSION_BOROUGH).rows_size(),
            0);
  EXPECT_EQ(RankingOf(Statistics("kent"), "gun_crime.incidents", v1::DIMENSION_BOROUGH).rows_size(),
            1);
}

TEST_F(SummaryStatisticsTest, EmptyStoresAndBadRequestsAreAnswered) {
  EXPECT_EQ(Statistics("btp").revision(), 0);
  v1::GetStatisticsRequest request;
  request.mutable_view()->set_revision(-1);
  v1::GetStatisticsResponse response;
  const absl::Status status = Ask("btp", request, response);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const std::string said = rpc::ToGrpcStatus(status).error_details();
  EXPECT_THAT(said, testing::HasSubstr("period"));
  EXPECT_THAT(said, testing::HasSubstr("view.revision"));
}

}  // namespace
}  // namespace serieslink
