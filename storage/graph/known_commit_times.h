#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "storage/graph/keys.h"

namespace serieslink::graph {

// When commits of one log were. A commit never changes, and its header, the row that says when it
// was, names every one of its records: many answers tell the time of the same few hundred large
// commits. Bounded: of commits that lie `kept_max` apart, the one told last is kept. 16 bytes each.
// Thread-safe.
class KnownCommitTimes {
 public:
  static constexpr std::size_t kKeptMax = 1u << 16;

  explicit KnownCommitTimes(std::size_t kept_max = kKeptMax) : kept_max_(kept_max) {}

  // `revision` is in the log for good.
  void Add(Revision revision, absl::Time time) {
    const std::size_t place = revision % kept_max_;
    const std::lock_guard lock(mutex_);
    if (place >= kept_.size()) {
      kept_.resize(std::min(kept_max_, std::max(place + 1, 2 * kept_.size())));
    }
    kept_[place] = {revision, absl::ToUnixMicros(time)};
  }

  std::optional<absl::Time> Find(Revision revision) const {
    const std::size_t place = revision % kept_max_;
    const std::lock_guard lock(mutex_);
    if (place >= kept_.size() || kept_[place].revision != revision || revision == 0) {
      return std::nullopt;
    }
    return absl::FromUnixMicros(kept_[place].time_us);
  }

 private:
  struct Kept {
    Revision revision = 0;  // 0: none
    std::int64_t time_us = 0;
  };

  const std::size_t kept_max_;
  mutable std::mutex mutex_;
  std::vector<Kept> kept_;  // by revision modulo kept_max_
};

}  // namespace serieslink::graph
