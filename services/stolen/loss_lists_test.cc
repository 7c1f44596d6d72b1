// Goal: lists of the index that are walked at once have what stands in all of them, each once and
// in order, however little is read at a time. Method: random entries, against sets.
#include "services/stolen/loss_lists.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "storage/graph/commit_builder.h"
#include "storage/graph/sorted_run_writer.h"
#include "storage/memory/memory_store.h"
#include "tests/support/seeds.h"

namespace serieslink::stolen {
namespace {

using graph::FirearmOrder;

// An index with the keys that are put into it.
class Index {
 public:
  Index() : writer_(*graph::SortedRunWriter::Open(store_.get(), graph::kFirearmIndex, {})) {}

  // `number` under `part`, the lower the later lost, of a gun that was lost on one day.
  void Put(std::string_view part, std::uint64_t number, std::string_view facets) {
    std::string key;
    graph::AppendFirearmKey(FirearmOrder::kLoss, {part, "00ff"}, number, number + 1, &key);
    writer_->Put(key, facets);
  }
  const graph::SortedRunView& Commit() {
    graph::CommitBuilder commit(storage::Keyspace::kDerived);
    EXPECT_TRUE(writer_->AppendTo(&commit, 1).ok());
    EXPECT_TRUE(store_->Apply(commit.Build(0, storage::Durability::kBuffered)).ok());
    snapshot_ = *store_->NewSnapshot();
    view_ = *index_.View(*snapshot_);
    return *view_;
  }

 private:
  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<graph::SortedRunWriter> writer_;
  graph::SortedRunIndex index_{graph::kFirearmIndex};
  std::unique_ptr<storage::Snapshot> snapshot_;
  std::optional<graph::SortedRunView> view_;
};

LossKeys KeysOf(std::string_view part) {
  LossKeys keys;
  keys.prefix = graph::FirearmKeyPrefix(FirearmOrder::kLoss, {part});
  keys.range = storage::KeyRange::Prefix(keys.prefix);
  return keys;
}

std::uint64_t NumberOf(std::string_view key) {
  return graph::ParseFirearmKey(KeysOf("a").prefix + std::string(key))->exhibit;
}

// What the lists have, where each call reads `entries_max`. New lists go on from where each pause
// was, as the next page of a list does.
std::vector<std::uint64_t> Walk(const graph::SortedRunView& index, const LossQuery* query,
                                const std::vector<std::vector<std::string>>& parts,
                                std::size_t entries_max) {
  std::vector<std::vector<LossKeys>> keys;
  for (const auto& list : parts) {
    auto& ranges = keys.emplace_back();
    for (const std::string& part : list) ranges.push_back(KeysOf(part));
  }
  std::vector<std::uint64_t> found;
  auto lists = std::make_unique<LossLists>(query, keys);
  std::string behind;
  int idle = 0;
  for (;;) {
    std::size_t entries = entries_max;
    const auto next = lists->AtOrAfter(index, behind, entries);
    EXPECT_TRUE(next.ok()) << next.status();
    if (!next.ok() || next->found == LossLists::Found::kEnd) return found;
    if (next->found == LossLists::Found::kEntry) {
      found.push_back(NumberOf(next->key));
      behind = next->key + '\0';
      idle = 0;
      continue;
    }
    if (next->looked_at + '\0' > behind) {
      behind = next->looked_at + '\0';
      lists = std::make_unique<LossLists>(query, keys);
      idle = 0;
    } else if (++idle > 100) {
      ADD_FAILURE() << "it does not go on";
      return found;
    }
  }
}

TEST(LossListsTest, WhatStandsInAllListsIsFoundInOrder) {
  ForEachSeed(20, [](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Index index;
    const std::string facets = graph::EncodeFirearmFacets({});
    const std::vector<std::string> parts = {"mA", "mB", "k1", "v", "b"};
    std::vector<std::set<std::uint64_t>> members(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      // From a few to nearly all, some of them close together.
      const std::uint64_t one_in = 1 + random() % (random() % 2 == 0 ? 4 : 400);
      for (std::uint64_t number = 1; number < 4000; ++number) {
        if (random() % one_in != 0) continue;
        members[i].insert(number);
        index.Put(parts[i], number, facets);
      }
    }
    const graph::SortedRunView& view = index.Commit();
    for (const std::size_t entries_max :
         {std::size_t{64}, std::size_t{700}, std::size_t{100'000}}) {
      std::set<std::uint64_t> either = members[0];
      either.insert(members[1].begin(), members[1].end());
      EXPECT_EQ(Walk(view, nullptr, {{"mA", "mB"}}, entries_max),
                std::vector<std::uint64_t>(either.begin(), either.end()));
      const auto found = Walk(view, nullptr, {{"mA", "mB"}, {"k1"}, {"v"}, {"b"}}, entries_max);
      EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
      EXPECT_EQ(std::set<std::uint64_t>(found.begin(), found.end()).size(), found.size());
      for (const std::uint64_t number : either) {
        if (!members[2].contains(number) || !members[3].contains(number) ||
            !members[4].contains(number)) {
          continue;
        }
        EXPECT_TRUE(std::binary_search(found.begin(), found.end(), number)) << number;
      }
    }
  });
}

TEST(LossListsTest, AListThatRulesOutMuchIsFollowed) {
  Index index;
  const std::string facets = graph::EncodeFirearmFacets({});
  for (std::uint64_t number = 1; number < 20'000; ++number) {
    if (number % 2 == 0) index.Put("k1", number, facets);
    if (number % 301 == 0) index.Put("v", number, facets);
    if (number % 1000 == 0) index.Put("b", number, facets);
  }
  const graph::SortedRunView& view = index.Commit();
  EXPECT_EQ(Walk(view, nullptr, {{"v"}, {"b"}}, 100'000), std::vector<std::uint64_t>());
  // What half of the others are in may be given up.
  EXPECT_LE(Walk(view, nullptr, {{"k1"}, {"v"}}, 100'000).size(), 66u);
}

TEST(LossListsTest, WhatFacetsRuleOutIsNotFound) {
  v1::LossCaseFilter filter;
  filter.set_make("Glock");
  const LossQuery query(filter);
  graph::FirearmFacets facets;
  facets.make = graph::FirearmFingerprint("GLOCK");
  Index index;
  index.Put("k1", 5, graph::EncodeFirearmFacets(facets));
  facets.make = graph::FirearmFingerprint("COLT");
  index.Put("k1", 6, graph::EncodeFirearmFacets(facets));
  EXPECT_EQ(Walk(index.Commit(), &query, {{"k1"}}, 100), std::vector<std::uint64_t>({5}));
}

}  // namespace
}  // namespace serieslink::stolen
