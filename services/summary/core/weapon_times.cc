#include "services/summary/core/weapon_times.h"

#include <algorithm>

#include "serieslink/record/v1/record.pb.h"
#include "services/summary/core/loss.h"

namespace serieslink::summary {

using namespace ::serieslink::record::v1;  // NOLINT(google-build-using-namespace): enumerators

using AtEvent = WeaponFacts::AtEvent;

Moments FirstOf(const std::vector<Moments>& times) {
  Moments first = times.front();
  for (const Moments& one : times) {
    first.earliest_s = std::min(first.earliest_s, one.earliest_s);
    first.latest_s = std::min(first.latest_s, one.latest_s);
  }
  return first;
}

Moments LastOf(const std::vector<Moments>& times) {
  Moments last = times.front();
  for (const Moments& one : times) {
    last.earliest_s = std::max(last.earliest_s, one.earliest_s);
    last.latest_s = std::max(last.latest_s, one.latest_s);
  }
  return last;
}

std::vector<Moments> IncidentTimes(const WeaponFacts& weapon) {
  std::vector<Moments> times;
  for (const AtEvent& at : weapon.events) {
    if (at.event->kind == EVENT_KIND_INCIDENT) times.push_back(at.event->occurred);
  }
  return times;
}

std::vector<Moments> RecoveryTimes(const WeaponFacts& weapon) {
  std::vector<Moments> times;
  for (const AtEvent& at : weapon.events) {
    const int kind = at.event->kind;
    const bool is_recovery = kind == EVENT_KIND_RECOVERY || kind == EVENT_KIND_SURRENDER ||
                             kind == EVENT_KIND_BORDER_SEIZURE;
    if (is_recovery && (at.kinds & Bit(EXHIBIT_KIND_GUN)) != 0) {
      times.push_back(at.event->occurred);
    }
  }
  return times;
}

std::optional<Moments> LastTheftTime(const WeaponFacts& weapon) {
  std::vector<Moments> times;
  for (const AtEvent& at : weapon.events) {
    if (IsLoss(at) && IsStolen(*at.event) == Truth::kYes) times.push_back(at.event->occurred);
  }
  if (times.empty()) return std::nullopt;
  return LastOf(times);
}

std::vector<Moments> NotBefore(const std::vector<Moments>& times, const Moments& earlier) {
  std::vector<Moments> kept;
  for (const Moments& one : times) {
    if (one.latest_s >= earlier.earliest_s) kept.push_back(one);
  }
  return kept;
}

}  // namespace serieslink::summary
