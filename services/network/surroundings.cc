#include "services/network/surroundings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/linkage/core/standing.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"
#include "storage/graph/graph_values.h"

namespace serieslink::network {
namespace {

using ::serieslink::linkage::TimeInterval;

NodeKey RecordKey(graph::RecordNumber record) { return {v1::NODE_KIND_RECORD, record}; }
NodeKey ExhibitKey(graph::ExhibitNumber exhibit) { return {v1::NODE_KIND_EXHIBIT, exhibit}; }

}  // namespace

absl::StatusOr<const stored::v1::RecordState*> Surroundings::StateOf(graph::RecordNumber record) {
  auto found = states_.find(record);
  if (found == states_.end()) {
    SL_ASSIGN_OR_RETURN(auto states, reader_.Records({record}));
    if (states[0].has_value() && !view::MaySee(viewer_, *states[0])) states[0].reset();
    found = states_.emplace(record, std::move(states[0])).first;
  }
  return found->second.has_value() ? &*found->second : nullptr;
}

absl::StatusOr<const Surroundings::Part*> Surroundings::Load(
    absl::Span<const graph::ExhibitNumber> exhibits,
    absl::Span<const graph::RecordNumber> records) {
  SL_ASSIGN_OR_RETURN(auto evidence, view::ComponentEvidence::LoadAll(reader_, viewer_, exhibits,
                                                                      bounds_, {}, records));
  const std::vector<graph::ExhibitNumber> members = evidence->members();
  if (evidence->is_too_large()) {
    has_met_too_large_ = true;
    for (const graph::ExhibitNumber member : members) part_of_exhibit_[member] = nullptr;
    return nullptr;
  }
  Part& part = parts_.emplace_back();
  part.evidence = std::move(evidence);
  part.view = part.evidence->At(revision_);
  for (std::uint32_t i = 0; i < part.view.exhibits.size(); ++i) {
    part.place_of_exhibit[part.view.exhibits[i].number] = i;
  }
  for (std::uint32_t i = 0; i < part.view.event_facts.size(); ++i) {
    const graph::RecordNumber record = part.view.event_facts[i].record_number;
    part.event_of_record[record] = part.view.events.event_of[i];
    part_of_record_.emplace(record, &part);
  }
  // Those that are not there at the revision have no part.
  for (const graph::ExhibitNumber member : members) {
    part_of_exhibit_[member] = part.place_of_exhibit.contains(member) ? &part : nullptr;
  }
  return &part;
}

absl::StatusOr<const Surroundings::Part*> Surroundings::PartOfExhibit(
    graph::ExhibitNumber exhibit) {
  if (const auto found = part_of_exhibit_.find(exhibit); found != part_of_exhibit_.end()) {
    return found->second;
  }
  SL_RETURN_IF_ERROR(Load({&exhibit, 1}, {}).status());
  return part_of_exhibit_.try_emplace(exhibit, nullptr).first->second;
}

absl::StatusOr<const Surroundings::Part*> Surroundings::PartOfRecord(graph::RecordNumber record) {
  if (const auto found = part_of_record_.find(record); found != part_of_record_.end()) {
    return found->second;
  }
  SL_RETURN_IF_ERROR(Load({}, {&record, 1}).status());
  return part_of_record_.try_emplace(record, nullptr).first->second;
}

absl::StatusOr<std::optional<NodeKey>> Surroundings::Find(const graph::ParsedId& id) {
  SL_ASSIGN_OR_RETURN(const auto targets, reader_.LookUpIds({id.id}));
  if (!targets[0].has_value()) return std::nullopt;
  const graph::IdTarget& target = *targets[0];
  switch (id.kind) {
    case graph::IdKind::kRecord: {
      SL_ASSIGN_OR_RETURN(const stored::v1::RecordState* const state, StateOf(target.record));
      if (state == nullptr) return std::nullopt;
      // A withdrawn record, and one that came later, are not there.
      const bool stands =
          std::any_of(state->versions().begin(), state->versions().end(), [&](const auto& version) {
            return !version.is_withdrawal() && version.from_revision() <= revision_ &&
                   revision_ < graph::FromStoredEnd(version.to_revision());
          });
      if (!stands) return std::nullopt;
      return RecordKey(target.record);
    }
    case graph::IdKind::kEvent:
      return EventOf(target.record, TimeInterval());
    default:
      break;
  }
  const graph::ExhibitNumber exhibit =
      graph::MakeExhibitNumber(target.record, target.ordinal.value_or(0));
  if (id.kind == graph::IdKind::kExhibit) {
    SL_ASSIGN_OR_RETURN(const Part* const part, PartOfExhibit(exhibit));
    if (part == nullptr) return std::nullopt;
    return ExhibitKey(exhibit);
  }
  return WeaponOf(exhibit);
}

absl::StatusOr<std::optional<NodeKey>> Surroundings::WeaponOf(graph::ExhibitNumber exhibit) {
  SL_ASSIGN_OR_RETURN(const Part* const part, PartOfExhibit(exhibit));
  if (part == nullptr) return std::nullopt;
  const std::uint32_t weapon = part->view.resolution.weapon_of[part->place_of_exhibit.at(exhibit)];
  return NodeKey{v1::NODE_KIND_WEAPON,
                 part->view.exhibits[part->view.resolution.NamingExhibit(weapon)].number};
}

absl::StatusOr<std::optional<NodeKey>> Surroundings::EventOf(graph::RecordNumber record,
                                                             const TimeInterval& period) {
  SL_ASSIGN_OR_RETURN(const Part* const part, PartOfRecord(record));
  if (part == nullptr) return std::nullopt;
  const auto index = part->event_of_record.find(record);
  if (index == part->event_of_record.end()) return std::nullopt;
  const linkage::Event& event = part->view.events.events[index->second];
  if (!linkage::Overlap(event.occurred, period)) return std::nullopt;
  return NodeKey{v1::NODE_KIND_EVENT, part->view.event_facts[event.records.front()].record_number};
}

absl::StatusOr<std::optional<NodeKey>> Surroundings::EventOfExhibit(graph::ExhibitNumber exhibit,
                                                                    const TimeInterval& period) {
  SL_ASSIGN_OR_RETURN(const Part* const part, PartOfExhibit(exhibit));
  if (part == nullptr) return std::nullopt;
  const graph::RecordNumber record =
      part->view.exhibit_facts[part->place_of_exhibit.at(exhibit)].event_record_number;
  if (record == 0) return std::nullopt;
  return EventOf(record, period);
}

absl::StatusOr<std::vector<graph::RecordNumber>> Surroundings::RecordsOf(const NodeKey& event) {
  SL_ASSIGN_OR_RETURN(const Part* const part, PartOfRecord(event.number));
  std::vector<graph::RecordNumber> records;
  if (part == nullptr) return records;
  const std::uint32_t index = part->event_of_record.at(event.number);
  for (const std::uint32_t place : part->view.events.events[index].records) {
    records.push_back(part->view.event_facts[place].record_number);
  }
  return records;
}

absl::StatusOr<std::vector<graph::ExhibitNumber>> Surroundings::ExhibitsOf(const NodeKey& node) {
  std::vector<graph::ExhibitNumber> exhibits;
  if (node.kind == v1::NODE_KIND_WEAPON) {
    SL_ASSIGN_OR_RETURN(const Part* const part, PartOfExhibit(node.number));
    if (part == nullptr) return exhibits;
    const std::uint32_t weapon =
        part->view.resolution.weapon_of[part->place_of_exhibit.at(node.number)];
    for (const std::uint32_t member : part->view.resolution.weapons[weapon].members) {
      exhibits.push_back(part->view.exhibits[member].number);
    }
    return exhibits;
  }
  SL_ASSIGN_OR_RETURN(const stored::v1::RecordState* const state, StateOf(node.number));
  const int count = state == nullptr ? 0 : state->exhibits_size();
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    const graph::ExhibitNumber exhibit =
        graph::MakeExhibitNumber(node.number, static_cast<std::uint32_t>(ordinal));
    SL_ASSIGN_OR_RETURN(const Part* const part, PartOfExhibit(exhibit));
    if (part != nullptr) exhibits.push_back(exhibit);
  }
  return exhibits;
}

