#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/alerts/alert_service.h"
#include "services/enquiries/enquiry_service.h"
#include "services/rpc/error.h"
#include "services/rpc/page_token.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {

// A store with the services of enquiries and of alerts, without a network.
struct EnquirySite {
  // The clock of the service of enquiries; that of the log stands at DerivationPipeline::Now.
  absl::Time now = DerivationPipeline::Now();
  // Whose enquiries others are told of where these do not say.
  std::set<std::string> telling_agencies;
  int open_max = 1'000;

  enquiries::EnquiryService Service() {
    enquiries::EnquiryOptions options;
    options.trust_domain = "test";
    options.telling_agencies = telling_agencies;
    options.configured_agencies = {"nabis"};
    options.open_per_agency_max = open_max;
    options.now = [this] { return now; };
    options.new_name = [this] { return absl::StrCat("N", ++names_given); };
    return enquiries::EnquiryService(
        pipeline.source(), &tokens, std::move(options),
        [this](const rpc::Identity& author,
               const feed::v1::FeedMessage& message) -> absl::StatusOr<enquiries::Written> {
          const auto answers = pipeline.Push({{author.agency, message}});
          const bool is_written = answers.at(0).outcome() == ingest::v1::OUTCOME_CREATED ||
                                  answers.at(0).outcome() == ingest::v1::OUTCOME_SUPERSEDED;
          EXPECT_TRUE(answers[0].violations().empty() ||
                      answers[0].violations(0).reason() ==
                          type::v1::ERROR_REASON_SOURCE_VERSION_CONFLICT)
              << answers[0].DebugString();
          return enquiries::Written{
              is_written ? static_cast<graph::Revision>(answers[0].revision()) : 0,
              answers[0].record_id()};
        });
  }

