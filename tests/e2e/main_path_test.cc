// Records in, linked series out, through the whole server over mutual TLS.
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/time_util.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "tests/support/agency_client.h"
#include "tests/support/series_outline.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using ::google::protobuf::util::TimeUtil;
using ingest::v1::Acknowledgement;
using ingest::v1::BatchResult;
using ingest::v1::Outcome;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The feeds of tests/e2e/feeds: agency and feed.
const std::vector<std::pair<std::string, std::string>>& SampleFeeds() {
  static const auto* const feeds = new std::vector<std::pair<std::string, std::string>>{
      {"mps", "mps"},        {"nabis", "nabis"}, {"border_force", "border_force"},
      {"kent", "licensing"}, {"btp", "force"},   {"mers", "force"}};
  return *feeds;
}

std::vector<FeedMessage> Samples(const std::string& agency, const std::string& feed) {
  const char* source = std::getenv("SERIESLINK_SOURCE_DIR");
  return ReadSamples(absl::StrCat(source == nullptr ? "." : source, "/tests/e2e/feeds/", agency,
                                  ".", feed, ".jsonl"),
                     feed);
}

// An incident of one gun, open to all unless `marking` says otherwise.
FeedMessage Incident(const std::string& id, int version, const std::string& serial,
                     const std::string& more = "", const std::string& visibility = "OPEN") {
  return ForceRecordOf(absl::StrCat(
      "system: 'NICHE' record_id: '", id, "' version: ", version,
      " record_type: 'INCIDENT' crime_references: '", id, "/24' ",
      absl::StrContains(more, "occurred:") ? "" : "occurred: '2024-05-01' ",
      "guns { reference: 'G1' make: 'Glock' model: '17' calibre: '9x19' serials { text: '", serial,
      "' part: 'FRAME' legibility: 'CLEAR' } } marking { visibility: '", visibility, "' } ", more));
}

std::vector<Outcome> OutcomesOf(const BatchResult& result) {
  std::vector<Outcome> outcomes;
  for (const Acknowledgement& one : result.acknowledgements()) outcomes.push_back(one.outcome());
  return outcomes;
}

