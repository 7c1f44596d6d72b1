#include "services/series/series_answer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/util/time_util.h"
#include "services/linkage/core/cohesion.h"
#include "services/linkage/core/mark_score.h"
#include "services/linkage/core/rules.h"
#include "services/series/series_filter.h"
#include "services/series/series_flags.h"
#include "services/view/canonical.h"
#include "services/view/event_answer.h"
#include "services/view/extract.h"
#include "services/view/generations.h"
#include "services/view/weapon_history.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::series {
namespace {

using ::google::protobuf::util::TimeUtil;
using ::serieslink::linkage::TimeInterval;
using ::serieslink::view::ResolvedView;

using ::serieslink::graph::IdOf;

// Statements that contradict one that a conflict names.
constexpr int kContradictingMax = 100;

void SetFinding(const ResolvedView& view, std::uint32_t index, linkage::Verdict verdict,
                linkage::v1::Finding& out) {
  const linkage::Statement& statement = view.resolution.standing[index].statement;
  out.set_finding_id(IdOf(graph::IdKind::kFinding, statement.name));
  out.set_first_exhibit(IdOf(graph::IdKind::kExhibit, statement.first));
  out.set_second_exhibit(IdOf(graph::IdKind::kExhibit, statement.second));
  out.set_channel(static_cast<record::v1::Channel>(statement.channel));
  out.set_verdict(static_cast<record::v1::Verdict>(verdict));
  out.set_basis(static_cast<record::v1::Basis>(linkage::BasisOf(statement)));
  out.set_stage(static_cast<record::v1::ExaminationStage>(statement.stage));
  out.set_relation(view::ToldRelation(statement.relation));
  if (statement.examined != TimeInterval())
    view::SetInterval(statement.examined, *out.mutable_examined());
  out.set_weight_log2(statement.weight_log2);
  out.set_is_untrusted(!statement.trusted);
  out.set_awaits_second(view.resolution.standing[index].awaits_second);
  for (const linkage::Verdict proposed : view.resolution.standing[index].proposed) {
    out.add_proposed_verdicts(static_cast<record::v1::Verdict>(proposed));
  }
}

void AddSource(std::uint64_t record, graph::Revision from,
               const std::optional<std::uint64_t>& source_version, linkage::v1::Finding& finding) {
  linkage::v1::FindingSource& source = *finding.add_sources();
  source.set_record_id(IdOf(graph::IdKind::kRecord, record));
  if (source_version.has_value()) source.set_source_version(*source_version);
  source.set_from_revision(static_cast<std::int64_t>(from));
}

linkage::v1::Contribution& AddTerm(const linkage::WeightTerm& term, linkage::v1::Finding& finding) {
  linkage::v1::Contribution& contribution = *finding.add_contributions();
  contribution.set_name(std::string(term.name));
  contribution.set_weight_log2(term.weight_log2);
  contribution.set_source(std::string(term.source));
  return contribution;
}

// Whether a record can rest it on a machine's score: only of those its record is looked at.
bool MayRestOnScore(const linkage::Statement& statement) {
  return statement.basis == linkage::Basis::kSourceReference &&
         linkage::IsBallistic(statement.channel);
}

void SetBridge(const ResolvedView& view, const linkage::Bridge& bridge, const AnswerBounds& bounds,
               v1::Bridge& out) {
  out.set_finding_count(static_cast<int>(bridge.findings.size()));
  for (const std::uint32_t f : bridge.findings) {
    if (static_cast<std::size_t>(out.findings_size()) == bounds.bridge_ids_max) break;
    out.add_findings(IdOf(graph::IdKind::kFinding, view.resolution.standing[f].statement.name));
  }
  for (const std::uint32_t exhibit : bridge.parted) {
    if (static_cast<std::size_t>(out.parted_exhibits_size()) == bounds.bridge_ids_max) break;
    out.add_parted_exhibits(IdOf(graph::IdKind::kExhibit, view.exhibit_facts[exhibit].public_id));
  }
}

// The exhibit at `place` of `view`, which `record` has; `event` is that of its record, if it is
// told.
v1::Exhibit ExhibitOf(const ResolvedView& view, std::uint32_t place,
                      const record::v1::Record& record, std::optional<std::uint32_t> event) {
  const ResolvedView::Exhibit& from = view.exhibits[place];
  v1::Exhibit exhibit;
  exhibit.set_exhibit_id(IdOf(graph::IdKind::kExhibit, view.exhibit_facts[place].public_id));
  exhibit.set_record_id(IdOf(graph::IdKind::kRecord, from.record->public_id));
  exhibit.set_agency(from.record->agency);
  *exhibit.mutable_exhibit() = record.exhibits(from.place);
  exhibit.set_kind(exhibit.exhibit().kind());
  if (event.has_value()) exhibit.set_event_id(view::EventId(view, *event));
  return exhibit;
}

// Of the events at `events` of `view`: which of them each record tells of.
absl::flat_hash_map<graph::RecordNumber, std::uint32_t> EventsByRecord(
    const ResolvedView& view, absl::Span<const std::uint32_t> events) {
  absl::flat_hash_map<graph::RecordNumber, std::uint32_t> event_of_record;
  for (const std::uint32_t index : events) {
    for (const std::uint32_t place : view.events.events[index].records) {
      event_of_record[view.event_facts[place].record_number] = index;
    }
  }
  return event_of_record;
}

// The event of the record of the exhibit at `place`; none where it tells of none of them.
std::optional<std::uint32_t> EventOfExhibit(
    const ResolvedView& view, std::uint32_t place,
    const absl::flat_hash_map<graph::RecordNumber, std::uint32_t>& event_of_record) {
  const auto event = event_of_record.find(view.exhibit_facts[place].event_record_number);
  if (event == event_of_record.end()) return std::nullopt;
  return event->second;
}

}  // namespace

