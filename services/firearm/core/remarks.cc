#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "services/firearm/core/legal_classes.h"
#include "services/firearm/core/life.h"
#include "services/firearm/core/recovery.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::linkage::Before;
using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::ExhibitKind;
using ::serieslink::linkage::Overlap;
using ::serieslink::linkage::TimeInterval;

// Days are London's: the longest is the one on which summer time ends.
constexpr std::int64_t kDaySecondsMax = 25 * 3'600;

bool IsUnknown(const TimeInterval& t) { return t == TimeInterval(); }

// Whether `t` is known to the day.
bool IsToTheDay(const TimeInterval& t) {
  return t.earliest_s != TimeInterval::kUnknownEarliest &&
         t.latest_s != TimeInterval::kUnknownLatest && t.latest_s - t.earliest_s <= kDaySecondsMax;
}

// Whether two dates are the same, or both are of one day and can be the same moment.
bool AreOfOneDay(const TimeInterval& a, const TimeInterval& b) {
  return a == b || (IsToTheDay(a) && IsToTheDay(b) && Overlap(a, b));
}

// Whether something of `between` can have happened after `first` and before `last`.
bool CanLieBetween(const TimeInterval& between, const TimeInterval& first,
                   const TimeInterval& last) {
  return !Before(between, first) && !Before(last, between);
}

// Custody for certain from its latest beginning to its earliest end; nothing when either is open.
std::optional<TimeInterval> CertainCustody(const LifeCustodyFacts& custody) {
  if (custody.from.latest_s == TimeInterval::kUnknownLatest ||
      custody.until.earliest_s == TimeInterval::kUnknownEarliest ||
      custody.from.latest_s >= custody.until.earliest_s) {
    return std::nullopt;
  }
  return TimeInterval{custody.from.latest_s, custody.until.earliest_s};
}

bool IsWithin(const TimeInterval& inner, const TimeInterval& outer) {
  return inner.earliest_s > outer.earliest_s && inner.latest_s < outer.latest_s;
}

// When an exhibit was examined, of one that was; a test-fire is fired by who examines.
TimeInterval WhenExamined(const LifeExhibitFacts& exhibit) {
  if (exhibit.examined.has_value()) return *exhibit.examined;
  const bool is_test_fire =
      exhibit.kind == ExhibitKind::kTestFireCases || exhibit.kind == ExhibitKind::kTestFireBullets;
  return is_test_fire ? exhibit.in_hand.value_or(TimeInterval()) : TimeInterval();
}

bool IsGunOrTestFire(ExhibitKind kind) {
  return kind != ExhibitKind::kCaseGroup && kind != ExhibitKind::kBulletGroup &&
         kind != ExhibitKind::kAmmunitionLot && kind != ExhibitKind::kGunPart;
}

class Remarker {
 public:
  Remarker(const LifeFacts& life, absl::Span<const std::uint32_t> order, const LossCases& losses)
      : life_(life), order_(order), losses_(losses) {}

  std::vector<RemarkFacts> Remark() {
    RemarkOnDisposals();
    RemarkOnCustody();
    RemarkOnUseBeforeLoss();
    for (const UseAfterReturn& one : UsesAfterReturn(life_.events, order_, losses_)) {
      Contradict(v1::REMARK_KIND_USED_AFTER_RETURN, {one.returned, one.use});
    }
    RemarkOnLegalClasses();
    RemarkOnWholeAndPart();
    for (const std::uint32_t i : order_) {
      if (At(i).loss_kinds_differ) Contradict(v1::REMARK_KIND_LOSS_KINDS_DIFFER, {i});
    }
    RemarkOnReleases();
    RemarkOnArrivals();
    RemarkOnFate();
    RemarkOnDates();
    std::stable_sort(
        remarks_.begin(), remarks_.end(), [](const RemarkFacts& a, const RemarkFacts& b) {
          return std::pair(!a.is_contradiction, a.kind) < std::pair(!b.is_contradiction, b.kind);
        });
    return std::move(remarks_);
  }

