// The network around a node, through the whole server.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "serieslink/network/v1/network_service.grpc.pb.h"
#include "tests/support/agency_client.h"
#include "tests/support/series_outline.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using network::v1::ExpandRequest;
using network::v1::ExpandResponse;
using network::v1::FindPathResponse;
using network::v1::NodeKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Guns of one incident, each "reference:serial", open to all unless `visibility` says otherwise.
FeedMessage Incident(const std::string& id, const std::vector<std::string>& serials,
                     const std::string& occurred = "2024-05-01",
                     const std::string& visibility = "OPEN") {
  std::string text =
      absl::StrCat("system: 'NICHE' record_id: '", id,
                   "' version: 1 record_type: 'INCIDENT' crime_references: '", id,
                   "/24' occurred: '", occurred, "' marking { visibility: '", visibility, "' }");
  for (std::size_t i = 0; i < serials.size(); ++i) {
    absl::StrAppend(&text, " guns { reference: 'G", i + 1,
                    "' make: 'Glock' calibre: '9x19' serials { text: '", serials[i],
                    "' part: 'FRAME' legibility: 'CLEAR' } }");
  }
  return ForceRecordOf(text);
}

class NetworkTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n"); }

  void Push(const std::vector<FeedMessage>& messages, const std::string& agency = "mers") {
    const auto reply = server_.As(agency).Submit(messages);
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    for (const auto& one : reply->acknowledgements()) {
      ASSERT_EQ(one.violations_size(), 0) << one.ShortDebugString();
      revision_ = std::max(revision_, one.revision());
    }
    names_.Learn(agency, messages, *reply);
    // A record's exhibits are told once they are derived.
    series::v1::ListSeriesRequest derived;
    derived.mutable_view()->set_min_revision(revision_);
    ASSERT_TRUE(server_.As(agency).ListSeries(derived).ok());
  }
  std::string Id(const std::string& source_id) { return names_.IdOf("mers:" + source_id); }
  // The exhibit of a record's gun with this number in its list.
  std::string Exhibit(const std::string& source_id, int place) {
    const auto record = server_.As("mers").GetRecord(Id(source_id));
    return record.ok() ? record->exhibit_ids(place) : "";
  }

  // All messages as one.
  Reply<ExpandResponse> Expand(ExpandRequest request, const std::string& agency = "mers") {
    request.mutable_view()->set_min_revision(revision_);
    const AgencyClient client = server_.As(agency);
    const auto stub = network::v1::NetworkService::NewStub(client.channel());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    const auto reader = stub->Expand(&context, request);
    Reply<ExpandResponse> reply;
    ExpandResponse some;
    while (reader->Read(&some)) {
      EXPECT_EQ(reply.message.completion(), network::v1::COMPLETION_UNSPECIFIED);
      reply.message.MergeFrom(some);
    }
    reply.status = reader->Finish();
    CheckWhole(reply.message);
    return reply;
  }

  // Every end of an edge is a node, no node or edge comes twice, and nearest come first.
  static void CheckWhole(const ExpandResponse& all) {
    std::set<std::string> nodes;
    int hops = 0;
    for (const network::v1::Node& node : all.nodes()) {
      EXPECT_TRUE(nodes.insert(node.node_id()).second) << node.node_id();
      EXPECT_GE(node.hops(), hops);
      hops = node.hops();
    }
    std::set<std::string> edges;
    for (const network::v1::Edge& edge : all.edges()) {
      EXPECT_TRUE(nodes.contains(edge.first())) << edge.ShortDebugString();
      EXPECT_TRUE(nodes.contains(edge.second())) << edge.ShortDebugString();
      EXPECT_TRUE(edges.insert(edge.SerializeAsString()).second) << edge.ShortDebugString();
    }
  }

  Reply<FindPathResponse> Path(const std::string& from, const std::string& to,
                               const std::string& agency = "mers") {
    network::v1::FindPathRequest request;
    request.set_from_id(from);
    request.set_to_id(to);
    request.mutable_view()->set_min_revision(revision_);
    const AgencyClient client = server_.As(agency);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    Reply<FindPathResponse> reply;
    reply.status = network::v1::NetworkService::NewStub(client.channel())
                       ->FindPath(&context, request, &reply.message);
    return reply;
  }

  TestServer server_;
  RecordNames names_;
  std::int64_t revision_ = 0;
};

