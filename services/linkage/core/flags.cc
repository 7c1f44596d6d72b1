#include "services/linkage/core/flags.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace serieslink::linkage {
namespace {

constexpr int64_t kUnknownEarliest = TimeInterval::kUnknownEarliest;
constexpr int64_t kUnknownLatest = TimeInterval::kUnknownLatest;
constexpr double kSecondsPerHour = 3600;
// Half of the earth's circumference: what lies further apart in time can be reached.
constexpr double kFurthestKm = 20'050;
constexpr std::size_t kTravelPairsMax = 1'000'000;
// An incident that can have happened at any time of a longer span is not known to the day.
constexpr int64_t kKnownToTheDay_s = 36 * 3600;

bool PutsInCustody(EventKind kind) {
  return kind == EventKind::kRecovery || kind == EventKind::kSurrender ||
         kind == EventKind::kBorderSeizure;
}

absl::Span<const CustodyFact> HeldTimesOf(const ExhibitFacts& exhibit) {
  if (exhibit.custody == nullptr) return {};
  return exhibit.custody->held;
}

// The latest end among times that begin before a moment.
class Holds {
 public:
  // Held from `start_s` to `end_s`.
  void Add(int64_t start_s, int64_t end_s) { holds_.emplace_back(start_s, end_s); }
  bool empty() const { return holds_.empty(); }

  // Before the first question.
  void Sort() {
    std::sort(holds_.begin(), holds_.end());
    for (std::size_t i = 1; i < holds_.size(); ++i) {
      holds_[i].second = std::max(holds_[i].second, holds_[i - 1].second);
    }
  }

  // Whether all that `when` can be lies within a hold.
  bool Contain(const TimeInterval& when) const {
    const auto begun_later =
        std::lower_bound(holds_.begin(), holds_.end(), std::make_pair(when.earliest_s, int64_t{0}),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
    if (begun_later == holds_.begin()) return false;
    return when.latest_s < std::prev(begun_later)->second ||
           std::prev(begun_later)->second == kUnknownLatest;
  }

 private:
  std::vector<std::pair<int64_t, int64_t>> holds_;
};

// One call of FlagsOf.
class Flagger {
 public:
  Flagger(absl::Span<const ExhibitFacts> exhibits, const Resolution& resolution,
          absl::Span<const RecordEventFacts> records,
          absl::Span<const std::optional<EventPoint>> points, const EventResolution& events,
          absl::Span<const WeaponHistory> histories)
      : exhibits_(exhibits),
        resolution_(resolution),
        records_(records),
        points_(points),
        events_(events),
        histories_(histories),
        flags_(resolution.weapons.size()) {
    event_of_record_.reserve(records.size());
    for (uint32_t i = 0; i < records.size(); ++i) {
      event_of_record_.emplace(records[i].record_number, events.event_of[i]);
      if (records[i].kind == EventKind::kDisposal) {
        disposal_of_record_.emplace(records[i].record_number, records[i].disposal);
      }
    }
  }

  std::vector<std::vector<WeaponFlag>> Run() && {
    FlagConflicts();
    FlagStale();
    FlagClashes();
    for (uint32_t w = 0; w < flags_.size(); ++w) {
      FlagCustody(w);
      FlagTravel(w);
      FlagDuplicates(w);
      FlagPoliceIssue(w);
    }
    std::vector<std::vector<WeaponFlag>> out(flags_.size());
    for (std::size_t w = 0; w < flags_.size(); ++w) {
      for (auto& [kind, about] : flags_[w]) {
        out[w].push_back({kind,
                          {about.exhibits.begin(), about.exhibits.end()},
                          {about.events.begin(), about.events.end()}});
      }
    }
    return out;
  }

 private:
  struct About {
    std::set<uint32_t> exhibits;
    std::set<uint32_t> events;
  };

  About& Flag(uint32_t weapon, FlagKind kind) { return flags_[weapon][kind]; }

