// The graph's tables beside plain maps, on both engines: a random history of what a deriver writes,
// through merges of the indexes, writers opened anew, steps that died before they were applied, and
// snapshots that grow old.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/graph_writer.h"
#include "storage/memory/memory_store.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "tests/support/seeds.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::graph {
namespace {

constexpr std::uint64_t kNodes = 40;
constexpr std::uint64_t kComponents = 12;
constexpr std::uint64_t kRoots = 30;
constexpr std::uint64_t kIds = 60;
constexpr Revision kRevisions = 120;

SortedRunOptions SmallRuns() {
  SortedRunOptions options;
  options.level0_entries = 40;
  options.level0_commits = 5;
  options.fan_out = 2;
  options.block_bytes = 200;
  options.chunk_entries = 30;
  return options;
}

// What the tables should hold.
struct State {
  std::map<std::uint64_t, std::uint64_t> components;
  // (node, from) -> (root, stored end)
  std::map<std::pair<std::uint64_t, Revision>, std::pair<std::uint64_t, Revision>> memberships;
  std::map<std::uint64_t, IdTarget> ids;
};

using MembershipSet = std::set<std::tuple<std::uint64_t, Revision, std::uint64_t, Revision>>;

void AddTo(const std::vector<MembershipInterval>& memberships, MembershipSet* set) {
  for (const MembershipInterval& m : memberships) {
    set->insert({m.node, m.interval.from, m.root, ToStoredEnd(m.interval.to)});
  }
}

void ExpectComponents(GraphReader& reader, NodeType type, const State& state) {
  std::map<std::uint64_t, std::uint64_t> components;
  for (std::uint64_t after = 0;;) {
    const auto page = reader.ScanComponents(type, after, 7);
    ASSERT_TRUE(page.ok()) << page.status();
    if (page->empty()) break;
    components.insert(page->begin(), page->end());
    after = page->back().first;
  }
  EXPECT_EQ(components, state.components);
  std::map<std::uint64_t, std::vector<std::uint64_t>> members;
  for (const auto& [node, component] : state.components) members[component].push_back(node);
  for (std::uint64_t component = 1; component <= kComponents; ++component) {
    const auto found = reader.ComponentMembers(type, component);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(*found, members[component]);
  }
  // All at once: those of each, and no more than are asked for.
  std::vector<std::uint64_t> all;
  for (std::uint64_t component = kComponents + 1; component > 0; --component) {
    all.push_back(component);
  }
  const auto of_each = reader.ComponentMembersOfEach(type, all);
  const auto few_of_each = reader.ComponentMembersOfEach(type, all, 2);
  ASSERT_TRUE(of_each.ok()) << of_each.status();
  ASSERT_TRUE(few_of_each.ok()) << few_of_each.status();
  ASSERT_EQ(of_each->size(), all.size());
  ASSERT_EQ(few_of_each->size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<std::uint64_t> expected = members[all[i]];
    EXPECT_EQ((*of_each)[i], expected);
    if (expected.size() > 2) expected.resize(2);
    EXPECT_EQ((*few_of_each)[i], expected);
  }
}

void ExpectMemberships(GraphReader& reader, NodeType type, const State& state) {
  MembershipSet expected;
  MembershipSet by_node;
  MembershipSet by_root;
  for (const auto& [key, value] : state.memberships) {
    expected.insert({key.first, key.second, value.first, value.second});
  }
  for (std::uint64_t after = 0;;) {
    const auto page = reader.ScanMemberships(type, after, 5);
    ASSERT_TRUE(page.ok()) << page.status();
    if (page->empty()) break;
    AddTo(*page, &by_node);
    after = page->back().node;
  }
  for (std::uint64_t root = 1; root <= kRoots; ++root) {
    const auto found = reader.MembersOf(type, root);
    ASSERT_TRUE(found.ok()) << found.status();
    AddTo(*found, &by_root);
  }
  EXPECT_EQ(by_node, expected);
  EXPECT_EQ(by_root, expected);
}

void ExpectIds(GraphReader& reader, const State& state) {
  std::vector<PublicId> ids;
  for (std::uint64_t id = 1; id <= kIds; ++id) ids.push_back(PublicId(id));
  const auto targets = reader.LookUpIds(ids);
  ASSERT_TRUE(targets.ok()) << targets.status();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto expected = state.ids.find(ids[i].value());
    EXPECT_EQ((*targets)[i],
              expected == state.ids.end() ? std::nullopt : std::optional(expected->second));
  }
}

void ExpectEqual(GraphReader& reader, const State& state) {
  for (const NodeType type : {NodeType::kExhibit, NodeType::kRecord}) {
    ExpectComponents(reader, type, state);
    ExpectMemberships(reader, type, state);
  }
  ExpectIds(reader, state);
}

