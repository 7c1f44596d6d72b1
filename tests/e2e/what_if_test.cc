// Goal: what would be if a lead were confirmed or a finding withdrawn is shown to whoever asks, to
// nobody else, for a time, marked as what it is; and nothing is written.
// Method: records go through preparing, committing and deriving on an in-memory store, and the
// service answers by a clock of the test's; and a whole server is asked over mutual TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "serieslink/series/v1/what_if_service.grpc.pb.h"
#include "services/rpc/error.h"
#include "services/rpc/page_token.h"
#include "services/series/series_service.h"
#include "services/series/what_if_service.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kConfirm = series::v1::SUPPOSITION_KIND_LEAD_IS_CONFIRMED;
constexpr auto kWithdraw = series::v1::SUPPOSITION_KIND_FINDING_IS_WITHDRAWN;

// An incident of one Glock of kent's, open to all unless told otherwise.
feed::v1::FeedMessage Incident(const std::string& id, const std::string& serial,
                               bool is_open = true) {
  return ForceRecordOf(absl::StrCat("system: 'S' record_id: '", id,
                                    "' version: 1 record_type: 'INCIDENT'",
                                    " guns { make: 'Glock' serials { text: '", serial, "' } }",
                                    is_open ? " marking { visibility: 'OPEN' }" : ""));
}

class WhatIfTest : public testing::Test {
 protected:
  WhatIfTest() {
    // A and B are a series; C's number is too short for more than a lead with D; H is kent's alone.
    for (const auto& [id, serial, is_open] :
         {std::tuple("A", "AB583214", true), std::tuple("B", "AB583214", true),
          std::tuple("C", "K5832", true), std::tuple("D", "K5832", true),
          std::tuple("H", "K5832", false)}) {
      const auto answers = pipeline_.Push({{"kent", Incident(id, serial, is_open)}});
      records_[id] = answers.at(0).record_id();
    }
  }

  series::v1::StartWhatIfRequest Request(series::v1::SuppositionKind kind, const std::string& first,
                                         const std::string& second) {
    series::v1::StartWhatIfRequest request;
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    series::v1::Supposition& supposition = *request.add_suppositions();
    supposition.set_kind(kind);
    supposition.set_first_id(records_.contains(first) ? records_.at(first) : first);
    supposition.set_second_id(records_.contains(second) ? records_.at(second) : second);
    return request;
  }
  absl::StatusOr<series::v1::StartWhatIfResponse> Start(
      const series::v1::StartWhatIfRequest& request) {
    series::v1::StartWhatIfResponse response;
    const absl::Status status = service_.Start(analyst_, request, absl::InfiniteFuture(), response);
    if (!status.ok()) return status;
    return response;
  }
  absl::StatusOr<series::v1::GetSupposedSeriesResponse> Get(const rpc::Identity& caller,
                                                            const std::string& what_if,
                                                            const std::string& id) {
    series::v1::GetSupposedSeriesRequest request;
    request.set_what_if(what_if);
    request.set_series_id(records_.at(id));
    series::v1::GetSupposedSeriesResponse response;
    const absl::Status status = service_.Get(caller, request, absl::InfiniteFuture(), response);
    if (!status.ok()) return status;
    return response;
  }

  DerivationPipeline pipeline_;
  absl::Time now_ = DerivationPipeline::Now();
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{}};
  const series::WhatIfService service_{pipeline_.source(), &tokens_, "test",
                                       [this] { return now_; }};
  const rpc::Identity analyst_ = {"mps", "analyst-7"};
  std::map<std::string, std::string> records_;  // "RC-…" by source id
};