class MainPathTest : public testing::Test {
 protected:
  // Whatever a test did, the store it leaves is one that its log explains.
  void TearDown() override { EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n"); }

  // Pushes and expects every message to be accepted. The revision that holds them.
  std::int64_t Push(const AgencyClient& client, const std::vector<FeedMessage>& messages) {
    const auto reply = client.Submit(messages);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    std::int64_t revision = 0;
    for (const Acknowledgement& one : reply->acknowledgements()) {
      EXPECT_NE(one.outcome(), ingest::v1::OUTCOME_REJECTED) << one.ShortDebugString();
      revision = std::max(revision, one.revision());
    }
    names_.Learn(client.agency(), messages, *reply);
    return revision;
  }

  std::int64_t PushSamples() {
    std::int64_t revision = 0;
    for (const auto& [agency, feed] : SampleFeeds()) {
      revision = Push(server_.As(agency), Samples(agency, feed));
    }
    return revision;
  }

  std::string RecordId(const std::string& name) const { return names_.IdOf(name); }

  series::v1::ListSeriesRequest At(std::int64_t min_revision) const {
    series::v1::ListSeriesRequest request;
    request.mutable_view()->set_min_revision(min_revision);
    return request;
  }

  std::multiset<std::string> List(const AgencyClient& client,
                                  const series::v1::ListSeriesRequest& request) const {
    const auto reply = client.ListAllSeries(request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return OutlinesOf(*reply, names_);
  }

  TestServer server_;
  RecordNames names_;
};

TEST_F(MainPathTest, TheSamplesOfAllAgenciesGiveFourSeries) {
  const std::int64_t revision = PushSamples();
  const AgencyClient mps = server_.As("mps");
  EXPECT_THAT(
      List(mps, At(revision)),
      ElementsAre(
          // Two robberies with the same nickel revolver, as the forces say. Nobody recovered it.
          "SERIES_STATUS_INFERRED 2 incidents, 2 events: btp:N-01177/25#G1 mers:25000112604#G1",
          // The shotgun stolen in Kent.
          "SERIES_STATUS_RECOVERED 2 incidents, 3 events: kent:KENT-L-2024-0188#1 "
          "mps:7534417/25#G1 nabis:EX~25-01002# nabis:EX~25-01410#",
          // The .38 revolver, known by its bullets, found later.
          "SERIES_STATUS_RECOVERED 2 incidents, 3 events: mps:7503390/25#G2 nabis:EX~24-10119# "
          "nabis:EX~24-12944# nabis:EX~25-00419#",
          // The converted blank-firer, in London and Merseyside.
          "SERIES_STATUS_RECOVERED 3 incidents, 4 events: mps:7503390/25#G1 nabis:EX~24-10118# "
          "nabis:EX~24-10977# nabis:EX~24-12603# nabis:EX~25-00417#"));

  // A series by any name of it, with what it rests on.
  const auto by_exhibit = mps.GetSeries(RecordId("nabis:EX~24-12603"), revision);
  ASSERT_TRUE(by_exhibit.ok()) << by_exhibit.status.error_message();
  const series::v1::Series& series = by_exhibit->series();
  EXPECT_THAT(series.series_id(), StartsWith("SL-"));
  EXPECT_THAT(series.weapon_id(), StartsWith("WP-"));
  EXPECT_THAT(series.agencies(), ElementsAre("btp", "mers", "mps", "nabis"));
  EXPECT_EQ(series.exhibit_count(), 5);
  EXPECT_EQ(series.floor(), record::v1::BASIS_EXAMINER);
  EXPECT_FALSE(series.findings().empty());
  EXPECT_FALSE(series.history().empty());
  for (const std::string& id : {series.series_id(), series.weapon_id(),
                                series.exhibits(1).exhibit_id(), series.exhibits(0).record_id()}) {
    // The recovery has two guns: its own id does not say which.
    if (id == RecordId("mps:7503390/25")) continue;
    const auto again = mps.GetSeries(id);
    ASSERT_TRUE(again.ok()) << id << ": " << again.status.error_message();
    EXPECT_EQ(again->series().SerializeAsString(), series.SerializeAsString()) << id;
  }
  EXPECT_FALSE(server_.has_failed());
}

TEST_F(MainPathTest, SendingAgainChangesNothing) {
  const std::int64_t revision = PushSamples();
  const auto before = List(server_.As("nabis"), At(revision));
  for (const auto& [agency, feed] : SampleFeeds()) {
    const AgencyClient client = server_.As(agency);
    const auto messages = Samples(agency, feed);
    for (const auto& reply : {client.Submit(messages), client.SubmitStream(messages, 2)}) {
      ASSERT_TRUE(reply.ok()) << reply.status.error_message();
      ASSERT_EQ(reply->acknowledgements_size(), static_cast<int>(messages.size()));
      for (int i = 0; i < reply->acknowledgements_size(); ++i) {
        const Acknowledgement& one = reply->acknowledgements(i);
        EXPECT_EQ(one.outcome(), ingest::v1::OUTCOME_UNCHANGED);
        EXPECT_EQ(one.revision(), revision) << "nothing was written";
        EXPECT_EQ(names_.NameOf(one.record_id()),
                  absl::StrCat(agency, ":", SourceIdOf(messages[static_cast<std::size_t>(i)])));
      }
    }
  }
  EXPECT_EQ(List(server_.As("nabis"), At(revision)), before);
}

TEST_F(MainPathTest, VersionsSupersedeGoStaleAndConflict) {
  const AgencyClient mers = server_.As("mers");
  const std::int64_t first = Push(mers, {Incident("1", 5, "AB12345")});
  const std::string id = RecordId("mers:1");

  // A later version stands from now on, and a lower one is kept without effect.
  auto reply = mers.Submit({Incident("1", 6, "CD12345"), Incident("1", 4, "EF12345"),
                            Incident("1", 6, "GH12345"), Incident("1", 6, "CD12345")});
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  EXPECT_THAT(OutcomesOf(*reply),
              ElementsAre(ingest::v1::OUTCOME_SUPERSEDED, ingest::v1::OUTCOME_STALE,
                          ingest::v1::OUTCOME_REJECTED, ingest::v1::OUTCOME_UNCHANGED));
  const Acknowledgement& conflict = reply->acknowledgements(2);
  ASSERT_EQ(conflict.violations_size(), 1);
  EXPECT_EQ(conflict.violations(0).field(), "force.version");
  EXPECT_EQ(conflict.violations(0).reason(), type::v1::ERROR_REASON_SOURCE_VERSION_CONFLICT);
  EXPECT_EQ(conflict.revision(), 0);
  EXPECT_EQ(conflict.record_id(), "");
  // The same among what was superseded: what version 5 said is settled.
  reply = mers.Submit({Incident("1", 5, "IJ12345"), Incident("1", 5, "AB12345")});
  EXPECT_THAT(OutcomesOf(*reply),
              ElementsAre(ingest::v1::OUTCOME_REJECTED, ingest::v1::OUTCOME_STALE));
  // And of a version that never stood: sending it again changes nothing, now or later.
  const std::int64_t revision = reply->acknowledgements(1).revision();
  reply = mers.Submit({Incident("1", 4, "KL12345"), Incident("1", 4, "EF12345")});
  EXPECT_THAT(OutcomesOf(*reply),
              ElementsAre(ingest::v1::OUTCOME_REJECTED, ingest::v1::OUTCOME_STALE));
  EXPECT_EQ(reply->acknowledgements(1).revision(), revision) << "nothing was written";

  ASSERT_TRUE(mers.ListSeries(At(reply->acknowledgements(1).revision())).ok());
  const auto record = mers.GetRecord(id);
  ASSERT_TRUE(record.ok()) << record.status.error_message();
  EXPECT_EQ(record->record().source_version(), 6u);
  EXPECT_EQ(record->record().exhibits(0).firearm().serials(0).text(), "CD12345");
  ASSERT_EQ(record->versions_size(), 3) << record->ShortDebugString();
  EXPECT_EQ(record->versions(0).source_version(), 5u);
  EXPECT_EQ(record->versions(0).to_revision(), record->versions(1).from_revision());
  EXPECT_EQ(record->versions(1).source_version(), 6u);
  EXPECT_EQ(record->versions(1).to_revision(), 0);
  EXPECT_EQ(record->versions(2).from_revision(), record->versions(2).to_revision()) << "stale";

  // What stood before is still told of the past.
  const auto past = mers.GetRecord(id, first);
  ASSERT_TRUE(past.ok()) << past.status.error_message();
  EXPECT_EQ(past->record().exhibits(0).firearm().serials(0).text(), "AB12345");
  EXPECT_EQ(past->versions_size(), 1);
}

TEST_F(MainPathTest, WithdrawingSplitsASeriesAndSendingAgainRestoresIt) {
  const AgencyClient mers = server_.As("mers");
  const std::int64_t joined = Push(mers, {Incident("1", 1, "AB12345"), Incident("2", 1, "AB12345"),
                                          Incident("3", 1, "AB12345")});
  const auto three = List(mers, At(joined));
  EXPECT_THAT(three, ElementsAre("SERIES_STATUS_INFERRED 3 incidents, 3 events: mers:1#G1 "
                                 "mers:2#G1 mers:3#G1"));
  const auto series = mers.GetSeries(RecordId("mers:1"));
  ASSERT_TRUE(series.ok());

  const auto withdrawn = mers.Withdraw(RecordId("mers:2"));
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status.error_message();
  EXPECT_EQ(withdrawn->outcome(), ingest::v1::OUTCOME_WITHDRAWN);
  EXPECT_THAT(List(mers, At(withdrawn->revision())),
              ElementsAre("SERIES_STATUS_INFERRED 2 incidents, 2 events: mers:1#G1 mers:3#G1"));
  EXPECT_EQ(mers.Withdraw(RecordId("mers:2"))->outcome(), ingest::v1::OUTCOME_UNCHANGED);
  const auto record = mers.GetRecord(RecordId("mers:2"));
  ASSERT_TRUE(record.ok()) << record.status.error_message();
  EXPECT_FALSE(record->has_record());
  ASSERT_EQ(record->versions_size(), 2);
  EXPECT_EQ(record->versions(0).withdrawal_reason(), "");
  EXPECT_TRUE(record->versions(1).is_withdrawal());
  // Whoever may see the record reads why, and nobody else does.
  EXPECT_EQ(record->versions(1).withdrawal_reason(), "recorded by mistake");
  EXPECT_EQ(server_.As("btp").GetRecord(RecordId("mers:2"))->versions(1).withdrawal_reason(),
            "recorded by mistake");
  Push(mers, {Incident("own", 1, "XY98765", "", "OWNER")});
  mers.Withdraw(RecordId("mers:own"));
  EXPECT_EQ(server_.As("btp").GetRecord(RecordId("mers:own")).status.error_code(),
            grpc::StatusCode::NOT_FOUND);

  const auto last = mers.Withdraw(RecordId("mers:3"));
  EXPECT_THAT(List(mers, At(last->revision())), IsEmpty());

  // As at the revision before, everything is as it was.
  series::v1::ListSeriesRequest before;
  before.mutable_view()->set_revision(joined);
  EXPECT_EQ(List(mers, before), three);

  const std::int64_t restored =
      Push(mers, {Incident("2", 1, "AB12345"), Incident("3", 1, "AB12345")});
  EXPECT_EQ(List(mers, At(restored)), three);
  const auto again = mers.GetSeries(RecordId("mers:1"));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->series().series_id(), series->series().series_id());

  // Another agency cannot. It is told whose a record is that it may see, and learns of no other
  // whether it is there.
  const auto foreign = server_.As("mps").Withdraw(RecordId("mers:1"));
  EXPECT_EQ(foreign.status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(DetailsOf(foreign.status).reason, type::v1::ERROR_REASON_AGENCY_NOT_YOURS);
  const auto hidden = server_.As("mps").Withdraw(RecordId("mers:own"));
  EXPECT_EQ(hidden.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(DetailsOf(hidden.status).reason, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
}

TEST_F(MainPathTest, TheIdOfASeriesLeadsToWhatIsLeftOfIt) {
  const AgencyClient mers = server_.As("mers");
  const std::int64_t joined = Push(mers, {Incident("1", 1, "AB12345"), Incident("2", 1, "AB12345"),
                                          Incident("3", 1, "AB12345")});
  const auto series = mers.GetSeries(RecordId("mers:1"), joined);
  ASSERT_TRUE(series.ok()) << series.status.error_message();
  const std::string kept = series->series().series_id();
  const std::string exhibit = series->series().exhibits(0).exhibit_id();

  std::int64_t revision = mers.Withdraw(RecordId("mers:1"))->revision();
  const auto left = mers.GetSeries(kept, revision);
  ASSERT_TRUE(left.ok()) << left.status.error_message();
  EXPECT_EQ(left->series().incident_count(), 2);
  EXPECT_NE(left->series().series_id(), kept);
  EXPECT_EQ(mers.GetSeries(exhibit, revision).status.error_code(), grpc::StatusCode::NOT_FOUND)
      << "its agency does not stand by the exhibit";

  // When nothing of it is left, it leads nowhere; and it is as it was when the record comes back.
  mers.Withdraw(RecordId("mers:2"));
  revision = mers.Withdraw(RecordId("mers:3"))->revision();
  EXPECT_EQ(mers.GetSeries(kept, revision).status.error_code(), grpc::StatusCode::NOT_FOUND);
  revision = Push(mers, {Incident("1", 1, "AB12345"), Incident("2", 1, "AB12345")});
  const auto back = mers.GetSeries(kept, revision);
  ASSERT_TRUE(back.ok()) << back.status.error_message();
  EXPECT_EQ(back->series().series_id(), kept);
}

TEST_F(MainPathTest, AnEliminationDividesOnItsChannelAndContradictsOnAnother) {
  const AgencyClient mers = server_.As("mers");
  const AgencyClient nabis = server_.As("nabis");
  const std::int64_t joined =
      Push(mers, {Incident("1", 1, "AB12345"), Incident("2", 1, "AB12345")});
  EXPECT_THAT(List(nabis, At(joined)), testing::SizeIs(1));
  const auto compare = [&](const char* id, const char* channel) {
    FeedMessage comparison;
    auto& entry = *comparison.mutable_nabis();
    entry.set_entry_id(id);
    entry.mutable_marking()->set_visibility("OPEN");
    auto& result = *entry.mutable_comparison();
    for (auto [side, source] :
         {std::pair(result.mutable_first(), "1"), {result.mutable_second(), "2"}}) {
      side->set_agency("mers");
      side->set_source_system("NICHE");
      side->set_source_id(source);
      side->set_exhibit_reference("G1");
    }
    result.set_channel(channel);
    result.set_verdict("ELIMINATED");
    result.set_stage(std::string(channel) == "CASE" ? "VERIFIED" : "");
    result.set_examined("2024-06-01");
    return comparison;
  };
  // Other cases, the same number: shown as a contradiction, for parts are exchanged.
  const std::int64_t examined = Push(nabis, {compare("CMP~1", "CASE")});
  const auto contradicted = nabis.GetSeries(RecordId("mers:1"), examined);
  ASSERT_TRUE(contradicted.ok()) << contradicted.status.error_message();
  EXPECT_EQ(contradicted->series().exhibit_count(), 2);
  ASSERT_EQ(contradicted->series().conflicts_size(), 1);
  EXPECT_EQ(contradicted->series().conflicts(0).kind(),
            linkage::v1::CONFLICT_KIND_CHANNELS_CONTRADICT);
  // Not the same number after all.
  EXPECT_THAT(List(nabis, At(Push(nabis, {compare("CMP~2", "SERIAL")}))), IsEmpty());
  // A withdrawn comparison no longer divides.
  const auto withdrawn = nabis.Withdraw(RecordId("nabis:CMP~2"));
  EXPECT_THAT(List(nabis, At(withdrawn->revision())), testing::SizeIs(1));
}

TEST_F(MainPathTest, WaitingForLinkageNamesTheSeries) {
  const AgencyClient mers = server_.As("mers");
  const auto first = mers.Submit({Incident("1", 1, "AB12345")}, true);
  ASSERT_TRUE(first.ok()) << first.status.error_message();
  EXPECT_THAT(first->acknowledgements(0).series_ids(), IsEmpty());
  const auto second = mers.Submit({Incident("2", 1, "AB12345"), Incident("3", 1, "ZZ99999")}, true);
  ASSERT_TRUE(second.ok()) << second.status.error_message();
  ASSERT_EQ(second->acknowledgements(0).series_ids_size(), 1);
  EXPECT_THAT(second->acknowledgements(1).series_ids(), IsEmpty());
  const auto series = mers.GetSeries(second->acknowledgements(0).series_ids(0));
  ASSERT_TRUE(series.ok()) << series.status.error_message();
  EXPECT_EQ(series->series().incident_count(), 2);
}

TEST_F(MainPathTest, WhatOnlyItsOwnerMaySeeIsNowhereForOthers) {
  const AgencyClient mers = server_.As("mers");
  const AgencyClient btp = server_.As("btp");
  Push(btp, {Incident("9", 1, "AB12345"), Incident("8", 1, "AB12345")});
  const std::int64_t revision =
      Push(mers, {Incident("1", 1, "AB12345", "", "OWNER"), Incident("2", 1, "AB12345", "", "")});
  const std::string hidden = RecordId("mers:1");
  EXPECT_THAT(List(mers, At(revision)),
              ElementsAre("SERIES_STATUS_INFERRED 4 incidents, 4 events: btp:8#G1 btp:9#G1 "
                          "mers:1#G1 mers:2#G1"));
  EXPECT_THAT(List(btp, At(revision)),
              ElementsAre("SERIES_STATUS_INFERRED 2 incidents, 2 events: btp:8#G1 btp:9#G1"));

  EXPECT_TRUE(mers.GetRecord(hidden).ok());
  const auto refused = btp.GetRecord(hidden);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::NOT_FOUND);
  // Word for word the answer for an id that nothing has.
  const TestServer other;
  const auto elsewhere = other.As("btp").GetRecord(hidden);
  EXPECT_EQ(elsewhere.status.error_message(), refused.status.error_message());
  EXPECT_EQ(elsewhere.status.error_details(), refused.status.error_details());

  const auto seen = btp.GetSeries(RecordId("btp:9"));
  ASSERT_TRUE(seen.ok()) << seen.status.error_message();
  const series::v1::Series& series = seen->series();
  EXPECT_EQ(series.incident_count(), 2);
  EXPECT_EQ(series.event_count(), 2);
  EXPECT_EQ(series.exhibit_count(), 2);
  EXPECT_THAT(series.agencies(), ElementsAre("btp"));
  EXPECT_THAT(series.SerializeAsString(), Not(testing::HasSubstr(hidden)));
  EXPECT_EQ(series.findings_size(), 1);
  EXPECT_EQ(btp.GetSeries(hidden).status.error_code(), grpc::StatusCode::NOT_FOUND);
  // The exhibit's own id tells no more.
  const auto own = mers.GetRecord(hidden);
  ASSERT_EQ(own->exhibit_ids_size(), 1);
  EXPECT_EQ(btp.GetSeries(own->exhibit_ids(0)).status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_TRUE(mers.GetSeries(own->exhibit_ids(0)).ok());

  // Opened, it is there for all; closed again, it is gone, in the past as well.
  const std::int64_t opened = Push(mers, {Incident("1", 2, "AB12345")});
  EXPECT_THAT(List(btp, At(opened)),
              ElementsAre("SERIES_STATUS_INFERRED 3 incidents, 3 events: btp:8#G1 btp:9#G1 "
                          "mers:1#G1"));
  series::v1::ListSeriesRequest past = At(Push(mers, {Incident("1", 3, "AB12345", "", "OWNER")}));
  past.mutable_view()->set_revision(opened);
  EXPECT_THAT(List(btp, past),
              ElementsAre("SERIES_STATUS_INFERRED 2 incidents, 2 events: btp:8#G1 btp:9#G1"));
}

TEST_F(MainPathTest, EveryRevisionOfThePastIsAnswered) {
  const AgencyClient mers = server_.As("mers");
  std::vector<std::pair<std::int64_t, std::multiset<std::string>>> seen;
  const auto note = [&](std::int64_t revision) {
    seen.emplace_back(revision, List(mers, At(revision)));
  };
  note(Push(mers, {Incident("1", 1, "AB12345")}));
  note(Push(mers, {Incident("2", 1, "AB12345")}));
  note(Push(mers, {Incident("3", 1, "AB12345")}));
  note(Push(mers, {Incident("2", 2, "CD12345")}));
  note(mers.Withdraw(RecordId("mers:1"))->revision());
  note(Push(mers, {Incident("4", 1, "CD12345")}));
  for (const auto& [revision, outlines] : seen) {
    series::v1::ListSeriesRequest request;
    request.mutable_view()->set_revision(revision);
    const auto reply = mers.ListAllSeries(request);
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    EXPECT_EQ(reply->revision(), revision);
    EXPECT_EQ(OutlinesOf(*reply, names_), outlines) << revision;
  }
  // By time: the last revision that was committed by then.
  series::v1::ListSeriesRequest by_time;
  *by_time.mutable_view()->mutable_time() =
      mers.GetRecord(RecordId("mers:3"))->versions(0).received_time();
  const auto reply = mers.ListSeries(by_time);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  EXPECT_GE(reply->revision(), seen[1].first);
  EXPECT_LE(reply->revision(), seen[2].first);
}

TEST_F(MainPathTest, FiltersSelect) {
  const AgencyClient mers = server_.As("mers");
  const AgencyClient btp = server_.As("btp");
  const auto place = [](const char* borough, const char* occurred) {
    return absl::StrCat("occurred: '", occurred, "' place { borough_code: '", borough,
                        "' police_force: 'mers' }");
  };
  Push(mers, {Incident("a1", 1, "AA48213", place("E08000012", "2023-01-10")),
              Incident("a2", 1, "AA48213", place("E08000014", "2023-06-10")),
              Incident("a3", 1, "AA48213", place("E08000014", "2023-07-10")),
              Incident("b1", 1, "BB48213", place("E08000011", "2024-01-10"))});
  Push(btp, {Incident("b2", 1, "BB48213", place("E09000014", "2024-03-10"))});
  // The gun of the first series comes into hand.
  FeedMessage recovery = Incident("r1", 1, "AA48213", "occurred: '2023-09-01'");
  recovery.mutable_force()->set_record_type("RECOVERY");
  Push(mers, {recovery});
  const std::int64_t revision =
      Push(mers, {ForceRecordOf("system: 'NICHE' record_id: 'c1' record_type: 'INCIDENT' "
                                "crime_references: 'c1/24' occurred: '2024-08' guns { "
                                "apparent_types: 'REVOLVER' } marking { visibility: 'OPEN' }"),
                  Incident("c2", 1, "CC48213",
                           "occurred: '2024-08' same_weapon_as { agency: 'mers' source_system: "
                           "'NICHE' source_id: 'c1' }")});
  const auto ids = [&](const std::function<void(series::v1::SeriesFilter&)>& set) {
    series::v1::ListSeriesRequest request = At(revision);
    set(*request.mutable_filter());
    std::string found;
    const auto reply = mers.ListAllSeries(request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    for (const auto& one : reply->series()) {
      found += names_.NameOf(one.exhibits(0).record_id()).substr(5, 1);
    }
    return found;
  };
  using Filter = series::v1::SeriesFilter;
  EXPECT_EQ(ids([](Filter&) {}), "abc");
  EXPECT_EQ(ids([](Filter& f) { f.set_agency("btp"); }), "b");
  EXPECT_EQ(ids([](Filter& f) { f.set_agency("kent"); }), "");
  EXPECT_EQ(ids([](Filter& f) { f.set_area("E08000014"); }), "a");
  EXPECT_EQ(ids([](Filter& f) { f.set_area("e09000014"); }), "b");
  EXPECT_EQ(ids([](Filter& f) { f.set_area("mers"); }), "ab");
  EXPECT_EQ(ids([](Filter& f) { f.set_incidents_min(3); }), "a");
  EXPECT_EQ(ids([](Filter& f) { f.set_incidents_max(2); }), "bc");
  const auto day = [](const char* text) {
    google::protobuf::Timestamp time;
    EXPECT_TRUE(TimeUtil::FromString(absl::StrCat(text, "T12:00:00Z"), &time));
    return time;
  };
  EXPECT_EQ(ids([&](Filter& f) {
              *f.mutable_occurred_from() = day("2023-06-01");
              *f.mutable_occurred_before() = day("2023-06-30");
            }),
            "a");
  EXPECT_EQ(ids([&](Filter& f) { *f.mutable_occurred_from() = day("2024-03-09"); }), "bc");
  EXPECT_EQ(ids([&](Filter& f) {
              *f.mutable_occurred_from() = day("2023-02-01");
              *f.mutable_occurred_before() = day("2023-06-01");
            }),
            "")
      << "between two of its incidents is none";
  EXPECT_EQ(ids([&](Filter& f) { *f.mutable_occurred_before() = day("2023-01-12"); }), "a");
  // A gun that incidents list is not in hand until it is recovered.
  EXPECT_EQ(ids([](Filter& f) { f.set_status(series::v1::SERIES_STATUS_RECOVERED); }), "a");
  EXPECT_EQ(ids([](Filter& f) { f.set_status(series::v1::SERIES_STATUS_INFERRED); }), "bc");
}

TEST_F(MainPathTest, PagesAreStableAndTheirTokensAreForOneCallerAndFilter) {
  const AgencyClient mers = server_.As("mers");
  std::vector<FeedMessage> messages;
  constexpr int kSeries = 23;
  for (int i = 0; i < kSeries; ++i) {
    for (int j = 0; j < 2; ++j) {
      messages.push_back(Incident(absl::StrCat(i, "-", j), 1, absl::StrCat("AB", 10000 + i)));
    }
  }
  const std::int64_t revision = Push(mers, messages);
  const auto all = List(mers, At(revision));
  ASSERT_EQ(all.size(), static_cast<std::size_t>(kSeries));

  series::v1::ListSeriesRequest request = At(revision);
  request.set_page_size(5);
  std::multiset<std::string> paged;
  std::set<std::string> ids;
  std::string first_token;
  int pages = 0;
  do {
    const auto page = mers.ListSeries(request);
    ASSERT_TRUE(page.ok()) << page.status.error_message();
    EXPECT_LE(page->series_size(), 5);
    EXPECT_EQ(page->revision(), revision);
    for (const auto& one : page->series()) {
      paged.insert(OutlineOf(one, names_));
      EXPECT_TRUE(ids.insert(one.series_id()).second) << "met twice";
    }
    request.set_page_token(page->next_page_token());
    if (first_token.empty()) first_token = page->next_page_token();
    ++pages;
    // What arrives meanwhile belongs to a later revision.
    const std::int64_t later =
        Push(mers, {Incident(absl::StrCat("new", pages), 1, "AB10000"),
                    Incident(absl::StrCat("22-", pages % 2), 1 + pages, "XY99999")});
    ASSERT_TRUE(mers.ListSeries(At(later)).ok());
  } while (!request.page_token().empty());
  EXPECT_EQ(paged, all);
  EXPECT_GE(pages, 5);

  const auto refuses = [&](const AgencyClient& client, const series::v1::ListSeriesRequest& wrong) {
    const auto reply = client.ListSeries(wrong);
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(DetailsOf(reply.status).reason, type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  };
  request.set_page_token(first_token);
  EXPECT_TRUE(mers.ListSeries(request).ok());
  refuses(server_.As("btp"), request);
  series::v1::ListSeriesRequest wrong = request;
  wrong.mutable_filter()->set_incidents_min(3);
  refuses(mers, wrong);
  wrong = request;
  wrong.mutable_view()->set_revision(1);
  refuses(mers, wrong);
  wrong = request;
  wrong.set_page_token(first_token.substr(0, first_token.size() - 4) + "AAAA");
  refuses(mers, wrong);
  wrong.set_page_token("not a token");
  refuses(mers, wrong);
}

TEST_F(MainPathTest, ARestartAnswersTheSame) {
  const std::int64_t revision = PushSamples();
  struct Answers {
    std::map<std::string, std::string> lists;
    std::map<std::string, std::string> records;
  };
  const auto ask = [&] {
    Answers answers;
    for (const auto& [agency, feed] : SampleFeeds()) {
      const AgencyClient client = server_.As(agency);
      const auto list = client.ListAllSeries(At(revision));
      EXPECT_TRUE(list.ok()) << list.status.error_message();
      answers.lists[agency] = list->SerializeAsString();
      for (const auto& one : list->series()) {
        const auto whole = client.GetSeries(one.series_id());
        EXPECT_TRUE(whole.ok()) << whole.status.error_message();
        answers.lists[agency] += whole->SerializeAsString();
      }
      for (const auto& [id, name] : names_.All()) {
        const auto record = client.GetRecord(id);
        answers.records[absl::StrCat(agency, " ", name)] =
            record.ok() ? record->SerializeAsString() : "none";
      }
    }
    return answers;
  };
  series::v1::ListSeriesRequest first_page = At(revision);
  first_page.set_page_size(1);
  const auto page = server_.As("mps").ListSeries(first_page);
  const Answers before = ask();
  server_.Restart();
  const Answers after = ask();
  EXPECT_EQ(after.lists, before.lists);
  EXPECT_EQ(after.records, before.records);
  EXPECT_EQ(after.records.at("mps mers:25000240019"), "none");
  EXPECT_NE(after.records.at("mers mers:25000240019"), "none");

  // A page token outlives the restart, and what is sent again is still known.
  first_page.set_page_token(page->next_page_token());
  EXPECT_TRUE(server_.As("mps").ListSeries(first_page).ok());
  const auto again = server_.As("mers").Submit(Samples("mers", "force"));
  ASSERT_TRUE(again.ok());
  EXPECT_THAT(OutcomesOf(*again), testing::Each(ingest::v1::OUTCOME_UNCHANGED));
  // Records keep joining what was there before.
  const std::int64_t later = Push(
      server_.As("btp"), {ForceRecordOf("system: 'GEOFFREY' record_id: 'after' record_type: "
                                        "'INCIDENT' crime_references: 'after/25' occurred: "
                                        "'2025-03-01' marking { visibility: 'OPEN' } "
                                        "same_weapon_as { agency: 'mers' source_system: 'NICHE' "
                                        "source_id: '25000112604' exhibit_reference: 'G1' } "
                                        "guns { reference: 'G1' apparent_types: 'REVOLVER' }")});
  EXPECT_THAT(List(server_.As("mps"), At(later)),
              testing::Contains("SERIES_STATUS_INFERRED 3 incidents, 3 events: btp:N-01177/25#G1 "
                                "btp:after#G1 mers:25000112604#G1"));
}

TEST_F(MainPathTest, StreamsTakeManyBatches) {
  const AgencyClient mers = server_.As("mers");
  std::vector<FeedMessage> messages;
  for (int i = 0; i < 600; ++i) {
    messages.push_back(Incident(absl::StrCat(i), 1, absl::StrCat("AB", 10000 + i / 2)));
  }
  const auto reply = mers.SubmitStream(messages, 7);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  ASSERT_EQ(reply->acknowledgements_size(), 600);
  EXPECT_THAT(OutcomesOf(*reply), testing::Each(ingest::v1::OUTCOME_CREATED));
  names_.Learn("mers", messages, *reply);
  EXPECT_EQ(List(mers, At(reply->acknowledgements(599).revision())).size(), 300u);
}

TEST_F(MainPathTest, HealthAndReflectionAnswer) {
  const AgencyClient mps = server_.As("mps");
  // An empty grpc.health.v1.HealthCheckRequest asks for the server as a whole; status SERVING.
  const auto health = mps.CallBytes("/grpc.health.v1.Health/Check", "");
  ASSERT_TRUE(health.ok()) << health.status.error_message();
  EXPECT_EQ(*health, "\x08\x01");
  // A ServerReflectionRequest with list_services.
  const auto services = mps.StreamBytes(
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", std::string("\x3a\0", 2));
  ASSERT_TRUE(services.ok()) << services.status.error_message();
  EXPECT_THAT(*services, testing::HasSubstr("serieslink.ingest.v1.IngestService"));
  EXPECT_THAT(*services, testing::HasSubstr("serieslink.series.v1.SeriesService"));
  EXPECT_THAT(*services, testing::HasSubstr("grpc.health.v1.Health"));
}

}  // namespace
}  // namespace serieslink
