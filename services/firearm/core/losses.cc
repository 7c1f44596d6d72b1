// Which reports are of one loss, and what became of the gun.
#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "services/firearm/core/life.h"
#include "services/firearm/core/recovery.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::linkage::Before;
using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::TimeInterval;
using Contradiction = stolen::v1::CaseContradictionKind;

v1::FirearmState StateAfter(const LifeEventFacts& disposal) {
  if (disposal.disposals_differ) return v1::FIREARM_STATE_NOT_KNOWN;
  switch (disposal.disposal) {
    case record::v1::DISPOSAL_KIND_DESTROYED:
      return v1::FIREARM_STATE_DESTROYED;
    case record::v1::DISPOSAL_KIND_RETURNED:
      return v1::FIREARM_STATE_RETURNED;
    case record::v1::DISPOSAL_KIND_RETAINED:
      return v1::FIREARM_STATE_RETAINED;
    case record::v1::DISPOSAL_KIND_TRANSFERRED:
      return v1::FIREARM_STATE_TRANSFERRED;
    default:
      return v1::FIREARM_STATE_NOT_KNOWN;
  }
}

TimeInterval Common(const TimeInterval& a, const TimeInterval& b) {
  return {std::max(a.earliest_s, b.earliest_s), std::min(a.latest_s, b.latest_s)};
}

TimeInterval Hull(const TimeInterval& a, const TimeInterval& b) {
  return {std::min(a.earliest_s, b.earliest_s), std::max(a.latest_s, b.latest_s)};
}

bool IsPossible(const TimeInterval& interval) { return interval.earliest_s <= interval.latest_s; }

// Seconds certainly between `interval` and the one farthest from it of some, whose last beginning
// and first end `common` has; 0 where it can be the same moment as each of them.
std::int64_t SecondsApart(const TimeInterval& common, const TimeInterval& interval) {
  std::int64_t apart_s = 0;
  if (common.latest_s < interval.earliest_s) apart_s = interval.earliest_s - common.latest_s;
  if (interval.latest_s < common.earliest_s) {
    apart_s = std::max(apart_s, common.earliest_s - interval.latest_s);
  }
  return apart_s;
}

// Follows one gun.
class Follower {
 public:
  Follower(absl::Span<const LifeEventFacts> events, absl::Span<const LossReportFacts> reports,
           absl::Span<const TimeInterval> released)
      : events_(events),
        reports_(reports),
        released_(released),
        reports_of_(events.size()),
        taken_at_(events.size()) {
    for (std::uint32_t i = 0; i < reports.size(); ++i) reports_of_[reports[i].event].push_back(i);
    GatherItems();
  }

  LossCases Follow() {
    std::size_t taken = 0;
    for (std::size_t first = 0; first < items_.size();) {
      if (items_[first].is_taken) {
        ++first;
        continue;
      }
      Item& next = items_[Next(first)];
      next.is_taken = true;
      losses_left_ -= IsReportedLoss(next);
      if (!next.is_found) taken_at_[next.event] = ++taken;
      Take(next);
    }
    for (LossCaseFacts& one : losses_.cases) Conclude(one);
    FollowParts();
    return std::move(losses_);
  }

 private:
  // Something that happened: an event, or that its holder found the gun again.
  struct Item {
    std::uint32_t event = 0;  // of a finding, the loss
    TimeInterval when;
    bool is_found = false;
    bool is_taken = false;
  };

  void GatherItems() {
    // Findings stand among the events as disposals do: of one moment a gun is used first.
    std::vector<LifeEventFacts> ordered(events_.begin(), events_.end());
    std::vector<std::uint32_t> loss_of;
    for (const LossReportFacts& report : reports_) {
      if (!report.is_cancelled || !report.found.has_value()) continue;
      LifeEventFacts& found = ordered.emplace_back();
      found.public_id = report.public_id;
      found.kind = EventKind::kDisposal;
      found.occurred = *report.found;
      loss_of.push_back(report.event);
    }
    place_of_.resize(ordered.size());
    for (const std::uint32_t i : OrderOfEvents(ordered)) {
      place_of_[i] = items_.size();
      Item& item = items_.emplace_back();
      item.is_found = i >= events_.size();
      item.event = item.is_found ? loss_of[i - events_.size()] : i;
      item.when = ordered[i].occurred;
      losses_left_ += IsReportedLoss(item);
    }
  }

