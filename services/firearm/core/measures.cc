#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "services/firearm/core/life.h"
#include "services/firearm/core/recovery.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::linkage::Before;
using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::Overlap;
using ::serieslink::linkage::TimeInterval;

bool HasEarliest(const TimeInterval& t) { return t.earliest_s != TimeInterval::kUnknownEarliest; }
bool HasLatest(const TimeInterval& t) { return t.latest_s != TimeInterval::kUnknownLatest; }

// The time from `from` to `to`; nothing when `to` was certainly first.
std::optional<MeasureFacts> Between(v1::MeasureKind kind, const TimeInterval& from,
                                    const TimeInterval& to) {
  if (Before(to, from)) return std::nullopt;
  MeasureFacts measure;
  measure.kind = kind;
  measure.order_is_uncertain = Overlap(from, to);
  if (!measure.order_is_uncertain) measure.minimum_s = to.earliest_s - from.latest_s;
  if (HasEarliest(from) && HasLatest(to)) measure.maximum_s = to.latest_s - from.earliest_s;
  return measure;
}

// The longest time from `from` to the first of `to` that is not before it, over all moments that
// the dates allow; none where that has no bound. What can be before `from` need not be the first
// after it: only what cannot shortens the time. Some of `to` can be after `from`. O(n log n).
std::optional<std::int64_t> LongestToFirst(const TimeInterval& from, std::vector<TimeInterval> to) {
  if (!HasEarliest(from)) return std::nullopt;
  std::sort(to.begin(), to.end(), [](const TimeInterval& a, const TimeInterval& b) {
    return a.earliest_s < b.earliest_s;
  });
  // The earliest end of each one and of those that begin after it.
  std::vector<std::int64_t> ends;
  ends.reserve(to.size());
  std::int64_t last_end_s = TimeInterval::kUnknownEarliest;
  for (const TimeInterval& one : to) {
    ends.push_back(one.latest_s);
    last_end_s = std::max(last_end_s, one.latest_s);
  }
  for (std::size_t i = ends.size(); i-- > 1;) ends[i - 1] = std::min(ends[i - 1], ends[i]);
  std::int64_t longest_s = 0;
  // Whether the time from `moment_s` on has a bound.
  const auto look_from = [&](std::int64_t moment_s) {
    const auto certain = std::lower_bound(
        to.begin(), to.end(), moment_s,
        [](const TimeInterval& one, std::int64_t moment) { return one.earliest_s < moment; });
    const std::int64_t end_s =
        certain == to.end() ? last_end_s : ends[static_cast<std::size_t>(certain - to.begin())];
    if (end_s == TimeInterval::kUnknownLatest) return false;
    if (end_s >= moment_s) longest_s = std::max(longest_s, end_s - moment_s);
    return true;
  };
  // The later `from` is the shorter the time, but where one more can have been before it.
  if (!look_from(from.earliest_s)) return std::nullopt;
  for (const TimeInterval& one : to) {
    if (one.earliest_s < from.earliest_s || one.earliest_s >= from.latest_s) continue;
    if (!look_from(one.earliest_s + 1)) return std::nullopt;
  }
  return longest_s;
}

// Time backwards.
TimeInterval Mirrored(const TimeInterval& t) {
  return {HasLatest(t) ? -t.latest_s : TimeInterval::kUnknownEarliest,
          HasEarliest(t) ? -t.earliest_s : TimeInterval::kUnknownLatest};
}

class Measurer {
 public:
  Measurer(const LifeFacts& life, absl::Span<const std::uint32_t> order, const LossCases& losses)
      : life_(life), order_(order), losses_(losses) {}

  std::vector<MeasureFacts> Measure() {
    MeasureLosses();
    MeasureUses();
    MeasureSeizures();
    for (const std::uint32_t i : OrderOfExhibits(life_, order_)) MeasureExhibit(i);
    return std::move(measures_);
  }

 private:
  const TimeInterval& When(std::uint32_t event) const { return life_.events[event].occurred; }

  // From each loss to its notices and to what came first after it, until it was back.
  void MeasureLosses() {
    std::map<std::uint32_t, const LossCaseFacts*> case_of;  // by its first event
    for (const LossCaseFacts& one : losses_.cases) case_of[one.losses.front()] = &one;
    for (const std::uint32_t loss : order_) {
      const LifeEventFacts& event = life_.events[loss];
      if (event.kind != EventKind::kLoss) continue;
      if (event.notified.has_value()) {
        std::optional<MeasureFacts> notice =
            Between(v1::MEASURE_KIND_LOSS_TO_NOTICE, event.occurred, *event.notified);
        if (notice.has_value()) {
          notice->from_event = loss;
          measures_.push_back(*std::move(notice));
        }
      }
      const auto found = case_of.find(loss);
      if (found != case_of.end()) MeasureCase(*found->second);
    }
  }