// Writes what a step of a deriver could write, into the tables of both node types, and into
// `state`.
void WriteStep(std::mt19937_64& random, Revision revision, GraphWriter& writer, State& state) {
  for (std::uint64_t i = random() % 8; i > 0; --i) {
    const std::uint64_t node = 1 + random() % kNodes;
    const std::uint64_t component = 1 + random() % kComponents;
    const auto old_component = state.components.find(node);
    const std::uint64_t member = 1 + random() % kNodes;
    const std::uint64_t root = 1 + random() % kRoots;
    const auto last = state.memberships.lower_bound({member, revision});
    // It moved in this step already, and stays where it is now.
    const bool has_moved = last != state.memberships.end() && last->first.first == member;
    std::optional<Revision> closes;
    if (!has_moved && last != state.memberships.begin()) {
      const auto before = std::prev(last);
      if (before->first.first == member && before->second.second == 0)
        closes = before->first.second;
    }
    for (const NodeType type : {NodeType::kExhibit, NodeType::kRecord}) {
      if (old_component != state.components.end() && old_component->second != component) {
        writer.SetComponentMember(type, old_component->second, node, false);
      }
      writer.SetComponent(type, node, component);
      writer.SetComponentMember(type, component, node, true);
      stored::v1::Membership membership;
      if (closes) {
        membership.set_root(state.memberships[{member, *closes}].first);
        membership.set_to_revision(revision);
        writer.PutMembership(type, member, *closes, membership);
      }
      if (!has_moved) {
        membership.set_root(root);
        membership.clear_to_revision();
        writer.PutMembership(type, member, revision, membership);
      }
    }
    state.components[node] = component;
    if (closes) state.memberships[{member, *closes}].second = revision;
    if (!has_moved) state.memberships[{member, revision}] = {root, 0};

    const IdTarget target{random() % 1000, random() % 3};
    const std::uint64_t id = 1 + random() % kIds;
    writer.PutId(PublicId(id), target.record, target.ordinal);
    state.ids[id] = target;
  }
}

void RunAgainstMaps(const std::function<std::unique_ptr<storage::Store>()>& open_store,
                    std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::unique_ptr<storage::Store> store;
  std::optional<Graph> graph;
  std::unique_ptr<GraphWriter> writer;
  auto reopen_writer = [&] {
    auto opened = GraphWriter::Open(store.get(), SmallRuns());
    ASSERT_TRUE(opened.ok()) << opened.status();
    writer = *std::move(opened);
  };
  auto reopen_store = [&] {
    graph.reset();
    writer.reset();
    if (store != nullptr) {
      ASSERT_TRUE(store->Close().ok());
    }
    store.reset();
    store = open_store();
    ASSERT_NE(store, nullptr);
    graph.emplace(store.get());
    reopen_writer();
  };
  reopen_store();

  State state;
  std::optional<std::pair<GraphReader, State>> past;
  std::size_t most_runs = 0;
  for (Revision revision = 1; revision <= kRevisions; ++revision) {
    if (random() % 20 == 0) {  // this step dies before it is applied
      State lost = state;
      WriteStep(random, revision, *writer, lost);
      reopen_writer();
    }
    WriteStep(random, revision, *writer, state);
    const auto committed = writer->Commit();
    ASSERT_TRUE(committed.ok()) << committed.status();
    most_runs = std::max(most_runs, writer->edge_index_stats().runs);

    if (revision == kRevisions / 3) past.emplace(*graph->NewReader(), state);
    if (random() % 7 == 0) {
      GraphReader reader = *graph->NewReader();
      ExpectEqual(reader, state);
    }
    if (past && random() % 15 == 0) ExpectEqual(past->first, past->second);
    if (revision == 2 * kRevisions / 3) past.reset();
    if (!past && random() % 30 == 0) reopen_store();
    if (::testing::Test::HasFailure()) return;
  }
  GraphReader reader = *graph->NewReader();
  ExpectEqual(reader, state);
  EXPECT_GE(most_runs, 2u) << "merges must have happened";
}

// Keeps its rows when it is "opened anew": what is in memory has nowhere else to be.
class KeptStore : public storage::Store {
 public:
  explicit KeptStore(storage::Store* kept) : kept_(kept) {}
  absl::StatusOr<std::unique_ptr<storage::Snapshot>> NewSnapshot() override {
    return kept_->NewSnapshot();
  }
  absl::StatusOr<storage::Position> Apply(const storage::Commit& commit) override {
    return kept_->Apply(commit);
  }
  absl::StatusOr<storage::Position> WaitForPosition(storage::Keyspace keyspace,
                                                    storage::Position position,
                                                    absl::Time deadline) override {
    return kept_->WaitForPosition(keyspace, position, deadline);
  }
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  storage::Store* const kept_;
};

TEST(GraphPropertyTest, EqualsMapsOnMemory) {
  ForEachSeed(10, [](std::uint64_t seed) {
    const auto kept = storage::NewMemoryStore();
    RunAgainstMaps([&] { return std::make_unique<KeptStore>(kept.get()); }, seed);
  });
}

TEST(GraphPropertyTest, EqualsMapsOnRocksDb) {
  ForEachSeed(4, [](std::uint64_t seed) {
    const TemporaryDirectory directory;
    storage::RocksDbOptions options;
    options.directory = directory.path() + "/store";
    RunAgainstMaps(
        [&]() -> std::unique_ptr<storage::Store> {
          auto opened = storage::OpenRocksDbStore(options);
          return opened.ok() ? *std::move(opened) : nullptr;
        },
        seed);
  });
}

}  // namespace
}  // namespace serieslink::graph