  bool IsReportedLoss(const Item& item) const {
    return !item.is_found && !reports_of_[item.event].empty();
  }
  bool IsUse(const Item& item) const {
    return !item.is_found && events_[item.event].kind == EventKind::kIncident;
  }
  bool IsInHand(const Item& item) const {
    return !item.is_found && ComesIntoHand(events_[item.event]);
  }

  // The place of what is taken next: of the first that is left, or of what that has to wait for.
  std::size_t Next(std::size_t first) const {
    const Item& item = items_[first];
    if (IsReportedLoss(item)) return EndBefore(first).value_or(first);
    if (!IsInHand(item) && (losses_left_ == 0 || (!IsUse(item) && !item.is_found))) return first;
    std::vector<std::size_t> losses;  // that are left and make a case, or are of the open one
    std::int64_t first_loss_s = std::numeric_limits<std::int64_t>::max();
    // The first end, and the next one, of all that is left.
    std::int64_t ends_s[] = {std::numeric_limits<std::int64_t>::max(),
                             std::numeric_limits<std::int64_t>::max()};
    for (std::size_t i = first; i < items_.size(); ++i) {
      if (items_[i].is_taken) continue;
      ends_s[1] = std::min(ends_s[1], std::max(ends_s[0], items_[i].when.latest_s));
      ends_s[0] = std::min(ends_s[0], items_[i].when.latest_s);
      if (!BeginsOrContinues(items_[i])) continue;
      losses.push_back(i);
      first_loss_s = std::min(first_loss_s, items_[i].when.earliest_s);
    }
    // Each in turn ends before the one before it, so this comes to an end.
    for (std::size_t waiting = first;;) {
      const std::optional<std::size_t> loss = LossToAwait(items_[waiting], first, losses);
      if (!loss.has_value()) {
        if (waiting != first || !IsInHand(item)) return waiting;
        break;
      }
      const std::size_t before = FirstBefore(first, *loss);
      if (before == *loss) return before;
      waiting = before;
    }
    // A use that can have been before the gun came into hand, and waits for nothing.
    for (std::size_t i = first + 1; i < items_.size(); ++i) {
      const Item& use = items_[i];
      if (use.is_taken || !IsUse(use) || Before(item.when, use.when)) continue;
      const bool is_waiting_for_loss = !losses.empty() && first_loss_s <= use.when.latest_s;
      const std::int64_t first_end_s = use.when.latest_s == ends_s[0] ? ends_s[1] : ends_s[0];
      if (!is_waiting_for_loss && first_end_s >= use.when.earliest_s) return i;
    }
    return first;
  }

  // What ends the case that is open, or how a gun left that is in hand, where that can have been
  // before the loss at `first`, which is another one: who loses a gun had it back.
  std::optional<std::size_t> EndBefore(std::size_t first) const {
    const Item& loss = items_[first];
    const LossCaseFacts* const current = Current();
    if (current == nullptr || IsSameLoss(*current, reports_of_[loss.event])) return std::nullopt;
    const bool is_gone = IsGone(current->state);
    if (!is_gone && current->state != v1::FIREARM_STATE_RECOVERED) return std::nullopt;
    std::int64_t first_end_s = loss.when.latest_s;  // of all that is left
    for (std::size_t i = first + 1; i < items_.size(); ++i) {
      if (!items_[i].is_taken) first_end_s = std::min(first_end_s, items_[i].when.latest_s);
    }
    for (std::size_t i = first + 1; i < items_.size(); ++i) {
      const Item& item = items_[i];
      if (item.is_taken || item.when.earliest_s == TimeInterval::kUnknownEarliest ||
          Before(loss.when, item.when) || first_end_s < item.when.earliest_s) {
        continue;
      }
      const bool is_disposal = !item.is_found && events_[item.event].kind == EventKind::kDisposal;
      if (is_gone ? IsInHand(item) : is_disposal) return i;
    }
    return std::nullopt;
  }