absl::StatusOr<std::string> Surroundings::IdOf(const NodeKey& node) {
  const auto format = [](graph::IdKind kind, std::uint64_t public_id) {
    return graph::FormatPublicId(kind, graph::PublicId(public_id));
  };
  if (node.kind == v1::NODE_KIND_RECORD || node.kind == v1::NODE_KIND_EVENT) {
    SL_ASSIGN_OR_RETURN(const stored::v1::RecordState* const state, StateOf(node.number));
    if (state == nullptr) return absl::DataLossError("a node of the network has no record");
    return format(
        node.kind == v1::NODE_KIND_RECORD ? graph::IdKind::kRecord : graph::IdKind::kEvent,
        state->public_id());
  }
  SL_ASSIGN_OR_RETURN(const Part* const part, PartOfExhibit(node.number));
  if (part == nullptr) return absl::DataLossError("a node of the network has no exhibit");
  return format(
      node.kind == v1::NODE_KIND_EXHIBIT ? graph::IdKind::kExhibit : graph::IdKind::kWeapon,
      part->view.exhibit_facts[part->place_of_exhibit.at(node.number)].public_id);
}

absl::Status Surroundings::AddFindings(graph::ExhibitNumber exhibit, const Part& part,
                                       const StepFilter& filter, std::vector<Step>& steps) {
  const auto add = [&](const linkage::StandingFinding& finding,
                       graph::ExhibitNumber other) -> absl::Status {
    if (!filter.verdicts.contains(static_cast<int>(finding.verdict))) return absl::OkStatus();
    Step step;
    step.to = ExhibitKey(other);
    step.edge.set_kind(v1::EDGE_KIND_FINDING);
    SL_ASSIGN_OR_RETURN(*step.edge.mutable_first(), IdOf(ExhibitKey(exhibit)));
    SL_ASSIGN_OR_RETURN(*step.edge.mutable_second(), IdOf(step.to));
    // The same edge from both its ends.
    if (other < exhibit) step.edge.mutable_first()->swap(*step.edge.mutable_second());
    step.edge.set_finding_id(
        graph::FormatPublicId(graph::IdKind::kFinding, graph::PublicId(finding.statement.name)));
    step.edge.set_channel(static_cast<record::v1::Channel>(finding.statement.channel));
    step.edge.set_verdict(static_cast<record::v1::Verdict>(finding.verdict));
    step.edge.set_basis(static_cast<record::v1::Basis>(finding.statement.basis));
    steps.push_back(std::move(step));
    return absl::OkStatus();
  };
  const std::uint64_t own_id = part.view.exhibit_facts[part.place_of_exhibit.at(exhibit)].public_id;
  absl::flat_hash_map<std::uint64_t, graph::ExhibitNumber> number_of;
  for (std::uint32_t i = 0; i < part.view.exhibits.size(); ++i) {
    number_of[part.view.exhibit_facts[i].public_id] = part.view.exhibits[i].number;
  }
  for (const linkage::StandingFinding& finding : part.view.resolution.standing) {
    const linkage::Statement& statement = finding.statement;
    if (statement.first != own_id && statement.second != own_id) continue;
    const auto other =
        number_of.find(statement.first == own_id ? statement.second : statement.first);
    if (other != number_of.end()) SL_RETURN_IF_ERROR(add(finding, other->second));
  }
  // Leads and eliminations lead out of what confirmed findings connect.
  SL_ASSIGN_OR_RETURN(const auto stored, reader_.StatementsAbout(exhibit));
  std::vector<linkage::Statement> statements;
  absl::flat_hash_map<std::uint64_t, graph::ExhibitNumber> outside;
  for (const stored::v1::Statement& one : stored) {
    const bool is_newer = one.newer_exhibit() == exhibit;
    const graph::ExhibitNumber other = is_newer ? one.older_exhibit() : one.newer_exhibit();
    if (revision_ < one.from_revision() || revision_ >= graph::FromStoredEnd(one.to_revision()) ||
        part.place_of_exhibit.contains(other)) {
      continue;
    }
    SL_ASSIGN_OR_RETURN(const stored::v1::RecordState* const state,
                        StateOf(graph::RecordOf(other)));
    if (state == nullptr) continue;
    SL_ASSIGN_OR_RETURN(const Part* const there, PartOfExhibit(other));
    if (there == nullptr) continue;
    statements.push_back(view::StatementOf(one));
    outside[is_newer ? one.older_public_id() : one.newer_public_id()] = other;
  }
  for (const linkage::StandingFinding& finding : linkage::ResolveStanding(statements)) {
    const linkage::Statement& statement = finding.statement;
    SL_RETURN_IF_ERROR(
        add(finding, outside.at(statement.first == own_id ? statement.second : statement.first)));
  }
  return absl::OkStatus();
}

