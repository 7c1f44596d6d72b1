// What linkage keeps of exhibits, events and statements, and what the core compares of them.
#include <algorithm>
#include <utility>

#include "services/linkage/derivation.h"

namespace serieslink::linkage {

ExhibitFacts Derivation::FactsOf(ExhibitIndex exhibit) const {
  const ExhibitNode& node = exhibits_[exhibit];
  const Description& description = descriptions_[node.description];
  const std::uint64_t record_number = NumberOf(node.record);
  ExhibitFacts facts;
  facts.public_id = node.public_id;
  facts.exhibit_number = NumberOf(node);
  facts.record_number = record_number;
  facts.apart_key = node.is_apart ? record_number : 0;
  facts.event_record_number = node.is_of_event ? record_number : 0;
  facts.kind = description.kind;
  facts.calibre = description.calibre;
  facts.borough = node.borough;
  facts.make = description.make;
  facts.model = description.model;
  facts.part_kind = description.part_kind;
  facts.types = description.types;
  if (node.serial_length != 0) {
    facts.serials.push_back({.key = node.serial_key,
                             .likeness = node.serial_likeness,
                             .length = node.serial_length,
                             .part = static_cast<SerialPart>(node.serial_part),
                             .doubtful = node.serial_doubtful,
                             .partial = node.serial_partial});
  }
  if (node.has_more_serials) {
    const auto& more = more_serials_.at(exhibit);
    facts.serials.insert(facts.serials.end(), more.begin(), more.end());
  }
  if (node.has_custody) facts.custody = custody_.at(exhibit);
  return facts;
}

void Derivation::KeepFacts(ExhibitIndex exhibit, ExhibitFacts facts) {
  ExhibitNode& node = exhibits_[exhibit];
  node.description = descriptions_.PlaceOf({.make = facts.make,
                                            .model = facts.model,
                                            .part_kind = facts.part_kind,
                                            .types = facts.types,
                                            .calibre = facts.calibre,
                                            .kind = facts.kind});
  node.borough = facts.borough;
  node.is_apart = facts.apart_key != 0;
  node.is_of_event = facts.event_record_number != 0;
  const SerialFact first = facts.serials.empty() ? SerialFact() : facts.serials.front();
  node.serial_key = first.key;
  node.serial_likeness = first.likeness;
  node.serial_length = first.length;
  node.serial_part = static_cast<std::uint64_t>(first.part) & 0xF;
  node.serial_doubtful = first.doubtful;
  node.serial_partial = first.partial;
  if (node.has_more_serials) more_serials_.erase(exhibit);
  node.has_more_serials = facts.serials.size() > 1;
  if (node.has_more_serials) {
    more_serials_[exhibit].assign(facts.serials.begin() + 1, facts.serials.end());
  }
  if (node.has_custody) custody_.erase(exhibit);
  node.has_custody = facts.custody != nullptr;
  if (node.has_custody) custody_[exhibit] = std::move(facts.custody);
}

RecordEventFacts Derivation::EventFactsOf(RecordIndex record) const {
  const RecordNode& node = records_[record];
  const Scene& scene = scenes_[node.scene];
  RecordEventFacts facts;
  facts.record_number = NumberOf(record);
  facts.public_id = node.public_id;
  facts.kind = scene.kind;
  facts.occurred = node.occurred;
  facts.borough = scene.borough;
  facts.force_area = scene.force_area;
  facts.source = node.source_hash;
  if (node.relations == kNone) return facts;
  const EventRelations& relations = relations_[node.relations];
  const auto cited = relations.keys.begin() + relations.reference_count;
  const auto former = cited + relations.cited_count;
  facts.references.assign(relations.keys.begin(), cited);
  facts.cited_references.assign(cited, former);
  const auto spent = former + relations.former_count;
  const auto other = spent + relations.spent_item_count;
  facts.former_sources.assign(former, spent);
  facts.spent_item_sources.assign(spent, other);
  facts.other_item_sources.assign(other, relations.keys.end());
  return facts;
}

void Derivation::KeepEvent(RecordIndex record, const std::optional<RecordEventFacts>& event) {
  RecordNode& node = records_[record];
  node.has_event = event.has_value();
  static const auto* const nothing = new RecordEventFacts();
  const RecordEventFacts& facts = event.has_value() ? *event : *nothing;
  node.occurred = facts.occurred;
  node.scene = scenes_.PlaceOf(
      {.borough = facts.borough, .force_area = facts.force_area, .kind = facts.kind});
  const auto lists = {&facts.references, &facts.cited_references, &facts.former_sources,
                      &facts.spent_item_sources, &facts.other_item_sources};
  const bool is_related =
      std::any_of(lists.begin(), lists.end(), [](const auto* list) { return !list->empty(); });
  if (node.relations == kNone && !is_related) return;
  EventRelations& relations = RelationsOf(record);
  relations.keys.clear();
  for (const auto* const list : lists) {
    relations.keys.insert(relations.keys.end(), list->begin(), list->end());
  }
  relations.reference_count = static_cast<std::uint32_t>(facts.references.size());
  relations.cited_count = static_cast<std::uint32_t>(facts.cited_references.size());
  relations.former_count = static_cast<std::uint32_t>(facts.former_sources.size());
  relations.spent_item_count = static_cast<std::uint32_t>(facts.spent_item_sources.size());
}

EventRelations& Derivation::RelationsOf(RecordIndex record) {
  std::uint32_t& place = records_[record].relations;
  if (place == kNone) {
    place = static_cast<std::uint32_t>(relations_.size());
    relations_.emplace_back();
  }
  return relations_[place];
}

std::uint64_t Derivation::ComponentOf(RecordIndex record) const {
  const std::uint32_t place = records_[record].relations;
  return place == kNone ? 0 : relations_[place].component;
}

Statement Derivation::StatementOf(const StatementNode& node) const {
  Statement statement;
  if (!node.by_rule) statement = stated_[node.origin];
  statement.SetPair(exhibits_[node.newer].public_id, exhibits_[node.older].public_id);
  statement.verdict = node.verdict;
  statement.channel = node.channel;
  statement.trusted = node.trusted;
  statement.name = node.name;
  statement.weight_log2 = node.weight_log2;
  if (node.by_rule) statement.basis = Basis::kRule;
  return statement;
}

StatementIndex Derivation::KeepStatement(const Statement& statement, ExhibitIndex a, ExhibitIndex b,
                                         bool by_rule, std::uint32_t rules,
                                         std::uint64_t from_revision) {
  StatementIndex index = static_cast<StatementIndex>(statements_.size());
  if (free_statements_.empty()) {
    statements_.emplace_back();
  } else {
    index = free_statements_.back();
    free_statements_.pop_back();
  }
  StatementNode& node = statements_[index];
  node.name = statement.name;
  node.from_revision = from_revision;
  node.weight_log2 = statement.weight_log2;
  const bool a_is_newer = NumberOf(exhibits_[a]) > NumberOf(exhibits_[b]);
  node.newer = a_is_newer ? a : b;
  node.older = a_is_newer ? b : a;
  node.channel = statement.channel;
  node.verdict = statement.verdict;
  node.trusted = statement.trusted;
  node.by_rule = by_rule;
  node.origin = rules;
  if (!by_rule) {
    if (free_stated_.empty()) {
      node.origin = static_cast<std::uint32_t>(stated_.size());
      stated_.push_back(statement);
    } else {
      node.origin = free_stated_.back();
      free_stated_.pop_back();
      stated_[node.origin] = statement;
    }
  }
  for (const ExhibitIndex end : {a, b}) {
    exhibits_[end].statements.push_back(index);
    if (!by_rule) exhibits_[end].was_asserted = 1;
  }
  return index;
}

}  // namespace serieslink::linkage
