#include "services/summary/event_scan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/arena.h"
#include "services/summary/core/facts.h"
#include "services/view/canonical.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::summary {
namespace {

// States of records that are read at once.
constexpr std::size_t kRecordsAtOnce = 1024;
// Log entries that are read at once.
constexpr std::size_t kEntriesAtOnce = 512;

// The version of `state` that stood at `revision`; null where none did, or it was a withdrawal.
const stored::v1::RecordVersion* StandingAt(const stored::v1::RecordState& state,
                                            graph::Revision revision) {
  for (const stored::v1::RecordVersion& version : state.versions()) {
    const graph::RevisionInterval stood{version.from_revision(),
                                        graph::FromStoredEnd(version.to_revision())};
    if (stood.Contains(revision)) return version.is_withdrawal() ? nullptr : &version;
  }
  return nullptr;
}

Moments MomentsOf(const linkage::TimeInterval& interval) {
  static_assert(Moments::kOpenEarliest == linkage::TimeInterval::kUnknownEarliest);
  static_assert(Moments::kOpenLatest == linkage::TimeInterval::kUnknownLatest);
  return {.earliest_s = interval.earliest_s, .latest_s = interval.latest_s};
}

}  // namespace

absl::Status EventScan::AddStanding(graph::RecordNumber number,
                                    const stored::v1::RecordState& state,
                                    std::vector<Standing>& out) {
  if (!view::MaySee(viewer_, state)) return absl::OkStatus();
  const stored::v1::RecordVersion* const version = StandingAt(state, cut_.revision);
  if (version == nullptr) return absl::OkStatus();
  // A published figure is of no event and of no exhibit, and says nothing about others'.
  const bool is_present = version->to_revision() == 0;
  if (is_present && !state.has_event() && state.exhibits().empty() &&
      state.assertion_count() == 0) {
    if (external_ != nullptr) eventless_.emplace_back(version->sequence(), state.agency());
    return absl::OkStatus();
  }
  Standing one{.number = number, .sequence = version->sequence(), .agency = state.agency()};
  one.was_hidden = !view::MaySee(viewer_, state.agency(), version->visibility());
  if (is_present) {
    // What is kept of the record is of this version.
    one.has_event = state.has_event();
    if (one.has_event) {
      one.facts = view::FactsOf(state.event(), number, state.public_id(), view::SourceHash(state));
    }
  } else {
    SL_ASSIGN_OR_RETURN(const auto entries,
                        graph::LogReader(&cut_.reader.snapshot()).Entries({one.sequence}));
    SL_ASSIGN_OR_RETURN(const auto record, view::CanonicalOf(entries[0]));
    if (record == nullptr) return absl::DataLossError("a version holds no record");
    const auto event = view::StoredFactsOf(*record);
    one.has_event = event.has_value();
    if (external_ != nullptr && record->has_statistic()) {
      eventless_.emplace_back(version->sequence(), state.agency());
    }
    if (one.has_event) {
      one.facts = view::FactsOf(*event, number, state.public_id(), view::SourceHash(state));
    }
  }
  if (!one.has_event) return absl::OkStatus();
  for (const stored::v1::ExhibitState& exhibit : state.exhibits()) {
    one.references.push_back(exhibit.reference());
  }
  out.push_back(std::move(one));
  return absl::OkStatus();
}

bool EventScan::IsTraced(const stored::v1::RecordState& state) const {
  return trail_ != nullptr && view::MaySee(viewer_, state) && trail_->IsTouched(state);
}

bool EventScan::CanCount(const linkage::Event& event) const {
  if (windows_.empty()) return true;
  // A stolen gun is outstanding long after it was stolen.
  if (event.kind == linkage::EventKind::kLoss) return true;
  return std::any_of(windows_.begin(), windows_.end(), [&](const Window& window) {
    return PlaceIn(window, MomentsOf(event.occurred)) != Placement::kOutside;
  });
}

