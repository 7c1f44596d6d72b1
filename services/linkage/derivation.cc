#include "services/linkage/derivation.h"

#include <algorithm>
#include <utility>

#include "services/linkage/core/events.h"
#include "services/linkage/core/resolve.h"
#include "services/linkage/core/series.h"
#include "services/view/analyst_acts.h"
#include "services/view/border_terms.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "services/view/generations.h"
#include "services/view/loss_terms.h"
#include "services/view/report_source.h"
#include "storage/base/status_macros.h"

namespace serieslink::linkage {
namespace {

using ::serieslink::stored::v1::RecordState;

// How many entries ahead the places of ids are asked for from memory: ids are random, and a large
// table's places are in no cache.
constexpr std::size_t kFetchAhead = 4;

bool AreComparedAlike(const ExhibitFacts& a, const ExhibitFacts& b) {
  const bool are_held_alike = a.custody == nullptr || b.custody == nullptr
                                  ? a.custody == b.custody
                                  : *a.custody == *b.custody;
  return are_held_alike && a.apart_key == b.apart_key &&
         a.event_record_number == b.event_record_number && a.kind == b.kind &&
         a.calibre == b.calibre && a.make == b.make && a.model == b.model && a.types == b.types &&
         a.part_kind == b.part_kind && a.borough == b.borough && a.serials == b.serials;
}

bool AreComparedAlike(const RecordEventFacts& a, const RecordEventFacts& b) {
  return a.kind == b.kind && a.occurred == b.occurred && a.borough == b.borough &&
         a.force_area == b.force_area && a.references == b.references &&
         a.cited_references == b.cited_references && a.former_sources == b.former_sources &&
         a.spent_item_sources == b.spent_item_sources &&
         a.other_item_sources == b.other_item_sources;
}

std::uint32_t CountGunsListedApart(const RecordState& state,
                                   absl::Span<const std::uint32_t> standing) {
  std::uint32_t guns = 0;
  for (const std::uint32_t ordinal : standing) {
    guns += view::IsGunListedApart(state.exhibits(static_cast<int>(ordinal)).facts().kind());
  }
  return guns;
}

}  // namespace

Derivation::Derivation(RuleSet rules, ConfirmationPolicy policy, const graph::IdKey* ids,
                       LoadRecords load_records, LoadStanding load_standing)
    : rules_(std::move(rules)),
      rule_names_({RuleName(rules_)}),
      policy_(std::move(policy)),
      ids_(ids),
      load_records_(std::move(load_records)),
      load_standing_(std::move(load_standing)) {}

// --- One commit of the log
// -------------------------------------------------------------------------

absl::Status Derivation::Apply(const graph::LogBatch& batch, DerivedChanges& changes) {
  revision_ = batch.revision;
  commit_time_us_ = absl::ToUnixMicros(batch.commit_time);
  changes_ = &changes;
  first_new_record_ = static_cast<RecordIndex>(records_.size());
  enquiries_.DropExpired(commit_time_us_);
  SL_RETURN_IF_ERROR(LoadStates(batch));
  // Rules are in force from their revision on, and its records are judged by them wherever in the
  // commit they lie: the generation that a finding began in then is the one that made it.
  for (const graph::LogItem& item : batch.items) {
    if (!item.entry.has_adoption() || item.entry.is_stale()) continue;
    SL_ASSIGN_OR_RETURN(RuleSet rules, view::RulesOf(item.entry.adoption().generation().rules()));
    SL_RETURN_IF_ERROR(AdoptRules(std::move(rules), /*is_alone=*/batch.items.size() == 1));
  }
  for (std::size_t i = 0; i < batch.items.size(); ++i) {
    if (i + kFetchAhead < batch.items.size()) FetchAhead(batch.items[i + kFetchAhead].entry);
    SL_RETURN_IF_ERROR(ApplyItem(batch.first_sequence + i, batch.items[i]));
  }
  ResolveEventsTouched();
  ResolveWeaponsTouched();
  SL_RETURN_IF_ERROR(NoteLossesTouched());
  QueuePairsTouched();
  NoteNews();
  SetEnquiries();
  changes_ = nullptr;
  return absl::OkStatus();
}

void Derivation::FetchAhead(const stored::v1::LogEntry& entry) const {
  record_by_id_.Prefetch(entry.public_id());
  exhibit_by_id_.Prefetch(entry.public_id());
  assertions_by_end_.prefetch(entry.public_id());
}

absl::Status Derivation::LoadStates(const graph::LogBatch& batch) {
  std::vector<std::uint64_t> numbers;
  for (const graph::LogItem& item : batch.items) {
    const std::uint64_t number = item.entry.record_number();
    if (number <= records_.size() && changes_->Find(number) == nullptr) numbers.push_back(number);
  }
  if (numbers.empty()) return absl::OkStatus();
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  SL_ASSIGN_OR_RETURN(std::vector<RecordState> states, load_records_(numbers));
  for (std::size_t i = 0; i < numbers.size(); ++i) *changes_->Add(numbers[i]) = states[i];
  return absl::OkStatus();
}

absl::Status Derivation::ApplyItem(graph::SequenceNumber sequence, const graph::LogItem& item) {
  const stored::v1::LogEntry& entry = item.entry;
  const std::uint64_t number = entry.record_number();
  const bool is_new = number > records_.size();
  SL_ASSIGN_OR_RETURN(const RecordIndex record, FindOrAddRecord(number, entry.public_id()));
  RecordState& state = is_new ? *changes_->Add(number) : *changes_->Find(number);
  if (is_new) {
    records_[record].source_hash =
        view::SourceHash(entry.agency(), entry.source_system(), entry.source_id());
    state.set_public_id(entry.public_id());
    state.set_agency(entry.agency());
    state.set_source_system(entry.source_system());
    state.set_source_id(entry.source_id());
    changes_->ids.push_back({entry.public_id(), number, std::nullopt});
  }

  std::optional<int> label_before;
  if (!entry.is_stale()) {
    // One version stands at most, and not many came after it.
    for (int i = state.versions_size() - 1; i >= 0; --i) {
      if (state.versions(i).to_revision() != 0) continue;
      state.mutable_versions(i)->set_to_revision(revision_);
      label_before = state.versions(i).visibility();
      break;
    }
  }
  stored::v1::RecordVersion& version = *state.add_versions();
  version.set_sequence(sequence);
  version.set_from_revision(revision_);
  version.set_is_withdrawal(entry.has_withdrawal());
  version.set_undoes_sequence(entry.undoes_sequence());
  if (item.record != nullptr) version.set_visibility(item.record->visibility());
  if (entry.is_stale()) {
    version.set_to_revision(revision_);
    return absl::OkStatus();
  }

  Ordinals touched = StandingOrdinals(record, state);
  for (const std::uint32_t ordinal : touched) {
    state.mutable_exhibits(static_cast<int>(ordinal))->clear_facts();
  }
  const bool was_seizure = state.event().kind() == record::v1::EVENT_KIND_BORDER_SEIZURE;
  state.clear_event();
  Ordinals standing;
  stolen::v1::ReportSource source = stolen::v1::REPORT_SOURCE_UNSPECIFIED;
  if (item.record != nullptr) {
    if (view::HasEventFacts(*item.record)) view::StoreFacts(*item.record, state.mutable_event());
    if (item.record->event().kind() == record::v1::EVENT_KIND_LOSS) {
      SL_ASSIGN_OR_RETURN(source, view::ReportSourceOf(entry.feed_message()));
    }
    for (const record::v1::Exhibit& exhibit : item.record->exhibits()) {
      // Ingest lets no record come so far.
      if (state.exhibits_size() >= static_cast<int>(graph::kExhibitOrdinalMax)) break;
      const ExhibitIndex index = FindOrAddExhibit(record, exhibit.exhibit_reference(), state);
      const std::uint32_t ordinal = exhibits_[index].ordinal;
      stored::v1::ExhibitFacts& facts =
          *state.mutable_exhibits(static_cast<int>(ordinal))->mutable_facts();
      facts.Clear();
      standing.push_back(ordinal);
      view::StoreFacts(exhibit, &facts);
      const view::FirearmTerms terms =
          view::AddFirearmEntries(*item.record, exhibit, source, NumberOf(exhibits_[index]),
                                  sequence, terms_, changes_->firearms);
      if (enquiries_.has_queries()) {
        NoteQueriesFor(NumberOf(exhibits_[index]), terms, item.record->visibility());
      }
      // What was stated of an earlier version may stand.
      if (!exhibits_[index].statements.empty() && view::IsReportedLost(*item.record, exhibit)) {
        view::AddMoreOfLoss(view::IntervalOf(item.record->event().occurred()),
                            NumberOf(exhibits_[index]), sequence, changes_->firearms);
      }
      if (exhibits_[index].component != 0) to_note_.push_back(index);
    }
  }
  if (item.record != nullptr) {
    view::AddSeizureEntries(*item.record, number, sequence, terms_, changes_->firearms);
  }
  if (item.record != nullptr && item.record->kind() == record::v1::RECORD_KIND_ENQUIRY) {
    SL_RETURN_IF_ERROR(NoteEnquiry(number, entry));
  }
  if (item.record != nullptr && item.record->kind() == record::v1::RECORD_KIND_MEETING_ACTION) {
    SL_RETURN_IF_ERROR(NoteMeetingAction(number, entry));
  }
  if (was_seizure || state.event().kind() == record::v1::EVENT_KIND_BORDER_SEIZURE) {
    seizures_.push_back(number);
  }
  SetSeriousness(record, state.event().seriousness_log2());
  if (item.record != nullptr && item.record->kind() == record::v1::RECORD_KIND_LEAD_FILE) {
    changes_->acts.emplace_back(
        view::ActGroupOf(entry.agency(), entry.principal(), view::DayOf(commit_time_us_)), number);
  }
  std::optional<RecordEventFacts> event;
  if (state.has_event()) {
    event = view::FactsOf(state.event(), number, entry.public_id(), records_[record].source_hash);
  }
  SetEvent(record, event);
  KeepLoss(record, event, sequence);
  SetTold(record, item.record.get(), source);
  if (item.record != nullptr) {
    JoinFormerRecords(record, *item.record);
    JoinRecordsOfItems(record, *item.record);
  }
  std::sort(standing.begin(), standing.end());
  const bool are_apart = CountGunsListedApart(state, standing) > 1;
  touched.insert(touched.end(), standing.begin(), standing.end());
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (const std::uint32_t ordinal : touched) {
    const stored::v1::ExhibitState& exhibit = state.exhibits(static_cast<int>(ordinal));
    std::optional<ExhibitFacts> facts;
    if (exhibit.has_facts()) {
      facts = view::FactsOf(exhibit.facts(), exhibit.public_id(), number, ordinal,
                            are_apart && view::IsGunListedApart(exhibit.facts().kind()),
                            state.agency(), event.has_value() ? &*event : nullptr);
    }
    SetExhibit(records_[record].exhibits[ordinal], std::move(facts));
  }
  // To whom the label is another one, the record comes or goes: its exhibits, and what its event
  // says of those of others.
  if (label_before.has_value() && *label_before != version.visibility()) TouchRecord(record);
  if (label_before.has_value()) NoteVersion(record, touched);
  SetOnlyExhibit(record, standing);
  if (state.exhibits_size() > kScannedMax) standing_of_large_[record] = std::move(standing);
  SetAssertions(record, AssertionsOf(item.record.get()));
  state.set_assertion_count(static_cast<std::uint32_t>(records_[record].assertions.size()));
  return absl::OkStatus();
}

void Derivation::SetExhibit(ExhibitIndex exhibit, std::optional<ExhibitFacts> facts) {
  ExhibitNode& node = exhibits_[exhibit];
  if (!facts.has_value() && !node.active) return;
  if (facts.has_value() && node.active && AreComparedAlike(FactsOf(exhibit), *facts)) return;
  if (node.active) {
    RemoveFromBlocks(exhibit);
    node.active = false;
  }
  if (facts.has_value()) {
    KeepFacts(exhibit, *facts);
    node.active = true;
    AddToBlocks(exhibit, *facts);
  }
  TouchExhibit(exhibit);
  TouchPairsOf(exhibit, /*is_changed=*/true);
}

void Derivation::SetEvent(RecordIndex record, const std::optional<RecordEventFacts>& event) {
  RecordNode& node = records_[record];
  if (!event.has_value() && !node.has_event) return;
  if (node.has_event) {
    const RecordEventFacts before = EventFactsOf(record);
    if (event.has_value() && AreComparedAlike(before, *event)) return;
    for (const std::uint64_t reference : before.references) {
      records_by_reference_[reference].Erase(record);
    }
    for (const std::uint64_t former : before.former_sources) claimants_.erase({former, record});
    for (const std::uint64_t source : before.spent_item_sources) {
      item_namers_.erase({source, record});
    }
    for (const std::uint64_t source : before.other_item_sources) {
      item_namers_.erase({source, record});
    }
  }
  KeepEvent(record, event);
  if (event.has_value()) {
    for (const std::uint64_t reference : event->references) {
      FewIndexes& block = records_by_reference_[reference];
      // All others of the block are in one component already.
      if (!block.empty()) JoinRecords(record, block.front());
      block.push_back(record);
    }
    for (const std::uint64_t former : event->former_sources) claimants_.insert({former, record});
    for (const std::uint64_t source : event->spent_item_sources) {
      item_namers_.insert({source, record});
    }
    for (const std::uint64_t source : event->other_item_sources) {
      item_namers_.insert({source, record});
    }
  }
  for (auto claim = claimants_.lower_bound({node.source_hash, 0});
       claim != claimants_.end() && claim->first == node.source_hash && node.has_event; ++claim) {
    if (claim->second == record) continue;
    JoinRecords(record, claim->second);
    NoteRenamed(claim->second);
  }
  for (auto namer = item_namers_.lower_bound({node.source_hash, 0});
       namer != item_namers_.end() && namer->first == node.source_hash && node.has_event; ++namer) {
    if (KindOf(namer->second) == KindOf(record)) JoinRecords(record, namer->second);
  }
  TouchRecord(record);
}

void Derivation::KeepLoss(RecordIndex record, const std::optional<RecordEventFacts>& event,
                          graph::SequenceNumber sequence) {
  if (event.has_value() && event->kind == EventKind::kLoss) {
    StandingLoss& loss = standing_losses_[record];
    loss = StandingLoss();
    loss.sequence = sequence;
  } else {
    standing_losses_.erase(record);
  }
}

void Derivation::JoinFormerRecords(RecordIndex record, const record::v1::Record& names) {
  if (!records_[record].has_event) return;
  for (const type::v1::SourceReference& former : names.former_sources()) {
    const RecordIndex known = record_by_id_.Find(
        ids_->ForRecord({former.agency(), former.source_system(), former.source_id()}).value());
    if (known == kNone || !records_[known].has_event) continue;
    if (!claimants_.contains({records_[known].source_hash, record})) continue;
    JoinRecords(record, known);
    NoteRenamed(known);
  }
}

void Derivation::JoinRecordsOfItems(RecordIndex record, const record::v1::Record& names) {
  if (!records_[record].has_event) return;
  for (const record::v1::Exhibit& exhibit : names.exhibits()) {
    for (const record::v1::ExhibitRelation& relation : exhibit.relations()) {
      const type::v1::SourceReference& other = relation.exhibit();
      if (relation.kind() != record::v1::EXHIBIT_RELATION_KIND_SAME_ITEM ||
          other.agency().empty()) {
        continue;
      }
      const RecordIndex known = record_by_id_.Find(
          ids_->ForRecord({other.agency(), other.source_system(), other.source_id()}).value());
      if (known == kNone || known == record || KindOf(known) != KindOf(record)) continue;
      if (!item_namers_.contains({records_[known].source_hash, record})) continue;
      JoinRecords(record, known);
    }
  }
}

// --- Statements and components
// ---------------------------------------------------------------------

StatementIndex Derivation::OpenStatement(const Statement& statement, ExhibitIndex a, ExhibitIndex b,
                                         bool by_rule) {
  const StatementIndex index =
      KeepStatement(statement, a, b, by_rule, rules_place_, /*from_revision=*/revision_);
  const StatementNode& node = statements_[index];
  for (const ExhibitIndex end : {a, b}) {
    if (exhibits_[end].statements.size() == 1) NoteMoreOfLoss(end);
  }
  WriteStatement(node, 0);
  if (node.can_join()) JoinExhibits(a, b);
  TouchPairBy(node);
  TouchConnected(a, b);
  return index;
}

void Derivation::CloseStatement(StatementIndex index) {
  const StatementNode& node = statements_[index];
  for (const ExhibitIndex end : {node.newer, node.older}) {
    exhibits_[end].statements.Erase(index);
  }
  WriteStatement(node, revision_);
  TouchPairBy(node);
  TouchConnected(node.newer, node.older);
  if (!node.by_rule) free_stated_.push_back(node.origin);
  free_statements_.push_back(index);
}

void Derivation::WriteStatement(const StatementNode& node, std::uint64_t to_revision) {
  const ExhibitNode& newer = exhibits_[node.newer];
  const ExhibitNode& older = exhibits_[node.older];
  auto& row =
      changes_
          ->statements[{NumberOf(newer), NumberOf(older), static_cast<std::uint8_t>(node.channel),
                        node.name, node.from_revision}];
  // A statement that came and went within one revision never stood.
  if (to_revision == node.from_revision) {
    row.reset();
    return;
  }
  const Statement statement = StatementOf(node);
  stored::v1::Statement& stored = row.emplace();
  stored.set_newer_exhibit(NumberOf(newer));
  stored.set_older_exhibit(NumberOf(older));
  stored.set_newer_public_id(newer.public_id);
  stored.set_older_public_id(older.public_id);
  stored.set_channel(static_cast<int>(statement.channel));
  stored.set_verdict(static_cast<int>(statement.verdict));
  stored.set_basis(static_cast<int>(statement.basis));
  stored.set_stage(static_cast<int>(statement.stage));
  stored.set_relation(static_cast<int>(statement.relation));
  stored.set_examined_earliest_s(statement.examined.earliest_s);
  stored.set_examined_latest_s(statement.examined.latest_s);
  stored.set_stated_s(statement.stated_at_s);
  stored.set_asserting_record(statement.asserting_record);
  stored.set_public_id(statement.name);
  if (node.by_rule) stored.set_rule(rule_names_[node.origin]);
  stored.set_weight_log2(statement.weight_log2);
  stored.set_is_untrusted(!statement.trusted);
  stored.set_alone(static_cast<std::uint32_t>(statement.alone));
  stored.set_author_agency(statement.author_agency);
  stored.set_author_person(statement.author_person);
  stored.set_from_revision(node.from_revision);
  stored.set_to_revision(to_revision);
}

void Derivation::JoinExhibits(ExhibitIndex a, ExhibitIndex b) {
  for (const Components::Move& move :
       exhibit_components_.Join(a, exhibits_[a].component, b, exhibits_[b].component)) {
    ExhibitNode& node = exhibits_[move.member];
    const std::uint64_t number = NumberOf(node);
    if (node.component != 0) {
      changes_->component_members[{NodeKind::kExhibit, node.component, number}] = false;
    }
    node.component = static_cast<std::uint32_t>(move.component);
    changes_->components[{NodeKind::kExhibit, number}] = move.component;
    changes_->component_members[{NodeKind::kExhibit, move.component, number}] = true;
  }
}

void Derivation::JoinRecords(RecordIndex a, RecordIndex b) {
  const auto moves = record_components_.Join(a, ComponentOf(a), b, ComponentOf(b));
  for (const Components::Move& move : moves) {
    EventRelations& relations = RelationsOf(move.member);
    const std::uint64_t number = NumberOf(move.member);
    if (relations.component != 0) {
      changes_->component_members[{NodeKind::kRecord, relations.component, number}] = false;
    }
    relations.component = static_cast<std::uint32_t>(move.component);
    changes_->components[{NodeKind::kRecord, number}] = move.component;
    changes_->component_members[{NodeKind::kRecord, move.component, number}] = true;
  }
  NoteJoined(moves);
}

void Derivation::TouchExhibit(ExhibitIndex exhibit) {
  if (exhibits_[exhibit].touched) return;
  exhibits_[exhibit].touched = true;
  touched_exhibits_.push_back(exhibit);
}

void Derivation::TouchRecord(RecordIndex record) {
  if (std::exchange(records_[record].touched, true)) return;
  touched_records_.push_back(record);
}

// --- Resolution
// ------------------------------------------------------------------------------------

void Derivation::ResolveEventsTouched() {
  absl::flat_hash_set<std::uint64_t> done;
  for (const RecordIndex record : touched_records_) {
    // Whatever its event is now, what the record's exhibits count may have changed.
    for (const ExhibitIndex exhibit : records_[record].exhibits) TouchExhibit(exhibit);
    const std::uint64_t component = ComponentOf(record);
    if (component == 0 || !done.insert(component).second) continue;
    std::vector<RecordIndex> members;
    std::vector<RecordEventFacts> facts;
    for (const RecordIndex member : record_components_.Members(component)) {
      if (!records_[member].has_event) {
        SetEventRoot(member, 0);
        continue;
      }
      members.push_back(member);
      facts.push_back(EventFactsOf(member));
    }
    const EventResolution events = ResolveEvents(facts);
    NoteRelated(members);
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Event& event = events.events[events.event_of[i]];
      SetEventRoot(members[i],
                   event.records.size() < 2 ? 0 : facts[event.records.front()].record_number);
    }
  }
}

