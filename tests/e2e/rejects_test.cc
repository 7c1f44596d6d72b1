// Refused messages kept for their agency, through the whole server over mutual TLS.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "serieslink/ingest/v1/reject_service.grpc.pb.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using ingest::v1::Acknowledgement;
using ingest::v1::Outcome;
using ingest::v1::Reject;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

FeedMessage Incident(const std::string& id, int version, const std::string& serial,
                     const std::string& occurred = "2024-05-01") {
  return ForceRecordOf(absl::StrCat(
      "system: 'NICHE' record_id: '", id, "' version: ", version,
      " record_type: 'INCIDENT' crime_references: '", id, "/24' occurred: '", occurred,
      "' marking { visibility: 'OPEN' } guns { reference: 'G1' make: 'Glock' serials { text: '",
      serial, "' } }"));
}

// One that is refused: it has no date.
FeedMessage Bad(const std::string& id, int version) {
  return Incident(id, version, "AB12345", "when it rained");
}

std::vector<Outcome> OutcomesOf(const Reply<ingest::v1::BatchResult>& reply) {
  EXPECT_TRUE(reply.ok()) << reply.status.error_message();
  std::vector<Outcome> outcomes;
  for (const Acknowledgement& one : reply->acknowledgements()) outcomes.push_back(one.outcome());
  return outcomes;
}

