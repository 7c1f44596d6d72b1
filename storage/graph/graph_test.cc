#include <unistd.h>

#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/graph_writer.h"
#include "storage/memory/memory_store.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace serieslink::graph {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr NodeType kExhibit = NodeType::kExhibit;
constexpr NodeType kRecord = NodeType::kRecord;

stored::v1::Membership Member(std::uint64_t root, Revision to_revision = 0) {
  stored::v1::Membership membership;
  membership.set_root(root);
  membership.set_to_revision(to_revision);
  return membership;
}

stored::v1::Statement MakeStatement(ExhibitNumber newer, ExhibitNumber older, int channel,
                                    std::uint64_t id, Revision from, Revision to = 0) {
  stored::v1::Statement statement;
  statement.set_newer_exhibit(newer);
  statement.set_older_exhibit(older);
  statement.set_channel(channel);
  statement.set_public_id(id);
  statement.set_from_revision(from);
  statement.set_to_revision(to);
  return statement;
}

std::vector<std::uint64_t> Ids(const std::vector<stored::v1::Statement>& statements) {
  std::vector<std::uint64_t> ids;
  for (const auto& statement : statements) ids.push_back(statement.public_id());
  return ids;
}

// On both engines.
class GraphTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      directory_ = ::testing::TempDir() + "/graph_test_" + std::to_string(::getpid());
      std::filesystem::remove_all(directory_);
    }
    Reopen();
  }
  void TearDown() override {
    graph_.reset();
    writer_.reset();
    store_.reset();
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  void Reopen() {
    graph_.reset();
    writer_.reset();
    if (!directory_.empty()) {
      store_.reset();
      storage::RocksDbOptions options;
      options.directory = directory_;
      auto opened = storage::OpenRocksDbStore(options);
      ASSERT_TRUE(opened.ok()) << opened.status();
      store_ = *std::move(opened);
    } else if (store_ == nullptr) {
      store_ = storage::NewMemoryStore();
    }
    SortedRunOptions options;
    options.level0_entries = 40;
    options.level0_commits = 5;
    options.fan_out = 2;
    options.block_bytes = 200;
    options.chunk_entries = 30;
    auto opened = GraphWriter::Open(store_.get(), options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    writer_ = *std::move(opened);
    graph_.emplace(store_.get());
  }

  void Commit() {
    auto committed = writer_->Commit();
    ASSERT_TRUE(committed.ok()) << committed.status();
  }
  GraphReader Read() { return *graph_->NewReader(); }

  std::string directory_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<GraphWriter> writer_;
  std::optional<Graph> graph_;
};

TEST_P(GraphTest, AnEmptyGraphHasNothing) {
  GraphReader reader = Read();
  EXPECT_EQ(reader.Position()->revision(), 0u);
  EXPECT_EQ(reader.Records({1})->at(0), std::nullopt);
  EXPECT_THAT(*reader.ScanRecords(0, 10), IsEmpty());
  EXPECT_THAT(*reader.StatementsAbout(1), IsEmpty());
  EXPECT_THAT(*reader.ScanStatements(std::nullopt, 10), IsEmpty());
  EXPECT_THAT(*reader.ScanWaiting(std::nullopt, 10), IsEmpty());
  EXPECT_THAT(*reader.Components(kExhibit, {1, 2}), ElementsAre(std::nullopt, std::nullopt));
  EXPECT_THAT(*reader.ComponentMembers(kExhibit, 1), IsEmpty());
  EXPECT_THAT(*reader.Memberships(kExhibit, 1), IsEmpty());
  EXPECT_THAT(*reader.ScanWeaponStates(0, 10), IsEmpty());
  EXPECT_THAT(*reader.LookUpIds({PublicId(1)}), ElementsAre(std::nullopt));
}

TEST_P(GraphTest, RecordsAndPosition) {
  for (RecordNumber record : {1, 2, 300}) {
    stored::v1::RecordState state;
    state.set_agency("agency " + std::to_string(record));
    writer_->PutRecord(record, state);
    state.set_agency("again " + std::to_string(record));
    writer_->PutRecord(record, state);
  }
  stored::v1::DeriverPosition position;
  position.set_revision(7);
  writer_->SetPosition(position);
  Commit();
  Reopen();
  GraphReader reader = Read();
  EXPECT_EQ(reader.Position()->revision(), 7u);
  auto states = *reader.Records({300, 5, 1});
  EXPECT_EQ(states[0]->agency(), "again 300");
  EXPECT_EQ(states[1], std::nullopt);
  EXPECT_EQ(states[2]->agency(), "again 1");
  auto scanned = *reader.ScanRecords(1, 10);
  ASSERT_EQ(scanned.size(), 2u);
  EXPECT_EQ(scanned[0].first, 2u);
  EXPECT_EQ(scanned[1].first, 300u);
  EXPECT_EQ(reader.ScanRecords(0, 2)->size(), 2u);
}

TEST_P(GraphTest, StatementsAreFoundFromBothEnds) {
  const ExhibitNumber a = MakeExhibitNumber(1, 0);
  const ExhibitNumber b = MakeExhibitNumber(2, 3);
  const ExhibitNumber c = MakeExhibitNumber(3, 0);
  writer_->PutStatement(MakeStatement(b, a, 1, 101, 1));
  Commit();
  writer_->PutStatement(MakeStatement(c, a, 1, 102, 2));
  writer_->PutStatement(MakeStatement(c, b, 2, 103, 2));
  writer_->PutStatement(MakeStatement(c, a, 3, 104, 2));
  Commit();
  // The first is closed and stated anew.
  writer_->PutStatement(MakeStatement(b, a, 1, 101, 1, 3));
  writer_->PutStatement(MakeStatement(b, a, 1, 101, 3));
  Commit();

  GraphReader reader = Read();
  EXPECT_THAT(Ids(*reader.StatementsUnder(a)), IsEmpty());
  EXPECT_THAT(Ids(*reader.StatementsUnder(c)), ElementsAre(102, 104, 103));
  EXPECT_THAT(Ids(*reader.StatementsAbout(a)), ElementsAre(101, 101, 102, 104));
  auto about_b = *reader.StatementsAbout(b);
  EXPECT_THAT(Ids(about_b), ElementsAre(101, 101, 103));
  EXPECT_EQ(about_b[0].to_revision(), 3u);
  EXPECT_EQ(about_b[1].to_revision(), 0u);

  auto first = *reader.ScanStatements(std::nullopt, 2);
  EXPECT_THAT(Ids(first), ElementsAre(101, 101));
  EXPECT_THAT(Ids(*reader.ScanStatements(KeyOfStatement(first.back()), 10)),
              ElementsAre(102, 104, 103));
}

TEST_P(GraphTest, StatementsWait) {
  stored::v1::WaitingStatement waiting;
  *waiting.mutable_statement() = MakeStatement(0, 0, 1, 55, 1);
  writer_->PutWaiting(PublicId(9), waiting);
  writer_->PutWaiting(PublicId(8), waiting);
  waiting.mutable_statement()->set_public_id(56);
  writer_->PutWaiting(PublicId(9), waiting);
  Commit();
  EXPECT_EQ(Read().WaitingFor(PublicId(9))->size(), 2u);
  EXPECT_THAT(*Read().WaitingFor(PublicId(10)), IsEmpty());
  auto first = *Read().ScanWaiting(std::nullopt, 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].first.missing, 8u);
  auto rest = *Read().ScanWaiting(first[1].first, 10);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].second.statement().public_id(), 56u);
  writer_->EraseWaiting(PublicId(9), waiting);
  Commit();
  EXPECT_EQ(Read().WaitingFor(PublicId(9))->size(), 1u);
}

