#include "services/view/component_evidence.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "google/protobuf/arena.h"
#include "services/linkage/core/events.h"
#include "services/view/canonical.h"
#include "services/view/extract.h"
#include "storage/base/sort_and_drop_repeats.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::view {
namespace {

// Log entries that are read at once.
constexpr std::size_t kEntriesAtOnce = 512;
// Members of components of records that are read together, each with this many at most.
constexpr std::size_t kMembersTogetherMax = 64;
// A component of no more versions keeps their canonical records, several times larger than what is
// compared of them; of a larger one, those that an answer shows are read again.
constexpr std::size_t kVersionsKeptMax = 1024;

// What of `record` is compared, for those of its exhibits that are among `members`.
void ReduceTo(const record::v1::Record& record, graph::RecordNumber number,
              const VisibleRecord& state, const std::vector<graph::ExhibitNumber>& members,
              const linkage::LocatePlace& locate, bool with_descriptions, LoadedVersion& version) {
  if (const auto event = StoredFactsOf(record); event.has_value()) {
    version.event = FactsOf(*event, number, state.public_id, SourceHash(record.source()));
    const type::v1::Place& place = record.event().place();
    version.areas = linkage::AreaKeysOf(place, locate);
    if (place.has_point()) {
      version.point = {place.point().latitude_degrees(), place.point().longitude_degrees()};
    }
  }
  int guns = 0;
  for (const record::v1::Exhibit& exhibit : record.exhibits()) {
    guns += IsGunListedApart(exhibit.kind());
  }
  // A record can have named many exhibits of which few are members.
  absl::flat_hash_map<std::string_view, std::uint32_t> ordinals;
  for (auto member =
           std::lower_bound(members.begin(), members.end(), graph::MakeExhibitNumber(number, 0));
       member != members.end() && graph::RecordOf(*member) == number; ++member) {
    const std::uint32_t ordinal = graph::OrdinalOf(*member);
    if (ordinal < state.exhibits.size()) ordinals[state.exhibits[ordinal].reference] = ordinal;
  }
  for (int place = 0; place < record.exhibits_size() && !ordinals.empty(); ++place) {
    const record::v1::Exhibit& exhibit = record.exhibits(place);
    const auto found = ordinals.find(exhibit.exhibit_reference());
    if (found == ordinals.end()) continue;
    const std::uint32_t ordinal = found->second;
    const graph::ExhibitNumber exhibit_number = graph::MakeExhibitNumber(number, ordinal);
    stored::v1::ExhibitFacts stored = StoredFactsOf(exhibit);
    if (!with_descriptions) {
      stored.clear_serials();
      stored.clear_make();
      stored.clear_model();
      stored.clear_calibre();
      stored.clear_part_kind();
    }
    version.exhibits.push_back({exhibit_number, place,
                                FactsOf(stored, state.exhibits[ordinal].public_id, number, ordinal,
                                        guns > 1 && IsGunListedApart(exhibit.kind()), state.agency,
                                        version.event.has_value() ? &*version.event : nullptr)});
    linkage::ExhibitFacts& facts = version.exhibits.back().facts;
    facts.in_hand = WasInHand(record, exhibit);
    facts.police_issue = PoliceIssueOf(exhibit);
  }
}

// Which records are related to those of `is_related`, those included. `for_facts(place, visit)`
// calls `visit` with what each version of the record at a place says of its event.
template <typename ForFacts>
std::vector<bool> RelatedOf(std::vector<bool> is_related, const ForFacts& for_facts) {
  const std::size_t count = is_related.size();
  // A former id relates those who claim it only by a record of that id which the viewer may see;
  // the same goes for the id of a record of which they say that its items are their own, and that
  // has to be of their kind.
  absl::flat_hash_set<std::uint64_t> sources;
  const auto item_key = [](std::uint64_t source, linkage::EventKind kind) {
    return source ^ (0x9E3779B97F4A7C15u * (static_cast<std::uint64_t>(kind) + 1));
  };
  for (std::size_t i = 0; i < count; ++i) {
    for_facts(i, [&](const linkage::RecordEventFacts& facts) {
      sources.insert(facts.source);
      sources.insert(item_key(facts.source, facts.kind));
    });
  }
  absl::flat_hash_map<std::uint64_t, std::vector<std::size_t>> of_reference;
  const auto for_references = [&](std::size_t place, const auto& visit) {
    for_facts(place, [&](const linkage::RecordEventFacts& facts) {
      for (const std::uint64_t reference : facts.references) visit(reference);
      visit(facts.source);
      for (const std::uint64_t former : facts.former_sources) {
        if (sources.contains(former)) visit(former);
      }
      visit(item_key(facts.source, facts.kind));
      for (const auto* const named : {&facts.spent_item_sources, &facts.other_item_sources}) {
        for (const std::uint64_t source : *named) {
          const std::uint64_t key = item_key(source, facts.kind);
          if (sources.contains(key)) visit(key);
        }
      }
    });
  };
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < count; ++i) {
    for_references(i, [&](std::uint64_t reference) { of_reference[reference].push_back(i); });
    if (is_related[i]) waiting.push_back(i);
  }
  while (!waiting.empty()) {
    const std::size_t place = waiting.back();
    waiting.pop_back();
    for_references(place, [&](std::uint64_t reference) {
      for (const std::size_t other : std::exchange(of_reference[reference], {})) {
        if (!is_related[other]) waiting.push_back(other);
        is_related[other] = true;
      }
    });
  }
  return is_related;
}

}  // namespace