ExpandRequest Around(const std::string& id, int hops) {
  ExpandRequest request;
  request.set_node_id(id);
  request.set_hops(hops);
  return request;
}

std::map<NodeKind, int> KindsOf(const ExpandResponse& all) {
  std::map<NodeKind, int> kinds;
  for (const network::v1::Node& node : all.nodes()) ++kinds[node.kind()];
  return kinds;
}

TEST_F(NetworkTest, ExpandsStepByStep) {
  // Two incidents by one gun; another gun at the second of them, and at a third.
  Push({Incident("1", {"AB12345"}), Incident("2", {"AB12345", "CD98765"}),
        Incident("3", {"CD98765"})});
  // From the record: its exhibit and its event, and no further.
  auto around = Expand(Around(Id("1"), 1));
  ASSERT_TRUE(around.ok()) << around.status.error_message();
  EXPECT_EQ(KindsOf(*around), (std::map<NodeKind, int>{{network::v1::NODE_KIND_RECORD, 1},
                                                       {network::v1::NODE_KIND_EXHIBIT, 1},
                                                       {network::v1::NODE_KIND_EVENT, 1}}));
  EXPECT_EQ(around->completion(), network::v1::COMPLETION_ALL);
  EXPECT_EQ(around->nodes(0).node_id(), Id("1"));
  EXPECT_EQ(around->nodes(0).agency(), "mers");
  // Everything there is.
  around = Expand(Around(Id("1"), 8));
  EXPECT_EQ(KindsOf(*around), (std::map<NodeKind, int>{{network::v1::NODE_KIND_RECORD, 3},
                                                       {network::v1::NODE_KIND_EXHIBIT, 4},
                                                       {network::v1::NODE_KIND_EVENT, 3},
                                                       {network::v1::NODE_KIND_WEAPON, 2}}));
  for (const network::v1::Node& node : around->nodes()) {
    if (node.kind() != network::v1::NODE_KIND_WEAPON) continue;
    EXPECT_EQ(node.incident_count(), 2);
    EXPECT_EQ(node.exhibit_count(), 2);
    // As the series call names it.
    const auto series = server_.As("mers").GetSeries(node.node_id());
    ASSERT_TRUE(series.ok());
    EXPECT_EQ(series->series().series_id(), node.series_id());
    // Its own surroundings are its exhibits.
    EXPECT_THAT(Expand(Around(node.series_id(), 1))->nodes(), SizeIs(3));
  }
  // An event by its id; only weapons and exhibits.
  ExpandRequest request = Around(Exhibit("2", 0), 8);
  request.mutable_filter()->add_node_kinds(network::v1::NODE_KIND_EXHIBIT);
  request.mutable_filter()->add_node_kinds(network::v1::NODE_KIND_WEAPON);
  EXPECT_THAT(Expand(request)->nodes(), SizeIs(3));
}

TEST_F(NetworkTest, BoundsAreKeptAndSaid) {
  std::vector<FeedMessage> many;
  for (int i = 1; i <= 60; ++i) many.push_back(Incident(absl::StrCat(i), {"AB12345"}));
  Push(many);
  ExpandRequest request = Around(Id("1"), 8);
  request.set_nodes_max(50);
  const auto some = Expand(request);
  ASSERT_TRUE(some.ok()) << some.status.error_message();
  EXPECT_THAT(some->nodes(), SizeIs(50));
  EXPECT_EQ(some->completion(), network::v1::COMPLETION_NODES_MAX);
  request.set_nodes_max(5000);
  const auto all = Expand(request);
  EXPECT_THAT(all->nodes(), SizeIs(60 * 3 + 1));
  EXPECT_EQ(all->completion(), network::v1::COMPLETION_ALL);
}

TEST_F(NetworkTest, LeadsAndPeriodsAreChosen) {
  FeedMessage other = Incident("2", {"AB12345"}, "2019-02-03");
  other.mutable_force()->mutable_guns(0)->set_make("Beretta");
  Push({Incident("1", {"AB12345"}), other});
  ExpandRequest request = Around(Exhibit("1", 0), 4);
  request.mutable_filter()->add_verdicts(record::v1::VERDICT_CONFIRMED);
  EXPECT_EQ(KindsOf(*Expand(request))[network::v1::NODE_KIND_EXHIBIT], 1);
  request.mutable_filter()->clear_verdicts();
  const auto with_leads = Expand(request);
  EXPECT_EQ(KindsOf(*with_leads)[network::v1::NODE_KIND_EXHIBIT], 2);
  EXPECT_EQ(KindsOf(*with_leads)[network::v1::NODE_KIND_EVENT], 2);
  // 2024 and later.
  request.mutable_filter()->mutable_occurred_from()->set_seconds(1704067200);
  EXPECT_EQ(KindsOf(*Expand(request))[network::v1::NODE_KIND_EVENT], 1);
}