  // Whether it is a loss that makes a case now, or is reported of the case that is open.
  bool BeginsOrContinues(const Item& item) const {
    if (!IsReportedLoss(item)) return false;
    const LossCaseFacts* const current = Current();
    return current == nullptr || !IsGone(current->state) ||
           IsSameLoss(*current, reports_of_[item.event]);
  }

  // The loss that `item` counts as after, and that is left: of a finding its own.
  std::optional<std::size_t> LossToAwait(const Item& item, std::size_t first,
                                         const std::vector<std::size_t>& losses) const {
    if (item.is_found) {
      for (std::size_t i = first; i < items_.size(); ++i) {
        const Item& loss = items_[i];
        if (loss.event == item.event && !loss.is_found && !loss.is_taken &&
            !Before(item.when, loss.when)) {
          return i;
        }
      }
      return std::nullopt;
    }
    if (!IsUse(item) && !IsInHand(item)) return std::nullopt;
    for (const std::size_t loss : losses) {
      if (!Before(item.when, items_[loss].when)) return loss;
    }
    return std::nullopt;
  }

  // `place`, or the first that is left of what certainly was before it.
  std::size_t FirstBefore(std::size_t first, std::size_t place) const {
    for (std::size_t i = first; i < place; ++i) {
      if (!items_[i].is_taken && Before(items_[i].when, items_[place].when)) return i;
    }
    return place;
  }

  void Take(const Item& item) {
    if (item.is_found) {
      TakeFinding(item);
      return;
    }
    const LifeEventFacts& event = events_[item.event];
    switch (event.kind) {
      case EventKind::kLoss:
        TakeLoss(item.event);
        break;
      case EventKind::kIncident:
        TakeUse(item.event);
        break;
      case EventKind::kDisposal:
        TakeDisposal(item.event);
        if (IsDeparture(event)) {
          held_since_.reset();
        } else if (!held_since_.has_value()) {
          held_since_ = item.event;
        }
        uses_without_loss_.clear();
        was_elsewhere_ = true;
        break;
      default:
        if (!ComesIntoHand(event)) break;
        if (WasDestroyedBefore(event.occurred)) {
          Contradict(stolen::v1::CASE_CONTRADICTION_KIND_RECOVERED_AFTER_DESTRUCTION);
        }
        MoveTo({.event = item.event, .state = v1::FIREARM_STATE_RECOVERED});
        held_since_ = item.event;
        uses_without_loss_.clear();
        was_elsewhere_ = true;
        break;
    }
  }

  void TakeDisposal(std::uint32_t disposal) {
    const LifeEventFacts& event = events_[disposal];
    if (!CanBeDestruction(event) && WasDestroyedBefore(event.occurred)) {
      Contradict(stolen::v1::CASE_CONTRADICTION_KIND_DISPOSED_AFTER_DESTRUCTION);
    }
    const bool is_disputed = event.disposals_differ || IsDisputed(disposal);
    if (is_disputed) Contradict(stolen::v1::CASE_CONTRADICTION_KIND_DISPOSALS_DIFFER);
    MoveTo({.event = disposal,
            .state = is_disputed ? v1::FIREARM_STATE_NOT_KNOWN : StateAfter(event)});
    if (event.disposal == record::v1::DISPOSAL_KIND_DESTROYED && !event.disposals_differ) {
      destroyed_.push_back(disposal);
    }
  }

  // Whether another disposal, of another kind, can have been before as well as after `disposal`.
  bool IsDisputed(std::uint32_t disposal) const {
    const auto is_known = [](const LifeEventFacts& event) {
      return event.kind == EventKind::kDisposal && !event.disposals_differ &&
             event.disposal != record::v1::DISPOSAL_KIND_UNSPECIFIED &&
             event.disposal != record::v1::DISPOSAL_KIND_UNKNOWN;
    };
    const LifeEventFacts& one = events_[disposal];
    return is_known(one) &&
           std::any_of(events_.begin(), events_.end(), [&](const LifeEventFacts& other) {
             return is_known(other) && other.disposal != one.disposal &&
                    linkage::Overlap(one.occurred, other.occurred);
           });
  }

