#include "services/summary/disclosure/public_draft.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "services/summary/core/public_measures.h"
#include "services/summary/core/tally.h"
#include "services/summary/disclosure/cell_system.h"
#include "storage/base/status_macros.h"

namespace serieslink::summary {
namespace {

using Table = PublicTally::Table;

constexpr std::int64_t kQuarterDaysMax = 100;

std::int64_t DayNumber(absl::CivilDay day) { return day - absl::CivilDay(); }

// The days that a figure is of: of two periods with the same days it is one figure.
struct Span {
  std::int64_t first_day = 0;
  std::int64_t end_day = 0;
  friend auto operator<=>(const Span&, const Span&) = default;
};

Span SpanOfWindow(const Window& window) {
  return {DayNumber(window.first_day), DayNumber(window.end_day)};
}

bool IsIn(v1::PublicPart part, const std::set<v1::Dimension>& breakdowns) {
  switch (part) {
    case v1::PUBLIC_PART_FORCE:
      return breakdowns.contains(v1::DIMENSION_FORCE);
    case v1::PUBLIC_PART_BOROUGH:
      return breakdowns.contains(v1::DIMENSION_BOROUGH);
    case v1::PUBLIC_PART_WARD:
      return breakdowns.contains(v1::DIMENSION_WARD);
    case v1::PUBLIC_PART_OWNING_UNIT:
      return breakdowns.contains(v1::DIMENSION_OWNING_UNIT);
    default:
      return true;
  }
}

// With those that they bring with them: areas add up only within what they lie in.
std::set<v1::Dimension> WithParents(const std::vector<v1::Dimension>& breakdowns) {
  std::set<v1::Dimension> all(breakdowns.begin(), breakdowns.end());
  if (all.contains(v1::DIMENSION_WARD)) all.insert(v1::DIMENSION_BOROUGH);
  if (all.contains(v1::DIMENSION_BOROUGH)) all.insert(v1::DIMENSION_FORCE);
  return all;
}

// A key without the order of its kind, which figures do not have.
PublicKey Unordered(PublicKey key) {
  key.kind.order = 0;
  return key;
}

PublicKey KeyOf(const v1::PublicFigure& figure) {
  PublicKey key;
  key.part = figure.part();
  switch (figure.part()) {
    case v1::PUBLIC_PART_KIND:
      key.kind.words = figure.key();
      break;
    case v1::PUBLIC_PART_FORCE:
      key.force = figure.key();
      break;
    case v1::PUBLIC_PART_BOROUGH:
      key.force = figure.parent();
      key.borough = figure.key();
      break;
    case v1::PUBLIC_PART_WARD:
      key.force = figure.force();
      key.borough = figure.parent();
      if (!figure.key().empty()) key.ward = WardKey(figure.key(), figure.boundary_year());
      break;
    case v1::PUBLIC_PART_OWNING_UNIT:
      key.unit = figure.key();
      break;
    default:
      break;
  }
  return key;
}

// The measure whose cell the figure is: the same number is one cell, in whatever measure it stands.
std::size_t OwnerOf(std::size_t measure, v1::PublicPart part) {
  const PublicMeasure& one = PublicMeasures()[measure];
  if (part == v1::PUBLIC_PART_KIND) {
    return one.kinds_of == nullptr ? measure : PublicPlaceOf(one.kinds_of);
  }
  return one.same_as == nullptr ? measure : PublicPlaceOf(one.same_as);
}

std::int64_t RoundedTo(std::int64_t value, std::int64_t base) {
  return base == 0 ? value : (value + base / 2) / base * base;
}

// What earlier summaries tell of one measure in one period. There can be several, with the records
// of different times.
struct Told {
  struct Shown {
    std::int64_t value = 0;
    std::int64_t rounding_base = 0;
  };
  std::set<v1::PublicPart> parts;  // told of whole: what is not listed is zero
  std::map<PublicKey, std::vector<Shown>> shown;
  std::set<PublicKey> hidden;
};
using ToldBefore = std::map<std::pair<std::size_t, Span>, Told>;

Span SpanOfEarlier(const v1::PeriodSpan& period) {
  absl::CivilDay first;
  absl::CivilDay last;
  if (!absl::ParseCivilTime(period.first_day(), &first) ||
      !absl::ParseCivilTime(period.last_day(), &last)) {
    return {};
  }
  return {DayNumber(first), DayNumber(last + 1)};
}

ToldBefore ToldBy(const std::vector<EarlierSummary>& earlier) {
  constexpr v1::PublicPart kParts[] = {v1::PUBLIC_PART_TOTAL,      v1::PUBLIC_PART_NOT_CERTAIN,
                                       v1::PUBLIC_PART_KIND,       v1::PUBLIC_PART_FORCE,
                                       v1::PUBLIC_PART_BOROUGH,    v1::PUBLIC_PART_WARD,
                                       v1::PUBLIC_PART_OWNING_UNIT};
  ToldBefore told;
  for (const EarlierSummary& one : earlier) {
    std::vector<v1::Dimension> listed;
    for (const int dimension : one.summary.breakdowns()) {
      listed.push_back(static_cast<v1::Dimension>(dimension));
    }
    const std::set<v1::Dimension> breakdowns = WithParents(listed);
    const Span span = SpanOfEarlier(one.summary.period());
    for (const v1::PublicMeasure& figures : one.summary.measures()) {
      const auto& measures = PublicMeasures();
      // Counted by an earlier version of the definition it is nearly the same number.
      const auto found = std::find_if(
          measures.begin(), measures.end(),
          [&](const PublicMeasure& measure) { return figures.definition().id() == measure.id; });
      if (found == measures.end()) continue;
      const auto measure = static_cast<std::size_t>(found - measures.begin());
      for (const v1::PublicPart part : kParts) {
        const std::size_t owner = OwnerOf(measure, part);
        // Of the other's kinds it has only some.
        const bool is_whole = owner == measure || part != v1::PUBLIC_PART_KIND;
        if (is_whole && IsIn(part, breakdowns)) told[{owner, span}].parts.insert(part);
      }
      for (const v1::PublicFigure& figure : figures.figures()) {
        Told& at = told[{OwnerOf(measure, figure.part()), span}];
        if (figure.has_value()) {
          at.shown[KeyOf(figure)].push_back({figure.value(), one.summary.rules().rounding_base()});
        } else {
          at.hidden.insert(KeyOf(figure));
        }
      }
    }
  }
  return told;
}

// What it costs to hide a figure.
double CostOf(v1::PublicPart part) {
  switch (part) {
    case v1::PUBLIC_PART_TOTAL:
      return 100;
    case v1::PUBLIC_PART_FORCE:
      return 20;
    case v1::PUBLIC_PART_BOROUGH:
      return 6;
    case v1::PUBLIC_PART_KIND:
      return 5;
    default:
      return 3;
  }
}

// The cells of all measures and periods, and what readers know of their sums.
class DraftSystem {
 public:
  DraftSystem(const PublicTally& tally, const std::set<v1::Dimension>& breakdowns,
              const PublicPolicy& policy, const std::vector<EarlierSummary>& earlier);

