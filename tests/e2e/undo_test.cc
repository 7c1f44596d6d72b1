// Messages that are only checked, and versions that are taken back, through the whole server over
// mutual TLS.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "storage/base/digest.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using ingest::v1::Acknowledgement;
using ingest::v1::Outcome;
using ::testing::ElementsAre;

// `version` 0: it names none.
FeedMessage Incident(const std::string& id, int version, const std::string& serial,
                     const std::string& occurred = "2024-05-01") {
  return ForceRecordOf(absl::StrCat(
      "system: 'NICHE' record_id: '", id, "' ",
      version > 0 ? absl::StrCat("version: ", version) : "",
      " record_type: 'INCIDENT' crime_references: '", id, "/24' occurred: '", occurred,
      "' marking { visibility: 'OPEN' } guns { reference: 'G1' make: 'Glock' serials { text: '",
      serial, "' } }"));
}

std::vector<Outcome> OutcomesOf(const Reply<ingest::v1::BatchResult>& reply) {
  EXPECT_TRUE(reply.ok()) << reply.status.error_message();
  std::vector<Outcome> outcomes;
  for (const Acknowledgement& one : reply->acknowledgements()) outcomes.push_back(one.outcome());
  return outcomes;
}

class UndoTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n"); }

  // Takes `message` of the record `id` back, or only tries to.
  static Reply<ingest::v1::UndoVersionsResponse> Undo(
      const AgencyClient& client, const std::string& id, const FeedMessage& message,
      bool validate_only = false, const google::protobuf::Timestamp& after = {}) {
    ingest::v1::UndoVersionsRequest request;
    request.set_reason("wrong mapping");
    request.set_validate_only(validate_only);
    auto& version = *request.add_versions();
    version.set_record_id(id);
    version.set_message_digest(
        std::string(base::AsBytes(base::Sha256(message.SerializeAsString()))));
    if (after.seconds() != 0) *version.mutable_received_after() = after;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    Reply<ingest::v1::UndoVersionsResponse> reply;
    reply.status = client.ingest().UndoVersions(&context, request, &reply.message);
    return reply;
  }

  static Outcome OutcomeOfUndo(const AgencyClient& client, const std::string& id,
                               const FeedMessage& message, bool validate_only = false) {
    const auto reply = Undo(client, id, message, validate_only);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->acknowledgements(0).outcome();
  }

  // The serial that the record shows once all that is committed is derived, or "withdrawn".
  static std::string SerialOf(const AgencyClient& client, const std::string& id) {
    // A commit of its own tells the latest revision.
    const auto mark = client.Submit({Incident("MARK", 0, absl::StrCat("MK", ++marks_))});
    series::v1::ListSeriesRequest derived;
    derived.mutable_view()->set_min_revision(mark->acknowledgements(0).revision());
    EXPECT_TRUE(client.ListSeries(derived).ok());
    const auto record = client.GetRecord(id);
    EXPECT_TRUE(record.ok()) << record.status.error_message();
    if (!record->has_record()) return "withdrawn";
    return record->record().exhibits(0).firearm().serials(0).text();
  }

  static inline int marks_ = 0;
  TestServer server_;
};

