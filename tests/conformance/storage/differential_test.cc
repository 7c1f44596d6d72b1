// The engine under test and the reference model do the same random things and answer the same.

#include <array>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "storage/memory/memory_store.h"
#include "tests/conformance/storage/store_test_fixture.h"
#include "tests/support/seeds.h"

namespace serieslink::storage {
namespace {

// The engine and the model, driven together.
class Pair {
 public:
  explicit Pair(std::uint64_t seed) : random_(seed) { Open(); }

  void Step() {
    const int choice = Below(100);
    if (choice < 40) {
      Apply();
    } else if (choice < 50) {
      TakeSnapshot();
    } else if (choice < 56) {
      DropSnapshot();
    } else if (choice < 75) {
      Scan();
    } else if (choice < 85) {
      Get();
    } else if (choice < 98) {
      MultiGet();
    } else {
      Reopen();
    }
  }

  void CompareAll() {
    TakeSnapshot();
    for (int keyspace = 0; keyspace < kKeyspaceCount; ++keyspace) {
      ScanOptions all;
      all.rows_max = kScanRowsMax;
      all.bytes_max = kScanBytesMax;
      CompareScans(snapshots_.back(), static_cast<Keyspace>(keyspace), KeyRange(), all);
    }
  }

 private:
  struct Snapshots {
    std::unique_ptr<Snapshot> engine;
    std::unique_ptr<Snapshot> model;
  };

  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

  Keyspace AnyKeyspace() {
    // Mostly two of them, so that positions and rows pile up.
    return static_cast<Keyspace>(Below(4) == 0 ? Below(kKeyspaceCount) : 1 + Below(2));
  }

  // Few bytes in few places: keys meet often, and are prefixes of each other.
  std::string AnyKey() {
    static constexpr std::array<char, 6> kBytes = {'\0', '\1', 'a', 'b', '\x80', '\xFF'};
    std::string key;
    for (int length = 1 + Below(4); length > 0; --length) {
      key.push_back(kBytes[Below(kBytes.size())]);
    }
    if (Below(50) == 0) key.resize(kKeyBytesMax, kBytes[Below(kBytes.size())]);
    return key;
  }

  std::string AnyValue() {
    const int kind = Below(20);
    if (kind == 0) return "";
    const std::size_t bytes = kind == 1 ? Below(40000) : Below(300);
    return std::string(bytes, static_cast<char>('a' + Below(26)));
  }

  KeyRange AnyRange() {
    switch (Below(4)) {
      case 0:
        return KeyRange();
      case 1:
        return KeyRange::Prefix(AnyKey().substr(0, 2));
      default:
        return {Below(4) == 0 ? "" : AnyKey(), Below(4) == 0 ? "" : AnyKey()};
    }
  }

  void Open() {
    auto engine = engine_under_test_->Open();
    auto model = OpenMemoryStore(disk_);
    ASSERT_TRUE(engine.ok()) << engine.status();
    ASSERT_TRUE(model.ok()) << model.status();
    engine_ = *std::move(engine);
    model_ = *std::move(model);
  }

  void Reopen() {
    snapshots_.clear();
    if (Below(2) == 0) {
      ASSERT_TRUE(engine_->Close().ok());
      ASSERT_TRUE(model_->Close().ok());
    }
    engine_.reset();
    model_.reset();
    Open();
  }

  void Apply() {
    Commit commit;
    commit.keyspace = AnyKeyspace();
    commit.durability = Below(4) == 0 ? Durability::kSynced : Durability::kBuffered;
    const auto position = model_->WaitForPosition(commit.keyspace, 0, absl::InfinitePast());
    ASSERT_TRUE(position.ok()) << position.status();
    commit.base = *position;
    if (Below(20) == 0) commit.base += Below(3) - 1;  // sometimes stale
    for (int writes = Below(30); writes > 0; --writes) {
      // A key twice is refused, by both.
      commit.writes.push_back(Below(4) == 0 ? Erase(AnyKey()) : Put(AnyKey(), AnyValue()));
    }
    if (Below(10) != 0) {
      // Mostly not.
      std::sort(commit.writes.begin(), commit.writes.end(),
                [](const Write& a, const Write& b) { return a.key < b.key; });
      commit.writes.erase(
          std::unique(commit.writes.begin(), commit.writes.end(),
                      [](const Write& a, const Write& b) { return a.key == b.key; }),
          commit.writes.end());
      std::shuffle(commit.writes.begin(), commit.writes.end(), random_);
    }
    const auto engine = engine_->Apply(commit);
    const auto model = model_->Apply(commit);
    ASSERT_EQ(engine.status().code(), model.status().code()) << engine.status() << model.status();
    if (model.ok()) {
      ASSERT_EQ(*engine, *model);
    }
  }