std::vector<std::vector<linkage::WeaponFlag>> ResolvedView::Flags() const {
  return linkage::FlagsOf(exhibit_facts, resolution, event_facts, points, events, histories);
}

std::optional<std::uint32_t> ResolvedView::Find(graph::ExhibitNumber number) const {
  for (std::uint32_t i = 0; i < exhibits.size(); ++i) {
    if (exhibits[i].number == number) return i;
  }
  return std::nullopt;
}

absl::StatusOr<std::unique_ptr<ComponentEvidence>> ComponentEvidence::Load(
    graph::GraphReader& reader, const Viewer& viewer, graph::ExhibitNumber exhibit,
    const EvidenceBounds& bounds, const absl::flat_hash_set<graph::ExhibitNumber>& too_large) {
  return LoadAll(reader, viewer, {&exhibit, 1}, bounds, too_large);
}

absl::StatusOr<std::unique_ptr<ComponentEvidence>> ComponentEvidence::LoadAll(
    graph::GraphReader& reader, const Viewer& viewer,
    absl::Span<const graph::ExhibitNumber> exhibits, const EvidenceBounds& bounds,
    const absl::flat_hash_set<graph::ExhibitNumber>& too_large,
    absl::Span<const graph::RecordNumber> records, const Of& of) {
  std::unique_ptr<ComponentEvidence> evidence(new ComponentEvidence());
  VisibleComponent component(&reader, viewer, bounds, of.known_records);
  SL_RETURN_IF_ERROR(component.Find(exhibits, too_large, of.is_apart));
  evidence->viewer_ = viewer;
  evidence->members_.assign(component.members().begin(), component.members().end());
  std::sort(evidence->members_.begin(), evidence->members_.end());
  evidence->is_too_large_ = component.is_too_large();
  if (evidence->is_too_large_) return evidence;
  evidence->statements_ = component.TakeStatements();

  // Records of the members, and those that share a reference with one of them.
  std::set<graph::RecordNumber> own;
  for (const graph::ExhibitNumber member : evidence->members_) own.insert(graph::RecordOf(member));
  SL_RETURN_IF_ERROR(component.LearnRecords(records));
  for (const graph::RecordNumber record : records) {
    if (component.FindRecord(record) != nullptr) own.insert(record);
  }
  if (own.empty()) return evidence;
  std::set<graph::RecordNumber> visible = own;
  SL_ASSIGN_OR_RETURN(const auto related,
                      reader.Components(graph::NodeType::kRecord,
                                        std::vector<graph::RecordNumber>(own.begin(), own.end())));
  std::vector<std::uint64_t> sharing;
  for (const std::optional<std::uint64_t>& one : related) {
    if (one.has_value()) sharing.push_back(*one);
  }
  base::SortAndDropRepeats(sharing);
  std::vector<graph::RecordNumber> waiting;
  const auto learn = [&]() -> absl::Status {
    SL_RETURN_IF_ERROR(component.LearnRecords(waiting));
    for (const graph::RecordNumber record : waiting) {
      if (component.FindRecord(record) != nullptr) visible.insert(record);
    }
    waiting.clear();
    return absl::OkStatus();
  };
  // Most have few members; what has many is read whole, one after the other.
  for (std::size_t at = 0; at < sharing.size(); at += kEntriesAtOnce) {
    const auto some = absl::MakeConstSpan(sharing).subspan(at, kEntriesAtOnce);
    SL_ASSIGN_OR_RETURN(const auto few, reader.ComponentMembersOfEach(graph::NodeType::kRecord,
                                                                      some, kMembersTogetherMax));
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (few[i].size() < kMembersTogetherMax) {
        waiting.insert(waiting.end(), few[i].begin(), few[i].end());
      } else {
        SL_ASSIGN_OR_RETURN(const auto members,
                            reader.ComponentMembers(graph::NodeType::kRecord, some[i]));
        waiting.insert(waiting.end(), members.begin(), members.end());
      }
      if (waiting.size() >= kEntriesAtOnce) SL_RETURN_IF_ERROR(learn());
    }
  }
  SL_RETURN_IF_ERROR(learn());
  for (const graph::RecordNumber number : visible) {
    const VisibleRecord& state = *component.FindRecord(number);
    LoadedRecord& record = evidence->records_.emplace_back();
    record.number = number;
    record.public_id = state.public_id;
    record.agency = state.agency;
  }
  const auto has_too_many = [&] {
    std::size_t versions = 0;
    for (const LoadedRecord& record : evidence->records_) {
      versions += component.FindRecord(record.number)->versions.size();
    }
    return versions > bounds.versions_max;
  };
  // What only a hidden record relates does not count either.
  if (has_too_many()) SL_RETURN_IF_ERROR(evidence->DropUnrelatedUnread(reader, component, own));
  if (has_too_many()) {
    evidence->is_too_large_ = true;
    evidence->records_.clear();
    evidence->statements_.clear();
    return evidence;
  }
  SL_RETURN_IF_ERROR(evidence->LoadVersions(reader, component, of));
  evidence->DropUnrelated(own);

  std::vector<graph::RecordNumber> asserting;
  for (const LoadedStatement& one : evidence->statements_) {
    if (one.statement.asserting_record != 0) asserting.push_back(one.statement.asserting_record);
  }
  SL_RETURN_IF_ERROR(component.LearnRecords(asserting));
  for (const graph::RecordNumber record : asserting) {
    const VisibleRecord* state = component.FindRecord(record);
    if (state != nullptr) evidence->asserting_[record] = *state;
  }
  return evidence;
}