  bool WasDestroyedBefore(const TimeInterval& when) const {
    return std::any_of(destroyed_.begin(), destroyed_.end(), [&](std::uint32_t destroyed) {
      return Before(events_[destroyed].occurred, when);
    });
  }

  // Of the case that is open, where there is one.
  void Contradict(Contradiction kind) {
    if (LossCaseFacts* const current = Current(); current != nullptr) {
      current->contradictions.push_back(kind);
    }
  }

  const LossCaseFacts* Current() const {
    return losses_.cases.empty() ? nullptr : &losses_.cases.back();
  }
  LossCaseFacts* Current() { return losses_.cases.empty() ? nullptr : &losses_.cases.back(); }

  static bool IsGone(v1::FirearmState state) {
    return state == v1::FIREARM_STATE_OUTSTANDING || state == v1::FIREARM_STATE_SIGHTED;
  }
  // Whether the last that is known of it is that its holder found it again.
  static bool IsFound(const LossCaseFacts& one) { return one.steps.back().is_found; }

  void TakeLoss(std::uint32_t event) {
    const std::vector<std::uint32_t>& told = reports_of_[event];
    if (told.empty()) return;
    if (LossCaseFacts* const current = Current();
        current != nullptr && IsSameLoss(*current, told)) {
      AddReports(told);
      // Who has it again has it, whoever else has not been told.
      if (IsCancelled(told) && !HasFinding(current->reports) && IsGone(current->state)) {
        MoveTo(FoundAtSomeTime(event));
      }
      return;
    }
    BeginCase(event, told);
  }

  void BeginCase(std::uint32_t event, const std::vector<std::uint32_t>& told) {
    std::set<Contradiction> found;
    std::vector<std::uint32_t> used_before;
    std::optional<std::uint32_t> held_before;
    const TimeInterval lost = LostOf(reports_, told);
    if (LossCaseFacts* const before = Current(); before != nullptr) {
      before->is_lost_again = true;
      if (!WasBack(*before)) {
        found.insert(stolen::v1::CASE_CONTRADICTION_KIND_NOT_BACK_BEFORE_LOSS);
      }
    } else {
      for (const std::uint32_t use : uses_without_loss_) {
        if (!Before(events_[use].occurred, lost)) continue;
        found.insert(stolen::v1::CASE_CONTRADICTION_KIND_USED_BEFORE_LOSS);
        used_before.push_back(use);
      }
    }
    if (held_since_.has_value() && Before(events_[*held_since_].occurred, lost) &&
        !WasReleased(events_[*held_since_].occurred, lost)) {
      found.insert(stolen::v1::CASE_CONTRADICTION_KIND_RECOVERED_BEFORE_LOSS);
      held_before = held_since_;
    }
    held_since_.reset();
    if (WasDestroyedBefore(lost)) {
      found.insert(stolen::v1::CASE_CONTRADICTION_KIND_LOST_AFTER_DESTRUCTION);
    }
    // What came before this loss is said of it, and of nothing after it.
    std::erase_if(destroyed_, [&](std::uint32_t destroyed) {
      return Before(events_[destroyed].occurred, lost);
    });
    LossCaseFacts& one = losses_.cases.emplace_back();
    common_of_current_ = TimeInterval();
    sources_of_current_.clear();
    is_current_cancelled_ = false;
    AddReports(told);
    one.contradictions.assign(found.begin(), found.end());
    one.used_before = std::move(used_before);
    one.held_before = held_before;
    if (IsCancelled(told) && !HasFinding(told)) {
      MoveTo(FoundAtSomeTime(event));
    } else {
      MoveTo({.event = event, .state = v1::FIREARM_STATE_OUTSTANDING});
    }
  }

  // Whether custody can have ended between two moments.
  bool WasReleased(const TimeInterval& first, const TimeInterval& last) const {
    return std::any_of(released_.begin(), released_.end(), [&](const TimeInterval& at) {
      return !Before(at, first) && !Before(last, at);
    });
  }

  // Whether something had the gun back after the loss, whatever came then.
  static bool WasBack(const LossCaseFacts& one) {
    return std::any_of(one.steps.begin(), one.steps.end(), [](const LossCaseFacts::Step& step) {
      return step.is_found || !IsGone(step.state);
    });
  }