TEST_F(WhatIfTest, TheSameIsNotSupposedBothWays) {
  series::v1::StartWhatIfRequest request = Request(kConfirm, "C", "D");
  *request.add_suppositions() = Request(kWithdraw, "A", "B").suppositions(0);
  *request.add_suppositions() = Request(kWithdraw, "D", "C").suppositions(0);
  const auto refused = Start(request);
  EXPECT_THAT(DetailsOf(rpc::ToGrpcStatus(refused.status())).fields,
              testing::ElementsAre("suppositions[0]", "suppositions[2]"));
}

TEST_F(WhatIfTest, ALeadCountsAsConfirmedInAViewOfItsOwn) {
  const graph::Revision revision = pipeline_.revision();
  const auto started = Start(Request(kConfirm, "C", "D"));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->known_count(), 2);
  EXPECT_EQ(started->supposed_count(), 1);
  ASSERT_THAT(started->weapons_supposed(), SizeIs(1));
  EXPECT_EQ(started->weapons_supposed(0).incident_count(), 2);
  EXPECT_THAT(started->weapons_supposed(0).series_id(), testing::StartsWith("SL-"));
  EXPECT_THAT(started->watermark(),
              AllOf(HasSubstr("SUPPOSITION, NOT KNOWLEDGE"), HasSubstr(records_.at("C")),
                    HasSubstr(records_.at("D")), HasSubstr(absl::StrCat(revision))));
  const auto supposed = Get(analyst_, started->what_if(), "D");
  ASSERT_TRUE(supposed.ok()) << supposed.status();
  EXPECT_EQ(supposed->series().exhibit_count(), 2);
  EXPECT_EQ(supposed->watermark(), started->watermark());
  EXPECT_THAT(supposed->series().history(), IsEmpty());
  // What is supposed of others leaves a weapon as it is, and says so all the same.
  EXPECT_EQ(Get(analyst_, started->what_if(), "A")->watermark(), started->watermark());

  series::v1::ExplainSupposedLinkRequest explain;
  explain.set_what_if(started->what_if());
  explain.set_first_id(records_.at("C"));
  explain.set_second_id(records_.at("D"));
  series::v1::ExplainSupposedLinkResponse why;
  ASSERT_TRUE(service_.Explain(analyst_, explain, absl::InfiniteFuture(), why).ok());
  EXPECT_TRUE(why.explanation().is_one_weapon());
  EXPECT_EQ(why.watermark(), started->watermark());

  // So is a whole weapon explained.
  series::v1::ExplainSupposedSeriesRequest explain_weapon;
  explain_weapon.set_what_if(started->what_if());
  explain_weapon.set_series_id(records_.at("D"));
  series::v1::ExplainSupposedSeriesResponse held;
  ASSERT_TRUE(service_.Explain(analyst_, explain_weapon, absl::InfiniteFuture(), held).ok());
  EXPECT_EQ(held.watermark(), started->watermark());
  EXPECT_EQ(held.revision(), started->revision());
  EXPECT_EQ(held.series().series_id(), supposed->series().series_id());
  ASSERT_THAT(held.explanation().joining(), SizeIs(1));
  EXPECT_EQ(held.explanation().joining(0).verdict(), record::v1::VERDICT_CONFIRMED);
  // It rests on nobody's word and on no rule.
  EXPECT_EQ(held.explanation().joining(0).basis(), record::v1::BASIS_SUPPOSED);
  EXPECT_EQ(supposed->series().floor(), record::v1::BASIS_SUPPOSED);
  EXPECT_EQ(why.explanation().weakest_basis(), record::v1::BASIS_SUPPOSED);
  explain_weapon.set_series_id("SL-1");
  EXPECT_THAT(DetailsOf(rpc::ToGrpcStatus(service_.Explain(analyst_, explain_weapon,
                                                           absl::InfiniteFuture(), held)))
                  .fields,
              testing::ElementsAre("series_id"));

  // Nothing was written, and nobody else sees anything of it.
  EXPECT_EQ(pipeline_.revision(), revision);
  const series::SeriesService known(pipeline_.source(), &tokens_, "test", [this] { return now_; });
  series::v1::GetSeriesRequest get;
  get.set_series_id(records_.at("D"));
  series::v1::GetSeriesResponse as_known;
  ASSERT_TRUE(known.Get(view::Viewer{"mps"}, get, absl::InfiniteFuture(), as_known).ok());
  EXPECT_EQ(as_known.series().exhibit_count(), 1);
}