TEST_P(GraphTest, WeaponsAndTheirHistory) {
  stored::v1::WeaponState state;
  state.set_exhibit_count(2);
  state.set_to_revision(5);
  writer_->PutWeaponState(10, 2, state);
  state.set_exhibit_count(3);
  state.clear_to_revision();
  writer_->PutWeaponState(10, 5, state);
  writer_->PutWeaponState(20, 3, state);
  writer_->PutWeaponState(30, 3, state);
  writer_->EraseWeaponState(30, 3);
  writer_->PutMembership(kExhibit, 10, 2, Member(10));
  writer_->PutMembership(kExhibit, 11, 2, Member(10, 5));
  writer_->PutMembership(kExhibit, 11, 5, Member(20));
  writer_->PutMembership(kExhibit, 12, 5, Member(10));
  writer_->EraseMembership(kExhibit, 12, 5, 10);
  writer_->PutMembership(kRecord, 11, 1, Member(3));
  Commit();

  GraphReader reader = Read();
  auto states = *reader.WeaponStates(10);
  ASSERT_EQ(states.size(), 2u);
  EXPECT_EQ(states[0].interval, (RevisionInterval{2, 5}));
  EXPECT_EQ(states[0].state.exhibit_count(), 2u);
  EXPECT_TRUE(states[1].interval.open());
  auto scanned = *reader.ScanWeaponStates(0, 1);
  EXPECT_EQ(scanned.size(), 2u) << "all states of one weapon";
  scanned = *reader.ScanWeaponStates(10, 10);
  ASSERT_EQ(scanned.size(), 1u);
  EXPECT_EQ(scanned[0].root, 20u);

  EXPECT_THAT(*reader.Memberships(kExhibit, 11),
              ElementsAre(MembershipInterval{11, 10, {2, 5}},
                          MembershipInterval{11, 20, {5, kOpenRevision}}));
  EXPECT_EQ((*reader.MembershipAt(kExhibit, 11, 4))->root, 10u);
  EXPECT_EQ((*reader.MembershipAt(kExhibit, 11, 5))->root, 20u);
  EXPECT_EQ(*reader.MembershipAt(kExhibit, 11, 1), std::nullopt);
  EXPECT_THAT(*reader.MembersOf(kExhibit, 10),
              ElementsAre(MembershipInterval{10, 10, {2, kOpenRevision}},
                          MembershipInterval{11, 10, {2, 5}}));
  EXPECT_THAT(*reader.MembersOf(kRecord, 3),
              ElementsAre(MembershipInterval{11, 3, {1, kOpenRevision}}));
  EXPECT_EQ(reader.ScanMemberships(kExhibit, 10, 5)->size(), 2u);
}

