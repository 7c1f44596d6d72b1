#include "services/firearm/sister_seizures.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "services/linkage/core/facts.h"
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

// Whether the record of `state` tells anything at `revision` that `viewer` may see.
bool IsTold(const stored::v1::RecordState& state, const view::Viewer& viewer,
            graph::Revision revision) {
  return view::MaySee(viewer, state) && StandingVersion(state, revision) != nullptr;
}

using NumberedState = std::pair<graph::RecordNumber, stored::v1::RecordState>;

// Exhibits of a record by which it is found what the record is now: any one of them tells.
constexpr int kFollowedExhibitsMax = 16;

// The record that `record`, whose state is `state`, is now: one that names its id as a former one
// and is told. None where there is no such.
absl::StatusOr<std::optional<NumberedState>> PresentOf(graph::GraphReader& reader,
                                                       const view::Viewer& viewer,
                                                       graph::Revision revision,
                                                       graph::RecordNumber record,
                                                       const stored::v1::RecordState& state) {
  for (int e = 0; e < std::min(state.exhibits_size(), kFollowedExhibitsMax); ++e) {
    const graph::ExhibitNumber exhibit =
        graph::MakeExhibitNumber(record, static_cast<std::uint32_t>(e));
    SL_ASSIGN_OR_RETURN(const auto statements, reader.StatementsAbout(exhibit));
    for (const stored::v1::Statement& one : statements) {
      // It is the record under its present id that says so.
      if (static_cast<linkage::Relation>(one.relation()) != linkage::Relation::kOneRecord ||
          one.asserting_record() == record || revision < one.from_revision() ||
          revision >= graph::FromStoredEnd(one.to_revision())) {
        continue;
      }
      SL_ASSIGN_OR_RETURN(const auto found, reader.Records({one.asserting_record()}));
      if (found[0].has_value() && IsTold(*found[0], viewer, revision)) {
        return NumberedState(one.asserting_record(), *found[0]);
      }
    }
  }
  return std::nullopt;
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
  SL_ASSIGN_OR_RETURN(auto states, reader.Records(numbers));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const type::v1::SourceReference& name = names[places[i]];
    // Two records can share the bits of an id, and then one of them has another.
    if (!states[i].has_value() || states[i]->agency() != name.agency() ||
        states[i]->source_system() != name.source_system() ||
        states[i]->source_id() != name.source_id()) {
      states[i].reset();
      continue;
    }
    if (IsTold(*states[i], viewer, revision)) continue;
    SL_ASSIGN_OR_RETURN(auto present, PresentOf(reader, viewer, revision, numbers[i], *states[i]));
    states[i].reset();
    if (present.has_value()) std::tie(numbers[i], states[i]) = *std::move(present);
  }

  std::vector<std::optional<SisterSeizure>> seizures(names.size());
  std::vector<graph::SequenceNumber> sequences;
  std::vector<std::size_t> seen;  // in `names`, of each of them
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!states[i].has_value()) continue;
    SisterSeizure& seizure = seizures[places[i]].emplace();
    seizure.number = numbers[i];
    seizure.public_id = states[i]->public_id();
    seizure.agency = states[i]->agency();
    sequences.push_back(StandingVersion(*states[i], revision)->sequence());
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
