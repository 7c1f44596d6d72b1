#include "services/view/weapons_of_exhibits.h"

#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/view/component_evidence.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {

absl::StatusOr<std::vector<WeaponNames>> WeaponsOfExhibits(graph::GraphReader& reader,
                                                           const Viewer& viewer,
                                                           graph::Revision revision,
                                                           absl::Span<const SeenExhibit> exhibits) {
  std::vector<graph::ExhibitNumber> numbers;
  for (const SeenExhibit& exhibit : exhibits) numbers.push_back(exhibit.number);
  SL_ASSIGN_OR_RETURN(const auto components, reader.Components(graph::NodeType::kExhibit, numbers));
  // Of everything that was resolved, or met in what is too large.
  absl::flat_hash_map<graph::ExhibitNumber, WeaponNames> known;
  absl::flat_hash_set<graph::ExhibitNumber> too_large;
  std::vector<WeaponNames> weapons;
  for (std::size_t i = 0; i < exhibits.size(); ++i) {
    const graph::ExhibitNumber exhibit = exhibits[i].number;
    if (components[i].has_value() && !known.contains(exhibit)) {
      SL_ASSIGN_OR_RETURN(const auto evidence,
                          ComponentEvidence::Load(reader, viewer, exhibit, {}, too_large));
      for (const graph::ExhibitNumber member : evidence->members()) known[member];
      if (evidence->is_too_large()) {
        too_large.insert(evidence->members().begin(), evidence->members().end());
      } else {
        const ResolvedView view = evidence->At(revision);
        for (std::uint32_t at = 0; at < view.exhibits.size(); ++at) {
          const std::uint32_t weapon = view.resolution.weapon_of[at];
          const std::uint32_t first = view.resolution.NamingExhibit(weapon);
          const graph::PublicId name(view.exhibit_facts[first].public_id);
          WeaponNames& names = known[view.exhibits[at].number];
          names.weapon_id = graph::FormatPublicId(graph::IdKind::kWeapon, name);
          if (view.histories[weapon].is_series) {
            names.series_id = graph::FormatPublicId(graph::IdKind::kSeries, name);
          }
        }
      }
    }
    WeaponNames names = known[exhibit];
    if (names.weapon_id.empty() && !too_large.contains(exhibit)) {
      // A weapon of one exhibit is named after it.
      names.weapon_id =
          graph::FormatPublicId(graph::IdKind::kWeapon, graph::PublicId(exhibits[i].public_id));
    }
    weapons.push_back(std::move(names));
  }
  return weapons;
}

}  // namespace serieslink::view