absl::Status ComponentEvidence::LoadVersions(graph::GraphReader& reader,
                                             const VisibleComponent& component, const Of& of) {
  static const auto* const nowhere = new linkage::LocatePlace();
  const linkage::LocatePlace& locate = of.locate != nullptr ? *of.locate : *nowhere;
  std::size_t count = 0;
  for (LoadedRecord& record : records_) {
    for (const VisibleRecord::Version& version : component.FindRecord(record.number)->versions) {
      LoadedVersion& loaded = record.versions.emplace_back();
      loaded.sequence = version.sequence;
      loaded.from = version.from;
      loaded.to = version.to;
      loaded.was_hidden = !MaySee(viewer_, record.agency, version.visibility);
      ++count;
    }
  }
  const bool are_kept = count <= kVersionsKeptMax;
  const auto keep = [&](const LoadedRecord& record, const ReadEntry& read, LoadedVersion& version) {
    version.source_version = read.source_version;
    version.source = read.source;
    version.is_withdrawal = read.record == nullptr;
    if (version.is_withdrawal) return;
    ReduceTo(*read.record, record.number, *component.FindRecord(record.number), members_, locate,
             of.with_descriptions, version);
    if (are_kept) version.record = read.record;
  };
  std::vector<std::pair<const LoadedRecord*, LoadedVersion*>> waiting;
  const auto load = [&]() -> absl::Status {
    std::vector<graph::SequenceNumber> sequences;
    for (const auto& [record, version] : waiting) sequences.push_back(version->sequence);
    google::protobuf::Arena arena;
    SL_ASSIGN_OR_RETURN(const auto entries, reader.Log().Entries(sequences, &arena));
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      SL_ASSIGN_OR_RETURN(const ReadEntry read, ReadEntryOf(*entries[i]));
      keep(*waiting[i].first, read, *waiting[i].second);
    }
    waiting.clear();
    return absl::OkStatus();
  };
  for (LoadedRecord& record : records_) {
    for (LoadedVersion& version : record.versions) {
      if (of.known != nullptr) {
        if (const auto read = of.known->find(version.sequence); read != of.known->end()) {
          keep(record, read->second, version);
          continue;
        }
      }
      waiting.emplace_back(&record, &version);
      if (waiting.size() == kEntriesAtOnce) SL_RETURN_IF_ERROR(load());
    }
  }
  return waiting.empty() ? absl::OkStatus() : load();
}

