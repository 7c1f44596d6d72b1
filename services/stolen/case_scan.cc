#include "services/stolen/case_scan.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/view/canonical.h"
#include "services/view/component_evidence.h"
#include "services/view/loss_terms.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::stolen {
namespace {

// Exhibits whose evidence is read at once: enough to share reads, and few enough that what several
// ordinary guns hold together stays far below what one call may hold.
constexpr std::size_t kResolvedAtOnce = 64;

// Whether the version that is the log entry `sequence` stood at `revision`.
bool Stood(const stored::v1::RecordState& state, graph::SequenceNumber sequence,
           graph::Revision revision) {
  return std::any_of(state.versions().begin(), state.versions().end(),
                     [&](const stored::v1::RecordVersion& version) {
                       return version.sequence() == sequence && !version.is_withdrawal() &&
                              graph::RevisionInterval{version.from_revision(),
                                                      graph::FromStoredEnd(version.to_revision())}
                                  .Contains(revision);
                     });
}

template <typename Number>
void SortAndDropRepeats(std::vector<Number>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

storage::KeyRange Behind(storage::KeyRange range, const std::string& after) {
  if (!after.empty()) range.start = after + '\0';
  return range;
}

}  // namespace

storage::KeyRange RangeOfPart(std::string_view part, const std::string& after) {
  return Behind(
      storage::KeyRange::Prefix(graph::FirearmKeyPrefix(
          graph::FirearmOrder::kLoss, {graph::CutFirearmPart(graph::FirearmOrder::kLoss, part)})),
      after);
}

storage::KeyRange RangeOfField(view::LossField field, const std::string& after) {
  return Behind(storage::KeyRange::Prefix(graph::FirearmKeyPrefix(graph::FirearmOrder::kLoss, {},
                                                                  view::LossPart(field, {}))),
                after);
}

absl::StatusOr<std::vector<FoundReport>> ReportScan::Next(std::size_t entries_max) {
  std::vector<FoundReport> found;
  SL_ASSIGN_OR_RETURN(const graph::SortedRunView* const index, cut_.reader.Firearms());
  SL_ASSIGN_OR_RETURN(graph::IndexPage read, index->Scan(range_, entries_max));
  std::vector<std::pair<std::string, graph::FirearmKey>> candidates;
  if (!read.entries.empty()) looked_at_ = read.entries.back().key;
  for (storage::Row& entry : read.entries) {
    SL_ASSIGN_OR_RETURN(const auto facets, graph::ParseFirearmFacets(entry.value));
    if (query_ != nullptr && !query_->MayMatch(facets)) continue;
    SL_ASSIGN_OR_RETURN(graph::FirearmKey parsed, graph::ParseFirearmKey(entry.key));
    candidates.emplace_back(std::move(entry.key), std::move(parsed));
  }
  SL_RETURN_IF_ERROR(Check(std::move(candidates), found));
  is_at_end_ = !read.resume.has_value();
  if (!is_at_end_) range_.start = *std::move(read.resume);
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
                          Stood(*state, key.sequence, cut_.revision);
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
    SL_ASSIGN_OR_RETURN(read.source, SourceOf(entries[i]));
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
  for (const ListedReport& one : listed) exhibits.push_back(one.report.number);
  SortAndDropRepeats(exhibits);
  SL_ASSIGN_OR_RETURN(const auto evidence, view::ComponentEvidence::LoadAll(
                                               cut_.reader, viewer_, exhibits, {}, too_large_));
  if (evidence->is_too_large()) {
    if (exhibits.size() == 1) {
      too_large_.insert(evidence->members().begin(), evidence->members().end());
      for (ListedReport& one : listed) one.is_unresolved = true;
      return absl::OkStatus();
    }
    for (std::size_t i = 0; i < listed.size(); ++i) {
      SL_RETURN_IF_ERROR(Tell(listed.subspan(i, 1)));
    }
    return absl::OkStatus();
  }
  const view::ResolvedView view = evidence->At(cut_.revision);
  absl::flat_hash_map<graph::ExhibitNumber, std::uint32_t> weapon_of;
  std::vector<std::uint32_t> weapons;
  for (std::uint32_t i = 0; i < view.exhibits.size(); ++i) {
    weapon_of[view.exhibits[i].number] = view.resolution.weapon_of[i];
  }
  for (const graph::ExhibitNumber exhibit : exhibits) {
    if (const auto found = weapon_of.find(exhibit); found != weapon_of.end()) {
      weapons.push_back(found->second);
    }
  }
  SortAndDropRepeats(weapons);
  SL_ASSIGN_OR_RETURN(const auto cases, CasesOf(view, weapons, cut_.reader, zone_));
  absl::flat_hash_map<graph::ExhibitNumber, const ToldCase*> case_of;
  for (const std::vector<ToldCase>& gun : cases) {
    for (const ToldCase& one : gun) {
      for (const ReportOfCase& report : one.reports) case_of[report.number] = &one;
    }
  }
  for (ListedReport& one : listed) {
    const auto found = case_of.find(one.report.number);
    if (found == case_of.end()) continue;
    const ToldCase& told = *found->second;
    for (std::size_t i = 0; i < told.reports.size(); ++i) {
      if (told.reports[i].number != one.report.number) continue;
      if (static_cast<int>(i) < told.told.reports_size()) {
        one.event_id = told.told.reports(static_cast<int>(i)).event_id();
      }
    }
    one.is_counted = query_.MatchesCase(told.told);
    if (one.is_counted && IsFirst(one, told)) one.one = told;
  }
  return absl::OkStatus();
}

bool CaseScan::IsFirst(const ListedReport& listed, const ToldCase& one) {
  // As the index orders them.
  const auto place = [](const view::FirearmTerms& terms, graph::ExhibitNumber number) {
    return std::pair(view::LossDayPart(terms.occurred.latest_s), number);
  };
  const auto own = place(listed.report.terms, listed.report.number);
  return std::none_of(one.reports.begin(), one.reports.end(), [&](const ReportOfCase& other) {
    if (other.number == listed.report.number) return false;
    const view::FirearmTerms terms =
        view::FirearmTermsOf(*other.record, other.record->exhibits(other.place), terms_);
    return place(terms, other.number) < own &&
           query_.MatchesReport(*other.record, terms, other.source);
  });
}

}  // namespace serieslink::stolen
