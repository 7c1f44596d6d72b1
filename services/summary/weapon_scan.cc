#include "services/summary/weapon_scan.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/standing.h"
#include "services/summary/core/facts.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::summary {
namespace {

constexpr std::size_t kScannedAtOnce = 256;
// Exhibits whose evidence is read at once: enough to share reads, and few enough that what several
// ordinary series hold together stays far below what one call may hold.
constexpr std::size_t kResolvedAtOnce = 32;

using Link = view::ComponentEvidence::Changes::Link;

using Ends = std::pair<graph::ExhibitNumber, graph::ExhibitNumber>;

Ends EndsOf(const view::LoadedStatement& loaded) { return std::minmax(loaded.newer, loaded.older); }

// What waits in `view` for a second person, by its pair and name.
std::set<std::pair<Ends, std::uint64_t>> NamesOfWaiting(const view::ResolvedView& view) {
  std::set<std::pair<Ends, linkage::Channel>> asked;
  for (const view::LoadedStatement* const loaded : view.statements) {
    if (loaded->statement.alone != linkage::Alone::kDecides) {
      asked.emplace(EndsOf(*loaded), loaded->statement.channel);
    }
  }
  std::set<std::pair<Ends, std::uint64_t>> names;
  if (asked.empty()) return names;
  std::map<std::pair<Ends, linkage::Channel>, std::vector<linkage::Statement>> said;
  for (const view::LoadedStatement* const loaded : view.statements) {
    const std::pair place(EndsOf(*loaded), loaded->statement.channel);
    if (asked.contains(place)) said[place].push_back(loaded->statement);
  }
  for (const auto& [place, statements] : said) {
    for (const std::uint64_t name : linkage::WaitingForSecond(statements)) {
      names.emplace(place.first, name);
    }
  }
  return names;
}

// Which exhibits of `evidence` something the viewer sees has ever joined: by exhibit, one that
// stands for its group.
class Groups {
 public:
  explicit Groups(const view::ComponentEvidence& evidence) {
    for (const view::LoadedStatement& one : evidence.statements()) {
      if (linkage::CanJoin(one.statement)) of_[Of(one.newer)] = Of(one.older);
    }
  }

  graph::ExhibitNumber Of(graph::ExhibitNumber exhibit) {
    graph::ExhibitNumber root = exhibit;
    for (auto at = of_.find(root); at != of_.end() && at->second != root; at = of_.find(root)) {
      root = at->second;
    }
    // The next look is short.
    while (exhibit != root) exhibit = std::exchange(of_[exhibit], root);
    return root;
  }

 private:
  absl::flat_hash_map<graph::ExhibitNumber, graph::ExhibitNumber> of_;
};

}  // namespace

absl::StatusOr<bool> WeaponScan::Next() {
  SL_ASSIGN_OR_RETURN(const auto nodes, cut_.reader.ScanComponents(graph::NodeType::kExhibit,
                                                                   after_, kScannedAtOnce));
  if (nodes.empty()) return false;
  after_ = nodes.back().first;
  std::vector<graph::ExhibitNumber> exhibits;
  for (const auto& [exhibit, component] : nodes) exhibits.push_back(exhibit);
  SL_RETURN_IF_ERROR(Count(exhibits));
  return true;
}

absl::Status WeaponScan::Count(absl::Span<const graph::ExhibitNumber> exhibits) {
  for (std::size_t at = 0; at < exhibits.size();) {
    std::vector<graph::ExhibitNumber> batch;
    for (; at < exhibits.size() && batch.size() < kResolvedAtOnce; ++at) {
      const graph::ExhibitNumber exhibit = exhibits[at];
      if (!done_.contains(exhibit) && !too_large_.contains(exhibit)) batch.push_back(exhibit);
    }
    SL_RETURN_IF_ERROR(CountAround(batch));
  }
  return absl::OkStatus();
}

