// What is left when the power goes: synced commits, and of the others a prefix of the sequence in
// which they were accepted.

#include <array>
#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/storage/store_test_fixture.h"
#include "tests/support/seeds.h"

namespace serieslink::storage {
namespace {

using Contents = std::array<std::map<std::string, std::string>, kKeyspaceCount>;
using Positions = std::array<Position, kKeyspaceCount>;

Keyspace KeyspaceOf(int number) { return static_cast<Keyspace>(number); }
int NumberOf(Keyspace keyspace) { return static_cast<int>(keyspace); }

// A place with one engine, and the sequence of commits that its stores accepted.
class Site {
 public:
  explicit Site(std::uint64_t seed) : random_(seed), engine_(NewEngineUnderTest(seed)) { Open(); }

  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }
  Store& store() { return *store_; }

  void Open() {
    auto store = engine_->Open();
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  void Apply(Keyspace keyspace, std::vector<Write> writes, Durability durability) {
    Position& position = positions_[NumberOf(keyspace)];
    const Commit commit{keyspace, position, std::move(writes), durability};
    const auto applied = store_->Apply(commit);
    ASSERT_TRUE(applied.ok()) << applied.status();
    position = *applied;
    accepted_.push_back(commit);
    if (durability == Durability::kSynced) durable_ = accepted_.size();
  }

  void ApplySomething() {
    std::map<std::string, Write> writes;
    for (int count = Below(12); count > 0; --count) {
      const std::string key = "key" + std::to_string(Below(60));
      writes[key] = Below(4) == 0 ? Erase(key)
                                  : Put(key, std::string(static_cast<std::size_t>(Below(3000)),
                                                         static_cast<char>('a' + Below(26))));
    }
    std::vector<Write> list;
    for (auto& [key, write] : writes) list.push_back(std::move(write));
    Apply(KeyspaceOf(Below(kKeyspaceCount)), std::move(list),
          Below(10) == 0 ? Durability::kSynced : Durability::kBuffered);
  }

  // Closes the store in good order, which makes everything durable.
  void Close() {
    ASSERT_TRUE(store_->Close().ok());
    durable_ = accepted_.size();
  }

  void CutPower() {
    engine_->CutPower();
    store_.reset();
    Open();
  }
  void Reopen() {
    store_.reset();
    Open();
  }

  // Finds how much of the sequence is there, checks that it is there to the byte and reaches at
  // least as far as was promised, and goes on from it. Returns how many commits were lost.
  std::size_t CheckAndGoOn() {
    Positions found{};
    std::size_t total = 0;
    for (int i = 0; i < kKeyspaceCount; ++i) {
      found[i] = store_->WaitForPosition(KeyspaceOf(i), 0, absl::InfinitePast()).value_or(0);
      total += found[i];
    }
    EXPECT_GE(total, durable_) << "a synced commit, or one before it, is lost";
    EXPECT_LE(total, accepted_.size());
    if (total > accepted_.size()) return 0;
    const std::size_t lost = accepted_.size() - total;
    accepted_.resize(total);
    Contents expected;
    Positions reached{};
    for (const Commit& commit : accepted_) {
      ++reached[NumberOf(commit.keyspace)];
      for (const Write& write : commit.writes) {
        auto& rows = expected[NumberOf(commit.keyspace)];
        if (write.value.has_value()) {
          rows[write.key] = *write.value;
        } else {
          rows.erase(write.key);
        }
      }
    }
    EXPECT_EQ(found, reached) << "what is left is no prefix of the sequence of commits";
    const auto snapshot = store_->NewSnapshot();
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    if (!snapshot.ok()) return lost;
    for (int i = 0; i < kKeyspaceCount; ++i) {
      EXPECT_EQ((*snapshot)->position(KeyspaceOf(i)), reached[i]);
      ScanOptions all;
      all.rows_max = kScanRowsMax;
      const auto page = (*snapshot)->Scan(KeyspaceOf(i), KeyRange(), all);
      EXPECT_TRUE(page.ok()) << page.status();
      std::map<std::string, std::string> rows;
      if (page.ok()) {
        for (const Row& row : page->rows) rows[row.key] = row.value;
      }
      EXPECT_TRUE(rows == expected[i]) << "keyspace " << i;
    }
    positions_ = reached;
    durable_ = total;  // what a restart found stays
    return lost;
  }

 private:
  std::mt19937_64 random_;
  const std::unique_ptr<EngineUnderTest> engine_;
  std::unique_ptr<Store> store_;
  Positions positions_{};
  std::vector<Commit> accepted_;  // in their order, over all keyspaces
  std::size_t durable_ = 0;       // how many of them must survive
};

TEST(DurabilityTest, APowerCutLeavesSyncedCommitsAndAPrefixOfTheOthers) {
  std::size_t lost = 0;
  ForEachSeed(6, [&lost](std::uint64_t seed) {
    Site site(seed);
    for (int round = 0; round < 12 && !testing::Test::HasFailure(); ++round) {
      for (int commits = site.Below(150); commits > 0; --commits) site.ApplySomething();
      site.CutPower();
      if (testing::Test::HasFatalFailure()) return;
      lost += site.CheckAndGoOn();
    }
  });
  EXPECT_GT(lost, 0u) << "no cut lost anything, so nothing was tried";
}

TEST(DurabilityTest, ASyncedCommitKeepsEarlierBufferedOnesOfEveryKeyspace) {
  Site site(1);
  for (int i = 0; i < kKeyspaceCount; ++i) {
    site.Apply(KeyspaceOf(i), {Put("a", "buffered")}, Durability::kBuffered);
  }
  site.Apply(Keyspace::kAudit, {Put("b", "synced")}, Durability::kSynced);
  site.CutPower();
  EXPECT_EQ(site.CheckAndGoOn(), 0u);
}

TEST(DurabilityTest, CloseMakesBufferedCommitsDurable) {
  Site site(1);
  for (int i = 0; i < kKeyspaceCount; ++i) {
    site.Apply(KeyspaceOf(i), {Put("a", "buffered")}, Durability::kBuffered);
  }
  site.Close();
  site.CutPower();
  EXPECT_EQ(site.CheckAndGoOn(), 0u);
}

TEST(DurabilityTest, AStoreDroppedWithoutCloseKeepsEverythingWhileThePowerStays) {
  Site site(1);
  for (int i = 0; i < kKeyspaceCount; ++i) {
    site.Apply(KeyspaceOf(i), {Put("a", "buffered")}, Durability::kBuffered);
  }
  site.Reopen();
  EXPECT_EQ(site.CheckAndGoOn(), 0u);
}

TEST(DurabilityTest, WhatConcurrentWritersWereToldIsSyncedSurvivesACut) {
  ForEachSeed(4, [](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const std::unique_ptr<EngineUnderTest> engine = NewEngineUnderTest(seed);
    Positions told{};  // of synced commits, by writer
    for (int round = 0; round < 4; ++round) {
      auto store = engine->Open();
      ASSERT_TRUE(store.ok()) << store.status();
      std::atomic<std::uint64_t> acknowledged = 0;
      std::atomic<bool> stop = false;
      std::vector<std::thread> writers;
      for (int i = 0; i < kKeyspaceCount; ++i) {
        writers.emplace_back([&, i] {
          Position base =
              (*store)->WaitForPosition(KeyspaceOf(i), 0, absl::InfinitePast()).value_or(0);
          while (!stop.load()) {
            const bool synced = base % 3 != 0;
            // Two rows a commit, so that half a commit would show.
            const auto applied = (*store)->Apply(Commit{
                KeyspaceOf(i),
                base,
                {Put("a" + BigEndian(base + 1), "row"), Put("b" + BigEndian(base + 1), "row")},
                synced ? Durability::kSynced : Durability::kBuffered});
            if (!applied.ok()) {
              EXPECT_THAT(applied, HasCode(absl::StatusCode::kDataLoss));
              return;
            }
            base = *applied;
            if (synced) told[i] = base;
            acknowledged.fetch_add(1);
          }
        });
      }
      // In the middle of what they do.
      const std::uint64_t enough = std::uniform_int_distribution<std::uint64_t>(5, 200)(random);
      while (acknowledged.load() < enough) std::this_thread::yield();
      engine->CutPower();
      stop.store(true);
      for (std::thread& writer : writers) writer.join();
      store->reset();
      store = engine->Open();
      ASSERT_TRUE(store.ok()) << store.status();
      const auto snapshot = (*store)->NewSnapshot();
      ASSERT_TRUE(snapshot.ok()) << snapshot.status();
      for (int i = 0; i < kKeyspaceCount; ++i) {
        const Position position = (*snapshot)->position(KeyspaceOf(i));
        EXPECT_GE(position, told[i]) << "a synced commit is lost";
        ScanOptions all;
        all.rows_max = kScanRowsMax;
        for (const char* half : {"a", "b"}) {
          const auto page = (*snapshot)->Scan(KeyspaceOf(i), KeyRange::Prefix(half), all);
          ASSERT_TRUE(page.ok()) << page.status();
          ASSERT_EQ(page->rows.size(), position);
          for (Position at = 1; at <= position; ++at) {
            ASSERT_EQ(page->rows[at - 1].key, half + BigEndian(at));
          }
        }
      }
    }
  });
}

}  // namespace
}  // namespace serieslink::storage
