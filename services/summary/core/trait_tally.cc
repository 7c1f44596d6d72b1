#include "services/summary/core/trait_tally.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/summary/core/change_points.h"
#include "services/summary/core/comparison.h"

namespace serieslink::summary {
namespace {

using meeting::v1::GunTrait;
using meeting::v1::TraitChange;
using meeting::v1::TraitFinding;

constexpr double kFalseRate = 0.05;
// Values of fewer occasions cannot be found to rise: they would only make the test of others
// weaker.
constexpr std::size_t kOccasionsMin = 4;
// Occasions of which a trait must be known for something to be said of it.
constexpr std::size_t kKnownMin = 5;
constexpr std::size_t kKnownBeforeMin = 20;
// First seen values that are listed of a trait.
constexpr int kFirstSeenMax = 20;

constexpr char kRule[] =
    "Counted are occasions: an incident, recovery or border seizure at which guns came to be "
    "known. "
    "Of each value an occasion counts once, however many guns of it there were, and a gun counts "
    "at "
    "its first occasion alone. A value is rising when it is on a larger share of the occasions of "
    "which its trait is known than in the eight quarters before, by more than chance would make: "
    "by "
    "Fisher's exact test on one side, of all values with four occasions or more in the two "
    "together, "
    "with at most 5 % false discoveries expected among all that is told (Benjamini and Yekutieli). "
    "It is new when, besides, no record that may be of before the quarter tells of it. What no "
    "record tells of before and is on too few occasions to say more is listed as first seen. Of a "
    "trait that is known of fewer than 5 occasions of the quarter, or 20 before, nothing is said. "
    "Late records can change it.";

double LogChoose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

// The probability that `all` occasions, of which `with` have a value, leave `in_quarter` or more of
// those among `quarter` of them that are drawn at random.
double UpperTail(std::size_t in_quarter, std::size_t quarter, std::size_t with, std::size_t all) {
  const auto number = [](std::size_t n) { return static_cast<double>(n); };
  const double log_all = LogChoose(number(all), number(quarter));
  double sum = 0;
  for (std::size_t k = in_quarter; k <= std::min(quarter, with); ++k) {
    if (quarter - k > all - with) continue;
    sum += std::exp(LogChoose(number(with), number(k)) +
                    LogChoose(number(all - with), number(quarter - k)) - log_all);
  }
  return std::min(1.0, sum);
}

bool IsOccasion(int kind) {
  return kind == record::v1::EVENT_KIND_INCIDENT || kind == record::v1::EVENT_KIND_RECOVERY ||
         kind == record::v1::EVENT_KIND_BORDER_SEIZURE;
}

std::string OccasionWords(std::size_t count) {
  return absl::StrCat(count, count == 1 ? " occasion" : " occasions");
}

const char* ChangeWords(TraitChange change) {
  switch (change) {
    case meeting::v1::TRAIT_CHANGE_NEW:
      return "never before, and more than chance would make";
    case meeting::v1::TRAIT_CHANGE_RISING:
      return "a larger share than before, by more than chance would make";
    default:
      return "never before, and too few to say more";
  }
}

// In the order in which they are told.
constexpr GunTrait kTraits[] = {meeting::v1::GUN_TRAIT_MAKE,
                                meeting::v1::GUN_TRAIT_MODEL,
                                meeting::v1::GUN_TRAIT_CONVERSION,
                                meeting::v1::GUN_TRAIT_CALIBRE,
                                meeting::v1::GUN_TRAIT_COUNTRY_OF_MAKE,
                                meeting::v1::GUN_TRAIT_SENT_FROM};

}  // namespace

TraitTally::TraitTally(Window quarter, std::int64_t baseline_from_s)
    : quarter_(std::move(quarter)), baseline_from_s_(baseline_from_s) {}

void TraitTally::AddEvent(const EventFacts& /*event*/, Additions* /*additions*/) {}

void TraitTally::AddWeapon(const WeaponFacts& weapon, Additions* /*additions*/) {
  // Guns issued to police are none of those that crime has.
  if (weapon.is_police_issue) return;
  std::set<Value> all;
  for (const WeaponFacts::Seen& seen : weapon.exhibits) {
    if (seen.exhibit.traits == nullptr) continue;
    // A record that tells of no event, or of one without a date, may be of before.
    const bool may_be_before =
        seen.event == nullptr || seen.event->occurred.earliest_s < quarter_.from_s;
    for (const auto& value : seen.exhibit.traits->values) {
      all.insert(value);
      if (may_be_before) values_[value].is_known_before = true;
    }
  }
  if (all.empty()) return;
  // The first occasion; of those that can have been at the same time, the one that began first.
  const EventFacts* first = nullptr;
  for (const WeaponFacts::AtEvent& at : weapon.events) {
    if (!IsOccasion(at.event->kind)) continue;
    const auto key = [](const EventFacts& event) {
      return std::tie(event.occurred.earliest_s, event.occurred.latest_s, event.first_record);
    };
    if (first == nullptr || key(*at.event) < key(*first)) first = at.event;
  }
  if (first == nullptr) return;
  const Moments& when = first->occurred;
  const bool is_in_quarter =
      when.earliest_s >= quarter_.from_s && when.latest_s < quarter_.before_s;
  const bool is_in_baseline =
      when.earliest_s >= baseline_from_s_ && when.latest_s < quarter_.from_s;
  if (!is_in_quarter && !is_in_baseline) return;
  for (const Value& value : all) {
    Counts& counts = values_[value];
    Counts& trait = traits_[value.first];
    (is_in_quarter ? counts.in_quarter : counts.before).insert(first->first_record);
    (is_in_quarter ? trait.in_quarter : trait.before).insert(first->first_record);
  }
}

void TraitTally::Fill(meeting::v1::TraitSearch& search) const {
  search.set_rule(kRule);
  search.set_false_discovery_rate(kFalseRate);
  const std::string label = LabelOf(quarter_.period);
  const Counts none;
  std::set<GunTrait> few;
  std::map<GunTrait, meeting::v1::TraitCoverage*> coverage;
  for (const GunTrait trait : kTraits) {
    const auto found = traits_.find(trait);
    const Counts& known = found == traits_.end() ? none : found->second;
    meeting::v1::TraitCoverage& one = *search.add_coverage();
    coverage[trait] = &one;
    one.set_trait(trait);
    one.set_occasions(static_cast<std::int64_t>(known.in_quarter.size()));
    one.set_occasions_before(static_cast<std::int64_t>(known.before.size()));
    one.set_is_too_few(known.in_quarter.size() < kKnownMin ||
                       known.before.size() < kKnownBeforeMin);
    if (one.is_too_few()) few.insert(trait);
  }
  struct Tested {
    const Value* value;
    const Counts* counts;
  };
  std::vector<Tested> tested;
  std::vector<double> probabilities;
  for (const auto& [value, counts] : values_) {
    const std::size_t with = counts.in_quarter.size() + counts.before.size();
    if (few.contains(value.first) || with < kOccasionsMin) continue;
    const Counts& known = traits_.at(value.first);
    tested.push_back({&value, &counts});
    probabilities.push_back(UpperTail(counts.in_quarter.size(), known.in_quarter.size(), with,
                                      known.in_quarter.size() + known.before.size()));
  }
  const std::vector<double> adjusted = AdjustForDiscoveries(probabilities);
  search.set_tested(static_cast<std::int32_t>(tested.size()));

  const auto tell = [&](const Value& value, const Counts& counts, TraitChange change) {
    const Counts& known = traits_.at(value.first);
    TraitFinding finding;
    finding.set_trait(value.first);
    finding.set_value(value.second);
    finding.set_change(change);
    finding.set_occasions(static_cast<std::int64_t>(counts.in_quarter.size()));
    finding.set_occasions_before(static_cast<std::int64_t>(counts.before.size()));
    finding.set_words(absl::StrCat(value.second, ": on ", counts.in_quarter.size(), " of ",
                                   OccasionWords(known.in_quarter.size()), " in ", label,
                                   ", and on ", counts.before.size(), " of ", known.before.size(),
                                   " in the ", kBaselineQuarters,
                                   " quarters before: ", ChangeWords(change)));
    return finding;
  };
  std::vector<TraitFinding> found;
  std::set<const Value*> told;
  for (std::size_t i = 0; i < tested.size(); ++i) {
    if (adjusted[i] > kFalseRate) continue;
    const Counts& counts = *tested[i].counts;
    const bool is_new = counts.before.empty() && !counts.is_known_before;
    found.push_back(
        tell(*tested[i].value, counts,
             is_new ? meeting::v1::TRAIT_CHANGE_NEW : meeting::v1::TRAIT_CHANGE_RISING));
    found.back().set_adjusted_probability(RoundedRate(adjusted[i]));
    told.insert(tested[i].value);
  }
  const std::size_t sure = found.size();
  for (const auto& [value, counts] : values_) {
    if (counts.in_quarter.empty() || !counts.before.empty() || counts.is_known_before ||
        few.contains(value.first) || told.contains(&value)) {
      continue;
    }
    found.push_back(tell(value, counts, meeting::v1::TRAIT_CHANGE_FIRST_SEEN));
  }
  const auto order = [](const TraitFinding& one) {
    return std::make_tuple(
        static_cast<int>(one.change()), one.adjusted_probability(),
        one.change() == meeting::v1::TRAIT_CHANGE_FIRST_SEEN ? static_cast<int>(one.trait()) : 0,
        -one.occasions(), static_cast<int>(one.trait()), one.value());
  };
  std::sort(found.begin(), found.end(),
            [&](const TraitFinding& a, const TraitFinding& b) { return order(a) < order(b); });
  std::map<GunTrait, int> first_seen;
  for (TraitFinding& one : found) {
    if (one.change() == meeting::v1::TRAIT_CHANGE_FIRST_SEEN &&
        ++first_seen[one.trait()] > kFirstSeenMax) {
      meeting::v1::TraitCoverage& of_trait = *coverage[one.trait()];
      of_trait.set_first_seen_left_out(of_trait.first_seen_left_out() + 1);
      continue;
    }
    *search.add_findings() = std::move(one);
  }
  if (few.size() == std::size(kTraits)) {
    search.set_words(
        "too little is known of guns, in the quarter or before, to say what is new or rising");
  } else if (sure == 0) {
    search.set_words(absl::StrCat("of ", tested.size(),
                                  " values that were tested, none is new or rising by more than "
                                  "chance would make"));
  } else {
    search.set_words(absl::StrCat("of ", tested.size(), " values that were tested, ", sure,
                                  sure == 1 ? " is" : " are",
                                  " new or rising by more than chance would make"));
  }
}

}  // namespace serieslink::summary