void ComponentEvidence::DropUnrelated(const std::set<graph::RecordNumber>& own) {
  if (records_.size() == own.size()) return;
  Keep(RelatedOf(OwnOf(own), [this](std::size_t place, const auto& visit) {
    for (const LoadedVersion& version : records_[place].versions) {
      if (version.event.has_value()) visit(*version.event);
    }
  }));
}

absl::Status ComponentEvidence::DropUnrelatedUnread(graph::GraphReader& reader,
                                                    const VisibleComponent& component,
                                                    const std::set<graph::RecordNumber>& own) {
  // Of each version what relates it, and no more: there may be far more of them than are kept.
  std::vector<std::vector<linkage::RecordEventFacts>> facts(records_.size());
  std::vector<std::pair<std::size_t, graph::SequenceNumber>> waiting;
  const auto read = [&]() -> absl::Status {
    std::vector<graph::SequenceNumber> sequences;
    for (const auto& [place, sequence] : waiting) sequences.push_back(sequence);
    google::protobuf::Arena arena;
    SL_ASSIGN_OR_RETURN(const auto entries, reader.Log().Entries(sequences, &arena));
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      SL_ASSIGN_OR_RETURN(const auto canonical, CanonicalOf(*entries[i]));
      if (canonical == nullptr) continue;
      if (const auto event = StoredFactsOf(*canonical); event.has_value()) {
        const LoadedRecord& record = records_[waiting[i].first];
        facts[waiting[i].first].push_back(
            FactsOf(*event, record.number, record.public_id, SourceHash(canonical->source())));
      }
    }
    waiting.clear();
    return absl::OkStatus();
  };
  for (std::size_t place = 0; place < records_.size(); ++place) {
    for (const auto& version : component.FindRecord(records_[place].number)->versions) {
      waiting.emplace_back(place, version.sequence);
      if (waiting.size() == kEntriesAtOnce) SL_RETURN_IF_ERROR(read());
    }
  }
  SL_RETURN_IF_ERROR(read());
  Keep(RelatedOf(OwnOf(own), [&facts](std::size_t place, const auto& visit) {
    for (const linkage::RecordEventFacts& one : facts[place]) visit(one);
  }));
  return absl::OkStatus();
}

