#include "services/summary/comparison_service.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/summary/change_trail.h"
#include "services/summary/core/change_collector.h"
#include "services/summary/core/tally.h"
#include "services/summary/event_scan.h"
#include "services/summary/weapon_scan.h"
#include "services/view/view_selector.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::summary {
namespace {

// What one message holds of a list; 4 MiB are what a client takes.
constexpr std::size_t kListedAtOnce = 10'000;
constexpr std::size_t kOpenedListedMax = 1000;
constexpr std::size_t kComparedAtOnce = 512;

// One side of a comparison, counted.
struct Side {
  Tally tally;
  ChangeTrail trail;
  std::int64_t unresolved_exhibits = 0;
};

// The records of all units, and what they did between the two revisions.
class RecordHistory {
 public:
  RecordHistory(view::Cut& cut, graph::Revision after, graph::Revision upto)
      : cut_(cut), log_(&cut.reader.snapshot()), after_(after), upto_(upto) {}

  // Reads what `records` did; those that are known already are not read again.
  absl::Status Learn(const std::vector<std::uint64_t>& records);
  // What the record did, in order; nothing for one that is not learnt.
  const std::vector<v1::RecordChange>& Of(graph::RecordNumber record) const {
    static const std::vector<v1::RecordChange> kNone;
    const auto found = changes_.find(record);
    return found == changes_.end() ? kNone : found->second;
  }

 private:
  absl::StatusOr<std::vector<v1::RecordChange>> ChangesOf(const stored::v1::RecordState& state);

  view::Cut& cut_;
  const graph::LogReader log_;
  const graph::Revision after_;
  const graph::Revision upto_;
  absl::flat_hash_map<graph::RecordNumber, std::vector<v1::RecordChange>> changes_;
};

absl::StatusOr<std::vector<v1::RecordChange>> RecordHistory::ChangesOf(
    const stored::v1::RecordState& state) {
  std::vector<v1::RecordChange> changes;
  std::vector<graph::SequenceNumber> sequences;
  bool is_first = true;
  bool was_withdrawn = false;
  for (const stored::v1::RecordVersion& version : state.versions()) {
    if (version.from_revision() == version.to_revision()) continue;  // never stood
    if (version.from_revision() > after_ && version.from_revision() <= upto_) {
      v1::RecordChange& change = changes.emplace_back();
      change.set_record(
          graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(state.public_id())));
      change.set_revision(static_cast<std::int64_t>(version.from_revision()));
      if (version.undoes_sequence() != 0) {
        change.set_kind(v1::RECORD_CHANGE_KIND_UNDONE);
      } else if (version.is_withdrawal()) {
        change.set_kind(v1::RECORD_CHANGE_KIND_WITHDRAWN);
      } else if (is_first) {
        change.set_kind(v1::RECORD_CHANGE_KIND_LATE);
      } else {
        change.set_kind(was_withdrawn ? v1::RECORD_CHANGE_KIND_RESTORED
                                      : v1::RECORD_CHANGE_KIND_NEW_VERSION);
      }
      SL_ASSIGN_OR_RETURN(*change.mutable_time(), KnownAt(cut_, version.from_revision()));
      sequences.push_back(version.sequence());
    }
    is_first = false;
    was_withdrawn = version.is_withdrawal();
  }
  SL_ASSIGN_OR_RETURN(const auto entries, log_.Entries(sequences));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].has_source_version()) changes[i].set_source_version(entries[i].source_version());
  }
  return changes;
}

absl::Status RecordHistory::Learn(const std::vector<std::uint64_t>& records) {
  std::vector<graph::RecordNumber> unknown;
  for (const std::uint64_t record : records) {
    if (changes_.try_emplace(record).second) unknown.push_back(record);
  }
  for (std::size_t from = 0; from < unknown.size(); from += kComparedAtOnce) {
    const auto slice = absl::MakeConstSpan(unknown).subspan(from, kComparedAtOnce);
    SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(slice));
    for (std::size_t i = 0; i < slice.size(); ++i) {
      if (!states[i].has_value()) continue;
      SL_ASSIGN_OR_RETURN(changes_[slice[i]], ChangesOf(*states[i]));
    }
  }
  return absl::OkStatus();
}

