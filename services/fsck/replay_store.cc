#include "services/fsck/replay_store.h"

#include <utility>

#include "storage/base/status_macros.h"

namespace serieslink::fsck {
namespace {

using storage::Keyspace;
using storage::Position;

class ReplaySnapshot final : public storage::Snapshot {
 public:
  ReplaySnapshot(std::unique_ptr<storage::Snapshot> source,
                 std::unique_ptr<storage::Snapshot> derived, Position end)
      : source_(std::move(source)), derived_(std::move(derived)), end_(end) {}

  Position position(Keyspace keyspace) const override {
    return keyspace == Keyspace::kLog ? end_ : Of(keyspace).position(keyspace);
  }
  absl::StatusOr<std::optional<std::string>> Get(Keyspace keyspace,
                                                 std::string_view key) const override {
    return Of(keyspace).Get(keyspace, key);
  }
  absl::StatusOr<storage::PinnedValues> MultiGetPinned(
      Keyspace keyspace, absl::Span<const std::string> keys) const override {
    return Of(keyspace).MultiGetPinned(keyspace, keys);
  }
  absl::StatusOr<storage::ScanPage> Scan(Keyspace keyspace, const storage::KeyRange& range,
                                         const storage::ScanOptions& options) const override {
    return Of(keyspace).Scan(keyspace, range, options);
  }

 private:
  const storage::Snapshot& Of(Keyspace keyspace) const {
    return keyspace == Keyspace::kDerived ? *derived_ : *source_;
  }

  const std::unique_ptr<storage::Snapshot> source_;
  const std::unique_ptr<storage::Snapshot> derived_;
  const Position end_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<storage::Snapshot>> ReplayStore::NewSnapshot() {
  SL_ASSIGN_OR_RETURN(auto source, source_->NewSnapshot());
  SL_ASSIGN_OR_RETURN(auto derived, derived_->NewSnapshot());
  return std::make_unique<ReplaySnapshot>(std::move(source), std::move(derived), end_);
}

absl::StatusOr<Position> ReplayStore::Apply(const storage::Commit& commit) {
  if (commit.keyspace != Keyspace::kDerived) {
    return absl::InvalidArgumentError("only what is derived is written here");
  }
  const absl::StatusOr<Position> position = derived_->Apply(commit);
  if (!position.ok()) {
    const std::lock_guard lock(mutex_);
    if (write_status_.ok()) write_status_ = position.status();
  }
  return position;
}

absl::Status ReplayStore::write_status() const {
  const std::lock_guard lock(mutex_);
  return write_status_;
}

absl::StatusOr<Position> ReplayStore::WaitForPosition(Keyspace keyspace, Position position,
                                                      absl::Time deadline) {
  if (keyspace == Keyspace::kDerived) {
    return derived_->WaitForPosition(keyspace, position, deadline);
  }
  if (keyspace != Keyspace::kLog) return source_->WaitForPosition(keyspace, position, deadline);
  if (position <= end_) return end_;
  // Nobody writes the log of the store that takes what is derived: this ends at the deadline, or
  // when that store is closed.
  return derived_->WaitForPosition(Keyspace::kLog, 1, deadline);
}

}  // namespace serieslink::fsck
