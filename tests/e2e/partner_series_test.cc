// Goal: a series that is asked for a partner holds what both the caller and the partner may see,
// and nothing of the rest shows in it. Method: records go through preparing, committing and
// deriving on an in-memory store; the service answers an agency that owns some of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "services/rpc/page_token.h"
#include "services/series/series_service.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PartnerSeriesTest : public testing::Test {
 protected:
  // An incident with the one gun that all are about; the id of its record.
  std::string Incident(const std::string& agency, const std::string& id, const std::string& day,
                       const std::string& visibility) {
    SentMessage made;
    made.agency = agency;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrCat("force { system: 'S' record_id: '", id,
                     "' version: 1 record_type: 'INCIDENT' crime_references: '", id,
                     "/23' occurred: '", day,
                     "' guns { reference: 'G1' make: 'Glock' calibre: '9x19' serials { text: "
                     "'AB583214' part: 'FRAME' legibility: 'CLEAR' } } marking { visibility: '",
                     visibility, "' } }"),
        &made.message));
    return pipeline_.Push({made}).at(0).record_id();
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& id, const std::string& partner,
                               absl::Status (series::SeriesService::*call)(const view::Viewer&,
                                                                           const Request&,
                                                                           const view::Patience&,
                                                                           Response&) const) {
    const series::SeriesService service(pipeline_.source(), &tokens_, "test",
                                        &DerivationPipeline::Now);
    Request request;
    request.set_series_id(id);
    request.set_partner(partner);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    Response response;
    const absl::Status status =
        (service.*call)(view::Viewer{"mers"}, request, absl::InfiniteFuture(), response);
    if (!status.ok()) return status;
    return response;
  }
  absl::StatusOr<series::v1::GetSeriesResponse> Get(const std::string& id,
                                                    const std::string& partner) {
    return Ask<series::v1::GetSeriesResponse, series::v1::GetSeriesRequest>(
        id, partner, &series::SeriesService::Get);
  }
  absl::StatusOr<series::v1::ExplainSeriesResponse> Explain(const std::string& id,
                                                            const std::string& partner) {
    return Ask<series::v1::ExplainSeriesResponse, series::v1::ExplainSeriesRequest>(
        id, partner, &series::SeriesService::Explain);
  }

  DerivationPipeline pipeline_;
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{7}};
};

TEST_F(PartnerSeriesTest, ItHoldsWhatBothMaySee) {
  const std::string open = Incident("mers", "A", "2023-05-01", "OPEN");
  const std::string hidden = Incident("mers", "B", "2023-05-09", "OWNER");
  const std::string third = Incident("essex", "C", "2023-06-01", "OPEN");
  ASSERT_FALSE(third.empty());
  const auto own = Get(open, "");
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->series().incident_count(), 3);
  EXPECT_EQ(Get(open, "mers")->series().incident_count(), 3) << "its own agency is no partner";

  const auto shared = Get(open, "kent");
  ASSERT_TRUE(shared.ok()) << shared.status();
  EXPECT_EQ(shared->series().incident_count(), 2);
  EXPECT_EQ(shared->series().exhibit_count(), 2);
  EXPECT_THAT(shared->series().agencies(), ElementsAre("essex", "mers"));
  EXPECT_THAT(shared->DebugString(), Not(HasSubstr(hidden)));

  const auto explained = Explain(open, "kent");
  ASSERT_TRUE(explained.ok()) << explained.status();
  EXPECT_EQ(explained->explanation().joining_count(), 1);
  EXPECT_EQ(explained->mark().agency(), "mers");
  EXPECT_THAT(explained->DebugString(), Not(HasSubstr(hidden)));
  // What one may not see is not there, for the other either.
  EXPECT_EQ(Get(hidden, "kent").status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(Get(hidden, "").ok());
}

TEST_F(PartnerSeriesTest, ThePartnersOwnRecordsAreNotShownToTheCaller) {
  const std::string open = Incident("mers", "A", "2023-05-01", "OPEN");
  const std::string theirs = Incident("kent", "B", "2023-05-09", "OWNER");
  const auto shared = Get(open, "kent");
  ASSERT_TRUE(shared.ok()) << shared.status();
  EXPECT_EQ(shared->series().incident_count(), 1);
  EXPECT_EQ(Get(theirs, "kent").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(PartnerSeriesTest, EveryBadFieldIsNamed) {
  Incident("mers", "A", "2023-05-01", "OPEN");
  const absl::Status refused = Get("no id", "Kent Police").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  const absl::Status of_why = Explain("no id", "Kent Police").status();
  EXPECT_EQ(of_why.code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace serieslink