void EventScan::TakeEvents(std::vector<Standing> records, bool is_traced) {
  std::vector<linkage::RecordEventFacts> facts;
  facts.reserve(records.size());
  for (const Standing& one : records) facts.push_back(one.facts);
  const linkage::EventResolution resolution = linkage::ResolveEvents(facts);
  for (const linkage::Event& event : resolution.events) {
    if (!CanCount(event)) continue;
    Job& job = jobs_.emplace_back();
    job.occurred = MomentsOf(event.occurred);
    job.is_traced = is_traced;
    for (const std::uint32_t record : event.records) {
      job.records.push_back(std::move(records[record]));
    }
  }
}

absl::StatusOr<bool> EventScan::Next() {
  google::protobuf::Arena arena;
  SL_ASSIGN_OR_RETURN(const auto scanned, cut_.reader.ScanRecords(after_, kRecordsAtOnce, &arena));
  if (scanned.empty()) return false;
  std::vector<graph::RecordNumber> numbers;
  std::vector<const stored::v1::RecordState*> states;
  for (const auto& [number, state] : scanned) {
    numbers.push_back(number);
    states.push_back(state);
  }
  after_ = numbers.back();
  SL_RETURN_IF_ERROR(CountOf(numbers, states));
  return true;
}

absl::Status EventScan::Count(absl::Span<const graph::RecordNumber> records) {
  for (std::size_t from = 0; from < records.size(); from += kRecordsAtOnce) {
    const auto slice = records.subspan(from, kRecordsAtOnce);
    google::protobuf::Arena arena;
    SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(slice, &arena));
    SL_RETURN_IF_ERROR(CountOf(slice, states));
  }
  return absl::OkStatus();
}

absl::Status EventScan::CountOf(absl::Span<const graph::RecordNumber> numbers,
                                absl::Span<const stored::v1::RecordState* const> found) {
  SL_ASSIGN_OR_RETURN(const auto components,
                      cut_.reader.Components(graph::NodeType::kRecord, numbers));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (found[i] == nullptr) continue;
    std::vector<Standing> standing;
    bool is_traced = false;
    if (!components[i].has_value()) {
      is_traced = IsTraced(*found[i]);
      SL_RETURN_IF_ERROR(AddStanding(numbers[i], *found[i], standing));
    } else if (done_.insert(*components[i]).second) {
      SL_ASSIGN_OR_RETURN(const auto members,
                          cut_.reader.ComponentMembers(graph::NodeType::kRecord, *components[i]));
      for (std::size_t from = 0; from < members.size(); from += kRecordsAtOnce) {
        const auto slice = absl::MakeConstSpan(members).subspan(from, kRecordsAtOnce);
        SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(slice));
        for (std::size_t m = 0; m < slice.size(); ++m) {
          if (!states[m].has_value()) continue;
          is_traced = is_traced || IsTraced(*states[m]);
          SL_RETURN_IF_ERROR(AddStanding(slice[m], *states[m], standing));
        }
      }
    }
    if (!standing.empty()) TakeEvents(std::move(standing), is_traced);
  }
  SL_RETURN_IF_ERROR(CountJobs());
  return TakeStatistics();
}

void EventScan::CountEvent(const EventFacts& event, const std::vector<std::uint64_t>& records,
                           const std::vector<std::pair<graph::ExhibitNumber, ExhibitFact>>& alone,
                           bool is_traced) {
  SideUnit unit{.kind = UnitKind::kEvent, .members = records, .records = records};
  sink_.AddEvent(event, is_traced ? &unit.additions : nullptr);
  if (external_ != nullptr) external_->AddEvent(event);
  if (is_traced) trail_->collector->Add(trail_->side, std::move(unit));
  for (const auto& [number, exhibit] : alone) {
    WeaponFacts weapon;
    weapon.Add(exhibit, &event);
    SideUnit one{.kind = UnitKind::kWeapon, .members = {number}, .records = records};
    sink_.AddWeapon(weapon, is_traced ? &one.additions : nullptr);
    if (is_traced) trail_->collector->Add(trail_->side, std::move(one));
  }
}

