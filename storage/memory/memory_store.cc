#include "storage/memory/memory_store.h"

#include <array>
#include <condition_variable>
#include <limits>
#include <map>
#include <mutex>
#include <utility>

#include "absl/time/clock.h"
#include "storage/api/limits.h"
#include "storage/base/status_macros.h"

namespace serieslink::storage {
namespace {

// Counts the commits of all keyspaces together: what a snapshot is a cut at.
using Tick = std::uint64_t;

// All values that a key has had, by the tick at which each came to be. Nothing is ever reclaimed.
using History = std::map<Tick, std::optional<std::string>>;

struct Space {
  std::map<std::string, History, std::less<>> rows;
  Position position = 0;
};

// What the store and its snapshots share, so that a snapshot can tell that its store was closed.
struct State {
  std::mutex mutex;
  std::condition_variable moved;
  std::array<Space, kKeyspaceCount> spaces;
  Tick tick = 0;
  bool closed = false;
};

absl::Status ClosedError() { return absl::FailedPreconditionError("the store is closed"); }

const std::optional<std::string>* ValueAt(const History& history, Tick tick) {
  auto after = history.upper_bound(tick);
  return after == history.begin() ? nullptr : &std::prev(after)->second;
}

class MemorySnapshot final : public Snapshot {
 public:
  MemorySnapshot(std::shared_ptr<State> state, Tick tick,
                 const std::array<Position, kKeyspaceCount>& positions)
      : state_(std::move(state)), tick_(tick), positions_(positions) {}

  Position position(Keyspace keyspace) const override {
    return positions_[static_cast<int>(keyspace)];
  }

  absl::StatusOr<std::optional<std::string>> Get(Keyspace keyspace,
                                                 std::string_view key) const override {
    const std::lock_guard lock(state_->mutex);
    if (state_->closed) return ClosedError();
    const auto& rows = state_->spaces[static_cast<int>(keyspace)].rows;
    const auto row = rows.find(key);
    if (row == rows.end()) return std::optional<std::string>();
    const std::optional<std::string>* value = ValueAt(row->second, tick_);
    return value == nullptr ? std::optional<std::string>() : *value;
  }

  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Keyspace keyspace, absl::Span<const std::string> keys) const override {
    std::vector<std::optional<std::string>> values;
    values.reserve(keys.size());
    for (const std::string& key : keys) {
      SL_ASSIGN_OR_RETURN(values.emplace_back(), Get(keyspace, key));
    }
    return values;
  }

  absl::StatusOr<ScanPage> Scan(Keyspace keyspace, const KeyRange& range,
                                const ScanOptions& options) const override {
    SL_RETURN_IF_ERROR(CheckScan(options));
    const std::lock_guard lock(state_->mutex);
    if (state_->closed) return ClosedError();
    const auto& rows = state_->spaces[static_cast<int>(keyspace)].rows;
    if (!range.end.empty() && range.start >= range.end) return ScanPage();
    const auto first = rows.lower_bound(range.start);
    const auto last = range.end.empty() ? rows.end() : rows.lower_bound(range.end);
    ScanPageBuilder page(options);
    if (options.reverse) {
      for (auto row = last; row != first && !page.full();) {
        --row;
        Add(*row, page);
      }
    } else {
      for (auto row = first; row != last && !page.full(); ++row) Add(*row, page);
    }
    return std::move(page).Build();
  }

 private:
  void Add(const std::pair<const std::string, History>& row, ScanPageBuilder& page) const {
    const std::optional<std::string>* value = ValueAt(row.second, tick_);
    if (value != nullptr && value->has_value()) page.Add(row.first, **value);
  }

  const std::shared_ptr<State> state_;
  const Tick tick_;
  const std::array<Position, kKeyspaceCount> positions_;
};

class MemoryStore final : public Store {
 public:
  ~MemoryStore() override { Close().IgnoreError(); }

  absl::StatusOr<std::unique_ptr<Snapshot>> NewSnapshot() override {
    const std::lock_guard lock(state_->mutex);
    if (state_->closed) return ClosedError();
    std::array<Position, kKeyspaceCount> positions;
    for (int i = 0; i < kKeyspaceCount; ++i) positions[i] = state_->spaces[i].position;
    return std::make_unique<MemorySnapshot>(state_, state_->tick, positions);
  }

  absl::StatusOr<Position> Apply(const Commit& commit) override {
    SL_RETURN_IF_ERROR(CheckCommit(commit));
    const std::lock_guard lock(state_->mutex);
    if (state_->closed) return ClosedError();
    Space& space = state_->spaces[static_cast<int>(commit.keyspace)];
    if (space.position != commit.base) return StalePositionError();
    const Tick tick = ++state_->tick;
    for (const Write& write : commit.writes) space.rows[write.key][tick] = write.value;
    ++space.position;
    state_->moved.notify_all();
    return space.position;
  }

  absl::StatusOr<Position> WaitForPosition(Keyspace keyspace, Position position,
                                           absl::Time deadline) override {
    std::unique_lock lock(state_->mutex);
    if (state_->closed) return ClosedError();
    const Space& space = state_->spaces[static_cast<int>(keyspace)];
    const auto done = [&] { return state_->closed || space.position >= position; };
    if (deadline == absl::InfiniteFuture()) {
      state_->moved.wait(lock, done);
    } else if (!state_->moved.wait_until(lock, absl::ToChronoTime(deadline), done)) {
      return absl::DeadlineExceededError("the position was not reached in time");
    }
    if (state_->closed) return absl::CancelledError("the store was closed");
    return space.position;
  }

  absl::Status Close() override {
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    state_->moved.notify_all();
    return absl::OkStatus();
  }

 private:
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace serieslink::storage
