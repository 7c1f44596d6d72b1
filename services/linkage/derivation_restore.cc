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

absl::Status Derivation::RestoreRecord(std::uint64_t record_number,
                                       const stored::v1::RecordState& state,
                                       const record::v1::Record* asserting) {
  SL_ASSIGN_OR_RETURN(const RecordIndex record, FindOrAddRecord(record_number, state.public_id()));
  records_[record].source_hash =
      view::SourceHash(state.agency(), state.source_system(), state.source_id());
  std::optional<RecordEventFacts> event;
  if (state.has_event()) {
    RecordNode& node = records_[record];
    node.seriousness_log2 = KeptSeriousness(state.event().seriousness_log2());
    event = view::FactsOf(state.event(), record_number, state.public_id(), node.source_hash);
    KeepEvent(record, event);
    for (const stored::v1::RecordVersion& version : state.versions()) {
      if (version.to_revision() == 0) KeepLoss(record, event, version.sequence());
    }
    for (const std::uint64_t former : event->former_sources) claimants_.insert({former, record});
    for (const std::uint64_t reference : event->references) {
      records_by_reference_[reference].push_back(record);
    }
  }
  std::uint32_t guns = 0;
  for (const stored::v1::ExhibitState& exhibit : state.exhibits()) {
    guns += exhibit.has_facts() && view::IsGunListedApart(exhibit.facts().kind());
  }
  for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
    const stored::v1::ExhibitState& exhibit = state.exhibits(ordinal);
    const ExhibitIndex index = static_cast<ExhibitIndex>(exhibits_.size());
    ExhibitNode& node = exhibits_.emplace_back();
    node.record = record;
    node.public_id = exhibit.public_id();
    node.ordinal = static_cast<std::uint16_t>(ordinal);
    node.active = exhibit.has_facts();
    records_[record].exhibits.push_back(index);
    exhibit_by_id_.Add(index);
    const ExhibitFacts facts = view::FactsOf(
        exhibit.facts(), exhibit.public_id(), record_number, static_cast<std::uint32_t>(ordinal),
        guns > 1 && view::IsGunListedApart(exhibit.facts().kind()), state.agency(),
        event.has_value() ? &*event : nullptr);
    KeepFacts(index, facts);
    if (node.active) {
      for (const BlockPlace& place : BlockPlacesOf(facts, rules_)) AddToBlock(place, index);
    }
  }
  ExhibitIndex only = kNone;
  int active = 0;
  for (const ExhibitIndex exhibit : records_[record].exhibits) {
    if (!exhibits_[exhibit].active) continue;
    only = exhibit;
    ++active;
  }
  records_[record].only_exhibit = active == 1 ? only : kNone;
  SetAssertions(record, asserting);
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