TEST_P(GraphTest, IdsNameRecordsAndExhibits) {
  writer_->PutId(PublicId(100), 1, std::nullopt);
  writer_->PutId(PublicId(101), 1, 0);
  writer_->PutId(PublicId(102), 1, kExhibitOrdinalMax);
  writer_->PutId(PublicId(100), 1, 1);
  Commit();
  EXPECT_THAT(
      *Read().LookUpIds({PublicId(102), PublicId(7), PublicId(101), PublicId(100)}),
      ElementsAre(IdTarget{1, kExhibitOrdinalMax}, std::nullopt, IdTarget{1, 0}, IdTarget{1, 1}));
}

TEST_P(GraphTest, AnotherWriterIsNoticed) {
  auto other = *GraphWriter::Open(store_.get());
  other->PutId(PublicId(1), 1, std::nullopt);
  ASSERT_TRUE(other->Commit().ok());
  writer_->PutId(PublicId(1), 2, std::nullopt);
  EXPECT_EQ(writer_->Commit().status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Read().LookUpIds({PublicId(1)})->at(0)->record, 1u);
}

// Components as a deriver moves nodes among them, memberships and ids, at random, beside plain
// maps: through merges of the indexes, reopening, and old snapshots.
TEST_P(GraphTest, EqualsPlainMaps) {
  struct State {
    std::map<std::uint64_t, std::uint64_t> components;
    std::map<std::pair<std::uint64_t, Revision>, std::pair<std::uint64_t, Revision>> memberships;
    std::map<std::uint64_t, IdTarget> ids;
  };
  auto expect_equal = [](GraphReader& reader, const State& state) {
    std::map<std::uint64_t, std::uint64_t> components;
    std::uint64_t after = 0;
    while (true) {
      auto page = *reader.ScanComponents(kExhibit, after, 7);
      if (page.empty()) break;
      components.insert(page.begin(), page.end());
      after = page.back().first;
    }
    EXPECT_EQ(components, state.components);
    std::map<std::uint64_t, std::vector<std::uint64_t>> members;
    for (const auto& [node, component] : state.components) members[component].push_back(node);
    for (std::uint64_t component = 1; component <= 12; ++component) {
      EXPECT_EQ(*reader.ComponentMembers(kExhibit, component), members[component]);
    }
    std::set<std::tuple<std::uint64_t, Revision, std::uint64_t, Revision>> expected, by_node,
        by_root;
    for (const auto& [key, value] : state.memberships) {
      expected.insert({key.first, key.second, value.first, value.second});
    }
    after = 0;
    while (true) {
      auto page = *reader.ScanMemberships(kExhibit, after, 5);
      if (page.empty()) break;
      for (const auto& m : page) {
        by_node.insert({m.node, m.interval.from, m.root, ToStoredEnd(m.interval.to)});
      }
      after = page.back().node;
    }
    EXPECT_EQ(by_node, expected);
    for (std::uint64_t root = 1; root <= 30; ++root) {
      const auto members_of_root = *reader.MembersOf(kExhibit, root);
      for (const auto& m : members_of_root) {
        by_root.insert({m.node, m.interval.from, m.root, ToStoredEnd(m.interval.to)});
      }
    }
    EXPECT_EQ(by_root, expected);
    std::vector<PublicId> ids;
    for (std::uint64_t id = 1; id < 60; ++id) ids.push_back(PublicId(id));
    auto targets = *reader.LookUpIds(ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto found = state.ids.find(ids[i].value());
      ASSERT_EQ(targets[i].has_value(), found != state.ids.end());
      if (targets[i]) {
        EXPECT_EQ(*targets[i], found->second);
      }
    }
  };

  std::mt19937 random(11);
  State state;
  struct Past {
    GraphReader reader;
    State state;
  };
  std::optional<Past> past;
  for (Revision revision = 1; revision <= 120; ++revision) {
    for (int i = random() % 8; i > 0; --i) {
      const std::uint64_t node = 1 + random() % 40;
      const std::uint64_t component = 1 + random() % 12;
      const auto old = state.components.find(node);
      if (old != state.components.end() && old->second != component) {
        writer_->SetComponentMember(kExhibit, old->second, node, false);
      }
      writer_->SetComponent(kExhibit, node, component);
      writer_->SetComponentMember(kExhibit, component, node, true);
      state.components[node] = component;

      const std::uint64_t member = 1 + random() % 40;
      auto last = state.memberships.upper_bound({member, kOpenRevision});
      if (last != state.memberships.begin() && (--last)->first.first == member &&
          last->second.second == 0) {
        if (last->first.second == revision) continue;
        last->second.second = revision;
        writer_->PutMembership(kExhibit, member, last->first.second,
                               Member(last->second.first, revision));
      }
      const std::uint64_t root = 1 + random() % 30;
      writer_->PutMembership(kExhibit, member, revision, Member(root));
      state.memberships[{member, revision}] = {root, 0};

      const std::uint64_t id = 1 + random() % 60;
      const IdTarget target{random() % 1000, random() % 3};
      writer_->PutId(PublicId(id), target.record, target.ordinal);
      state.ids[id] = target;
    }
    Commit();
    if (revision == 60) past.emplace(Past{Read(), state});
    if (revision % 7 == 0) {
      GraphReader reader = Read();
      expect_equal(reader, state);
    }
    if (revision == 100) expect_equal(past->reader, past->state);
    if (revision == 101) past.reset();
    if (revision % 50 == 5) Reopen();
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(writer_->edge_index_stats().runs, 0u);
}

INSTANTIATE_TEST_SUITE_P(Engines, GraphTest, ::testing::Bool(), [](const auto& info) {
  return std::string(info.param ? "RocksDb" : "Memory");
});

}  // namespace
}  // namespace serieslink::graph