  void FlagConflicts() {
    absl::flat_hash_map<uint64_t, uint32_t> place;
    if (!resolution_.conflicts.empty() || !resolution_.stale.empty()) {
      for (uint32_t i = 0; i < exhibits_.size(); ++i) place.emplace(exhibits_[i].public_id, i);
    }
    place_ = std::move(place);
    for (const Conflict& conflict : resolution_.conflicts) {
      FlagKind kind = FlagKind::kConflict;
      if (conflict.kind == ConflictKind::kChannelsContradict) kind = FlagKind::kPartsExchange;
      if (conflict.kind == ConflictKind::kInCustodyApart) kind = FlagKind::kCustodyContradiction;
      const Statement& s = resolution_.standing[conflict.finding].statement;
      for (const uint32_t weapon : conflict.weapons) {
        About& about = Flag(weapon, kind);
        if (conflict.kind == ConflictKind::kInCustodyApart) {
          about.exhibits.insert({conflict.apart->first, conflict.apart->second});
        } else {
          about.exhibits.insert({place_.at(s.first), place_.at(s.second)});
        }
      }
    }
  }

  void FlagStale() {
    for (const uint32_t f : resolution_.stale) {
      const StandingFinding& finding = resolution_.standing[f];
      if (finding.verdict != Verdict::kConfirmed) continue;
      for (const uint64_t end : {finding.statement.first, finding.statement.second}) {
        const auto here = place_.find(end);
        if (here == place_.end()) continue;
        Flag(resolution_.weapon_of[here->second], FlagKind::kStaleFinding)
            .exhibits.insert(here->second);
      }
    }
  }

  void FlagClashes() {
    absl::flat_hash_map<uint32_t, std::set<uint32_t>> clashing;  // by event, itself and the others
    for (const SharedReference& shared : events_.shared) {
      if (!shared.clash) continue;
      std::map<EventKind, std::set<uint32_t>> under;
      for (const uint32_t event : shared.under) under[events_.events[event].kind].insert(event);
      for (const auto& [kind, all] : under) {
        if (all.size() < 2 || IsMadeUnderInquiry(kind)) continue;
        for (const uint32_t event : all) clashing[event].insert(all.begin(), all.end());
      }
    }
    if (clashing.empty()) return;
    for (const WeaponHistory& history : histories_) {
      for (const uint32_t event : history.events) {
        const auto found = clashing.find(event);
        if (found == clashing.end()) continue;
        Flag(history.weapon, FlagKind::kReferenceClash)
            .events.insert(found->second.begin(), found->second.end());
      }
    }
  }

  // The event at which the exhibit was, unless it is a test-fire's.
  std::optional<uint32_t> EventOf(const ExhibitFacts& exhibit) const {
    const auto found = event_of_record_.find(exhibit.event_record_number);
    if (found == event_of_record_.end()) return std::nullopt;
    return found->second;
  }

  // The disposals that left the gun in the hands that it was in, as far as their records of the gun
  // say.
  std::set<uint32_t> KeptAt(uint32_t weapon) const {
    std::map<uint32_t, bool> is_kept;
    for (const uint32_t member : resolution_.weapons[weapon].members) {
      const std::optional<uint32_t> event = EventOf(exhibits_[member]);
      if (!event.has_value() || events_.events[*event].kind != EventKind::kDisposal) continue;
      const DisposalKind kind = disposal_of_record_.at(exhibits_[member].event_record_number);
      if (kind == DisposalKind::kUnspecified || kind == DisposalKind::kUnknown) continue;
      const bool is_retained = kind == DisposalKind::kRetained;
      const auto [found, is_first] = is_kept.try_emplace(*event, is_retained);
      if (!is_first) found->second &= is_retained;
    }
    std::set<uint32_t> kept;
    for (const auto& [event, is_one] : is_kept) {
      if (is_one) kept.insert(event);
    }
    return kept;
  }