  void MeasureCase(const LossCaseFacts& one) {
    bool is_used = false;
    for (const LossCaseFacts::Step& step : one.steps) {
      if (step.is_found) return;
      if (step.state == v1::FIREARM_STATE_SIGHTED && !is_used) {
        std::vector<std::uint32_t> uses;
        for (const LossCaseFacts::Use& use : one.uses) {
          if (!IsAfterReturn(one, use.event)) uses.push_back(use.event);
        }
        MeasureFromLoss(v1::MEASURE_KIND_LOSS_TO_FIRST_USE, one, uses);
        is_used = true;
      }
      if (step.state == v1::FIREARM_STATE_RECOVERED) {
        MeasureFromLoss(v1::MEASURE_KIND_LOSS_TO_RECOVERY, one, RecoveriesAfter(one));
        return;
      }
    }
  }

  // Whether a use is certainly after the gun came into hand, or was found, after its loss.
  bool IsAfterReturn(const LossCaseFacts& one, std::uint32_t use) const {
    return std::any_of(one.steps.begin(), one.steps.end(), [&](const LossCaseFacts::Step& step) {
      if (step.is_found) return step.found.has_value() && Before(*step.found, When(use));
      return step.state == v1::FIREARM_STATE_RECOVERED && !step.order_is_uncertain &&
             Before(When(step.event), When(use));
    });
  }

  // What brought the gun into hand, in order, but for what ended a loss before `one`.
  std::vector<std::uint32_t> RecoveriesAfter(const LossCaseFacts& one) const {
    std::set<std::uint32_t> before;
    for (const LossCaseFacts& earlier : losses_.cases) {
      if (&earlier == &one) break;
      for (const LossCaseFacts::Step& step : earlier.steps) before.insert(step.event);
    }
    std::vector<std::uint32_t> recoveries;
    for (const std::uint32_t i : order_) {
      if (ComesIntoHand(life_.events[i]) && !before.contains(i)) recoveries.push_back(i);
    }
    return recoveries;
  }

  // From a loss, as all its reports have it, to the first of `events` after it. What can have been
  // after the loss can have been the first, which was no earlier than the earliest that any can be.
  void MeasureFromLoss(v1::MeasureKind kind, const LossCaseFacts& one,
                       const std::vector<std::uint32_t>& events) {
    std::optional<MeasureFacts> first;
    std::vector<TimeInterval> after;
    for (const std::uint32_t event : events) {
      std::optional<MeasureFacts> measure = Between(kind, one.lost, When(event));
      if (!measure.has_value()) continue;
      after.push_back(When(event));
      if (first.has_value() && When(*first->to_event).earliest_s <= When(event).earliest_s) {
        continue;
      }
      measure->to_event = event;
      first = std::move(measure);
    }
    if (!first.has_value()) return;
    first->maximum_s = LongestToFirst(one.lost, std::move(after));
    first->from_event = one.losses.front();
    measures_.push_back(*std::move(first));
  }

  void MeasureUses() {
    std::vector<std::uint32_t> uses;  // in order
    for (const std::uint32_t i : order_) {
      if (life_.events[i].kind == EventKind::kIncident) uses.push_back(i);
    }
    if (uses.size() > 1) MeasureFirstToLast(uses);
    auto since = uses.begin();  // the gun was last in hand
    auto next = uses.begin();
    for (const std::uint32_t i : order_) {
      if (next != uses.end() && *next == i) ++next;
      if (!ComesIntoHand(life_.events[i])) continue;
      MeasureLastUse(absl::MakeConstSpan(uses).subspan(
                         static_cast<std::size_t>(std::distance(uses.begin(), since))),
                     i);
      since = next;
    }
  }

  // The first and the last of several: which they are is open where dates overlap.
  void MeasureFirstToLast(const std::vector<std::uint32_t>& uses) {
    // The use that was over first, and the one that began last.
    std::uint32_t first = uses.front();
    std::uint32_t last = uses.front();
    // Of any two of them the longest time between.
    std::optional<std::int64_t> maximum_s = 0;
    for (std::size_t i = 0; i < uses.size(); ++i) {
      const TimeInterval& when = When(uses[i]);
      if (when.latest_s < When(first).latest_s) first = uses[i];
      if (when.earliest_s >= When(last).earliest_s) last = uses[i];
      if (!HasEarliest(when) || !HasLatest(when)) maximum_s.reset();
    }
    if (maximum_s.has_value()) {
      std::int64_t earliest_s = When(uses.front()).earliest_s;
      std::int64_t latest_s = When(uses.front()).latest_s;
      for (std::size_t i = 1; i < uses.size(); ++i) {
        const TimeInterval& when = When(uses[i]);
        *maximum_s = std::max({*maximum_s, when.latest_s - earliest_s, latest_s - when.earliest_s});
        earliest_s = std::min(earliest_s, when.earliest_s);
        latest_s = std::max(latest_s, when.latest_s);
      }
    }
    if (!Before(When(first), When(last))) {
      first = uses.front();
      last = uses.back();
    }
    std::optional<MeasureFacts> measure =
        Between(v1::MEASURE_KIND_FIRST_TO_LAST_USE, When(first), When(last));
    if (!measure.has_value()) return;
    measure->maximum_s = maximum_s;
    measure->from_event = first;
    measure->to_event = last;
    measures_.push_back(*std::move(measure));
  }