v1::RecordChangeKind KindOfBasis(int basis) {
  switch (basis) {
    case record::v1::BASIS_ANALYST:
      return v1::RECORD_CHANGE_KIND_DECISION;
    case record::v1::BASIS_EXAMINER:
      return v1::RECORD_CHANGE_KIND_EXAMINATION;
    case record::v1::BASIS_SOURCE_REFERENCE:
      return v1::RECORD_CHANGE_KIND_SOURCE_REFERENCE;
    default:
      return v1::RECORD_CHANGE_KIND_UNSPECIFIED;
  }
}

// What came between, of one unit. A record that tells of it says what it did itself; one that only
// states what joins it, by that.
std::vector<v1::RecordChange> ChangesOf(const UnitChange& unit, const RecordHistory& history) {
  std::vector<v1::RecordChange> changes;
  for (const std::uint64_t record : unit.records) {
    const auto& of_record = history.Of(record);
    changes.insert(changes.end(), of_record.begin(), of_record.end());
  }
  absl::flat_hash_set<std::uint64_t> told(unit.records.begin(), unit.records.end());
  for (const LinkChange& link : unit.links) {
    if (link.record == 0 || !told.insert(link.record).second) continue;
    for (v1::RecordChange change : history.Of(link.record)) {
      const v1::RecordChangeKind kind = KindOfBasis(link.basis);
      const bool is_taken_back = change.kind() == v1::RECORD_CHANGE_KIND_WITHDRAWN ||
                                 change.kind() == v1::RECORD_CHANGE_KIND_UNDONE;
      if (!is_taken_back && kind != v1::RECORD_CHANGE_KIND_UNSPECIFIED) change.set_kind(kind);
      changes.push_back(std::move(change));
    }
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& a, const auto& b) { return a.revision() < b.revision(); });
  return changes;
}

v1::ChangedFigure FigureOf(const FigureKey& key, const std::vector<v1::Dimension>& dimensions,
                           const Areas& areas, const Measure& measure) {
  v1::ChangedFigure figure;
  figure.set_measure_id(measure.id);
  figure.set_measure_version(measure.version);
  figure.set_period(static_cast<std::int32_t>(key.window));
  if (key.part == FigurePart::kCategory) figure.set_category(key.category.words);
  if (key.part == FigurePart::kRow) {
    figure.set_dimension(dimensions[key.dimension]);
    *figure.mutable_row() = RowOf(key.key, dimensions[key.dimension], areas);
  }
  return figure;
}

const Measure& MeasureOf(const FigureKey& key) {
  switch (key.table) {
    case MeasureTable::kEvent:
      return EventMeasures()[key.measure];
    case MeasureTable::kRepeat:
      return RepeatMeasures()[key.measure];
    case MeasureTable::kWeapon:
      return WeaponMeasures()[key.measure];
    default:
      return TimeMeasures()[key.measure];
  }
}

// A figure that differs with the units that make it so: their numbers less one, and amounts.
struct Difference {
  FigureKey key;
  std::vector<std::pair<std::size_t, Numbers>> units;
};

