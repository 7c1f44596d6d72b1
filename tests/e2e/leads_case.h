#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "serieslink/lead/v1/lead_service.grpc.pb.h"
#include "tests/support/agency_client.h"
#include "tests/support/series_outline.h"
#include "tests/support/test_server.h"

// What tests of analysts' work on leads have in common: a server, and calls as one person.
namespace serieslink {

// An incident of one gun. Without a make, equal numbers are a lead.
inline feed::v1::FeedMessage Incident(const std::string& id, const std::string& serial,
                                      const std::string& visibility = "OPEN",
                                      const std::string& injury = "NONE",
                                      const std::string& make = "", int version = 1) {
  return ForceRecordOf(absl::StrCat(
      "system: 'NICHE' record_id: '", id, "' version: ", version,
      " record_type: 'INCIDENT' crime_references: '", id, "/24' occurred: '2024-05-01' injury: '",
      injury, "' guns { reference: 'G1' make: '", make, "' calibre: '9x19' serials { text: '",
      serial, "' part: 'FRAME' legibility: 'CLEAR' } } marking { visibility: '", visibility,
      "' }"));
}

inline config::v1::LeadsConfig TwoPeopleConfirm() {
  config::v1::LeadsConfig leads;
  leads.add_two_person_decisions("CONFIRMED");
  leads.set_budget_per_day(3);
  return leads;
}

class LeadsTest : public testing::Test {
 protected:
  LeadsTest() : LeadsTest(TwoPeopleConfirm(), absl::ZeroDuration()) {}
  LeadsTest(const config::v1::LeadsConfig& leads, absl::Duration ago) : server_(leads, ago) {}
  void TearDown() override { EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n"); }

  void Push(const std::string& agency, const std::vector<feed::v1::FeedMessage>& messages) {
    const auto reply = server_.As(agency).Submit(messages);
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    for (const auto& one : reply->acknowledgements()) {
      ASSERT_EQ(one.violations_size(), 0) << one.ShortDebugString();
      revision_ = std::max(revision_, one.revision());
    }
    names_.Learn(agency, messages, *reply);
    List(agency);  // once it is derived
  }
  std::string Id(const std::string& name) { return names_.IdOf(name); }

  // Calls `method` of the service of leads as one person.
  template <typename Request, typename Response>
  grpc::Status Call(const std::pair<std::string, std::string>& who,
                    grpc::Status (lead::v1::LeadService::Stub::*method)(grpc::ClientContext*,
                                                                        const Request&, Response*),
                    const Request& request, Response& response) {
    const auto stub = lead::v1::LeadService::NewStub(server_.As(who.first, who.second).channel());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return ((*stub).*method)(&context, request, &response);
  }

  lead::v1::ListLeadsResponse List(const std::string& agency,
                                   lead::v1::ListLeadsRequest request = {}) {
    request.set_min_revision(revision_);
    lead::v1::ListLeadsResponse response;
    const grpc::Status status =
        Call({agency, "feed"}, &lead::v1::LeadService::Stub::ListLeads, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // The records of each lead, in the order of the queue.
  std::vector<std::string> Pairs(const lead::v1::ListLeadsResponse& response) {
    std::vector<std::string> pairs;
    for (const lead::v1::Lead& lead : response.leads()) {
      std::string first = names_.NameOf(lead.first().record_id());
      std::string second = names_.NameOf(lead.second().record_id());
      if (second < first) std::swap(first, second);
      pairs.push_back(absl::StrCat(first, " ", second));
    }
    return pairs;
  }

  lead::v1::Lead Get(const std::string& agency, const std::string& first,
                     const std::string& second) {
    lead::v1::GetLeadRequest request;
    request.set_first_id(Id(first));
    request.set_second_id(Id(second));
    request.set_min_revision(revision_);
    lead::v1::GetLeadResponse response;
    const grpc::Status status =
        Call({agency, "feed"}, &lead::v1::LeadService::Stub::GetLead, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.lead();
  }

  grpc::Status Decide(const std::pair<std::string, std::string>& who, const std::string& first,
                      const std::string& second, record::v1::Verdict verdict,
                      lead::v1::DecideLeadResponse* told = nullptr, bool is_second = false,
                      record::v1::Channel channel = record::v1::CHANNEL_UNSPECIFIED) {
    lead::v1::DecideLeadRequest request;
    request.set_channel(channel);
    request.set_first_id(Id(first));
    request.set_second_id(Id(second));
    request.set_verdict(verdict);
    request.set_second_proposal(is_second);
    request.set_reason("same damage to the slide");
    lead::v1::DecideLeadResponse response;
    const grpc::Status status =
        Call(who, &lead::v1::LeadService::Stub::DecideLead, request, response);
    if (status.ok()) revision_ = std::max(revision_, response.revision());
    if (told != nullptr) *told = response;
    return status;
  }

  grpc::Status Act(const std::string& agency, lead::v1::ActOnLeadRequest request,
                   const std::string& first, const std::string& second,
                   lead::v1::ActOnLeadResponse* told = nullptr) {
    request.set_first_id(Id(first));
    request.set_second_id(Id(second));
    request.set_reason("for the local team");
    lead::v1::ActOnLeadResponse response;
    const grpc::Status status =
        Call({agency, "feed"}, &lead::v1::LeadService::Stub::ActOnLead, request, response);
    if (status.ok()) revision_ = std::max(revision_, response.revision());
    if (told != nullptr) *told = response;
    return status;
  }

  // How many series `agency` sees.
  int Series(const std::string& agency) {
    series::v1::ListSeriesRequest request;
    request.mutable_view()->set_min_revision(revision_);
    const auto reply = server_.As(agency).ListSeries(request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->series_size();
  }

  TestServer server_;
  RecordNames names_;
  std::int64_t revision_ = 0;
  const std::pair<std::string, std::string> ana_ = {"mps", "feed"};
  const std::pair<std::string, std::string> ben_ = {"mps", "analyst"};
};

inline constexpr auto kConfirmed = record::v1::VERDICT_CONFIRMED;
inline constexpr auto kEliminated = record::v1::VERDICT_ELIMINATED;
inline constexpr auto kInconclusive = record::v1::VERDICT_INCONCLUSIVE;
inline constexpr auto kWithdrawn = record::v1::VERDICT_WITHDRAWN;

}  // namespace serieslink