  // Hides figures of the draft, and tells how its small counts are protected. Errors: as
  // HideToProtect.
  absl::StatusOr<v1::DisclosureAudit> Protect(const std::function<absl::Status()>& should_stop);
  bool IsSmall(std::int64_t value) const { return value > 0 && value < policy_.small_below; }
  // The cell of a figure of the draft.
  const Cell& CellOfDraft(std::size_t measure, const PublicKey& key) const {
    return cells_[ids_.at({OwnerOf(measure, key.part), key, SpanAt(0)})];
  }
  bool IsHidden(const Cell& cell) const {
    return cell.state == CellState::kHidden || IsSmall(cell.value);
  }

 private:
  struct Id {
    std::size_t measure = 0;
    PublicKey key;
    Span span;
    friend auto operator<=>(const Id&, const Id&) = default;
  };

  Span SpanAt(std::size_t window) const { return SpanOfWindow(tally_.windows()[window]); }
  const Told* ToldOf(const Id& id) const {
    const auto told = told_.find({id.measure, id.span});
    return told == told_.end() ? nullptr : &told->second;
  }
  // What readers know of a cell without the draft.
  CellState StateBefore(const Id& id, std::int64_t value) const;
  // The cell of a figure; it is made where it is not there.
  std::size_t CellAt(std::size_t measure, const PublicKey& key, std::size_t window);
  // What they know with it, and may come to know by what is issued after it.
  CellState StateOf(const Id& id, std::int64_t value) const;
  bool IsOfDraft(const Id& id) const {
    return id.span == SpanAt(0) && IsIn(id.key.part, breakdowns_);
  }
  // Keys of the part that occur in the measure, whatever the period.
  std::vector<PublicKey> KeysIn(std::size_t measure, v1::PublicPart part) const;

