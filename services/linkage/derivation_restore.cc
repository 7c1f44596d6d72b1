// Refilling a derivation from what was derived before.
#include <utility>

#include "services/linkage/derivation.h"

namespace serieslink::linkage {

void Derivation::RestoreRecord(std::uint64_t record_number, const stored::v1::RecordState& state,
                               const record::v1::Record* asserting) {
  const RecordIndex record =
      FindOrAddRecord(record_number, state.public_id(),
                      view::SourceHash(state.agency(), state.source_system(), state.source_id()));
  if (state.has_event()) {
    RecordNode& node = records_[record];
    node.has_event = true;
    node.event = view::FactsOf(state.event(), record_number, state.public_id());
    for (const std::uint64_t reference : node.event.references) {
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
    node.active = exhibit.has_facts();
    node.facts = view::FactsOf(
        exhibit.facts(), exhibit.public_id(), record_number, static_cast<std::uint32_t>(ordinal),
        guns > 1 && view::IsGunListedApart(exhibit.facts().kind()), state.has_event());
    records_[record].exhibits.push_back(index);
    exhibit_by_id_[exhibit.public_id()] = index;
    if (node.active) {
      for (const std::uint64_t key : BlockKeys(node.facts, rules_)) {
        exhibits_by_serial_[key].push_back(index);
      }
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
}

void Derivation::RestoreComponent(NodeKind kind, std::uint64_t node, std::uint64_t component) {
  const RecordIndex record = record_by_number_.at(kind == NodeKind::kExhibit ? node >> 16 : node);
  if (kind == NodeKind::kRecord) {
    records_[record].component = component;
    record_components_.Restore(record, component);
    return;
  }
  const ExhibitIndex exhibit = records_[record].exhibits.at(node & 0xFFFF);
  exhibits_[exhibit].component = component;
  exhibit_components_.Restore(exhibit, component);
}

void Derivation::RestoreLastComponents(std::uint64_t exhibits, std::uint64_t records) {
  exhibit_components_.RestoreLast(exhibits);
  record_components_.RestoreLast(records);
}

void Derivation::RestoreStatement(const stored::v1::Statement& stored) {
  const auto exhibit = [&](std::uint64_t number) {
    return records_[record_by_number_.at(number >> 16)].exhibits.at(number & 0xFFFF);
  };
  const StatementIndex index = static_cast<StatementIndex>(statements_.size());
  StatementNode& node = statements_.emplace_back();
  node.statement = view::StatementOf(stored);
  node.newer = exhibit(stored.newer_exhibit());
  node.older = exhibit(stored.older_exhibit());
  node.from_revision = stored.from_revision();
  node.by_rule = !stored.rule().empty();
  node.open = true;
  exhibits_[node.newer].statements.push_back(index);
  exhibits_[node.older].statements.push_back(index);
  if (node.by_rule) return;
  const RecordIndex by = record_by_number_.at(stored.asserting_record());
  for (const std::uint32_t assertion : records_[by].assertions) {
    if (assertions_[assertion].asserted.statement.name == stored.public_id()) {
      assertions_[assertion].attached = index;
    }
  }
}

void Derivation::RestoreMembership(NodeKind kind, std::uint64_t node, std::uint64_t from,
                                   std::uint64_t root) {
  const RecordIndex record = record_by_number_.at(kind == NodeKind::kExhibit ? node >> 16 : node);
  if (kind == NodeKind::kRecord) {
    records_[record].event_root = root;
    records_[record].event_from = from;
    return;
  }
  ExhibitNode& exhibit = exhibits_[records_[record].exhibits.at(node & 0xFFFF)];
  exhibit.weapon_root = root;
  exhibit.weapon_from = from;
}

void Derivation::RestoreWeapon(std::uint64_t root, std::uint64_t from,
                               const stored::v1::WeaponState& state) {
  weapons_[root] = WeaponNode{state.exhibit_count(), state.incident_count(), from};
}

}  // namespace serieslink::linkage