 private:
  const LifeEventFacts& At(std::uint32_t event) const { return life_.events[event]; }
  const TimeInterval& When(std::uint32_t event) const { return life_.events[event].occurred; }
  bool IsLoss(std::uint32_t event) const {
    return At(event).kind == EventKind::kLoss && !At(event).is_cancelled;
  }

  // Puts exhibits in an order that does not depend on what arrived first.
  void SortById(std::vector<std::uint32_t>& exhibits) const {
    std::sort(exhibits.begin(), exhibits.end(), [&](std::uint32_t a, std::uint32_t b) {
      return life_.exhibits[a].public_id < life_.exhibits[b].public_id;
    });
  }

  bool IsDestruction(std::uint32_t event) const {
    return At(event).disposal == record::v1::DISPOSAL_KIND_DESTROYED;
  }

  void Contradict(v1::RemarkKind kind, std::vector<std::uint32_t> events,
                  std::vector<std::uint32_t> exhibits = {}) {
    if (++count_[kind] > kRemarksOfKindMax) return;
    remarks_.push_back({kind, true, std::move(events), std::move(exhibits)});
  }
  void Miss(v1::RemarkKind kind, std::vector<std::uint32_t> events,
            std::vector<std::uint32_t> exhibits = {}) {
    if (++count_[kind] > kRemarksOfKindMax) return;
    remarks_.push_back({kind, false, std::move(events), std::move(exhibits)});
  }

  void RemarkOnDisposals() {
    for (const std::uint32_t destroyed : order_) {
      if (At(destroyed).disposals_differ) Contradict(v1::REMARK_KIND_DISPOSALS_DIFFER, {destroyed});
      if (!IsDestruction(destroyed)) continue;
      for (const std::uint32_t later : order_) {
        if (!Before(When(destroyed), When(later))) continue;
        if (IsDestruction(later)) {
          // Two agencies' records of one destruction, perhaps.
          Miss(v1::REMARK_KIND_DESTROYED_TWICE, {destroyed, later});
        } else {
          Contradict(v1::REMARK_KIND_USED_AFTER_DESTRUCTION, {destroyed, later});
        }
      }
    }
  }

  void RemarkOnCustody() {
    for (const LifeCustodyFacts& custody : life_.custody) {
      const std::optional<TimeInterval> certain = CertainCustody(custody);
      if (!certain.has_value()) continue;
      for (const std::uint32_t i : order_) {
        if (!IsWithin(When(i), *certain)) continue;
        if (At(i).kind == EventKind::kIncident) {
          Contradict(v1::REMARK_KIND_USED_IN_CUSTODY, {i}, {custody.exhibit});
        } else if (IsLoss(i)) {
          Contradict(v1::REMARK_KIND_LOST_IN_CUSTODY, {i}, {custody.exhibit});
        }
      }
    }
    RemarkOnHolders();
  }

