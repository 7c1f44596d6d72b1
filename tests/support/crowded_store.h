#pragma once

#include <atomic>
#include <limits>
#include <memory>
#include <utility>

#include "storage/api/store.h"

namespace serieslink {

// A store on a disk that fills up or cannot be read for a while: while it is told so, it refuses as
// an engine does. Thread-safe.
class CrowdedStore final : public storage::Store {
 public:
  explicit CrowdedStore(std::unique_ptr<storage::Store> store) : store_(std::move(store)) {}

  void SetHasRoom(bool has_room) { has_room_.store(has_room); }
  // So many snapshots can still be taken.
  void SetSnapshotsLeft(int snapshots) { snapshots_left_.store(snapshots); }
  // Commits refused so far.
  int refused() const { return refused_.load(); }

  absl::StatusOr<std::unique_ptr<storage::Snapshot>> NewSnapshot() override {
    if (snapshots_left_.fetch_sub(1) <= 0) return absl::UnavailableError("the disk cannot be read");
    return store_->NewSnapshot();
  }
  absl::StatusOr<storage::Position> Apply(const storage::Commit& commit) override {
    if (has_room_.load()) return store_->Apply(commit);
    ++refused_;
    return absl::ResourceExhaustedError("too little space is free for the store");
  }
  absl::StatusOr<storage::Position> WaitForPosition(storage::Keyspace keyspace,
                                                    storage::Position position,
                                                    absl::Time deadline) override {
    return store_->WaitForPosition(keyspace, position, deadline);
  }
  absl::Status Close() override { return store_->Close(); }

 private:
  const std::unique_ptr<storage::Store> store_;
  std::atomic<bool> has_room_ = true;
  std::atomic<int> snapshots_left_ = std::numeric_limits<int>::max();
  std::atomic<int> refused_ = 0;
};

}  // namespace serieslink
