#include "services/firearm/firearm_search.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "services/firearm/search_plan.h"
#include "services/view/canonical.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::firearm {
namespace {

// Entries read at once: few behind a leap, more the longer a range goes on.
constexpr std::size_t kEntriesMin = 16;
constexpr std::size_t kEntriesMax = 2048;
// Exhibits whose records are read at once.
constexpr std::size_t kCheckedMin = 16;
constexpr std::size_t kCheckedMax = 256;

// An entry that may be what is asked for.
struct Candidate {
  std::string key;
  graph::FirearmKey parsed;
};

// Checks candidates against their records and hands on those that are found.
class Checker {
 public:
  Checker(view::Cut& cut, const view::Viewer& viewer, const view::FirearmQuery& query,
          const SearchPlan& plan)
      : cut_(cut), viewer_(viewer), query_(query), plan_(plan) {}

  absl::Status Check(absl::Span<const Candidate> candidates, std::vector<FoundFirearm>& found) {
    // Of the records that the viewer may see, those versions that stood at the revision.
    std::vector<graph::RecordNumber> numbers;
    for (const Candidate& candidate : candidates) {
      const graph::RecordNumber number = graph::RecordOf(candidate.parsed.exhibit);
      if (numbers.empty() || numbers.back() != number) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(numbers));
    const auto state_of = [&](const Candidate& candidate) -> const stored::v1::RecordState* {
      const auto at = std::lower_bound(numbers.begin(), numbers.end(),
                                       graph::RecordOf(candidate.parsed.exhibit));
      const auto& state = states[static_cast<std::size_t>(at - numbers.begin())];
      return state.has_value() && Stood(*state, candidate.parsed.sequence) ? &*state : nullptr;
    };
    std::vector<graph::SequenceNumber> sequences;
    for (const Candidate& candidate : candidates) {
      if (state_of(candidate) != nullptr) sequences.push_back(candidate.parsed.sequence);
    }
    std::sort(sequences.begin(), sequences.end());
    sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
    SL_ASSIGN_OR_RETURN(const auto entries,
                        graph::LogReader(&cut_.reader.snapshot()).Entries(sequences));
    absl::flat_hash_map<graph::SequenceNumber, std::shared_ptr<const record::v1::Record>> records;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      SL_ASSIGN_OR_RETURN(records[sequences[i]], view::CanonicalOf(entries[i]));
    }
    for (const Candidate& candidate : candidates) {
      const stored::v1::RecordState* const state = state_of(candidate);
      if (state != nullptr) Take(candidate, *state, records[candidate.parsed.sequence], found);
    }
    return absl::OkStatus();
  }

 private:
  // Whether the version that is the log entry `sequence` stood at the revision, and the viewer may
  // see it. A version that is not derived yet in this cut did not stand.
  bool Stood(const stored::v1::RecordState& state, graph::SequenceNumber sequence) const {
    if (!view::MaySee(viewer_, state)) return false;
    return std::any_of(state.versions().begin(), state.versions().end(),
                       [&](const stored::v1::RecordVersion& version) {
                         return version.sequence() == sequence && !version.is_withdrawal() &&
                                graph::RevisionInterval{version.from_revision(),
                                                        graph::FromStoredEnd(version.to_revision())}
                                    .Contains(cut_.revision);
                       });
  }

  void Take(const Candidate& candidate, const stored::v1::RecordState& state,
            const std::shared_ptr<const record::v1::Record>& record,
            std::vector<FoundFirearm>& found) {
    const int ordinal = static_cast<int>(graph::OrdinalOf(candidate.parsed.exhibit));
    if (record == nullptr || ordinal >= state.exhibits_size()) return;
    const stored::v1::ExhibitState& known = state.exhibits(ordinal);
    for (int place = 0; place < record->exhibits_size(); ++place) {
      if (record->exhibits(place).exhibit_reference() != known.reference()) continue;
      FoundFirearm one;
      one.terms = view::FirearmTermsOf(*record, record->exhibits(place), terms_);
      if (!query_.Matches(one.terms) || !plan_.IsFirst(candidate.parsed, one.terms)) return;
      one.key = candidate.key;
      one.number = candidate.parsed.exhibit;
      one.public_id = known.public_id();
      one.record_public_id = state.public_id();
      one.agency = state.agency();
      one.record = record;
      one.place = place;
      found.push_back(std::move(one));
      return;
    }
  }