TEST_F(UndoTest, CheckingOnlySaysWhatWouldBecomeAndWritesNothing) {
  const AgencyClient mers = server_.As("mers");
  const std::int64_t revision =
      mers.Submit({Incident("1", 2, "AB12345")})->acknowledgements(0).revision();
  ingest::v1::SubmitRequest request;
  ingest::v1::Batch& batch = *request.mutable_batch();
  batch.set_agency("mers");
  batch.set_validate_only(true);
  batch.set_wait_for_linkage(true);
  for (const FeedMessage& message :
       {Incident("1", 3, "CD12345"), Incident("1", 2, "AB12345"), Incident("1", 2, "XX12345"),
        Incident("1", 1, "AB12345"), Incident("9", 1, "AB12345"),
        Incident("8", 1, "AB12345", "when it rained")}) {
    *batch.add_messages() = message;
  }
  for (int i = 0; i < 2; ++i) {
    Reply<ingest::v1::BatchResult> reply;
    grpc::ClientContext context;
    ingest::v1::SubmitResponse response;
    reply.status = mers.ingest().Submit(&context, request, &response);
    reply.message = response.result();
    // The messages of a batch are seen together: version 2 comes after version 3 here.
    EXPECT_THAT(OutcomesOf(reply),
                ElementsAre(ingest::v1::OUTCOME_SUPERSEDED, ingest::v1::OUTCOME_STALE,
                            ingest::v1::OUTCOME_REJECTED, ingest::v1::OUTCOME_STALE,
                            ingest::v1::OUTCOME_CREATED, ingest::v1::OUTCOME_REJECTED));
    for (const Acknowledgement& one : reply->acknowledgements()) EXPECT_EQ(one.revision(), 0);
  }
  // The next commit is the next revision.
  const auto next = mers.Submit({Incident("7", 1, "AB12345")});
  EXPECT_EQ(next->acknowledgements(0).revision(), revision + 1);
}

TEST_F(UndoTest, BatchesThatAreOnlyCheckedAreAnsweredInTheirPlaceOfAStream) {
  const AgencyClient mers = server_.As("mers");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto stream = mers.ingest().SubmitStream(&context);
  for (std::uint64_t id = 1; id <= 8; ++id) {
    ingest::v1::SubmitStreamRequest request;
    request.mutable_batch()->set_batch_id(id);
    request.mutable_batch()->set_agency("mers");
    request.mutable_batch()->set_validate_only(id % 2 == 1);
    *request.mutable_batch()->add_messages() = Incident(absl::StrCat(id), 1, "AB12345");
    ASSERT_TRUE(stream->Write(request));
  }
  stream->WritesDone();
  ingest::v1::SubmitStreamResponse response;
  for (std::uint64_t id = 1; id <= 8; ++id) {
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.result().batch_id(), id);
    EXPECT_EQ(response.result().acknowledgements(0).outcome(), ingest::v1::OUTCOME_CREATED);
    EXPECT_EQ(response.result().acknowledgements(0).revision() == 0, id % 2 == 1);
  }
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(UndoTest, WhatStoodBeforeStandsAgainStepByStep) {
  const AgencyClient mers = server_.As("mers");
  const FeedMessage first = Incident("1", 1, "AB12345");
  const FeedMessage second = Incident("1", 2, "CD12345");
  const FeedMessage third = Incident("1", 3, "EF12345");
  const std::string id = mers.Submit({first, second, third})->acknowledgements(0).record_id();
  EXPECT_EQ(OutcomeOfUndo(mers, id, second), ingest::v1::OUTCOME_UNCHANGED) << "superseded since";
  EXPECT_EQ(OutcomeOfUndo(mers, id, third, true), ingest::v1::OUTCOME_RESTORED);
  EXPECT_EQ(SerialOf(mers, id), "EF12345") << "it was only tried";
  EXPECT_EQ(OutcomeOfUndo(mers, id, third), ingest::v1::OUTCOME_RESTORED);
  EXPECT_EQ(SerialOf(mers, id), "CD12345");
  EXPECT_EQ(OutcomeOfUndo(mers, id, third), ingest::v1::OUTCOME_UNCHANGED) << "taken back before";
  EXPECT_TRUE(Undo(mers, id, third)->acknowledgements(0).was_undone_before());
  EXPECT_FALSE(Undo(mers, id, first)->acknowledgements(0).was_undone_before());
  EXPECT_EQ(OutcomeOfUndo(mers, id, second), ingest::v1::OUTCOME_RESTORED);
  EXPECT_EQ(SerialOf(mers, id), "AB12345");
  const auto record = mers.GetRecord(id);
  ASSERT_EQ(record->versions_size(), 5);
  EXPECT_FALSE(record->versions(2).is_undo());
  EXPECT_TRUE(record->versions(4).is_undo());
  EXPECT_EQ(record->versions(4).source_version(), 1u);
  EXPECT_EQ(OutcomeOfUndo(mers, id, first), ingest::v1::OUTCOME_WITHDRAWN);
  EXPECT_EQ(SerialOf(mers, id), "withdrawn");
  EXPECT_TRUE(mers.GetRecord(id)->versions(5).is_withdrawal());
}