  void TakeSnapshot() {
    auto engine = engine_->NewSnapshot();
    auto model = model_->NewSnapshot();
    ASSERT_TRUE(engine.ok()) << engine.status();
    ASSERT_TRUE(model.ok()) << model.status();
    for (int keyspace = 0; keyspace < kKeyspaceCount; ++keyspace) {
      ASSERT_EQ((*engine)->position(static_cast<Keyspace>(keyspace)),
                (*model)->position(static_cast<Keyspace>(keyspace)));
    }
    snapshots_.push_back({*std::move(engine), *std::move(model)});
  }

  void DropSnapshot() {
    if (snapshots_.empty()) return;
    snapshots_.erase(snapshots_.begin() + Below(static_cast<int>(snapshots_.size())));
  }

  Snapshots& AnySnapshot() {
    if (snapshots_.empty()) TakeSnapshot();
    return snapshots_[Below(static_cast<int>(snapshots_.size()))];
  }

  void Get() {
    const Snapshots& snapshots = AnySnapshot();
    const Keyspace keyspace = AnyKeyspace();
    const std::string key = AnyKey();
    const auto engine = snapshots.engine->Get(keyspace, key);
    const auto model = snapshots.model->Get(keyspace, key);
    ASSERT_TRUE(engine.ok()) << engine.status();
    ASSERT_TRUE(model.ok()) << model.status();
    ASSERT_EQ(*engine, *model);
  }

  void MultiGet() {
    const Snapshots& snapshots = AnySnapshot();
    const Keyspace keyspace = AnyKeyspace();
    std::vector<std::string> keys;
    for (int count = Below(40); count > 0; --count) keys.push_back(AnyKey());
    const auto engine = snapshots.engine->MultiGet(keyspace, keys);
    const auto model = snapshots.model->MultiGet(keyspace, keys);
    ASSERT_TRUE(engine.ok()) << engine.status();
    ASSERT_TRUE(model.ok()) << model.status();
    ASSERT_EQ(*engine, *model);
  }

  void Scan() {
    const Snapshots& snapshots = AnySnapshot();
    ScanOptions options;
    options.rows_max = 1 + Below(50);
    if (Below(3) == 0) options.bytes_max = 1 + Below(5000);
    options.reverse = Below(2) == 0;
    CompareScans(snapshots, AnyKeyspace(), AnyRange(), options);
  }

  // Page by page, to the end.
  static void CompareScans(const Snapshots& snapshots, Keyspace keyspace, KeyRange range,
                           const ScanOptions& options) {
    while (true) {
      const auto engine = snapshots.engine->Scan(keyspace, range, options);
      const auto model = snapshots.model->Scan(keyspace, range, options);
      ASSERT_TRUE(engine.ok()) << engine.status();
      ASSERT_TRUE(model.ok()) << model.status();
      ASSERT_EQ(engine->rows.size(), model->rows.size());
      ASSERT_TRUE(engine->rows == model->rows);
      ASSERT_EQ(engine->resume.has_value(), model->resume.has_value());
      if (!model->resume.has_value()) return;
      // Either bound continues both.
      (options.reverse ? range.end : range.start) = *engine->resume;
    }
  }

  std::mt19937_64 random_;
  const std::unique_ptr<EngineUnderTest> engine_under_test_ = NewEngineUnderTest();
  const std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::unique_ptr<Store> engine_;
  std::unique_ptr<Store> model_;
  std::vector<Snapshots> snapshots_;  // last, so that they are destroyed before their stores
};

TEST(DifferentialTest, TheEngineAnswersAsTheModel) {
  ForEachSeed(3, [](std::uint64_t seed) {
    Pair pair(seed);
    for (int step = 0; step < 1500 && !testing::Test::HasFatalFailure(); ++step) pair.Step();
    if (!testing::Test::HasFatalFailure()) pair.CompareAll();
  });
}

}  // namespace
}  // namespace serieslink::storage
