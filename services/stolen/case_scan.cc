#include "services/stolen/case_scan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/firearm/core/life.h"
#include "services/view/canonical.h"
#include "services/view/component_evidence.h"
#include "services/view/found_versions.h"
#include "services/view/loss_terms.h"
#include "storage/base/sort_and_drop_repeats.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::stolen {
namespace {

// Exhibits whose evidence is read at once: enough to share reads, and few enough that what several
// ordinary guns hold together stays far below what one call may hold.
constexpr std::size_t kResolvedAtOnce = 64;
// Entries of the index that one call passes over before it returns what it has: some milliseconds.
constexpr std::size_t kEntriesAtOnceMax = 8192;

storage::KeyRange Behind(storage::KeyRange range, const std::string& after) {
  if (!after.empty()) range.start = std::max(range.start, after + '\0');
  return range;
}

std::string Prefix(absl::Span<const std::string_view> parts) {
  return graph::FirearmKeyPrefix(graph::FirearmOrder::kLoss, parts);
}

// Keys of the list, as they are told, begin with this.
std::string OwnPrefix() { return Prefix({view::LossPart(view::LossField::kAll, {})}); }

LossKeys KeysOf(const LossRange& range) {
  LossKeys keys;
  keys.prefix = Prefix({range.part});
  keys.range = storage::KeyRange::Prefix(keys.prefix);
  keys.has_days_only = range.has_days_only;
  if (!range.first_day.empty()) keys.range.start = Prefix({range.part, range.first_day});
  if (!range.last_day.empty()) {
    keys.range.end = storage::KeyRange::Prefix(Prefix({range.part, range.last_day})).end;
  }
  if (!range.end_day.empty()) keys.range.end = Prefix({range.part, range.end_day});
  return keys;
}

std::vector<std::vector<LossKeys>> ListsOf(const LossQuery& query) {
  std::vector<std::vector<LossKeys>> lists;
  for (const std::vector<LossRange>& ranges : query.lists()) {
    std::vector<LossKeys>& list = lists.emplace_back();
    for (const LossRange& range : ranges) list.push_back(KeysOf(range));
  }
  return lists;
}

}  // namespace

storage::KeyRange RangeOfField(view::LossField field, const std::string& after) {
  return Behind(storage::KeyRange::Prefix(graph::FirearmKeyPrefix(graph::FirearmOrder::kLoss, {},
                                                                  view::LossPart(field, {}))),
                after);
}

ReportScan::ReportScan(view::Cut& cut, const view::Viewer& viewer, const LossQuery& query,
                       const std::string& after)
    : cut_(cut),
      viewer_(viewer),
      query_(&query),
      prefix_(OwnPrefix()),
      lists_(&query, ListsOf(query)) {
  // Whatever it is, it was sealed by this service.
  if (after.starts_with(prefix_)) looked_at_ = after;
}

absl::StatusOr<std::vector<FoundReport>> ReportScan::Next(std::size_t reports_max) {
  std::vector<FoundReport> found;
  entries_.clear();
  records_.clear();
  if (is_at_end_) return found;
  SL_ASSIGN_OR_RETURN(const graph::SortedRunView* const index, cut_.reader.Firearms());
  std::vector<Candidate> candidates;
  std::size_t entries = kEntriesAtOnceMax;  // that may be read
  while (candidates.size() < reports_max) {
    std::string behind;
    if (!looked_at_.empty()) behind = looked_at_.substr(prefix_.size()) + '\0';
    SL_ASSIGN_OR_RETURN(const LossLists::Next next,
                        lists_.AtOrAfter(*index, std::move(behind), entries));
    if (next.found == LossLists::Found::kEnd) {
      is_at_end_ = true;
      break;
    }
    if (next.found == LossLists::Found::kPaused) {
      if (!next.looked_at.empty()) looked_at_ = std::max(looked_at_, prefix_ + next.looked_at);
      break;
    }
    looked_at_ = prefix_ + next.key;
    SL_ASSIGN_OR_RETURN(graph::FirearmKey parsed, graph::ParseFirearmKey(looked_at_));
    candidates.push_back({looked_at_, std::move(parsed)});
  }
  SL_RETURN_IF_ERROR(Check(std::move(candidates), found));
  return found;
}

