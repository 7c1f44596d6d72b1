#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "serieslink/summary/v1/summary_service.pb.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/facts.h"

// The registry of measures: what each counts, in words and as a predicate. A measure whose meaning
// changes gets a new version; its id never means another thing. Pure.
namespace serieslink::summary {

// Whether something is of the kind that a measure counts. kUnknown: its records do not say enough.
enum class Truth : std::uint8_t { kNo, kUnknown, kYes };

// A kind within a measure. Kinds are listed by `order`, then by words.
struct Category {
  int order = 0;
  std::string words;
  friend auto operator<=>(const Category&, const Category&) = default;
};

// What one event or weapon adds to a measure.
struct Contribution {
  Truth truth = Truth::kYes;
  std::int64_t amount = 1;
  std::vector<Category> categories{};  // kinds to which it is added too
  // Of a weapon: how its date lies to the period, and the event that places it.
  Placement placement = Placement::kInside;
  const EventFacts* at = nullptr;
};

// A time that something took, in seconds; none where a date is open.
struct TimeTaken {
  std::optional<std::pair<std::int64_t, std::int64_t>> shortest_longest_s{};
  Moments dated{};  // by which it belongs to a period
};

using CountEvent = void (*)(const EventFacts& event, std::vector<Contribution>& out);
using CountWeapon = void (*)(const WeaponFacts& weapon, const Window& window,
                             std::vector<Contribution>& out);
using TakeTimes = void (*)(const WeaponFacts& weapon, std::vector<TimeTaken>& out);

// What an incident of gun crime has in common with others, each once: a measure of repeats counts
// what several incidents have in common.
using RepeatKeys = void (*)(const EventFacts& event, std::vector<std::string>& out);

// One of the four functions is there; leads (leads.h) and the risk (external.h) have none.
struct Measure {
  const char* id;
  int version;
  v1::Unit unit;  // unspecified: days
  const char* name;
  const char* definition;
  const char* dated_by;
  const char* caveats;
  const char* source;
  CountEvent count_event = nullptr;
  CountWeapon count_weapon = nullptr;
  TakeTimes take_times = nullptr;
  // It counts what is there at the end of a period and not what happened in it: two such counts
  // share most of what they count, so chance has no interval for them.
  bool is_stock = false;
  RepeatKeys repeat_keys = nullptr;
};

// All measures, in the order of a summary: these, then these, then those of time.
absl::Span<const Measure> EventMeasures();
absl::Span<const Measure> WeaponMeasures();
absl::Span<const Measure> RepeatMeasures();
absl::Span<const Measure> TimeMeasures();
// The risk of victims, which is counted against figures from elsewhere.
const Measure& RiskMeasure();

// `measure` as answers give it.
v1::MeasureDefinition DefinitionOf(const Measure& measure);

// Enumerators of record.v1 in words: "SECTION_5_PROHIBITED" is "section 5 prohibited". The category
// of an enumerator stands in the vocabulary's order.
Category TypeCategory(BitSet types);  // of record.v1.FirearmType; several: "several possible"
Category LegalClassCategory(int legal_class);

// The victims of `event`, each once: a reference of one agency, or a listing without one.
std::vector<const PersonFact*> VictimsOf(const EventFacts& event);

// Whether a firearm was fired, used to strike or to threaten at an incident.
Truth IsGunCrime(const EventFacts& event);

}  // namespace serieslink::summary
