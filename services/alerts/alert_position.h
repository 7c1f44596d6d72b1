#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "storage/graph/keys.h"
#include "storage/graph/log.h"

namespace serieslink::alerts {

// How far a stream has come: behind everything of the revisions before `revision`, and behind the
// alerts of `revision` whose ids are `id` or smaller. So it means the same after any restart, and
// whatever the filter is.
struct AlertPosition {
  graph::Revision revision = 0;  // 1 or more
  std::uint64_t id = 0;
  friend auto operator<=>(const AlertPosition&, const AlertPosition&) = default;
};

// What made what is derived: the release, and what is configured. Other alerts of the same
// revisions may follow from another one.
struct DerivedBy {
  std::uint32_t generation = 0;  // 0: nothing was derived yet
  std::uint64_t policy_digest = 0;
  friend bool operator==(const DerivedBy&, const DerivedBy&) = default;
};
DerivedBy DerivedByOf(const stored::v1::DeriverPosition& position);

// A position as a caller keeps it.
struct KeptPosition {
  AlertPosition at;
  DerivedBy derived_by;  // whose alerts were told
  // See LogDigestAt: a log that was put back to an earlier state and has grown since has another
  // one there.
  std::uint64_t log_digest = 0;
};
std::string Encode(const KeptPosition& position);
// Errors: DATA_LOSS (no such position).
absl::StatusOr<KeptPosition> DecodePosition(std::string_view content);

// The last commit of which something can have been told at `at`: its own as soon as one of its
// alerts is behind it, else the one before. 0: none.
graph::Revision LastToldAt(const AlertPosition& at);

// Of the commit LastToldAt(`at`), which is not after the end of the log. 0 where there is none.
// Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::uint64_t> LogDigestAt(const graph::LogReader& log, const AlertPosition& at);

}  // namespace serieslink::alerts
