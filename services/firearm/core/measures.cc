#include <algorithm>
#include <map>

#include "services/firearm/core/life.h"

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

  void AddEvents(v1::MeasureKind kind, std::uint32_t from, std::uint32_t to) {
    std::optional<MeasureFacts> measure = Between(kind, When(from), When(to));
    if (!measure.has_value()) return;
    measure->from_event = from;
    measure->to_event = to;
    measures_.push_back(*std::move(measure));
  }

  // From a loss, as all its reports have it, to the event `to`.
  void AddFromLoss(v1::MeasureKind kind, const LossCaseFacts& one, std::uint32_t to) {
    std::optional<MeasureFacts> measure = Between(kind, one.lost, When(to));
    if (!measure.has_value()) return;
    measure->from_event = one.losses.front();
    measure->to_event = to;
    measures_.push_back(*std::move(measure));
  }

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
        AddFromLoss(v1::MEASURE_KIND_LOSS_TO_FIRST_USE, one, step.event);
        is_used = true;
      }
      if (step.state == v1::FIREARM_STATE_RECOVERED) {
        AddFromLoss(v1::MEASURE_KIND_LOSS_TO_RECOVERY, one, step.event);
        return;
      }
    }
  }

  void MeasureUses() {
    // Point into the order; null: none yet.
    const std::uint32_t* first = nullptr;
    const std::uint32_t* last = nullptr;       // of all
    const std::uint32_t* last_free = nullptr;  // since the gun was last in hand
    std::vector<std::pair<std::uint32_t, std::uint32_t>> recoveries;
    for (const std::uint32_t& i : order_) {
      if (life_.events[i].kind == EventKind::kIncident) {
        if (first == nullptr) first = &i;
        last = &i;
        last_free = &i;
      } else if (ComesIntoHand(life_.events[i])) {
        if (last_free != nullptr) recoveries.emplace_back(*last_free, i);
        last_free = nullptr;
      }
    }
    if (first != last) {
      AddEvents(v1::MEASURE_KIND_FIRST_TO_LAST_USE, *first, *last);
    }
    for (const auto& [use, recovery] : recoveries) {
      AddEvents(v1::MEASURE_KIND_LAST_USE_TO_RECOVERY, use, recovery);
    }
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

  void MeasureExhibit(std::uint32_t place) {
    const LifeExhibitFacts& exhibit = life_.exhibits[place];
    const auto add = [&](std::optional<MeasureFacts> measure) {
      if (!measure.has_value()) return;
      measure->exhibit = place;
      measures_.push_back(*std::move(measure));
    };
    if (exhibit.event.has_value() && exhibit.submitted.has_value()) {
      std::optional<MeasureFacts> measure =
          Between(v1::MEASURE_KIND_EVENT_TO_SUBMISSION, When(*exhibit.event), *exhibit.submitted);
      if (measure.has_value()) measure->from_event = exhibit.event;
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