  // A request that only lacks what `text` says.
  static enquiry::v1::CreateEnquiryRequest Request(const std::string& text) {
    enquiry::v1::CreateEnquiryRequest request;
    request.set_kind(enquiry::v1::ENQUIRY_KIND_STANDING_QUERY);
    request.set_unit("trident");
    request.set_purpose("a shooting");
    request.mutable_expire_time()->set_seconds(
        absl::ToUnixSeconds(DerivationPipeline::Now() + absl::Hours(24) * 30));
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &request)) << text;
    return request;
  }

  // Asks; the id of the enquiry.
  std::string Ask(const std::string& agency, const std::string& text) {
    enquiry::v1::CreateEnquiryResponse response;
    const absl::Status status =
        Service().Create({agency, "officer"}, Request(text), absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    return response.enquiry().enquiry_id();
  }
  std::string AskTrace(const std::string& agency, const std::string& text) {
    return Ask(agency, absl::StrCat("kind: ENQUIRY_KIND_TRACE_REQUEST ", text));
  }

  // Does what `text` says of ActOnEnquiryRequest.
  absl::Status Act(const std::string& agency, const std::string& id, const std::string& text) {
    enquiry::v1::ActOnEnquiryRequest request;
    request.set_enquiry_id(id);
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &request)) << text;
    enquiry::v1::ActOnEnquiryResponse response;
    return Service().ActOn({agency, "officer"}, request, absl::InfiniteFuture(), response);
  }

  absl::Status Answer(const std::string& agency, const std::string& id, const std::string& text) {
    enquiry::v1::AnswerTraceRequestRequest request;
    request.set_enquiry_id(id);
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &request)) << text;
    enquiry::v1::AnswerTraceRequestResponse response;
    return Service().Answer({agency, "officer"}, request, absl::InfiniteFuture(), response);
  }

  absl::StatusOr<enquiry::v1::Enquiry> Get(const std::string& agency, const std::string& id) {
    enquiry::v1::GetEnquiryRequest request;
    request.set_enquiry_id(id);
    enquiry::v1::GetEnquiryResponse response;
    const absl::Status status =
        Service().Get({agency, "officer"}, request, absl::InfiniteFuture(), response);
    if (!status.ok()) return status;
    return response.enquiry();
  }

  // Ids of what a list has, over pages of one.
  std::vector<std::string> List(const std::string& agency, const std::string& text) {
    enquiry::v1::ListEnquiriesRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &request)) << text;
    request.set_page_size(1);
    std::vector<std::string> ids;
    do {
      enquiry::v1::ListEnquiriesResponse response;
      const absl::Status status =
          Service().List({agency, "officer"}, request, absl::InfiniteFuture(), response);
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_LE(response.enquiries_size(), 1);
      for (const auto& one : response.enquiries()) ids.push_back(one.enquiry_id());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }

  // What a force records of one gun.
  static SentMessage Gun(const std::string& id, const std::string& serial, int version = 1,
                         bool is_open = true, const std::string& agency = "mps") {
    SentMessage sent{agency, {}};
    const std::string text = absl::StrCat(
        "force { system: 'S' record_id: '", id, "' version: ", version,
        " record_type: 'RECOVERY' occurred: '2017-03-01' crime_references: '", id,
        "/17' place { borough_code: 'E09000022' } guns { make: 'Glock' calibre: '9x19' serials { "
        "text: '",
        serial, "' } } marking { visibility: '", is_open ? "OPEN" : "OWNER", "' } }");
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sent.message)) << text;
    return sent;
  }

  void Push(const std::vector<SentMessage>& messages) {
    const auto answers = pipeline.Push(messages);
    for (std::size_t i = 0; i < messages.size(); ++i) {
      ASSERT_NE(answers.at(i).outcome(), ingest::v1::OUTCOME_REJECTED)
          << answers.at(i).DebugString();
      const std::string& id = messages[i].message.force().record_id();
      records[id] = answers.at(i).record_id();
      names[answers.at(i).record_id()] = id;
    }
  }

  // Everything that a stream tells from the beginning.
  std::vector<alert::v1::Alert> Alerts(const std::string& agency,
                                       const alert::v1::AlertFilter& filter = {}) {
    pipeline.revision();  // everything is derived
    alerts::AlertService service(pipeline.source(), &tokens, &pipeline.ids(),
                                 {.trust_domain = "test",
                                  .linking_agencies = {"nabis"},
                                  .reference_agencies = {},
                                  .zone = absl::UTCTimeZone(),
                                  .now = &DerivationPipeline::Now});
    alert::v1::WatchAlertsRequest request;
    request.set_after_revision(0);
    *request.mutable_filter() = filter;
    std::vector<alert::v1::Alert> told;
    bool is_current = false;
    const absl::Status status = service.Watch(
        view::Viewer{agency}, request, [&] { return is_current; },
        [&](const alert::v1::WatchAlertsResponse& message) {
          if (message.has_alert()) told.push_back(message.alert());
          is_current |= message.is_current();
          return true;
        });
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
    return told;
  }

  // "revision KIND", then the records that brought it about, what was answered and who else asks.
  std::vector<std::string> Told(const std::string& agency) {
    std::vector<std::string> told;
    for (const alert::v1::Alert& alert : Alerts(agency)) {
      told.push_back(
          absl::StrCat(alert.revision(), " ",
                       alert::v1::AlertKind_Name(alert.kind()).substr(sizeof("ALERT_KIND"))));
      for (const std::string& cause : alert.causes()) {
        if (names.contains(cause)) absl::StrAppend(&told.back(), " ", names.at(cause));
      }
      if (!alert.explanation().empty()) absl::StrAppend(&told.back(), " ", alert.explanation());
      if (!alert.other_agency().empty()) {
        absl::StrAppend(&told.back(), " ", alert.other_agency(), "/", alert.other_unit(), " ",
                        alert.other_contact());
      }
    }
    return told;
  }

  DerivationPipeline pipeline;
  const rpc::PageTokenSealer tokens{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{7}};
  int names_given = 0;
  std::map<std::string, std::string> records;
  std::map<std::string, std::string> names;
};

}  // namespace serieslink
