// What the exhibits of a record are: their numbers and ids, and which of them stand.
#include <algorithm>
#include <utility>

#include "services/linkage/derivation.h"

namespace serieslink::linkage {

using ::serieslink::stored::v1::RecordState;

absl::StatusOr<RecordIndex> Derivation::FindOrAddRecord(std::uint64_t record_number,
                                                        std::uint64_t public_id) {
  // Records are numbered from 1 in the order in which they come.
  const RecordIndex index = static_cast<RecordIndex>(record_number - 1);
  if (record_number - 1 < records_.size()) return index;
  if (record_number - 1 > records_.size()) {
    return absl::DataLossError("a record's number does not follow the one before");
  }
  RecordNode& node = records_.emplace_back();
  node.public_id = public_id;
  record_by_id_.Add(index);
  return index;
}

Derivation::Ordinals Derivation::StandingOrdinals(RecordIndex record,
                                                  const RecordState& state) const {
  const auto known = standing_of_large_.find(record);
  if (known != standing_of_large_.end()) return known->second;
  Ordinals standing;
  for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
    if (state.exhibits(ordinal).has_facts()) {
      standing.push_back(static_cast<std::uint32_t>(ordinal));
    }
  }
  return standing;
}

ExhibitIndex Derivation::FindOrAddExhibit(RecordIndex record, const std::string& reference,
                                          RecordState& state) {
  const int count = state.exhibits_size();
  for (int ordinal = 0; ordinal < std::min(count, kScannedMax); ++ordinal) {
    if (state.exhibits(ordinal).reference() == reference) {
      return records_[record].exhibits[ordinal];
    }
  }
  // Whether it is the exhibit of that id, which then is the record's and has the reference.
  const auto is_known = [&](std::uint64_t id) {
    const ExhibitIndex found = exhibit_by_id_.Find(id);
    if (found == kNone || exhibits_[found].record != record) return false;
    return state.exhibits(exhibits_[found].ordinal).reference() == reference;
  };
  std::uint64_t public_id = state.public_id();
  if (reference.empty()) {
    if (count > kScannedMax && is_known(public_id)) return exhibit_by_id_.Find(public_id);
  } else {
    // Should two exhibits share 60 bits, the later one takes the next attempt.
    const graph::SourceKey key{state.agency(), state.source_system(), state.source_id()};
    for (std::uint32_t attempt = 0;; ++attempt) {
      public_id = ids_->ForExhibit(key, reference, attempt).value();
      if (count > kScannedMax && is_known(public_id)) return exhibit_by_id_.Find(public_id);
      if (exhibit_by_id_.Find(public_id) == kNone && record_by_id_.Find(public_id) == kNone) break;
    }
  }
  const std::uint32_t ordinal = static_cast<std::uint32_t>(count);
  stored::v1::ExhibitState& exhibit = *state.add_exhibits();
  exhibit.set_reference(reference);
  exhibit.set_public_id(public_id);
  const ExhibitIndex index = static_cast<ExhibitIndex>(exhibits_.size());
  ExhibitNode& node = exhibits_.emplace_back();
  node.record = record;
  node.public_id = public_id;
  node.ordinal = static_cast<std::uint16_t>(ordinal);
  records_[record].exhibits.push_back(index);
  exhibit_by_id_.Add(index);
  changes_->ids.push_back({public_id, NumberOf(record), ordinal});
  ReattachUsers(public_id);
  // The first one was the only one until now, also of a record that was withdrawn (IsOnlyExhibit).
  if (ordinal == 1) ReattachUsers(records_[record].public_id);
  return index;
}

void Derivation::SetOnlyExhibit(RecordIndex record, absl::Span<const std::uint32_t> standing) {
  RecordNode& node = records_[record];
  const ExhibitIndex only = standing.size() == 1 ? node.exhibits[standing[0]] : kNone;
  if (only == node.only_exhibit) return;
  node.only_exhibit = only;
  ReattachUsers(node.public_id);
}

}  // namespace serieslink::linkage
