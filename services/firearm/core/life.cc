#include "services/firearm/core/life.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "services/firearm/core/recovery.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::linkage::Before;
using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::TimeInterval;

// The moment by which an event is put in order, and whether there is one.
std::tuple<bool, std::int64_t> MomentOf(const TimeInterval& occurred) {
  if (occurred.earliest_s != TimeInterval::kUnknownEarliest) return {false, occurred.earliest_s};
  if (occurred.latest_s != TimeInterval::kUnknownLatest) return {false, occurred.latest_s};
  return {true, 0};
}

// A gun is lost, then used, then comes into hand, then leaves it.
int StageOf(EventKind kind) {
  switch (kind) {
    case EventKind::kLoss:
      return 0;
    case EventKind::kIncident:
    case EventKind::kSighting:
      return 1;
    case EventKind::kRecovery:
    case EventKind::kSurrender:
    case EventKind::kBorderSeizure:
      return 2;
    case EventKind::kDisposal:
      return 3;
    default:
      return 4;
  }
}

}  // namespace

bool ComesIntoHand(const LifeEventFacts& event) {
  return (event.has_gun || event.has_lost_part) &&
         (event.kind == EventKind::kRecovery || event.kind == EventKind::kSurrender ||
          event.kind == EventKind::kBorderSeizure);
}

bool BringsPart(const LifeEventFacts& event) {
  return event.has_part && !ComesIntoHand(event) &&
         (event.kind == EventKind::kRecovery || event.kind == EventKind::kSurrender ||
          event.kind == EventKind::kBorderSeizure);
}

bool IsKept(const LifeEventFacts& event) {
  return event.kind == EventKind::kDisposal &&
         event.disposal == record::v1::DISPOSAL_KIND_RETAINED && !event.disposals_differ;
}

bool IsDeparture(const LifeEventFacts& event) {
  return event.kind == EventKind::kDisposal && !IsKept(event);
}

bool CanBeDestruction(const LifeEventFacts& event) {
  return event.kind == EventKind::kDisposal &&
         (event.disposals_differ || event.disposal == record::v1::DISPOSAL_KIND_DESTROYED ||
          event.disposal == record::v1::DISPOSAL_KIND_UNSPECIFIED ||
          event.disposal == record::v1::DISPOSAL_KIND_UNKNOWN);
}

bool MayHaveLeft(absl::Span<const LifeEventFacts> events) {
  return std::any_of(events.begin(), events.end(), [&](const LifeEventFacts& left) {
    return IsDeparture(left) &&
           std::none_of(events.begin(), events.end(), [&](const LifeEventFacts& back) {
             return ComesIntoHand(back) && Before(left.occurred, back.occurred);
           });
  });
}

std::optional<std::uint32_t> RecoveryThatBrought(absl::Span<const LifeEventFacts> events,
                                                 const TimeInterval& at) {
  const auto lateness = [&](std::uint32_t i) {
    return std::tuple(events[i].occurred.earliest_s, events[i].occurred.latest_s,
                      events[i].public_id);
  };
  // The latest recovery that can have brought it.
  std::optional<std::uint32_t> recovery;
  for (std::uint32_t i = 0; i < events.size(); ++i) {
    if (!ComesIntoHand(events[i]) || Before(at, events[i].occurred)) continue;
    if (!recovery.has_value() || lateness(*recovery) < lateness(i)) recovery = i;
  }
  if (!recovery.has_value()) return std::nullopt;
  for (const LifeEventFacts& event : events) {
    if ((event.kind == EventKind::kIncident || event.kind == EventKind::kLoss ||
         IsDeparture(event)) &&
        Before(events[*recovery].occurred, event.occurred) && Before(event.occurred, at)) {
      return std::nullopt;
    }
  }
  return recovery;
}

void AddRecoveriesShown(LifeFacts& life) {
  std::vector<std::uint32_t> in_hand;
  for (std::uint32_t i = 0; i < life.exhibits.size(); ++i) {
    if (!life.exhibits[i].in_hand.has_value()) continue;
    const std::optional<std::uint32_t>& event = life.exhibits[i].event;
    if (!event.has_value() || !ComesIntoHand(life.events[*event])) in_hand.push_back(i);
  }
  const auto key = [&](std::uint32_t i) {
    return std::tuple(MomentOf(*life.exhibits[i].in_hand), life.exhibits[i].public_id);
  };
  std::sort(in_hand.begin(), in_hand.end(),
            [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  for (const std::uint32_t exhibit : in_hand) {
    const TimeInterval at = *life.exhibits[exhibit].in_hand;
    if (RecoveryThatBrought(life.events, at).has_value()) continue;
    LifeEventFacts& shown = life.events.emplace_back();
    shown.public_id = life.exhibits[exhibit].public_id;
    shown.kind = EventKind::kRecovery;
    shown.occurred = at;
    shown.shown_by = exhibit;
    const bool is_part = life.exhibits[exhibit].kind == linkage::ExhibitKind::kGunPart;
    (is_part ? shown.has_lost_part : shown.has_gun) = true;
  }
}

std::vector<std::uint32_t> OrderOfEvents(absl::Span<const LifeEventFacts> events) {
  std::vector<std::uint32_t> order(events.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto key = [&](std::uint32_t i) {
    return std::tuple(MomentOf(events[i].occurred), StageOf(events[i].kind), events[i].public_id);
  };
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  return order;
}

std::vector<std::uint32_t> OrderOfExhibits(const LifeFacts& life,
                                           absl::Span<const std::uint32_t> order) {
  std::vector<std::size_t> rank(life.events.size());
  for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  const auto key = [&](std::uint32_t i) {
    const LifeExhibitFacts& exhibit = life.exhibits[i];
    return std::pair(exhibit.event.has_value() ? rank[*exhibit.event] : rank.size(),
                     exhibit.public_id);
  };
  std::vector<std::uint32_t> exhibits(life.exhibits.size());
  std::iota(exhibits.begin(), exhibits.end(), 0u);
  std::sort(exhibits.begin(), exhibits.end(),
            [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  return exhibits;
}

}  // namespace serieslink::firearm
