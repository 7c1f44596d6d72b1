#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/api/store.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/log.h"

namespace serieslink::view {

// Where reads come from: the store, and the graph over it. Both outlive every read.
struct Source {
  storage::Store* store = nullptr;
  graph::Graph* graph = nullptr;
  // Set when the process is on its way down: then no read waits. Null: it never is.
  const std::atomic<bool>* is_draining = nullptr;
};

// A cut of the store and the revision at which a read answers from it.
struct Cut {
  graph::GraphReader reader;
  graph::Revision revision = 0;          // at which to answer
  graph::Revision derived = 0;           // up to which the cut is derived
  stored::v1::DeriverPosition position;  // of what is derived
  // Without versions whose own label hid them from the viewer when they stood. Only what
  // found_versions.h says that it knows this.
  bool as_shown = false;
};

// At which state of knowledge a read wants its answer.
struct RevisionWish {
  graph::Revision as_at = 0;                  // 0: the latest that is derived
  std::optional<absl::Time> as_at_time;       // instead of as_at; none that is yet to come
  graph::Revision min_revision = 0;           // 0: do not wait
  std::string as_at_field = "view.revision";  // the request's, to be named when as_at is unknown
};

// How long a read waits: until a deadline, and no longer than its caller does.
struct Patience {
  // Nobody gives up before `until`.
  Patience(absl::Time until) : deadline(until) {}  // NOLINT(google-explicit-constructor)
  // `given_up` is asked now and then; `clock` is the one that `until` goes by.
  Patience(absl::Time until, std::function<bool()> given_up, std::function<absl::Time()> clock)
      : deadline(until), is_given_up(std::move(given_up)), now(std::move(clock)) {}

  absl::Time deadline;
  std::function<bool()> is_given_up;  // both or neither
  std::function<absl::Time()> now;
};

// Waits until what is derived covers what `wish` asks for, and takes a cut. A `min_revision` may
// lie after the end of the log: the caller can have heard of it before this process has.
// Errors: INVALID_ARGUMENT with REVISION_UNKNOWN (`as_at` lies after the end of the log, which has
// reached min_revision), UNAVAILABLE with REVISION_NOT_YET (not covered by the deadline) or
// SHUTTING_DOWN (it would have to wait, and the process goes down), CANCELLED (given up), and those
// of the store.
absl::StatusOr<Cut> TakeCut(const Source& source, const RevisionWish& wish,
                            const Patience& patience);

}  // namespace serieslink::view