// Figures of repeats and of times are no sums of what units add.
std::vector<Difference> DifferencesOf(const UnitsOfFigures& by_figure, const Tally& earlier,
                                      const Tally& later) {
  std::map<FigureKey, std::vector<std::pair<std::size_t, Numbers>>> found;
  Additions repeats = later.RepeatFigures();
  for (const auto& [key, numbers] : earlier.RepeatFigures()) repeats[key] -= numbers;
  for (const auto& [key, units] : by_figure) {
    if (key.part == FigurePart::kRepeatKey) {
      Category before;
      Category after;
      Numbers difference = later.RepeatAt(key.measure, key.window, key.key, after);
      difference -= earlier.RepeatAt(key.measure, key.window, key.key, before);
      if (difference.is_zero() && before == after) continue;
      FigureKey figure = key;
      figure.key.clear();
      figure.part = FigurePart::kTotal;
      const auto add = [&] {
        const auto changed = repeats.find(figure);
        if (changed == repeats.end() || changed->second.is_zero()) return;
        for (const auto& [unit, amount] : units) found[figure].emplace_back(unit, Numbers{});
      };
      add();
      figure.part = FigurePart::kCategory;
      for (const Category& category : {before, after}) {
        if (category == Category{}) continue;
        figure.category = category;
        add();
        if (before == after) break;
      }
    } else if (key.part == FigurePart::kTime) {
      FigureKey figure = key;
      figure.key.clear();
      for (const auto& [unit, amount] : units) found[figure].emplace_back(unit, Numbers{});
    } else {
      Numbers sum;
      for (const auto& [unit, amount] : units) sum += amount;
      if (!sum.is_zero()) found[key] = units;
    }
  }
  std::vector<Difference> differences;
  for (auto& [key, units] : found) {
    if (key.part == FigurePart::kTime &&
        earlier.TimesAt(key.measure, key.window).SerializeAsString() ==
            later.TimesAt(key.measure, key.window).SerializeAsString()) {
      continue;
    }
    std::stable_sort(units.begin(), units.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (key.table == MeasureTable::kRepeat || key.table == MeasureTable::kTime) {
      units.erase(std::unique(units.begin(), units.end()), units.end());
    }
    differences.push_back({key, std::move(units)});
  }
  return differences;
}

absl::Status Gone() { return absl::CancelledError("nobody takes the answer"); }

absl::Status SendUnits(const std::vector<UnitChange>& units, const RecordHistory& history,
                       const std::vector<std::int32_t>& generations,
                       const ComparisonService::Send& send) {
  for (std::size_t i = 0; i < units.size(); ++i) {
    const std::vector<v1::RecordChange> changes = ChangesOf(units[i], history);
    std::size_t from = 0;
    do {
      v1::CompareSummariesResponse part;
      v1::ChangedUnit& unit = *part.mutable_unit();
      unit.set_number(static_cast<std::int32_t>(i + 1));
      unit.set_unit(units[i].kind == UnitKind::kEvent ? v1::UNIT_EVENT : v1::UNIT_WEAPON);
      const std::size_t end = std::min(changes.size(), from + kListedAtOnce);
      for (; from < end; ++from) *unit.add_changes() = changes[from];
      unit.set_by_guard(std::any_of(units[i].links.begin(), units[i].links.end(),
                                    [](const LinkChange& link) { return link.is_by_guard; }));
      if (units[i].kind == UnitKind::kWeapon) {
        unit.mutable_by_generations()->Add(generations.begin(), generations.end());
      }
      if (!send(part)) return Gone();
    } while (from < changes.size());
  }
  return absl::OkStatus();
}

absl::Status SendFigures(const std::vector<Difference>& differences,
                         const std::vector<v1::Dimension>& dimensions, const Areas& areas,
                         const Tally& earlier, const Tally& later,
                         const ComparisonService::Send& send) {
  for (const Difference& difference : differences) {
    const FigureKey& key = difference.key;
    std::size_t from = 0;
    do {
      v1::CompareSummariesResponse part;
      v1::ChangedFigure& figure = *part.mutable_figure();
      figure = FigureOf(key, dimensions, areas, MeasureOf(key));
      figure.set_is_continuation(from > 0);
      if (key.table == MeasureTable::kTime) {
        *figure.mutable_earlier_times() = earlier.TimesAt(key.measure, key.window);
        *figure.mutable_later_times() = later.TimesAt(key.measure, key.window);
      } else {
        *figure.mutable_earlier() = earlier.CountAt(key);
        *figure.mutable_later() = later.CountAt(key);
      }
      const std::size_t end = std::min(difference.units.size(), from + kListedAtOnce);
      for (; from < end; ++from) {
        const auto& [unit, amount] = difference.units[from];
        v1::UnitContribution& one = *figure.add_contributions();
        one.set_unit(static_cast<std::int32_t>(unit + 1));
        one.set_counted(amount.counted);
        one.set_undetermined(amount.undetermined);
        one.set_straddling(amount.straddling);
        one.set_undated(amount.undated);
      }
      if (!send(part)) return Gone();
    } while (from < difference.units.size());
  }
  return absl::OkStatus();
}

// Counts everything as at the revision of `cut` to `side`.
absl::Status CountSide(view::Cut& cut, const view::Viewer& viewer,
                       const std::vector<Window>& windows, const Areas& areas,
                       const ShouldStop& should_stop, Side& side) {
  if (cut.revision == 0) return absl::OkStatus();
  // Published figures and leads are not compared.
  EventScan events(cut, viewer, windows, areas, side.tally, nullptr, &side.trail);
  SL_RETURN_IF_ERROR(ScanAll(events, should_stop));
  WeaponScan weapons(cut, viewer, areas, side.tally, nullptr, &side.trail);
  SL_RETURN_IF_ERROR(ScanAll(weapons, should_stop));
  side.unresolved_exhibits = weapons.unresolved_exhibits();
  return absl::OkStatus();
}

absl::Status AddOpened(const view::Cut& cut, std::vector<graph::RecordNumber> opened,
                       v1::ComparisonHead& head) {
  std::sort(opened.begin(), opened.end());
  opened.erase(std::unique(opened.begin(), opened.end()), opened.end());
  head.set_opened_records(static_cast<std::int64_t>(opened.size()));
  opened.resize(std::min(opened.size(), kOpenedListedMax));
  SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records(opened));
  for (const auto& state : states) {
    if (!state.has_value()) continue;
    head.add_opened_record_ids(
        graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(state->public_id())));
  }
  return absl::OkStatus();
}

}  // namespace