  void AddSums(std::size_t measure, std::size_t window);
  void AddOtherMeasures(std::size_t measure, std::size_t window);
  void AddQuarters(std::size_t measure, std::size_t window);
  // The cells as readers of the draft know them, without what is supposed of later summaries.
  std::vector<Cell> CellsOfToday() const;
  // Of how many of `exposed` those who read the draft know more than from earlier summaries alone.
  // Errors: as RangesOf.
  absl::StatusOr<std::int64_t> Betrayed(const std::vector<std::size_t>& exposed,
                                        const std::function<absl::Status()>& should_stop) const;
  // whole = the sum of parts and of a rest that no figure tells.
  void AddRest(std::size_t whole, std::size_t part);

  const PublicTally& tally_;
  const PublicPolicy policy_;
  const std::set<v1::Dimension> breakdowns_;
  std::set<v1::Dimension> used_;  // in the draft or an earlier summary
  const ToldBefore told_;
  std::vector<Cell> cells_;
  // By cell: what readers know of it without the draft, and whether the draft tells of it.
  std::vector<CellState> states_before_;
  std::vector<bool> is_of_draft_;
  std::map<Id, std::size_t> ids_;
  std::vector<Equation> equations_;
};

DraftSystem::DraftSystem(const PublicTally& tally, const std::set<v1::Dimension>& breakdowns,
                         const PublicPolicy& policy, const std::vector<EarlierSummary>& earlier)
    : tally_(tally),
      policy_(policy),
      breakdowns_(breakdowns),
      used_(breakdowns),
      told_(ToldBy(earlier)) {
  for (const EarlierSummary& one : earlier) {
    for (const int dimension : one.summary.breakdowns()) {
      used_.insert(static_cast<v1::Dimension>(dimension));
    }
  }
  for (std::size_t measure = 0; measure < tally_.tables().size(); ++measure) {
    // What nothing adds to must be there to be shown.
    PublicKey not_certain;
    not_certain.part = v1::PUBLIC_PART_NOT_CERTAIN;
    CellAt(measure, PublicKey(), 0);
    CellAt(measure, not_certain, 0);
    for (std::size_t window = 0; window < tally_.windows().size(); ++window) {
      AddSums(measure, window);
      AddOtherMeasures(measure, window);
      AddQuarters(measure, window);
    }
  }
}

CellState DraftSystem::StateBefore(const Id& id, std::int64_t value) const {
  const Told* const told = ToldOf(id);
  if (told == nullptr) return CellState::kOpen;
  const PublicKey key = Unordered(id.key);
  const auto shown = told->shown.find(key);
  const bool was_hidden = told->hidden.contains(key);
  if (shown == told->shown.end()) {
    if (was_hidden) return CellState::kHidden;
    return value == 0 && told->parts.contains(key.part) ? CellState::kKnown : CellState::kOpen;
  }
  // A figure that is the same today is taken to be the same by those who read it. Of one that is
  // another today they know what it was, and not what it is. Rounded, a small one can look like a
  // larger one that was shown.
  const bool is_same =
      std::any_of(shown->second.begin(), shown->second.end(), [&](const Told::Shown& one) {
        return RoundedTo(value, one.rounding_base) == one.value &&
               (one.rounding_base == 0 || !IsSmall(value));
      });
  if (is_same) return CellState::kKnown;
  return was_hidden ? CellState::kHidden : CellState::kOpen;
}

CellState DraftSystem::StateOf(const Id& id, std::int64_t value) const {
  const CellState before = StateBefore(id, value);
  if (before == CellState::kKnown) return before;
  if (IsOfDraft(id)) {
    // What an edition hid stays hidden, for otherwise the difference of two editions would tell of
    // what is hidden with it.
    const bool is_hidden = IsSmall(value) || (value > 0 && before == CellState::kHidden);
    return is_hidden ? CellState::kHidden : CellState::kShown;
  }
  // What nobody has published can be issued later. Then nothing that is 0 protects others, and all
  // else can be hidden: so whatever is issued after this, it can be protected.
  return value == 0 ? CellState::kKnown : CellState::kHidden;
}

std::size_t DraftSystem::CellAt(std::size_t measure, const PublicKey& key, std::size_t window) {
  Id id{OwnerOf(measure, key.part), key, SpanAt(window)};
  const auto known = ids_.find(id);
  if (known != ids_.end()) return known->second;
  Cell cell;
  const Table& table = tally_.tables()[id.measure];
  if (const auto found = table.find(key); found != table.end()) cell.value = found->second[window];
  cell.state = StateOf(id, cell.value);
  const CellState before = StateBefore(id, cell.value);
  // What an edition hid and is a little larger today may have been small when it was hidden.
  const bool may_have_been_small =
      before == CellState::kHidden && cell.value > 0 && cell.value < 2 * policy_.small_below;
  cell.is_sensitive = IsSmall(cell.value) || may_have_been_small;
  // Of two that do, the smaller is hidden: less is lost.
  cell.cost = CostOf(key.part) * (1 + 0.01 * std::log1p(static_cast<double>(cell.value)));
  cells_.push_back(cell);
  states_before_.push_back(before);
  is_of_draft_.push_back(IsOfDraft(id));
  ids_.emplace(std::move(id), cells_.size() - 1);
  return cells_.size() - 1;
}

std::vector<PublicKey> DraftSystem::KeysIn(std::size_t measure, v1::PublicPart part) const {
  std::vector<PublicKey> keys;
  if (!IsIn(part, used_)) return keys;
  for (const auto& [key, counts] : tally_.tables()[measure]) {
    if (key.part == part) keys.push_back(key);
  }
  return keys;
}

std::vector<Cell> DraftSystem::CellsOfToday() const {
  std::vector<Cell> cells = cells_;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!is_of_draft_[i]) cells[i].state = states_before_[i];
  }
  return cells;
}