  void RemarkOnHolders() {
    // Of each entry the first moment from its beginning on at which the gun can have left.
    std::vector<std::optional<std::int64_t>> first_departure_s;
    for (const LifeCustodyFacts& custody : life_.custody) {
      std::optional<std::int64_t> first_s;
      for (const LifeEventFacts& event : life_.events) {
        if ((IsDeparture(event) || event.kind == EventKind::kLoss) &&
            !Before(event.occurred, custody.from)) {
          first_s =
              std::min(first_s.value_or(event.occurred.earliest_s), event.occurred.earliest_s);
        }
      }
      first_departure_s.push_back(first_s);
    }
    for (std::size_t a = 0; a < life_.custody.size(); ++a) {
      for (std::size_t b = a + 1; b < life_.custody.size(); ++b) {
        const LifeCustodyFacts& one = life_.custody[a];
        const LifeCustodyFacts& other = life_.custody[b];
        if (one.holder_key == 0 || other.holder_key == 0 || one.holder_key == other.holder_key) {
          continue;
        }
        const auto has_left = [&](std::size_t entry, const LifeCustodyFacts& until) {
          return first_departure_s[entry].has_value() &&
                 *first_departure_s[entry] <= until.from.latest_s;
        };
        const bool has_left_between = has_left(a, other) || has_left(b, one);
        std::vector<std::uint32_t> exhibits = {one.exhibit};
        if (other.exhibit != one.exhibit) exhibits.push_back(other.exhibit);
        // One record that lists two present holders says so of one time.
        const bool are_both_said = one.exhibit == other.exhibit && one.is_open && other.is_open;
        if (AreCertainlyAtOnce(one, other) || (are_both_said && !has_left_between)) {
          Contradict(v1::REMARK_KIND_HELD_BY_TWO, {}, std::move(exhibits));
        } else if ((one.is_open || other.is_open) && !has_left_between &&
                   !Before(one.until, other.from) && !Before(other.until, one.from)) {
          Miss(v1::REMARK_KIND_CUSTODY_NOT_ENDED, {}, std::move(exhibits));
        }
      }
    }
  }

  static bool AreCertainlyAtOnce(const LifeCustodyFacts& one, const LifeCustodyFacts& other) {
    const std::optional<TimeInterval> x = CertainCustody(one);
    const std::optional<TimeInterval> y = CertainCustody(other);
    return x.has_value() && y.has_value() &&
           std::max(x->earliest_s, y->earliest_s) < std::min(x->latest_s, y->latest_s);
  }

  void RemarkOnUseBeforeLoss() {
    for (const LossCaseFacts& one : losses_.cases) {
      for (const std::uint32_t use : order_) {
        if (std::binary_search(one.used_before.begin(), one.used_before.end(), use)) {
          Contradict(v1::REMARK_KIND_USED_BEFORE_LOSS, {use, one.losses.front()});
        }
      }
    }
  }

  void RemarkOnLegalClasses() {
    for (const auto& [a, b] : DifferingClasses(life_.legal_classes)) {
      std::vector<std::uint32_t> exhibits = {life_.legal_classes[a].exhibit};
      const std::uint32_t other = life_.legal_classes[b].exhibit;
      if (other != exhibits[0]) exhibits.push_back(other);
      Contradict(v1::REMARK_KIND_LEGAL_CLASSES_DIFFER, {}, std::move(exhibits));
    }
  }

  void RemarkOnWholeAndPart() {
    std::vector<std::uint32_t> both;
    for (std::uint32_t i = 0; i < life_.exhibits.size(); ++i) {
      if (life_.exhibits[i].is_whole_and_part) both.push_back(i);
    }
    SortById(both);
    if (!both.empty()) Contradict(v1::REMARK_KIND_WHOLE_AND_PART, {}, std::move(both));
  }

  // Whether something tells how the gun can have left hands between two moments.
  bool HasRelease(const TimeInterval& first, const TimeInterval& last) const {
    for (const LifeEventFacts& event : life_.events) {
      const bool is_release = IsDeparture(event) || event.kind == EventKind::kLoss;
      if (is_release && CanLieBetween(event.occurred, first, last)) return true;
    }
    return std::any_of(
        life_.custody.begin(), life_.custody.end(), [&](const LifeCustodyFacts& custody) {
          return !IsUnknown(custody.until) && CanLieBetween(custody.until, first, last);
        });
  }