TEST_F(WhatIfTest, TheProcessLogSaysWhoOpenedAViewAndNothingOfTheGuns) {
  const rpc::Identity other = {"mps", "analyst-8"};
  auto request = Request(kConfirm, "C", "D");
  series::v1::Supposition& withdrawn = *request.add_suppositions();
  withdrawn.set_kind(kWithdraw);
  withdrawn.set_first_id(records_.at("A"));
  withdrawn.set_second_id(records_.at("B"));
  testing::internal::CaptureStderr();
  const auto started = Start(request);
  const std::string line = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_THAT(line, AllOf(HasSubstr(R"("event":"what_if","agency":"mps","principal":"analyst-7")"),
                          HasSubstr(R"("leads_confirmed":"1","findings_withdrawn":"1")"),
                          HasSubstr(R"("weapons_known":"3","weapons_supposed":"3")"),
                          HasSubstr(absl::StrCat(R"("revision":")", pipeline_.revision())),
                          HasSubstr(R"("expires":")")));
  for (const auto& [source, record] : records_) EXPECT_EQ(line.find(record), line.npos) << source;
  for (const char* serial : {"AB583214", "K5832", "Glock", "EX-", "FN-"}) {
    EXPECT_EQ(line.find(serial), line.npos) << serial;
  }
  // By the name in a watermark the line of the log is found, in every answer from the view.
  const std::size_t at = started->watermark().find("; view ");
  ASSERT_NE(at, std::string::npos);
  const std::string name = started->watermark().substr(at + 7, 16);
  EXPECT_THAT(line, HasSubstr(absl::StrCat(R"("view":")", name, "\"")));
  EXPECT_EQ(Get(analyst_, started->what_if(), "D")->watermark(), started->watermark());
  // Another person's view of the same has another name; what is refused opens none.
  testing::internal::CaptureStderr();
  series::v1::StartWhatIfResponse others;
  ASSERT_TRUE(service_.Start(other, request, absl::InfiniteFuture(), others).ok());
  EXPECT_FALSE(Start(Request(kConfirm, "A", "C")).ok());
  const std::string others_line = testing::internal::GetCapturedStderr();
  EXPECT_THAT(others_line, HasSubstr(R"("principal":"analyst-8")"));
  EXPECT_EQ(others_line.find(name), others_line.npos);
  EXPECT_EQ(others_line.find("analyst-7"), others_line.npos);
}

TEST_F(WhatIfTest, AFindingThatIsWithdrawnSplitsTheSeries) {
  const auto started = Start(Request(kWithdraw, "A", "B"));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->known_count(), 1);
  EXPECT_EQ(started->supposed_count(), 2);
  EXPECT_EQ(Get(analyst_, started->what_if(), "B")->series().exhibit_count(), 1);
}

TEST_F(WhatIfTest, AViewIsItsCallersAloneAndExpires) {
  auto request = Request(kConfirm, "C", "D");
  request.set_minutes(5);
  const auto started = Start(request);
  ASSERT_TRUE(started.ok()) << started.status();
  for (const rpc::Identity& other : {rpc::Identity{"mps", "analyst-8"}, {"kent", "analyst-7"}}) {
    EXPECT_EQ(Get(other, started->what_if(), "C").status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  now_ += absl::Minutes(5) - absl::Seconds(1);
  EXPECT_TRUE(Get(analyst_, started->what_if(), "C").ok());
  now_ += absl::Seconds(1);
  EXPECT_EQ(Get(analyst_, started->what_if(), "C").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(WhatIfTest, AViewStaysAtItsRevision) {
  const auto started = Start(Request(kConfirm, "C", "D"));
  ASSERT_TRUE(started.ok()) << started.status();
  pipeline_.Push({{"kent", Incident("E", "AB583214")}});
  pipeline_.TakeCut();
  EXPECT_EQ(Get(analyst_, started->what_if(), "A")->series().exhibit_count(), 2);
}

TEST_F(WhatIfTest, WhatIsNotThereCannotBeSupposed) {
  // No lead, no finding, and what the caller may not see: the last reads as if it were not there.
  EXPECT_EQ(Start(Request(kConfirm, "A", "B")).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Start(Request(kWithdraw, "A", "C")).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Start(Request(kConfirm, "C", "H")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Start(Request(kConfirm, "C", "EX-1")).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Start({}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(WhatIfTest, EveryFieldThatIsWrongIsNamed) {
  // A weapon has other exhibits than the one that its id leads to.
  const auto started = Start(Request(kWithdraw, "A", "B"));
  ASSERT_TRUE(started.ok()) << started.status();
  const std::string series = started->weapons_known(0).series_id();
  auto request = Request(kConfirm, series, "EX-1");
  request.set_minutes(-1);
  EXPECT_THAT(
      DetailsOf(rpc::ToGrpcStatus(Start(request).status())).fields,
      testing::ElementsAre("minutes", "suppositions[0].first_id", "suppositions[0].second_id"));
  series::v1::GetSupposedSeriesRequest get;
  get.set_what_if("none");
  get.set_series_id("SL-1");
  series::v1::GetSupposedSeriesResponse response;
  EXPECT_THAT(
      DetailsOf(rpc::ToGrpcStatus(service_.Get(analyst_, get, absl::InfiniteFuture(), response)))
          .fields,
      testing::ElementsAre("what_if", "series_id"));
}

// However an id was typed, it is kept and told as the server writes it.
TEST_F(WhatIfTest, TheWatermarkNamesIdsAsTheServerWritesThem) {
  const std::string typed =
      absl::StrCat(absl::AsciiStrToLower(records_.at("C")), std::string(100'000, ' '));
  const auto started = Start(Request(kConfirm, typed, "D"));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_THAT(started->watermark(), HasSubstr(absl::StrCat(" ", records_.at("C"), " and ")));
  EXPECT_LT(started->what_if().size(), 1'000u);
}

TEST(WhatIfServerTest, AnswersOverTheNetwork) {
  TestServer server;
  const AgencyClient kent = server.As("kent");
  const auto sent =
      kent.Submit({Incident("C", "K5832"), Incident("D", "K5832")}, /*wait_for_linkage=*/true);
  ASSERT_TRUE(sent.ok()) << sent.status.error_message();
  const auto stub = series::v1::WhatIfService::NewStub(server.As("mps").channel());
  series::v1::StartWhatIfRequest request;
  series::v1::Supposition& supposition = *request.add_suppositions();
  supposition.set_kind(kConfirm);
  supposition.set_first_id(sent->acknowledgements(0).record_id());
  supposition.set_second_id(sent->acknowledgements(1).record_id());
  series::v1::StartWhatIfResponse started;
  grpc::ClientContext first;
  first.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const grpc::Status status = stub->StartWhatIf(&first, request, &started);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(started.supposed_count(), 1);
  // The same token in another agency's hands.
  series::v1::GetSupposedSeriesRequest get;
  get.set_what_if(started.what_if());
  get.set_series_id(sent->acknowledgements(0).record_id());
  series::v1::GetSupposedSeriesResponse supposed;
  grpc::ClientContext second;
  second.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto kents = series::v1::WhatIfService::NewStub(kent.channel());
  const grpc::Status refused = kents->GetSupposedSeries(&second, get, &supposed);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(refused).fields, testing::ElementsAre("what_if"));
}

}  // namespace
}  // namespace serieslink