  // The step of a loss that a report cancels and no report says when.
  static LossCaseFacts::Step FoundAtSomeTime(std::uint32_t event) {
    return {.event = event, .state = v1::FIREARM_STATE_RETURNED, .is_found = true};
  }

  // Adds to the current case.
  void AddReports(const std::vector<std::uint32_t>& told) {
    std::vector<std::uint32_t>& reports = losses_.cases.back().reports;
    reports.insert(reports.end(), told.begin(), told.end());
    for (const std::uint32_t i : told) {
      common_of_current_ = Common(common_of_current_, reports_[i].lost);
      sources_of_current_.insert(reports_[i].source);
    }
    is_current_cancelled_ |= IsCancelled(told);
  }

  // Whether the reports `told` of one event are of the loss that `current` is of. Costs as much as
  // there are in `told`, however many are known.
  bool IsSameLoss(const LossCaseFacts& current, const std::vector<std::uint32_t>& told) const {
    if (!IsGone(current.state) && !IsFound(current)) return false;
    const TimeInterval lost = LostOf(reports_, told);
    // Found again, and then lost: another loss.
    if (IsFound(current) && Before(SinceWhen(current), lost)) return false;
    const std::int64_t apart_s = SecondsApart(common_of_current_, lost);
    if (apart_s == 0) return true;
    const bool shares_source = std::any_of(told.begin(), told.end(), [&](std::uint32_t i) {
      return sources_of_current_.contains(reports_[i].source);
    });
    return apart_s <= kDatesApartMaxS && !shares_source &&
           is_current_cancelled_ == IsCancelled(told);
  }

  void TakeUse(std::uint32_t event) {
    LossCaseFacts* const current = Current();
    if (current == nullptr) {
      // Who used it had it from where it was, or from whom it was given to.
      if (!was_elsewhere_) uses_without_loss_.push_back(event);
      losses_.state = v1::FIREARM_STATE_SIGHTED;
      return;
    }
    current->uses.push_back({.event = event});
    switch (current->state) {
      case v1::FIREARM_STATE_RECOVERED:
      case v1::FIREARM_STATE_RETAINED:
        AddContradiction(*current, stolen::v1::CASE_CONTRADICTION_KIND_USED_AFTER_RECOVERY, event);
        break;
      case v1::FIREARM_STATE_RETURNED:
        AddContradiction(*current, stolen::v1::CASE_CONTRADICTION_KIND_USED_AFTER_RETURN, event);
        break;
      case v1::FIREARM_STATE_DESTROYED:
        AddContradiction(*current, stolen::v1::CASE_CONTRADICTION_KIND_USED_AFTER_DESTRUCTION,
                         event);
        break;
      default:
        break;
    }
    MoveTo({.event = event, .state = v1::FIREARM_STATE_SIGHTED});
    held_since_.reset();
  }

  void TakeFinding(const Item& item) {
    LossCaseFacts* const current = Current();
    if (current == nullptr || !IsGone(current->state)) return;
    const std::vector<std::uint32_t>& told = reports_of_[item.event];
    if (std::find(current->reports.begin(), current->reports.end(), told.front()) ==
        current->reports.end()) {
      return;  // lost again since
    }
    LossCaseFacts::Step step = FoundAtSomeTime(item.event);
    step.found = item.when;
    MoveTo(step);
    held_since_.reset();
    uses_without_loss_.clear();
  }

  // When `step` was, which nobody says of some findings.
  TimeInterval WhenOf(const LossCaseFacts::Step& step) const {
    if (step.is_found) return step.found.value_or(TimeInterval());
    return events_[step.event].occurred;
  }
  // When the current state of `one` began.
  TimeInterval SinceWhen(const LossCaseFacts& one) const { return WhenOf(one.steps.back()); }

  // Whether the gun was still gone then, as far as dates tell.
  bool WasGoneAt(const LossCaseFacts& one, const TimeInterval& when) const {
    v1::FirearmState state = one.steps.front().state;
    for (const LossCaseFacts::Step& step : one.steps) {
      if (Before(WhenOf(step), when)) state = step.state;
    }
    return IsGone(state);
  }

