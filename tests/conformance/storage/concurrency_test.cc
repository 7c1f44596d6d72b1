// Waiting, closing, and readers beside writers.

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "tests/conformance/storage/store_test_fixture.h"

namespace serieslink::storage {
namespace {

class ConcurrencyTest : public StoreTest {
 protected:
  // Writes `commits` commits of 1 to 5 rows to the log. Rows have rising numbers without gaps.
  void AppendNumberedRows(int commits) {
    Position base = PositionOf(Keyspace::kLog);
    for (int i = 0; i < commits; ++i) {
      Commit commit{Keyspace::kLog, base, {}, Durability::kBuffered};
      for (int rows = 1 + i % 5; rows > 0; --rows) {
        commit.writes.push_back(Put(BigEndian(++rows_written_), "row"));
      }
      const auto position = store().Apply(commit);
      ASSERT_TRUE(position.ok()) << position.status();
      base = *position;
    }
  }

  // Reads the log page by page, from where it stopped before, until it has seen `position`.
  void FollowNumberedRows(Position position) {
    ScanOptions options;
    options.rows_max = 3;
    while (true) {
      const auto snapshot = NewSnapshot();
      const bool last = snapshot->position(Keyspace::kLog) >= position;
      const auto page = snapshot->Scan(Keyspace::kLog, {next_, ""}, options);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const Row& row : page->rows) {
        ASSERT_EQ(FromBigEndian(row.key), ++rows_read_);
        next_ = row.key + std::string(1, '\0');
      }
      if (page->resume.has_value()) {
        next_ = *page->resume;
      } else if (last) {
        return;
      }
    }
  }