absl::StatusOr<std::vector<v1::Exhibit>> ExhibitsAt(const ResolvedView& view,
                                                    absl::Span<const std::uint32_t> places,
                                                    const graph::GraphReader& reader) {
  std::vector<const view::LoadedVersion*> versions;
  std::vector<std::uint32_t> events;
  absl::flat_hash_set<std::uint32_t> weapons;
  for (const std::uint32_t place : places) {
    versions.push_back(view.exhibits[place].version);
    const std::uint32_t weapon = view.resolution.weapon_of[place];
    if (!weapons.insert(weapon).second) continue;
    const std::vector<std::uint32_t>& own = view.histories[weapon].events;
    events.insert(events.end(), own.begin(), own.end());
  }
  SL_ASSIGN_OR_RETURN(const auto records, view::CanonicalRecords(reader, versions));
  const auto event_of_record = EventsByRecord(view, events);
  std::vector<v1::Exhibit> exhibits;
  for (std::size_t i = 0; i < places.size(); ++i) {
    exhibits.push_back(
        ExhibitOf(view, places[i], *records[i], EventOfExhibit(view, places[i], event_of_record)));
  }
  return exhibits;
}

absl::StatusOr<v1::Series> OutlineOf(const ResolvedView& view, std::uint32_t weapon,
                                     const std::vector<linkage::WeaponFlag>& flags,
                                     const graph::GraphReader& reader, const AnswerBounds& bounds) {
  const linkage::Weapon& resolved = view.resolution.weapons[weapon];
  const linkage::WeaponHistory& history = view.histories[weapon];
  v1::Series series;
  const std::uint64_t name = view.exhibit_facts[resolved.members.front()].public_id;
  series.set_weapon_id(IdOf(graph::IdKind::kWeapon, name));
  if (history.is_series) series.set_series_id(IdOf(graph::IdKind::kSeries, name));
  series.set_status(StatusOf(view, weapon));
  series.set_incident_count(static_cast<int>(history.incident_count));
  series.set_event_count(static_cast<int>(history.events.size()));
  series.set_exhibit_count(static_cast<int>(history.exhibit_count));
  series.set_floor(static_cast<record::v1::Basis>(resolved.floor));
  if (history.incident_count > 0) {
    view::SetInterval({history.first_incident.earliest_s, history.last_incident.latest_s},
                      *series.mutable_incidents_span());
  }
  if (const auto bridge = linkage::WeakestBridge(view.exhibit_facts, view.resolution, weapon,
                                                 bounds.bridge_exhibits_max);
      bridge.has_value()) {
    SetBridge(view, *bridge, bounds, *series.mutable_weakest_bridge());
  }
  AddFlags(view, flags, bounds, series);
  std::set<std::string> agencies;
  for (const std::uint32_t index : history.events) {
    for (const std::uint32_t place : view.events.events[index].records) {
      agencies.insert(view.events_of_records[place].record->agency);
    }
  }
  for (const std::uint32_t member : resolved.members) {
    agencies.insert(view.exhibits[member].record->agency);
  }
  for (const std::string& agency : agencies) series.add_agencies(agency);

  std::vector<std::uint32_t> events = history.events;
  std::sort(events.begin(), events.end(), [&](std::uint32_t a, std::uint32_t b) {
    const TimeInterval& x = view.events.events[a].occurred;
    const TimeInterval& y = view.events.events[b].occurred;
    return std::tie(x.earliest_s, x.latest_s, a) < std::tie(y.earliest_s, y.latest_s, b);
  });
  if (events.size() > bounds.events_max) {
    events.resize(bounds.events_max);
    series.add_abridged("events");
  }
  std::vector<std::uint32_t> members = resolved.members;
  if (members.size() > bounds.exhibits_max) {
    members.resize(bounds.exhibits_max);
    series.add_abridged("exhibits");
  }

  std::vector<const view::LoadedVersion*> versions;
  bool is_every_record_told = true;
  for (const std::uint32_t index : events) {
    for (const std::uint32_t place : view.events.events[index].records) {
      if (versions.size() < bounds.events_max) {
        versions.push_back(view.events_of_records[place].version);
      } else {
        is_every_record_told = false;
      }
    }
  }
  if (!is_every_record_told && events.size() == history.events.size()) {
    series.add_abridged("events");
  }
  for (const std::uint32_t member : members) versions.push_back(view.exhibits[member].version);
  SL_ASSIGN_OR_RETURN(const auto records, view::CanonicalRecords(reader, versions));
  view::CanonicalVersions canonical;
  for (std::size_t i = 0; i < versions.size(); ++i) canonical[versions[i]] = records[i];

  for (const std::uint32_t index : events)
    *series.add_events() = view::EventOf(view, index, canonical);
  const auto event_of_record = EventsByRecord(view, history.events);
  for (const std::uint32_t member : members) {
    *series.add_exhibits() = ExhibitOf(view, member, *canonical[view.exhibits[member].version],
                                       EventOfExhibit(view, member, event_of_record));
  }
  return series;
}

