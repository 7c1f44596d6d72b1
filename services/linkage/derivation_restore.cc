// Refilling a derivation from what was derived before.
#include <utility>

#include "services/linkage/derivation.h"
#include "storage/base/status_macros.h"

namespace serieslink::linkage {

absl::StatusOr<RecordIndex> Derivation::RecordOf(std::uint64_t record_number) const {
  if (record_number == 0 || record_number > records_.size()) {
    return absl::DataLossError("a derived row names a record that is not there");
  }
  return static_cast<RecordIndex>(record_number - 1);
}

absl::StatusOr<ExhibitIndex> Derivation::ExhibitOf(std::uint64_t exhibit_number) const {
  SL_ASSIGN_OR_RETURN(const RecordIndex record, RecordOf(exhibit_number >> 16));
  const std::size_t ordinal = exhibit_number & 0xFFFF;
  if (ordinal >= records_[record].exhibits.size()) {
    return absl::DataLossError("a derived row names an exhibit that is not there");
  }
  return records_[record].exhibits[ordinal];
}

Derivation::PreparedRecord Derivation::PrepareRecord(std::uint64_t number,
                                                     const stored::v1::RecordState& state,
                                                     const record::v1::Record* asserting) const {
  PreparedRecord record;
  record.number = number;
  record.public_id = state.public_id();
  record.source_hash = view::SourceHash(state.agency(), state.source_system(), state.source_id());
  if (state.has_event()) {
    record.seriousness_log2 = KeptSeriousness(state.event().seriousness_log2());
    record.event = view::FactsOf(state.event(), number, state.public_id(), record.source_hash);
    for (const stored::v1::RecordVersion& version : state.versions()) {
      if (version.to_revision() == 0) record.standing = version.sequence();
    }
  }
  std::uint32_t guns = 0;
  for (const stored::v1::ExhibitState& exhibit : state.exhibits()) {
    guns += exhibit.has_facts() && view::IsGunListedApart(exhibit.facts().kind());
  }
  record.exhibits.resize(static_cast<std::size_t>(state.exhibits_size()));
  for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
    const stored::v1::ExhibitState& stored = state.exhibits(ordinal);
    PreparedRecord::Exhibit& exhibit = record.exhibits[static_cast<std::size_t>(ordinal)];
    exhibit.public_id = stored.public_id();
    exhibit.is_active = stored.has_facts();
    exhibit.facts = view::FactsOf(
        stored.facts(), stored.public_id(), number, static_cast<std::uint32_t>(ordinal),
        guns > 1 && view::IsGunListedApart(stored.facts().kind()), state.agency(),
        record.event.has_value() ? &*record.event : nullptr);
    if (exhibit.is_active) exhibit.places = BlockPlacesOf(exhibit.facts, rules_);
  }
  record.assertions = AssertionsOf(asserting);
  return record;
}

void Derivation::FetchAhead(const PreparedRecord& record) const {
  record_by_id_.Prefetch(record.public_id);
  for (const PreparedRecord::Exhibit& exhibit : record.exhibits) {
    exhibit_by_id_.Prefetch(exhibit.public_id);
    for (const BlockPlace& place : exhibit.places) blocks_.Prefetch(place.key);
  }
  if (record.event.has_value()) {
    for (const std::uint64_t reference : record.event->references) {
      records_by_reference_.prefetch(reference);
    }
  }
}