std::vector<bool> ComponentEvidence::OwnOf(const std::set<graph::RecordNumber>& own) const {
  std::vector<bool> is_own;
  for (const LoadedRecord& record : records_) is_own.push_back(own.contains(record.number));
  return is_own;
}

void ComponentEvidence::Keep(const std::vector<bool>& is_kept) {
  std::vector<LoadedRecord> kept;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    if (is_kept[i]) kept.push_back(std::move(records_[i]));
  }
  records_ = std::move(kept);
}

std::vector<std::unique_ptr<ComponentEvidence>> ComponentEvidence::Apart() const {
  // Members are joined in twos until each points, by way of others, to the first of its part.
  std::vector<std::size_t> joined_to(members_.size());
  for (std::size_t i = 0; i < joined_to.size(); ++i) joined_to[i] = i;
  const auto first_of = [&joined_to](std::size_t place) {
    while (joined_to[place] != place) {
      place = joined_to[place] = joined_to[joined_to[place]];
    }
    return place;
  };
  const auto first_of_member = [&](graph::ExhibitNumber member) {
    const auto found = std::lower_bound(members_.begin(), members_.end(), member);
    return first_of(static_cast<std::size_t>(found - members_.begin()));
  };
  for (const LoadedStatement& one : statements_) {
    if (!linkage::CanJoin(one.statement)) continue;
    const auto [first, other] =
        std::minmax({first_of_member(one.newer), first_of_member(one.older)});
    joined_to[other] = first;
  }

  std::vector<std::unique_ptr<ComponentEvidence>> parts;
  absl::flat_hash_map<std::size_t, ComponentEvidence*> part_of;  // by its first member's place
  for (std::size_t i = 0; i < members_.size(); ++i) {
    ComponentEvidence*& part = part_of[first_of(i)];
    if (part == nullptr) {
      part = parts.emplace_back(new ComponentEvidence()).get();
      part->viewer_ = viewer_;
    }
    part->members_.push_back(members_[i]);
  }
  for (const LoadedStatement& one : statements_) {
    ComponentEvidence* const part = part_of[first_of_member(one.newer)];
    if (part != part_of[first_of_member(one.older)]) continue;
    part->statements_.push_back(one);
    const auto asserting = asserting_.find(one.statement.asserting_record);
    if (asserting != asserting_.end()) part->asserting_.insert(*asserting);
  }
  for (const std::unique_ptr<ComponentEvidence>& part : parts) part->TakeRecordsOf(*this);
  return parts;
}

void ComponentEvidence::TakeRecordsOf(const ComponentEvidence& whole) {
  std::set<graph::RecordNumber> own;
  for (const graph::ExhibitNumber member : members_) own.insert(graph::RecordOf(member));
  const std::vector<bool> is_related =
      RelatedOf(whole.OwnOf(own), [&whole](std::size_t place, const auto& visit) {
        for (const LoadedVersion& version : whole.records_[place].versions) {
          if (version.event.has_value()) visit(*version.event);
        }
      });
  for (std::size_t i = 0; i < is_related.size(); ++i) {
    if (!is_related[i]) continue;
    LoadedRecord& record = records_.emplace_back(whole.records_[i]);
    for (LoadedVersion& version : record.versions) {
      std::erase_if(version.exhibits, [&](const LoadedVersion::Exhibit& one) {
        return !std::binary_search(members_.begin(), members_.end(), one.number);
      });
    }
  }
}

