#pragma once

#include <cstddef>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/view/component_evidence.h"
#include "services/view/viewer.h"
#include "services/view/visible_component.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::series {

// The evidence of one weapon after the other, for what pages through them: read for a group of
// exhibits at once, in few calls to the store, and handed out as if each had been read alone. Holds
// that of one group, which is small: a weapon of much evidence is read alone. Thread-compatible.
class EvidenceAhead {
 public:
  // `reader` and `viewer` must outlive it. `bounds`: of what is read alone.
  EvidenceAhead(graph::GraphReader& reader, const view::Viewer& viewer,
                const view::EvidenceBounds& bounds)
      : reader_(reader), viewer_(viewer), bounds_(bounds) {}

  // What ComponentEvidence::Load loads of the first of `exhibits`, which the viewer may see. Those
  // behind it are what will be asked about next, as far as nothing that was handed out has them;
  // how many are given is how many are worth reading before that is certain. What is handed out is
  // not asked about again. Errors: as ComponentEvidence::Load.
  absl::StatusOr<std::shared_ptr<const view::ComponentEvidence>> Take(
      absl::Span<const graph::ExhibitNumber> exhibits,
      const absl::flat_hash_set<graph::ExhibitNumber>& too_large);

  // Whether the evidence around `exhibit` was read and not handed out yet.
  bool Has(graph::ExhibitNumber exhibit) const { return read_.contains(exhibit); }

 private:
  graph::GraphReader& reader_;
  const view::Viewer& viewer_;
  const view::EvidenceBounds bounds_;
  // By each of its members.
  absl::flat_hash_map<graph::ExhibitNumber, std::shared_ptr<const view::ComponentEvidence>> read_;
  // Of a group that had too much evidence.
  absl::flat_hash_set<graph::ExhibitNumber> alone_;
};

}  // namespace serieslink::series
