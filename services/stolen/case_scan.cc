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
#include "services/view/report_source.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::stolen {
namespace {

// Exhibits whose evidence is read at once: enough to share reads, and few enough that what several
// ordinary guns hold together stays far below what one call may hold.
constexpr std::size_t kResolvedAtOnce = 64;

template <typename Number>
void SortAndDropRepeats(std::vector<Number>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

storage::KeyRange Behind(storage::KeyRange range, const std::string& after) {
  if (!after.empty()) range.start = std::max(range.start, after + '\0');
  return range;
}

std::string Prefix(absl::Span<const std::string_view> parts) {
  return graph::FirearmKeyPrefix(graph::FirearmOrder::kLoss, parts);
}

// `parsed` as its key stands under `part`.
std::string KeyUnder(std::string_view part, const graph::FirearmKey& parsed) {
  std::string key;
  graph::AppendFirearmKey(graph::FirearmOrder::kLoss, {part, parsed.parts[1]}, parsed.exhibit,
                          parsed.sequence, &key);
  return key;
}

// Keys under which all reports stand that can satisfy `query`, in the order of the list: the wide
// ones of days behind its period, then those of the days that the others can have.
std::vector<storage::KeyRange> RangesOf(const LossQuery& query, const std::string& after) {
  storage::KeyRange near = storage::KeyRange::Prefix(Prefix({query.part()}));
  if (!query.last_day().empty()) {
    near.end = storage::KeyRange::Prefix(Prefix({query.part(), query.last_day()})).end;
  }
  if (query.first_day().empty()) return {Behind(std::move(near), after)};
  near.start = Prefix({query.part(), query.first_day()});
  const std::string wide = view::LossPart(view::LossField::kWide, {});
  storage::KeyRange far = storage::KeyRange::Prefix(Prefix({wide}));
  far.end = Prefix({wide, query.first_day()});
  if (after.empty()) return {std::move(far), std::move(near)};
  const auto parsed = graph::ParseFirearmKey(after);
  if (!parsed.ok() || parsed->parts[1] >= query.first_day())
    return {Behind(std::move(near), after)};
  return {Behind(std::move(far), KeyUnder(wide, *parsed)), std::move(near)};
}

}  // namespace

storage::KeyRange RangeOfField(view::LossField field, const std::string& after) {
  return Behind(storage::KeyRange::Prefix(graph::FirearmKeyPrefix(graph::FirearmOrder::kLoss, {},
                                                                  view::LossPart(field, {}))),
                after);
}

ReportScan::ReportScan(view::Cut& cut, const view::Viewer& viewer, const LossQuery& query,
                       const std::string& after)
    : cut_(cut), viewer_(viewer), query_(&query), ranges_(RangesOf(query, after)) {}

std::string ReportScan::OwnKey(const graph::FirearmKey& parsed, std::string key) const {
  if (query_ == nullptr || parsed.parts[0] == query_->part()) return key;
  return KeyUnder(query_->part(), parsed);
}

absl::StatusOr<std::vector<FoundReport>> ReportScan::Next(std::size_t entries_max) {
  std::vector<FoundReport> found;
  SL_ASSIGN_OR_RETURN(const graph::SortedRunView* const index, cut_.reader.Firearms());
  SL_ASSIGN_OR_RETURN(graph::IndexPage read, index->Scan(ranges_.front(), entries_max));
  std::vector<std::pair<std::string, graph::FirearmKey>> candidates;
  if (!read.entries.empty()) {
    SL_ASSIGN_OR_RETURN(const graph::FirearmKey last,
                        graph::ParseFirearmKey(read.entries.back().key));
    looked_at_ = OwnKey(last, read.entries.back().key);
  }
  for (storage::Row& entry : read.entries) {
    SL_ASSIGN_OR_RETURN(const auto facets, graph::ParseFirearmFacets(entry.value));
    // All entries of wide reports, which are read before others, have their facets.
    const bool has_facets = query_ != nullptr && (query_->has_facets() || ranges_.size() > 1);
    if (has_facets && !query_->MayMatch(facets)) continue;
    SL_ASSIGN_OR_RETURN(graph::FirearmKey parsed, graph::ParseFirearmKey(entry.key));
    std::string key = OwnKey(parsed, std::move(entry.key));
    candidates.emplace_back(std::move(key), std::move(parsed));
  }
  SL_RETURN_IF_ERROR(Check(std::move(candidates), found));
  if (read.resume.has_value()) {
    ranges_.front().start = *std::move(read.resume);
  } else {
    ranges_.erase(ranges_.begin());
  }
  is_at_end_ = ranges_.empty();
  return found;
}

absl::Status ReportScan::Check(std::vector<std::pair<std::string, graph::FirearmKey>> candidates,
                               std::vector<FoundReport>& found) {
  std::vector<graph::RecordNumber> numbers;
  for (const auto& [key, parsed] : candidates) numbers.push_back(graph::RecordOf(parsed.exhibit));
  SortAndDropRepeats(numbers);
  SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(numbers));
  const auto state_of = [&](const graph::FirearmKey& key) -> const stored::v1::RecordState* {
    const auto at = std::lower_bound(numbers.begin(), numbers.end(), graph::RecordOf(key.exhibit));
    const auto& state = states[static_cast<std::size_t>(at - numbers.begin())];
    const bool is_there = state.has_value() && view::MaySee(viewer_, *state) &&
                          view::StoodAt(*state, key.sequence, cut_.revision);
    return is_there ? &*state : nullptr;
  };
  std::vector<graph::SequenceNumber> sequences;
  for (const auto& [key, parsed] : candidates) {
    if (state_of(parsed) != nullptr) sequences.push_back(parsed.sequence);
  }
  SortAndDropRepeats(sequences);
  SL_ASSIGN_OR_RETURN(const auto entries,
                      graph::LogReader(&cut_.reader.snapshot()).Entries(sequences));
  struct Read {
    std::shared_ptr<const record::v1::Record> record;
    v1::ReportSource source = v1::REPORT_SOURCE_UNSPECIFIED;
  };
  absl::flat_hash_map<graph::SequenceNumber, Read> records;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    Read& read = records[sequences[i]];
    SL_ASSIGN_OR_RETURN(read.record, view::CanonicalOf(entries[i]));
    SL_ASSIGN_OR_RETURN(read.source, view::ReportSourceOf(entries[i].feed_message()));
  }
  for (auto& [key, parsed] : candidates) {
    const stored::v1::RecordState* const state = state_of(parsed);
    const int ordinal = static_cast<int>(graph::OrdinalOf(parsed.exhibit));
    if (state == nullptr || ordinal >= state->exhibits_size()) continue;
    const Read& read = records[parsed.sequence];
    if (read.record == nullptr) continue;
    const stored::v1::ExhibitState& known = state->exhibits(ordinal);
    for (int place = 0; place < read.record->exhibits_size(); ++place) {
      const record::v1::Exhibit& exhibit = read.record->exhibits(place);
      if (exhibit.exhibit_reference() != known.reference()) continue;
      view::FirearmTerms terms = view::FirearmTermsOf(*read.record, exhibit, terms_);
      if (query_ == nullptr || query_->MatchesReport(*read.record, terms, read.source)) {
        found.push_back({std::move(key), parsed.exhibit, known.public_id(), state->public_id(),
                         state->agency(), read.record, place, read.source, std::move(terms)});
      }
      break;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ListedReport>> CaseScan::Next(std::size_t entries_max) {
  SL_ASSIGN_OR_RETURN(std::vector<FoundReport> found, reports_.Next(entries_max));
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
  SortAndDropRepeats(exhibits);
  SL_ASSIGN_OR_RETURN(const auto evidence, view::ComponentEvidence::LoadAll(
                                               cut_.reader, viewer_, exhibits, {}, too_large_));
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
  SortAndDropRepeats(weapons);
  SL_ASSIGN_OR_RETURN(const auto cases, view::CasesOf(view, weapons, cut_.reader, zone_));
  for (const std::vector<view::ToldCase>& gun : cases) {
    for (const view::ToldCase& one : gun) TellCase(one, report_of);
  }
  return absl::OkStatus();
}

void CaseScan::TellCase(const view::ToldCase& told,
                        const absl::flat_hash_map<graph::ExhibitNumber, ListedReport*>& listed) {
  const bool is_counted = query_.MatchesCase(told.told);
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
      const view::FirearmTerms terms =
          view::FirearmTermsOf(*report.record, report.record->exhibits(report.place), terms_);
      if (!query_.MatchesReport(*report.record, terms, report.source)) continue;
      latest_s = terms.occurred.latest_s;
      foreknown_[report.number] = {is_counted, report.event_id};
    }
    std::pair<std::string, graph::ExhibitNumber> place(view::LossDayPart(latest_s), report.number);
    if (stands_at == nullptr || place < first) {
      stands_at = &report;
      first = std::move(place);
    }
  }
  if (!is_counted || stands_at == nullptr) return;
  const auto found = listed.find(stands_at->number);
  if (found != listed.end()) found->second->one = told;
}

}  // namespace serieslink::stolen
