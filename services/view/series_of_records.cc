#include "services/view/series_of_records.h"

#include <cstdint>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/view/component_evidence.h"
#include "storage/base/status_macros.h"

namespace serieslink::view {

absl::StatusOr<std::vector<std::vector<std::string>>> SeriesOfRecords(
    const Source& source, const Viewer& viewer, absl::Span<const graph::PublicId> records,
    graph::Revision revision, const Patience& patience) {
  RevisionWish wish;
  wish.min_revision = revision;
  SL_ASSIGN_OR_RETURN(Cut cut, TakeCut(source, wish, patience));
  graph::GraphReader& reader = cut.reader;
  SL_ASSIGN_OR_RETURN(const auto targets, reader.LookUpIds(records));
  std::vector<graph::RecordNumber> numbers;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!records[i].empty() && targets[i].has_value()) numbers.push_back(targets[i]->record);
  }
  SL_ASSIGN_OR_RETURN(const auto states, reader.Records(numbers));
  // Each component is resolved once: the series of each of its exhibits, empty for none.
  absl::flat_hash_map<graph::ExhibitNumber, std::string> series_of;
  absl::flat_hash_set<graph::ExhibitNumber> too_large;
  std::vector<std::vector<std::string>> series(records.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].empty() || !targets[i].has_value()) continue;
    const auto& state = states[next++];
    if (!state.has_value()) continue;
    std::vector<graph::ExhibitNumber> exhibits;
    for (int ordinal = 0; ordinal < state->exhibits_size(); ++ordinal) {
      exhibits.push_back(
          graph::MakeExhibitNumber(targets[i]->record, static_cast<std::uint32_t>(ordinal)));
    }
    SL_ASSIGN_OR_RETURN(const auto components,
                        reader.Components(graph::NodeType::kExhibit, exhibits));
    std::set<std::string> ids;
    for (std::size_t place = 0; place < exhibits.size(); ++place) {
      if (!components[place].has_value()) continue;  // joined with nothing
      const graph::ExhibitNumber exhibit = exhibits[place];
      if (!series_of.contains(exhibit)) {
        SL_ASSIGN_OR_RETURN(const auto evidence,
                            ComponentEvidence::Load(reader, viewer, exhibit, {}, too_large));
        for (const graph::ExhibitNumber member : evidence->members()) series_of[member];
        series_of[exhibit];
        if (evidence->is_too_large()) {
          too_large.insert(evidence->members().begin(), evidence->members().end());
          continue;
        }
        const ResolvedView view = evidence->At(cut.revision);
        for (std::uint32_t at = 0; at < view.exhibits.size(); ++at) {
          const std::uint32_t weapon = view.resolution.weapon_of[at];
          if (!view.histories[weapon].is_series) continue;
          const std::uint32_t first = view.resolution.NamingExhibit(weapon);
          series_of[view.exhibits[at].number] = graph::FormatPublicId(
              graph::IdKind::kSeries, graph::PublicId(view.exhibit_facts[first].public_id));
        }
      }
      if (const std::string& id = series_of[exhibit]; !id.empty()) ids.insert(id);
    }
    series[i].assign(ids.begin(), ids.end());
  }
  return series;
}

}  // namespace serieslink::view
