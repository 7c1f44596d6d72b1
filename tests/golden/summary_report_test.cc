// Goal: a summary of the same records at the same revision is the same text, from build to build.
// Method: synthetic feeds go through everything between their arrival and the client's page, under
// a clock that stands.
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "services/cli/public_summary_page.h"
#include "services/cli/summary_page.h"
#include "services/summary/public_summary_service.h"
#include "services/summary/summary_service.h"
#include "tests/golden/golden_file.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/synth/feed_stream.h"

namespace serieslink {
namespace {

// Synthetic feeds, as they arrived.
void Fill(DerivationPipeline& pipeline) {
  synth::StreamOptions options;
  options.seed = 5;
  options.records = 2000;
  options.dirt = synth::DirtLevel::kNone;
  auto stream = synth::FeedStream::Create(options);
  ASSERT_TRUE(stream.ok());
  std::vector<SentMessage> batch;
  const auto push = [&] {
    if (!batch.empty()) pipeline.Push(batch);
    batch.clear();
  };
  synth::SyntheticRecord record;
  while ((*stream)->Next(&record)) {
    if (record.is_withdrawal) continue;
    batch.push_back({record.agency, record.message});
    if (batch.size() == 500) push();
  }
  push();
}

TEST(SummaryReportTest, TheReportOfAQuarterIsPinned) {
  DerivationPipeline pipeline;
  Fill(pipeline);
  absl::TimeZone london;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/London", &london));
  const summary::SummaryService service(pipeline.source(), "test", &DerivationPipeline::Now, london,
                                        std::make_shared<summary::Boundaries>());
  summary::v1::GetSummaryRequest request;
  request.mutable_period()->set_kind(summary::v1::PERIOD_KIND_QUARTER);
  request.mutable_period()->set_year(2016);
  request.mutable_period()->set_quarter(3);
  request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline.revision()));
  summary::v1::GetSummaryResponse response;
  ASSERT_TRUE(service
                  .SummariseFor(
                      view::Viewer{"mps"}, request, absl::InfiniteFuture(),
                      [] { return absl::OkStatus(); }, response)
                  .ok());
  std::ostringstream text;
  cli::WriteSummaryText(response, 80, text);
  ExpectGolden("summary_2016Q3.txt", text.str());
}

TEST(SummaryReportTest, ThePublicReportOfAQuarterIsPinned) {
  DerivationPipeline pipeline;
  Fill(pipeline);
  absl::TimeZone london;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/London", &london));
  summary::PublicSummaryOptions options;
  options.publisher = "A police force";
  const summary::PublicSummaryService service(pipeline.source(), "test", &DerivationPipeline::Now,
                                              london, std::make_shared<summary::Boundaries>(),
                                              options);
  summary::v1::IssuePublicSummaryRequest request;
  request.mutable_period()->set_kind(summary::v1::PERIOD_KIND_QUARTER);
  request.mutable_period()->set_year(2016);
  request.mutable_period()->set_quarter(3);
  request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline.revision()));
  summary::v1::PublicSummary drafted;
  summary::v1::DisclosureAudit audit;
  const absl::Status status =
      service.Draft("mps", request, {}, {absl::InfiniteFuture(), [] { return absl::OkStatus(); }},
                    drafted, audit);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(audit.tried(), audit.safe());
  std::ostringstream text;
  cli::WritePublicSummaryText(drafted, "draft, not issued", 80, text);
  cli::WriteDisclosureAudit(audit, 80, text);
  ExpectGolden("public_summary_2016Q3.txt", text.str());
}

}  // namespace
}  // namespace serieslink