bool ReportScan::MayMatch(const stored::v1::RecordState& state,
                          graph::SequenceNumber sequence) const {
  if (query_ == nullptr || !state.has_event()) return true;
  // What is kept of the event is that of the version that stands now.
  for (const stored::v1::RecordVersion& version : state.versions()) {
    if (version.sequence() != sequence) continue;
    return version.to_revision() != 0 ||
           query_->MayBeWithin({state.event().earliest_s(), state.event().latest_s()});
  }
  return true;
}

absl::Status ReportScan::Check(std::vector<Candidate> candidates, std::vector<FoundReport>& found) {
  std::vector<graph::RecordNumber> numbers;
  for (const auto& [key, parsed] : candidates) numbers.push_back(graph::RecordOf(parsed.exhibit));
  base::SortAndDropRepeats(numbers);
  SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(numbers));
  const auto state_of = [&](const graph::FirearmKey& key) -> const stored::v1::RecordState* {
    const auto at = std::lower_bound(numbers.begin(), numbers.end(), graph::RecordOf(key.exhibit));
    const auto& state = states[static_cast<std::size_t>(at - numbers.begin())];
    const bool is_there = state.has_value() && view::MaySee(viewer_, *state) &&
                          view::StoodAt(*state, key.sequence, cut_.revision) &&
                          MayMatch(*state, key.sequence);
    return is_there ? &*state : nullptr;
  };
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!states[i].has_value() || !view::MaySee(viewer_, *states[i])) continue;
    records_.emplace(numbers[i], view::ReduceState(*states[i]));
  }
  std::vector<graph::SequenceNumber> sequences;
  for (const auto& [key, parsed] : candidates) {
    if (state_of(parsed) != nullptr) sequences.push_back(parsed.sequence);
  }
  base::SortAndDropRepeats(sequences);
  SL_ASSIGN_OR_RETURN(const auto entries,
                      graph::LogReader(&cut_.reader.snapshot()).Entries(sequences));
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    SL_ASSIGN_OR_RETURN(entries_[sequences[i]], view::ReadEntryOf(entries[i]));
  }
  for (auto& [key, parsed] : candidates) {
    const stored::v1::RecordState* const state = state_of(parsed);
    const int ordinal = static_cast<int>(graph::OrdinalOf(parsed.exhibit));
    if (state == nullptr || ordinal >= state->exhibits_size()) continue;
    const view::ReadEntry& read = entries_.at(parsed.sequence);
    if (read.record == nullptr) continue;
    const stored::v1::ExhibitState& known = state->exhibits(ordinal);
    for (int place = 0; place < read.record->exhibits_size(); ++place) {
      const record::v1::Exhibit& exhibit = read.record->exhibits(place);
      if (exhibit.exhibit_reference() != known.reference()) continue;
      view::FirearmTerms terms = view::FirearmTermsOf(
          *read.record, exhibit, terms_, query_ != nullptr && query_->asks_for_serial());
      if (query_ == nullptr || query_->MatchesReport(*read.record, terms, read.source)) {
        found.push_back({std::move(key), parsed.exhibit, known.public_id(), state->public_id(),
                         state->agency(), read.record, place, read.source, std::move(terms)});
      }
      break;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ListedReport>> CaseScan::Next(std::size_t reports_max) {
  SL_ASSIGN_OR_RETURN(std::vector<FoundReport> found, reports_.Next(reports_max));
  std::vector<ListedReport> listed(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) listed[i].report = std::move(found[i]);
  for (absl::Span<ListedReport> rest = absl::MakeSpan(listed); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kResolvedAtOnce));
    SL_RETURN_IF_ERROR(Tell(some));
    rest.remove_prefix(some.size());
  }
  return listed;
}