absl::Status WeaponScan::CountAround(absl::Span<const graph::ExhibitNumber> exhibits) {
  if (exhibits.empty()) return absl::OkStatus();
  view::ComponentEvidence::Of of;
  of.is_apart = true;
  SL_ASSIGN_OR_RETURN(
      const auto evidence,
      view::ComponentEvidence::LoadAll(cut_.reader, viewer_, exhibits, {}, too_large_, {}, of));
  if (!evidence->is_too_large()) {
    done_.insert(evidence->members().begin(), evidence->members().end());
    const view::ResolvedView view = evidence->At(cut_.revision);
    if (leads_ != nullptr) {
      SL_RETURN_IF_ERROR(CountLeads(*evidence, view));
    }
    if (trail_ == nullptr) return CountWeapons(view, nullptr);
    const auto revisions = evidence->ChangesUpTo(trail_->upto);
    const bool is_traced = !revisions.empty() && revisions.back() > trail_->after;
    const auto changes =
        is_traced ? evidence->ChangesBetween(trail_->after, trail_->upto, trail_->adoptions)
                  : view::ComponentEvidence::Changes();
    return CountWeapons(view, is_traced ? &changes : nullptr);
  }
  if (exhibits.size() == 1) {
    too_large_.insert(evidence->members().begin(), evidence->members().end());
    return absl::OkStatus();
  }
  for (const graph::ExhibitNumber& one : exhibits) {
    if (done_.contains(one) || too_large_.contains(one)) continue;
    SL_RETURN_IF_ERROR(CountAround({&one, 1}));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> WeaponScan::StatedAt(const view::LoadedStatement& statement) {
  if (statement.statement.stated_at_s > 0) return statement.statement.stated_at_s;
  if (statement.from != timed_revision_) {
    SL_ASSIGN_OR_RETURN(const absl::Time time, cut_.reader.Log().CommitTime(statement.from));
    timed_revision_ = statement.from;
    timed_s_ = absl::ToUnixSeconds(time);
  }
  return timed_s_;
}

absl::Status WeaponScan::CountLeads(const view::ComponentEvidence& evidence,
                                    const view::ResolvedView& view) {
  struct Pair {
    std::optional<std::int64_t> raised_s;
    std::optional<std::int64_t> decided_s;
    bool is_one_weapon = false;
  };
  // Which records say something of which pair now.
  std::set<std::pair<Ends, std::uint64_t>> speakers;
  for (const view::LoadedStatement* const loaded : view.statements) {
    speakers.emplace(EndsOf(*loaded), loaded->statement.asserting_record);
  }
  const std::set<std::pair<Ends, std::uint64_t>> waiting = NamesOfWaiting(view);
  Groups groups(evidence);
  std::map<Ends, Pair> pairs;
  for (const view::LoadedStatement& loaded : evidence.statements()) {
    if (loaded.from > cut_.revision) continue;
    // Groups that are read together by chance.
    if (groups.Of(loaded.newer) != groups.Of(loaded.older)) continue;
    // A statement about an exhibit that its record no longer has asks to be made again.
    const auto newer = view.Find(loaded.newer);
    const auto older = view.Find(loaded.older);
    if (!newer.has_value() || !older.has_value()) continue;
    const linkage::Statement& statement = loaded.statement;
    // One person's word where policy asks for two, of an earlier version of a record too.
    const bool waits = loaded.to <= cut_.revision
                           ? statement.alone == linkage::Alone::kDecidesNothing
                           : waiting.contains({EndsOf(loaded), statement.name});
    const bool is_lead =
        statement.verdict == linkage::Verdict::kLead ||
        (statement.verdict == linkage::Verdict::kConfirmed && (!statement.trusted || waits));
    const bool is_decision = statement.trusted && !waits &&
                             (statement.basis == linkage::Basis::kExaminer ||
                              statement.basis == linkage::Basis::kAnalyst) &&
                             (statement.verdict == linkage::Verdict::kConfirmed ||
                              statement.verdict == linkage::Verdict::kEliminated ||
                              statement.verdict == linkage::Verdict::kInconclusive);
    if (!is_lead && !is_decision) continue;
    if (loaded.to <= cut_.revision) {
      // A lead of a record that says now what became of it; anything else was taken back.
      const bool went_on = statement.asserting_record != 0 &&
                           speakers.contains({EndsOf(loaded), statement.asserting_record});
      if (!is_lead || !went_on) continue;
    }
    SL_ASSIGN_OR_RETURN(const std::int64_t stated_s, StatedAt(loaded));
    Pair& pair = pairs[EndsOf(loaded)];
    pair.is_one_weapon = view.resolution.weapon_of[*newer] == view.resolution.weapon_of[*older];
    std::optional<std::int64_t>& first_s = is_lead ? pair.raised_s : pair.decided_s;
    if (!first_s.has_value() || stated_s < *first_s) first_s = stated_s;
  }
  for (const auto& [exhibits, pair] : pairs) {
    if (!pair.raised_s.has_value()) continue;
    // Other findings say that they are one: there is nothing left to look at.
    if (!pair.decided_s.has_value() && pair.is_one_weapon) continue;
    // What was decided first is no lead of anybody's.
    if (pair.decided_s.has_value() && *pair.decided_s < *pair.raised_s) continue;
    leads_->Add({.raised_s = *pair.raised_s, .decided_s = pair.decided_s});
  }
  return absl::OkStatus();
}

absl::Status WeaponScan::CountWeapons(const view::ResolvedView& view,
                                      const view::ComponentEvidence::Changes* changes) {
  // The canonical records of everything in the view, each once.
  std::vector<const view::LoadedVersion*> versions;
  absl::flat_hash_map<const view::LoadedVersion*, std::size_t> place_of;
  const auto want = [&](const view::LoadedVersion* version) {
    if (place_of.try_emplace(version, versions.size()).second) versions.push_back(version);
  };
  for (const view::ResolvedView::Exhibit& exhibit : view.exhibits) want(exhibit.version);
  for (const view::ResolvedView::Event& event : view.events_of_records) want(event.version);
  SL_ASSIGN_OR_RETURN(const auto records, view::CanonicalRecords(cut_.reader, versions));
  const auto record_of = [&](const view::LoadedVersion* version) -> const record::v1::Record& {
    return *records[place_of.at(version)];
  };

  std::vector<EventFacts> events;
  events.reserve(view.events.events.size());
  for (const linkage::Event& event : view.events.events) {
    EventGatherer gatherer(areas_);
    for (const std::uint32_t index : event.records) {
      const view::ResolvedView::Event& one = view.events_of_records[index];
      gatherer.Add(record_of(one.version), one.record->agency);
    }
    events.push_back(gatherer.Take({event.occurred.earliest_s, event.occurred.latest_s}));
    std::uint64_t first_record = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint32_t index : event.records) {
      first_record = std::min(first_record, view.events_of_records[index].record->number);
    }
    events.back().first_record = first_record;
  }
  absl::flat_hash_map<graph::RecordNumber, const EventFacts*> event_of;
  for (std::size_t i = 0; i < view.events_of_records.size(); ++i) {
    event_of[view.events_of_records[i].record->number] = &events[view.events.event_of[i]];
  }
  absl::flat_hash_map<const EventFacts*, std::vector<std::uint64_t>> records_of;
  absl::flat_hash_map<graph::ExhibitNumber, std::vector<const Link*>> links_of;
  if (changes != nullptr) {
    for (const auto& [record, event] : event_of) records_of[event].push_back(record);
    for (const Link& link : changes->links) {
      links_of[link.newer].push_back(&link);
      links_of[link.older].push_back(&link);
    }
  }
  for (std::size_t place = 0; place < view.resolution.weapons.size(); ++place) {
    const linkage::Weapon& weapon = view.resolution.weapons[place];
    WeaponFacts facts;
    facts.is_police_issue = view.histories[place].is_police_issue;
    SideUnit unit{.kind = UnitKind::kWeapon};
    absl::flat_hash_set<const EventFacts*> told;
    for (const std::uint32_t member : weapon.members) {
      const view::ResolvedView::Exhibit& exhibit = view.exhibits[member];
      const auto event = event_of.find(exhibit.record->number);
      const record::v1::Record& record = record_of(exhibit.version);
      ExhibitFact fact = ExhibitFactOf(record, record.exhibits(exhibit.place));
      if (sink_.wants_traits()) SetTraits(record, record.exhibits(exhibit.place), fact);
      facts.Add(fact, event == event_of.end() ? nullptr : event->second);
      if (changes == nullptr) continue;
      unit.members.push_back(exhibit.number);
      unit.records.push_back(exhibit.record->number);
      if (event != event_of.end() && told.insert(event->second).second) {
        const std::vector<std::uint64_t>& telling = records_of.at(event->second);
        unit.records.insert(unit.records.end(), telling.begin(), telling.end());
      }
      for (const Link* const link : links_of[exhibit.number]) {
        unit.links.push_back({.first = link->newer,
                              .second = link->older,
                              .record = link->record,
                              .basis = static_cast<int>(link->basis),
                              .is_by_guard = link->is_by_guard});
      }
    }
    sink_.AddWeapon(facts, changes != nullptr ? &unit.additions : nullptr);
    if (changes != nullptr) trail_->collector->Add(trail_->side, std::move(unit));
  }
  return absl::OkStatus();
}

}  // namespace serieslink::summary
