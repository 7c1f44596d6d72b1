#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/leads/lead_answer.h"
#include "services/leads/pair_reader.h"
#include "storage/graph/edges.h"

namespace serieslink::leads {

// A pair of a queue that a viewer may see, and its place there.
struct QueuedLead {
  graph::RankedEdge place;
  SeenLead lead;
};

// Goes through one of the queues of pairs from the top, batch by batch. What the viewer may not see
// is passed over. Not thread-safe; must not outlive its arguments.
class QueueScan {
 public:
  // From behind `after`; null: from the top.
  QueueScan(view::Cut* cut, const view::Viewer* viewer, graph::EdgeType type,
            const graph::RankedEdge* after);

  // The next pairs; none where the batch holds only what is hidden. After the end: none, and
  // is_at_end().
  // Errors: those of the store; DATA_LOSS.
  absl::StatusOr<std::vector<QueuedLead>> Next();
  bool is_at_end() const { return is_at_end_; }
  // The last pair that was looked at, seen or not; null before the first batch.
  const graph::RankedEdge* last() const { return after_.has_value() ? &*after_ : nullptr; }
  PairReader& reader() { return reader_; }

 private:
  view::Cut& cut_;
  const view::Viewer& viewer_;
  const graph::EdgeType type_;
  PairReader reader_;
  std::optional<graph::RankedEdge> after_;
  bool is_at_end_ = false;
};

// Names the weapons of `leads` as `viewer` sees them. Where `is_told` is false, only where that may
// tell that the two are one weapon already: elsewhere each is named after its exhibit.
// Errors: those of the store; DATA_LOSS.
absl::Status NameWeapons(view::Cut& cut, const view::Viewer& viewer, bool is_told,
                         absl::Span<SeenLead* const> leads);

}  // namespace serieslink::leads