absl::StatusOr<std::int64_t> DraftSystem::Betrayed(
    const std::vector<std::size_t>& exposed,
    const std::function<absl::Status()>& should_stop) const {
  if (exposed.empty()) return 0;
  std::vector<Cell> before = cells_;
  for (std::size_t i = 0; i < before.size(); ++i) before[i].state = states_before_[i];
  SL_ASSIGN_OR_RETURN(const std::vector<Range> ranges_before,
                      RangesOf(before, equations_, exposed, policy_.small_below, should_stop));
  SL_ASSIGN_OR_RETURN(const std::vector<Range> ranges, RangesOf(CellsOfToday(), equations_, exposed,
                                                                policy_.small_below, should_stop));
  std::int64_t betrayed = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    // That it is not zero is told of each that is hidden.
    const std::int64_t lowest = std::max<std::int64_t>(ranges_before[i].lowest, 1);
    betrayed += ranges[i].lowest > lowest || ranges[i].highest < ranges_before[i].highest;
  }
  return betrayed;
}

absl::StatusOr<v1::DisclosureAudit> DraftSystem::Protect(
    const std::function<absl::Status()>& should_stop) {
  SL_ASSIGN_OR_RETURN(Protection protection,
                      HideToProtect(cells_, equations_, policy_.small_below, should_stop));
  if (!protection.exposed.empty()) {
    // What is supposed of later summaries can be too much: of wards, say, of a borough that was
    // shown without them. Then today's readers are withstood, and what is too much is refused
    // when it is to be issued.
    std::vector<Cell> today = CellsOfToday();
    for (Cell& cell : today) cell.is_sensitive = false;
    for (const std::size_t cell : protection.exposed) today[cell].is_sensitive = true;
    SL_ASSIGN_OR_RETURN(const Protection again,
                        HideToProtect(today, equations_, policy_.small_below, should_stop));
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (is_of_draft_[i]) cells_[i].state = today[i].state;
    }
    protection.safe += again.safe;
    protection.exposed = again.exposed;
  }
  SL_ASSIGN_OR_RETURN(const std::int64_t betrayed, Betrayed(protection.exposed, should_stop));
  v1::DisclosureAudit audit;
  audit.set_tried(protection.tried);
  audit.set_safe(protection.safe);
  audit.set_exposed_before(static_cast<std::int64_t>(protection.exposed.size()) - betrayed);
  audit.set_exposed_by_draft(betrayed);
  return audit;
}

