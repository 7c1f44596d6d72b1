#include "storage/memory/memory_store.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "storage/api/limits.h"
#include "storage/base/status_macros.h"

namespace serieslink::storage {
namespace {

// Numbers the commits of all keyspaces in the order of their acceptance. A snapshot is one such
// number: it sees, of every key, the last version that is not newer.
using Sequence = std::uint64_t;

// Shared with the reads that look at it; null: erased.
using Value = std::shared_ptr<const std::string>;

struct Version {
  Sequence sequence;
  Value value;
};

using Versions = std::vector<Version>;  // oldest first
using Rows = std::map<std::string, Versions, std::less<>>;
using Positions = std::array<Position, kKeyspaceCount>;

int Index(Keyspace keyspace) { return static_cast<int>(keyspace); }

// Null where there is none.
Value Visible(const Versions& versions, Sequence at) {
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->sequence <= at) return version->value;
  }
  return nullptr;
}

class MemoryPins final : public PinnedValues::Pins {
 public:
  explicit MemoryPins(std::vector<Value> values) : values_(std::move(values)) {}

 private:
  const std::vector<Value> values_;
};

}  // namespace

struct MemoryDisk::State {
  std::mutex mutex;  // guards all below
  std::array<Rows, kKeyspaceCount> rows;
  Positions positions{};
  Sequence sequence = 0;         // of the newest commit
  Sequence synced_sequence = 0;  // of the newest commit that a power cut leaves
  Positions synced_positions{};
  std::multiset<Sequence> snapshots;
  bool open = false;
};

class MemoryStore final : public Store {
 public:
  static absl::StatusOr<std::unique_ptr<Store>> Open(std::shared_ptr<MemoryDisk> disk) {
    const std::lock_guard lock(disk->state_->mutex);
    if (disk->state_->open) return absl::FailedPreconditionError("a store is open on this disk");
    disk->state_->open = true;
    return std::unique_ptr<Store>(new MemoryStore(disk));
  }

  ~MemoryStore() override {
    const std::lock_guard lock(disk_.mutex);
    if (!closed_) disk_.open = false;
    assert(snapshots_alive_ == 0 && "a snapshot outlives its store");
  }

  absl::StatusOr<std::unique_ptr<Snapshot>> NewSnapshot() override;

  absl::StatusOr<Position> Apply(const Commit& commit) override {
    SL_RETURN_IF_ERROR(CheckCommit(commit));
    const std::lock_guard lock(disk_.mutex);
    if (closed_) return ClosedError();
    Position& position = disk_.positions[Index(commit.keyspace)];
    if (position != commit.base) return StalePositionError();
    ++position;
    ++disk_.sequence;
    for (const Write& write : commit.writes) Put(disk_.rows[Index(commit.keyspace)], write);
    if (commit.durability == Durability::kSynced) MarkSynced();
    moved_.notify_all();
    return position;
  }

  absl::StatusOr<Position> WaitForPosition(Keyspace keyspace, Position position,
                                           absl::Time deadline) override {
    SL_RETURN_IF_ERROR(CheckKeyspace(keyspace));
    std::unique_lock lock(disk_.mutex);
    if (closed_) return ClosedError();
    const Position& current = disk_.positions[Index(keyspace)];
    const bool ended = moved_.wait_until(lock, absl::ToChronoTime(deadline),
                                         [&] { return closed_ || current >= position; });
    if (closed_) return ClosedWhileWaitingError();
    if (!ended) return PositionNotReachedError();
    return current;
  }

  absl::Status Close() override {
    const std::lock_guard lock(disk_.mutex);
    if (closed_) return absl::OkStatus();
    MarkSynced();
    closed_ = true;
    disk_.open = false;
    moved_.notify_all();
    return absl::OkStatus();
  }

 private:
  friend class MemorySnapshot;

  explicit MemoryStore(std::shared_ptr<MemoryDisk> disk)
      : disk_owner_(std::move(disk)), disk_(*disk_owner_->state_) {}

  // Adds a version to a key and drops those that neither a snapshot nor a power cut can go back to.
  void Put(Rows& rows, const Write& write) {
    Sequence oldest = std::min(disk_.sequence, disk_.synced_sequence);
    if (!disk_.snapshots.empty()) oldest = std::min(oldest, *disk_.snapshots.begin());
    const auto row = rows.try_emplace(write.key).first;
    Versions& versions = row->second;
    Value value;
    if (write.value.has_value()) value = std::make_shared<const std::string>(*write.value);
    versions.push_back(Version{disk_.sequence, std::move(value)});
    while (versions.size() > 1 && versions[1].sequence <= oldest) versions.erase(versions.begin());
    if (versions.front().value == nullptr && versions.front().sequence <= oldest) {
      versions.erase(versions.begin());
    }
    if (versions.empty()) rows.erase(row);
  }

  void MarkSynced() {
    disk_.synced_sequence = disk_.sequence;
    disk_.synced_positions = disk_.positions;
  }