  // What brought a part into hand is told of the last loss that it can have been after.
  void FollowParts() {
    for (const Item& item : items_) {
      if (item.is_found || !BringsPart(events_[item.event])) continue;
      LossCaseFacts* last = nullptr;
      for (LossCaseFacts& one : losses_.cases) {
        if (!Before(item.when, one.lost)) last = &one;
      }
      if (last == nullptr || !WasGoneAt(*last, item.when)) continue;
      // Where a part alone was lost, another part of its gun is none of that.
      const bool is_part_alone =
          std::all_of(last->reports.begin(), last->reports.end(),
                      [&](std::uint32_t report) { return reports_[report].is_loose_part; });
      if (is_part_alone) continue;
      last->parts.push_back(
          {.event = item.event, .order_is_uncertain = linkage::Overlap(last->lost, item.when)});
    }
  }

  // Only when no moment of the dates avoids it.
  void AddContradiction(LossCaseFacts& one, Contradiction kind, std::uint32_t event) const {
    if (Before(SinceWhen(one), events_[event].occurred)) one.contradictions.push_back(kind);
  }

  void MoveTo(const LossCaseFacts::Step& step) {
    losses_.state = step.state;
    LossCaseFacts* const current = Current();
    if (current == nullptr) return;
    if (!current->steps.empty() && current->state == step.state &&
        IsFound(*current) == step.is_found) {
      return;
    }
    current->state = step.state;
    current->steps.push_back(step);
  }

  bool IsCancelled(const std::vector<std::uint32_t>& told) const {
    return std::any_of(told.begin(), told.end(),
                       [&](std::uint32_t i) { return reports_[i].is_cancelled; });
  }
  bool HasFinding(const std::vector<std::uint32_t>& told) const {
    return std::any_of(told.begin(), told.end(), [&](std::uint32_t i) {
      return reports_[i].is_cancelled && reports_[i].found.has_value();
    });
  }

  // What all reports of a case say together, and what its dates leave open.
  void Conclude(LossCaseFacts& one) const {
    const std::size_t begun_at = taken_at_[one.steps.front().event];
    std::set<std::uint32_t> losses;
    for (const std::uint32_t i : one.reports) losses.insert(reports_[i].event);
    one.losses.assign(losses.begin(), losses.end());
    std::sort(one.losses.begin(), one.losses.end(),
              [&](std::uint32_t a, std::uint32_t b) { return place_of_[a] < place_of_[b]; });
    std::sort(one.reports.begin(), one.reports.end(), [&](std::uint32_t a, std::uint32_t b) {
      const auto key = [&](std::uint32_t i) {
        return std::tuple(reports_[i].lost.earliest_s, reports_[i].public_id);
      };
      return key(a) < key(b);
    });
    one.lost = LostOf(reports_, one.reports);
    one.is_cancelled = IsCancelled(one.reports);
    const auto is_open = [&](std::uint32_t event) {
      return linkage::Overlap(one.lost, events_[event].occurred);
    };
    for (std::size_t i = 1; i < one.steps.size(); ++i) {
      LossCaseFacts::Step& step = one.steps[i];
      step.order_is_uncertain = !step.is_found && is_open(step.event);
      one.order_is_uncertain |= step.order_is_uncertain;
    }
    for (LossCaseFacts::Use& use : one.uses) {
      use.order_is_uncertain = is_open(use.event);
      one.order_is_uncertain |= use.order_is_uncertain;
      // Another report of the loss has it later than the one that the use came after.
      if (Before(events_[use.event].occurred, one.lost)) {
        one.contradictions.push_back(stolen::v1::CASE_CONTRADICTION_KIND_USED_BEFORE_LOSS);
        one.used_before.push_back(use.event);
      }
    }
    std::sort(one.used_before.begin(), one.used_before.end());
    for (std::uint32_t i = 0; i < events_.size() && !one.order_is_uncertain; ++i) {
      const bool turns = events_[i].kind == EventKind::kIncident || ComesIntoHand(events_[i]);
      one.order_is_uncertain = turns && taken_at_[i] < begun_at && is_open(i);
    }
    std::sort(one.contradictions.begin(), one.contradictions.end());
    one.contradictions.erase(std::unique(one.contradictions.begin(), one.contradictions.end()),
                             one.contradictions.end());
  }

