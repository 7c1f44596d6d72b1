#include "services/linkage/core/series.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"

namespace serieslink::linkage {
namespace {

bool IsTestFire(ExhibitKind kind) {
  return kind == ExhibitKind::kTestFireCases || kind == ExhibitKind::kTestFireBullets;
}

bool PutsInHand(EventKind kind) {
  return kind == EventKind::kRecovery || kind == EventKind::kSurrender ||
         kind == EventKind::kBorderSeizure || kind == EventKind::kDisposal;
}

void CountIncident(const TimeInterval& occurred, WeaponHistory* history) {
  if (history->incident_count == 0) {
    history->first_incident = occurred;
    history->last_incident = occurred;
  } else {
    TimeInterval& first = history->first_incident;
    TimeInterval& last = history->last_incident;
    first.earliest_s = std::min(first.earliest_s, occurred.earliest_s);
    first.latest_s = std::min(first.latest_s, occurred.latest_s);
    last.earliest_s = std::max(last.earliest_s, occurred.earliest_s);
    last.latest_s = std::max(last.latest_s, occurred.latest_s);
  }
  ++history->incident_count;
}

}  // namespace

std::vector<WeaponHistory> ResolveHistories(absl::Span<const ExhibitFacts> exhibits,
                                            const Resolution& resolution,
                                            absl::Span<const RecordEventFacts> records,
                                            const EventResolution& events) {
  absl::flat_hash_map<uint64_t, uint32_t> event_of_record;
  event_of_record.reserve(records.size());
  for (uint32_t i = 0; i < records.size(); ++i) {
    event_of_record.emplace(records[i].record_number, events.event_of[i]);
  }

  std::vector<WeaponHistory> histories(resolution.weapons.size());
  for (uint32_t w = 0; w < histories.size(); ++w) {
    WeaponHistory& history = histories[w];
    history.weapon = w;
    history.exhibit_count = static_cast<uint32_t>(resolution.weapons[w].members.size());
    bool is_said = false;
    bool is_denied = false;
    for (const uint32_t member : resolution.weapons[w].members) {
      const ExhibitFacts& exhibit = exhibits[member];
      is_said |= exhibit.police_issue == PoliceIssue::kYes;
      is_denied |= exhibit.police_issue == PoliceIssue::kNo;
      // A laboratory fires only what it has.
      if (exhibit.in_hand || IsTestFire(exhibit.kind)) history.inferred = false;
      if (IsTestFire(exhibit.kind)) continue;
      const auto event = event_of_record.find(exhibit.event_record_number);
      if (event == event_of_record.end()) continue;
      history.events.push_back(event->second);
      const Event& seen_at = events.events[event->second];
      if (exhibit.kind != ExhibitKind::kGun || !PutsInHand(seen_at.kind)) continue;
      history.inferred = false;
      history.recovered = true;
      history.in_hand_by_s = std::min(history.in_hand_by_s, seen_at.occurred.latest_s);
    }
    std::sort(history.events.begin(), history.events.end());
    history.events.erase(std::unique(history.events.begin(), history.events.end()),
                         history.events.end());
    bool is_lost = false;
    for (const uint32_t e : history.events) {
      const Event& event = events.events[e];
      if (event.kind == EventKind::kIncident) CountIncident(event.occurred, &history);
      is_lost |= event.kind == EventKind::kLoss;
    }
    history.is_police_issue = is_said && !is_denied && !is_lost;
    history.is_series = history.incident_count >= kSeriesIncidents && !history.is_police_issue;
  }
  return histories;
}

}  // namespace serieslink::linkage
