#include "services/summary/weapon_scan.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/summary/core/facts.h"
#include "storage/base/status_macros.h"

namespace serieslink::summary {
namespace {

constexpr std::size_t kScannedAtOnce = 256;
// Exhibits whose evidence is read at once: enough to share reads, and few enough that what several
// ordinary series hold together stays far below what one call may hold.
constexpr std::size_t kResolvedAtOnce = 32;

using Link = view::ComponentEvidence::Changes::Link;

}  // namespace

absl::StatusOr<bool> WeaponScan::Next() {
  SL_ASSIGN_OR_RETURN(const auto nodes, cut_.reader.ScanComponents(graph::NodeType::kExhibit,
                                                                   after_, kScannedAtOnce));
  if (nodes.empty()) return false;
  after_ = nodes.back().first;
  for (std::size_t at = 0; at < nodes.size();) {
    std::vector<graph::ExhibitNumber> batch;
    for (; at < nodes.size() && batch.size() < kResolvedAtOnce; ++at) {
      const graph::ExhibitNumber exhibit = nodes[at].first;
      if (!done_.contains(exhibit) && !too_large_.contains(exhibit)) batch.push_back(exhibit);
    }
    SL_RETURN_IF_ERROR(CountAround(batch));
  }
  return true;
}

absl::Status WeaponScan::CountAround(absl::Span<const graph::ExhibitNumber> exhibits) {
  if (exhibits.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(const auto evidence, view::ComponentEvidence::LoadAll(
                                               cut_.reader, viewer_, exhibits, {}, too_large_));
  if (!evidence->is_too_large()) {
    done_.insert(evidence->members().begin(), evidence->members().end());
    if (trail_ == nullptr) return CountWeapons(evidence->At(cut_.revision), nullptr);
    const auto revisions = evidence->ChangesUpTo(trail_->upto);
    const bool is_traced = !revisions.empty() && revisions.back() > trail_->after;
    const auto changes =
        is_traced ? evidence->ChangesBetween(trail_->after, trail_->upto, trail_->adoptions)
                  : view::ComponentEvidence::Changes();
    return CountWeapons(evidence->At(cut_.revision), is_traced ? &changes : nullptr);
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
    EventGatherer gatherer;
    for (const std::uint32_t index : event.records) {
      const view::ResolvedView::Event& one = view.events_of_records[index];
      gatherer.Add(record_of(one.version), one.record->agency);
    }
    events.push_back(gatherer.Take({event.occurred.earliest_s, event.occurred.latest_s}));
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
  for (const linkage::Weapon& weapon : view.resolution.weapons) {
    WeaponFacts facts;
    SideUnit unit{.kind = UnitKind::kWeapon};
    absl::flat_hash_set<const EventFacts*> told;
    for (const std::uint32_t member : weapon.members) {
      const view::ResolvedView::Exhibit& exhibit = view.exhibits[member];
      const auto event = event_of.find(exhibit.record->number);
      const record::v1::Record& record = record_of(exhibit.version);
      facts.Add(ExhibitFactOf(record, record.exhibits(exhibit.place)),
                event == event_of.end() ? nullptr : event->second);
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