class RejectsTest : public testing::Test {
 protected:
  // Whatever became of the rejects, each has its message.
  void TearDown() override { EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n"); }

  template <typename Request, typename Response>
  using Method = grpc::Status (ingest::v1::RejectService::Stub::*)(grpc::ClientContext*,
                                                                   const Request&, Response*);

  template <typename Request, typename Response>
  static Reply<Response> Call(const AgencyClient& client, Method<Request, Response> method,
                              const Request& request) {
    const auto stub = ingest::v1::RejectService::NewStub(client.channel());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    Reply<Response> reply;
    reply.status = (stub.get()->*method)(&context, request, &reply.message);
    return reply;
  }

  static Reply<ingest::v1::ListRejectsResponse> List(
      const AgencyClient& client, const ingest::v1::ListRejectsRequest& request = {}) {
    return Call<ingest::v1::ListRejectsRequest, ingest::v1::ListRejectsResponse>(
        client, &ingest::v1::RejectService::Stub::ListRejects, request);
  }
  static Reply<ingest::v1::GetRejectResponse> Get(const AgencyClient& client,
                                                  const std::string& id) {
    ingest::v1::GetRejectRequest request;
    request.set_reject_id(id);
    return Call<ingest::v1::GetRejectRequest, ingest::v1::GetRejectResponse>(
        client, &ingest::v1::RejectService::Stub::GetReject, request);
  }
  static Reply<ingest::v1::DeleteRejectsResponse> Delete(const AgencyClient& client,
                                                         const std::vector<std::string>& ids) {
    ingest::v1::DeleteRejectsRequest request;
    for (const std::string& id : ids) request.add_reject_ids(id);
    return Call<ingest::v1::DeleteRejectsRequest, ingest::v1::DeleteRejectsResponse>(
        client, &ingest::v1::RejectService::Stub::DeleteRejects, request);
  }

  static std::vector<std::string> Sources(const Reply<ingest::v1::ListRejectsResponse>& reply) {
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    std::vector<std::string> sources;
    for (const Reject& reject : reply->rejects()) sources.push_back(reject.source_id());
    return sources;
  }

  TestServer server_;
};

TEST_F(RejectsTest, WhatIsRefusedIsKeptForItsAgencyUntilItIsMended) {
  const AgencyClient mers = server_.As("mers");
  const AgencyClient btp = server_.As("btp");
  EXPECT_THAT(OutcomesOf(mers.Submit({Incident("1", 1, "AB12345"), Bad("2", 1), Bad("3", 7)})),
              ElementsAre(ingest::v1::OUTCOME_CREATED, ingest::v1::OUTCOME_REJECTED,
                          ingest::v1::OUTCOME_REJECTED));
  // Over a stream too, and a conflict of versions; the same bytes again are one reject.
  EXPECT_THAT(OutcomesOf(mers.SubmitStream({Bad("2", 1), Incident("1", 1, "CD12345")}, 1)),
              ElementsAre(ingest::v1::OUTCOME_REJECTED, ingest::v1::OUTCOME_REJECTED));
  auto list = List(mers);
  EXPECT_THAT(Sources(list), ElementsAre("1", "2", "3"));
  EXPECT_EQ(list->totals().kept_count(), 3);
  EXPECT_EQ(list->rejects(0).violations(0).reason(),
            type::v1::ERROR_REASON_SOURCE_VERSION_CONFLICT);
  EXPECT_EQ(list->rejects(1).received_count(), 2);
  EXPECT_EQ(list->rejects(1).violations(0).field(), "force.occurred");
  EXPECT_EQ(list->rejects(2).source_version(), 7u);
  EXPECT_FALSE(list->rejects(1).has_message());
  const std::string id = list->rejects(1).reject_id();
  const auto got = Get(mers, id);
  ASSERT_TRUE(got.ok()) << got.status.error_message();
  EXPECT_EQ(got->reject().message().SerializeAsString(), Bad("2", 1).SerializeAsString());

  // Nobody else's, by list, by id or by deleting.
  EXPECT_THAT(Sources(List(btp)), IsEmpty());
  EXPECT_EQ(List(btp)->totals().kept_count(), 0);
  EXPECT_EQ(Get(btp, id).status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Delete(btp, {id})->deleted_count(), 0);

  // Mended: gone at once, also after a restart.
  EXPECT_THAT(OutcomesOf(mers.Submit({Incident("2", 1, "EF12345"), Incident("3", 6, "GH12345")})),
              ElementsAre(ingest::v1::OUTCOME_CREATED, ingest::v1::OUTCOME_CREATED));
  EXPECT_THAT(Sources(List(mers)), ElementsAre("1", "3")) << "3 waits for version 7";
  server_.Restart();
  const AgencyClient again = server_.As("mers");
  list = List(again);
  EXPECT_THAT(Sources(list), ElementsAre("1", "3"));
  EXPECT_EQ(Get(again, id).status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Delete(again, {list->rejects(0).reject_id(), list->rejects(1).reject_id(), id})
                ->deleted_count(),
            2);
  EXPECT_THAT(Sources(List(again)), IsEmpty());
}

TEST_F(RejectsTest, WhatCannotBeReadIsKeptAsItCame) {
  const AgencyClient mers = server_.As("mers");
  ingest::v1::SubmitRequestWire request;
  request.mutable_batch()->set_agency("mers");
  request.mutable_batch()->add_messages("\xFF no message");
  EXPECT_THAT(OutcomesOf(mers.SubmitWire(request)), ElementsAre(ingest::v1::OUTCOME_REJECTED));
  const auto list = List(mers);
  ASSERT_EQ(list->rejects_size(), 1);
  EXPECT_EQ(list->rejects(0).feed(), "");
  const auto got = Get(mers, list->rejects(0).reject_id());
  ASSERT_TRUE(got.ok()) << got.status.error_message();
  EXPECT_EQ(got->reject().unreadable(), "\xFF no message");
}

TEST_F(RejectsTest, PagesAndFiltersAndTheirMistakes) {
  const AgencyClient mers = server_.As("mers");
  std::vector<FeedMessage> bad;
  for (int i = 0; i < 7; ++i) bad.push_back(Bad(absl::StrCat(i), 1));
  ASSERT_TRUE(mers.Submit(bad).ok());
  ingest::v1::ListRejectsRequest request;
  request.set_page_size(3);
  request.set_feed("force");
  request.set_with_messages(true);
  std::set<std::string> seen;
  int pages = 0;
  std::string first_token;
  do {
    const auto page = List(mers, request);
    ASSERT_TRUE(page.ok()) << page.status.error_message();
    for (const Reject& reject : page->rejects()) {
      EXPECT_TRUE(reject.has_message());
      seen.insert(reject.source_id());
    }
    request.set_page_token(page->next_page_token());
    if (++pages == 1) first_token = page->next_page_token();
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(seen.size(), 7u);

  // A token is good for its caller and its filter only.
  request.set_page_token(first_token);
  EXPECT_EQ(DetailsOf(List(server_.As("btp"), request).status).reason,
            type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  request.set_feed("mps");
  EXPECT_EQ(DetailsOf(List(mers, request).status).reason,
            type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  request.clear_page_token();
  EXPECT_THAT(Sources(List(mers, request)), IsEmpty());

  request.set_page_size(-1);
  request.set_feed("farce");
  request.mutable_since()->set_nanos(-1);
  EXPECT_THAT(DetailsOf(List(mers, request).status).fields,
              ElementsAre("page_size", "feed", "since"));
  EXPECT_EQ(DetailsOf(Get(mers, "RC-0000").status).reason, type::v1::ERROR_REASON_NAME_MALFORMED);
  EXPECT_THAT(DetailsOf(Delete(mers, {"RJ-1", "RJ-2"}).status).fields,
              ElementsAre("reject_ids[0]", "reject_ids[1]"));
  EXPECT_EQ(Delete(mers, {}).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace serieslink
