#include "services/series/evidence_ahead.h"

#include <algorithm>
#include <utility>

#include "storage/base/status_macros.h"

namespace serieslink::series {
namespace {

// What a group may hold, with room to spare for a few dozen ordinary weapons: about 2 MB. The
// canonical records of so many versions are kept with the evidence (component_evidence.cc).
view::EvidenceBounds OfGroup(const view::EvidenceBounds& bounds) {
  view::EvidenceBounds group = bounds;
  group.exhibits_max = std::min<std::size_t>(bounds.exhibits_max, 1024);
  group.statements_max = std::min<std::size_t>(bounds.statements_max, 8192);
  group.versions_max = std::min<std::size_t>(bounds.versions_max, 1024);
  return group;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const view::ComponentEvidence>> EvidenceAhead::Take(
    absl::Span<const graph::ExhibitNumber> exhibits,
    const absl::flat_hash_set<graph::ExhibitNumber>& too_large) {
  const graph::ExhibitNumber asked = exhibits.front();
  const auto hand_out = [&]() -> std::shared_ptr<const view::ComponentEvidence> {
    const auto found = read_.find(asked);
    if (found == read_.end()) return nullptr;
    const std::shared_ptr<const view::ComponentEvidence> evidence = found->second;
    for (const graph::ExhibitNumber member : evidence->members()) read_.erase(member);
    return evidence;
  };
  if (auto evidence = hand_out(); evidence != nullptr) return evidence;
  if (exhibits.size() > 1 && !alone_.contains(asked)) {
    alone_.clear();
    view::ComponentEvidence::Of of;
    of.is_apart = true;
    SL_ASSIGN_OR_RETURN(const auto group,
                        view::ComponentEvidence::LoadAll(reader_, viewer_, exhibits,
                                                         OfGroup(bounds_), too_large, {}, of));
    if (group->is_too_large()) {
      alone_.insert(exhibits.begin(), exhibits.end());
    } else {
      for (std::unique_ptr<view::ComponentEvidence>& part : group->Apart()) {
        const std::shared_ptr<const view::ComponentEvidence> shared = std::move(part);
        for (const graph::ExhibitNumber member : shared->members()) read_[member] = shared;
      }
      if (auto evidence = hand_out(); evidence != nullptr) return evidence;
    }
  }
  SL_ASSIGN_OR_RETURN(auto evidence,
                      view::ComponentEvidence::Load(reader_, viewer_, asked, bounds_, too_large));
  return std::shared_ptr<const view::ComponentEvidence>(std::move(evidence));
}

}  // namespace serieslink::series
