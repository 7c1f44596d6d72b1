// Goal: the pack of the same records and actions is the same text, from build to build. Method:
// records and actions go through everything between their arrival and the client's page, under a
// clock that is set. What of the page is the quarter's summary is pinned by summary_report_test.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <regex>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/text_format.h"
#include "services/cli/meeting_page.h"
#include "services/rpc/page_token.h"
#include "services/summary/meeting_service.h"
#include "tests/golden/golden_file.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

void Recover(DerivationPipeline& pipeline, const std::string& id, const std::string& make,
             const std::string& day) {
  SentMessage made;
  made.agency = "mps";
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      absl::StrCat("force { system: 'S' record_id: '", id, "' record_type: 'RECOVERY' occurred: '",
                   day, "' guns { reference: 'G1' make: '", make,
                   "' } marking { visibility: 'OPEN' } }"),
      &made.message));
  pipeline.Push({made});
}

TEST(MeetingPackTest, ThePackOfAPartnerIsPinned) {
  DerivationPipeline pipeline;
  const rpc::PageTokenSealer tokens(std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{7});
  absl::Time now = DerivationPipeline::Now();
  int names = 0;
  summary::MeetingOptions options;
  options.trust_domain = "test";
  options.now = [&now] { return now; };
  ASSERT_TRUE(absl::LoadTimeZone("Europe/London", &options.zone));
  options.new_name = [&names] { return absl::StrCat("N", ++names); };
  const summary::MeetingService service(
      pipeline.source(), &tokens, options, std::make_shared<summary::Boundaries>(),
      [&pipeline](const rpc::Identity& author,
                  const feed::v1::FeedMessage& message) -> absl::StatusOr<summary::WrittenAction> {
        const auto answers = pipeline.Push({{author.agency, message}});
        return summary::WrittenAction{static_cast<graph::Revision>(answers.at(0).revision()),
                                      answers.at(0).record_id()};
      });
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= 2; ++day) {
      Recover(pipeline, absl::StrCat("B", month, "-", day), "Glock",
              absl::StrFormat("2022-%02d-%02d", month, day));
    }
  }
  for (int day = 1; day <= 6; ++day) {
    Recover(pipeline, absl::StrCat("Q", day), "Retay", absl::StrFormat("2023-08-%02d", day));
  }

  const auto create = [&](const std::string& text) {
    meeting::v1::CreateMeetingActionRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    meeting::v1::CreateMeetingActionResponse response;
    const absl::Status status =
        service.Create({"mps", "secretary"}, request, absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    return response.action().action_id();
  };
  create(
      "meeting { kind: PERIOD_KIND_QUARTER year: 2023 quarter: 2 } text: 'visit dealers & fairs' "
      "owner_agency: 'kent' owner_unit: 'crime' four_p: FOUR_P_PROTECT due_day: '2023-11-20'");
  const std::string done = create(
      "meeting { kind: PERIOD_KIND_QUARTER year: 2023 quarter: 2 } text: 'map routes' owner_unit: "
      "'trident' four_p: FOUR_P_PURSUE due_day: '2023-12-01' shared_with: 'kent'");
  create(
      "meeting { kind: PERIOD_KIND_QUARTER year: 2023 quarter: 2 } text: 'of mps alone' "
      "owner_unit: "
      "'trident' four_p: FOUR_P_PREPARE due_day: '2023-12-01'");
  meeting::v1::UpdateMeetingActionRequest update;
  update.set_action_id(done);
  update.set_status(meeting::v1::ACTION_STATUS_DONE);
  update.set_note("three routes");
  meeting::v1::UpdateMeetingActionResponse updated;
  ASSERT_TRUE(service.Update({"mps", "secretary"}, update, absl::InfiniteFuture(), updated).ok());
  now += absl::Hours(24) * 30;

  meeting::v1::GetMeetingPackRequest request;
  request.mutable_quarter()->set_kind(summary::v1::PERIOD_KIND_QUARTER);
  request.mutable_quarter()->set_year(2023);
  request.mutable_quarter()->set_quarter(3);
  request.set_partner("kent");
  request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline.revision()));
  meeting::v1::GetMeetingPackResponse pack;
  const absl::Status status = service.Pack(
      {"mps", "secretary"}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); }, pack);
  ASSERT_TRUE(status.ok()) << status;
  std::ostringstream page;
  cli::WritePackHtml(pack, {}, page);
  const std::string html = page.str();
  const std::size_t begin = html.find("<h1>");
  const std::size_t end = html.find("<h2>Summary of");
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  ExpectGolden("meeting_pack.html", std::regex_replace(html.substr(begin, end - begin),
                                                       std::regex("RC-[-0-9A-Z]+"), "RC-"));
}

}  // namespace
}  // namespace serieslink