void DraftSystem::AddSums(std::size_t measure, std::size_t window) {
  const std::size_t total = CellAt(measure, PublicKey(), window);
  // The cell of what a key lies in.
  const auto sum_up = [&](v1::PublicPart part, const auto& whole_of) {
    std::map<std::size_t, Equation> sums;
    for (const PublicKey& key : KeysIn(measure, part)) {
      const std::size_t whole = whole_of(key);
      Equation& sum = sums[whole];
      if (sum.terms.empty()) sum.terms.push_back({whole, -1});
      sum.terms.push_back({CellAt(measure, key, window), 1});
    }
    for (auto& [whole, sum] : sums) equations_.push_back(std::move(sum));
  };
  const auto all = [&](const PublicKey&) { return total; };
  sum_up(v1::PUBLIC_PART_KIND, all);
  // Of another's areas and units it has the sums too.
  if (PublicMeasures()[measure].same_as != nullptr) return;
  sum_up(v1::PUBLIC_PART_OWNING_UNIT, all);
  sum_up(v1::PUBLIC_PART_FORCE, all);
  sum_up(v1::PUBLIC_PART_BOROUGH, [&](const PublicKey& key) {
    PublicKey force{.part = v1::PUBLIC_PART_FORCE};
    force.force = key.force;
    return CellAt(measure, force, window);
  });
  sum_up(v1::PUBLIC_PART_WARD, [&](const PublicKey& key) {
    PublicKey borough{.part = v1::PUBLIC_PART_BOROUGH};
    borough.force = key.force;
    borough.borough = key.borough;
    return CellAt(measure, borough, window);
  });
}

void DraftSystem::AddRest(std::size_t whole, std::size_t part) {
  const std::int64_t rest = cells_[whole].value - cells_[part].value;
  // Then one is not within the other, whatever their definitions say, and nobody can subtract.
  if (rest < 0) return;
  Cell cell;
  cell.value = rest;
  cell.is_sensitive = IsSmall(rest);
  cells_.push_back(cell);
  states_before_.push_back(CellState::kOpen);
  is_of_draft_.push_back(false);
  equations_.push_back({{{whole, -1}, {part, 1}, {cells_.size() - 1, 1}}});
}

void DraftSystem::AddOtherMeasures(std::size_t measure, std::size_t window) {
  constexpr v1::PublicPart kPlaces[] = {v1::PUBLIC_PART_TOTAL, v1::PUBLIC_PART_FORCE,
                                        v1::PUBLIC_PART_BOROUGH, v1::PUBLIC_PART_WARD,
                                        v1::PUBLIC_PART_OWNING_UNIT};
  const PublicMeasure& one = PublicMeasures()[measure];
  if (one.within != nullptr) {
    const std::size_t whole = PublicPlaceOf(one.within);
    for (const v1::PublicPart part : kPlaces) {
      std::set<PublicKey> keys;
      for (const std::size_t of : {measure, whole}) {
        for (PublicKey& key : KeysIn(of, part)) keys.insert(std::move(key));
      }
      for (const PublicKey& key : keys) {
        AddRest(CellAt(whole, key, window), CellAt(measure, key, window));
      }
    }
  }
  if (one.kind_of != nullptr) {
    const std::size_t whole = PublicPlaceOf(one.kind_of);
    for (const PublicKey& key : KeysIn(whole, v1::PUBLIC_PART_KIND)) {
      if (key.kind.words != one.kind) continue;
      equations_.push_back(
          {{{CellAt(whole, key, window), 1}, {CellAt(measure, PublicKey(), window), -1}}});
    }
  }
}