  void FlagCustody(uint32_t weapon) {
    const WeaponHistory& history = histories_[weapon];
    const std::set<uint32_t> kept_at = KeptAt(weapon);
    Holds holds;
    Holds ended;  // those of which an entry of custody says when they ended
    // Of holds of which nothing says that they ended, when they can have begun.
    std::vector<TimeInterval> begun;
    std::vector<TimeInterval> releases;
    for (const uint32_t member : resolution_.weapons[weapon].members) {
      const ExhibitFacts& exhibit = exhibits_[member];
      for (const CustodyFact& fact : HeldTimesOf(exhibit)) {
        if (fact.until_s == kUnknownLatest) {
          begun.push_back({fact.from_s, fact.from_s});
        } else {
          holds.Add(fact.from_s, fact.until_s);
          ended.Add(fact.from_s, fact.until_s);
          releases.push_back({fact.until_s, fact.until_latest_s});
        }
      }
      const std::optional<uint32_t> event = EventOf(exhibit);
      if (!event.has_value()) continue;
      const Event& seen_at = events_.events[*event];
      const bool is_kept = kept_at.contains(*event);
      if ((seen_at.kind == EventKind::kDisposal && !is_kept) || seen_at.kind == EventKind::kLoss) {
        releases.push_back(seen_at.occurred);
      } else if (exhibit.kind == ExhibitKind::kGun && (PutsInCustody(seen_at.kind) || is_kept) &&
                 seen_at.occurred.latest_s != kUnknownLatest) {
        begun.push_back(seen_at.occurred);
      }
    }
    // Such a hold lasts until the first release that can have come after its beginning.
    std::sort(releases.begin(), releases.end(),
              [](const TimeInterval& a, const TimeInterval& b) { return a.latest_s < b.latest_s; });
    for (std::size_t i = releases.size(); i-- > 1;) {
      releases[i - 1].earliest_s = std::min(releases[i - 1].earliest_s, releases[i].earliest_s);
    }
    for (const TimeInterval& start : begun) {
      const auto release = std::lower_bound(
          releases.begin(), releases.end(), start.earliest_s,
          [](const TimeInterval& one, int64_t moment_s) { return one.latest_s < moment_s; });
      holds.Add(start.latest_s, release == releases.end()
                                    ? kUnknownLatest
                                    : std::max(start.latest_s, release->earliest_s));
    }
    if (holds.empty()) return;
    holds.Sort();
    ended.Sort();
    for (const uint32_t event : history.events) {
      const Event& one = events_.events[event];
      const bool is_used = one.kind == EventKind::kIncident && holds.Contain(one.occurred);
      // A loss ends what nothing else ends.
      const bool is_lost = one.kind == EventKind::kLoss && ended.Contain(one.occurred);
      if (is_used || is_lost) Flag(weapon, FlagKind::kCustodyContradiction).events.insert(event);
    }
  }

  // Where the records of an event put it.
  std::vector<EventPoint> PointsOf(uint32_t event) const {
    std::vector<EventPoint> points;
    for (const uint32_t record : events_.events[event].records) {
      if (points_[record].has_value()) points.push_back(*points_[record]);
    }
    return points;
  }

  bool CanTravel(uint32_t a, uint32_t b) const {
    const TimeInterval& x = events_.events[a].occurred;
    const TimeInterval& y = events_.events[b].occurred;
    const double hours =
        static_cast<double>(std::max(y.latest_s - x.earliest_s, x.latest_s - y.earliest_s)) /
        kSecondsPerHour;
    const std::vector<EventPoint> from = PointsOf(a);
    const std::vector<EventPoint> to = PointsOf(b);
    return std::any_of(from.begin(), from.end(), [&](const EventPoint& p) {
      return std::any_of(to.begin(), to.end(), [&](const EventPoint& q) {
        return DistanceKm(p, q) - 2 * kPointErrorKm <= hours * kFastestKmPerHour;
      });
    });
  }

