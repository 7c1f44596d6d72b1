#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/summary/core/loss.h"
#include "services/summary/core/measures.h"

namespace serieslink::summary {
namespace {

using namespace ::serieslink::record::v1;  // NOLINT(google-build-using-namespace): enumerators

using AtEvent = WeaponFacts::AtEvent;

constexpr BitSet kInHandEvents = Bit(EVENT_KIND_RECOVERY) | Bit(EVENT_KIND_SURRENDER) |
                                 Bit(EVENT_KIND_BORDER_SEIZURE) | Bit(EVENT_KIND_DISPOSAL);
constexpr BitSet kLeftBehind = Bit(EXHIBIT_KIND_CASE_GROUP) | Bit(EXHIBIT_KIND_BULLET_GROUP);

bool IsIncident(const AtEvent& at) { return at.event->kind == EVENT_KIND_INCIDENT; }

bool IsInHand(const AtEvent& at) {
  return (Bit(at.event->kind) & kInHandEvents) != 0 && (at.kinds & Bit(EXHIBIT_KIND_GUN)) != 0;
}

Truth IsLost(const EventFacts& event) {
  if (event.loss_kinds == Bit(LOSS_KIND_LOST)) return Truth::kYes;
  return event.loss_kinds == Bit(LOSS_KIND_STOLEN) ? Truth::kNo : Truth::kUnknown;
}

// Whether it lay before `moment_s`.
Truth IsBefore(const Moments& when, std::int64_t moment_s) {
  if (when.latest_s < moment_s) return Truth::kYes;
  return when.earliest_s >= moment_s ? Truth::kNo : Truth::kUnknown;
}

// Whether `when` is after `earlier`: kUnknown where both orders are possible.
Truth IsAfter(const Moments& when, const Moments& earlier) {
  if (when.earliest_s > earlier.latest_s) return Truth::kYes;
  return when.latest_s < earlier.earliest_s ? Truth::kNo : Truth::kUnknown;
}

// All times at which the gun was in hand.
std::vector<Moments> TimesInHand(const WeaponFacts& weapon) {
  std::vector<Moments> times;
  for (const AtEvent& at : weapon.events) {
    if (IsInHand(at)) times.push_back(at.event->occurred);
  }
  for (const auto& [exhibit, event] : weapon.exhibits) {
    if (exhibit.is_in_hand) times.push_back(exhibit.in_hand_at);
  }
  return times;
}

// The types of all exhibits: confirmed ones where there are any, otherwise apparent ones.
BitSet TypesOf(const WeaponFacts& weapon) {
  BitSet confirmed = 0;
  BitSet apparent = 0;
  for (const auto& [exhibit, event] : weapon.exhibits) {
    confirmed |= exhibit.confirmed_types;
    apparent |= exhibit.apparent_types;
  }
  return confirmed != 0 ? confirmed : apparent;
}

int LegalClassOf(const WeaponFacts& weapon) {
  int found = 0;
  for (const auto& [exhibit, event] : weapon.exhibits) {
    if (exhibit.legal_class == 0 || exhibit.legal_class == LEGAL_CLASS_UNKNOWN) continue;
    if (found != 0 && found != exhibit.legal_class) return LEGAL_CLASS_UNKNOWN;
    found = exhibit.legal_class;
  }
  return found;
}

// How well a placement speaks for a period: the best of several is taken.
int RankOf(Placement placement) {
  switch (placement) {
    case Placement::kInside:
      return 3;
    case Placement::kStraddling:
      return 2;
    case Placement::kUndated:
      return 1;
    default:
      return 0;
  }
}

// Adds the weapon once for the best of its events that `truth_of` takes; nothing where none lies in
// the period.
template <typename TruthOf>
void AddOnce(const WeaponFacts& weapon, const Window& window, TruthOf&& truth_of,
             std::vector<Category> categories, std::vector<Contribution>& out) {
  Contribution best{.truth = Truth::kNo, .placement = Placement::kOutside};
  for (const AtEvent& at : weapon.events) {
    const Truth truth = truth_of(at);
    const Placement placement = PlaceIn(window, at.event->occurred);
    if (truth == Truth::kNo || placement == Placement::kOutside) continue;
    const auto rank = std::pair(RankOf(placement), truth);
    if (rank <= std::pair(RankOf(best.placement), best.truth)) continue;
    best.truth = truth;
    best.placement = placement;
    best.at = at.event;
  }
  if (best.truth == Truth::kNo) return;
  best.categories = std::move(categories);
  out.push_back(std::move(best));
}

Truth YesIf(bool is) { return is ? Truth::kYes : Truth::kNo; }

Truth IsRecovered(const AtEvent& at) {
  return YesIf(at.event->kind == EVENT_KIND_RECOVERY && IsInHand(at));
}

void RecoveredByType(const WeaponFacts& weapon, const Window& window,
                     std::vector<Contribution>& out) {
  AddOnce(weapon, window, &IsRecovered, {TypeCategory(TypesOf(weapon))}, out);
}

void RecoveredByLegalClass(const WeaponFacts& weapon, const Window& window,
                           std::vector<Contribution>& out) {
  AddOnce(weapon, window, &IsRecovered, {LegalClassCategory(LegalClassOf(weapon))}, out);
}

void RecoveredBySubmission(const WeaponFacts& weapon, const Window& window,
                           std::vector<Contribution>& out) {
  const bool is_submitted =
      std::any_of(weapon.exhibits.begin(), weapon.exhibits.end(),
                  [](const auto& one) { return one.exhibit.has_examination; });
  AddOnce(weapon, window, &IsRecovered,
          {is_submitted ? Category{1, "at a laboratory"} : Category{2, "no laboratory's record"}},
          out);
}

void Surrendered(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  AddOnce(
      weapon, window,
      [](const AtEvent& at) {
        return YesIf(at.event->kind == EVENT_KIND_SURRENDER && IsInHand(at));
      },
      {TypeCategory(TypesOf(weapon))}, out);
}

void Destroyed(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  AddOnce(
      weapon, window,
      [](const AtEvent& at) {
        if (at.event->kind != EVENT_KIND_DISPOSAL || !IsInHand(at)) return Truth::kNo;
        // Of records that differ it cannot be told which is right.
        const BitSet known = at.event->disposals & ~Bit(DISPOSAL_KIND_UNKNOWN);
        if (known == Bit(DISPOSAL_KIND_DESTROYED)) return Truth::kYes;
        const bool may_be = known == 0 || (known & Bit(DISPOSAL_KIND_DESTROYED)) != 0;
        return may_be ? Truth::kUnknown : Truth::kNo;
      },
      {}, out);
}

void Lost(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  AddOnce(
      weapon, window, [](const AtEvent& at) { return IsLoss(at) ? IsLost(*at.event) : Truth::kNo; },
      {}, out);
}

void Stolen(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  AddOnce(
      weapon, window,
      [](const AtEvent& at) { return IsLoss(at) ? IsStolen(*at.event) : Truth::kNo; }, {}, out);
}

// Of the thefts that can lie before `before_s` the one that comes last in time; null where there is
// none. Whether it was a theft goes to `truth`.
const EventFacts* LastTheft(const WeaponFacts& weapon, std::int64_t before_s, Truth& truth) {
  const EventFacts* last = nullptr;
  truth = Truth::kNo;
  for (const AtEvent& at : weapon.events) {
    if (!IsLoss(at) || IsStolen(*at.event) == Truth::kNo) continue;
    if (IsBefore(at.event->occurred, before_s) == Truth::kNo) continue;
    if (last != nullptr && at.event->occurred.latest_s <= last->occurred.latest_s) continue;
    last = at.event;
    truth = IsStolen(*at.event);
  }
  return last;
}

void StolenOutstanding(const WeaponFacts& weapon, const Window& window,
                       std::vector<Contribution>& out) {
  Truth truth = Truth::kNo;
  const EventFacts* const theft = LastTheft(weapon, window.before_s, truth);
  if (theft == nullptr) return;
  truth = std::min(truth, IsBefore(theft->occurred, window.before_s));
  for (const Moments& in_hand : TimesInHand(weapon)) {
    const Truth has_ended =
        std::min(IsAfter(in_hand, theft->occurred), IsBefore(in_hand, window.before_s));
    if (has_ended == Truth::kYes) return;
    if (has_ended == Truth::kUnknown) truth = std::min(truth, Truth::kUnknown);
  }
  if (truth == Truth::kNo) return;
  const bool was_used =
      std::any_of(weapon.events.begin(), weapon.events.end(), [&](const AtEvent& at) {
        return IsIncident(at) && IsAfter(at.event->occurred, theft->occurred) != Truth::kNo &&
               IsBefore(at.event->occurred, window.before_s) != Truth::kNo;
      });
  out.push_back({.truth = truth,
                 .categories = {was_used ? Category{1, "used in an incident since"}
                                         : Category{2, "not known to be used"}},
                 .at = theft});
}

void StolenUsed(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  Truth truth = Truth::kNo;
  const EventFacts* const theft = LastTheft(weapon, window.before_s, truth);
  if (theft == nullptr) return;
  AddOnce(
      weapon, window,
      [&](const AtEvent& at) {
        if (!IsIncident(at)) return Truth::kNo;
        return std::min(truth, IsAfter(at.event->occurred, theft->occurred));
      },
      {}, out);
}

void StolenRecovered(const WeaponFacts& weapon, const Window& window,
                     std::vector<Contribution>& out) {
  Truth truth = Truth::kNo;
  const EventFacts* const theft = LastTheft(weapon, window.before_s, truth);
  if (theft == nullptr) return;
  AddOnce(
      weapon, window,
      [&](const AtEvent& at) {
        if (!IsInHand(at) || at.event->kind == EVENT_KIND_DISPOSAL) return Truth::kNo;
        return std::min(truth, IsAfter(at.event->occurred, theft->occurred));
      },
      {}, out);
}

// Incidents of a weapon that lay before a moment: at least and at most so many.
struct IncidentCount {
  int certain = 0;
  int possible = 0;
};

IncidentCount IncidentsBefore(const WeaponFacts& weapon, std::int64_t moment_s) {
  IncidentCount count;
  for (const AtEvent& at : weapon.events) {
    if (!IsIncident(at)) continue;
    const Truth is_before = IsBefore(at.event->occurred, moment_s);
    count.certain += is_before == Truth::kYes;
    count.possible += is_before != Truth::kNo;
  }
  return count;
}

// Whether the weapon had two incidents by a moment.
Truth HasTwoIncidents(const WeaponFacts& weapon, std::int64_t moment_s) {
  const IncidentCount incidents = IncidentsBefore(weapon, moment_s);
  if (incidents.certain >= 2) return Truth::kYes;
  return incidents.possible >= 2 ? Truth::kUnknown : Truth::kNo;
}

// Whether the weapon was a series by a moment. Whether it is police issue is as it is known now.
Truth IsSeries(const WeaponFacts& weapon, std::int64_t moment_s) {
  return weapon.is_police_issue ? Truth::kNo : HasTwoIncidents(weapon, moment_s);
}

// The latest incident that can lie before a moment.
const EventFacts* LastIncident(const WeaponFacts& weapon, std::int64_t moment_s) {
  const EventFacts* last = nullptr;
  for (const AtEvent& at : weapon.events) {
    if (!IsIncident(at) || IsBefore(at.event->occurred, moment_s) == Truth::kNo) continue;
    if (last == nullptr || at.event->occurred.latest_s > last->occurred.latest_s) last = at.event;
  }
  return last;
}

enum class SeriesState { kNone, kActive, kDormant, kClosed };

// In which state the series is at the end of the period, and how sure that is.
std::pair<SeriesState, Truth> StateAtEnd(const WeaponFacts& weapon, const Window& window) {
  const Truth truth = IsSeries(weapon, window.before_s);
  if (truth == Truth::kNo) return {SeriesState::kNone, Truth::kNo};
  // When it was last used, at the earliest.
  std::int64_t last_use_s = Moments::kOpenEarliest;
  bool is_surely_recent = false;
  for (const AtEvent& at : weapon.events) {
    const Truth is_before = IsBefore(at.event->occurred, window.before_s);
    if (!IsIncident(at) || is_before == Truth::kNo) continue;
    last_use_s = std::max(last_use_s, at.event->occurred.earliest_s);
    is_surely_recent =
        is_surely_recent || (is_before == Truth::kYes &&
                             IsBefore(at.event->occurred, window.year_before_end_s) == Truth::kNo);
  }
  // In hand, and not used after that.
  Truth is_closed = Truth::kNo;
  for (const Moments& in_hand : TimesInHand(weapon)) {
    // An incident at which the gun was taken, or of the same day, is not a use after it.
    if (last_use_s > in_hand.latest_s) continue;
    is_closed = std::max(is_closed, IsBefore(in_hand, window.before_s));
  }
  if (is_closed == Truth::kYes) return {SeriesState::kClosed, truth};
  if (is_closed == Truth::kUnknown) return {SeriesState::kClosed, Truth::kUnknown};
  // However many more incidents have no date.
  if (is_surely_recent) return {SeriesState::kActive, truth};
  const EventFacts* const last = LastIncident(weapon, window.before_s);
  if (IsBefore(last->occurred, window.year_before_end_s) == Truth::kYes) {
    return {SeriesState::kDormant, truth};
  }
  return {SeriesState::kActive, Truth::kUnknown};
}

void InState(SeriesState state, const WeaponFacts& weapon, const Window& window,
             std::vector<Contribution>& out) {
  const auto [found, truth] = StateAtEnd(weapon, window);
  if (found != state) return;
  out.push_back({.truth = truth, .at = LastIncident(weapon, window.before_s)});
}

void NewSeries(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  const Truth at_begin = IsSeries(weapon, window.from_s);
  const Truth at_end = IsSeries(weapon, window.before_s);
  if (at_begin == Truth::kYes || at_end == Truth::kNo) return;
  Contribution one{.at = LastIncident(weapon, window.before_s)};
  if (at_begin == Truth::kUnknown || at_end == Truth::kUnknown) {
    const bool is_open = std::any_of(
        weapon.events.begin(), weapon.events.end(),
        [](const AtEvent& at) { return IsIncident(at) && at.event->occurred.is_open(); });
    one.placement = is_open ? Placement::kUndated : Placement::kStraddling;
  }
  out.push_back(std::move(one));
}

void ActiveSeries(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  InState(SeriesState::kActive, weapon, window, out);
}

void DormantSeries(const WeaponFacts& weapon, const Window& window,
                   std::vector<Contribution>& out) {
  InState(SeriesState::kDormant, weapon, window, out);
}

void ClosedSeries(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  InState(SeriesState::kClosed, weapon, window, out);
}

void SeriesBySize(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  const Truth truth = IsSeries(weapon, window.before_s);
  if (truth == Truth::kNo) return;
  const IncidentCount incidents = IncidentsBefore(weapon, window.before_s);
  const int count = truth == Truth::kYes ? incidents.certain : 2;
  out.push_back({.truth = truth,
                 .categories = {count >= 5 ? Category{5, "5 or more incidents"}
                                           : Category{count, std::to_string(count) + " incidents"}},
                 .at = LastIncident(weapon, window.before_s)});
}

void CrossBorderSeries(const WeaponFacts& weapon, const Window& window,
                       std::vector<Contribution>& out) {
  Truth truth = IsSeries(weapon, window.before_s);
  if (truth == Truth::kNo) return;
  std::set<std::string> sure;
  std::set<std::string> possible;
  bool is_one_unknown = false;
  for (const AtEvent& at : weapon.events) {
    const Truth is_before = IsBefore(at.event->occurred, window.before_s);
    if (!IsIncident(at) || is_before == Truth::kNo) continue;
    if (at.event->police_force.empty()) {
      is_one_unknown = true;
      continue;
    }
    possible.insert(at.event->police_force);
    if (is_before == Truth::kYes) sure.insert(at.event->police_force);
  }
  if (sure.size() < 2) {
    if (possible.size() < 2 && !is_one_unknown) return;
    truth = Truth::kUnknown;
  }
  out.push_back({.truth = truth, .at = LastIncident(weapon, window.before_s)});
}

void PoliceIssueUsed(const WeaponFacts& weapon, const Window& window,
                     std::vector<Contribution>& out) {
  if (!weapon.is_police_issue) return;
  const Truth truth = HasTwoIncidents(weapon, window.before_s);
  if (truth == Truth::kNo) return;
  out.push_back({.truth = truth, .at = LastIncident(weapon, window.before_s)});
}

void InferredUsed(const WeaponFacts& weapon, const Window& window, std::vector<Contribution>& out) {
  Truth outstanding = Truth::kYes;
  for (const Moments& in_hand : TimesInHand(weapon)) {
    const Truth is_before = IsBefore(in_hand, window.before_s);
    if (is_before == Truth::kYes) return;
    if (is_before == Truth::kUnknown) outstanding = Truth::kUnknown;
  }
  AddOnce(
      weapon, window,
      [&](const AtEvent& at) {
        return IsIncident(at) && (at.kinds & kLeftBehind) != 0 ? outstanding : Truth::kNo;
      },
      {HasTwoIncidents(weapon, window.before_s) == Truth::kNo ? Category{1, "used once"}
                                                              : Category{2, "used before"}},
      out);
}

constexpr char kAtEnd[] = "state at the end of the period";
constexpr char kSeriesCaveat[] =
    "Places are those of the latest incident. What examinations have not linked yet is missing: "
    "recent periods grow. Weapons issued to police and not reported lost are no series.";
constexpr char kTheft[] =
    "Losses that agencies report of one gun are one, as far as linkage finds it. Parts and sound "
    "moderators do not count.";

constexpr Measure kWeaponMeasures[] = {
    {"recovery.weapons_by_type", 1, v1::UNIT_WEAPON, "Guns recovered, by type",
     "Guns that came into police hands, each once a period, by the type that an examination "
     "confirmed, otherwise by what they looked like.",
     "when it was recovered", "Surrenders and border seizures are counted apart.",
     "National Ballistics Intelligence Service, quarterly figures", nullptr, &RecoveredByType},
    {"recovery.weapons_by_legal_class", 1, v1::UNIT_WEAPON, "Guns recovered, by legal class",
     "The same guns, by the latest legal class that each record has.", "when it was recovered",
     "Not known where records disagree. Classes change with the law: the class is that of the "
     "assessment, not of today.",
     "Firearms Act 1968", nullptr, &RecoveredByLegalClass},
    {"recovery.submission", 1, v1::UNIT_WEAPON, "Guns recovered, by submission",
     "The same guns, by whether a laboratory's record of them is known.", "when it was recovered",
     "Submissions that come later change the figure. Guns that are not submitted cannot be "
     "linked: read every count of series beside this one.",
     "defined here", nullptr, &RecoveredBySubmission},
    {"surrender.weapons", 1, v1::UNIT_WEAPON, "Guns surrendered, by type",
     "Guns that were handed in, each once a period.", "when it was handed in", "", "defined here",
     nullptr, &Surrendered},
    {"destruction.weapons", 2, v1::UNIT_WEAPON, "Guns destroyed",
     "Guns that police destroyed, each once a period.", "when it was destroyed",
     "Not determined where records of one disposal differ.", "defined here", nullptr, &Destroyed},
    {"loss.stolen", 1, v1::UNIT_WEAPON, "Guns stolen",
     "Lawfully held guns that were stolen, without those found again.", "when it was stolen",
     kTheft, "Home Office, lost and stolen certificate guns", nullptr, &Stolen},
    {"loss.lost", 1, v1::UNIT_WEAPON, "Guns lost",
     "Lawfully held guns that were lost, without those found again.", "when it was lost", kTheft,
     "Home Office, lost and stolen certificate guns", nullptr, &Lost},
    {"stolen.outstanding", 2, v1::UNIT_WEAPON, "Stolen guns outstanding",
     "Guns stolen by the end of the period and not in hand since, by whether they were used.",
     kAtEnd,
     "Thefts from before the records begin are missing. A gun counts as stolen by its last theft "
     "until the end of the period.",
     "Mayor of London, letter of 18 April 2018: stolen guns are watched from several sources",
     nullptr, &StolenOutstanding, nullptr, true},
    {"stolen.used", 2, v1::UNIT_WEAPON, "Stolen guns used",
     "Guns used in an incident after they were stolen, each once a period.", "when it was used",
     "A gun counts as stolen by its last theft until the end of the period.", "defined here",
     nullptr, &StolenUsed},
    {"stolen.recovered", 2, v1::UNIT_WEAPON, "Stolen guns recovered",
     "Guns recovered, surrendered or seized after they were stolen, each once a period.",
     "when it was recovered",
     "A gun counts as stolen by its last theft until the end of the period.", "defined here",
     nullptr, &StolenRecovered},
    {"series.new", 2, v1::UNIT_SERIES, "New series",
     "Weapons whose second incident happened in the period.", "when the second incident happened",
     kSeriesCaveat, "defined here", nullptr, &NewSeries},
    {"series.active", 3, v1::UNIT_SERIES, "Active series",
     "Series with an incident in the last twelve months of the period, not closed.", kAtEnd,
     kSeriesCaveat, "defined here", nullptr, &ActiveSeries, nullptr, true},
    {"series.dormant", 3, v1::UNIT_SERIES, "Dormant series",
     "Series without an incident for twelve months at the end of the period, not closed.", kAtEnd,
     kSeriesCaveat, "defined here", nullptr, &DormantSeries, nullptr, true},
    {"series.closed", 3, v1::UNIT_SERIES, "Closed series",
     "Series whose gun was in hand by the end of the period and not used after that.", kAtEnd,
     kSeriesCaveat, "defined here", nullptr, &ClosedSeries, nullptr, true},
    {"series.size", 2, v1::UNIT_SERIES, "Series, by number of incidents",
     "Series at the end of the period, closed ones included, by their incidents until then.",
     kAtEnd, kSeriesCaveat, "defined here", nullptr, &SeriesBySize, nullptr, true},
    {"series.cross_border", 2, v1::UNIT_SERIES, "Series across police forces",
     "Series at the end of the period with incidents in the areas of two or more police forces.",
     kAtEnd, kSeriesCaveat, "defined here", nullptr, &CrossBorderSeries, nullptr, true},
    {"weapons.police_issue", 1, v1::UNIT_WEAPON, "Police-issue weapons with two or more incidents",
     "Weapons issued to police, not denied by any record and not reported lost, with two or more "
     "incidents by the end of the period: they are no series.",
     kAtEnd,
     "Places are those of the latest incident. Whether a weapon is police issue is as records say "
     "it now, also for earlier periods.",
     "defined here", nullptr, &PoliceIssueUsed, nullptr, true},
    {"weapons.inferred", 2, v1::UNIT_WEAPON, "Inferred weapons outstanding",
     "Weapons known by cases or bullets of an incident in the period and not in hand by its end, "
     "by whether they were used before.",
     "when it was used", "A weapon whose cases and bullets nobody has linked counts as two.",
     "National Ballistics Intelligence Service, quarterly figures: inferred guns outstanding, "
     "used once and used before",
     nullptr, &InferredUsed},
};

}  // namespace

absl::Span<const Measure> WeaponMeasures() { return kWeaponMeasures; }

}  // namespace serieslink::summary