void DraftSystem::AddQuarters(std::size_t measure, std::size_t window) {
  const Window& year = tally_.windows()[window];
  if (year.days() <= kQuarterDaysMax) return;
  std::vector<std::size_t> quarters;
  for (std::size_t i = 0; i < tally_.windows().size(); ++i) {
    const Window& one = tally_.windows()[i];
    if (one.days() <= kQuarterDaysMax && one.first_day >= year.first_day &&
        one.end_day <= year.end_day) {
      quarters.push_back(i);
    }
  }
  for (const auto& [key, counts] : tally_.tables()[measure]) {
    if (key.part == v1::PUBLIC_PART_NOT_CERTAIN || OwnerOf(measure, key.part) != measure ||
        !IsIn(key.part, used_)) {
      continue;
    }
    Equation equation{{{CellAt(measure, key, window), -1}}};
    for (const std::size_t quarter : quarters) {
      equation.terms.push_back({CellAt(measure, key, quarter), 1});
    }
    equations_.push_back(std::move(equation));
  }
}

void Name(const PublicKey& key, const Areas& areas, v1::PublicFigure& figure) {
  const auto name = [&](const std::string& code, v1::Dimension dimension) {
    const v1::Row row = RowOf(code, dimension, areas);
    figure.set_key(row.key());
    figure.set_name(row.name());
    figure.set_boundary_year(row.boundary_year());
  };
  switch (key.part) {
    case v1::PUBLIC_PART_TOTAL:
      figure.set_name("total");
      return;
    case v1::PUBLIC_PART_NOT_CERTAIN:
      figure.set_name("not certain");
      return;
    case v1::PUBLIC_PART_KIND:
      figure.set_key(key.kind.words);
      figure.set_name(key.kind.words);
      return;
    case v1::PUBLIC_PART_FORCE:
      return name(key.force, v1::DIMENSION_FORCE);
    case v1::PUBLIC_PART_BOROUGH:
      figure.set_parent(key.force);
      return name(key.borough, v1::DIMENSION_BOROUGH);
    case v1::PUBLIC_PART_WARD:
      figure.set_parent(key.borough);
      figure.set_force(key.force);
      return name(key.ward, v1::DIMENSION_WARD);
    default:
      return name(key.unit, v1::DIMENSION_OWNING_UNIT);
  }
}

void AddNotes(const std::set<v1::Dimension>& breakdowns, const PublicPolicy& policy,
              v1::PublicSummary& summary) {
  summary.add_notes(absl::StrCat("[c]: hidden, because it is a count from 1 to ",
                                 policy.small_below - 1,
                                 ", or because such a count would follow from it. A hidden figure "
                                 "is never 0. Which of the two "
                                 "reasons it is, is not said."));
  summary.add_notes(
      "A kind, area or unit that is not listed under a measure has none. Kinds add up to the "
      "total, "
      "and so do forces; boroughs add up to their forces, wards to their boroughs.");
  summary.add_notes(
      "'not certain' is not in the total: its records do not say enough to tell whether it is of "
      "the kind, or its date reaches out of the period or is open.");
  if (breakdowns.contains(v1::DIMENSION_OWNING_UNIT)) {
    summary.add_notes(
        "Owning units do not add up to the total: what several units own counts once for each.");
  }
  if (policy.rounding_base != 0) {
    summary.add_notes(absl::StrCat("Figures are rounded to the nearest multiple of ",
                                   policy.rounding_base,
                                   ", each by itself, so they do not add up exactly."));
  }
  summary.add_notes(
      "Records that come later change figures; then the summary is issued again as a new edition, "
      "which says which changed.");
}

}  // namespace

std::string PublicFaultOf(const v1::Period& period) {
  return period.kind() == v1::PERIOD_KIND_MONTH
             ? "a public summary is of a quarter or longer: a month is too short to hide in"
             : "";
}

