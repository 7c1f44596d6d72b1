#include "services/view/component_evidence.h"

#include <algorithm>
#include <utility>

#include "services/view/canonical.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::view {

std::optional<std::uint32_t> ResolvedView::Find(graph::ExhibitNumber number) const {
  for (std::uint32_t i = 0; i < exhibits.size(); ++i) {
    if (exhibits[i].number == number) return i;
  }
  return std::nullopt;
}

absl::StatusOr<std::unique_ptr<ComponentEvidence>> ComponentEvidence::Load(
    graph::GraphReader& reader, graph::ExhibitNumber exhibit) {
  std::unique_ptr<ComponentEvidence> evidence(new ComponentEvidence());
  SL_ASSIGN_OR_RETURN(const auto component,
                      reader.Components(graph::NodeType::kExhibit, {exhibit}));
  if (component[0].has_value()) {
    SL_ASSIGN_OR_RETURN(evidence->members_,
                        reader.ComponentMembers(graph::NodeType::kExhibit, *component[0]));
  } else {
    evidence->members_ = {exhibit};
  }

  // Records of the members, and those that share a reference with one of them.
  std::set<graph::RecordNumber> own;
  for (const graph::ExhibitNumber member : evidence->members_) own.insert(graph::RecordOf(member));
  std::set<graph::RecordNumber> all = own;
  SL_ASSIGN_OR_RETURN(const auto related,
                      reader.Components(graph::NodeType::kRecord,
                                        std::vector<graph::RecordNumber>(own.begin(), own.end())));
  std::set<std::uint64_t> seen;
  for (const std::optional<std::uint64_t>& one : related) {
    if (!one.has_value() || !seen.insert(*one).second) continue;
    SL_ASSIGN_OR_RETURN(const auto records,
                        reader.ComponentMembers(graph::NodeType::kRecord, *one));
    all.insert(records.begin(), records.end());
  }
  const std::vector<graph::RecordNumber> numbers(all.begin(), all.end());
  SL_ASSIGN_OR_RETURN(auto states, reader.Records(numbers));
  std::vector<graph::SequenceNumber> sequences;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!states[i].has_value()) return absl::DataLossError("the state of a record is missing");
    auto record = std::make_unique<LoadedRecord>();
    record->number = numbers[i];
    record->state = *std::move(states[i]);
    record->has_members = own.contains(numbers[i]);
    for (const stored::v1::RecordVersion& version : record->state.versions()) {
      if (version.from_revision() == version.to_revision()) continue;  // stale on arrival
      record->versions.push_back(LoadedVersion{.sequence = version.sequence(),
                                               .from = version.from_revision(),
                                               .to = graph::FromStoredEnd(version.to_revision()),
                                               .record = nullptr});
      sequences.push_back(version.sequence());
    }
    evidence->record_places_[numbers[i]] = evidence->records_.size();
    evidence->records_.push_back(std::move(record));
  }
  SL_ASSIGN_OR_RETURN(const auto entries, graph::LogReader(&reader.snapshot()).Entries(sequences));
  std::size_t next = 0;
  for (const auto& record : evidence->records_) {
    for (LoadedVersion& version : record->versions) {
      SL_ASSIGN_OR_RETURN(version.record, CanonicalOf(entries[next++]));
    }
  }

  for (const graph::ExhibitNumber member : evidence->members_) {
    SL_ASSIGN_OR_RETURN(auto statements, reader.StatementsUnder(member));
    for (stored::v1::Statement& statement : statements) {
      if (std::binary_search(evidence->members_.begin(), evidence->members_.end(),
                             statement.older_exhibit())) {
        evidence->statements_.push_back(std::move(statement));
      }
    }
  }
  std::set<graph::RecordNumber> asserting;
  for (const stored::v1::Statement& statement : evidence->statements_) {
    if (statement.asserting_record() != 0) asserting.insert(statement.asserting_record());
  }
  const std::vector<graph::RecordNumber> by(asserting.begin(), asserting.end());
  SL_ASSIGN_OR_RETURN(auto by_states, reader.Records(by));
  for (std::size_t i = 0; i < by.size(); ++i) {
    if (by_states[i].has_value()) evidence->asserting_[by[i]] = *std::move(by_states[i]);
  }
  return evidence;
}

std::optional<std::uint64_t> ComponentEvidence::AssertingRecord(const Viewer& viewer,
                                                                graph::RecordNumber record) const {
  const auto found = asserting_.find(record);
  if (found == asserting_.end()) return std::nullopt;
  const stored::v1::RecordState& state = found->second;
  int visibility = type::v1::VISIBILITY_OWNER;
  for (const stored::v1::RecordVersion& version : state.versions()) {
    const bool is_stale = version.from_revision() == version.to_revision();
    if (!is_stale && !version.is_withdrawal()) visibility = version.visibility();
  }
  if (!MaySee(viewer, state.agency(), visibility)) return std::nullopt;
  return state.public_id();
}