  void FlagTravel(uint32_t weapon) {
    std::set<uint32_t> was_at;
    for (const uint32_t member : resolution_.weapons[weapon].members) {
      const ExhibitFacts& exhibit = exhibits_[member];
      // What can be apart from the gun, or another gun, says nothing of where it was.
      if (exhibit.kind != ExhibitKind::kGun && exhibit.kind != ExhibitKind::kCaseGroup &&
          exhibit.kind != ExhibitKind::kBulletGroup) {
        continue;
      }
      const std::optional<uint32_t> event = EventOf(exhibit);
      if (!event.has_value()) continue;
      const Event& at = events_.events[*event];
      const bool lies_in_time = at.occurred.earliest_s != kUnknownEarliest &&
                                at.occurred.latest_s != kUnknownLatest &&
                                (at.kind == EventKind::kIncident || PutsInCustody(at.kind));
      if (lies_in_time && !PointsOf(*event).empty()) was_at.insert(*event);
    }
    std::vector<uint32_t> in_time(was_at.begin(), was_at.end());
    std::sort(in_time.begin(), in_time.end(), [&](uint32_t a, uint32_t b) {
      return std::make_pair(events_.events[a].occurred.earliest_s, a) <
             std::make_pair(events_.events[b].occurred.earliest_s, b);
    });
    constexpr auto kReach_s =
        static_cast<int64_t>(kFurthestKm / kFastestKmPerHour * kSecondsPerHour);
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < in_time.size(); ++i) {
      const int64_t from_s = events_.events[in_time[i]].occurred.earliest_s;
      for (std::size_t j = i + 1; j < in_time.size(); ++j) {
        if (events_.events[in_time[j]].occurred.earliest_s - from_s > kReach_s) break;
        if (++pairs > kTravelPairsMax) return;
        if (CanTravel(in_time[i], in_time[j])) continue;
        Flag(weapon, FlagKind::kImpossibleTravel).events.insert({in_time[i], in_time[j]});
      }
    }
  }

  void FlagDuplicates(uint32_t weapon) {
    // By borough, then in time: the likeliest pairs lie side by side.
    std::vector<std::tuple<uint64_t, int64_t, int64_t, uint64_t, uint32_t>> known;
    for (const uint32_t index : histories_[weapon].events) {
      const Event& event = events_.events[index];
      const TimeInterval& when = event.occurred;
      if (event.kind != EventKind::kIncident || event.borough == 0 ||
          when.earliest_s == kUnknownEarliest || when.latest_s == kUnknownLatest ||
          when.latest_s - when.earliest_s > kKnownToTheDay_s) {
        continue;
      }
      uint64_t name = records_[event.records.front()].public_id;  // whatever the order of arrival
      for (const uint32_t record : event.records) name = std::min(name, records_[record].public_id);
      known.emplace_back(event.borough, when.earliest_s, when.latest_s, name, index);
    }
    std::sort(known.begin(), known.end());
    for (std::size_t i = 1; i < known.size(); ++i) {
      const auto& [borough, earliest_s, latest_s, name, index] = known[i];
      const auto& [borough_before, earliest_before_s, latest_before_s, name_before, before] =
          known[i - 1];
      const Event& a = events_.events[before];
      const Event& b = events_.events[index];
      const bool areas_agree =
          a.force_area == 0 || b.force_area == 0 || a.force_area == b.force_area;
      if (borough != borough_before || earliest_s > latest_before_s || !areas_agree ||
          ShareReference(before, index)) {
        continue;
      }
      Flag(weapon, FlagKind::kProbableDuplicate).events.insert({before, index});
    }
  }

  void FlagPoliceIssue(uint32_t weapon) {
    const WeaponHistory& history = histories_[weapon];
    if (history.incident_count < kSeriesIncidents) return;
    std::set<uint32_t> said;
    std::set<uint32_t> denied;
    for (const uint32_t member : resolution_.weapons[weapon].members) {
      const PoliceIssue issue = exhibits_[member].police_issue;
      if (issue == PoliceIssue::kYes) said.insert(member);
      if (issue == PoliceIssue::kNo) denied.insert(member);
    }
    if (history.is_police_issue) {
      Flag(weapon, FlagKind::kPoliceIssue).exhibits = std::move(said);
    } else if (!said.empty() && !denied.empty()) {
      said.merge(denied);
      Flag(weapon, FlagKind::kPoliceIssueDisputed).exhibits = std::move(said);
    }
  }

