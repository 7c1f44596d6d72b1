// A process that commits to every keyspace of an embedded store is killed again and again. What it
// was told is synced is there afterwards, and every commit is there whole or not at all.

#include <signal.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/crash/store_writer.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::storage {
namespace {

using Positions = std::array<Position, kKeyspaceCount>;

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  std::uint64_t number = 0;
  return text != nullptr && absl::SimpleAtoi(text, &number) ? number : otherwise;
}

// Lines of the writer, up to `lines_max` of them or its end.
void Listen(ChildProcess& writer, std::uint64_t lines_max, Positions& told) {
  for (std::uint64_t i = 0; i < lines_max; ++i) {
    const auto line = writer.ReadLine();
    if (!line.ok()) return;
    const std::vector<std::string> words = absl::StrSplit(*line, ' ');
    int keyspace = -1;
    Position position = 0;
    ASSERT_TRUE(words.size() == 2 && absl::SimpleAtoi(words[0], &keyspace) &&
                absl::SimpleAtoi(words[1], &position))
        << *line;
    ASSERT_TRUE(keyspace >= 0 && keyspace < kKeyspaceCount) << *line;
    told[static_cast<std::size_t>(keyspace)] = position;
  }
}

void CheckStore(const std::string& directory, const Positions& told, Positions& found) {
  const auto store = OpenRocksDbStore(KillTestOptions(directory));
  ASSERT_TRUE(store.ok()) << store.status();
  const auto snapshot = (*store)->NewSnapshot();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  for (int number = 0; number < kKeyspaceCount; ++number) {
    found[static_cast<std::size_t>(number)] = (*snapshot)->position(static_cast<Keyspace>(number));
  }
  for (int number = 0; number < kKeyspaceCount; ++number) {
    SCOPED_TRACE(absl::StrCat("keyspace ", number));
    const auto keyspace = static_cast<Keyspace>(number);
    const Position position = found[static_cast<std::size_t>(number)];
    ASSERT_GE(position, told[static_cast<std::size_t>(number)]) << "a synced commit is lost";
    if (position == 0) continue;
    std::vector<Row> expected;
    expected.push_back({CountKey(), EncodeNumber(position)});
    const Position oldest = position > kCommitsKept ? position - kCommitsKept + 1 : 1;
    for (Position at = oldest; at <= position; ++at) {
      for (Row& row : RowsOfCommit(keyspace, at)) expected.push_back(std::move(row));
    }
    ScanOptions all;
    all.rows_max = kScanRowsMax;
    const auto page = (*snapshot)->Scan(keyspace, KeyRange(), all);
    ASSERT_TRUE(page.ok()) << page.status();
    std::vector<Row> rows = page->rows;
    ASSERT_FALSE(rows.empty());
    ASSERT_EQ(rows.back().key, SeenKey());
    // A commit that was seen before another one was made is not lost alone.
    EXPECT_LE(DecodeNumber(rows.back().value),
              found[static_cast<std::size_t>((number + 1) % kKeyspaceCount)]);
    rows.pop_back();
    ASSERT_TRUE(rows == expected) << "a commit is there by half, or one is missing";
  }
}

TEST(StoreKillTest, SyncedCommitsSurviveAndNoneIsThereByHalf) {
  const std::uint64_t given = FromEnvironment("SERIESLINK_SEED", 0);
  const std::uint64_t seed = given != 0 ? given : std::random_device()();
  const std::uint64_t rounds = FromEnvironment("SERIESLINK_ROUNDS", 20);
  std::cout << "seed " << seed << " (SERIESLINK_SEED repeats it), " << rounds << " rounds\n";
  std::mt19937_64 random(seed);
  const TemporaryDirectory directory;
  const std::string store = directory.path() + "/store";
  Positions told{};
  Positions found{};
  for (std::uint64_t round = 0; round < rounds; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round, " of seed ", seed));
    auto writer = ChildProcess::Start({SERIESLINK_STORE_WRITER, store, std::to_string(random())});
    ASSERT_TRUE(writer.ok()) << writer.status();
    // Some rounds end while the store is opened or has just begun.
    const std::uint64_t lines = random() % (round % 4 == 0 ? 4 : 400);
    ASSERT_NO_FATAL_FAILURE(Listen(**writer, lines, told));
    (*writer)->Signal(SIGKILL);
    ASSERT_EQ((*writer)->Wait(), -SIGKILL);
    // What it said until its end counts too.
    ASSERT_NO_FATAL_FAILURE(Listen(**writer, ~std::uint64_t{0}, told));
    ASSERT_NO_FATAL_FAILURE(CheckStore(store, told, found));
  }
  Position commits = 0;
  for (const Position position : found) commits += position;
  std::cout << commits << " commits\n";
  EXPECT_GT(commits, rounds);
}

}  // namespace
}  // namespace serieslink::storage