  void RemarkOnReleases() {
    for (const std::uint32_t in_hand : order_) {
      const bool is_part = BringsPart(At(in_hand));
      if (!is_part && !ComesIntoHand(At(in_hand))) continue;
      // The first use after it: what comes later follows from that.
      for (const std::uint32_t later : order_) {
        if (At(later).kind != EventKind::kIncident || !Before(When(in_hand), When(later))) continue;
        if (!HasRelease(When(in_hand), When(later))) {
          Miss(is_part ? v1::REMARK_KIND_PART_RELEASE_NOT_RECORDED
                       : v1::REMARK_KIND_RELEASE_NOT_RECORDED,
               {in_hand, later});
        }
        break;
      }
    }
    for (const LossCaseFacts& one : losses_.cases) {
      if (!one.held_before.has_value()) continue;
      Contradict(v1::REMARK_KIND_RETURN_NOT_RECORDED, {*one.held_before, one.losses.front()});
    }
    for (std::size_t i = 1; i < losses_.cases.size(); ++i) {
      const LossCaseFacts& again = losses_.cases[i];
      if (std::find(again.contradictions.begin(), again.contradictions.end(),
                    stolen::v1::CASE_CONTRADICTION_KIND_NOT_BACK_BEFORE_LOSS) !=
          again.contradictions.end()) {
        Miss(v1::REMARK_KIND_RECOVERY_NOT_RECORDED,
             {losses_.cases[i - 1].losses.front(), again.losses.front()});
      }
    }
  }

  // What was in hand, and what was found, without a record that says how and where.
  void RemarkOnArrivals() {
    for (const std::uint32_t i : order_) {
      const std::optional<std::uint32_t>& shown_by = At(i).shown_by;
      // Of a gun that a record has at an incident and in custody, the incident tells.
      if (shown_by.has_value() && !life_.exhibits[*shown_by].event.has_value()) {
        Miss(v1::REMARK_KIND_ARRIVAL_NOT_RECORDED, {i});
      }
    }
    for (const LossCaseFacts& one : losses_.cases) RemarkOnArrival(one);
    std::vector<std::uint32_t> found;
    for (std::uint32_t i = 0; i < life_.exhibits.size(); ++i) {
      const LifeExhibitFacts& exhibit = life_.exhibits[i];
      if (!exhibit.event.has_value() && !exhibit.same_item_event.has_value() &&
          (exhibit.kind == ExhibitKind::kCaseGroup || exhibit.kind == ExhibitKind::kBulletGroup ||
           exhibit.kind == ExhibitKind::kGunPart)) {
        found.push_back(i);
      }
    }
    SortById(found);
    if (!found.empty()) Miss(v1::REMARK_KIND_EVENT_NOT_RECORDED, {}, std::move(found));
  }

  // Who disposed of a gun that was lost had it in hand.
  void RemarkOnArrival(const LossCaseFacts& one) {
    for (std::size_t i = 1; i < one.steps.size(); ++i) {
      const std::uint32_t disposal = one.steps[i].event;
      if (one.steps[i].is_found || At(disposal).kind != EventKind::kDisposal) continue;
      const v1::FirearmState before = one.steps[i - 1].state;
      if (before != v1::FIREARM_STATE_OUTSTANDING && before != v1::FIREARM_STATE_SIGHTED) continue;
      const bool can_have_come =
          std::any_of(life_.events.begin(), life_.events.end(), [&](const LifeEventFacts& event) {
            return ComesIntoHand(event) && CanLieBetween(event.occurred, one.lost, When(disposal));
          });
      if (!can_have_come) Miss(v1::REMARK_KIND_ARRIVAL_NOT_RECORDED, {disposal});
    }
  }

