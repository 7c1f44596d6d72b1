// store_writer DIRECTORY SEED: opens the store of the folder and commits to all keyspaces at once,
// one thread each, without end. Of every commit that was acknowledged as synced it writes a line
// "KEYSPACE POSITION" to standard output. store_kill_test kills it.

#include <unistd.h>

#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/crash/store_writer.h"

namespace serieslink::storage {
namespace {

Position PositionOf(Store& store, int keyspace) {
  return store.WaitForPosition(static_cast<Keyspace>(keyspace), 0, absl::InfinitePast()).value();
}

void CommitForever(Store& store, int number, std::uint64_t seed) {
  std::mt19937_64 random(seed + static_cast<std::uint64_t>(number));
  const auto keyspace = static_cast<Keyspace>(number);
  for (Position base = PositionOf(store, number);;) {
    Commit commit{keyspace, base, {}, Durability::kSynced};
    if (random() % 3 == 0) commit.durability = Durability::kBuffered;
    const Position seen = PositionOf(store, (number + 1) % kKeyspaceCount);
    commit.writes.push_back({CountKey(), EncodeNumber(base + 1)});
    for (Row& row : RowsOfCommit(keyspace, base + 1)) {
      commit.writes.push_back({std::move(row.key), std::move(row.value)});
    }
    if (base + 1 > kCommitsKept) {
      for (Row& row : RowsOfCommit(keyspace, base + 1 - kCommitsKept)) {
        commit.writes.push_back({std::move(row.key), std::nullopt});
      }
    }
    commit.writes.push_back({SeenKey(), EncodeNumber(seen)});
    const auto applied = store.Apply(commit);
    if (!applied.ok()) {
      std::fprintf(stderr, "store_writer: %s\n", applied.status().ToString().c_str());
      _exit(1);
    }
    base = *applied;
    if (commit.durability == Durability::kBuffered) continue;
    // One write of one short line is whole in a pipe, whatever other threads write.
    const std::string line = std::to_string(number) + " " + std::to_string(base) + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      _exit(1);
    }
  }
}

int Run(const std::string& directory, std::uint64_t seed) {
  auto store = OpenRocksDbStore(KillTestOptions(directory));
  if (!store.ok()) {
    std::fprintf(stderr, "store_writer: %s\n", store.status().ToString().c_str());
    return 1;
  }
  std::vector<std::thread> writers;
  for (int keyspace = 0; keyspace < kKeyspaceCount; ++keyspace) {
    writers.emplace_back([&, keyspace] { CommitForever(**store, keyspace, seed); });
  }
  for (std::thread& writer : writers) writer.join();
  return 0;
}

}  // namespace
}  // namespace serieslink::storage

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return serieslink::storage::Run(argv[1], std::stoull(argv[2]));
}
