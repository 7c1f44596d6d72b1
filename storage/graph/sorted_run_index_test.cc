#include "storage/graph/sorted_run_index.h"

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "storage/graph/sorted_run_writer.h"
#include "storage/memory/memory_store.h"
#include "tests/support/seeds.h"

namespace serieslink::graph {
namespace {

using storage::Keyspace;
using Model = std::map<std::string, std::string>;

constexpr SortedRunSpec kSpec{
    .keyspace = Keyspace::kDerived, .number = 7, .filter_prefix_bytes = 3};

SortedRunOptions SmallOptions() {
  SortedRunOptions options;
  options.level0_entries = 60;
  options.level0_commits = 9;
  options.fan_out = 3;
  options.block_bytes = 150;
  options.chunk_entries = 25;
  options.delta_part_bytes = 100;
  return options;
}

// An index in a memory store beside a map that does the same.
class Harness {
 public:
  explicit Harness(SortedRunOptions options = SmallOptions()) : options_(options) { Reopen(); }

  storage::Store* store() { return store_.get(); }
  SortedRunWriter* writer() { return writer_.get(); }
  const Model& model() const { return model_; }

  void Reopen() {
    auto opened = SortedRunWriter::Open(store_.get(), kSpec, options_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    writer_ = *std::move(opened);
    pending_ = model_;
  }

  void Put(const std::string& key, const std::string& value) {
    writer_->Put(key, value);
    pending_[key] = value;
  }
  void Erase(const std::string& key) {
    writer_->Erase(key);
    pending_.erase(key);
  }

  // Builds the next commit, and applies it unless the process is to die before. Readers of
  // `readers` are told of it.
  void Commit(bool dies = false, SortedRunIndex* readers = nullptr) {
    CommitBuilder builder(Keyspace::kDerived);
    ASSERT_TRUE(writer_->AppendTo(&builder, position_ + 1).ok());
    if (readers != nullptr) readers->Prepare(writer_->TakeChange());
    if (dies) {
      if (readers != nullptr) readers->Forget();
      return Reopen();
    }
    auto applied = store_->Apply(builder.Build(position_, storage::Durability::kBuffered));
    ASSERT_TRUE(applied.ok()) << applied.status();
    position_ = *applied;
    model_ = pending_;
  }

  // Rows of the index in the store.
  std::size_t CountRows() {
    auto snapshot = *store_->NewSnapshot();
    storage::ScanOptions scan;
    scan.rows_max = storage::kScanRowsMax;
    return snapshot->Scan(Keyspace::kDerived, {}, scan)->rows.size();
  }

 private:
  const SortedRunOptions options_;
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<SortedRunWriter> writer_;
  storage::Position position_ = 0;
  Model model_;    // of what is applied
  Model pending_;  // with what is added since
};

// Compares the whole of `view` with `model`, in pages of random sizes.
void ExpectEqual(const SortedRunView& view, const Model& model, std::mt19937& random) {
  auto expected = model.begin();
  storage::KeyRange range;
  while (true) {
    auto page = view.Scan(range, 1 + random() % 50);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const storage::Row& entry : page->entries) {
      ASSERT_NE(expected, model.end());
      ASSERT_EQ(entry.key, expected->first);
      ASSERT_EQ(entry.value, expected->second);
      ++expected;
    }
    if (!page->resume) break;
    range.start = *page->resume;
  }
  EXPECT_EQ(expected, model.end());
}

std::string RandomKey(std::mt19937& random) {
  std::string key = "k" + std::to_string(random() % 3);
  key.push_back(static_cast<char>(random() % 40));
  if (random() % 8 == 0) return key.substr(0, random() % 4);  // shorter than the filtered prefix
  return key + std::to_string(random() % 12);
}

void ExpectLookupsAgree(const SortedRunView& view, const Model& model, std::mt19937& random) {
  std::vector<std::string> keys;
  for (int i = 0; i < 20; ++i) keys.push_back(RandomKey(random));
  auto found = view.FindMany(keys);
  ASSERT_TRUE(found.ok()) << found.status();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto expected = model.find(keys[i]);
    ASSERT_EQ((*found)[i].has_value(), expected != model.end());
    if (expected != model.end()) {
      ASSERT_EQ(*(*found)[i], expected->second);
    }
  }
  std::vector<storage::KeyRange> ranges;
  for (std::size_t i = 0; i < 10 + random() % 60; ++i) {
    storage::KeyRange& range = ranges.emplace_back(storage::KeyRange::Prefix(RandomKey(random)));
    if (i % 3 == 0) {
      range = {RandomKey(random), RandomKey(random)};
      if (!range.end.empty() && range.end < range.start) std::swap(range.start, range.end);
    }
  }
  const auto each = view.ScanEach(ranges);
  ASSERT_TRUE(each.ok()) << each.status();
  ASSERT_EQ(each->size(), ranges.size());
  const auto first_of_each = view.ScanEach(ranges, 2);
  ASSERT_TRUE(first_of_each.ok()) << first_of_each.status();
  ASSERT_EQ(first_of_each->size(), ranges.size());
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const storage::KeyRange& range = ranges[i];
    auto page = view.Scan(range, 100000);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_TRUE((*each)[i] == page->entries);
    ASSERT_LE((*first_of_each)[i].size(), 2u);
    auto first = view.Scan(range, 2);
    ASSERT_TRUE(first.ok()) << first.status();
    ASSERT_TRUE((*first_of_each)[i] == first->entries);
    auto expected = model.lower_bound(range.start);
    const auto end = range.end.empty() ? model.end() : model.lower_bound(range.end);
    for (const storage::Row& entry : page->entries) {
      ASSERT_NE(expected, end);
      ASSERT_EQ(entry.key, expected->first);
      ASSERT_EQ(entry.value, expected->second);
      ++expected;
    }
    ASSERT_EQ(expected, end);
  }
}

