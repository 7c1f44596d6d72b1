#include "services/view/weapon_supply.h"

#include <vector>

#include "services/firearm/core/supply.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {

linkage::v1::WeaponSupply SupplyOf(const ResolvedView& view, std::uint32_t weapon,
                                   const CanonicalVersions& canonical, const WeaponLife& life) {
  const std::vector<std::uint32_t>& members = view.resolution.weapons[weapon].members;
  std::vector<firearm::SuppliedExhibit> exhibits;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const ResolvedView::Exhibit& seen = view.exhibits[members[i]];
    firearm::SuppliedExhibit& one = exhibits.emplace_back();
    one.record = canonical.at(seen.version).get();
    one.place = seen.place;
    one.record_id =
        graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(seen.record->public_id));
    one.exhibit_id = graph::FormatPublicId(
        graph::IdKind::kExhibit, graph::PublicId(view.exhibit_facts[members[i]].public_id));
    const auto& event = life.facts.exhibits[i].event;
    one.loss_is_cancelled = event.has_value() && life.facts.events[*event].is_cancelled;
  }
  return firearm::AssessSupply(exhibits);
}

absl::StatusOr<linkage::v1::WeaponSupply> ReadSupply(const ResolvedView& view, std::uint32_t weapon,
                                                     const graph::GraphReader& reader) {
  const std::vector<const LoadedVersion*> versions = VersionsOfLife(view, weapon);
  SL_ASSIGN_OR_RETURN(const auto records, CanonicalRecords(reader, versions));
  CanonicalVersions canonical;
  for (std::size_t i = 0; i < versions.size(); ++i) canonical[versions[i]] = records[i];
  return SupplyOf(view, weapon, canonical, GatherLife(view, weapon, canonical));
}

}  // namespace serieslink::view
