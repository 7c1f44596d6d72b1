#include "services/view/series_of_records.h"

#include <set>

#include "services/view/component_evidence.h"
#include "storage/base/status_macros.h"

namespace serieslink::view {

absl::StatusOr<std::vector<std::vector<std::string>>> SeriesOfRecords(
    const Source& source, const Viewer& viewer, absl::Span<const graph::PublicId> records,
    graph::Revision revision, absl::Time deadline) {
  SL_ASSIGN_OR_RETURN(
      Cut cut, TakeCut(source, {.as_at = 0, .as_at_time = {}, .min_revision = revision}, deadline));
  graph::GraphReader& reader = cut.reader;
  SL_ASSIGN_OR_RETURN(const auto targets, reader.LookUpIds(records));
  std::vector<std::vector<std::string>> series(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& target = targets[i];
    if (records[i].empty() || !target.has_value()) continue;
    SL_ASSIGN_OR_RETURN(const auto states, reader.Records({target->record}));
    if (!states[0].has_value()) continue;
    std::set<std::string> ids;
    for (int ordinal = 0; ordinal < states[0]->exhibits_size(); ++ordinal) {
      const graph::ExhibitNumber exhibit =
          graph::MakeExhibitNumber(target->record, static_cast<std::uint32_t>(ordinal));
      SL_ASSIGN_OR_RETURN(const auto component,
                          reader.Components(graph::NodeType::kExhibit, {exhibit}));
      if (!component[0].has_value()) continue;
      SL_ASSIGN_OR_RETURN(const auto evidence, ComponentEvidence::Load(reader, exhibit));
      const ResolvedView view = evidence->At(viewer, cut.revision);
      const auto at = view.Find(exhibit);
      if (!at.has_value()) continue;
      const std::uint32_t weapon = view.resolution.weapon_of[*at];
      if (!view.histories[weapon].is_series) continue;
      const std::uint32_t first = view.resolution.weapons[weapon].members.front();
      ids.insert(graph::FormatPublicId(graph::IdKind::kSeries,
                                       graph::PublicId(view.exhibit_facts[first].public_id)));
    }
    series[i].assign(ids.begin(), ids.end());
  }
  return series;
}

}  // namespace serieslink::view