absl::StatusOr<linkage::v1::Finding> FindingAnswers::FindingOf(std::uint32_t index) const {
  const linkage::StandingFinding& standing = view_.resolution.standing[index];
  const linkage::Statement& statement = standing.statement;
  linkage::v1::Finding finding;
  SetFinding(view_, index, standing.verdict, finding);
  const auto row = loaded_.find(KeyOf(statement));
  if (row == loaded_.end()) return finding;
  finding.set_rule(row->second->rule);
  finding.set_from_revision(static_cast<std::int64_t>(row->second->from));
  if (row->second->to != graph::kOpenRevision) {
    finding.set_to_revision(static_cast<std::int64_t>(row->second->to));
  }
  *finding.mutable_from_time() =
      TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(times_.Of(row->second->from)));
  // The asserting record is named only where the viewer sees it.
  if (const auto* const record = evidence_.AssertingRecord(statement.asserting_record);
      record != nullptr) {
    finding.set_asserting_record(IdOf(graph::IdKind::kRecord, record->public_id));
    finding.set_asserting_agency(record->agency);
    if (const auto* const version = StandingVersion(*record); version != nullptr) {
      const auto known = versions_.find(version->sequence);
      AddSource(record->public_id, version->from,
                known == versions_.end() ? std::nullopt : known->second, finding);
    }
  }
  // A rule's finding is never stale: it goes with the exhibit that it compared.
  if (row->second->rule.empty()) {
    SL_RETURN_IF_ERROR(AddScore(statement, finding));
    return finding;
  }
  const std::uint32_t generation = view::GenerationAt(position_, row->second->from).number();
  finding.set_generation(generation);
  SL_ASSIGN_OR_RETURN(const linkage::RuleSet* const rules, RulesOf(generation, row->second->from));
  for (const std::uint64_t end : {statement.first, statement.second}) {
    const ResolvedView::Exhibit& compared = view_.exhibits[*PlaceOf(end)];
    AddSource(compared.record->public_id, compared.version->from, compared.version->source_version,
              finding);
  }
  for (const linkage::WeightTerm& term : linkage::ExplainPair(
           view_.exhibit_facts[*PlaceOf(statement.first)],
           view_.exhibit_facts[*PlaceOf(statement.second)], *rules, statement.weight_log2)) {
    AddTerm(term, finding);
  }
  return finding;
}