  std::uint64_t rows_written_ = 0;
  std::uint64_t rows_read_ = 0;
  std::string next_;
};

TEST_F(ConcurrencyTest, TheLogIsReadExactlyOnceInOrderAcrossRestarts) {
  for (int run = 1; run <= 3; ++run) {
    constexpr int kCommits = 300;
    std::thread reader([&] { FollowNumberedRows(kCommits * run); });
    AppendNumberedRows(kCommits);
    reader.join();
    ASSERT_EQ(rows_read_, rows_written_);
    Reopen();
  }
}

TEST_F(ConcurrencyTest, EveryCutAgreesWithItsPositions) {
  // Each commit leaves the keyspace with as many rows as its position, each with the position as
  // its value. The second writer notes in each commit where it saw the first.
  constexpr Position kCommits = 300;
  const auto write = [this](Keyspace keyspace, const Position* seen, std::atomic<Position>* done) {
    for (Position position = 1; position <= kCommits; ++position) {
      Commit commit{keyspace, position - 1, {}, Durability::kBuffered};
      if (position % 50 == 0) commit.durability = Durability::kSynced;
      commit.writes.push_back(Put("count", BigEndian(position)));
      commit.writes.push_back(Put("row" + BigEndian(position), ""));
      if (seen != nullptr) {
        commit.writes.push_back(Put("seen", BigEndian(PositionOf(Keyspace::kLog))));
      }
      const auto applied = store().Apply(commit);
      ASSERT_TRUE(applied.ok()) << applied.status();
      done->store(position);
    }
  };
  std::atomic<Position> log_done = 0;
  std::atomic<Position> derived_done = 0;
  const Position note = 0;
  std::thread log([&] { write(Keyspace::kLog, nullptr, &log_done); });
  std::thread derived([&] { write(Keyspace::kDerived, &note, &derived_done); });
  const auto read = [&] {
    ScanOptions all;
    all.rows_max = kScanRowsMax;
    bool last = false;
    while (!last) {
      const Position log_before = log_done;
      const Position derived_before = derived_done;
      last = log_before == kCommits && derived_before == kCommits;
      const auto snapshot = NewSnapshot();
      // What was applied before is in the cut.
      ASSERT_GE(snapshot->position(Keyspace::kLog), log_before);
      ASSERT_GE(snapshot->position(Keyspace::kDerived), derived_before);
      for (const Keyspace keyspace : {Keyspace::kLog, Keyspace::kDerived}) {
        const Position position = snapshot->position(keyspace);
        const auto count = snapshot->Get(keyspace, "count");
        ASSERT_TRUE(count.ok()) << count.status();
        ASSERT_EQ(count->has_value() ? FromBigEndian(**count) : 0, position);
        ASSERT_EQ(ReadAll(*snapshot, keyspace, KeyRange::Prefix("row"), all).size(), position);
      }
      const auto seen = snapshot->Get(Keyspace::kDerived, "seen");
      ASSERT_TRUE(seen.ok()) << seen.status();
      if (seen->has_value()) {
        ASSERT_LE(FromBigEndian(**seen), snapshot->position(Keyspace::kLog));
      }
    }
  };
  std::thread reader(read);
  std::thread another_reader(read);
  for (std::thread* thread : {&log, &derived, &reader, &another_reader}) thread->join();
}

TEST_F(ConcurrencyTest, WritersOfDifferentKeyspacesDoNotDisturbEachOther) {
  constexpr Position kCommits = 40;
  std::vector<std::thread> writers;
  for (int i = 0; i < kKeyspaceCount; ++i) {
    writers.emplace_back([this, keyspace = static_cast<Keyspace>(i)] {
      for (Position base = 0; base < kCommits; ++base) {
        const auto position = store().Apply(Commit{keyspace, base, {Put(BigEndian(base), "row")}});
        ASSERT_TRUE(position.ok()) << position.status();
        ASSERT_EQ(*position, base + 1);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  Reopen();
  for (int i = 0; i < kKeyspaceCount; ++i) {
    EXPECT_EQ(PositionOf(static_cast<Keyspace>(i)), kCommits);
    EXPECT_EQ(KeysNow(static_cast<Keyspace>(i)).size(), kCommits);
  }
}

TEST_F(ConcurrencyTest, AWaitForAPositionThatIsThereReturnsItAtOnce) {
  ASSERT_TRUE(Apply(Keyspace::kLog, {Put("a", "1")}).ok());
  ASSERT_TRUE(Apply(Keyspace::kLog, {Put("a", "2")}).ok());
  for (const Position position : {0, 1, 2}) {
    EXPECT_EQ(store().WaitForPosition(Keyspace::kLog, position, absl::InfinitePast()).value_or(9),
              2u);
    EXPECT_EQ(store().WaitForPosition(Keyspace::kLog, position, absl::InfiniteFuture()).value_or(9),
              2u);
  }
}

TEST_F(ConcurrencyTest, AWaitEndsAtItsDeadline) {
  ASSERT_TRUE(Apply(Keyspace::kDerived, {Put("a", "1")}).ok());
  for (const absl::Time deadline : {absl::InfinitePast(), absl::Now() - absl::Seconds(1),
                                    absl::Now() + absl::Milliseconds(20)}) {
    EXPECT_THAT(store().WaitForPosition(Keyspace::kLog, 1, deadline),
                HasCode(absl::StatusCode::kDeadlineExceeded));
    EXPECT_GE(absl::Now(), deadline);
  }
}

TEST_F(ConcurrencyTest, AWaitIsWokenByTheCommitItWaitsFor) {
  constexpr Position kCommits = 100;
  std::vector<std::thread> waiters;
  for (const Keyspace keyspace : {Keyspace::kLog, Keyspace::kAudit}) {
    waiters.emplace_back([this, keyspace] {
      for (Position position = 1; position <= kCommits;) {
        const auto reached = store().WaitForPosition(keyspace, position, absl::InfiniteFuture());
        ASSERT_TRUE(reached.ok()) << reached.status();
        ASSERT_GE(*reached, position);
        // What was waited for can be read.
        ASSERT_GE(NewSnapshot()->position(keyspace), *reached);
        position = *reached + 1;
      }
    });
  }
  for (Position base = 0; base < kCommits; ++base) {
    for (const Keyspace keyspace : {Keyspace::kLog, Keyspace::kAudit}) {
      ASSERT_TRUE(
          store().Apply(Commit{keyspace, base, {Put("a", "1")}, Durability::kBuffered}).ok());
    }
  }
  for (std::thread& waiter : waiters) waiter.join();
}

TEST_F(ConcurrencyTest, CloseEndsWaits) {
  // A waiter that comes after Close is told so; one that is waiting is cancelled. Until one was.
  for (bool cancelled = false; !cancelled;) {
    std::promise<void> started;
    auto waiter = std::async(std::launch::async, [&] {
      started.set_value();
      return store().WaitForPosition(Keyspace::kLog, 1, absl::InfiniteFuture()).status();
    });
    started.get_future().wait();
    // Gives the waiter the time to begin: a deadline that passes, on another keyspace.
    EXPECT_THAT(store().WaitForPosition(Keyspace::kMeta, 1, absl::Now() + absl::Milliseconds(2)),
                HasCode(absl::StatusCode::kDeadlineExceeded));
    ASSERT_TRUE(store().Close().ok());
    const absl::Status status = waiter.get();
    cancelled = absl::IsCancelled(status);
    EXPECT_TRUE(cancelled || absl::IsFailedPrecondition(status)) << status;
    DropAndReopen();
  }
}

TEST_F(ConcurrencyTest, AfterCloseEveryCallIsRefused) {
  ASSERT_TRUE(Apply(Keyspace::kLog, {Put("a", "1")}).ok());
  {
    const auto snapshot = NewSnapshot();
    ASSERT_TRUE(store().Close().ok());
    constexpr auto kClosed = absl::StatusCode::kFailedPrecondition;
    EXPECT_THAT(snapshot->Get(Keyspace::kLog, "a"), HasCode(kClosed));
    EXPECT_THAT(snapshot->MultiGet(Keyspace::kLog, {}), HasCode(kClosed));
    EXPECT_THAT(snapshot->MultiGetPinned(Keyspace::kLog, {}), HasCode(kClosed));
    EXPECT_THAT(snapshot->Scan(Keyspace::kLog, KeyRange(), ScanOptions()), HasCode(kClosed));
    EXPECT_EQ(snapshot->position(Keyspace::kLog), 1u);
    EXPECT_THAT(store().NewSnapshot(), HasCode(kClosed));
    EXPECT_THAT(store().Apply(Commit{Keyspace::kLog, 1, {Put("b", "1")}}), HasCode(kClosed));
    EXPECT_THAT(store().WaitForPosition(Keyspace::kLog, 0, absl::InfiniteFuture()),
                HasCode(kClosed));
    EXPECT_TRUE(store().Close().ok());
  }
  DropAndReopen();
  EXPECT_THAT(KeysNow(Keyspace::kLog), testing::ElementsAre("a"));
}

TEST_F(ConcurrencyTest, CloseBesideReadersAndAWriterLosesNothing) {
  for (int round = 0; round < 10; ++round) {
    std::atomic<int> running = 0;
    std::atomic<Position> applied = PositionOf(Keyspace::kLog);
    const auto until_closed = [&](const auto& step) {
      return std::thread([&running, step] {
        ++running;
        absl::Status status;
        while (status.ok()) status = step();
        EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
      });
    };
    std::vector<std::thread> threads;
    threads.push_back(until_closed([&]() -> absl::Status {
      const Position base = applied;
      const auto position = store().Apply(
          Commit{Keyspace::kLog, base, {Put(BigEndian(base), "row")}, Durability::kBuffered});
      if (position.ok()) applied = *position;
      return position.status();
    }));
    for (int reader = 0; reader < 2; ++reader) {
      threads.push_back(until_closed([&]() -> absl::Status {
        const auto snapshot = store().NewSnapshot();
        if (!snapshot.ok()) return snapshot.status();
        return (*snapshot)->Scan(Keyspace::kLog, KeyRange(), ScanOptions()).status();
      }));
    }
    // Closes when all run and something was written.
    const Position before = applied;
    ASSERT_TRUE(store().WaitForPosition(Keyspace::kLog, before + 5, absl::InfiniteFuture()).ok());
    while (running < 3) std::this_thread::yield();
    ASSERT_TRUE(store().Close().ok());
    for (std::thread& thread : threads) thread.join();
    DropAndReopen();
    EXPECT_EQ(PositionOf(Keyspace::kLog), applied.load());
    EXPECT_EQ(KeysNow(Keyspace::kLog).size(), applied.load());
  }
}

}  // namespace
}  // namespace serieslink::storage