bool ComponentEvidence::IsVisible(const LoadedRecord& record, const Viewer& viewer) {
  int visibility = type::v1::VISIBILITY_OWNER;
  for (const LoadedVersion& version : record.versions) {
    if (version.record != nullptr) visibility = version.record->visibility();
  }
  return MaySee(viewer, record.state.agency(), visibility);
}

const record::v1::Record* ComponentEvidence::Standing(const LoadedRecord& record,
                                                      const Viewer& viewer,
                                                      graph::Revision revision) {
  if (!IsVisible(record, viewer)) return nullptr;
  for (const LoadedVersion& version : record.versions) {
    if (version.from <= revision && revision < version.to) return version.record.get();
  }
  return nullptr;
}

ResolvedView ComponentEvidence::At(const Viewer& viewer, graph::Revision revision) const {
  ResolvedView view;
  absl::flat_hash_map<graph::ExhibitNumber, std::uint32_t> places;
  for (const auto& record : records_) {
    const record::v1::Record* version = Standing(*record, viewer, revision);
    if (version == nullptr) continue;
    const std::optional<stored::v1::EventFacts> event = StoredFactsOf(*version);
    if (event.has_value()) {
      view.events_of_records.push_back({record.get(), version});
      view.event_facts.push_back(FactsOf(*event, record->number, record->state.public_id()));
    }
    if (!record->has_members) continue;
    int guns = 0;
    for (const auto& exhibit : version->exhibits()) {
      guns += IsGunListedApart(exhibit.kind());
    }
    for (int place = 0; place < version->exhibits_size(); ++place) {
      const record::v1::Exhibit& exhibit = version->exhibits(place);
      int ordinal = 0;
      while (ordinal < record->state.exhibits_size() &&
             record->state.exhibits(ordinal).reference() != exhibit.exhibit_reference()) {
        ++ordinal;
      }
      if (ordinal == record->state.exhibits_size()) continue;
      const graph::ExhibitNumber number =
          graph::MakeExhibitNumber(record->number, static_cast<std::uint32_t>(ordinal));
      if (!std::binary_search(members_.begin(), members_.end(), number)) continue;
      places[number] = static_cast<std::uint32_t>(view.exhibits.size());
      view.exhibits.push_back({number, record.get(), version, place});
      view.exhibit_facts.push_back(
          FactsOf(StoredFactsOf(exhibit), record->state.exhibits(ordinal).public_id(),
                  record->number, static_cast<std::uint32_t>(ordinal),
                  guns > 1 && IsGunListedApart(exhibit.kind()), event.has_value()));
    }
  }
  std::vector<linkage::Statement> statements;
  for (const stored::v1::Statement& statement : statements_) {
    if (statement.from_revision() > revision ||
        revision >= graph::FromStoredEnd(statement.to_revision()) ||
        !places.contains(statement.newer_exhibit()) ||
        !places.contains(statement.older_exhibit())) {
      continue;
    }
    view.statements.push_back(&statement);
    statements.push_back(StatementOf(statement));
  }
  view.resolution = linkage::Resolve(view.exhibit_facts, statements);
  view.events = linkage::ResolveEvents(view.event_facts);
  view.histories =
      linkage::ResolveHistories(view.exhibit_facts, view.resolution, view.event_facts, view.events);
  return view;
}

std::vector<std::uint64_t> ComponentEvidence::RecordsChangedAt(const Viewer& viewer,
                                                               graph::Revision revision) const {
  std::vector<std::uint64_t> changed;
  for (const auto& record : records_) {
    if (!IsVisible(*record, viewer)) continue;
    for (const LoadedVersion& version : record->versions) {
      if (version.from != revision) continue;
      changed.push_back(record->state.public_id());
      break;
    }
  }
  return changed;
}

std::vector<graph::Revision> ComponentEvidence::ChangesUpTo(graph::Revision revision) const {
  std::set<graph::Revision> changes;
  for (const auto& record : records_) {
    for (const LoadedVersion& version : record->versions) {
      changes.insert(version.from);
      changes.insert(version.to);
    }
  }
  for (const stored::v1::Statement& statement : statements_) {
    changes.insert(statement.from_revision());
    changes.insert(graph::FromStoredEnd(statement.to_revision()));
  }
  return std::vector<graph::Revision>(changes.begin(), changes.upper_bound(revision));
}

}  // namespace serieslink::view