  void RemarkOnFate() {
    const std::uint32_t* in_hand = nullptr;  // the last one; points into the order
    for (const std::uint32_t& i : order_) {
      if (ComesIntoHand(At(i))) in_hand = &i;
    }
    // An examination from before it was given back says nothing of what was done with it since, nor
    // does one of what it left or of a part of it.
    const auto is_examined = [&](const LifeExhibitFacts& exhibit) {
      return exhibit.is_examined && IsGunOrTestFire(exhibit.kind) &&
             !Before(WhenExamined(exhibit), When(*in_hand));
    };
    if (in_hand != nullptr &&
        std::none_of(life_.exhibits.begin(), life_.exhibits.end(), is_examined)) {
      Miss(v1::REMARK_KIND_NOT_EXAMINED, {*in_hand});
    }
    if (in_hand != nullptr && losses_.state == v1::FIREARM_STATE_RECOVERED) {
      Miss(v1::REMARK_KIND_FATE_NOT_RECORDED, {*in_hand});
    }
    if (losses_.cases.empty() || losses_.cases.back().is_cancelled) return;
    const LossCaseFacts& last = losses_.cases.back();
    if (last.state == v1::FIREARM_STATE_OUTSTANDING || last.state == v1::FIREARM_STATE_SIGHTED) {
      // One that was back since is out again by a use of it, and not by that loss.
      const bool was_back =
          std::any_of(last.steps.begin(), last.steps.end(), [](const LossCaseFacts::Step& step) {
            return step.is_found || (step.state != v1::FIREARM_STATE_OUTSTANDING &&
                                     step.state != v1::FIREARM_STATE_SIGHTED);
          });
      Miss(v1::REMARK_KIND_OUTSTANDING,
           {was_back && !last.uses.empty() ? last.uses.back().event : last.losses.front()});
    }
  }

  void RemarkOnDates() {
    std::vector<std::uint32_t> undated;
    for (const std::uint32_t i : order_) {
      if (IsUnknown(When(i)) && !At(i).shown_by.has_value()) undated.push_back(i);
    }
    if (!undated.empty()) Miss(v1::REMARK_KIND_DATE_NOT_KNOWN, std::move(undated));
    // What the story turns on: whether a use, or what brought the gun into hand, came after a loss,
    // and whether a use came after the gun was in hand. Who uses a gun and loses it to the police
    // on one day has done so in that order.
    for (std::size_t a = 0; a < order_.size(); ++a) {
      for (std::size_t b = a + 1; b < order_.size(); ++b) {
        const std::uint32_t first = order_[a];
        const std::uint32_t next = order_[b];
        if (IsUnknown(When(first)) || IsUnknown(When(next))) continue;
        if (!Overlap(When(first), When(next))) continue;
        const bool has_use =
            At(first).kind == EventKind::kIncident || At(next).kind == EventKind::kIncident;
        const bool has_hand = ComesIntoHand(At(first)) || ComesIntoHand(At(next));
        const bool has_loss = IsLoss(first) || IsLoss(next);
        const bool are_days = IsToTheDay(When(first)) && IsToTheDay(When(next));
        if (has_loss ? has_use || has_hand : has_use && has_hand && !are_days) {
          Miss(v1::REMARK_KIND_ORDER_NOT_CERTAIN, {first, next});
        }
      }
    }
  }

  const LifeFacts& life_;
  const absl::Span<const std::uint32_t> order_;
  const LossCases& losses_;
  std::vector<RemarkFacts> remarks_;
  std::map<v1::RemarkKind, std::size_t> count_;
};

}  // namespace

std::vector<std::pair<std::uint32_t, std::uint32_t>> DifferingClasses(
    absl::Span<const LifeLegalClassFacts> assessments) {
  const auto is_told = [](const LifeLegalClassFacts& one) {
    return one.legal_class != record::v1::LEGAL_CLASS_UNSPECIFIED &&
           one.legal_class != record::v1::LEGAL_CLASS_UNKNOWN && !IsUnknown(one.as_of);
  };
  std::vector<std::pair<std::uint32_t, std::uint32_t>> differing;
  for (std::uint32_t a = 0; a < assessments.size(); ++a) {
    if (!is_told(assessments[a])) continue;
    for (std::uint32_t b = a + 1; b < assessments.size(); ++b) {
      if (is_told(assessments[b]) && assessments[a].legal_class != assessments[b].legal_class &&
          AreOfOneDay(assessments[a].as_of, assessments[b].as_of)) {
        differing.emplace_back(a, b);
      }
    }
  }
  return differing;
}

std::vector<RemarkFacts> RemarkOnLife(const LifeFacts& life, absl::Span<const std::uint32_t> order,
                                      const LossCases& losses) {
  return Remarker(life, order, losses).Remark();
}

}  // namespace serieslink::firearm