TEST(SortedRunIndexTest, EmptyIndexHasNothing) {
  Harness harness;
  SortedRunIndex index(kSpec);
  auto snapshot = *harness.store()->NewSnapshot();
  auto view = index.View(*snapshot);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(*view->Find("a"), std::nullopt);
  EXPECT_TRUE(view->Scan({}, 10)->entries.empty());
  EXPECT_TRUE(view->FindMany({})->empty());
  harness.Commit();
  EXPECT_EQ(harness.CountRows(), 0u) << "nothing added, nothing written";
}

TEST(SortedRunIndexTest, TheLastOfSeveralCallsCounts) {
  Harness harness;
  SortedRunIndex index(kSpec);
  harness.Put("a", "1");
  harness.Put("a", "2");
  harness.Put("b", "3");
  harness.Erase("b");
  harness.Put("", "4");
  harness.Erase("");  // takes no bytes at all
  harness.Put("", "5");
  harness.Commit();
  auto snapshot = *harness.store()->NewSnapshot();
  auto view = *index.View(*snapshot);
  EXPECT_EQ(*view.Find("a"), "2");
  EXPECT_EQ(*view.Find("b"), std::nullopt);
  EXPECT_EQ(*view.Find(""), "5");
}

TEST(SortedRunIndexTest, RefusesWhatDoesNotFit) {
  Harness harness;
  CommitBuilder builder(Keyspace::kDerived);
  ASSERT_TRUE(harness.writer()->AppendTo(&builder, 1).ok());
  EXPECT_EQ(harness.writer()->AppendTo(&builder, 1).code(), absl::StatusCode::kInvalidArgument);
  harness.writer()->Put(std::string(kIndexKeyBytesMax + 1, 'k'), "");
  EXPECT_EQ(harness.writer()->AppendTo(&builder, 2).code(), absl::StatusCode::kInvalidArgument);
}