  // To a recovery from the last of `uses`, those that stand behind the one before it: of what can
  // have been before the recovery, each can have been the last.
  void MeasureLastUse(absl::Span<const std::uint32_t> uses, std::uint32_t recovery) {
    std::optional<MeasureFacts> last;
    std::vector<TimeInterval> before;
    for (const std::uint32_t use : uses) {
      std::optional<MeasureFacts> measure =
          Between(v1::MEASURE_KIND_LAST_USE_TO_RECOVERY, When(use), When(recovery));
      if (!measure.has_value()) continue;
      before.push_back(Mirrored(When(use)));
      if (last.has_value() && When(*last->from_event).latest_s > When(use).latest_s) continue;
      measure->from_event = use;
      last = std::move(measure);
    }
    if (!last.has_value()) return;
    last->maximum_s = LongestToFirst(Mirrored(When(recovery)), std::move(before));
    last->to_event = recovery;
    measures_.push_back(*std::move(last));
  }

  // The time between two seizures, whichever came first.
  void AddSeizures(std::uint32_t one, const TimeInterval& other, std::optional<std::uint32_t> event,
                   std::optional<std::uint32_t> sister) {
    const v1::MeasureKind kind = v1::MEASURE_KIND_SEIZURE_TO_SISTER_PARTS;
    std::optional<MeasureFacts> measure = Between(kind, When(one), other);
    const std::optional<MeasureFacts> reverse = Between(kind, other, When(one));
    if (!measure.has_value()) {
      measure = reverse;
    } else if (reverse.has_value() &&
               (!reverse->maximum_s.has_value() ||
                (measure->maximum_s.has_value() && *reverse->maximum_s > *measure->maximum_s))) {
      measure->maximum_s = reverse->maximum_s;
    }
    measure->from_event = one;
    measure->to_event = event;
    measure->to_sister = sister;
    measures_.push_back(*std::move(measure));
  }

  // Parts of this gun that came apart, and consignments that its own name as their sisters.
  void MeasureSeizures() {
    const std::uint32_t* last = nullptr;
    for (const std::uint32_t& i : order_) {
      const LifeEventFacts& event = life_.events[i];
      if (event.kind != EventKind::kBorderSeizure || !event.has_part || event.has_gun) continue;
      if (last != nullptr) AddSeizures(*last, event.occurred, i, std::nullopt);
      last = &i;
    }
    for (std::uint32_t i = 0; i < life_.sisters.size(); ++i) {
      AddSeizures(life_.sisters[i].named_by, life_.sisters[i].occurred, std::nullopt, i);
    }
  }

  // The event at which an exhibit was taken that was submitted: its own, or that of the same item;
  // of a gun whose record tells of none, the recovery that brought it, where a record tells of
  // that.
  std::optional<std::uint32_t> WhereTaken(const LifeExhibitFacts& exhibit) const {
    if (!exhibit.submitted.has_value()) return std::nullopt;
    if (exhibit.event.has_value()) return exhibit.event;
    if (exhibit.kind != linkage::ExhibitKind::kGun) return exhibit.same_item_event;
    const auto recovery = RecoveryThatBrought(life_.events, *exhibit.submitted);
    if (!recovery.has_value() || life_.events[*recovery].shown_by.has_value()) return std::nullopt;
    return recovery;
  }

  void MeasureExhibit(std::uint32_t place) {
    const LifeExhibitFacts& exhibit = life_.exhibits[place];
    const auto add = [&](std::optional<MeasureFacts> measure) {
      if (!measure.has_value()) return;
      measure->exhibit = place;
      measures_.push_back(*std::move(measure));
    };
    if (const std::optional<std::uint32_t> taken = WhereTaken(exhibit); taken.has_value()) {
      std::optional<MeasureFacts> measure =
          Between(v1::MEASURE_KIND_EVENT_TO_SUBMISSION, When(*taken), *exhibit.submitted);
      if (measure.has_value()) measure->from_event = taken;
      add(std::move(measure));
    }
    const std::optional<TimeInterval>& at_laboratory =
        exhibit.submitted.has_value() ? exhibit.submitted : exhibit.received;
    if (at_laboratory.has_value() && exhibit.examined.has_value()) {
      add(Between(v1::MEASURE_KIND_SUBMISSION_TO_EXAMINATION, *at_laboratory, *exhibit.examined));
    }
  }

  const LifeFacts& life_;
  const absl::Span<const std::uint32_t> order_;
  const LossCases& losses_;
  std::vector<MeasureFacts> measures_;
};

}  // namespace

std::vector<MeasureFacts> MeasureLife(const LifeFacts& life, absl::Span<const std::uint32_t> order,
                                      const LossCases& losses) {
  return Measurer(life, order, losses).Measure();
}

}  // namespace serieslink::firearm