ResolvedView ComponentEvidence::As(absl::Span<const linkage::Supposition> suppositions,
                                   graph::Revision revision, std::vector<std::uint32_t>* changed,
                                   bool as_shown) const {
  ResolvedView view;
  view.revision = revision;
  absl::flat_hash_set<graph::ExhibitNumber> there;
  absl::flat_hash_set<graph::RecordNumber> standing;
  for (const LoadedRecord& record : records_) {
    for (const LoadedVersion& version : record.versions) {
      if (revision < version.from || revision >= version.to) continue;
      if (as_shown && version.was_hidden) continue;
      if (version.event.has_value()) {
        view.events_of_records.push_back({&record, &version});
        view.event_facts.push_back(*version.event);
        view.points.push_back(version.point);
      }
      if (version.is_withdrawal) continue;
      standing.insert(record.number);
      for (const LoadedVersion::Exhibit& exhibit : version.exhibits) {
        there.insert(exhibit.number);
        view.exhibits.push_back({exhibit.number, &record, &version, exhibit.place});
        view.exhibit_facts.push_back(exhibit.facts);
      }
    }
  }
  std::vector<linkage::Statement> statements;
  for (const LoadedStatement& one : statements_) {
    if (revision < one.from || revision >= one.to) continue;
    const bool has_newer = there.contains(one.newer);
    const bool has_older = there.contains(one.older);
    if (!has_newer && !has_older) continue;
    if (!has_newer && !standing.contains(graph::RecordOf(one.newer))) continue;
    if (!has_older && !standing.contains(graph::RecordOf(one.older))) continue;
    view.statements.push_back(&one);
    statements.push_back(one.statement);
  }
  if (changed != nullptr) *changed = linkage::Suppose(suppositions, statements);
  view.resolution = linkage::Resolve(view.exhibit_facts, statements);
  view.events = linkage::ResolveEvents(view.event_facts);
  view.histories =
      linkage::ResolveHistories(view.exhibit_facts, view.resolution, view.event_facts, view.events);
  return view;
}

ComponentEvidence::Causes ComponentEvidence::CausesAt(
    graph::Revision revision, const absl::flat_hash_set<graph::ExhibitNumber>& exhibits,
    const absl::flat_hash_set<graph::RecordNumber>& event_records) const {
  absl::flat_hash_set<graph::RecordNumber> touching = event_records;
  for (const graph::ExhibitNumber exhibit : exhibits) touching.insert(graph::RecordOf(exhibit));
  std::set<std::pair<graph::RecordNumber, std::uint64_t>> changed;
  absl::flat_hash_set<graph::RecordNumber> changed_records;
  for (const LoadedRecord& record : records_) {
    for (const LoadedVersion& version : record.versions) {
      if (version.from != revision) continue;
      changed_records.insert(record.number);
      if (touching.contains(record.number)) changed.emplace(record.number, record.public_id);
    }
  }
  Causes causes;
  for (const LoadedStatement& one : statements_) {
    if ((one.from != revision && one.to != revision) ||
        (!exhibits.contains(one.newer) && !exhibits.contains(one.older))) {
      continue;
    }
    if (one.rule.empty()) {
      const graph::RecordNumber number = one.statement.asserting_record;
      const VisibleRecord* const record = AssertingRecord(number);
      const bool came = record != nullptr &&
                        std::any_of(record->versions.begin(), record->versions.end(),
                                    [&](const auto& version) { return version.from == revision; });
      if (came) changed.emplace(number, record->public_id);
    } else if (exhibits.contains(one.newer) && exhibits.contains(one.older)) {
      causes.has_guard |= !changed_records.contains(graph::RecordOf(one.newer)) &&
                          !changed_records.contains(graph::RecordOf(one.older));
    }
  }
  for (const auto& [number, public_id] : changed) causes.records.push_back(public_id);
  return causes;
}

