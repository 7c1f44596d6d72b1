#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "services/firearm/core/life.h"

// Lives in days and events, for tests.
namespace serieslink::firearm {

using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::TimeInterval;

inline constexpr std::int64_t kDay = 86'400;

// From the first second of day `first` to the last of day `last`.
inline TimeInterval Days(std::int64_t first, std::int64_t last) {
  return {first * kDay, last * kDay + kDay - 1};
}
inline TimeInterval Day(std::int64_t day) { return Days(day, day); }

inline LifeEventFacts EventOf(EventKind kind, const TimeInterval& occurred) {
  LifeEventFacts event;
  event.kind = kind;
  event.occurred = occurred;
  event.has_gun = kind == EventKind::kRecovery || kind == EventKind::kSurrender ||
                  kind == EventKind::kBorderSeizure;
  return event;
}
inline LifeEventFacts Theft(const TimeInterval& occurred) {
  LifeEventFacts event = EventOf(EventKind::kLoss, occurred);
  event.loss = record::v1::LOSS_KIND_STOLEN;
  return event;
}
inline LifeEventFacts Use(const TimeInterval& occurred) {
  return EventOf(EventKind::kIncident, occurred);
}
inline LifeEventFacts Recovery(const TimeInterval& occurred) {
  return EventOf(EventKind::kRecovery, occurred);
}
inline LifeEventFacts Disposal(record::v1::DisposalKind kind, const TimeInterval& occurred) {
  LifeEventFacts event = EventOf(EventKind::kDisposal, occurred);
  event.disposal = kind;
  return event;
}

// A life with these events, named by their places in the list.
inline LifeFacts Life(std::vector<LifeEventFacts> events) {
  LifeFacts life;
  for (std::size_t i = 0; i < events.size(); ++i) events[i].public_id = i + 1;
  life.events = std::move(events);
  return life;
}

}  // namespace serieslink::firearm
