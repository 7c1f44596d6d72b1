#pragma once

#include <memory>
#include <mutex>

#include "storage/api/store.h"

namespace serieslink::fsck {

// The log of one store, up to some revision, with what is derived from it in another: so that the
// deriver can derive everything again beside a store that stays as it is. The log never grows.
// Thread-safe.
class ReplayStore final : public storage::Store {
 public:
  // `source` has the log, which must reach `end`; `derived` takes what is derived. Both must
  // outlive it.
  ReplayStore(storage::Store* source, storage::Store* derived, storage::Position end)
      : source_(source), derived_(derived), end_(end) {}

  absl::StatusOr<std::unique_ptr<storage::Snapshot>> NewSnapshot() override;
  // Errors: also INVALID_ARGUMENT (a keyspace that is not kDerived).
  absl::StatusOr<storage::Position> Apply(const storage::Commit& commit) override;
  absl::StatusOr<storage::Position> WaitForPosition(storage::Keyspace keyspace,
                                                    storage::Position position,
                                                    absl::Time deadline) override;
  // The first error of a write, with which nothing is wrong with `source`: no space, for instance.
  absl::Status write_status() const;

  // Leaves both stores open.
  absl::Status Close() override { return absl::OkStatus(); }

 private:
  storage::Store* const source_;
  storage::Store* const derived_;
  const storage::Position end_;
  mutable std::mutex mutex_;
  absl::Status write_status_;  // guarded by mutex_
};

}  // namespace serieslink::fsck
