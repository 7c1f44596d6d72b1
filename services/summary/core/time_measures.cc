#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "services/summary/core/measures.h"
#include "services/summary/core/weapon_times.h"

namespace serieslink::summary {
namespace {

using namespace ::serieslink::record::v1;  // NOLINT(google-build-using-namespace): enumerators

// Adds the time between two dates, which belongs to the period of `dated`.
void Add(const Moments& from, const Moments& to, const Moments& dated,
         std::vector<TimeTaken>& out) {
  TimeTaken taken{.shortest_longest_s = std::nullopt, .dated = dated};
  if (!from.is_open() && !to.is_open()) {
    const std::int64_t longest_s = to.latest_s - from.earliest_s;
    if (longest_s < 0) return;
    taken.shortest_longest_s =
        std::pair(std::max<std::int64_t>(0, to.earliest_s - from.latest_s), longest_s);
  }
  out.push_back(std::move(taken));
}

void AddUntil(const Moments& from, const Moments& to, std::vector<TimeTaken>& out) {
  Add(from, to, to, out);
}

void TheftToUse(const WeaponFacts& weapon, std::vector<TimeTaken>& out) {
  const std::optional<Moments> theft = LastTheftTime(weapon);
  if (!theft.has_value()) return;
  const std::vector<Moments> uses = NotBefore(IncidentTimes(weapon), *theft);
  if (!uses.empty()) AddUntil(*theft, FirstOf(uses), out);
}

void TheftToRecovery(const WeaponFacts& weapon, std::vector<TimeTaken>& out) {
  const std::optional<Moments> theft = LastTheftTime(weapon);
  if (!theft.has_value()) return;
  const std::vector<Moments> recoveries = NotBefore(RecoveryTimes(weapon), *theft);
  if (!recoveries.empty()) AddUntil(*theft, FirstOf(recoveries), out);
}

void FirstToLastUse(const WeaponFacts& weapon, std::vector<TimeTaken>& out) {
  // Otherwise it is no series.
  if (weapon.is_police_issue) return;
  const std::vector<Moments> uses = IncidentTimes(weapon);
  if (uses.size() >= 2) AddUntil(FirstOf(uses), LastOf(uses), out);
}

void LastUseToRecovery(const WeaponFacts& weapon, std::vector<TimeTaken>& out) {
  const std::vector<Moments> uses = IncidentTimes(weapon);
  if (uses.empty()) return;
  const std::vector<Moments> recoveries = NotBefore(RecoveryTimes(weapon), LastOf(uses));
  if (!recoveries.empty()) AddUntil(LastOf(uses), FirstOf(recoveries), out);
}

void RecoveryToLaboratory(const WeaponFacts& weapon, std::vector<TimeTaken>& out) {
  const std::vector<Moments> recoveries = RecoveryTimes(weapon);
  if (recoveries.empty()) return;
  const Moments recovery = FirstOf(recoveries);
  std::vector<Moments> received;
  for (const auto& [exhibit, event] : weapon.exhibits) {
    if (exhibit.kind == EXHIBIT_KIND_GUN && exhibit.has_examination) {
      received.push_back(exhibit.received);
    }
  }
  received = NotBefore(received, recovery);
  Add(recovery, received.empty() ? Moments() : FirstOf(received), recovery, out);
}

void IncidentToLaboratory(const WeaponFacts& weapon, std::vector<TimeTaken>& out) {
  for (const auto& [exhibit, event] : weapon.exhibits) {
    const bool is_from_scene =
        (exhibit.kind == EXHIBIT_KIND_CASE_GROUP || exhibit.kind == EXHIBIT_KIND_BULLET_GROUP) &&
        event != nullptr && event->kind == EVENT_KIND_INCIDENT;
    if (!is_from_scene) continue;
    Add(event->occurred, exhibit.has_examination ? exhibit.received : Moments(), event->occurred,
        out);
  }
}

void LaboratoryTime(const WeaponFacts& weapon, std::vector<TimeTaken>& out) {
  for (const auto& [exhibit, event] : weapon.exhibits) {
    if (!exhibit.has_examination || event == nullptr) continue;
    Add(exhibit.received, exhibit.examined, event->occurred, out);
  }
}

constexpr char kTimeSource[] =
    "United Kingdom analogues of the time to crime of the Bureau of Alcohol, Tobacco, Firearms and "
    "Explosives; defined here";
constexpr char kCensored[] =
    "Only what has ended is measured: guns still out make the true times longer.";

constexpr Measure kTimeMeasures[] = {
    {"time.theft_to_use", 2, v1::UNIT_UNSPECIFIED, "Theft to first use",
     "From a gun's last theft to its first incident after that.", "when it was used", kCensored,
     kTimeSource, nullptr, nullptr, &TheftToUse},
    {"time.theft_to_recovery", 2, v1::UNIT_UNSPECIFIED, "Theft to recovery",
     "From a gun's last theft to its first recovery, surrender or seizure after that.",
     "when it was recovered", kCensored, kTimeSource, nullptr, nullptr, &TheftToRecovery},
    {"time.first_to_last_use", 2, v1::UNIT_UNSPECIFIED, "First to last use",
     "From the first to the latest incident of a series.", "when it was last used",
     "Series that go on have not seen their last use. Weapons issued to police and not reported "
     "lost are no series.",
     kTimeSource, nullptr, nullptr, &FirstToLastUse},
    {"time.use_to_recovery", 1, v1::UNIT_UNSPECIFIED, "Last use to recovery",
     "From a weapon's last incident to its first recovery, surrender or seizure after that.",
     "when it was recovered", kCensored, kTimeSource, nullptr, nullptr, &LastUseToRecovery},
    {"time.recovery_to_laboratory", 1, v1::UNIT_UNSPECIFIED, "Recovery to laboratory",
     "From a gun's first recovery, surrender or seizure to its receipt by a laboratory.",
     "when it was recovered", "A gun of which no receipt is known counts as unknown.",
     "defined here", nullptr, nullptr, &RecoveryToLaboratory},
    {"time.incident_to_laboratory", 1, v1::UNIT_UNSPECIFIED, "Incident to laboratory",
     "From an incident to the laboratory's receipt of each group of cases or bullets from it.",
     "when it happened", "A group of which no receipt is known counts as unknown.",
     "submission lag; defined here", nullptr, nullptr, &IncidentToLaboratory},
    {"time.laboratory", 1, v1::UNIT_UNSPECIFIED, "Time in the laboratory",
     "From receipt to examination of each exhibit of an event.", "when the event happened",
     "An exhibit that is not examined yet counts as unknown.", "defined here", nullptr, nullptr,
     &LaboratoryTime},
};

}  // namespace

absl::Span<const Measure> TimeMeasures() { return kTimeMeasures; }

}  // namespace serieslink::summary