absl::Status FindingAnswers::AddScore(const linkage::Statement& statement,
                                      linkage::v1::Finding& finding) const {
  const view::VisibleRecord* const record = evidence_.AssertingRecord(statement.asserting_record);
  const auto* const version = record == nullptr ? nullptr : StandingVersion(*record);
  if (version == nullptr) return absl::OkStatus();
  const auto told = scores_.find(version->sequence);
  if (told == scores_.end() || told->second.mark.empty()) return absl::OkStatus();
  finding.set_mark(told->second.mark);
  finding.set_score(told->second.score);
  const std::uint32_t generation = view::GenerationAt(position_, view_.revision).number();
  SL_ASSIGN_OR_RETURN(const linkage::RuleSet* const rules, RulesOf(generation, view_.revision));
  double weight_log2 = 0;
  for (const linkage::WeightTerm& term :
       linkage::ExplainScore(told->second.mark, told->second.score, *rules->model)) {
    // No rule made the finding, which could name the model.
    AddTerm(term, finding)
        .set_source(absl::StrCat("model ", rules->model->version, ": ", term.source));
    weight_log2 += term.weight_log2;
  }
  finding.set_weight_log2(weight_log2);
  return absl::OkStatus();
}

absl::StatusOr<const linkage::RuleSet*> FindingAnswers::RulesOf(std::uint32_t generation,
                                                                graph::Revision from) const {
  const auto known = rules_.find(generation);
  if (known != rules_.end()) return known->second.get();
  SL_ASSIGN_OR_RETURN(const linkage::v1::Generation whole,
                      view::WholeGenerationAt(position_, from, times_.log()));
  SL_ASSIGN_OR_RETURN(linkage::RuleSet rules, view::RulesOf(whole.rules()));
  auto& kept = rules_[generation];
  kept = std::make_unique<const linkage::RuleSet>(std::move(rules));
  return kept.get();
}

FindingAnswers::FindingAnswers(const view::ComponentEvidence& evidence, const ResolvedView& view,
                               CommitTimes& times, const stored::v1::DeriverPosition& position)
    : evidence_(evidence), view_(view), times_(times), position_(position) {
  for (const view::LoadedStatement* one : view.statements) loaded_[KeyOf(one->statement)] = one;
  for (std::uint32_t i = 0; i < view.exhibit_facts.size(); ++i) {
    place_of_id_[view.exhibit_facts[i].public_id] = i;
  }
  // Most findings are asserted by a record whose version is in the view.
  for (const ResolvedView::Exhibit& one : view.exhibits) {
    versions_[one.version->sequence] = one.version->source_version;
  }
  for (const ResolvedView::Event& one : view.events_of_records) {
    versions_[one.version->sequence] = one.version->source_version;
  }
}

absl::Status FindingAnswers::ReadSources(absl::Span<const std::uint32_t> indices) {
  std::vector<graph::SequenceNumber> sequences;
  std::vector<graph::Revision> revisions;
  for (const std::uint32_t index : indices) {
    const linkage::Statement& statement = view_.resolution.standing[index].statement;
    const auto row = loaded_.find(KeyOf(statement));
    if (row != loaded_.end()) revisions.push_back(row->second->from);
    const view::VisibleRecord* const record = evidence_.AssertingRecord(statement.asserting_record);
    const auto* const version = record == nullptr ? nullptr : StandingVersion(*record);
    if (version == nullptr) continue;
    bool is_unread = versions_.try_emplace(version->sequence).second;
    if (MayRestOnScore(statement)) is_unread |= scores_.try_emplace(version->sequence).second;
    if (is_unread) sequences.push_back(version->sequence);
  }
  google::protobuf::Arena arena;
  SL_ASSIGN_OR_RETURN(const auto entries, times_.log().Entries(sequences, &arena));
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    if (entries[i]->has_source_version()) versions_[sequences[i]] = entries[i]->source_version();
    const auto asked = scores_.find(sequences[i]);
    if (asked == scores_.end()) continue;
    SL_ASSIGN_OR_RETURN(const auto told, view::CanonicalOf(*entries[i]));
    if (told == nullptr) continue;
    // A comparison is a record of its own, of one finding.
    for (const record::v1::Finding& one : told->findings()) {
      if (one.has_score()) asked->second = {one.mark(), one.score()};
    }
  }
  return times_.Read(revisions);
}

const view::VisibleRecord::Version* FindingAnswers::StandingVersion(
    const view::VisibleRecord& record) const {
  for (const view::VisibleRecord::Version& version : record.versions) {
    if (version.from <= view_.revision && view_.revision < version.to) return &version;
  }
  return nullptr;
}

