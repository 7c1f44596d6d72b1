#pragma once

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::series {

// When revisions were, for the parts of one answer: those of many findings are asked for at once.
// Thread-compatible.
class CommitTimes {
 public:
  // `log` must outlive it.
  explicit CommitTimes(const graph::LogReader& log) : log_(log) {}

  // At once those of `revisions` that are not known yet. Errors: as LogReader::CommitTimes.
  absl::Status Read(absl::Span<const graph::Revision> revisions) {
    std::vector<graph::Revision> unknown;
    for (const graph::Revision revision : revisions) {
      if (times_.try_emplace(revision).second) unknown.push_back(revision);
    }
    SL_ASSIGN_OR_RETURN(const std::vector<absl::Time> read, log_.CommitTimes(unknown));
    for (std::size_t i = 0; i < unknown.size(); ++i) times_[unknown[i]] = read[i];
    return absl::OkStatus();
  }

  // One that was read.
  absl::Time Of(graph::Revision revision) const { return times_.at(revision); }

  const graph::LogReader& log() const { return log_; }

 private:
  const graph::LogReader& log_;
  absl::flat_hash_map<graph::Revision, absl::Time> times_;
};

}  // namespace serieslink::series