void Derivation::SetEventRoot(RecordIndex record, std::uint64_t root) {
  EventRelations& relations = RelationsOf(record);
  if (relations.event_root == root) return;
  const std::uint64_t number = NumberOf(record);
  for (const ExhibitIndex exhibit : records_[record].exhibits) TouchExhibit(exhibit);
  if (relations.event_root != 0) {
    auto& row = changes_->memberships[{NodeKind::kRecord, number, relations.event_from}];
    if (relations.event_from == revision_) {
      row.reset();
    } else {
      stored::v1::Membership& membership = row.emplace();
      membership.set_root(relations.event_root);
      membership.set_to_revision(revision_);
    }
  }
  relations.event_root = static_cast<std::uint32_t>(root);
  relations.event_from = revision_;
  if (root != 0) {
    changes_->memberships[{NodeKind::kRecord, number, revision_}].emplace().set_root(root);
  }
}

std::uint64_t Derivation::EventOf(ExhibitIndex exhibit) const {
  const ExhibitNode& node = exhibits_[exhibit];
  if (!node.is_of_event) return 0;
  const RecordNode& record = records_[node.record];
  if (!record.has_event || scenes_[record.scene].kind != EventKind::kIncident) return 0;
  if (record.relations != kNone && relations_[record.relations].event_root != 0) {
    return relations_[record.relations].event_root;
  }
  return NumberOf(node.record);
}