TEST_F(UndoTest, WhatWasNeverOpenIsOpenedByNoVersionThatWasTakenBack) {
  const AgencyClient mers = server_.As("mers");
  const AgencyClient kent = server_.As("kent");
  FeedMessage first = Incident("1", 1, "AB12345");
  first.mutable_force()->mutable_marking()->set_visibility("OWNER");
  const FeedMessage open = Incident("1", 2, "AB12345");
  const std::string id = mers.Submit({first})->acknowledgements(0).record_id();
  ASSERT_TRUE(mers.Withdraw(id).ok());
  ASSERT_TRUE(mers.Submit({open}).ok());
  EXPECT_EQ(SerialOf(kent, id), "AB12345") << "open by mistake, and by then it is";
  EXPECT_EQ(OutcomeOfUndo(mers, id, open), ingest::v1::OUTCOME_WITHDRAWN);
  EXPECT_EQ(SerialOf(mers, id), "withdrawn");
  for (std::int64_t revision = 0; revision <= mers.GetRecord(id)->revision(); ++revision) {
    EXPECT_EQ(kent.GetRecord(id, revision).status.error_code(), grpc::StatusCode::NOT_FOUND)
        << "as at " << revision;
  }
}

TEST_F(UndoTest, WhatWasTakenBackCountsAsNeverSent) {
  const AgencyClient mers = server_.As("mers");
  const FeedMessage first = Incident("1", 1, "AB12345");
  const FeedMessage wrong = Incident("1", 5, "WRONG99");
  const std::string id = mers.Submit({first, wrong})->acknowledgements(0).record_id();
  // It was lower than the wrong one, and is higher than what stood before.
  EXPECT_THAT(OutcomesOf(mers.Submit({Incident("1", 3, "CD12345")})),
              ElementsAre(ingest::v1::OUTCOME_STALE));
  ASSERT_EQ(OutcomeOfUndo(mers, id, wrong), ingest::v1::OUTCOME_RESTORED);
  EXPECT_EQ(SerialOf(mers, id), "CD12345");
  server_.Restart();
  const AgencyClient later = server_.As("mers");
  EXPECT_THAT(
      OutcomesOf(later.Submit({Incident("1", 3, "CD12345"), first, Incident("1", 4, "EF12345"),
                               Incident("1", 5, "RIGHT99"), Incident("1", 4, "EF12345"), wrong})),
      ElementsAre(ingest::v1::OUTCOME_UNCHANGED, ingest::v1::OUTCOME_STALE,
                  ingest::v1::OUTCOME_SUPERSEDED, ingest::v1::OUTCOME_SUPERSEDED,
                  ingest::v1::OUTCOME_STALE, ingest::v1::OUTCOME_REJECTED));
  EXPECT_EQ(SerialOf(later, id), "RIGHT99");
}

TEST_F(UndoTest, ARecordOfWhichNothingIsLeftTakesAnyVersionAgain) {
  const AgencyClient mers = server_.As("mers");
  const FeedMessage wrong = Incident("1", 5, "WRONG99");
  const std::string id = mers.Submit({wrong})->acknowledgements(0).record_id();
  ASSERT_EQ(OutcomeOfUndo(mers, id, wrong), ingest::v1::OUTCOME_WITHDRAWN);
  EXPECT_THAT(OutcomesOf(mers.Submit({Incident("1", 2, "AB12345"), Incident("1", 5, "RIGHT99")})),
              ElementsAre(ingest::v1::OUTCOME_SUPERSEDED, ingest::v1::OUTCOME_SUPERSEDED));
  EXPECT_EQ(SerialOf(mers, id), "RIGHT99");
}