absl::Status EventScan::TakeStatistics() {
  for (std::size_t from = 0; from < eventless_.size(); from += kEntriesAtOnce) {
    const auto slice = absl::MakeConstSpan(eventless_).subspan(from, kEntriesAtOnce);
    std::vector<graph::SequenceNumber> sequences;
    for (const auto& [sequence, agency] : slice) sequences.push_back(sequence);
    SL_ASSIGN_OR_RETURN(const auto entries,
                        graph::LogReader(&cut_.reader.snapshot()).Entries(sequences));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      SL_ASSIGN_OR_RETURN(const auto record, view::CanonicalOf(entries[i]));
      if (record == nullptr) return absl::DataLossError("a version holds no record");
      if (record->has_statistic()) external_->AddStatistic(record->statistic(), slice[i].second);
    }
  }
  eventless_.clear();
  return absl::OkStatus();
}

absl::Status EventScan::CountJobs() {
  for (std::size_t begin = 0; begin < jobs_.size();) {
    std::vector<graph::SequenceNumber> sequences;
    std::vector<graph::ExhibitNumber> exhibits;
    std::size_t end = begin;
    for (; end < jobs_.size() && sequences.size() < kEntriesAtOnce; ++end) {
      for (const Standing& record : jobs_[end].records) {
        sequences.push_back(record.sequence);
        for (std::size_t ordinal = 0; ordinal < record.references.size(); ++ordinal) {
          exhibits.push_back(
              graph::MakeExhibitNumber(record.number, static_cast<std::uint32_t>(ordinal)));
        }
      }
    }
    std::vector<std::shared_ptr<const record::v1::Record>> records;
    for (std::size_t from = 0; from < sequences.size(); from += kEntriesAtOnce) {
      const auto slice = absl::MakeConstSpan(sequences).subspan(from, kEntriesAtOnce);
      SL_ASSIGN_OR_RETURN(const auto entries,
                          graph::LogReader(&cut_.reader.snapshot()).Entries(slice));
      for (const stored::v1::LogEntry& entry : entries) {
        SL_ASSIGN_OR_RETURN(records.emplace_back(), view::CanonicalOf(entry));
        if (records.back() == nullptr) return absl::DataLossError("a version holds no record");
      }
    }
    SL_ASSIGN_OR_RETURN(const auto components,
                        cut_.reader.Components(graph::NodeType::kExhibit, exhibits));
    std::size_t at_record = 0;
    std::size_t at_exhibit = 0;
    for (; begin < end; ++begin) {
      const Job& job = jobs_[begin];
      EventGatherer gatherer(areas_);
      std::vector<std::uint64_t> numbers;
      std::vector<std::pair<graph::ExhibitNumber, ExhibitFact>> alone;
      for (const Standing& standing : job.records) {
        const record::v1::Record& record = *records[at_record++];
        gatherer.Add(record, standing.agency);
        numbers.push_back(standing.number);
        absl::flat_hash_set<std::string_view> linked;
        absl::flat_hash_map<std::string_view, graph::ExhibitNumber> numbered;
        for (const std::string& reference : standing.references) {
          numbered[reference] = exhibits[at_exhibit];
          if (components[at_exhibit++].has_value()) linked.insert(reference);
        }
        for (const record::v1::Exhibit& exhibit : record.exhibits()) {
          if (!linked.contains(exhibit.exhibit_reference())) {
            ExhibitFact& fact = alone
                                    .emplace_back(numbered[exhibit.exhibit_reference()],
                                                  ExhibitFactOf(record, exhibit))
                                    .second;
            if (sink_.wants_traits()) SetTraits(record, exhibit, fact);
          }
        }
        if (trail_ != nullptr && standing.was_hidden) trail_->opened.push_back(standing.number);
      }
      EventFacts event = gatherer.Take(job.occurred);
      event.first_record = *std::min_element(numbers.begin(), numbers.end());
      CountEvent(event, numbers, alone, job.is_traced);
    }
  }
  jobs_.clear();
  return absl::OkStatus();
}

}  // namespace serieslink::summary
