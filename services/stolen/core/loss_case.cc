#include "services/stolen/core/loss_case.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

namespace serieslink::stolen {
namespace {

using ::serieslink::firearm::LifeEventFacts;
using ::serieslink::linkage::Before;
using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::TimeInterval;

v1::LossCaseState StateAfter(const LifeEventFacts& disposal) {
  if (disposal.disposals_differ) return v1::LOSS_CASE_STATE_NOT_KNOWN;
  switch (disposal.disposal) {
    case record::v1::DISPOSAL_KIND_DESTROYED:
      return v1::LOSS_CASE_STATE_DESTROYED;
    case record::v1::DISPOSAL_KIND_RETURNED:
      return v1::LOSS_CASE_STATE_RETURNED;
    case record::v1::DISPOSAL_KIND_RETAINED:
      return v1::LOSS_CASE_STATE_RETAINED;
    case record::v1::DISPOSAL_KIND_TRANSFERRED:
      return v1::LOSS_CASE_STATE_TRANSFERRED;
    default:
      return v1::LOSS_CASE_STATE_NOT_KNOWN;
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
  Follower(absl::Span<const LifeEventFacts> events, absl::Span<const std::uint32_t> order,
           absl::Span<const ReportFacts> reports)
      : events_(events), order_(order), reports_(reports), reports_of_(events.size()) {
    for (std::uint32_t i = 0; i < reports.size(); ++i) reports_of_[reports[i].event].push_back(i);
  }

  std::vector<CaseFacts> Follow() {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const LifeEventFacts& event = events_[order_[i]];
      switch (event.kind) {
        case EventKind::kLoss:
          TakeLoss(order_[i]);
          break;
        case EventKind::kIncident:
          TakeUse(order_[i]);
          break;
        case EventKind::kDisposal:
          MoveTo(order_[i], StateAfter(event));
          held_since_.reset();
          uses_without_loss_.clear();
          break;
        default:
          if (!firearm::ComesIntoHand(event)) break;
          MoveTo(order_[i], v1::LOSS_CASE_STATE_RECOVERED);
          held_since_ = order_[i];
          uses_without_loss_.clear();
          break;
      }
    }
    for (CaseFacts& one : cases_) Conclude(one);
    return std::move(cases_);
  }

 private:
  CaseFacts* Current() { return cases_.empty() ? nullptr : &cases_.back(); }

  static bool IsGone(v1::LossCaseState state) {
    return state == v1::LOSS_CASE_STATE_OUTSTANDING || state == v1::LOSS_CASE_STATE_SIGHTED;
  }

  void TakeLoss(std::uint32_t event) {
    const std::vector<std::uint32_t>& told = reports_of_[event];
    if (told.empty()) return;
    if (CaseFacts* const current = Current(); current != nullptr && IsSameLoss(*current, told)) {
      AddReports(told);
      // Who has it again has it, whoever else has not been told.
      if (IsCancelled(told) && IsGone(current->state)) {
        MoveTo(event, v1::LOSS_CASE_STATE_CANCELLED);
      }
      return;
    }
    BeginCase(event, told);
  }

  void BeginCase(std::uint32_t event, const std::vector<std::uint32_t>& told) {
    std::set<v1::CaseContradictionKind> found;
    const TimeInterval lost = LostOf(told);
    if (CaseFacts* const before = Current(); before != nullptr) {
      before->is_lost_again = true;
      if (IsGone(before->state)) {
        found.insert(v1::CASE_CONTRADICTION_KIND_NOT_BACK_BEFORE_LOSS);
      }
    } else {
      for (const std::uint32_t use : uses_without_loss_) {
        if (Before(events_[use].occurred, lost)) {
          found.insert(v1::CASE_CONTRADICTION_KIND_USED_BEFORE_LOSS);
        }
      }
    }
    if (held_since_.has_value() && Before(events_[*held_since_].occurred, lost)) {
      found.insert(v1::CASE_CONTRADICTION_KIND_RECOVERED_BEFORE_LOSS);
    }
    held_since_.reset();
    CaseFacts& one = cases_.emplace_back();
    common_of_current_ = TimeInterval();
    sources_of_current_.clear();
    is_current_cancelled_ = false;
    AddReports(told);
    one.state = IsCancelled(told) ? v1::LOSS_CASE_STATE_CANCELLED : v1::LOSS_CASE_STATE_OUTSTANDING;
    one.steps.push_back({event, one.state});
    one.contradictions.assign(found.begin(), found.end());
  }

  // Adds to the current case.
  void AddReports(const std::vector<std::uint32_t>& told) {
    std::vector<std::uint32_t>& reports = cases_.back().reports;
    reports.insert(reports.end(), told.begin(), told.end());
    for (const std::uint32_t i : told) {
      common_of_current_ = Common(common_of_current_, reports_[i].lost);
      sources_of_current_.insert(reports_[i].source);
    }
    is_current_cancelled_ |= IsCancelled(told);
  }

  // Whether the reports `told` of one event are of the loss that `current` is of. Costs as much as
  // there are in `told`, however many are known.
  bool IsSameLoss(const CaseFacts& current, const std::vector<std::uint32_t>& told) const {
    if (!IsGone(current.state) && current.state != v1::LOSS_CASE_STATE_CANCELLED) return false;
    const std::int64_t apart_s = SecondsApart(common_of_current_, LostOf(told));
    if (apart_s == 0) return true;
    const bool shares_source = std::any_of(told.begin(), told.end(), [&](std::uint32_t i) {
      return sources_of_current_.contains(reports_[i].source);
    });
    return apart_s <= kDatesApartMaxS && !shares_source &&
           is_current_cancelled_ == IsCancelled(told);
  }

  void TakeUse(std::uint32_t event) {
    CaseFacts* const current = Current();
    if (current == nullptr) {
      uses_without_loss_.push_back(event);
      return;
    }
    current->uses.push_back(event);
    switch (current->state) {
      case v1::LOSS_CASE_STATE_RECOVERED:
        AddContradiction(*current, v1::CASE_CONTRADICTION_KIND_USED_AFTER_RECOVERY, event);
        break;
      case v1::LOSS_CASE_STATE_RETURNED:
      case v1::LOSS_CASE_STATE_CANCELLED:
        AddContradiction(*current, v1::CASE_CONTRADICTION_KIND_USED_AFTER_RETURN, event);
        break;
      case v1::LOSS_CASE_STATE_DESTROYED:
        AddContradiction(*current, v1::CASE_CONTRADICTION_KIND_USED_AFTER_DESTRUCTION, event);
        break;
      default:
        break;
    }
    MoveTo(event, v1::LOSS_CASE_STATE_SIGHTED);
    held_since_.reset();
  }

  // Only when no moment of the dates avoids it.
  void AddContradiction(CaseFacts& one, v1::CaseContradictionKind kind, std::uint32_t event) const {
    if (Before(events_[one.steps.back().event].occurred, events_[event].occurred)) {
      one.contradictions.push_back(kind);
    }
  }

  void MoveTo(std::uint32_t event, v1::LossCaseState state) {
    CaseFacts* const current = Current();
    if (current == nullptr || current->state == state) return;
    current->state = state;
    current->steps.push_back({event, state});
  }

  bool IsCancelled(const std::vector<std::uint32_t>& told) const {
    return std::any_of(told.begin(), told.end(),
                       [&](std::uint32_t i) { return reports_[i].is_cancelled; });
  }

  TimeInterval LostOf(const std::vector<std::uint32_t>& told) const {
    TimeInterval common;
    TimeInterval hull{std::numeric_limits<std::int64_t>::max(),
                      std::numeric_limits<std::int64_t>::min()};
    for (const std::uint32_t i : told) {
      common = Common(common, reports_[i].lost);
      hull = Hull(hull, reports_[i].lost);
    }
    return IsPossible(common) ? common : hull;
  }

  // What the reports of a case say together.
  void Conclude(CaseFacts& one) const {
    std::sort(one.reports.begin(), one.reports.end(), [&](std::uint32_t a, std::uint32_t b) {
      const auto key = [&](std::uint32_t i) {
        return std::tuple(reports_[i].lost.earliest_s, reports_[i].public_id);
      };
      return key(a) < key(b);
    });
    one.lost = LostOf(one.reports);
    std::set<v1::CaseContradictionKind> found(one.contradictions.begin(), one.contradictions.end());
    std::set<v1::ReportSource> sources;
    std::set<record::v1::LossKind> kinds;
    std::set<std::uint64_t> certificate_kinds;
    std::size_t cancelled = 0;
    std::size_t parts = 0;
    bool is_whole = false;
    bool is_gun = false;
    bool is_loose_part = false;
    TimeInterval common;
    for (const std::uint32_t i : one.reports) {
      const ReportFacts& report = reports_[i];
      const bool is_copy =
          report.copy_of.has_value() &&
          std::find(one.reports.begin(), one.reports.end(), *report.copy_of) != one.reports.end();
      if (!is_copy) sources.insert(report.source);
      common = Common(common, report.lost);
      if (report.kind == record::v1::LOSS_KIND_LOST ||
          report.kind == record::v1::LOSS_KIND_STOLEN) {
        kinds.insert(report.kind);
      }
      if (report.certificate_kind_key != 0) certificate_kinds.insert(report.certificate_kind_key);
      cancelled += report.is_cancelled;
      parts += report.is_part;
      is_whole |= report.says_complete;
      is_gun |= !report.is_part;
      is_loose_part |= report.is_loose_part;
      if (report.has_other_force) {
        found.insert(v1::CASE_CONTRADICTION_KIND_CERTIFICATE_OF_ANOTHER_FORCE);
      }
    }
    if (kinds.size() == 1) one.kind = *kinds.begin();
    if (kinds.size() > 1) found.insert(v1::CASE_CONTRADICTION_KIND_LOSS_KINDS_DIFFER);
    if (!IsPossible(common)) found.insert(v1::CASE_CONTRADICTION_KIND_DATES_DIFFER);
    if (cancelled > 0 && cancelled < one.reports.size()) {
      found.insert(v1::CASE_CONTRADICTION_KIND_CANCELLED_BY_SOME);
    }
    if (certificate_kinds.size() > 1) {
      found.insert(v1::CASE_CONTRADICTION_KIND_CERTIFICATE_KINDS_DIFFER);
    }
    one.completeness = parts == 0 ? v1::COMPLETENESS_WHOLE_GUN : v1::COMPLETENESS_PART;
    // Who reports a gun and says no more means a whole one; that is no contradiction to a gun that
    // lacks a part, and it is one to a part alone.
    if ((parts > 0 && is_whole) || (is_loose_part && is_gun)) {
      one.completeness = v1::COMPLETENESS_REPORTS_DIFFER;
      found.insert(v1::CASE_CONTRADICTION_KIND_WHOLE_AND_PART);
    }
    one.sources.assign(sources.begin(), sources.end());
    one.contradictions.assign(found.begin(), found.end());
    const bool do_reports_differ =
        std::any_of(found.begin(), found.end(), [](v1::CaseContradictionKind kind) {
          return kind <= v1::CASE_CONTRADICTION_KIND_CERTIFICATE_KINDS_DIFFER;
        });
    one.reconciliation = do_reports_differ     ? v1::RECONCILIATION_CONTRADICTING
                         : sources.size() >= 2 ? v1::RECONCILIATION_MATCHED
                                               : v1::RECONCILIATION_ONE_SOURCE;
  }

  const absl::Span<const LifeEventFacts> events_;
  const absl::Span<const std::uint32_t> order_;
  const absl::Span<const ReportFacts> reports_;
  std::vector<std::vector<std::uint32_t>> reports_of_;  // each event
  std::vector<CaseFacts> cases_;
  // Of the reports of the last case: what their dates have in common, or the last beginning and the
  // first end of them; who reports; whether one cancels it.
  TimeInterval common_of_current_;
  std::set<v1::ReportSource> sources_of_current_;
  bool is_current_cancelled_ = false;
  std::vector<std::uint32_t> uses_without_loss_;
  std::optional<std::uint32_t> held_since_;  // came into hand, and nothing since
};

}  // namespace

std::vector<CaseFacts> FollowCases(absl::Span<const LifeEventFacts> events,
                                   absl::Span<const std::uint32_t> order,
                                   absl::Span<const ReportFacts> reports) {
  return Follower(events, order, reports).Follow();
}

const char* WordsOf(v1::CaseContradictionKind kind) {
  switch (kind) {
    case v1::CASE_CONTRADICTION_KIND_LOSS_KINDS_DIFFER:
      return "one report says lost and another stolen";
    case v1::CASE_CONTRADICTION_KIND_DATES_DIFFER:
      return "no moment satisfies the dates of all reports";
    case v1::CASE_CONTRADICTION_KIND_CANCELLED_BY_SOME:
      return "one report cancels the loss as found, and another does not";
    case v1::CASE_CONTRADICTION_KIND_WHOLE_AND_PART:
      return "one report says a whole gun, and another a part";
    case v1::CASE_CONTRADICTION_KIND_CERTIFICATE_KINDS_DIFFER:
      return "reports name different kinds of certificate";
    case v1::CASE_CONTRADICTION_KIND_CERTIFICATE_OF_ANOTHER_FORCE:
      return "a licensing unit reports a certificate that another force issued";
    case v1::CASE_CONTRADICTION_KIND_RECOVERED_BEFORE_LOSS:
      return "the gun came into hand before it was lost, and no record says that it was given back";
    case v1::CASE_CONTRADICTION_KIND_USED_BEFORE_LOSS:
      return "the gun was used before it was lost, and no other loss was open then";
    case v1::CASE_CONTRADICTION_KIND_NOT_BACK_BEFORE_LOSS:
      return "the gun was lost before, and nothing has it back in between: perhaps two reports of "
             "one loss";
    case v1::CASE_CONTRADICTION_KIND_USED_AFTER_RECOVERY:
      return "the gun was used after it came into hand, and no record says how it left";
    case v1::CASE_CONTRADICTION_KIND_USED_AFTER_RETURN:
      return "the gun was used after it was given back or found again, and no further loss is "
             "reported";
    case v1::CASE_CONTRADICTION_KIND_USED_AFTER_DESTRUCTION:
      return "the gun was used after it was destroyed: another gun was destroyed, or these are two";
    default:
      return "";
  }
}

}  // namespace serieslink::stolen