  view::Cut& cut_;
  const view::Viewer& viewer_;
  const view::FirearmQuery& query_;
  const SearchPlan& plan_;
  view::TermCache terms_;
};

// The first log entry that can be the version of what `query` asks for.
absl::StatusOr<graph::SequenceNumber> FirstAfter(const view::Cut& cut,
                                                 const view::FirearmQuery& query) {
  if (query.after_revision() == 0) return 0;
  SL_ASSIGN_OR_RETURN(const stored::v1::CommitHeader header,
                      graph::LogReader(&cut.reader.snapshot()).Header(query.after_revision() + 1));
  return header.first_sequence();
}

}  // namespace

absl::StatusOr<SearchPage> Search(view::Cut& cut, const view::Viewer& viewer,
                                  const view::FirearmQuery& query, const std::string& after,
                                  std::size_t found_max, const std::function<bool()>& is_enough) {
  const SearchPlan plan(query);
  Checker checker(cut, viewer, query, plan);
  SL_ASSIGN_OR_RETURN(const graph::SortedRunView* const index, cut.reader.Firearms());
  storage::KeyRange range = plan.range();
  if (!after.empty()) range.start = after + '\0';
  SearchPage page;
  if (query.after_revision() >= cut.revision) return page;
  SL_ASSIGN_OR_RETURN(const graph::SequenceNumber first_sequence, FirstAfter(cut, query));
  std::size_t entries_max = kEntriesMin;
  while (range.end.empty() || range.start < range.end) {
    SL_ASSIGN_OR_RETURN(graph::IndexPage read, index->Scan(range, entries_max));
    std::vector<Candidate> candidates;
    std::optional<std::string> leap;
    std::string looked_at;
    if (!read.entries.empty()) looked_at = read.entries.back().key;
    for (storage::Row& entry : read.entries) {
      SL_ASSIGN_OR_RETURN(const auto facets, graph::ParseFirearmFacets(entry.value));
      const bool may_match = query.MayMatch(facets);
      if (!may_match && !plan.leaps()) continue;
      Candidate candidate;
      SL_ASSIGN_OR_RETURN(candidate.parsed, graph::ParseFirearmKey(entry.key));
      leap = plan.LeapFrom(candidate.parsed);
      if (leap.has_value()) {
        looked_at = entry.key;
        break;
      }
      if (!may_match || candidate.parsed.sequence < first_sequence ||
          !plan.MayMatch(candidate.parsed)) {
        continue;
      }
      candidate.key = std::move(entry.key);
      candidates.push_back(std::move(candidate));
    }
    for (absl::Span<const Candidate> rest = candidates; !rest.empty();) {
      // One more than asked for, which tells whether there is more.
      const std::size_t wanted = found_max + 1 - page.found.size();
      const auto some =
          rest.first(std::min(rest.size(), std::clamp(wanted, kCheckedMin, kCheckedMax)));
      SL_RETURN_IF_ERROR(checker.Check(some, page.found));
      if (page.found.size() > found_max) {
        page.found.resize(found_max);
        page.resume = page.found.back().key;
        return page;
      }
      rest.remove_prefix(some.size());
    }
    if (leap.has_value()) {
      range.start = *std::move(leap);
      entries_max = kEntriesMin;
    } else if (read.resume.has_value()) {
      range.start = *std::move(read.resume);
      entries_max = std::min(entries_max * 2, kEntriesMax);
    } else {
      return page;
    }
    if (is_enough()) {
      page.resume = std::move(looked_at);
      return page;
    }
  }
  return page;
}

}  // namespace serieslink::firearm