TEST_F(UndoTest, RecordsWithoutVersionsAndWithdrawalsComeBackToo) {
  const AgencyClient mers = server_.As("mers");
  const FeedMessage first = Incident("1", 0, "AB12345");
  const FeedMessage wrong = Incident("1", 0, "WRONG99");
  const std::string id = mers.Submit({first, wrong})->acknowledgements(0).record_id();
  EXPECT_EQ(OutcomeOfUndo(mers, id, wrong), ingest::v1::OUTCOME_RESTORED);
  EXPECT_EQ(SerialOf(mers, id), "AB12345");
  ASSERT_TRUE(mers.Withdraw(id).ok());
  EXPECT_EQ(OutcomeOfUndo(mers, id, first), ingest::v1::OUTCOME_UNCHANGED) << "withdrawn since";
  EXPECT_THAT(OutcomesOf(mers.Submit({wrong})), ElementsAre(ingest::v1::OUTCOME_SUPERSEDED));
  EXPECT_EQ(OutcomeOfUndo(mers, id, wrong), ingest::v1::OUTCOME_WITHDRAWN) << "as before";
  EXPECT_EQ(SerialOf(mers, id), "withdrawn");
}

TEST_F(UndoTest, AVersionThatCameBeforeATimeIsLeftAsItIs) {
  const AgencyClient mers = server_.As("mers");
  const FeedMessage first = Incident("1", 0, "AB12345");
  const FeedMessage second = Incident("1", 0, "CD12345");
  const auto came_first = mers.Submit({first});
  ASSERT_TRUE(came_first->has_received_time());
  const std::string id = came_first->acknowledgements(0).record_id();
  const auto undo = [&](const FeedMessage& message) {
    return Undo(mers, id, message, false, came_first->received_time())->acknowledgements(0);
  };
  EXPECT_EQ(undo(first).outcome(), ingest::v1::OUTCOME_UNCHANGED);
  EXPECT_FALSE(undo(first).was_undone_before());
  // The same again, later: that one goes, and the first stays.
  ASSERT_TRUE(mers.Submit({second, first}).ok());
  EXPECT_EQ(undo(first).outcome(), ingest::v1::OUTCOME_RESTORED);
  EXPECT_EQ(undo(second).outcome(), ingest::v1::OUTCOME_RESTORED);
  EXPECT_EQ(undo(first).outcome(), ingest::v1::OUTCOME_UNCHANGED);
  EXPECT_TRUE(undo(second).was_undone_before());
  EXPECT_EQ(SerialOf(mers, id), "AB12345");
}

TEST_F(UndoTest, OnlyItsOwnAgencyTakesAVersionBack) {
  const AgencyClient mers = server_.As("mers");
  const FeedMessage first = Incident("1", 1, "AB12345");
  const std::string id = mers.Submit({first})->acknowledgements(0).record_id();
  const auto foreign = Undo(server_.As("btp"), id, first);
  ASSERT_TRUE(foreign.ok()) << foreign.status.error_message();
  EXPECT_EQ(foreign->acknowledgements(0).outcome(), ingest::v1::OUTCOME_REJECTED);
  EXPECT_EQ(foreign->acknowledgements(0).violations(0).reason(),
            type::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_EQ(SerialOf(mers, id), "AB12345");
  ingest::v1::UndoVersionsRequest request;
  request.add_versions()->set_record_id("RC-1");
  grpc::ClientContext context;
  ingest::v1::UndoVersionsResponse response;
  EXPECT_THAT(DetailsOf(mers.ingest().UndoVersions(&context, request, &response)).fields,
              ElementsAre("reason", "versions[0].record_id", "versions[0].message_digest"));
}

}  // namespace
}  // namespace serieslink
