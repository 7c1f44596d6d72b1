#include "services/alerts/lead_news.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/alerts/concerned.h"
#include "services/view/event_answer.h"
#include "storage/graph/public_id.h"

namespace serieslink::alerts {
namespace {

using ::serieslink::graph::IdOf;
using ::serieslink::linkage::EventKind;
using ::serieslink::view::ResolvedView;

// Whether a gun was used there, or came into hand.
bool IsScene(EventKind kind) {
  return kind == EventKind::kIncident || kind == EventKind::kRecovery ||
         kind == EventKind::kSurrender || kind == EventKind::kBorderSeizure;
}

bool HasScene(const ResolvedView& view, std::uint32_t weapon) {
  const auto& events = view.histories[weapon].events;
  return std::any_of(events.begin(), events.end(),
                     [&](std::uint32_t event) { return IsScene(view.events.events[event].kind); });
}

// Of two guns that may be one, what one is reported lost by, and where the other was used or came
// into hand; no reports where neither is so.
struct LostAndSeen {
  std::map<std::string, std::uint32_t> reports;  // "EX-…", and its place in the view
  Concerned concerned;
  std::vector<linkage::AreaKeys> areas;  // of both
};

// `a` and `b` are places of exhibits in `view`.
LostAndSeen FindLostAndSeen(const ResolvedView& view, std::uint32_t a, std::uint32_t b) {
  LostAndSeen found;
  const std::array<std::uint32_t, 2> weapons = {view.resolution.weapon_of[a],
                                                view.resolution.weapon_of[b]};
  if (weapons[0] == weapons[1]) return found;
  for (const std::size_t lost : {0, 1}) {
    const std::size_t other = 1 - lost;
    if (!HasEvent(view, weapons[lost], EventKind::kLoss) || !HasScene(view, weapons[other])) {
      continue;
    }
    for (const std::uint32_t member : view.resolution.weapons[weapons[lost]].members) {
      const ResolvedView::Exhibit& exhibit = view.exhibits[member];
      const auto& event = exhibit.version->event;
      if (!event.has_value() || event->kind != EventKind::kLoss) continue;
      found.reports.emplace(IdOf(graph::IdKind::kExhibit, view.exhibit_facts[member].public_id),
                            member);
      found.concerned.losing.insert(exhibit.record->agency);
      found.areas.push_back(exhibit.version->areas);
    }
    for (const std::uint32_t event : view.histories[weapons[other]].events) {
      if (!IsScene(view.events.events[event].kind)) continue;
      for (const std::uint32_t record : view.events.events[event].records) {
        found.concerned.investigating.insert(view.events_of_records[record].record->agency);
        found.areas.push_back(view.events_of_records[record].version->areas);
      }
    }
  }
  return found;
}

}  // namespace

std::vector<News> NewsOfLead(const view::ComponentEvidence& evidence, graph::ExhibitNumber newer,
                             graph::ExhibitNumber older, bool was_known,
                             const NewsContext& context) {
  const ResolvedView view = evidence.AsShownAt(context.revision);
  const auto a = view.Find(newer);
  const auto b = view.Find(older);
  if (!a.has_value() || !b.has_value()) return {};
  LostAndSeen found = FindLostAndSeen(view, *a, *b);
  if (found.reports.empty()) return {};
  if (was_known) {
    const ResolvedView before = evidence.AsShownAt(context.revision - 1);
    const auto a_before = before.Find(newer);
    const auto b_before = before.Find(older);
    if (!a_before.has_value() || !b_before.has_value() ||
        !FindLostAndSeen(before, *a_before, *b_before).reports.empty()) {
      return {};
    }
  }
  News news = NewNews(alert::v1::ALERT_KIND_STOLEN_GUN_LEAD, view.exhibit_facts[*a].public_id,
                      absl::StrCat(view.exhibit_facts[*b].public_id), context);
  for (const linkage::AreaKeys& areas : found.areas) AddAreas(areas, news);
  std::set<std::string> causes;
  const auto add_cause = [&](std::uint32_t place) {
    const ResolvedView::Exhibit& exhibit = view.exhibits[place];
    if (exhibit.version->from != context.revision) return;
    const std::string id = IdOf(graph::IdKind::kRecord, exhibit.record->public_id);
    if (causes.insert(id).second && news.alert.causes_size() < kAlertListMax) {
      news.alert.add_causes(id);
    }
  };
  std::set<std::string> agencies;
  for (const std::uint32_t place : {*a, *b}) {
    const ResolvedView::Exhibit& exhibit = view.exhibits[place];
    const std::string id = IdOf(graph::IdKind::kExhibit, view.exhibit_facts[place].public_id);
    news.alert.add_exhibits(id);
    found.reports.erase(id);
    agencies.insert(exhibit.record->agency);
    add_cause(place);
    AddAreas(exhibit.version->areas, news);
  }
  // The two that may be one come first, then the reports of the loss.
  for (const auto& [id, place] : found.reports) {
    if (news.alert.exhibits_size() == kAlertListMax) break;
    news.alert.add_exhibits(id);
    add_cause(place);
  }
  SetList(agencies, news.alert.mutable_agencies());
  SetConcerned(found.concerned, news.alert);
  std::vector<News> told(1);
  told[0] = std::move(news);
  return told;
}

}  // namespace serieslink::alerts