void Derivation::ResolveWeaponsTouched() {
  for (const auto& [a, b] : stated_pairs_) {
    if (exhibits_[a].component == 0 || exhibits_[a].component != exhibits_[b].component) continue;
    TouchExhibit(a);
    TouchExhibit(b);
  }
  stated_pairs_.clear();
  absl::flat_hash_set<std::uint64_t> done;
  for (const ExhibitIndex exhibit : touched_exhibits_) {
    const std::uint64_t component = exhibits_[exhibit].component;
    if (component == 0 || !done.insert(component).second) continue;
    std::vector<ExhibitIndex> members;
    std::vector<ExhibitFacts> facts;
    std::vector<Statement> statements;
    absl::flat_hash_set<ExhibitIndex> roots_before;
    for (const ExhibitIndex member : exhibit_components_.Members(component)) {
      const ExhibitNode& node = exhibits_[member];
      if (node.weapon_root != kNone) roots_before.insert(node.weapon_root);
      if (!node.active) {
        SetWeaponRoot(member, kNone);
        continue;
      }
      members.push_back(member);
      facts.push_back(FactsOf(member));
      for (const StatementIndex index : node.statements) {
        const StatementNode& statement = statements_[index];
        if (statement.newer == member && exhibits_[statement.older].active &&
            exhibits_[statement.older].component == component) {
          statements.push_back(StatementOf(statement));
        }
      }
    }
    const Resolution resolution = Resolve(facts, statements);
    for (const Weapon& weapon : resolution.weapons) {
      const ExhibitIndex root = members[weapon.members.front()];
      if (weapon.members.size() < 2) {
        SetWeaponRoot(root, kNone);
        continue;
      }
      absl::flat_hash_set<std::uint64_t> incidents;
      for (const std::uint32_t member : weapon.members) {
        SetWeaponRoot(members[member], root);
        if (const std::uint64_t event = EventOf(members[member]); event != 0) {
          incidents.insert(event);
        }
      }
      SetWeapon(root, static_cast<std::uint32_t>(weapon.members.size()),
                static_cast<std::uint32_t>(incidents.size()));
      roots_before.erase(root);
    }
    for (const ExhibitIndex root : roots_before) SetWeapon(root, 0, 0);
  }
  for (const ExhibitIndex exhibit : to_note_) {
    if (exhibits_[exhibit].component != 0) done.insert(exhibits_[exhibit].component);
  }
  to_note_.clear();
  // In an order that a restart does not change.
  components_to_note_.assign(done.begin(), done.end());
  std::sort(components_to_note_.begin(), components_to_note_.end());
}

