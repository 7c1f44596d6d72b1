#include "services/view/found_versions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/view/canonical.h"
#include "storage/base/sort_and_drop_repeats.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::view {
namespace {

bool Stood(const stored::v1::RecordVersion& version, graph::Revision revision) {
  return !version.is_withdrawal() &&
         graph::RevisionInterval{version.from_revision(),
                                 graph::FromStoredEnd(version.to_revision())}
             .Contains(revision);
}

// Whether the version that is the log entry `sequence` is hidden by its own label.
bool IsHidden(const Viewer& viewer, const stored::v1::RecordState& state,
              graph::SequenceNumber sequence) {
  return std::any_of(state.versions().begin(), state.versions().end(),
                     [&](const stored::v1::RecordVersion& version) {
                       return version.sequence() == sequence &&
                              !MaySee(viewer, state.agency(), version.visibility());
                     });
}

}  // namespace

bool StoodAt(const stored::v1::RecordState& state, graph::SequenceNumber sequence,
             graph::Revision revision) {
  return std::any_of(state.versions().begin(), state.versions().end(),
                     [&](const stored::v1::RecordVersion& version) {
                       return version.sequence() == sequence && Stood(version, revision);
                     });
}

graph::SequenceNumber StandingSequence(const stored::v1::RecordState& state,
                                       graph::Revision revision) {
  for (const stored::v1::RecordVersion& version : state.versions()) {
    if (Stood(version, revision)) return version.sequence();
  }
  return 0;
}

absl::StatusOr<std::vector<FoundVersion>> FindVersions(Cut& cut, const Viewer& viewer,
                                                       absl::Span<const VersionOfRecord> versions) {
  std::vector<graph::RecordNumber> numbers;
  for (const VersionOfRecord& version : versions) numbers.push_back(version.record);
  base::SortAndDropRepeats(numbers);
  SL_ASSIGN_OR_RETURN(auto states, cut.reader.Records(numbers));
  absl::flat_hash_map<graph::RecordNumber, std::shared_ptr<const stored::v1::RecordState>> state_of;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!states[i].has_value() || !MaySee(viewer, *states[i])) continue;
    state_of[numbers[i]] = std::make_shared<const stored::v1::RecordState>(*std::move(states[i]));
  }
  std::vector<FoundVersion> found(versions.size());
  std::vector<graph::SequenceNumber> sequences;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const auto at = state_of.find(versions[i].record);
    if (at == state_of.end() || !StoodAt(*at->second, versions[i].sequence, cut.revision)) continue;
    if (cut.as_shown && IsHidden(viewer, *at->second, versions[i].sequence)) continue;
    found[i].number = versions[i].record;
    found[i].state = at->second;
    sequences.push_back(versions[i].sequence);
  }
  base::SortAndDropRepeats(sequences);
  SL_ASSIGN_OR_RETURN(const auto entries,
                      graph::LogReader(&cut.reader.snapshot()).Entries(sequences));
  absl::flat_hash_map<graph::SequenceNumber, std::shared_ptr<const record::v1::Record>> records;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    SL_ASSIGN_OR_RETURN(records[sequences[i]], CanonicalOf(entries[i]));
  }
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (found[i].state != nullptr) found[i].record = records[versions[i].sequence];
  }
  return found;
}

}  // namespace serieslink::view