ComponentEvidence::Changes ComponentEvidence::ChangesBetween(
    graph::Revision after, graph::Revision upto,
    const absl::flat_hash_set<graph::Revision>& adoptions) const {
  Changes changes;
  absl::flat_hash_set<std::pair<graph::RecordNumber, graph::Revision>> came;
  const auto is_between = [&](graph::Revision one) { return one > after && one <= upto; };
  for (const LoadedRecord& record : records_) {
    for (const LoadedVersion& version : record.versions) {
      if (!is_between(version.from)) continue;
      changes.records.insert(record.number);
      came.emplace(record.number, version.from);
    }
  }
  for (const LoadedStatement& one : statements_) {
    Changes::Link link{.newer = one.newer, .older = one.older, .basis = one.statement.basis};
    bool is_told = false;
    for (const graph::Revision at : {one.from, one.to}) {
      if (!is_between(at)) continue;
      if (one.rule.empty()) {
        const VisibleRecord* const record = AssertingRecord(one.statement.asserting_record);
        if (record == nullptr ||
            !std::any_of(record->versions.begin(), record->versions.end(),
                         [&](const auto& version) { return version.from == at; })) {
          continue;
        }
        link.record = one.statement.asserting_record;
        is_told = true;
      } else if (!came.contains({graph::RecordOf(one.newer), at}) &&
                 !came.contains({graph::RecordOf(one.older), at}) && !adoptions.contains(at)) {
        link.is_by_guard = true;
        is_told = true;
      }
    }
    if (is_told) changes.links.push_back(link);
  }
  return changes;
}

const VisibleRecord* ComponentEvidence::AssertingRecord(graph::RecordNumber record) const {
  const auto found = asserting_.find(record);
  return found == asserting_.end() ? nullptr : &found->second;
}

std::optional<graph::Revision> ComponentEvidence::LastStood(graph::ExhibitNumber exhibit,
                                                            graph::Revision revision) const {
  std::optional<graph::Revision> last;
  for (const LoadedRecord& record : records_) {
    if (record.number != graph::RecordOf(exhibit)) continue;
    for (const LoadedVersion& version : record.versions) {
      if (version.from > revision || version.to <= version.from) continue;
      for (const LoadedVersion::Exhibit& one : version.exhibits) {
        if (one.number == exhibit)
          last = std::max(last, std::optional(std::min(version.to - 1, revision)));
      }
    }
  }
  return last;
}

std::optional<graph::ExhibitNumber> ComponentEvidence::PresentOf(graph::ExhibitNumber exhibit,
                                                                 graph::Revision revision) const {
  for (const LoadedStatement& one : statements_) {
    if (one.statement.relation != linkage::Relation::kOneRecord || revision < one.from ||
        revision >= one.to || (one.newer != exhibit && one.older != exhibit)) {
      continue;
    }
    const graph::ExhibitNumber other = one.newer == exhibit ? one.older : one.newer;
    // It is the record under its present id that says so.
    if (graph::RecordOf(other) == one.statement.asserting_record) return other;
  }
  return std::nullopt;
}

std::vector<graph::Revision> ComponentEvidence::ChangesUpTo(graph::Revision revision) const {
  std::set<graph::Revision> changes;
  for (const LoadedRecord& record : records_) {
    for (const LoadedVersion& version : record.versions) {
      changes.insert(version.from);
      changes.insert(version.to);
    }
  }
  for (const LoadedStatement& one : statements_) {
    changes.insert(one.from);
    changes.insert(one.to);
  }
  return std::vector<graph::Revision>(changes.begin(), changes.upper_bound(revision));
}

absl::StatusOr<std::vector<std::shared_ptr<const record::v1::Record>>> CanonicalRecords(
    const graph::GraphReader& reader, absl::Span<const LoadedVersion* const> versions) {
  std::vector<std::shared_ptr<const record::v1::Record>> records(versions.size());
  std::vector<graph::SequenceNumber> sequences;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    records[i] = versions[i]->record;
    if (records[i] != nullptr) continue;
    sequences.push_back(versions[i]->sequence);
    places.push_back(i);
  }
  SL_ASSIGN_OR_RETURN(const auto entries, graph::LogReader(&reader.snapshot()).Entries(sequences));
  for (std::size_t i = 0; i < places.size(); ++i) {
    SL_ASSIGN_OR_RETURN(records[places[i]], CanonicalOf(entries[i]));
    if (records[places[i]] == nullptr) return absl::DataLossError("a version holds no record");
  }
  return records;
}

}  // namespace serieslink::view