void Derivation::SetWeaponRoot(ExhibitIndex exhibit, ExhibitIndex root) {
  ExhibitNode& node = exhibits_[exhibit];
  if (node.weapon_root == root) return;
  const std::uint64_t number = NumberOf(node);
  if (node.weapon_root != kNone) {
    auto& row = changes_->memberships[{NodeKind::kExhibit, number, node.weapon_from}];
    if (node.weapon_from == revision_) {
      row.reset();
    } else {
      stored::v1::Membership& membership = row.emplace();
      membership.set_root(NumberOf(exhibits_[node.weapon_root]));
      membership.set_to_revision(revision_);
    }
  }
  node.weapon_root = root;
  node.weapon_from = revision_;
  if (root != kNone) {
    changes_->memberships[{NodeKind::kExhibit, number, revision_}].emplace().set_root(
        NumberOf(exhibits_[root]));
  }
}

void Derivation::SetWeapon(ExhibitIndex root, std::uint32_t exhibits, std::uint32_t incidents) {
  const std::uint64_t number = NumberOf(exhibits_[root]);
  const auto found = weapons_.find(root);
  if (found != weapons_.end()) {
    const WeaponNode& node = found->second;
    if (node.exhibit_count == exhibits && node.incident_count == incidents) return;
    auto& row = changes_->weapons[{number, node.from_revision}];
    if (node.from_revision == revision_) {
      row.reset();
    } else {
      stored::v1::WeaponState& state = row.emplace();
      state.set_exhibit_count(node.exhibit_count);
      state.set_incident_count(node.incident_count);
      state.set_to_revision(revision_);
    }
    weapons_.erase(found);
  }
  if (exhibits == 0) return;
  weapons_[root] = WeaponNode{exhibits, incidents, revision_};
  stored::v1::WeaponState& state = changes_->weapons[{number, revision_}].emplace();
  state.set_exhibit_count(exhibits);
  state.set_incident_count(incidents);
}

}  // namespace serieslink::linkage