  const std::shared_ptr<MemoryDisk> disk_owner_;
  MemoryDisk::State& disk_;
  bool closed_ = false;      // guarded by disk_.mutex
  int snapshots_alive_ = 0;  // guarded by disk_.mutex
  std::condition_variable moved_;
};

class MemorySnapshot final : public Snapshot {
 public:
  // Called with the store's lock held.
  explicit MemorySnapshot(MemoryStore* store)
      : store_(store), sequence_(store->disk_.sequence), positions_(store->disk_.positions) {
    store_->disk_.snapshots.insert(sequence_);
    ++store_->snapshots_alive_;
  }

  ~MemorySnapshot() override {
    const std::lock_guard lock(store_->disk_.mutex);
    store_->disk_.snapshots.erase(store_->disk_.snapshots.find(sequence_));
    --store_->snapshots_alive_;
  }

  Position position(Keyspace keyspace) const override { return positions_[Index(keyspace)]; }

  absl::StatusOr<std::optional<std::string>> Get(Keyspace keyspace,
                                                 std::string_view key) const override {
    SL_RETURN_IF_ERROR(CheckKeyspace(keyspace));
    const std::lock_guard lock(store_->disk_.mutex);
    if (store_->closed_) return ClosedError();
    const Value value = Find(keyspace, key);
    if (value == nullptr) return std::nullopt;
    return *value;
  }

  absl::StatusOr<PinnedValues> MultiGetPinned(Keyspace keyspace,
                                              absl::Span<const std::string> keys) const override {
    SL_RETURN_IF_ERROR(CheckMultiGet(keyspace, keys.size()));
    const std::lock_guard lock(store_->disk_.mutex);
    if (store_->closed_) return ClosedError();
    std::vector<Value> pinned;
    pinned.reserve(keys.size());
    std::vector<std::optional<std::string_view>> values(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      pinned.push_back(Find(keyspace, keys[i]));
      if (pinned[i] != nullptr) values[i] = *pinned[i];
    }
    return PinnedValues(std::move(values), std::make_unique<MemoryPins>(std::move(pinned)));
  }

  absl::StatusOr<ScanPage> Scan(Keyspace keyspace, const KeyRange& range,
                                const ScanOptions& options) const override {
    SL_RETURN_IF_ERROR(CheckScan(keyspace, options));
    const std::lock_guard lock(store_->disk_.mutex);
    if (store_->closed_) return ClosedError();
    const Rows& rows = store_->disk_.rows[Index(keyspace)];
    if (!range.end.empty() && range.end <= range.start) return ScanPage{};
    const auto begin = rows.lower_bound(range.start);
    const auto end = range.end.empty() ? rows.end() : rows.lower_bound(range.end);
    ScanPageBuilder page(options);
    if (options.reverse) {
      for (auto row = end; row != begin && !page.full();) Add(*--row, page);
    } else {
      for (auto row = begin; row != end && !page.full(); ++row) Add(*row, page);
    }
    return std::move(page).Build();
  }

 private:
  // Null where there is none.
  Value Find(Keyspace keyspace, std::string_view key) const {
    const Rows& rows = store_->disk_.rows[Index(keyspace)];
    const auto row = rows.find(key);
    return row == rows.end() ? nullptr : Visible(row->second, sequence_);
  }

  void Add(const Rows::value_type& row, ScanPageBuilder& page) const {
    const Value value = Visible(row.second, sequence_);
    if (value != nullptr) page.Add(row.first, *value);
  }

  MemoryStore* const store_;
  const Sequence sequence_;
  const Positions positions_;
};

absl::StatusOr<std::unique_ptr<Snapshot>> MemoryStore::NewSnapshot() {
  const std::lock_guard lock(disk_.mutex);
  if (closed_) return ClosedError();
  return std::make_unique<MemorySnapshot>(this);
}

MemoryDisk::MemoryDisk() : state_(std::make_unique<State>()) {}
MemoryDisk::~MemoryDisk() = default;

absl::Status MemoryDisk::LoseBuffered() {
  const std::lock_guard lock(state_->mutex);
  if (state_->open) return absl::FailedPreconditionError("a store is open on this disk");
  for (Rows& rows : state_->rows) {
    for (auto& [key, versions] : rows) {
      while (!versions.empty() && versions.back().sequence > state_->synced_sequence) {
        versions.pop_back();
      }
    }
    std::erase_if(rows, [](const auto& row) { return row.second.empty(); });
  }
  state_->sequence = state_->synced_sequence;
  state_->positions = state_->synced_positions;
  return absl::OkStatus();
}

std::unique_ptr<Store> NewMemoryStore() {
  return *MemoryStore::Open(std::make_shared<MemoryDisk>());
}

absl::StatusOr<std::unique_ptr<Store>> OpenMemoryStore(std::shared_ptr<MemoryDisk> disk) {
  return MemoryStore::Open(std::move(disk));
}

}  // namespace serieslink::storage