std::vector<Window> PublicWindowsOf(const v1::Period& period, const absl::TimeZone& zone,
                                    std::vector<EarlierSummary>& earlier) {
  std::vector<Window> windows = {WindowOf(period, zone)};
  const auto add = [&](const Window& window) {
    const bool is_there = std::any_of(windows.begin(), windows.end(), [&](const Window& one) {
      return one.first_day == window.first_day && one.end_day == window.end_day;
    });
    if (!is_there) windows.push_back(window);
  };
  std::vector<EarlierSummary> taken;
  for (bool is_more = true; is_more;) {
    is_more = false;
    for (auto one = earlier.begin(); one != earlier.end();) {
      const Window window = WindowOf(one->summary.period().period(), zone);
      const bool overlaps = std::any_of(windows.begin(), windows.end(), [&](const Window& met) {
        return window.first_day < met.end_day && met.first_day < window.end_day;
      });
      if (!overlaps) {
        ++one;
        continue;
      }
      add(window);
      taken.push_back(std::move(*one));
      one = earlier.erase(one);
      is_more = true;
    }
  }
  std::sort(taken.begin(), taken.end(),
            [](const EarlierSummary& a, const EarlierSummary& b) { return a.name < b.name; });
  earlier = std::move(taken);
  const std::vector<Window> found = windows;
  for (const Window& window : found) {
    if (window.days() <= kQuarterDaysMax) continue;
    absl::CivilMonth month(window.first_day);
    for (int i = 0; i < 4; ++i, month += 3) {
      v1::Period quarter;
      quarter.set_kind(v1::PERIOD_KIND_QUARTER);
      quarter.set_year(static_cast<std::int32_t>(month.year()));
      quarter.set_quarter((month.month() - 1) / 3 + 1);
      add(WindowOf(quarter, zone));
    }
  }
  return windows;
}

absl::StatusOr<v1::DisclosureAudit> DraftPublicSummary(
    const PublicTally& tally, const std::vector<v1::Dimension>& breakdowns,
    const PublicPolicy& policy, const std::vector<EarlierSummary>& earlier, const Areas& areas,
    const std::function<absl::Status()>& should_stop, v1::PublicSummary& summary) {
  const std::set<v1::Dimension> all = WithParents(breakdowns);
  DraftSystem system(tally, all, policy, earlier);
  SL_ASSIGN_OR_RETURN(v1::DisclosureAudit audit, system.Protect(should_stop));
  for (const EarlierSummary& one : earlier) audit.add_earlier(one.name);

  *summary.mutable_period() = SpanOf(tally.windows().front());
  summary.mutable_rules()->set_small_below(static_cast<std::int32_t>(policy.small_below));
  summary.mutable_rules()->set_rounding_base(static_cast<std::int32_t>(policy.rounding_base));
  for (const v1::Dimension one : all) summary.add_breakdowns(one);
  AddNotes(all, policy, summary);
  for (std::size_t measure = 0; measure < tally.tables().size(); ++measure) {
    v1::PublicMeasure& figures = *summary.add_measures();
    *figures.mutable_definition() = DefinitionOf(MeasureOf(PublicMeasures()[measure]));
    // The total, and what no record places, are told also where they are nothing.
    std::set<PublicKey> keys;
    for (const v1::PublicPart part : {v1::PUBLIC_PART_TOTAL, v1::PUBLIC_PART_NOT_CERTAIN,
                                      v1::PUBLIC_PART_FORCE, v1::PUBLIC_PART_OWNING_UNIT}) {
      if (!IsIn(part, all)) continue;
      PublicKey key;
      key.part = part;
      keys.insert(std::move(key));
    }
    for (const auto& [key, counts] : tally.tables()[measure]) {
      if (counts.front() > 0 && IsIn(key.part, all)) keys.insert(key);
    }
    for (const PublicKey& key : keys) {
      v1::PublicFigure& figure = *figures.add_figures();
      figure.set_part(key.part);
      Name(key, areas, figure);
      const auto found = tally.tables()[measure].find(key);
      if (found == tally.tables()[measure].end() || found->second.front() == 0) {
        figure.set_value(0);
        audit.set_shown(audit.shown() + 1);
        continue;
      }
      const Cell& cell = system.CellOfDraft(measure, key);
      if (!system.IsHidden(cell)) {
        figure.set_value(RoundedTo(cell.value, policy.rounding_base));
        audit.set_shown(audit.shown() + 1);
      } else if (system.IsSmall(cell.value)) {
        audit.set_hidden_small(audit.hidden_small() + 1);
      } else {
        audit.set_hidden_with_them(audit.hidden_with_them() + 1);
      }
    }
  }
  return audit;
}

}  // namespace serieslink::summary