TEST(SortedRunIndexTest, LargestEntriesFit) {
  Harness harness;
  SortedRunIndex index(kSpec);
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    std::string key(kIndexKeyBytesMax, static_cast<char>(random()));
    key.back() = static_cast<char>(i);
    harness.Put(key, std::string(kIndexValueBytesMax, static_cast<char>(i)));
    if (i % 10 == 0) harness.Commit();
  }
  harness.Commit();
  auto snapshot = *harness.store()->NewSnapshot();
  ExpectEqual(*index.View(*snapshot), harness.model(), random);
}

// The one property: an index is a map, for every snapshot, however it was merged, and whenever its
// writer or its readers began anew.
void RunAgainstMap(std::uint64_t seed) {
  std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
  Harness harness;
  auto index = std::make_unique<SortedRunIndex>(kSpec);
  struct Past {
    std::unique_ptr<storage::Snapshot> snapshot;
    Model model;
  };
  std::vector<Past> past;
  std::size_t most_runs = 0;
  for (int commit = 0; commit < 400; ++commit) {
    const int adds = random() % 4 == 0 ? static_cast<int>(random() % 120) : random() % 6;
    for (int i = 0; i < adds; ++i) {
      if (random() % 4 == 0) {
        harness.Erase(RandomKey(random));
      } else {
        harness.Put(RandomKey(random), std::to_string(random() % 1000));
      }
    }
    harness.Commit(/*dies=*/random() % 25 == 0, random() % 8 == 0 ? nullptr : index.get());
    if (random() % 25 == 0) harness.Reopen();
    if (random() % 40 == 0) index = std::make_unique<SortedRunIndex>(kSpec);
    if (random() % 10 == 0) past.push_back({*harness.store()->NewSnapshot(), harness.model()});
    if (past.size() > 6) past.erase(past.begin() + random() % past.size());
    most_runs = std::max(most_runs, harness.writer()->stats().runs);

    if (random() % 3 == 0) {
      auto snapshot = *harness.store()->NewSnapshot();
      auto view = index->View(*snapshot);
      ASSERT_TRUE(view.ok()) << view.status();
      ExpectLookupsAgree(*view, harness.model(), random);
    }
    if (!past.empty() && random() % 5 == 0) {
      const Past& then = past[random() % past.size()];
      auto view = index->View(*then.snapshot);
      ASSERT_TRUE(view.ok()) << view.status();
      ExpectLookupsAgree(*view, then.model, random);
      ExpectEqual(*view, then.model, random);
    }
    if (::testing::Test::HasFailure()) return;
  }
  auto snapshot = *harness.store()->NewSnapshot();
  ExpectEqual(*index->View(*snapshot), harness.model(), random);
  EXPECT_GE(most_runs, 3u) << "the test must reach several levels";
}

TEST(SortedRunIndexTest, EqualsAMap) { ForEachSeed(10, RunAgainstMap); }

// Readers share an index while its writer goes on, and tells them of it or does not: each answers
// for its own snapshot.
void ShareWhileItIsWritten(bool are_told) {
  Harness harness;
  SortedRunIndex index(kSpec);
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&, i] {
      std::mt19937 random(i);
      std::unique_ptr<storage::Snapshot> old;
      while (!done) {
        auto snapshot = *harness.store()->NewSnapshot();
        // The writer puts the number of each commit under every key.
        const storage::Snapshot& read = old != nullptr && random() % 3 == 0 ? *old : *snapshot;
        const storage::Position position = read.position(Keyspace::kDerived);
        auto view = index.View(read);
        ASSERT_TRUE(view.ok()) << view.status();
        auto found = view->Find("key" + std::to_string(random() % 30));
        ASSERT_TRUE(found.ok()) << found.status();
        ASSERT_EQ(found->value_or("0"), std::to_string(position));
        auto page = view->Scan(storage::KeyRange::Prefix("key"), 100);
        ASSERT_TRUE(page.ok()) << page.status();
        ASSERT_EQ(page->entries.size(), position == 0 ? 0u : 30u);
        for (const auto& entry : page->entries) ASSERT_EQ(entry.value, std::to_string(position));
        if (random() % 10 == 0) old = std::move(snapshot);
      }
    });
  }
  for (int commit = 1; commit <= 300; ++commit) {
    for (int key = 0; key < 30; ++key) {
      harness.Put("key" + std::to_string(key), std::to_string(commit));
    }
    harness.Commit(/*dies=*/false, are_told ? &index : nullptr);
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(harness.writer()->stats().runs, 0u);
}