TEST_F(NetworkTest, WhatIsHiddenIsNoNodeAndNoWay) {
  Push({Incident("1", {"AB12345"}), Incident("2", {"AB12345", "CD98765"}, "2024-05-01", "OWNER"),
        Incident("3", {"CD98765"})});
  EXPECT_THAT(Expand(Around(Id("1"), 8))->nodes(), SizeIs(3 + 4 + 3 + 2));
  EXPECT_THAT(Expand(Around(Id("1"), 8), "mps")->nodes(), SizeIs(3));
  const auto hidden = Expand(Around(Id("2"), 1), "mps");
  EXPECT_EQ(hidden.status.error_code(), grpc::StatusCode::NOT_FOUND);

  const auto way = Path(Id("1"), Id("3"));
  ASSERT_TRUE(way.ok()) << way.status.error_message();
  EXPECT_EQ(way->nodes(0).node_id(), Id("1"));
  ASSERT_EQ(way->edges_size() + 1, way->nodes_size());
  EXPECT_EQ(way->nodes(way->edges_size()).node_id(), Id("3"));
  for (int i = 0; i < way->edges_size(); ++i) {
    const std::set<std::string> ends = {way->edges(i).first(), way->edges(i).second()};
    EXPECT_EQ(ends, (std::set<std::string>{way->nodes(i).node_id(), way->nodes(i + 1).node_id()}));
  }
  const auto none = Path(Id("1"), Id("3"), "mps");
  ASSERT_TRUE(none.ok()) << none.status.error_message();
  EXPECT_THAT(none->nodes(), IsEmpty());
  EXPECT_EQ(none->completion(), network::v1::COMPLETION_ALL);
  EXPECT_THAT(Path(Id("1"), Id("1"))->nodes(), SizeIs(1));
}

TEST_F(NetworkTest, WeaponsAtTheSameEventsAreListedMostSharedFirst) {
  Push({Incident("1", {"AB12345", "EF55551"}), Incident("2", {"AB12345", "CD98765"}),
        Incident("3", {"AB12345", "CD98765"}), Incident("4", {"GH77123"})});
  network::v1::ListCoOccurringWeaponsRequest request;
  request.set_weapon_id(Exhibit("2", 0));
  request.mutable_view()->set_min_revision(revision_);
  network::v1::ListCoOccurringWeaponsResponse response;
  grpc::ClientContext context;
  const AgencyClient mers = server_.As("mers");
  const grpc::Status status = network::v1::NetworkService::NewStub(mers.channel())
                                  ->ListCoOccurringWeapons(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_THAT(response.weapons(), SizeIs(2));
  EXPECT_THAT(response.weapons(0).shared_events(), SizeIs(2));
  EXPECT_EQ(response.weapons(0).weapon().exhibit_count(), 2);
  EXPECT_THAT(response.weapons(1).shared_events(), SizeIs(1));
  EXPECT_EQ(response.weapons(1).weapon().series_id(), "");
  EXPECT_EQ(response.completion(), network::v1::COMPLETION_ALL);
}

TEST_F(NetworkTest, EveryBadFieldIsNamed) {
  ExpandRequest request = Around("EX-1", 9);
  request.set_nodes_max(-1);
  request.mutable_filter()->add_node_kinds(static_cast<NodeKind>(9));
  request.mutable_filter()->mutable_occurred_from()->set_nanos(-1);
  const auto reply = Expand(request);
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(reply.status).fields,
              testing::IsSupersetOf({"node_id", "hops", "nodes_max", "filter.node_kinds[0]"}));
  const auto raw = server_.As("mers").StreamBytes("/serieslink.network.v1.NetworkService/Expand",
                                                  "\xff\xff\xff");
  EXPECT_EQ(raw.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace serieslink