absl::Status Derivation::RestoreRecord(PreparedRecord restored) {
  SL_ASSIGN_OR_RETURN(const RecordIndex record,
                      FindOrAddRecord(restored.number, restored.public_id));
  records_[record].source_hash = restored.source_hash;
  if (restored.event.has_value()) {
    records_[record].seriousness_log2 = restored.seriousness_log2;
    KeepEvent(record, restored.event);
    if (restored.standing != 0) KeepLoss(record, restored.event, restored.standing);
    for (const std::uint64_t former : restored.event->former_sources) {
      claimants_.insert({former, record});
    }
    for (const std::uint64_t source : restored.event->spent_item_sources) {
      item_namers_.insert({source, record});
    }
    for (const std::uint64_t source : restored.event->other_item_sources) {
      item_namers_.insert({source, record});
    }
    for (const std::uint64_t reference : restored.event->references) {
      records_by_reference_[reference].push_back(record);
    }
  }
  ExhibitIndex only = kNone;
  int active = 0;
  for (std::size_t ordinal = 0; ordinal < restored.exhibits.size(); ++ordinal) {
    PreparedRecord::Exhibit& exhibit = restored.exhibits[ordinal];
    const ExhibitIndex index = static_cast<ExhibitIndex>(exhibits_.size());
    ExhibitNode& node = exhibits_.emplace_back();
    node.record = record;
    node.public_id = exhibit.public_id;
    node.ordinal = static_cast<std::uint16_t>(ordinal);
    node.active = exhibit.is_active;
    records_[record].exhibits.push_back(index);
    exhibit_by_id_.Add(index);
    KeepFacts(index, std::move(exhibit.facts));
    for (const BlockPlace& place : exhibit.places) AddToBlock(place, index);
    if (!exhibit.is_active) continue;
    only = index;
    ++active;
  }
  records_[record].only_exhibit = active == 1 ? only : kNone;
  SetAssertions(record, std::move(restored.assertions));
  return absl::OkStatus();
}

absl::Status Derivation::RestoreComponent(NodeKind kind, std::uint64_t node,
                                          std::uint64_t component) {
  if (kind == NodeKind::kRecord) {
    SL_ASSIGN_OR_RETURN(const RecordIndex record, RecordOf(node));
    RelationsOf(record).component = static_cast<std::uint32_t>(component);
    record_components_.Restore(record, component);
    return absl::OkStatus();
  }
  SL_ASSIGN_OR_RETURN(const ExhibitIndex exhibit, ExhibitOf(node));
  exhibits_[exhibit].component = static_cast<std::uint32_t>(component);
  exhibit_components_.Restore(exhibit, component);
  return absl::OkStatus();
}

void Derivation::RestoreLastComponents(std::uint64_t exhibits, std::uint64_t records) {
  exhibit_components_.RestoreLast(exhibits);
  record_components_.RestoreLast(records);
}

absl::Status Derivation::RestoreStatement(const stored::v1::Statement& stored) {
  SL_ASSIGN_OR_RETURN(const ExhibitIndex newer, ExhibitOf(stored.newer_exhibit()));
  SL_ASSIGN_OR_RETURN(const ExhibitIndex older, ExhibitOf(stored.older_exhibit()));
  const bool by_rule = !stored.rule().empty();
  const StatementIndex index =
      KeepStatement(view::StatementOf(stored), newer, older, by_rule,
                    by_rule ? PlaceOfRules(stored.rule()) : 0, stored.from_revision());
  if (by_rule) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(const RecordIndex by, RecordOf(stored.asserting_record()));
  for (const std::uint32_t assertion : records_[by].assertions) {
    if (assertions_[assertion].asserted.statement.name == stored.public_id()) {
      assertions_[assertion].attached.push_back(index);
    }
  }
  return absl::OkStatus();
}

absl::Status Derivation::RestoreMembership(NodeKind kind, std::uint64_t node, std::uint64_t from,
                                           std::uint64_t root) {
  if (kind == NodeKind::kRecord) {
    SL_ASSIGN_OR_RETURN(const RecordIndex record, RecordOf(node));
    EventRelations& relations = RelationsOf(record);
    relations.event_root = static_cast<std::uint32_t>(root);
    relations.event_from = from;
    return absl::OkStatus();
  }
  SL_ASSIGN_OR_RETURN(const ExhibitIndex exhibit, ExhibitOf(node));
  SL_ASSIGN_OR_RETURN(exhibits_[exhibit].weapon_root, ExhibitOf(root));
  exhibits_[exhibit].weapon_from = from;
  return absl::OkStatus();
}

absl::Status Derivation::RestoreWeapon(std::uint64_t root, std::uint64_t from,
                                       const stored::v1::WeaponState& state) {
  SL_ASSIGN_OR_RETURN(const ExhibitIndex exhibit, ExhibitOf(root));
  weapons_[exhibit] = WeaponNode{state.exhibit_count(), state.incident_count(), from};
  return absl::OkStatus();
}

}  // namespace serieslink::linkage