TEST(SortedRunIndexTest, ReadersShareItWhileItIsWritten) { ShareWhileItIsWritten(false); }
TEST(SortedRunIndexTest, ReadersShareItWhileItsWriterTellsThem) { ShareWhileItIsWritten(true); }

// A snapshot in which rows are found by their keys only.
class SnapshotWithoutScans final : public storage::Snapshot {
 public:
  explicit SnapshotWithoutScans(std::unique_ptr<storage::Snapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}

  storage::Position position(Keyspace keyspace) const override {
    return snapshot_->position(keyspace);
  }
  absl::StatusOr<std::optional<std::string>> Get(Keyspace keyspace,
                                                 std::string_view key) const override {
    return snapshot_->Get(keyspace, key);
  }
  absl::StatusOr<storage::PinnedValues> MultiGetPinned(
      Keyspace keyspace, absl::Span<const std::string> keys) const override {
    return snapshot_->MultiGetPinned(keyspace, keys);
  }
  absl::StatusOr<storage::ScanPage> Scan(Keyspace, const storage::KeyRange&,
                                         const storage::ScanOptions&) const override {
    return absl::InternalError("rows are scanned");
  }

 private:
  const std::unique_ptr<storage::Snapshot> snapshot_;
};

// Who is told of every commit reads neither deltas nor the maps of runs from the store.
TEST(SortedRunIndexTest, ReadersWhoAreToldReadNothingOfIt) {
  std::mt19937 random(9);
  Harness harness;
  SortedRunIndex index(kSpec);
  ASSERT_TRUE(index.View(**harness.store()->NewSnapshot()).ok());
  std::size_t most_runs = 0;
  for (int commit = 0; commit < 300; ++commit) {
    for (int i = 0; i < 20; ++i) harness.Put(RandomKey(random), std::to_string(random()));
    harness.Commit(/*dies=*/false, &index);
    const SnapshotWithoutScans snapshot(*harness.store()->NewSnapshot());
    const auto view = index.View(snapshot);
    ASSERT_TRUE(view.ok()) << view.status();
    ExpectLookupsAgree(*view, harness.model(), random);
    most_runs = std::max(most_runs, harness.writer()->stats().runs);
  }
  EXPECT_GE(most_runs, 3u) << "the test must reach several levels";
}

// What merges replaced goes away, row by row, and nothing else does.
TEST(SortedRunIndexTest, LeavesNoRowsBehind) {
  std::mt19937 random(3);
  Harness harness;
  for (int commit = 0; commit < 300; ++commit) {
    for (int i = 0; i < 20; ++i) harness.Put(RandomKey(random) + std::to_string(random()), "v");
    harness.Commit(/*dies=*/commit % 37 == 0);
  }
  std::size_t rows = 0;
  for (int commit = 0; commit < 50; ++commit) harness.Commit();
  auto snapshot = *harness.store()->NewSnapshot();
  stored::v1::IndexManifest manifest;
  ASSERT_TRUE(
      manifest.ParseFromString(**snapshot->Get(Keyspace::kDerived, IndexManifestKey(kSpec))));
  EXPECT_EQ(manifest.garbage_size(), 0);
  rows = 1;
  for (const auto& run : manifest.runs()) rows += run.blocks() + run.chunks();
  for (const auto& merge : manifest.merges()) {
    storage::ScanOptions scan;
    scan.rows_max = storage::kScanRowsMax;
    for (const char kind : {'b', 'c'}) {
      std::string prefix = IndexBlockKey(kSpec, merge.output_run(), 0);
      prefix.resize(prefix.size() - 4);
      prefix[2] = kind;
      rows +=
          snapshot->Scan(Keyspace::kDerived, storage::KeyRange::Prefix(prefix), scan)->rows.size();
    }
  }
  storage::ScanOptions scan;
  scan.rows_max = storage::kScanRowsMax;
  rows += snapshot
              ->Scan(Keyspace::kDerived,
                     IndexDeltaRange(kSpec, manifest.flushed_position(), 1'000'000), scan)
              ->rows.size();
  EXPECT_EQ(harness.CountRows(), rows);
}