std::optional<std::uint32_t> FindingAnswers::PlaceOf(std::uint64_t public_id) const {
  const auto found = place_of_id_.find(public_id);
  if (found == place_of_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::uint32_t> FindingAnswers::WeaponOf(std::uint64_t public_id) const {
  const std::optional<std::uint32_t> place = PlaceOf(public_id);
  if (!place.has_value()) return std::nullopt;
  return view_.resolution.weapon_of[*place];
}

linkage::v1::Conflict ConflictOf(const ResolvedView& view, const linkage::Conflict& conflict) {
  linkage::v1::Conflict out;
  const linkage::Statement& statement = view.resolution.standing[conflict.finding].statement;
  out.set_first_exhibit(IdOf(graph::IdKind::kExhibit, statement.first));
  out.set_second_exhibit(IdOf(graph::IdKind::kExhibit, statement.second));
  out.add_findings(IdOf(graph::IdKind::kFinding, statement.name));
  if (conflict.forbidden_by.has_value()) {
    out.add_findings(IdOf(graph::IdKind::kFinding,
                          view.resolution.standing[*conflict.forbidden_by].statement.name));
  }
  if (conflict.apart.has_value()) {
    for (const std::uint32_t exhibit : {conflict.apart->first, conflict.apart->second}) {
      out.add_apart_exhibits(IdOf(graph::IdKind::kExhibit, view.exhibit_facts[exhibit].public_id));
    }
  }
  if (conflict.kind == linkage::ConflictKind::kExaminationsDisagree ||
      conflict.kind == linkage::ConflictKind::kDisputed) {
    for (const std::uint64_t name : view.resolution.standing[conflict.finding].against) {
      if (out.contradicting_size() == kContradictingMax) break;
      out.add_contradicting(IdOf(graph::IdKind::kFinding, name));
    }
  }
  switch (conflict.kind) {
    case linkage::ConflictKind::kJoinRefused:
      out.set_kind(linkage::v1::CONFLICT_KIND_JOIN_REFUSED);
      out.set_explanation(
          "a confirmed finding did not join two weapons: another finding eliminates a pair "
          "across them");
      break;
    case linkage::ConflictKind::kChannelsContradict:
      out.set_kind(linkage::v1::CONFLICT_KIND_CHANNELS_CONTRADICT);
      out.set_explanation(
          "one channel confirms what another eliminates: parts may have been exchanged");
      break;
    case linkage::ConflictKind::kExaminationsDisagree:
      out.set_kind(linkage::v1::CONFLICT_KIND_EXAMINATIONS_DISAGREE);
      out.set_explanation(
          "examinations of equal date disagree; the pair stands as eliminated until it is "
          "examined again");
      break;
    case linkage::ConflictKind::kListedApart:
      out.set_kind(linkage::v1::CONFLICT_KIND_LISTED_APART);
      out.set_explanation("a finding would join guns that one record lists apart");
      break;
    case linkage::ConflictKind::kInCustodyApart:
      out.set_kind(linkage::v1::CONFLICT_KIND_IN_CUSTODY_APART);
      out.set_explanation(
          "a finding would join guns that different holders had in custody at the same time");
      break;
    case linkage::ConflictKind::kDisputed:
      out.set_kind(linkage::v1::CONFLICT_KIND_DISPUTED);
      out.set_explanation("an analyst disputes an examiner's finding, which stands");
      break;
  }
  return out;
}

absl::Status AddFindings(const view::ComponentEvidence& evidence, const ResolvedView& view,
                         std::uint32_t weapon, CommitTimes& times,
                         const stored::v1::DeriverPosition& position, const AnswerBounds& bounds,
                         v1::Series& series) {
  FindingAnswers findings(evidence, view, times, position);
  std::vector<std::uint32_t> told;
  for (std::uint32_t i = 0; i < view.resolution.standing.size(); ++i) {
    const linkage::Statement& statement = view.resolution.standing[i].statement;
    if (findings.WeaponOf(statement.first) != weapon ||
        findings.WeaponOf(statement.second) != weapon) {
      continue;
    }
    if (told.size() == bounds.findings_max) {
      series.add_abridged("findings");
      break;
    }
    told.push_back(i);
  }
  std::vector<std::uint32_t> stale;
  for (const std::uint32_t i : view.resolution.stale) {
    const linkage::StandingFinding& finding = view.resolution.standing[i];
    if (finding.verdict == linkage::Verdict::kConfirmed &&
        stale.size() < bounds.stale_findings_max &&
        (findings.WeaponOf(finding.statement.first) == weapon ||
         findings.WeaponOf(finding.statement.second) == weapon)) {
      stale.push_back(i);
    }
  }
  SL_RETURN_IF_ERROR(findings.ReadSources(told));
  SL_RETURN_IF_ERROR(findings.ReadSources(stale));
  for (const std::uint32_t index : told) {
    SL_ASSIGN_OR_RETURN(*series.add_findings(), findings.FindingOf(index));
  }
  for (const std::uint32_t index : stale) {
    SL_ASSIGN_OR_RETURN(*series.add_stale_findings(), findings.FindingOf(index));
  }
  for (const linkage::Conflict& conflict : view.resolution.conflicts) {
    if (std::find(conflict.weapons.begin(), conflict.weapons.end(), weapon) ==
        conflict.weapons.end()) {
      continue;
    }
    if (static_cast<std::size_t>(series.conflicts_size()) == bounds.conflicts_max) {
      series.add_abridged("conflicts");
      break;
    }
    *series.add_conflicts() = ConflictOf(view, conflict);
  }
  return absl::OkStatus();
}

absl::Status AddHistory(const view::ComponentEvidence& evidence, const ResolvedView& now,
                        graph::ExhibitNumber root, CommitTimes& times,
                        const stored::v1::DeriverPosition& position, v1::Series& series) {
  std::vector<graph::Revision> revisions = evidence.ChangesUpTo(now.revision);
  // Where the beginning is cut off, the state that the rest begins from is looked at and not told.
  const std::size_t looked_at_max =
      std::min(kHistoryRevisionsMax,
               std::max<std::size_t>(
                   2, kHistoryExhibitsMax / std::max<std::size_t>(1, evidence.members().size())));
  const bool is_cut = revisions.size() > looked_at_max;
  if (is_cut) {
    revisions.erase(revisions.begin(),
                    revisions.end() - static_cast<std::ptrdiff_t>(looked_at_max));
    series.add_abridged("history");
  }
  std::vector<view::WeaponsThen> states;
  absl::flat_hash_map<graph::ExhibitNumber, std::uint64_t> public_ids;
  const auto look_at = [&](const ResolvedView& view, graph::Revision revision) {
    for (std::size_t i = 0; i < view.exhibits.size(); ++i) {
      public_ids[view.exhibits[i].number] = view.exhibit_facts[i].public_id;
    }
    states.push_back(view::WeaponsIn(view));
    states.back().revision = revision;
  };
  for (const graph::Revision one : revisions) {
    if (one == revisions.back()) {
      look_at(now, one);  // nothing changed after it
    } else {
      look_at(evidence.At(one), one);
    }
  }
  const std::vector<view::WeaponChange> changes = view::ChangesOfWeapon(states, root, is_cut);
  std::vector<graph::Revision> changed;
  for (const view::WeaponChange& change : changes) changed.push_back(change.revision);
  SL_RETURN_IF_ERROR(times.Read(changed));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const view::WeaponChange& change = changes[i];
    v1::HistoryEntry& entry = *series.add_history();
    entry.set_revision(static_cast<std::int64_t>(change.revision));
    *entry.mutable_time() =
        TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(times.Of(change.revision)));
    entry.set_change(change.change);
    entry.set_exhibit_count(static_cast<int>(change.exhibit_count));
    entry.set_incident_count(static_cast<int>(change.incident_count));
    for (const graph::ExhibitNumber other : change.other_weapons) {
      entry.add_other_weapons(IdOf(graph::IdKind::kWeapon, public_ids.at(other)));
    }
    const view::ComponentEvidence::Causes causes =
        evidence.CausesAt(change.revision, {change.exhibits.begin(), change.exhibits.end()},
                          {change.event_records.begin(), change.event_records.end()});
    for (const std::uint64_t record : causes.records) {
      entry.add_causes(IdOf(graph::IdKind::kRecord, record));
    }
    // Rules that came into force explain what the guard would be blamed for.
    const auto adopted =
        std::find_if(position.generations().begin(), position.generations().end(),
                     [&](const auto& one) { return one.from_revision() == change.revision; });
    if (adopted != position.generations().end()) {
      entry.set_by_generation(adopted->generation().number());
    } else {
      entry.set_by_guard(causes.has_guard);
    }
  }
  return absl::OkStatus();
}

}  // namespace serieslink::series