  bool ShareReference(uint32_t a, uint32_t b) const {
    std::set<uint64_t> references;
    for (const uint32_t record : events_.events[a].records) {
      references.insert(records_[record].references.begin(), records_[record].references.end());
    }
    const std::vector<uint32_t>& others = events_.events[b].records;
    return std::any_of(others.begin(), others.end(), [&](uint32_t record) {
      const auto& own = records_[record].references;
      return std::any_of(own.begin(), own.end(),
                         [&](uint64_t one) { return references.contains(one); });
    });
  }

  const absl::Span<const ExhibitFacts> exhibits_;
  const Resolution& resolution_;
  const absl::Span<const RecordEventFacts> records_;
  const absl::Span<const std::optional<EventPoint>> points_;
  const EventResolution& events_;
  const absl::Span<const WeaponHistory> histories_;
  absl::flat_hash_map<uint64_t, uint32_t> event_of_record_;
  absl::flat_hash_map<uint64_t, DisposalKind> disposal_of_record_;  // of records of disposals
  absl::flat_hash_map<uint64_t, uint32_t> place_;  // by public id; filled where it is needed
  std::vector<std::map<FlagKind, About>> flags_;
};

}  // namespace

bool IsContradiction(FlagKind kind) {
  switch (kind) {
    case FlagKind::kCustodyContradiction:
    case FlagKind::kConflict:
    case FlagKind::kPartsExchange:
    case FlagKind::kImpossibleTravel:
      return true;
    case FlagKind::kStaleFinding:
    case FlagKind::kReferenceClash:
    case FlagKind::kProbableDuplicate:
    case FlagKind::kPoliceIssue:
    case FlagKind::kPoliceIssueDisputed:
      return false;
  }
  return false;
}

const char* WordsOf(FlagKind kind) {
  switch (kind) {
    case FlagKind::kCustodyContradiction:
      return "it was used, lost, or held by somebody else, at a time at which it was in custody: a "
             "date is wrong, it got out, or there are two guns";
    case FlagKind::kConflict:
      return "statements about it contradict each other";
    case FlagKind::kPartsExchange:
      return "one channel confirms what another eliminates: parts may have been exchanged";
    case FlagKind::kImpossibleTravel:
      return "it was at two places between which nobody travels in the time: a date or place is "
             "wrong, or there are two guns";
    case FlagKind::kStaleFinding:
      return "a confirmed finding names an exhibit that its record no longer has: to be stated "
             "again";
    case FlagKind::kReferenceClash:
      return "an event shares its reference with another that time or place keeps apart: a "
             "reference may be mistyped, or one of the two may be wrong";
    case FlagKind::kProbableDuplicate:
      return "two of its incidents may be one told twice: same place, same time, no reference in "
             "common";
    case FlagKind::kPoliceIssue:
      return "issued to police and not reported lost: its incidents are police use, and it counts "
             "as no series";
    case FlagKind::kPoliceIssueDisputed:
      return "one record says that it was issued to police and another that it was not: it counts "
             "as a series until they agree";
  }
  return "";
}

double DistanceKm(const EventPoint& a, const EventPoint& b) {
  // The haversine formula, which holds for small distances too.
  constexpr double kRadiusKm = 6371.0;
  constexpr double kRadians = std::numbers::pi / 180;
  const double half_latitude = (b.latitude_degrees - a.latitude_degrees) * kRadians / 2;
  const double half_longitude = (b.longitude_degrees - a.longitude_degrees) * kRadians / 2;
  const double h =
      std::pow(std::sin(half_latitude), 2) + std::cos(a.latitude_degrees * kRadians) *
                                                 std::cos(b.latitude_degrees * kRadians) *
                                                 std::pow(std::sin(half_longitude), 2);
  return 2 * kRadiusKm * std::asin(std::min(1.0, std::sqrt(h)));
}

std::vector<std::vector<WeaponFlag>> FlagsOf(absl::Span<const ExhibitFacts> exhibits,
                                             const Resolution& resolution,
                                             absl::Span<const RecordEventFacts> records,
                                             absl::Span<const std::optional<EventPoint>> points,
                                             const EventResolution& events,
                                             absl::Span<const WeaponHistory> histories) {
  return Flagger(exhibits, resolution, records, points, events, histories).Run();
}

}  // namespace serieslink::linkage