// Once nothing older is left, erased keys take no room.
TEST(SortedRunIndexTest, ErasedEntriesGoAway) {
  SortedRunOptions options = SmallOptions();
  options.fan_out = 2;
  Harness harness(options);
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 70; ++i) harness.Put("k" + std::to_string(i), "v");
    harness.Commit();
    for (int i = 0; i < 70; ++i) harness.Erase("k" + std::to_string(i));
    harness.Commit();
  }
  auto snapshot = *harness.store()->NewSnapshot();
  stored::v1::IndexManifest manifest;
  ASSERT_TRUE(
      manifest.ParseFromString(**snapshot->Get(Keyspace::kDerived, IndexManifestKey(kSpec))));
  std::size_t entries = 0;
  for (const auto& run : manifest.runs()) entries += run.entries();
  EXPECT_LT(entries, 400u);
}

TEST(SortedRunIndexTest, MissingRowsAreDataLoss) {
  std::mt19937 random(5);
  Harness harness;
  for (int commit = 0; commit < 60; ++commit) {
    for (int i = 0; i < 20; ++i) harness.Put(RandomKey(random), "v");
    harness.Commit();
  }
  auto snapshot = *harness.store()->NewSnapshot();
  stored::v1::IndexManifest manifest;
  ASSERT_TRUE(
      manifest.ParseFromString(**snapshot->Get(Keyspace::kDerived, IndexManifestKey(kSpec))));
  ASSERT_GT(manifest.runs_size(), 0);
  const std::uint64_t run = manifest.runs(0).number();
  CommitBuilder damage(Keyspace::kDerived);
  damage.Erase(IndexBlockKey(kSpec, run, 0));
  ASSERT_TRUE(harness.store()
                  ->Apply(damage.Build(snapshot->position(Keyspace::kDerived),
                                       storage::Durability::kBuffered))
                  .ok());
  snapshot = *harness.store()->NewSnapshot();
  SortedRunIndex index(kSpec);
  EXPECT_EQ(index.View(*snapshot)->Scan({}, 100000).status().code(), absl::StatusCode::kDataLoss);
  damage.Erase(IndexChunkKey(kSpec, run, 0));
  ASSERT_TRUE(harness.store()
                  ->Apply(damage.Build(snapshot->position(Keyspace::kDerived),
                                       storage::Durability::kBuffered))
                  .ok());
  snapshot = *harness.store()->NewSnapshot();
  SortedRunIndex other(kSpec);
  EXPECT_EQ(other.View(*snapshot).status().code(), absl::StatusCode::kDataLoss);
}

TEST(IndexFilterTest, HoldsWhatWasAddedAndLittleElse) {
  std::mt19937_64 random(6);
  for (std::size_t count : {1u, 100u, 30000u}) {
    std::vector<std::uint64_t> hashes(count);
    for (auto& hash : hashes) hash = random();
    const std::string filter = BuildIndexFilter(hashes);
    EXPECT_LE(filter.size(), 64 + count * 10 / 8);
    for (std::uint64_t hash : hashes) EXPECT_TRUE(IndexFilterMayHold(filter, hash));
    int wrong = 0;
    for (int i = 0; i < 10000; ++i) wrong += IndexFilterMayHold(filter, random()) ? 1 : 0;
    EXPECT_LT(wrong, 250);
  }
  EXPECT_TRUE(IndexFilterMayHold("", 1)) << "no filter knows nothing";
}

}  // namespace
}  // namespace serieslink::graph