absl::Status CaseScan::Tell(absl::Span<ListedReport> listed) {
  std::vector<graph::ExhibitNumber> exhibits;
  absl::flat_hash_map<graph::ExhibitNumber, ListedReport*> report_of;
  for (ListedReport& one : listed) {
    if (const auto known = foreknown_.find(one.report.number); known != foreknown_.end()) {
      one.is_counted = known->second.is_counted;
      one.event_id = std::move(known->second.event_id);
      one.one = std::move(known->second.one);
      foreknown_.erase(known);
      continue;
    }
    if (too_long_.contains(one.report.number)) {
      one.is_unresolved = true;
      continue;
    }
    exhibits.push_back(one.report.number);
    report_of[one.report.number] = &one;
  }
  if (exhibits.empty()) return absl::OkStatus();
  base::SortAndDropRepeats(exhibits);
  // What is stated between guns that nothing joins changes no case.
  SL_ASSIGN_OR_RETURN(const auto evidence, view::ComponentEvidence::LoadAll(
                                               cut_.reader, viewer_, exhibits, {}, too_large_, {},
                                               {.is_apart = true,
                                                .known = &reports_.entries(),
                                                .known_records = &reports_.records(),
                                                .with_descriptions = false}));
  if (evidence->is_too_large()) {
    if (exhibits.size() == 1) {
      too_large_.insert(evidence->members().begin(), evidence->members().end());
      for (const auto& [exhibit, one] : report_of) one->is_unresolved = true;
      return absl::OkStatus();
    }
    for (std::size_t i = 0; i < listed.size(); ++i) {
      if (!report_of.contains(listed[i].report.number)) continue;
      SL_RETURN_IF_ERROR(Tell(listed.subspan(i, 1)));
    }
    return absl::OkStatus();
  }
  const view::ResolvedView view = evidence->At(cut_.revision);
  std::vector<std::uint32_t> weapons;
  for (const graph::ExhibitNumber exhibit : exhibits) {
    const std::optional<std::uint32_t> place = view.Find(exhibit);
    if (!place.has_value()) continue;
    const std::uint32_t weapon = view.resolution.weapon_of[*place];
    // As GetLossCases: the life of such a gun is more than one call reads.
    const auto& members = view.resolution.weapons[weapon].members;
    if (members.size() > firearm::kLifeExhibitsMax) {
      for (const std::uint32_t member : members) too_long_.insert(view.exhibits[member].number);
      report_of[exhibit]->is_unresolved = true;
      continue;
    }
    weapons.push_back(weapon);
  }
  base::SortAndDropRepeats(weapons);
  SL_ASSIGN_OR_RETURN(auto cases, view::CasesOf(view, weapons, cut_.reader, zone_));
  for (std::vector<view::ToldCase>& gun : cases) {
    for (view::ToldCase& one : gun) TellCase(std::move(one), report_of);
  }
  return absl::OkStatus();
}

void CaseScan::TellCase(view::ToldCase told,
                        const absl::flat_hash_map<graph::ExhibitNumber, ListedReport*>& listed) {
  const bool is_counted = query_.MatchesCase(told);
  // The case stands at the first of its reports that satisfies the query, as the index orders them.
  std::pair<std::string, graph::ExhibitNumber> first;
  const view::ReportOfCase* stands_at = nullptr;
  for (const view::ReportOfCase& report : told.reports) {
    std::int64_t latest_s = 0;
    if (const auto found = listed.find(report.number); found != listed.end()) {
      latest_s = found->second->report.terms.occurred.latest_s;
      found->second->is_counted = is_counted;
      found->second->event_id = report.event_id;
    } else {
      const record::v1::Exhibit& exhibit = report.record->exhibits(report.place);
      const view::FirearmTerms terms =
          view::FirearmTermsOf(*report.record, exhibit, terms_, query_.asks_for_serial());
      if (!query_.MatchesReport(*report.record, terms, report.source)) continue;
      latest_s = terms.occurred.latest_s;
      Foreknown& known = foreknown_[report.number];
      known.is_counted = is_counted;
      known.event_id = report.event_id;
    }
    std::pair<std::string, graph::ExhibitNumber> place(view::LossDayPart(latest_s), report.number);
    if (stands_at == nullptr || place < first) {
      stands_at = &report;
      first = std::move(place);
    }
  }
  if (!is_counted || stands_at == nullptr) return;
  const graph::ExhibitNumber number = stands_at->number;
  if (const auto found = listed.find(number); found != listed.end()) {
    found->second->one = std::move(told);
  } else {
    // Come to later, or it was told at that report before.
    foreknown_[number].one = std::move(told);
  }
}

}  // namespace serieslink::stolen