absl::Status Surroundings::AddRelatedEvents(const NodeKey& event, const Part& part,
                                            const StepFilter& filter, std::vector<Step>& steps) {
  const std::uint32_t own = part.event_of_record.at(event.number);
  std::set<NodeKey> related;
  for (const linkage::SharedReference& shared : part.view.events.shared) {
    if (std::find(shared.events.begin(), shared.events.end(), own) == shared.events.end()) {
      continue;
    }
    for (const std::uint32_t other : shared.events) {
      const linkage::Event& there = part.view.events.events[other];
      if (other == own || !linkage::Overlap(there.occurred, filter.period)) continue;
      related.insert(
          {v1::NODE_KIND_EVENT, part.view.event_facts[there.records.front()].record_number});
    }
  }
  for (const NodeKey& other : related) {
    Step step;
    step.to = other;
    step.edge.set_kind(v1::EDGE_KIND_EVENT_REFERENCE);
    SL_ASSIGN_OR_RETURN(*step.edge.mutable_first(), IdOf(std::min(event, other)));
    SL_ASSIGN_OR_RETURN(*step.edge.mutable_second(), IdOf(std::max(event, other)));
    steps.push_back(std::move(step));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Step>> Surroundings::StepsFrom(const NodeKey& node,
                                                          const StepFilter& filter) {
  std::vector<Step> steps;
  const auto add = [&](v1::EdgeKind kind, const NodeKey& first, const NodeKey& second,
                       const NodeKey& to) -> absl::Status {
    Step step;
    step.to = to;
    step.edge.set_kind(kind);
    SL_ASSIGN_OR_RETURN(*step.edge.mutable_first(), IdOf(first));
    SL_ASSIGN_OR_RETURN(*step.edge.mutable_second(), IdOf(second));
    steps.push_back(std::move(step));
    return absl::OkStatus();
  };
  const auto may_go_to = [&](v1::NodeKind kind) { return filter.node_kinds.contains(kind); };
  switch (node.kind) {
    case v1::NODE_KIND_RECORD: {
      if (may_go_to(v1::NODE_KIND_EXHIBIT)) {
        SL_ASSIGN_OR_RETURN(const auto exhibits, ExhibitsOf(node));
        for (const graph::ExhibitNumber exhibit : exhibits) {
          SL_RETURN_IF_ERROR(
              add(v1::EDGE_KIND_RECORD_EXHIBIT, node, ExhibitKey(exhibit), ExhibitKey(exhibit)));
        }
      }
      if (may_go_to(v1::NODE_KIND_EVENT)) {
        SL_ASSIGN_OR_RETURN(const auto event, EventOf(node.number, filter.period));
        if (event.has_value()) {
          SL_RETURN_IF_ERROR(add(v1::EDGE_KIND_RECORD_EVENT, node, *event, *event));
        }
      }
      break;
    }
    case v1::NODE_KIND_EXHIBIT: {
      SL_ASSIGN_OR_RETURN(const Part* const part, PartOfExhibit(node.number));
      if (part == nullptr) break;
      if (may_go_to(v1::NODE_KIND_RECORD)) {
        const NodeKey record = RecordKey(graph::RecordOf(node.number));
        SL_RETURN_IF_ERROR(add(v1::EDGE_KIND_RECORD_EXHIBIT, record, node, record));
      }
      if (may_go_to(v1::NODE_KIND_EXHIBIT)) {
        SL_RETURN_IF_ERROR(AddFindings(node.number, *part, filter, steps));
      }
      if (may_go_to(v1::NODE_KIND_WEAPON)) {
        const std::uint32_t weapon =
            part->view.resolution.weapon_of[part->place_of_exhibit.at(node.number)];
        if (part->view.resolution.weapons[weapon].members.size() > 1) {
          const NodeKey key = {
              v1::NODE_KIND_WEAPON,
              part->view.exhibits[part->view.resolution.NamingExhibit(weapon)].number};
          SL_RETURN_IF_ERROR(add(v1::EDGE_KIND_EXHIBIT_WEAPON, node, key, key));
        }
      }
      break;
    }
    case v1::NODE_KIND_EVENT: {
      SL_ASSIGN_OR_RETURN(const Part* const part, PartOfRecord(node.number));
      if (part == nullptr) break;
      if (may_go_to(v1::NODE_KIND_RECORD)) {
        SL_ASSIGN_OR_RETURN(const auto records, RecordsOf(node));
        for (const graph::RecordNumber record : records) {
          SL_RETURN_IF_ERROR(
              add(v1::EDGE_KIND_RECORD_EVENT, RecordKey(record), node, RecordKey(record)));
        }
      }
      if (may_go_to(v1::NODE_KIND_EVENT)) {
        SL_RETURN_IF_ERROR(AddRelatedEvents(node, *part, filter, steps));
      }
      break;
    }
    case v1::NODE_KIND_WEAPON: {
      if (!may_go_to(v1::NODE_KIND_EXHIBIT)) break;
      SL_ASSIGN_OR_RETURN(const auto exhibits, ExhibitsOf(node));
      for (const graph::ExhibitNumber exhibit : exhibits) {
        SL_RETURN_IF_ERROR(
            add(v1::EDGE_KIND_EXHIBIT_WEAPON, ExhibitKey(exhibit), node, ExhibitKey(exhibit)));
      }
      break;
    }
    default:
      break;
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step& a, const Step& b) { return a.to < b.to; });
  return steps;
}

absl::StatusOr<v1::Node> Surroundings::Describe(const NodeKey& node) {
  v1::Node out;
  SL_ASSIGN_OR_RETURN(*out.mutable_node_id(), IdOf(node));
  out.set_kind(node.kind);
  if (node.kind == v1::NODE_KIND_RECORD) {
    SL_ASSIGN_OR_RETURN(const stored::v1::RecordState* const state, StateOf(node.number));
    if (state != nullptr) out.set_agency(state->agency());
    return out;
  }
  if (node.kind == v1::NODE_KIND_EVENT) {
    SL_ASSIGN_OR_RETURN(const Part* const part, PartOfRecord(node.number));
    if (part == nullptr) return out;
    const linkage::Event& event = part->view.events.events[part->event_of_record.at(node.number)];
    out.set_event_kind(static_cast<record::v1::EventKind>(event.kind));
    view::SetInterval(event.occurred, *out.mutable_occurred());
    return out;
  }
  SL_ASSIGN_OR_RETURN(const Part* const part, PartOfExhibit(node.number));
  if (part == nullptr) return out;
  const std::uint32_t place = part->place_of_exhibit.at(node.number);
  if (node.kind == v1::NODE_KIND_EXHIBIT) {
    out.set_agency(part->view.exhibits[place].record->agency);
    out.set_exhibit_kind(
        static_cast<record::v1::ExhibitKind>(part->view.exhibit_facts[place].kind));
    return out;
  }
  const linkage::WeaponHistory& history =
      part->view.histories[part->view.resolution.weapon_of[place]];
  out.set_incident_count(static_cast<int>(history.incident_count));
  out.set_exhibit_count(static_cast<int>(history.exhibit_count));
  if (history.is_series) {
    out.set_series_id(graph::FormatPublicId(
        graph::IdKind::kSeries, graph::PublicId(part->view.exhibit_facts[place].public_id)));
  }
  return out;
}

}  // namespace serieslink::network
