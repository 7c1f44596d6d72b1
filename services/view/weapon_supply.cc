#include "services/view/weapon_supply.h"

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "services/firearm/core/supply.h"
#include "services/stolen/core/loss_case.h"
#include "services/view/loss_reports.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {
namespace {

// Places in the view of the exhibits that are reported lost in a case which a report cancels,
// whoever sent that and whether or not the reports are of one event.
absl::flat_hash_set<std::uint32_t> CancelledLosses(const ResolvedView& view, std::uint32_t weapon,
                                                   const CanonicalVersions& canonical,
                                                   const WeaponLife& life) {
  absl::flat_hash_set<std::uint32_t> cancelled;
  const LossReports reports = GatherLossReports(view, weapon, life, canonical);
  if (reports.facts.empty()) return cancelled;
  firearm::LifeFacts facts = life.facts;
  firearm::AddRecoveriesShown(facts);
  const firearm::LossCases losses =
      firearm::FollowLosses(facts.events, stolen::AsLossReports(reports.facts), facts.released);
  for (const firearm::LossCaseFacts& one : losses.cases) {
    if (!one.is_cancelled) continue;
    for (const std::uint32_t report : one.reports) cancelled.insert(reports.members[report]);
  }
  return cancelled;
}

}  // namespace

linkage::v1::WeaponSupply SupplyOf(const ResolvedView& view, std::uint32_t weapon,
                                   const CanonicalVersions& canonical, const WeaponLife& life) {
  const std::vector<std::uint32_t>& members = view.resolution.weapons[weapon].members;
  const auto cancelled = CancelledLosses(view, weapon, canonical, life);
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
    one.loss_is_cancelled = cancelled.contains(members[i]) ||
                            (event.has_value() && life.facts.events[*event].is_cancelled);
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
