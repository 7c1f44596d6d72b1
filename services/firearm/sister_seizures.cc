#include "services/firearm/sister_seizures.h"

#include <set>
#include <utility>

#include "services/view/canonical.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::firearm {
namespace {

// The version of `state` that stands at `revision` and is no withdrawal; null when there is none.
const stored::v1::RecordVersion* StandingVersion(const stored::v1::RecordState& state,
                                                 graph::Revision revision) {
  for (const stored::v1::RecordVersion& version : state.versions()) {
    if (version.from_revision() <= revision && !version.is_withdrawal() &&
        revision < graph::FromStoredEnd(version.to_revision())) {
      return &version;
    }
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::vector<std::optional<SisterSeizure>>> FindSeizures(
    graph::GraphReader& reader, const view::Viewer& viewer, graph::Revision revision,
    const graph::IdKey& ids, absl::Span<const type::v1::SourceReference> names) {
  std::vector<graph::PublicId> wanted;
  for (const type::v1::SourceReference& name : names) {
    wanted.push_back(ids.ForRecord({name.agency(), name.source_system(), name.source_id()}));
  }
  SL_ASSIGN_OR_RETURN(const auto targets, reader.LookUpIds(wanted));
  std::vector<graph::RecordNumber> numbers;
  std::vector<std::size_t> places;  // in `names`, of each of them
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!targets[i].has_value()) continue;
    numbers.push_back(targets[i]->record);
    places.push_back(i);
  }
  SL_ASSIGN_OR_RETURN(const auto states, reader.Records(numbers));

  std::vector<std::optional<SisterSeizure>> seizures(names.size());
  std::vector<graph::SequenceNumber> sequences;
  std::vector<std::size_t> seen;  // in `names`, of each of them
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const type::v1::SourceReference& name = names[places[i]];
    // Two records can share the bits of an id, and then one of them has another.
    if (!states[i].has_value() || states[i]->agency() != name.agency() ||
        states[i]->source_system() != name.source_system() ||
        states[i]->source_id() != name.source_id() || !view::MaySee(viewer, *states[i])) {
      continue;
    }
    const stored::v1::RecordVersion* version = StandingVersion(*states[i], revision);
    if (version == nullptr) continue;
    SisterSeizure& seizure = seizures[places[i]].emplace();
    seizure.number = numbers[i];
    seizure.public_id = states[i]->public_id();
    seizure.agency = states[i]->agency();
    sequences.push_back(version->sequence());
    seen.push_back(places[i]);
  }
  SL_ASSIGN_OR_RETURN(const auto entries, graph::LogReader(&reader.snapshot()).Entries(sequences));
  for (std::size_t i = 0; i < seen.size(); ++i) {
    SL_ASSIGN_OR_RETURN(const auto record, view::CanonicalOf(entries[i]));
    if (record == nullptr || record->event().kind() != record::v1::EVENT_KIND_BORDER_SEIZURE) {
      seizures[seen[i]].reset();
      continue;
    }
    SisterSeizure& seizure = *seizures[seen[i]];
    if (record->event().has_occurred()) seizure.occurred = record->event().occurred();
    std::set<std::string> kinds;
    for (const record::v1::Exhibit& exhibit : record->exhibits()) {
      if (!exhibit.part_kind().empty() && kinds.insert(exhibit.part_kind()).second) {
        seizure.part_kinds.push_back(exhibit.part_kind());
      }
    }
  }
  return seizures;
}

}  // namespace serieslink::firearm
