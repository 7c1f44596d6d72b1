#include "storage/graph/log.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "storage/memory/memory_store.h"

namespace serieslink::graph {
namespace {

LogItem Item(RecordNumber record, std::uint64_t id, const std::string& message,
             bool is_stale = false) {
  LogItem item;
  item.entry.set_record_number(record);
  item.entry.set_public_id(id);
  item.entry.set_feed_message(message);
  item.entry.set_is_stale(is_stale);
  return item;
}

const absl::Time kNoon = absl::FromUnixSeconds(1'489'795'200);

TEST(LogTest, CommitsHaveRisingRevisionsAndDenseSequences) {
  const auto store = storage::NewMemoryStore();
  const auto writer = LogWriter::Open(store.get(), nullptr).value();
  EXPECT_EQ(writer->NextRecordNumber(0), 1u);
  const auto first = writer->Append({Item(1, 11, "a"), Item(2, 22, "b")}, kNoon).value();
  const auto second = writer->Append({Item(1, 11, "a2")}, kNoon - absl::Hours(1)).value();
  EXPECT_EQ(first->revision, 1u);
  EXPECT_EQ(first->first_sequence, 1u);
  EXPECT_EQ(second->revision, 2u);
  EXPECT_EQ(second->first_sequence, 3u);
  EXPECT_EQ(second->commit_time, kNoon) << "a clock that steps back must not order revisions";
  EXPECT_EQ(writer->NextRecordNumber(1), 4u);

  const auto snapshot = store->NewSnapshot().value();
  const LogReader reader(snapshot.get());
  EXPECT_EQ(reader.latest(), 2u);
  const LogBatch batch = reader.Read(1).value();
  ASSERT_EQ(batch.items.size(), 2u);
  EXPECT_EQ(batch.items[1].entry.feed_message(), "b");
  EXPECT_EQ(batch.commit_time, kNoon);
  const SequenceNumber sequences[] = {3, 1};
  const auto entries = reader.Entries(sequences).value();
  EXPECT_EQ(entries[0].feed_message(), "a2");
  EXPECT_EQ(entries[1].feed_message(), "a");
  EXPECT_EQ(reader.Read(3).status().code(), absl::StatusCode::kNotFound);
  const SequenceNumber missing[] = {9};
  EXPECT_EQ(reader.Entries(missing).status().code(), absl::StatusCode::kDataLoss);
}

TEST(LogTest, AWriterOpenedAnewKnowsWhatStands) {
  const auto store = storage::NewMemoryStore();
  {
    const auto writer = LogWriter::Open(store.get(), nullptr).value();
    ASSERT_TRUE(writer->Append({Item(1, 11, "v2"), Item(2, 22, "b")}, kNoon).ok());
    ASSERT_TRUE(writer->Append({Item(1, 11, "v1", /*is_stale=*/true)}, kNoon).ok());
  }
  const auto writer = LogWriter::Open(store.get(), nullptr).value();
  EXPECT_EQ(writer->revision(), 2u);
  EXPECT_EQ(writer->next_sequence(), 4u);
  EXPECT_EQ(writer->NextRecordNumber(0), 3u);
  ASSERT_NE(writer->Find(PublicId(11)), nullptr);
  EXPECT_EQ(writer->Find(PublicId(11))->standing, 1u) << "the stale version never stood";
  EXPECT_EQ(writer->Find(PublicId(11))->last, 3u);
  EXPECT_EQ(writer->Find(PublicId(22))->record_number, 2u);
  EXPECT_EQ(writer->Find(PublicId(33)), nullptr);
}

TEST(LogTest, AHeaderThatIsNotWhatWasCommittedOpensNoWriter) {
  const auto store = storage::NewMemoryStore();
  {
    const auto writer = LogWriter::Open(store.get(), nullptr).value();
    ASSERT_TRUE(writer->Append({Item(1, 11, "a")}, kNoon).ok());
    ASSERT_TRUE(writer->Append({Item(2, 22, "b")}, kNoon).ok());
  }
  stored::v1::CommitHeader header;
  ASSERT_TRUE(header.ParseFromString(store->NewSnapshot()
                                         .value()
                                         ->Get(storage::Keyspace::kLog, CommitHeaderKey(1))
                                         .value()
                                         .value()));
  header.set_public_ids(0, 10);
  storage::Commit commit;
  commit.base = 2;
  commit.writes.push_back({CommitHeaderKey(1), header.SerializeAsString()});
  ASSERT_TRUE(store->Apply(commit).ok());
  EXPECT_EQ(LogWriter::Open(store.get(), nullptr).status().code(), absl::StatusCode::kDataLoss);
}

TEST(LogTest, ASecondWriterIsFenced) {
  const auto store = storage::NewMemoryStore();
  const auto first = LogWriter::Open(store.get(), nullptr).value();
  const auto second = LogWriter::Open(store.get(), nullptr).value();
  ASSERT_TRUE(first->Append({Item(1, 11, "a")}, kNoon).ok());
  EXPECT_EQ(second->Append({Item(1, 22, "b")}, kNoon).status().code(), absl::StatusCode::kAborted);
}

TEST(LogTest, TimesNameRevisions) {
  const auto store = storage::NewMemoryStore();
  const auto writer = LogWriter::Open(store.get(), nullptr).value();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(writer->Append({Item(i + 1, i + 1, "x")}, kNoon + absl::Minutes(10 * i)).ok());
  }
  const auto snapshot = store->NewSnapshot().value();
  const LogReader reader(snapshot.get());
  EXPECT_EQ(reader.RevisionAt(kNoon - absl::Seconds(1)).value(), 0u);
  EXPECT_EQ(reader.RevisionAt(kNoon).value(), 1u);
  EXPECT_EQ(reader.RevisionAt(kNoon + absl::Minutes(25)).value(), 3u);
  EXPECT_EQ(reader.RevisionAt(absl::InfiniteFuture()).value(), 5u);
}

TEST(LogTest, NextCommitComesFromMemoryOrElseFromTheStore) {
  const auto store = storage::NewMemoryStore();
  RecentCommits recent(2);
  const auto writer = LogWriter::Open(store.get(), &recent).value();
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(writer->Append({Item(i, i, "x")}, kNoon).ok());
  }
  EXPECT_EQ(recent.Find(2), nullptr);
  EXPECT_EQ(recent.Find(5), nullptr);
  ASSERT_NE(recent.Find(4), nullptr);
  for (Revision revision = 0; revision < 4; ++revision) {
    const auto batch = NextCommit(*store, &recent, revision, absl::InfiniteFuture()).value();
    EXPECT_EQ(batch->revision, revision + 1);
    EXPECT_EQ(batch->items.at(0).entry.record_number(), revision + 1);
  }
  EXPECT_EQ(NextCommit(*store, &recent, 4, absl::InfinitePast()).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST(LogTest, WhatTheFollowerHasPassedIsNotKept) {
  const auto store = storage::NewMemoryStore();
  RecentCommits recent(100);
  const auto writer = LogWriter::Open(store.get(), &recent).value();
  ASSERT_TRUE(writer->Append({Item(1, 1, "x")}, kNoon).ok());
  ASSERT_TRUE(writer->Append({Item(2, 2, "x")}, kNoon).ok());
  recent.Passed(1);
  ASSERT_TRUE(writer->Append({Item(3, 3, "x")}, kNoon).ok());
  EXPECT_EQ(recent.Find(1), nullptr);
  EXPECT_NE(recent.Find(2), nullptr);
  EXPECT_NE(recent.Find(3), nullptr);
}

// Whether the writer is held up as long as it lets itself be.
bool Waits(const RecentCommits& recent) {
  constexpr std::chrono::milliseconds kAtMost(2);
  const auto begun = std::chrono::steady_clock::now();
  recent.AwaitFollower(absl::FromChrono(kAtMost));
  return std::chrono::steady_clock::now() - begun >= kAtMost;
}

TEST(LogTest, TheWriterWaitsForAFollowerThatFallsBehind) {
  const auto store = storage::NewMemoryStore();
  RecentCommits recent(4);
  const auto writer = LogWriter::Open(store.get(), &recent).value();
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(writer->Append({Item(i, i, "x")}, kNoon).ok());
  // Nobody follows: there is nothing to wait for.
  recent.AwaitFollower(absl::InfiniteDuration());
  // No more than half of the bound lies before it.
  recent.Passed(2);
  recent.AwaitFollower(absl::InfiniteDuration());
  // One that hangs holds up nobody for long.
  recent.Passed(1);
  EXPECT_TRUE(Waits(recent));
  std::thread passed([&] { recent.AwaitFollower(absl::InfiniteDuration()); });
  recent.Passed(2);
  passed.join();
  recent.Passed(1);
  std::thread left([&] { recent.AwaitFollower(absl::InfiniteDuration()); });
  recent.Leave();
  left.join();
}

TEST(LogTest, TheWriterWaitsWhileACommitWaitsLongForTheFollower) {
  const auto store = storage::NewMemoryStore();
  // However young one is, it is too old.
  RecentCommits recent(100, -absl::Milliseconds(1));
  const auto writer = LogWriter::Open(store.get(), &recent).value();
  for (int i = 1; i <= 2; ++i) ASSERT_TRUE(writer->Append({Item(i, i, "x")}, kNoon).ok());
  recent.Passed(1);
  EXPECT_TRUE(Waits(recent));
  // Nothing is left that waits.
  recent.Passed(2);
  recent.AwaitFollower(absl::InfiniteDuration());
}

// A writer opened anew after a commit whose outcome it did not learn leaves a gap in memory: what
// stands behind the gap must not be taken for what stands before it.
TEST(LogTest, AGapInMemoryIsNeverReadOver) {
  const auto store = storage::NewMemoryStore();
  RecentCommits recent(100);
  {
    const auto writer = LogWriter::Open(store.get(), &recent).value();
    ASSERT_TRUE(writer->Append({Item(1, 1, "x")}, kNoon).ok());
  }
  ASSERT_TRUE(LogWriter::Open(store.get(), nullptr).value()->Append({Item(2, 2, "x")}, kNoon).ok());
  ASSERT_TRUE(LogWriter::Open(store.get(), &recent).value()->Append({Item(3, 3, "x")}, kNoon).ok());
  EXPECT_EQ(recent.Find(2), nullptr);
  for (Revision revision = 1; revision <= 3; ++revision) {
    const auto batch = NextCommit(*store, &recent, revision - 1, absl::InfiniteFuture()).value();
    EXPECT_EQ(batch->revision, revision);
    EXPECT_EQ(batch->items.at(0).entry.record_number(), revision);
  }
}

// What cannot have been written by LogWriter reads as DATA_LOSS.
TEST(LogTest, AMissingEntryIsDataLoss) {
  for (const SequenceNumber missing : {1, 2, 3}) {
    const auto store = storage::NewMemoryStore();
    const auto writer = LogWriter::Open(store.get(), nullptr).value();
    ASSERT_TRUE(writer->Append({Item(1, 1, "a"), Item(2, 2, "b"), Item(3, 3, "c")}, kNoon).ok());
    storage::Commit damage;
    damage.base = 1;
    damage.writes.push_back({LogEntryKey(missing), std::nullopt});
    ASSERT_TRUE(store->Apply(damage).ok());
    const auto snapshot = store->NewSnapshot().value();
    EXPECT_EQ(LogReader(snapshot.get()).Read(1).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(LogTest, TimesInMemoryAreThoseThatAreStored) {
  const auto store = storage::NewMemoryStore();
  const auto writer = LogWriter::Open(store.get(), nullptr).value();
  const auto batch = writer->Append({Item(1, 1, "x")}, kNoon + absl::Nanoseconds(1500)).value();
  const auto snapshot = store->NewSnapshot().value();
  EXPECT_EQ(batch->commit_time, LogReader(snapshot.get()).CommitTime(1).value());
}

TEST(LogTest, TimesOfManyRevisionsComeInTheOrderAsked) {
  const auto store = storage::NewMemoryStore();
  const auto writer = LogWriter::Open(store.get(), nullptr).value();
  std::vector<Revision> asked;
  std::vector<absl::Time> expected;
  for (int i = 1; i <= 200; ++i) {
    const absl::Time time = kNoon + absl::Seconds(i);
    ASSERT_TRUE(writer->Append({Item(i, i, "x"), Item(i + 1000, i, "y")}, time).ok());
    for (int twice = 0; twice < 2; ++twice) {
      asked.insert(asked.begin(), i);
      expected.insert(expected.begin(), time);
    }
  }
  const auto snapshot = store->NewSnapshot().value();
  const LogReader log(snapshot.get());
  EXPECT_EQ(log.CommitTimes(asked).value(), expected);
  EXPECT_TRUE(log.CommitTimes({}).value().empty());
  EXPECT_TRUE(absl::IsNotFound(log.CommitTimes({1, 201}).status()));
  EXPECT_TRUE(absl::IsNotFound(log.CommitTimes({0}).status()));
}

TEST(LogTest, KnownTimesAreNotReadAgain) {
  const auto store = storage::NewMemoryStore();
  const auto writer = LogWriter::Open(store.get(), nullptr).value();
  ASSERT_TRUE(writer->Append({Item(1, 1, "x")}, kNoon).ok());
  ASSERT_TRUE(writer->Append({Item(2, 2, "x")}, kNoon + absl::Seconds(2)).ok());
  const auto before = store->NewSnapshot().value();
  ASSERT_TRUE(writer->Append({Item(3, 3, "x")}, kNoon + absl::Seconds(3)).ok());
  KnownCommitTimes times;
  const auto first = store->NewSnapshot().value();
  const std::vector<absl::Time> expected = {kNoon + absl::Seconds(3), kNoon,
                                            kNoon + absl::Seconds(3)};
  EXPECT_EQ(LogReader(first.get(), &times).CommitTimes({3, 1, 3}).value(), expected);
  // What is stored is asked for what is not known, and never answers for what a cut has not.
  storage::Commit damage;
  damage.base = 3;
  for (const Revision revision : {1, 2, 3}) {
    damage.writes.push_back({CommitHeaderKey(revision), std::nullopt});
  }
  ASSERT_TRUE(store->Apply(damage).ok());
  const auto damaged = store->NewSnapshot().value();
  const LogReader log(damaged.get(), &times);
  EXPECT_EQ(log.CommitTimes({3, 1, 3}).value(), expected);
  EXPECT_TRUE(absl::IsDataLoss(log.CommitTimes({3, 2}).status()));
  EXPECT_TRUE(absl::IsNotFound(LogReader(before.get(), &times).CommitTime(3).status()));
  times.Add(2, kNoon + absl::Seconds(2));
  EXPECT_EQ(log.CommitTime(2).value(), kNoon + absl::Seconds(2));
}

TEST(LogTest, NoMoreTimesAreKnownThanAreKept) {
  KnownCommitTimes times(3);
  EXPECT_EQ(times.Find(0), std::nullopt);
  EXPECT_EQ(times.Find(1), std::nullopt);
  for (Revision revision = 1; revision <= 5; ++revision) {
    times.Add(revision, kNoon + absl::Seconds(revision));
  }
  EXPECT_EQ(times.Find(0), std::nullopt);
  EXPECT_EQ(times.Find(1), std::nullopt) << "4 took its place";
  EXPECT_EQ(times.Find(2), std::nullopt) << "5 took its place";
  for (Revision revision = 3; revision <= 5; ++revision) {
    EXPECT_EQ(times.Find(revision), kNoon + absl::Seconds(revision));
  }
}

TEST(LogTest, EntriesComeInTheOrderAsked) {
  const auto store = storage::NewMemoryStore();
  const auto writer = LogWriter::Open(store.get(), nullptr).value();
  // More than are looked at with one call to the store.
  std::vector<LogItem> items;
  for (int i = 1; i <= 1200; ++i) items.push_back(Item(i, i, std::to_string(i)));
  ASSERT_TRUE(writer->Append(std::move(items), kNoon).ok());
  std::vector<SequenceNumber> asked;
  for (SequenceNumber sequence = 1200; sequence > 0; --sequence) asked.push_back(sequence);
  asked.push_back(7);
  const auto snapshot = store->NewSnapshot().value();
  const LogReader log(snapshot.get());
  const auto entries = log.Entries(asked).value();
  google::protobuf::Arena arena;
  const auto of_arena = log.Entries(asked, &arena).value();
  ASSERT_EQ(entries.size(), asked.size());
  ASSERT_EQ(of_arena.size(), asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    EXPECT_EQ(entries[i].feed_message(), std::to_string(asked[i]));
    EXPECT_EQ(of_arena[i]->feed_message(), std::to_string(asked[i]));
  }
  EXPECT_TRUE(absl::IsDataLoss(log.Entries({1, 1201}).status()));
  EXPECT_TRUE(absl::IsDataLoss(log.Entries({1, 1201}, &arena).status()));
}

TEST(LogTest, AHeaderWithoutATimeIsDataLoss) {
  const auto store = storage::NewMemoryStore();
  const auto writer = LogWriter::Open(store.get(), nullptr).value();
  ASSERT_TRUE(writer->Append({Item(1, 1, "x")}, kNoon).ok());
  Revision base = 1;
  for (const std::optional<std::string>& row :
       {std::optional<std::string>(), std::optional<std::string>(""),
        std::optional<std::string>("\x08\xff"),
        std::optional<std::string>("\x12\x05"
                                   "ab")}) {
    storage::Commit damage;
    damage.base = base++;
    damage.writes.push_back({CommitHeaderKey(1), row});
    ASSERT_TRUE(store->Apply(damage).ok());
    const auto snapshot = store->NewSnapshot().value();
    EXPECT_TRUE(absl::IsDataLoss(LogReader(snapshot.get()).CommitTime(1).status()));
  }
}

}  // namespace
}  // namespace serieslink::graph