ComparisonService::ComparisonService(const view::Source& source, std::string trust_domain,
                                     std::function<absl::Time()> now, absl::TimeZone zone,
                                     std::shared_ptr<const Boundaries> boundaries)
    : source_(source),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      zone_(zone),
      boundaries_(std::move(boundaries)) {
  AddAnswerStream("/serieslink.summary.v1.SummaryComparisonService/CompareSummaries", this,
                  &ComparisonService::CompareSummaries);
}

absl::Status ComparisonService::CompareSummaries(grpc::ServerContext* context,
                                                 const v1::CompareSummariesRequest& request,
                                                 rpc::Stream* stream) {
  SL_ASSIGN_OR_RETURN(const rpc::Identity caller, rpc::IdentityOf(*context, trust_domain_));
  return CompareFor(view::Viewer{caller.agency}, request, view::PatienceOf(*context, now_),
                    StopOf(*context, now_),
                    [stream](const auto& part) { return stream->Write(part); });
}

absl::Status ComparisonService::CompareFor(const view::Viewer& viewer,
                                           const v1::CompareSummariesRequest& request,
                                           const view::Patience& patience,
                                           const ShouldStop& should_stop, const Send& send) const {
  std::vector<rpc::BadField> bad;
  CheckPeriod(request.has_period() ? &request.period() : nullptr, bad);
  const std::vector<v1::Dimension> dimensions = DimensionsOf(request.dimensions(), bad);
  if (!request.earlier().has_revision() && !request.earlier().has_time()) {
    bad.push_back({"earlier", type::v1::ERROR_REASON_FIELD_MISSING,
                   "say at which revision or time the earlier summary was"});
  }
  const absl::Time now = now_();
  const view::RevisionWish earlier_wish = view::WishOf(request.earlier(), "earlier", now, bad);
  const view::RevisionWish later_wish = view::WishOf(request.later(), "later", now, bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  const std::vector<Window> windows = WindowsOf(request.period(), zone_);

  // The second cut is of the same or a later snapshot, and covers both.
  graph::Revision earlier_revision = 0;
  {
    SL_ASSIGN_OR_RETURN(const view::Cut first, view::TakeCut(source_, earlier_wish, patience));
    earlier_revision = first.revision;
  }
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, later_wish, patience));
  const graph::Revision later_revision = cut.revision;
  if (earlier_revision > later_revision) {
    return rpc::MakeBadRequest({{"earlier", type::v1::ERROR_REASON_FIELD_INVALID,
                                 "the earlier summary lies after the later one; change them"}});
  }
  SL_ASSIGN_OR_RETURN(const auto position, cut.reader.Position());
  std::vector<std::int32_t> generations;
  absl::flat_hash_set<graph::Revision> adoptions;
  for (const auto& one : position.generations()) {
    if (one.from_revision() <= earlier_revision || one.from_revision() > later_revision) continue;
    generations.push_back(static_cast<std::int32_t>(one.generation().number()));
    adoptions.insert(one.from_revision());
  }

  ChangeCollector collector;
  const auto trail = [&](ChangeCollector::Side side) {
    return ChangeTrail{.after = earlier_revision,
                       .upto = later_revision,
                       .side = side,
                       .collector = &collector,
                       .adoptions = adoptions};
  };
  Side earlier{Tally(windows, dimensions), trail(ChangeCollector::kEarlier)};
  Side later{Tally(windows, dimensions), trail(ChangeCollector::kLater)};
  SL_RETURN_IF_ERROR(CountSide(cut, viewer, windows, boundaries_->areas(), should_stop, later));
  cut.revision = earlier_revision;
  SL_RETURN_IF_ERROR(CountSide(cut, viewer, windows, boundaries_->areas(), should_stop, earlier));

  const std::vector<UnitChange> units = collector.Take();
  const std::vector<Difference> differences =
      DifferencesOf(ByFigure(units), earlier.tally, later.tally);
  RecordHistory history(cut, earlier_revision, later_revision);
  for (const UnitChange& unit : units) {
    SL_RETURN_IF_ERROR(should_stop());
    std::vector<std::uint64_t> records = unit.records;
    for (const LinkChange& link : unit.links) {
      if (link.record != 0) records.push_back(link.record);
    }
    SL_RETURN_IF_ERROR(history.Learn(records));
  }

  v1::CompareSummariesResponse part;
  v1::ComparisonHead& head = *part.mutable_head();
  for (const Window& window : windows) *head.add_periods() = SpanOf(window);
  head.set_earlier_revision(static_cast<std::int64_t>(earlier_revision));
  head.set_later_revision(static_cast<std::int64_t>(later_revision));
  if (earlier_revision > 0) {
    SL_ASSIGN_OR_RETURN(*head.mutable_earlier_known_at(), KnownAt(cut, earlier_revision));
  }
  if (later_revision > 0) {
    SL_ASSIGN_OR_RETURN(*head.mutable_later_known_at(), KnownAt(cut, later_revision));
  }
  head.set_changed_figures(static_cast<std::int64_t>(differences.size()));
  head.set_changed_units(static_cast<std::int64_t>(units.size()));
  AddDefinitions(*head.mutable_definitions());
  boundaries_->List(*head.mutable_boundaries());
  head.set_unresolved_exhibits(std::max(earlier.unresolved_exhibits, later.unresolved_exhibits));
  SL_RETURN_IF_ERROR(AddOpened(cut, std::move(earlier.trail.opened), head));
  if (!send(part)) return Gone();
  SL_RETURN_IF_ERROR(SendUnits(units, history, generations, send));
  return SendFigures(differences, dimensions, boundaries_->areas(), earlier.tally, later.tally,
                     send);
}

}  // namespace serieslink::summary
