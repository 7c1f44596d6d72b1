#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/summary/change_trail.h"
#include "services/summary/core/areas.h"
#include "services/summary/core/fact_sink.h"
#include "services/summary/core/leads.h"
#include "services/view/component_evidence.h"
#include "services/view/revision_gate.h"
#include "services/view/viewer.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::summary {

// Counts the weapons of exhibits that something links to others, and the leads between exhibits of
// one such group: what is counted of a group does not depend on which others are read with it. Not
// thread-safe.
class WeaponScan {
 public:
  // All must outlive it. `leads`, where it is not null, gets the leads; `trail`, likewise, what can
  // differ.
  WeaponScan(view::Cut& cut, const view::Viewer& viewer, const Areas& areas, FactSink& sink,
             LeadTally* leads = nullptr, ChangeTrail* trail = nullptr)
      : cut_(cut), viewer_(viewer), areas_(areas), sink_(sink), leads_(leads), trail_(trail) {}

  // Counts the weapons of the next exhibits. False when there are no more.
  // Errors: those of the store; DATA_LOSS.
  absl::StatusOr<bool> Next();

  // Counts the weapons of `exhibits`, of which each is connected with others, and of those that are
  // connected with them, instead of going through all exhibits. Errors: as Next.
  absl::Status Count(absl::Span<const graph::ExhibitNumber> exhibits);

  // Exhibits in evidence that is too large for one call: their weapons are not counted.
  std::int64_t unresolved_exhibits() const { return static_cast<std::int64_t>(too_large_.size()); }

 private:
  absl::Status CountAround(absl::Span<const graph::ExhibitNumber> exhibits);
  // `changes`: of the evidence, between two compared revisions; null where there are none.
  absl::Status CountWeapons(const view::ResolvedView& view,
                            const view::ComponentEvidence::Changes* changes);
  absl::Status CountLeads(const view::ComponentEvidence& evidence, const view::ResolvedView& view);
  // When `statement` was made, by what it says; of one that says nothing, when it was known.
  absl::StatusOr<std::int64_t> StatedAt(const view::LoadedStatement& statement);

  view::Cut& cut_;
  const view::Viewer& viewer_;
  const Areas& areas_;
  FactSink& sink_;
  LeadTally* const leads_;
  ChangeTrail* const trail_;
  graph::ExhibitNumber after_ = 0;
  // The last commit whose time was asked for: findings of one come together.
  graph::Revision timed_revision_ = 0;
  std::int64_t timed_s_ = 0;
  absl::flat_hash_set<graph::ExhibitNumber> done_;       // met in what was counted
  absl::flat_hash_set<graph::ExhibitNumber> too_large_;  // in what could not be
};

}  // namespace serieslink::summary