  const absl::Span<const LifeEventFacts> events_;
  const absl::Span<const LossReportFacts> reports_;
  const absl::Span<const TimeInterval> released_;
  std::vector<std::vector<std::uint32_t>> reports_of_;  // each event
  std::vector<Item> items_;
  std::size_t losses_left_ = 0;        // of the items
  std::vector<std::size_t> place_of_;  // each event: its place among the items
  std::vector<std::size_t> taken_at_;  // each event: its rank in the order taken
  LossCases losses_;
  // Of the reports of the last case: what their dates have in common, or the last beginning and the
  // first end of them; who reports; whether one cancels it.
  TimeInterval common_of_current_;
  std::set<stolen::v1::ReportSource> sources_of_current_;
  bool is_current_cancelled_ = false;
  std::vector<std::uint32_t> uses_without_loss_;
  bool was_elsewhere_ = false;               // came into hand, or was disposed of
  std::optional<std::uint32_t> held_since_;  // came into hand or was kept, and nothing since
  std::vector<std::uint32_t> destroyed_;     // that were not before the last loss
};

}  // namespace

TimeInterval LostOf(absl::Span<const LossReportFacts> reports,
                    absl::Span<const std::uint32_t> some) {
  TimeInterval common;
  TimeInterval hull{std::numeric_limits<std::int64_t>::max(),
                    std::numeric_limits<std::int64_t>::min()};
  for (const std::uint32_t i : some) {
    common = Common(common, reports[i].lost);
    hull = Hull(hull, reports[i].lost);
  }
  return IsPossible(common) ? common : hull;
}

LossCases FollowLosses(absl::Span<const LifeEventFacts> events,
                       absl::Span<const LossReportFacts> reports,
                       absl::Span<const TimeInterval> released) {
  return Follower(events, reports, released).Follow();
}

bool IsToBeSeen(Contradiction kind) {
  switch (kind) {
    case stolen::v1::CASE_CONTRADICTION_KIND_USED_AFTER_RETURN:
    case stolen::v1::CASE_CONTRADICTION_KIND_RECOVERED_BEFORE_LOSS:
    case stolen::v1::CASE_CONTRADICTION_KIND_USED_BEFORE_LOSS:
    case stolen::v1::CASE_CONTRADICTION_KIND_LOSS_KINDS_DIFFER:
      return true;
    default:
      return false;
  }
}

std::vector<UseAfterReturn> UsesAfterReturn(absl::Span<const LifeEventFacts> events,
                                            absl::Span<const std::uint32_t> order,
                                            const LossCases& losses) {
  std::vector<UseAfterReturn> found;
  // Whether something other than `returned` tells of the gun between it and the use.
  const auto is_told = [&](std::uint32_t returned, const TimeInterval& when,
                           const TimeInterval& used) {
    for (std::uint32_t i = 0; i < events.size(); ++i) {
      const LifeEventFacts& event = events[i];
      if (i == returned || (event.kind != EventKind::kLoss && event.kind != EventKind::kDisposal &&
                            !ComesIntoHand(event))) {
        continue;
      }
      if (!Before(event.occurred, when) && !Before(used, event.occurred)) return true;
    }
    return false;
  };
  const auto look = [&](std::uint32_t returned, const TimeInterval& when) {
    for (const std::uint32_t use : order) {
      if (events[use].kind != EventKind::kIncident || !Before(when, events[use].occurred)) continue;
      if (!is_told(returned, when, events[use].occurred)) found.push_back({returned, use});
      return;  // what comes later follows from that
    }
  };
  for (const std::uint32_t i : order) {
    if (events[i].kind == EventKind::kDisposal && !events[i].disposals_differ &&
        events[i].disposal == record::v1::DISPOSAL_KIND_RETURNED) {
      look(i, events[i].occurred);
    }
    for (const LossCaseFacts& one : losses.cases) {
      for (const LossCaseFacts::Step& step : one.steps) {
        if (step.is_found && step.event == i && step.found.has_value()) look(i, *step.found);
      }
    }
  }
  return found;
}

}  // namespace serieslink::firearm
